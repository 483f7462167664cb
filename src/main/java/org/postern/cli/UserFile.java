package org.postern.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;

/// Changes the password file of the submission listeners, one line for each user:
/// `address:hash:address,address`. Comments and lines it does not understand stay.
///
/// The file is replaced in one step, so that a reader sees the old one or the new one.
final class UserFile {
    private final Path file;

    UserFile(Path file) {
        this.file = file;
    }

    /// One user.
    ///
    /// @param hash as PHC string
    /// @param sendAs further addresses that the user may write as
    record Entry(Address address, String hash, List<Address> sendAs) {
        Entry {
            sendAs = List.copyOf(sendAs);
        }

        /// A hash is half a secret.
        @Override
        public String toString() {
            return address.toString();
        }

        private String line() {
            String others = sendAs.stream().map(Address::toString).collect(Collectors.joining(","));
            return address + ":" + hash + (others.isEmpty() ? "" : ":" + others);
        }
    }

    /// Addresses that the file's format cannot hold are refused.
    static void requireStorable(Address address) throws UsageException {
        String text = address.toString();
        if (text.contains(":") || text.contains(",") || text.contains("#")) {
            throw new UsageException(
                    "\"" + text + "\" cannot be a user: it contains a colon, a comma or a #");
        }
    }

    List<Entry> entries() throws IOException {
        return lines().stream().flatMap(line -> entry(line).stream()).toList();
    }

    boolean has(Address address) throws IOException {
        return entries().stream().anyMatch(entry -> is(entry, address));
    }

    /// Adds a user, or replaces the one with this address.
    void put(Entry entry) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean replaced = false;
        for (String line : lines()) {
            boolean same = entry(line).filter(e -> is(e, entry.address())).isPresent();
            lines.add(same ? entry.line() : line);
            replaced |= same;
        }
        if (!replaced) {
            lines.add(entry.line());
        }
        write(lines);
    }

    void remove(Address address) throws IOException {
        write(
                lines().stream()
                        .filter(line -> entry(line).filter(e -> is(e, address)).isEmpty())
                        .toList());
    }

    private static boolean is(Entry entry, Address address) {
        return entry.address().key().equals(address.key());
    }

    private List<String> lines() throws IOException {
        // A link is not followed: what it leads to would be copied into a file of the gateway's.
        try (Reader text =
                new InputStreamReader(
                        Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS),
                        StandardCharsets.UTF_8.newDecoder())) {
            return text.readAllLines();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Optional<Entry> entry(String line) {
        String[] fields = line.strip().split(":", -1);
        if (line.strip().startsWith("#") || fields.length < 2) {
            return Optional.empty();
        }
        List<Address> sendAs =
                fields.length < 3
                        ? List.of()
                        : Stream.of(fields[2].split(","))
                                .flatMap(text -> Address.parse(text.strip()).stream())
                                .toList();
        return Address.parse(fields[0]).map(address -> new Entry(address, fields[1], sendAs));
    }

    private void write(List<String> lines) throws IOException {
        Path whole = file.toAbsolutePath();
        // The data folder holds the keys too; where it is not there yet, it is made for its owner.
        FileDisk.forFolderOwner().createDirectories(Objects.requireNonNull(whole.getParent()));
        String text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        // Root may run the command; whoever could read the file, above all the gateway, still can.
        WholeFile.replace(FileDisk.inPlaceOf(whole), whole, text.getBytes(StandardCharsets.UTF_8));
    }
}
