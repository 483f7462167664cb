package org.postern.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.SecretKeyEntry;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Makes a vault's keystore whose password is quick to check: the slow one, made against those who
/// guess, is most of what the start of a clinic costs, and the tests start hundreds of them. What a
/// gateway changes in it later is as slow as ever.
public final class QuickKeystore {
    private static final String PBE = "PBEWithHmacSHA256AndAES_256";
    private static final String MAC_COUNT = "keystore.pkcs12.macIterationCount";
    private static final int ITERATIONS = 1_000;
    private static final int SALT_OCTETS = 20;
    private static final int KEY_OCTETS = 32;
    private static final int ID_OCTETS = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private QuickKeystore() {}

    /// As [org.postern.vault.Vault#create] does; one at a time, because how often the check of the
    /// whole file is hashed is a property of the process.
    public static synchronized void create(Path keystore, char[] password) throws IOException {
        Files.createDirectories(requireNonNull(keystore.toAbsolutePath().getParent()));
        Files.createFile(
                keystore,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        String before = System.setProperty(MAC_COUNT, Integer.toString(ITERATIONS));
        try (OutputStream out = Files.newOutputStream(keystore, StandardOpenOption.WRITE)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            String id = HexFormat.of().formatHex(octets(ID_OCTETS));
            for (String alias : Set.of("kek-1-" + id, "mac-root")) {
                SecretKeySpec key = new SecretKeySpec(octets(KEY_OCTETS), "AES");
                store.setEntry(alias, new SecretKeyEntry(key), protection(password));
            }
            store.store(out, password);
        } catch (GeneralSecurityException e) {
            throw new IOException("the keystore " + keystore + " was not written", e);
        } finally {
            if (before == null) {
                System.clearProperty(MAC_COUNT);
            } else {
                System.setProperty(MAC_COUNT, before);
            }
        }
    }

    private static PasswordProtection protection(char[] password) {
        PBEParameterSpec parameters = new PBEParameterSpec(octets(SALT_OCTETS), ITERATIONS);
        return new PasswordProtection(password, PBE, parameters);
    }

    private static byte[] octets(int count) {
        byte[] octets = new byte[count];
        RANDOM.nextBytes(octets);
        return octets;
    }
}
