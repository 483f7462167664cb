package org.postern.vault;

import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Argon2id (RFC 9106) for what is too short for a plain hash and has to be found by its hash: the
/// salt is not random but made of what it belongs to, under a key of the keystore. Each one takes
/// 19 MiB and some 30 ms; callers limit how many run at once.
public final class SlowHash {
    private static final int KIBIBYTES = 19_456;
    private static final int PASSES = 2;
    private static final int SALT_OCTETS = 16;

    private SlowHash() {}

    /// @param salt of which the first 16 octets count
    /// @param octets of the hash
    public static byte[] of(byte[] salt, byte[] value, int octets) {
        Argon2BytesGenerator argon = new Argon2BytesGenerator();
        argon.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(KIBIBYTES)
                        .withIterations(PASSES)
                        .withParallelism(1)
                        .withSalt(Arrays.copyOf(salt, SALT_OCTETS))
                        .build());
        byte[] slow = new byte[octets];
        argon.generateBytes(value, slow);
        return slow;
    }
}
