package org.postern.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/// An OpenID provider as far as it signs: one key of a kind.
public record TokenIssuer(String id, String algorithm, KeyPair keys) {
    private static final int COORDINATE_OCTETS = 32;

    public static TokenIssuer rsa(String id, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new TokenIssuer(id, "RS256", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static TokenIssuer ec(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new TokenIssuer(id, "ES256", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static TokenIssuer ed25519(String id) {
        try {
            return new TokenIssuer(
                    id, "EdDSA", KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A JWK set of these.
    public static String set(TokenIssuer... issuers) {
        return "{\"keys\":["
                + String.join(",", Arrays.stream(issuers).map(TokenIssuer::key).toList())
                + "]}";
    }

    /// The public key as a JWK.
    public String key() {
        String head = "{\"use\":\"sig\",\"kid\":\"" + id + "\",\"alg\":\"" + algorithm + "\",";
        return head
                + switch (algorithm) {
                    case "RS256" -> {
                        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
                        yield "\"kty\":\"RSA\",\"n\":\""
                                + text(key.getModulus().toByteArray())
                                + "\",\"e\":\"AQAB\"}";
                    }
                    case "ES256" -> {
                        ECPublicKey key = (ECPublicKey) keys.getPublic();
                        yield "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                                + text(coordinate(key.getW().getAffineX()))
                                + "\",\"y\":\""
                                + text(coordinate(key.getW().getAffineY()))
                                + "\"}";
                    }
                    default -> {
                        byte[] all = keys.getPublic().getEncoded();
                        yield "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
                                + text(
                                        Arrays.copyOfRange(
                                                all, all.length - COORDINATE_OCTETS, all.length))
                                + "\"}";
                    }
                };
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] octets = number.toByteArray();
        byte[] whole = new byte[COORDINATE_OCTETS];
        int from = Math.max(0, octets.length - COORDINATE_OCTETS);
        int length = octets.length - from;
        System.arraycopy(octets, from, whole, COORDINATE_OCTETS - length, length);
        return whole;
    }

    /// An access token with the usual head: RFC 9068 §2.1.
    public String token(String claims) {
        return token(head("at+jwt"), claims);
    }

    /// @param type what `typ` says
    public String head(String type) {
        return "{\"typ\":\"%s\",\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(type, algorithm, id);
    }

    /// A token with any head, signed as this key signs.
    public String token(String head, String claims) {
        String signed = text(head.getBytes(US_ASCII)) + "." + text(claims.getBytes(US_ASCII));
        try {
            Signature signer =
                    Signature.getInstance(
                            switch (algorithm) {
                                case "RS256" -> "SHA256withRSA";
                                case "ES256" -> "SHA256withECDSAinP1363Format";
                                default -> "Ed25519";
                            });
            signer.initSign(keys.getPrivate());
            signer.update(signed.getBytes(US_ASCII));
            return signed + "." + text(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String text(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}
