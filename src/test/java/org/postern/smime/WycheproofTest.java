package org.postern.smime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postern.pki.Providers;
import org.postern.testkit.Peers;

/// Project Wycheproof's vectors against the ciphers and signatures that the gateway relies on, from
/// the providers that it takes them from, with the parameters that it uses. What another
/// implementation once got wrong must be refused here.
final class WycheproofTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String CONTENT = ContentCipher.PROVIDER;

    private static final String SHORT_KEY =
            "Bouncy Castle unwraps eight octets; `ContentKey` takes none but 16, 24 or 32";

    /// What one vector comes to.
    @FunctionalInterface
    private interface Operation {
        /// @return whether it is accepted, and gives what it has to
        boolean accepts(JsonNode group, JsonNode vector) throws GeneralSecurityException;
    }

    /// Vectors that are accepted or refused otherwise than their authors say, by file, each with
    /// the reason.
    private static final Map<String, Map<Integer, String>> DIFFERENT =
            Map.of(
                    "aes_wrap",
                    Map.of(13, SHORT_KEY, 55, SHORT_KEY, 110, SHORT_KEY),
                    "ecdh_secp256r1",
                    Map.of(
                            359,
                            "a curve written out with the cofactor 0: the library does not use the"
                                    + " cofactor, and `ContentKey` takes the curve from our own key"
                                    + " and never from the sender's"));

    static Stream<Arguments> files() {
        return Stream.of(
                file("aes_gcm", 316, WycheproofTest::gcm),
                file("aes_kwp", 254, (_, vector) -> unwraps(vaultWrap(), vector)),
                file("aes_wrap", 165, (_, vector) -> unwraps(agreedWrap(), vector)),
                file("ecdh_secp256r1", 612, WycheproofTest::ecdh),
                file("ecdsa_secp256r1_sha256", 471, verifies("SHA256withECDSA")),
                file("ed25519", 150, verifies("Ed25519")),
                file("rsa_signature_2048_sha256", 259, verifies("SHA256withRSA")),
                file("rsa_pss_2048_sha256_mgf1_0", 103, WycheproofTest::pss),
                file("rsa_pss_2048_sha256_mgf1_32", 108, WycheproofTest::pss),
                file("rsa_oaep_2048_sha256_mgf1sha1", 31, WycheproofTest::oaep),
                file("rsa_oaep_2048_sha256_mgf1sha256", 37, WycheproofTest::oaep),
                file("rsa_oaep_3072_sha256_mgf1sha1", 32, WycheproofTest::oaep),
                file("rsa_oaep_3072_sha256_mgf1sha256", 37, WycheproofTest::oaep),
                file("x25519", 518, WycheproofTest::x25519));
    }

    private static Arguments file(String name, int vectors, Operation operation) {
        return Arguments.of(name, vectors, operation);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void givesTheExpectedVerdicts(String name, int vectors, Operation operation) throws Exception {
        Path file = Peers.corpora().resolve("crypto/wycheproof/" + name + "_test.json");
        JsonNode all = new ObjectMapper().readTree(file.toFile());
        Map<Integer, String> different = DIFFERENT.getOrDefault(name, Map.of());
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (JsonNode group : all.get("testGroups")) {
            for (JsonNode vector : group.get("tests")) {
                seen++;
                boolean accepted = accepts(operation, group, vector);
                String wanted = vector.get("result").asText();
                boolean right = wanted.equals("acceptable") || accepted == wanted.equals("valid");
                if (right == different.containsKey(vector.get("tcId").asInt())) {
                    wrong.add(
                            "%s is %s, and was %s: %s %s"
                                    .formatted(
                                            vector.get("tcId"),
                                            wanted,
                                            accepted ? "accepted" : "refused",
                                            vector.get("comment"),
                                            vector.get("flags")));
                }
            }
        }
        assertTrue(wrong.isEmpty(), () -> name + "\n" + String.join("\n", wrong));
        assertEquals(vectors, seen, "vectors");
    }

    /// Any exception refuses: what matters is that nothing comes out.
    private static boolean accepts(Operation operation, JsonNode group, JsonNode vector) {
        try {
            return operation.accepts(group, vector);
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static byte[] octets(JsonNode node, String field) {
        return HEX.parseHex(node.get(field).asText());
    }

    private static boolean gcm(JsonNode group, JsonNode vector) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", CONTENT);
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(octets(vector, "key"), "AES"),
                new GCMParameterSpec(group.get("tagSize").asInt(), octets(vector, "iv")));
        cipher.updateAAD(octets(vector, "aad"));
        cipher.update(new byte[0]);
        byte[] plain = cipher.doFinal(joined(octets(vector, "ct"), octets(vector, "tag")));
        return Arrays.equals(plain, octets(vector, "msg"));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /// RFC 5649, as `Vault` wraps.
    private static Cipher vaultWrap() throws GeneralSecurityException {
        return Cipher.getInstance("AES/KWP/NoPadding", CONTENT);
    }

    /// RFC 3394, as the content key lies under one that was agreed on (RFC 5753).
    private static Cipher agreedWrap() throws GeneralSecurityException {
        return Cipher.getInstance("AESWrap", Providers.BOUNCY_CASTLE);
    }

    private static boolean unwraps(Cipher cipher, JsonNode vector) throws GeneralSecurityException {
        cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(octets(vector, "key"), "AES"));
        Key key = cipher.unwrap(octets(vector, "ct"), "AES", Cipher.SECRET_KEY);
        return Arrays.equals(key.getEncoded(), octets(vector, "msg"));
    }

    private static Operation verifies(String algorithm) {
        String key = algorithm.equals("Ed25519") ? "Ed25519" : algorithm.split("with", 2)[1];
        return (group, vector) -> {
            Signature signature = Signature.getInstance(algorithm, Providers.BOUNCY_CASTLE);
            return isSigned(signature, key.equals("ECDSA") ? "EC" : key, group, vector);
        };
    }

    private static boolean pss(JsonNode group, JsonNode vector) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS", Providers.BOUNCY_CASTLE);
        signature.setParameter(
                new PSSParameterSpec(
                        "SHA-256",
                        "MGF1",
                        MGF1ParameterSpec.SHA256,
                        group.get("sLen").asInt(),
                        PSSParameterSpec.TRAILER_FIELD_BC));
        return isSigned(signature, "RSA", group, vector);
    }

    private static boolean isSigned(
            Signature signature, String key, JsonNode group, JsonNode vector)
            throws GeneralSecurityException {
        signature.initVerify(publicKey(key, octets(group, "publicKeyDer")));
        signature.update(octets(vector, "msg"));
        return signature.verify(octets(vector, "sig"));
    }

    private static PublicKey publicKey(String algorithm, byte[] der)
            throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm, Providers.BOUNCY_CASTLE)
                .generatePublic(new X509EncodedKeySpec(der));
    }

    private static boolean oaep(JsonNode group, JsonNode vector) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/NONE/OAEPPadding", Providers.BOUNCY_CASTLE);
        PrivateKey key =
                KeyFactory.getInstance("RSA", Providers.BOUNCY_CASTLE)
                        .generatePrivate(new PKCS8EncodedKeySpec(octets(group, "privateKeyPkcs8")));
        cipher.init(
                Cipher.DECRYPT_MODE,
                key,
                new OAEPParameterSpec(
                        "SHA-256",
                        "MGF1",
                        new MGF1ParameterSpec(group.get("mgfSha").asText()),
                        new PSource.PSpecified(octets(vector, "label"))));
        return Arrays.equals(cipher.doFinal(octets(vector, "ct")), octets(vector, "msg"));
    }

    private static boolean ecdh(JsonNode group, JsonNode vector) throws GeneralSecurityException {
        PublicKey other = publicKey("EC", octets(vector, "public"));
        // The curve is that of our own key, whatever the other key says of itself.
        ECPublicKey own = (ECPublicKey) publicKey("EC", ownCurve());
        PrivateKey key =
                KeyFactory.getInstance("EC", Providers.BOUNCY_CASTLE)
                        .generatePrivate(
                                new ECPrivateKeySpec(
                                        new BigInteger(1, octets(vector, "private")),
                                        own.getParams()));
        return agrees("ECDH", key, other, vector);
    }

    /// A point of P-256: its generator.
    private static byte[] ownCurve() {
        return HEX.parseHex(
                "3059301306072a8648ce3d020106082a8648ce3d030107034200"
                        + "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                        + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
    }

    private static boolean x25519(JsonNode group, JsonNode vector) throws GeneralSecurityException {
        ASN1ObjectIdentifier id = EdECObjectIdentifiers.id_X25519;
        try {
            byte[] own =
                    new PrivateKeyInfo(
                                    new AlgorithmIdentifier(id),
                                    new DEROctetString(octets(vector, "private")))
                            .getEncoded();
            byte[] other =
                    new SubjectPublicKeyInfo(new AlgorithmIdentifier(id), octets(vector, "public"))
                            .getEncoded();
            PrivateKey key =
                    KeyFactory.getInstance("X25519", Providers.BOUNCY_CASTLE)
                            .generatePrivate(new PKCS8EncodedKeySpec(own));
            return agrees("X25519", key, publicKey("X25519", other), vector);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static boolean agrees(
            String algorithm, PrivateKey own, PublicKey other, JsonNode vector)
            throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(algorithm, Providers.BOUNCY_CASTLE);
        agreement.init(own);
        agreement.doPhase(other, true);
        return Arrays.equals(agreement.generateSecret(), octets(vector, "shared"));
    }
}
