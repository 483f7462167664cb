package org.postern.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.store.FileDisk;

/// Changes the password file of the submission listeners, one line for each user:
/// `address:hash:address,address`. Comments and lines it does not understand stay.
///
/// The file is replaced in one step, so that a reader sees the old one or the new one.
final class UserFile {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

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
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
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

    /// Root may run the command; the gateway, which runs as somebody else, must still read the
    /// file.
    private static void keepOwner(Path example, Path fresh) throws IOException {
        UserPrincipal owner = Files.getOwner(example);
        if (!owner.equals(Files.getOwner(fresh))) {
            Files.setOwner(fresh, owner);
        }
    }

    private void write(List<String> lines) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        // The data folder holds the keys too; where it is not there yet, it is made for its owner.
        FileDisk.forFolderOwner().createDirectories(folder);
        Path fresh = Files.createTempFile(folder, "users", ".new", OWNER_ONLY);
        try {
            String text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (octets.hasRemaining()) {
                    channel.write(octets);
                }
                channel.force(true);
            }
            keepOwner(Files.exists(file) ? file : folder, fresh);
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
