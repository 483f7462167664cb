package org.postern.testkit;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// An authenticator in software that says whatever it is told: WebAuthn level 3 §6.1, §8.7; ES256.
public final class SoftKey {
    private static final int USER_PRESENT = 0x01;
    private static final int USER_VERIFIED = 0x04;
    private static final int ATTESTED = 0x40;
    private static final int COORDINATE_OCTETS = 32;

    private final KeyPair pair;
    private final byte[] id;

    /// @param name of the credential, 16 characters
    public SoftKey(String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            pair = generator.generateKeyPair();
            id = name.getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What the authenticator is told, and what it says of itself.
    ///
    /// @param origin of the page that the browser shows
    /// @param rpId of the host that the key is for
    /// @param uses its counter
    /// @param verified whether it saw its user
    public record Saying(
            String challenge, String origin, String rpId, long uses, boolean verified) {
        public Saying from(String other) {
            return new Saying(challenge, other, rpId, uses, verified);
        }

        public Saying to(String other) {
            return new Saying(challenge, origin, other, uses, verified);
        }

        public Saying used(long other) {
            return new Saying(challenge, origin, rpId, other, verified);
        }

        public Saying unverified() {
            return new Saying(challenge, origin, rpId, uses, false);
        }

        public Saying asked(String other) {
            return new Saying(other, origin, rpId, uses, verified);
        }
    }

    /// The name of the credential, base64url.
    public String id() {
        return base64(id);
    }

    /// The client data of a browser, base64url.
    ///
    /// @param type `webauthn.create` or `webauthn.get`
    public static String client(String type, Saying saying) {
        String json =
                "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false}"
                        .formatted(type, saying.challenge(), saying.origin());
        return base64(json.getBytes(StandardCharsets.UTF_8));
    }

    /// The attestation object of a new key, base64url.
    public String attestation(Saying saying) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(head(saying, ATTESTED));
        data.writeBytes(new byte[16]);
        data.writeBytes(new byte[] {0, (byte) id.length});
        data.writeBytes(id);
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        // A map of kty: EC2, alg: ES256, crv: P-256, x, y (RFC 9052, RFC 9053).
        data.writeBytes(HexFormat.of().parseHex("a5010203262001215820"));
        data.writeBytes(coordinate(key.getW().getAffineX()));
        data.writeBytes(HexFormat.of().parseHex("225820"));
        data.writeBytes(coordinate(key.getW().getAffineY()));
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        object.write(0xA3);
        text(object, "fmt");
        text(object, "none");
        text(object, "attStmt");
        object.write(0xA0);
        text(object, "authData");
        object.write(0x58);
        object.write(data.size());
        object.writeBytes(data.toByteArray());
        return base64(object.toByteArray());
    }

    /// The authenticator data of a key that is shown, base64url.
    public static String data(Saying saying) {
        return base64(head(saying, 0));
    }

    /// The signature of a key that is shown, base64url.
    public String signature(Saying saying) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(head(saying, 0));
            byte[] client = Base64.getUrlDecoder().decode(client("webauthn.get", saying));
            signature.update(sha256(client));
            return base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] head(Saying saying, int more) {
        int flags = USER_PRESENT | more | (saying.verified() ? USER_VERIFIED : 0);
        return ByteBuffer.allocate(37)
                .put(sha256(saying.rpId().getBytes(StandardCharsets.UTF_8)))
                .put((byte) flags)
                .putInt((int) saying.uses())
                .array();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.write(0x60 + text.length());
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] octets = number.toByteArray();
        byte[] whole = new byte[COORDINATE_OCTETS];
        int length = Math.min(octets.length, COORDINATE_OCTETS);
        byte[] last = Arrays.copyOfRange(octets, octets.length - length, octets.length);
        System.arraycopy(last, 0, whole, COORDINATE_OCTETS - length, length);
        return whole;
    }

    private static byte[] sha256(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}
