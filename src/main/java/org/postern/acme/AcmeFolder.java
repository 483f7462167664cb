package org.postern.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.net.TlsMaterial;
import org.postern.pki.Pem;
import org.postern.store.Disk;
import org.postern.store.WholeFile;

/// Where the certificate of the pages lies, with its key, the key of the account and what went
/// wrong last. Each is one file that is replaced whole, durable before it is used, and that its
/// owner alone can read.
public final class AcmeFolder {
    private static final String KEYS = "EC";
    private static final int TROUBLE_OCTETS_MAX = 16 * 1024;

    /// A chain and its key take some 10 KiB, and are written beside those before.
    private static final long ROOM_OCTETS = 1 << 20;

    private final Disk disk;
    private final Path folder;
    private final String host;

    /// @param folder it need not exist yet
    /// @param host a name in the domain name system
    public AcmeFolder(Disk disk, Path folder, String host) {
        this.disk = disk;
        this.folder = folder;
        this.host = host.toLowerCase(Locale.ROOT);
    }

    String host() {
        return host;
    }

    /// The file with the certificate, its chain and its key.
    public Path file() {
        return folder.resolve(host + ".pem");
    }

    /// The certificate that is kept; empty if none ever came.
    ///
    /// @throws IOException if the file is there and cannot be read
    public Optional<X509Certificate> certificate() throws IOException {
        return Files.exists(file())
                ? Optional.of(Pem.certificates(file()).getFirst())
                : Optional.empty();
    }

    /// The certificate that should have been renewed long since.
    ///
    /// @throws IOException if the file is there and cannot be read
    public Optional<X509Certificate> late(Instant now) throws IOException {
        return certificate().filter(it -> !now.isBefore(RenewalTime.late(it)));
    }

    /// Why the certificate that is kept is of no use: a sentence for people; empty if it is, or if
    /// none ever came.
    public Optional<String> problem(Instant now) {
        try {
            material(now);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// The same with its key, ready for handshakes.
    ///
    /// @throws IOException if the file is there and cannot be used; the message says what to do
    Optional<TlsMaterial> material(Instant now) throws IOException {
        if (!Files.exists(file())) {
            return Optional.empty();
        }
        return switch (TlsMaterial.load(file(), file(), now)) {
            case TlsMaterial.Loaded.Ready(TlsMaterial material, var _) -> Optional.of(material);
            case TlsMaterial.Loaded.Unusable(String problem) ->
                    throw new IOException(
                            problem + "; remove the file, and the gateway gets another one");
        };
    }

    /// Keeps a certificate and its key in the place of those before; durable on return.
    void keep(KeyPair key, List<X509Certificate> chain) throws IOException {
        disk.createDirectories(folder);
        WholeFile.replace(disk, file(), Pem.of(chain).getBytes(US_ASCII), text(key.getPrivate()));
    }

    /// The key of the account with the authority; the first call makes it, durable on return.
    KeyPair account(SecureRandom random) throws IOException {
        Path file = folder.resolve("account.pem");
        if (Files.exists(file)) {
            return new KeyPair(Pem.publicKey(file, KEYS), Pem.privateKey(file));
        }
        KeyPair key = newKey(random);
        disk.createDirectories(folder);
        WholeFile.replace(
                disk, file, text(key.getPrivate()), Pem.of(key.getPublic()).getBytes(US_ASCII));
        return key;
    }

    /// A key of the kind that every authority and browser takes.
    static KeyPair newKey(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(KEYS);
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has P-256", e);
        }
    }

    /// Whether the volume has room for a certificate, as far as anybody knows.
    public boolean hasRoom() {
        Path there = folder;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return disk.freeBytes(there) >= ROOM_OCTETS;
        } catch (IOException _) {
            return false;
        }
    }

    /// What went wrong last, if no certificate came since. The note of an order whose certificate
    /// is kept counts as none: the gateway stopped before it was taken away. One that says nothing
    /// that can be understood counts as one of the longest wait, from the time at which it was
    /// written.
    ///
    /// @throws IOException if the file is there and cannot be read
    public Optional<Trouble> trouble() throws IOException {
        Path file = troubleFile();
        try {
            Instant written = Files.getLastModifiedTime(file).toInstant();
            Optional<Trouble> said =
                    Files.size(file) > TROUBLE_OCTETS_MAX
                            ? Optional.empty()
                            : Trouble.parse(Files.readAllBytes(file));
            return said.or(() ->
                            Optional.of(
                                    Trouble.longest(
                                            written,
                                            "what went wrong before cannot be read in " + file)))
                    .filter(it -> !isSettled(it));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private boolean isSettled(Trouble trouble) {
        try {
            return certificate().filter(trouble::isSettledBy).isPresent();
        } catch (IOException _) {
            // Whatever lies there, it is not what was ordered.
            return false;
        }
    }

    void note(Trouble trouble) throws IOException {
        disk.createDirectories(folder);
        WholeFile.replace(disk, troubleFile(), trouble.octets());
    }

    void forgetTrouble() throws IOException {
        try {
            disk.delete(troubleFile());
            disk.sync(folder);
        } catch (NoSuchFileException _) {
            // There was none.
        }
    }

    private Path troubleFile() {
        return folder.resolve(host + ".trouble");
    }

    private static byte[] text(PrivateKey key) {
        return Pem.of(key).getBytes(US_ASCII);
    }
}
