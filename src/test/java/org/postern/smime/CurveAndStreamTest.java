package org.postern.smime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cms.CMSAlgorithm;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.testkit.TestAuthority;

/// X25519 (RFC 8418) and ChaCha20-Poly1305 (RFC 8103), outward and inward. What we write is read
/// here by the JDK's own algorithms, step by step as the RFCs have it, so that both ends cannot be
/// wrong in the same way.
final class CurveAndStreamTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity CURVE = AUTHORITY.person("x@partner.example", KeyKind.X25519);
    private static final Identity OTHER = AUTHORITY.person("y@partner.example", KeyKind.X25519);
    private static final String TEXT = "Content-Type: text/plain\r\n\r\n" + "Hello. ".repeat(9_999);
    private static final Capabilities GCM = Capabilities.unknown(KeyTransport.PKCS1_V15);
    private static final Capabilities CHACHA =
            new Capabilities(
                    Capabilities.ContentEncryption.CHACHA20_POLY1305, KeyTransport.PKCS1_V15);
    private static final Capabilities CBC =
            new Capabilities(Capabilities.ContentEncryption.AES_256_CBC, KeyTransport.PKCS1_V15);

    @Test
    void whatIsEncryptedIsOpenedByItsOwnerOnly() throws Exception {
        for (Capabilities capabilities : List.of(GCM, CHACHA)) {
            String message = encrypted(capabilities, CURVE);
            assertEquals(TEXT, opened(message, CURVE), capabilities::toString);
            assertEquals(new Opened.NoKey(), open(message, OTHER));
        }
        assertInstanceOf(Opened.Unauthenticated.class, open(encrypted(CBC, CURVE), CURVE));
    }

    /// Any change of tag or ciphertext opens nothing.
    @Test
    void whatWasChangedIsDamage() throws Exception {
        byte[] cms = cms(encrypted(CHACHA, CURVE));
        for (int back : new int[] {12, 20, 30_000, 60_000}) {
            byte[] changed = cms.clone();
            changed[cms.length - back] ^= 1;
            assertTrue(!(open(message(changed), CURVE) instanceof Opened.Plain), "-" + back);
        }
    }

    /// RFC 8418 §2: the form of the recipientInfo, and the key that comes out of it.
    @Test
    void theJdkOpensItByTheRfc() throws Exception {
        AuthEnvelopedData data = parsed(encrypted(CHACHA, CURVE));
        KeyAgreeRecipientInfo info =
                (KeyAgreeRecipientInfo)
                        RecipientInfo.getInstance(data.getRecipientInfos().getObjectAt(0))
                                .getInfo();
        AlgorithmIdentifier agreement = info.getKeyEncryptionAlgorithm();
        // dhSinglePass-stdDH-hkdf-sha256-scheme, its parameters the key wrap: RFC 8418 §5.
        assertEquals("1.2.840.113549.1.9.16.3.19", agreement.getAlgorithm().getId());
        AlgorithmIdentifier wrap = AlgorithmIdentifier.getInstance(agreement.getParameters());
        assertEquals(CMSAlgorithm.AES256_WRAP, wrap.getAlgorithm());
        var originator = info.getOriginator().getOriginatorKey();
        assertEquals(
                new AlgorithmIdentifier(EdECObjectIdentifiers.id_X25519),
                originator.getAlgorithm(),
                "without parameters: RFC 8410 §3");

        KeyAgreement x25519 = KeyAgreement.getInstance("X25519");
        x25519.init(key(CURVE));
        x25519.doPhase(ephemeral(originator.getPublicKeyData().getOctets()), true);
        HKDFParameterSpec.Builder extract =
                HKDFParameterSpec.ofExtract().addIKM(x25519.generateSecret());
        ASN1OctetString ukm = info.getUserKeyingMaterial();
        if (ukm != null) {
            extract.addSalt(ukm.getOctets());
        }
        byte[] shared = sharedInfo(wrap, ukm);
        SecretKeySpec wrapping =
                new SecretKeySpec(
                        KDF.getInstance("HKDF-SHA256").deriveData(extract.thenExpand(shared, 32)),
                        "AES");
        Cipher unwrap = Cipher.getInstance("AESWrap");
        unwrap.init(Cipher.UNWRAP_MODE, wrapping);
        byte[] wrapped =
                RecipientEncryptedKey.getInstance(info.getRecipientEncryptedKeys().getObjectAt(0))
                        .getEncryptedKey()
                        .getOctets();
        SecretKeySpec content =
                (SecretKeySpec) unwrap.unwrap(wrapped, "ChaCha20", Cipher.SECRET_KEY);
        assertEquals(TEXT, chacha(data, content));
    }

    /// RFC 8103 §3: the nonce alone is the parameter.
    private static String chacha(AuthEnvelopedData data, SecretKeySpec key) throws Exception {
        var encrypted = data.getAuthEncryptedContentInfo();
        AlgorithmIdentifier algorithm = encrypted.getContentEncryptionAlgorithm();
        assertEquals("1.2.840.113549.1.9.16.3.18", algorithm.getAlgorithm().getId());
        byte[] nonce = ASN1OctetString.getInstance(algorithm.getParameters()).getOctets();
        assertEquals(12, nonce.length);
        assertEquals(16, data.getMac().getOctets().length);
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(nonce));
        if (data.getAuthAttrs() != null) {
            cipher.updateAAD(data.getAuthAttrs().getEncoded("DER"));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(encrypted.getEncryptedContent().getOctets());
        all.write(data.getMac().getOctets());
        return new String(cipher.doFinal(all.toByteArray()), ISO_8859_1);
    }

    /// RFC 5753 §7.2 as RFC 8418 §2.2 uses it.
    private static byte[] sharedInfo(AlgorithmIdentifier wrap, ASN1OctetString ukm)
            throws Exception {
        var length = new DERTaggedObject(true, 2, new DEROctetString(new byte[] {0, 0, 1, 0}));
        return (ukm == null
                        ? new DERSequence(new org.bouncycastle.asn1.ASN1Encodable[] {wrap, length})
                        : new DERSequence(
                                new org.bouncycastle.asn1.ASN1Encodable[] {
                                    wrap, new DERTaggedObject(true, 0, ukm), length
                                }))
                .getEncoded("DER");
    }

    private static PrivateKey key(Identity identity) throws Exception {
        return KeyFactory.getInstance("X25519")
                .generatePrivate(new PKCS8EncodedKeySpec(identity.key().getEncoded()));
    }

    private static PublicKey ephemeral(byte[] octets) throws Exception {
        SubjectPublicKeyInfo info =
                new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(EdECObjectIdentifiers.id_X25519), octets);
        return KeyFactory.getInstance("X25519")
                .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
    }

    @Test
    void allHaveOneCipherInCommonOrThereIsNone() throws Exception {
        SmimeEncryptor encryptor = new SmimeEncryptor(KeyTransport.PKCS1_V15);
        Content entity = Content.of(TEXT.getBytes(ISO_8859_1));
        Recipient chacha = new Recipient(CURVE.certificate(), CHACHA);
        for (Capabilities other : List.of(GCM, CBC)) {
            Recipient second = new Recipient(OTHER.certificate(), other);
            assertThrows(
                    SmimeException.class, () -> encryptor.envelop(entity, List.of(chacha, second)));
        }
    }

    /// The clinic's X25519 key is a curve of its own: HKDF is for it, and for no other curve.
    @Test
    void anotherCurveTakesNoHkdf() throws Exception {
        Identity p256 = AUTHORITY.person("p@partner.example", KeyKind.P_256);
        byte[] cms = cms(encrypted(GCM, p256));
        byte[] ecdh = new ASN1ObjectIdentifier("1.3.132.1.11.1").getEncoded();
        assertTrue(indexOf(cms, ecdh) > 0, "ECDH with SHA-256 of RFC 5753");
        assertEquals(TEXT, opened(message(cms), p256));
    }

    private static int indexOf(byte[] in, byte[] what) {
        for (int at = 0; at + what.length <= in.length; at++) {
            if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }

    private static String encrypted(Capabilities capabilities, Identity to) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SmimeEncryptor(KeyTransport.PKCS1_V15)
                .envelop(
                        Content.of(TEXT.getBytes(ISO_8859_1)),
                        List.of(new Recipient(to.certificate(), capabilities)))
                .writeTo(out);
        return out.toString(ISO_8859_1);
    }

    private static byte[] cms(String message) {
        return Base64.getMimeDecoder().decode(message.substring(message.indexOf("\r\n\r\n") + 4));
    }

    private static String message(byte[] cms) {
        return "Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(cms);
    }

    private static AuthEnvelopedData parsed(String message) throws Exception {
        try (ASN1InputStream in = new ASN1InputStream(cms(message))) {
            ContentInfo info = ContentInfo.getInstance(ASN1Sequence.getInstance(in.readObject()));
            return AuthEnvelopedData.getInstance(info.getContent());
        }
    }

    private static Opened open(String message, Identity... identities) throws Exception {
        return new SmimeDecryptor(List.of(identities))
                .open(Content.of(message.getBytes(ISO_8859_1)));
    }

    private static String opened(String message, Identity identity) throws Exception {
        Opened.Plain plain = assertInstanceOf(Opened.Plain.class, open(message, identity));
        try (InputStream in = plain.entity().open()) {
            byte[] octets = in.readAllBytes();
            assertArrayEquals(TEXT.getBytes(ISO_8859_1), octets);
            return new String(octets, ISO_8859_1);
        }
    }
}
