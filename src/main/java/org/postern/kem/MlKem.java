package org.postern.kem;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KEM;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.CMSORIforKEMOtherInfo;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSException;
import org.postern.pki.Providers;
import org.postern.random.Randomness;

/// Content keys by ML-KEM (FIPS 203) in a KEMRecipientInfo: RFC 9629, RFC 9936. What is
/// encapsulated is spread by HKDF with SHA-256 to a key of AES-256, which wraps the content key.
public final class MlKem {
    /// RFC 9629 §3, `id-ori-kem`.
    private static final ASN1ObjectIdentifier TYPE = PKCSObjectIdentifiers.id_smime.branch("13.3");

    private static final String ALGORITHM = "ML-KEM";
    private static final AlgorithmIdentifier HKDF =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_hkdf_with_sha256);
    private static final AlgorithmIdentifier WRAP =
            new AlgorithmIdentifier(CMSAlgorithm.AES256_WRAP);

    /// Octets of the key that each way of wrapping needs.
    private static final Map<ASN1ObjectIdentifier, Integer> WRAPS =
            Map.of(
                    CMSAlgorithm.AES128_WRAP, 16,
                    CMSAlgorithm.AES192_WRAP, 24,
                    CMSAlgorithm.AES256_WRAP, 32);

    /// RFC 9936 §2.2.1.
    private static final Map<ASN1ObjectIdentifier, String> DERIVATIONS =
            Map.of(
                    PKCSObjectIdentifiers.id_alg_hkdf_with_sha256, "HKDF-SHA256",
                    PKCSObjectIdentifiers.id_alg_hkdf_with_sha384, "HKDF-SHA384",
                    PKCSObjectIdentifiers.id_alg_hkdf_with_sha512, "HKDF-SHA512");

    /// To which is encrypted.
    private static final Set<ASN1ObjectIdentifier> SETS =
            Set.of(
                    NISTObjectIdentifiers.id_alg_ml_kem_768,
                    NISTObjectIdentifiers.id_alg_ml_kem_1024);

    private MlKem() {}

    /// Whether a key is one that is encrypted to so.
    public static boolean isOne(PublicKey key) {
        return SETS.contains(info(key).getAlgorithm().getAlgorithm());
    }

    private static SubjectPublicKeyInfo info(PublicKey key) {
        return SubjectPublicKeyInfo.getInstance(key.getEncoded());
    }

    /// A content key for a recipient.
    ///
    /// @param name how the recipient's certificate is named
    public static RecipientInfo wrap(RecipientIdentifier name, PublicKey key, byte[] content)
            throws CMSException {
        try {
            PublicKey theirs =
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePublic(new X509EncodedKeySpec(key.getEncoded()));
            KEM.Encapsulated made =
                    KEM.getInstance(ALGORITHM)
                            .newEncapsulator(theirs, Randomness.shared())
                            .encapsulate();
            SecretKey wrapping = derive(made.key().getEncoded(), HKDF, WRAP, new byte[0]);
            Cipher cipher = cipher();
            cipher.init(Cipher.WRAP_MODE, wrapping);
            KEMRecipientInfo info =
                    new KEMRecipientInfo(
                            name,
                            new AlgorithmIdentifier(info(key).getAlgorithm().getAlgorithm()),
                            new DEROctetString(made.encapsulation()),
                            HKDF,
                            new ASN1Integer(wrapping.getEncoded().length),
                            null,
                            WRAP,
                            new DEROctetString(cipher.wrap(new SecretKeySpec(content, "AES"))));
            return new RecipientInfo(new OtherRecipientInfo(TYPE, info));
        } catch (GeneralSecurityException e) {
            throw new CMSException("a content key cannot be encapsulated for a recipient", e);
        }
    }

    /// The content key that was wrapped for us.
    ///
    /// @param publicKey ours
    /// @throws CMSException if the algorithms are others than ours
    public static byte[] unwrap(KEMRecipientInfo recipient, PublicKey publicKey, PrivateKey own)
            throws CMSException, GeneralSecurityException {
        int octets = WRAPS.getOrDefault(recipient.getWrap().getAlgorithm(), 0);
        boolean known =
                recipient
                                .getKem()
                                .getAlgorithm()
                                .equals(info(publicKey).getAlgorithm().getAlgorithm())
                        && octets > 0
                        && DERIVATIONS.containsKey(recipient.getKdf().getAlgorithm())
                        && recipient.getKdf().getParameters() == null;
        if (!known) {
            throw new CMSException("unknown key encapsulation");
        }
        PrivateKey ours =
                KeyFactory.getInstance(ALGORITHM, Providers.BOUNCY_CASTLE)
                        .generatePrivate(new PKCS8EncodedKeySpec(own.getEncoded()));
        SecretKey shared =
                KEM.getInstance(ALGORITHM, Providers.BOUNCY_CASTLE)
                        .newDecapsulator(ours)
                        .decapsulate(recipient.getKemct().getOctets());
        byte[] material = recipient.getUkm();
        SecretKey wrapping =
                derive(
                        shared.getEncoded(),
                        recipient.getKdf(),
                        recipient.getWrap(),
                        material == null ? new byte[0] : material);
        Cipher cipher = cipher();
        cipher.init(Cipher.UNWRAP_MODE, wrapping);
        return cipher.unwrap(recipient.getEncryptedKey().getOctets(), "AES", Cipher.SECRET_KEY)
                .getEncoded();
    }

    private static Cipher cipher() throws GeneralSecurityException {
        return Cipher.getInstance("AESWrap", Providers.BOUNCY_CASTLE);
    }

    /// RFC 9629 §5, RFC 9936 §2.2.1: no salt, and what the key is for as information.
    ///
    /// @param material that the sender added; empty for none
    private static SecretKey derive(
            byte[] shared, AlgorithmIdentifier kdf, AlgorithmIdentifier wrap, byte[] material)
            throws GeneralSecurityException, CMSException {
        int octets = WRAPS.getOrDefault(wrap.getAlgorithm(), 0);
        try {
            byte[] use =
                    (material.length == 0
                                    ? new CMSORIforKEMOtherInfo(wrap, octets)
                                    : new CMSORIforKEMOtherInfo(wrap, octets, material))
                            .getEncoded();
            return KDF.getInstance(DERIVATIONS.get(kdf.getAlgorithm()))
                    .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract().addIKM(shared).thenExpand(use, octets));
        } catch (IOException e) {
            throw new CMSException("what a key is for has no encoding", e);
        } finally {
            Arrays.fill(shared, (byte) 0);
        }
    }
}
