package org.postern.vault;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Password hashes by Argon2id (RFC 9106), written as PHC strings.
///
/// One check takes about 20 MB and 30 ms, on purpose: whoever lets strangers call it limits how
/// many run at once.
public final class PasswordHash {
    /// OWASP's advice: 19 MiB, two passes, one lane.
    private static final Cost COST = new Cost(19_456, 2, 1);

    private static final int SALT_OCTETS = 16;
    private static final int HASH_OCTETS = 32;

    /// What a hash written by another program may ask for before it is taken for an attack.
    private static final Cost COST_MAX = new Cost(256 * 1024, 16, 16);

    private static final Pattern PHC =
            Pattern.compile(
                    "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})"
                            + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private PasswordHash() {}

    /// @param random a cryptographically strong one
    public static String of(char[] secret, RandomGenerator random) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        return encode(salt, hash(secret, COST, salt, HASH_OCTETS));
    }

    /// Whether the secret is the one that was hashed. A text that is no hash matches nothing.
    public static boolean matches(char[] secret, String encoded) {
        return Phc.parse(encoded)
                .map(phc ->
                        MessageDigest.isEqual(
                                phc.hash(),
                                hash(secret, phc.cost(), phc.salt(), phc.hash().length)))
                .orElse(false);
    }

    /// A key that whoever knows the secret can make again.
    ///
    /// @param salt random octets, kept with what the key seals
    /// @throws IllegalArgumentException if the cost is none, or is taken for an attack
    public static DataKey key(char[] secret, byte[] salt, Cost cost) {
        if (!cost.isWithin(COST_MAX)) {
            throw new IllegalArgumentException("no password is hashed at this cost");
        }
        return new DataKey(hash(secret, cost, salt, DataKey.OCTETS));
    }

    /// Whether the text is a hash that `matches` can check.
    public static boolean isValid(String encoded) {
        return Phc.parse(encoded).isPresent();
    }

    /// A hash that no secret matches. For a user who is not known, the secret is checked against
    /// this one, so that the time of the answer does not tell who is.
    public static String dummy() {
        return encode(new byte[SALT_OCTETS], new byte[HASH_OCTETS]);
    }

    private static String encode(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        COST.memoryKibibytes(),
                        COST.passes(),
                        COST.lanes(),
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }

    private static byte[] hash(char[] secret, Cost cost, byte[] salt, int length) {
        Argon2Parameters parameters =
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(cost.memoryKibibytes())
                        .withIterations(cost.passes())
                        .withParallelism(cost.lanes())
                        .withSalt(salt)
                        .build();
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(parameters);
        byte[] octets = utf8(secret);
        byte[] hash = new byte[length];
        try {
            argon2.generateBytes(octets, hash);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
        return hash;
    }

    /// Without a String or a hidden buffer in between, which could not be zeroed.
    private static byte[] utf8(char[] secret) {
        CharsetEncoder encoder =
                StandardCharsets.UTF_8
                        .newEncoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE);
        byte[] room = new byte[(int) (encoder.maxBytesPerChar() * secret.length)];
        ByteBuffer out = ByteBuffer.wrap(room);
        encoder.encode(CharBuffer.wrap(secret), out, true);
        byte[] octets = Arrays.copyOf(room, out.position());
        Arrays.fill(room, (byte) 0);
        return octets;
    }

    /// How much one hash takes.
    public record Cost(int memoryKibibytes, int passes, int lanes) {
        /// What RFC 9106 §4 recommends where memory is short: for a file that others may try as
        /// often as they like.
        public static final Cost OF_FILES = new Cost(65_536, 3, 4);

        boolean isWithin(Cost most) {
            return memoryKibibytes <= most.memoryKibibytes
                    && passes <= most.passes
                    && lanes <= most.lanes
                    && passes > 0
                    && lanes > 0
                    && memoryKibibytes >= 8 * lanes;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and seen by this class alone
    private record Phc(Cost cost, byte[] salt, byte[] hash) {
        static Optional<Phc> parse(String text) {
            Matcher matcher = PHC.matcher(text);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            Cost cost =
                    new Cost(
                            Integer.parseInt(matcher.group(1)),
                            Integer.parseInt(matcher.group(2)),
                            Integer.parseInt(matcher.group(3)));
            if (!cost.isWithin(COST_MAX)) {
                return Optional.empty();
            }
            try {
                Base64.Decoder base64 = Base64.getDecoder();
                return Optional.of(
                        new Phc(
                                cost,
                                base64.decode(matcher.group(4)),
                                base64.decode(matcher.group(5))));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }
    }
}
