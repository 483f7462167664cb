package org.postern.harvest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postern.harvest.ReviewFolder.Waiting;
import org.postern.mail.Address;
import org.postern.pki.Pem;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;

/// A folder of certificates of people, a file for each: in front the address and the time when it
/// came, then the certificate with those above it. A file's name is the beginning of the SHA-256 of
/// the certificate. It keeps nothing in memory.
final class Shelf {
    private static final int FILE_CHARS_MAX = 100_000;
    private static final int ID_CHARS = 16;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
    private static final String ENDING = ".pem";
    private static final String ADDRESS = "Address: ";
    private static final String RECEIVED = "Received: ";

    private final Path folder;

    /// @param folder need not exist yet
    Shelf(Path folder) {
        this.folder = folder;
    }

    /// The name of a certificate.
    static String id(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest).substring(0, ID_CHARS);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a certificate has no encoding", e);
        }
    }

    boolean holds(String id) {
        return Files.exists(file(id));
    }

    /// Keeps a certificate, durable on return.
    ///
    /// @return false if it is too large
    boolean put(Address address, Instant received, List<X509Certificate> chain) throws IOException {
        String text = ADDRESS + address + "\n" + RECEIVED + received + "\n" + Pem.of(chain);
        if (text.length() > FILE_CHARS_MAX) {
            return false;
        }
        Disk disk = FileDisk.forFolderOwner();
        disk.createDirectories(folder);
        WholeFile.replace(disk, file(id(chain.getFirst())), text.getBytes(US_ASCII));
        return true;
    }

    /// The names of all, also of files that cannot be read.
    List<String> ids() throws IOException {
        try {
            return new FileDisk()
                    .list(folder).stream()
                            .map(file -> file.getFileName().toString().replaceFirst("\\.pem$", ""))
                            .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /// One of them; empty if there is none, or it cannot be read.
    Optional<Waiting> find(String id) {
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        try {
            if (Files.size(file(id)) > FILE_CHARS_MAX) {
                // Nothing of ours: a file that we write is never so large.
                return Optional.empty();
            }
            List<X509Certificate> chain = Pem.certificates(file(id));
            List<String> lines = Files.readString(file(id), US_ASCII).lines().limit(2).toList();
            Optional<Address> address = Address.parse(after(ADDRESS, lines.get(0)));
            Instant received = Instant.parse(after(RECEIVED, lines.get(1)));
            return address.map(it -> new Waiting(id, it, received, chain));
        } catch (IOException | DateTimeException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static String after(String name, String line) {
        return line.startsWith(name) ? line.substring(name.length()) : "";
    }

    /// Takes one away, if it is there.
    void remove(String id) throws IOException {
        Files.deleteIfExists(file(id));
    }

    private Path file(String id) {
        return folder.resolve(id + ENDING);
    }
}
