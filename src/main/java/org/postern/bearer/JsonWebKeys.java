package org.postern.bearer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The public keys of an issuer: RFC 7517. Keys that are for something else, or of a kind that is
/// not used here, are left out.
record JsonWebKeys(List<Key> keys) {
    /// Of a JWK set.
    static final int OCTETS_MAX = 256 * 1_024;

    private static final int KEYS_MAX = 100;
    private static final int ID_CHARACTERS_MAX = 200;
    private static final int RSA_BITS_MIN = 2_048;
    private static final int RSA_BITS_MAX = 8_192;
    private static final int COORDINATE_OCTETS = 32;

    /// RFC 8410 §4: what stands before the 32 octets of an Ed25519 key.
    private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    /// @param id by which tokens name it; empty if they cannot
    record Key(String id, Algorithm algorithm, PublicKey key) {}

    JsonWebKeys {
        keys = List.copyOf(keys);
    }

    /// @param octets at most `OCTETS_MAX`
    /// @throws IOException if it is no JWK set, or holds no key that could be used
    static JsonWebKeys parse(byte[] octets) throws IOException {
        JsonNode set =
                BoundedJson.object(octets)
                        .map(it -> it.get("keys"))
                        .filter(JsonNode::isArray)
                        .orElseThrow(() -> new IOException("this is no JWK set"));
        if (set.size() > KEYS_MAX) {
            throw new IOException("the JWK set has more than " + KEYS_MAX + " keys");
        }
        List<Key> keys = new ArrayList<>();
        for (JsonNode each : set) {
            if (each instanceof ObjectNode object) {
                key(object).ifPresent(keys::add);
            }
        }
        if (keys.isEmpty()) {
            throw new IOException("the JWK set has no key for RS256, ES256 or EdDSA");
        }
        return new JsonWebKeys(keys);
    }

    /// @param id as the token names it; empty if it names none
    /// @return the only key that fits; empty if there is none, or more than one
    Optional<Key> find(Optional<String> id, Algorithm algorithm) {
        List<Key> fitting =
                keys.stream()
                        .filter(it -> it.algorithm() == algorithm)
                        .filter(it -> id.isEmpty() || it.id().equals(id.get()))
                        .toList();
        return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
    }

    private static Optional<Key> key(ObjectNode object) {
        String id = BoundedJson.text(object, "kid").orElse("");
        Optional<Algorithm> algorithm =
                BoundedJson.text(object, "kty").flatMap(Algorithm::ofKeyType);
        boolean other =
                BoundedJson.text(object, "use").filter(it -> !it.equals("sig")).isPresent()
                        || BoundedJson.text(object, "alg")
                                .filter(it -> !Algorithm.of(it).equals(algorithm))
                                .isPresent();
        if (algorithm.isEmpty() || other || id.length() > ID_CHARACTERS_MAX) {
            return Optional.empty();
        }
        try {
            return publicKey(algorithm.get(), object).map(it -> new Key(id, algorithm.get(), it));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // It is no key; the others may be.
            return Optional.empty();
        }
    }

    private static Optional<PublicKey> publicKey(Algorithm algorithm, ObjectNode object)
            throws GeneralSecurityException {
        return switch (algorithm) {
            case RS256 -> rsa(number(object, "n"), number(object, "e"));
            case ES256 -> ec(object);
            case EDDSA -> ed25519(object);
        };
    }

    private static Optional<PublicKey> rsa(BigInteger modulus, BigInteger exponent)
            throws GeneralSecurityException {
        int bits = modulus.bitLength();
        if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX || exponent.bitLength() > Integer.SIZE) {
            return Optional.empty();
        }
        return Optional.of(
                KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(modulus, exponent)));
    }

    private static Optional<PublicKey> ec(ObjectNode object) throws GeneralSecurityException {
        if (!BoundedJson.text(object, "crv").equals(Optional.of("P-256"))) {
            return Optional.empty();
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(number(object, "x"), number(object, "y"));
        ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
        return Optional.of(
                KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve)));
    }

    private static Optional<PublicKey> ed25519(ObjectNode object) throws GeneralSecurityException {
        byte[] point = octets(object, "x");
        if (!BoundedJson.text(object, "crv").equals(Optional.of("Ed25519"))
                || point.length != COORDINATE_OCTETS) {
            return Optional.empty();
        }
        byte[] encoded = new byte[ED25519_HEAD.length + point.length];
        System.arraycopy(ED25519_HEAD, 0, encoded, 0, ED25519_HEAD.length);
        System.arraycopy(point, 0, encoded, ED25519_HEAD.length, point.length);
        return Optional.of(
                KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    }

    private static BigInteger number(ObjectNode object, String name) {
        return new BigInteger(1, octets(object, name));
    }

    private static byte[] octets(ObjectNode object, String name) {
        return Base64.getUrlDecoder().decode(BoundedJson.text(object, name).orElse(""));
    }
}
