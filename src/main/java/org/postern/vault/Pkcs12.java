package org.postern.vault;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.spec.PBEParameterSpec;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;

/// Keystore files in the form of PKCS#12 (RFC 7292), which `keytool` and `openssl` read: written
/// whole, synced, and never over another.
public final class Pkcs12 {
    private static final int SALT_OCTETS = 20;
    private static final int NAME_OCTETS = 4;

    /// PBKDF2 with HMAC-SHA-256, OWASP's advice for it; 0.1 s a key.
    private static final int ITERATIONS = 600_000;

    private static final String PBE = "PBEWithHmacSHA256AndAES_256";

    /// The check of the whole file must not be a cheaper way to guess the password than the keys
    /// themselves; the JDK's own count is 10,000 and can be set by these names alone.
    private static final String MAC_ITERATIONS = "keystore.pkcs12.macIterationCount";

    private static final SecureRandom RANDOM = new SecureRandom();

    private Pkcs12() {}

    /// What is put into a keystore.
    @FunctionalInterface
    public interface Filling {
        void fill(KeyStore store) throws GeneralSecurityException;
    }

    /// How an entry is sealed with the password; a new salt each time.
    public static PasswordProtection protection(char[] password) {
        byte[] salt = new byte[SALT_OCTETS];
        RANDOM.nextBytes(salt);
        return new PasswordProtection(password, PBE, new PBEParameterSpec(salt, ITERATIONS));
    }

    /// Makes a keystore file, readable by its owner alone, who is the owner of the folder if root
    /// makes it. It is durable on return.
    ///
    /// @throws FileAlreadyExistsException if there is one of that name
    public static void create(Path path, char[] password, Filling filling) throws IOException {
        if (password.length == 0) {
            throw new IOException("the password of the keystore " + path + " is empty");
        }
        if (Files.exists(path)) {
            throw alreadyThere(path);
        }
        byte[] octets = encode(password, filling);
        Path directory =
                Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file has a folder");
        Disk disk = FileDisk.forFolderOwner();
        disk.createDirectories(directory);
        byte[] name = new byte[NAME_OCTETS];
        RANDOM.nextBytes(name);
        Path whole =
                directory.resolve(
                        path.getFileName() + "." + HexFormat.of().formatHex(name) + ".new");
        try (DiskFile file = disk.create(whole)) {
            file.write(ByteBuffer.wrap(octets));
            file.sync();
        }
        try {
            // A link and not a rename, because a rename would replace a keystore that another
            // process has made in this moment.
            Files.createLink(path, whole);
        } catch (FileAlreadyExistsException _) {
            throw alreadyThere(path);
        } finally {
            disk.delete(whole);
        }
        disk.sync(directory);
    }

    /// Opens what was read from a keystore file.
    ///
    /// @throws IOException if the password is wrong or the file damaged
    public static KeyStore open(byte[] octets, char[] password)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12", "SunJSSE");
        store.load(new ByteArrayInputStream(octets), password);
        return store;
    }

    private static byte[] encode(char[] password, Filling filling) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12", "SunJSSE");
            store.load(null, null);
            return encode(store, password, filling);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot write a PKCS#12 keystore", e);
        }
    }

    /// A keystore after a change, as the octets of its file.
    static byte[] encode(KeyStore store, char[] password, Filling change) throws IOException {
        try {
            change.fill(store);
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            store(store, octets, password);
            return octets.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot write a PKCS#12 keystore", e);
        }
    }

    /// One at a time: the count is a property of the whole process.
    private static synchronized void store(
            KeyStore store, ByteArrayOutputStream out, char[] password)
            throws GeneralSecurityException, IOException {
        String before = System.getProperty(MAC_ITERATIONS);
        System.setProperty(MAC_ITERATIONS, Integer.toString(ITERATIONS));
        try {
            store.store(out, password);
        } finally {
            if (before == null) {
                System.clearProperty(MAC_ITERATIONS);
            } else {
                System.setProperty(MAC_ITERATIONS, before);
            }
        }
    }

    private static FileAlreadyExistsException alreadyThere(Path path) {
        return new FileAlreadyExistsException(
                path.toString(), null, "a keystore is never overwritten; move it away first");
    }
}
