package org.postern.torture;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// A line of a clinic's file of users whose password is quick to check: each life of a gateway
/// begins with sessions that log in, and the slow check, made against those who guess, would take
/// much of its first second. The password stays the same.
final class QuickPassword {
    private static final int KIBIBYTES = 8;
    private static final int HASH_OCTETS = 32;

    private QuickPassword() {}

    static String line(String address, String password) {
        byte[] salt = "salt of a torture".getBytes(StandardCharsets.US_ASCII);
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(KIBIBYTES)
                        .withIterations(1)
                        .withParallelism(1)
                        .withSalt(salt)
                        .build());
        byte[] hash = new byte[HASH_OCTETS];
        argon2.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "%s:$argon2id$v=19$m=%d,t=1,p=1$%s$%s\n"
                .formatted(
                        address,
                        KIBIBYTES,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }
}
