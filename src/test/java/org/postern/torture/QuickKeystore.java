package org.postern.torture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.SecureRandom;
import java.util.Collections;
import javax.crypto.spec.PBEParameterSpec;

/// Gives a clinic's keystore a password that is quick to check: the slow one, made against those
/// who guess, is most of what a start costs, and a torture run starts hundreds of times. The keys
/// stay the same.
final class QuickKeystore {
    private static final String PBE = "PBEWithHmacSHA256AndAES_256";
    private static final String MAC_COUNT = "keystore.pkcs12.macIterationCount";
    private static final int ITERATIONS = 1_000;
    private static final int SALT_OCTETS = 20;

    private QuickKeystore() {}

    static void make(Path keystore, char[] password) throws IOException {
        String before = System.setProperty(MAC_COUNT, Integer.toString(ITERATIONS));
        try {
            KeyStore slow = KeyStore.getInstance("PKCS12");
            slow.load(new ByteArrayInputStream(Files.readAllBytes(keystore)), password);
            KeyStore quick = KeyStore.getInstance("PKCS12");
            quick.load(null, null);
            for (String alias : Collections.list(slow.aliases())) {
                KeyStore.Entry entry = slow.getEntry(alias, new PasswordProtection(password));
                quick.setEntry(alias, entry, protection(password));
            }
            try (OutputStream out = Files.newOutputStream(keystore)) {
                quick.store(out, password);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("the keystore " + keystore + " was not written again", e);
        } finally {
            if (before == null) {
                System.clearProperty(MAC_COUNT);
            } else {
                System.setProperty(MAC_COUNT, before);
            }
        }
    }

    private static PasswordProtection protection(char[] password) {
        byte[] salt = new byte[SALT_OCTETS];
        new SecureRandom().nextBytes(salt);
        return new PasswordProtection(password, PBE, new PBEParameterSpec(salt, ITERATIONS));
    }
}
