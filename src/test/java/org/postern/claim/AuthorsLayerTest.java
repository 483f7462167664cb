package org.postern.claim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorInfo;
import org.bouncycastle.asn1.cms.PasswordRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.cms.CMSAlgorithm;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.smime.KeyTransport;
import org.postern.smime.SmimeEncryptor;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.TestAuthority;

/// Somebody wants clear text to leave as if it were encrypted or signed, and puts it wherever a
/// program that reads only half of a message would not see it.
final class AuthorsLayerTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity BOB = AUTHORITY.person("bob@partner.example", KeyKind.RSA_2048);
    private static final Identity EVE = AUTHORITY.person("eve@partner.example", KeyKind.P_256);
    private static final Identity EVE_WITH_RSA =
            AUTHORITY.person("eve@partner.example", KeyKind.RSA_2048);
    private static final String FROM = SmimeMail.from("ann@clinic.example");
    private static final String SECRET =
            "Content-Type: text/plain\r\n\r\nThe biopsy of Mrs. Canary is benign.\r\n".repeat(4);

    private static AuthorsLayer of(String message) throws IOException {
        return AuthorsLayer.of(Content.of(message.getBytes(ISO_8859_1)));
    }

    private static AuthorsLayer of(byte[] object) throws IOException {
        return of(FROM + SmimeMail.object("enveloped-data", object));
    }

    @Test
    void whatIsEncryptedIsProvedForThoseItNames() throws Exception {
        byte[] cbc = SmimeMail.cbc(SECRET, CMSAlgorithm.AES256_CBC, BOB);
        ByteArrayOutputStream ours = new ByteArrayOutputStream();
        new SmimeEncryptor(KeyTransport.PKCS1_V15)
                .encrypt(
                        Content.of((FROM + SECRET).getBytes(ISO_8859_1)),
                        List.of(BOB.certificate(), EVE.certificate()))
                .writeTo(ours);
        String both = ours.toString(ISO_8859_1);
        for (String message :
                List.of(
                        both,
                        both.replace("authEnveloped-data", "unknown"),
                        both.replace("application/pkcs7-mime", "application/octet-stream"),
                        FROM + SmimeMail.gcm(SECRET, BOB, EVE_WITH_RSA),
                        FROM + SmimeMail.object("enveloped-data", cbc))) {
            AuthorsLayer.Encrypted encrypted =
                    assertInstanceOf(AuthorsLayer.Encrypted.class, of(message), message);
            assertTrue(encrypted.isFor(BOB.certificate()), message);
            assertFalse(encrypted.isFor(AUTHORITY.person("bob@partner.example").certificate()));
            assertEquals(
                    message.contains("Subject: [...]"),
                    encrypted.isFor(EVE.certificate()),
                    message);
        }
        AuthorsLayer.Encrypted definite =
                assertInstanceOf(
                        AuthorsLayer.Encrypted.class,
                        of(enveloped(cbc).getEncoded()),
                        "definite lengths");
        assertTrue(definite.isFor(BOB.certificate()));
    }

    /// Each one holds readable text, and would leave as it is.
    @Test
    void clearTextIsNotPassedOffAsEncrypted() throws Exception {
        byte[] cbc = SmimeMail.cbc(SECRET, CMSAlgorithm.AES256_CBC, BOB);
        String good = FROM + SmimeMail.object("enveloped-data", cbc);
        byte[] clear = Arrays.copyOf(SECRET.getBytes(ISO_8859_1), 256);
        Map<String, String> attempts = new LinkedHashMap<>();
        attempts.put("nothing but the label", label() + SECRET);
        attempts.put(
                "the head of an envelope, then text",
                label() + base64(Arrays.copyOf(cbc, 40)) + base64(clear));
        attempts.put(
                "an envelope that ends early", label() + base64(Arrays.copyOf(cbc, 400)) + SECRET);
        attempts.put("text behind the object", label() + base64(joined(cbc, clear)));
        attempts.put("one octet behind the object", label() + base64(joined(cbc, new byte[] {1})));
        attempts.put("text behind the base64", good + "\r\n" + SECRET);
        attempts.put("more base64 behind the padding", good + base64(clear));
        attempts.put(
                "text that is no base64",
                good
                        + new String(
                                "\u0411\u0438\u043e\u043f\u0441\u0438\u044f".getBytes(UTF_8),
                                ISO_8859_1));
        attempts.put("the same, not in base64", good.replace("Encoding: base64", "Encoding: 7bit"));
        attempts.put(
                "two encodings",
                good.replace(
                        "Content-Transfer-Encoding:",
                        "Content-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding:"));
        attempts.put(
                "two types",
                good.replace(
                        "Content-Transfer-Encoding:",
                        "Content-Type: text/plain\r\nContent-Transfer-Encoding:"));
        attempts.forEach(AuthorsLayerTest::unproved);
    }

    private static void unproved(String how, String message) {
        try {
            assertEquals(new AuthorsLayer.None(), of(message), how);
        } catch (IOException e) {
            throw new AssertionError(how, e);
        }
    }

    /// The structure is right, and its fields hold what none of them should.
    @Test
    void clearTextInsideAnEnvelopeIsSeen() throws Exception {
        EnvelopedData data = data(SmimeMail.cbc(SECRET, CMSAlgorithm.AES256_CBC, BOB));
        EncryptedContentInfo content = data.getEncryptedContentInfo();
        byte[] blocks = content.getEncryptedContent().getOctets();
        AlgorithmIdentifier aes = content.getContentEncryptionAlgorithm();
        ASN1Set recipients = data.getRecipientInfos();
        byte[] clear = Arrays.copyOf(SECRET.getBytes(ISO_8859_1), 256);
        ASN1ObjectIdentifier id = CMSObjectIdentifiers.data;
        assertInstanceOf(AuthorsLayer.Encrypted.class, of(envelope(id, recipients, aes, blocks)));

        unproved("in the place of the ciphertext", envelope(id, recipients, aes, clear));
        unproved("no ciphertext", envelope(id, recipients, aes, new byte[0]));
        unproved("half a block", envelope(id, recipients, aes, Arrays.copyOf(blocks, 24)));
        for (ASN1ObjectIdentifier other :
                List.of(
                        CMSAlgorithm.DES_EDE3_CBC,
                        CMSAlgorithm.RC2_CBC,
                        CMSAlgorithm.AES256_GCM,
                        new ASN1ObjectIdentifier("1.2.3.4"))) {
            AlgorithmIdentifier algorithm =
                    new AlgorithmIdentifier(other, new DEROctetString(new byte[16]));
            unproved("by " + other, envelope(id, recipients, algorithm, blocks));
        }
        unproved(
                "called otherwise",
                envelope(CMSObjectIdentifiers.signedData, recipients, aes, blocks));
        unproved(
                "in a parameter",
                envelope(
                        id,
                        recipients,
                        new AlgorithmIdentifier(
                                CMSAlgorithm.AES256_CBC, new DEROctetString(new byte[8_192])),
                        blocks));
        unproved("to a password", envelope(id, new DERSet(password()), aes, blocks));
        unproved("to nobody", envelope(id, new DERSet(), aes, blocks));
        unproved("in a name", envelope(id, new DERSet(longName()), aes, blocks));
        ASN1Set text = new DERSet(new Attribute(id, new DERSet(new DERUTF8String(SECRET))));
        unproved("in unprotected attributes", new EnvelopedData(null, recipients, content, text));
        unproved(
                "beside certificates",
                new EnvelopedData(
                        new OriginatorInfo(
                                new DERSet(Certificate.getInstance(BOB.certificate().getEncoded())),
                                null),
                        recipients,
                        content,
                        (ASN1Set) null));
    }

    private static void unproved(String how, EnvelopedData data) throws IOException {
        unproved(how, new ContentInfo(CMSObjectIdentifiers.envelopedData, data).getEncoded());
    }

    private static void unproved(String how, byte[] object) throws IOException {
        assertEquals(new AuthorsLayer.None(), of(object), how);
    }

    private static RecipientInfo password() {
        return new RecipientInfo(
                new PasswordRecipientInfo(
                        new AlgorithmIdentifier(CMSAlgorithm.AES256_WRAP),
                        new DEROctetString(new byte[40])));
    }

    private static RecipientInfo longName() {
        IssuerAndSerialNumber named =
                new IssuerAndSerialNumber(
                        new X500Name("CN=x" + ",O=The biopsy is benign.".repeat(300)),
                        BOB.certificate().getSerialNumber());
        return new RecipientInfo(
                new KeyTransRecipientInfo(
                        new RecipientIdentifier(named),
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                        new DEROctetString(new byte[256])));
    }

    private static byte[] envelope(
            ASN1ObjectIdentifier type,
            ASN1Set recipients,
            AlgorithmIdentifier algorithm,
            byte[] blocks)
            throws IOException {
        return new ContentInfo(
                        CMSObjectIdentifiers.envelopedData,
                        new EnvelopedData(
                                null,
                                recipients,
                                new EncryptedContentInfo(
                                        type, algorithm, new DEROctetString(blocks)),
                                (ASN1Set) null))
                .getEncoded();
    }

    private static EnvelopedData data(byte[] object) {
        return EnvelopedData.getInstance(ContentInfo.getInstance(object).getContent());
    }

    private static ContentInfo enveloped(byte[] object) {
        EnvelopedData data = data(object);
        EncryptedContentInfo content = data.getEncryptedContentInfo();
        return new ContentInfo(
                CMSObjectIdentifiers.envelopedData,
                new EnvelopedData(
                        null,
                        new DERSet(data.getRecipientInfos().toArray()),
                        new EncryptedContentInfo(
                                content.getContentType(),
                                content.getContentEncryptionAlgorithm(),
                                new DEROctetString(content.getEncryptedContent().getOctets())),
                        (ASN1Set) null));
    }

    @Test
    void aSignatureIsProvedByItsHash() throws Exception {
        By bob = By.rsa(BOB);
        assertEquals(new AuthorsLayer.Signed(), of(FROM + SmimeMail.clear(SECRET, bob)));
        assertEquals(new AuthorsLayer.Signed(), of(FROM + SmimeMail.opaque(SECRET, bob)));
        byte[] apart = SmimeMail.signature(SECRET, false, bob);
        byte[] inside = SmimeMail.signature(SECRET, true, bob);
        Map<String, String> attempts = new LinkedHashMap<>();
        attempts.put("no signature at all", FROM + SmimeMail.clear(SECRET, new byte[] {0x30, 0}));
        attempts.put("signed by nobody", FROM + SmimeMail.clear(SECRET));
        attempts.put("opaque, by nobody", FROM + SmimeMail.opaque(SECRET));
        attempts.put("of another message", FROM + SmimeMail.clear("\r\nOther text.", apart));
        attempts.put("with a content of its own", FROM + SmimeMail.clear(SECRET, inside));
        attempts.put("without any content", FROM + SmimeMail.object("signed-data", apart));
        attempts.put(
                "something behind it",
                FROM + SmimeMail.object("signed-data", joined(inside, new byte[] {1, 2})));
        attempts.put(
                "a third part",
                FROM
                        + SmimeMail.clear(SECRET, bob)
                                .replace("\r\n--edge--", "\r\n--edge\r\n\r\nMore.\r\n--edge--"));
        attempts.put(
                "one part",
                FROM
                        + "Content-Type: multipart/signed; boundary=edge;"
                        + " protocol=\"application/pkcs7-signature\"\r\n\r\n--edge\r\n"
                        + SECRET
                        + "\r\n--edge--\r\n");
        attempts.put(
                "called certificates",
                FROM + SmimeMail.opaque(SECRET, bob).replace("signed-data", "certs-only"));
        attempts.forEach(AuthorsLayerTest::unproved);
    }

    /// What this check costs in size: it reads as a stream.
    @Test
    void whatIsLongIsReadAsAStream() throws Exception {
        String large = "Content-Type: text/plain\r\n\r\n" + "x".repeat(3_000_000);
        AuthorsLayer layer = of(FROM + SmimeMail.gcm(large, BOB));
        assertTrue(((AuthorsLayer.Encrypted) layer).isFor(BOB.certificate()));
    }

    /// Random octets always look like a ciphertext, and text never does from two lines on.
    @Test
    void aCiphertextIsToldFromText() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] octets = new byte[16 * (1 + i)];
            random.nextBytes(octets);
            assertTrue(CipherLook.at(new ByteArrayInputStream(octets)).isRandom(), "" + i);
        }
        for (int length = 48; length <= SECRET.length(); length++) {
            byte[] text = SECRET.substring(0, length).getBytes(ISO_8859_1);
            assertFalse(CipherLook.at(new ByteArrayInputStream(text)).isRandom(), "" + length);
        }
    }

    private static String label() {
        return FROM
                + "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n";
    }

    private static String base64(byte[] octets) {
        return Base64.getMimeEncoder().encodeToString(octets) + "\r\n";
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
