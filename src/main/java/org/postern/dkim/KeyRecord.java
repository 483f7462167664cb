package org.postern.dkim;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postern.dkim.DkimSignature.Algorithm;

/// A public key as DNS has it: RFC 6376 §3.6.1, RFC 8463 §4.
///
/// @param strict `t=s`: the identity is of the domain itself, not of one below it
record KeyRecord(PublicKey key, boolean strict) {
    /// RFC 8301 §3.2.
    static final int RSA_BITS_MIN = 1_024;

    /// RFC 8301 §3.2 asks for 4096; larger ones cost much and prove no more.
    static final int RSA_BITS_MAX = 4_096;

    /// Every exponent in use is 3 or 65537; a long one only costs time.
    private static final int RSA_EXPONENT_BITS_MAX = 33;

    /// Characters of a record that are looked at.
    static final int RECORD_OCTETS_MAX = 8 * 1_024;

    /// RFC 8410 §4: what stands before the 32 octets of a key.
    private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int ED25519_OCTETS = 32;

    /// What a record is good for.
    sealed interface Read {
        record Good(KeyRecord key) implements Read {}

        /// It cannot be read, or is not for this use.
        record Bad(String reason) implements Read {}

        /// It can be read, and is too weak or too costly to be believed.
        record Unacceptable(String reason) implements Read {}
    }

    /// Reads the record for signatures of one algorithm.
    static Read read(String record, Algorithm algorithm) {
        if (record.length() > RECORD_OCTETS_MAX) {
            return new Read.Bad("the key record is too long");
        }
        TagList tags = TagList.parse(record).orElse(null);
        if (tags == null || !tags.get("v").orElse("DKIM1").equals("DKIM1")) {
            return new Read.Bad("the key record cannot be read");
        }
        if (tags.get("v").isPresent() && !tags.first().equals("v")) {
            return new Read.Bad("the key record does not begin with v=");
        }
        if (!tags.get("k").orElse("rsa").equals(algorithm.keyType())) {
            return new Read.Bad("the key is of another kind");
        }
        if (!among(tags.get("h").orElse("sha256"), "sha256")) {
            return new Read.Bad("the key is for other hashes");
        }
        String services = tags.get("s").orElse("*");
        if (!among(services, "*") && !among(services, "email")) {
            return new Read.Bad("the key is not for mail");
        }
        String key = TagList.solid(tags.get("p").orElse("-"));
        if (key.isEmpty()) {
            return new Read.Bad("the key is revoked");
        }
        boolean strict = among(tags.get("t").orElse(""), "s");
        try {
            byte[] octets = Base64.getDecoder().decode(key);
            return switch (algorithm) {
                case RSA -> rsa(octets, strict);
                case ED25519 -> ed25519(octets, strict);
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return new Read.Bad("the key cannot be read");
        }
    }

    private static boolean among(String list, String word) {
        return List.of(TagList.solid(list).split(":", -1)).contains(word);
    }

    private static Read rsa(byte[] octets, boolean strict) throws GeneralSecurityException {
        RSAPublicKey key =
                (RSAPublicKey)
                        KeyFactory.getInstance("RSA")
                                .generatePublic(new X509EncodedKeySpec(info(octets)));
        BigInteger modulus = key.getModulus();
        if (modulus.bitLength() < RSA_BITS_MIN) {
            return new Read.Unacceptable("the key is too short");
        }
        if (modulus.bitLength() > RSA_BITS_MAX
                || key.getPublicExponent().bitLength() > RSA_EXPONENT_BITS_MAX) {
            return new Read.Unacceptable("the key is too long");
        }
        return new Read.Good(new KeyRecord(key, strict));
    }

    /// RFC 6376 §3.6.1 says RSAPublicKey and shows SubjectPublicKeyInfo (erratum 3017): both occur.
    private static byte[] info(byte[] octets) {
        try {
            ASN1Primitive read = ASN1Primitive.fromByteArray(octets);
            if (read instanceof ASN1Sequence sequence
                    && sequence.size() == 2
                    && sequence.getObjectAt(0) instanceof ASN1Integer) {
                return new SubjectPublicKeyInfo(
                                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption), read)
                        .getEncoded();
            }
            return octets;
        } catch (IOException e) {
            throw new IllegalArgumentException("no DER", e);
        }
    }

    private static Read ed25519(byte[] octets, boolean strict) throws GeneralSecurityException {
        if (octets.length != ED25519_OCTETS) {
            return new Read.Bad("the key cannot be read");
        }
        byte[] info = Arrays.copyOf(ED25519_HEAD, ED25519_HEAD.length + ED25519_OCTETS);
        System.arraycopy(octets, 0, info, ED25519_HEAD.length, ED25519_OCTETS);
        PublicKey key =
                KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info));
        return new Read.Good(new KeyRecord(key, strict));
    }
}
