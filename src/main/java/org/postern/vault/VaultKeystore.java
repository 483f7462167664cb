package org.postern.vault;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.SecretKeyEntry;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;

/// The file in which a vault's keys lie: a PKCS#12 keystore (RFC 7292) that `keytool` can list.
///
/// Aliases: `kek-<number>-<id>`, the highest number is the active one; `mac-root`.
final class VaultKeystore {
    private static final String MAC_ROOT = "mac-root";
    private static final Pattern KEK = Pattern.compile("kek-([0-9]{1,6})-([0-9a-f]{8})");
    private static final int KEY_OCTETS = 32;
    private static final int SALT_OCTETS = 20;

    /// PBKDF2 with HMAC-SHA-256, OWASP's advice for it; 0.1 s a key.
    private static final int ITERATIONS = 600_000;

    private static final String PBE = "PBEWithHmacSHA256AndAES_256";

    /// The check of the whole file must not be a cheaper way to guess the password than the keys
    /// themselves; the JDK's own count is 10,000 and can be set by these names alone.
    private static final String MAC_ITERATIONS = "keystore.pkcs12.macIterationCount";

    private VaultKeystore() {}

    static void create(Path path, char[] password) throws IOException {
        if (password.length == 0) {
            throw new IOException("the password of the keystore " + path + " is empty");
        }
        if (Files.exists(path)) {
            throw alreadyThere(path);
        }
        byte[] octets = encode(password);
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(path + " names no file");
        }
        Disk disk = new FileDisk();
        disk.createDirectories(directory);
        Path whole = directory.resolve(path.getFileName() + "." + hex(newKey(), 8) + ".new");
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

    static Vault open(Path path, char[] password) throws IOException {
        byte[] octets;
        try {
            octets = Files.readAllBytes(path);
        } catch (NoSuchFileException _) {
            throw new IOException(
                    "there is no keystore "
                            + path
                            + "; restore it from its backup: without it nothing can be opened");
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12", "SunJSSE");
            store.load(new ByteArrayInputStream(octets), password);
            return read(path, store, password);
        } catch (IOException e) {
            throw new IOException(
                    "the keystore " + path + " does not open: wrong password, or it is damaged", e);
        } catch (GeneralSecurityException e) {
            throw new IOException("the keystore " + path + " holds keys that do not open", e);
        }
    }

    private static Vault read(Path path, KeyStore store, char[] password)
            throws GeneralSecurityException, IOException {
        TreeMap<Integer, Integer> numbers = new TreeMap<>();
        Map<Integer, SecretKey> keks = new TreeMap<>();
        SecretKey macRoot = null;
        for (String alias : Collections.list(store.aliases())) {
            Matcher kek = KEK.matcher(alias);
            if (alias.equals(MAC_ROOT)) {
                macRoot = key(store, alias, password);
            } else if (kek.matches()) {
                int id = HexFormat.fromHexDigits(kek.group(2));
                numbers.put(Integer.valueOf(kek.group(1)), id);
                keks.put(id, key(store, alias, password));
            }
        }
        if (macRoot == null || numbers.isEmpty()) {
            throw new IOException("the keystore " + path + " is not one of this gateway");
        }
        return new Vault(numbers.lastEntry().getValue(), keks, macRoot);
    }

    private static SecretKey key(KeyStore store, String alias, char[] password)
            throws GeneralSecurityException, IOException {
        Key key = store.getKey(alias, password);
        if (key instanceof SecretKey secret) {
            return secret;
        }
        throw new IOException("the entry " + alias + " is not a secret key");
    }

    private static byte[] encode(char[] password) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12", "SunJSSE");
            store.load(null, null);
            put(store, "kek-1-" + hex(newKey(), 8), password);
            put(store, MAC_ROOT, password);
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            store(store, octets, password);
            return octets.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot write a PKCS#12 keystore", e);
        }
    }

    private static void store(KeyStore store, ByteArrayOutputStream out, char[] password)
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

    private static void put(KeyStore store, String alias, char[] password)
            throws GeneralSecurityException {
        byte[] key = newKey();
        byte[] salt = Arrays.copyOf(newKey(), SALT_OCTETS);
        try {
            store.setEntry(
                    alias,
                    new SecretKeyEntry(new SecretKeySpec(key, "AES")),
                    new PasswordProtection(password, PBE, new PBEParameterSpec(salt, ITERATIONS)));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] newKey() {
        byte[] key = new byte[KEY_OCTETS];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static String hex(byte[] octets, int digits) {
        return HexFormat.of().formatHex(octets).substring(0, digits);
    }

    private static FileAlreadyExistsException alreadyThere(Path path) {
        return new FileAlreadyExistsException(
                path.toString(), null, "a keystore is never overwritten; move it away first");
    }
}
