package org.postern.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.smime.SMIMEAttributes;
import org.bouncycastle.asn1.smime.SMIMECapability;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignerDigestMismatchException;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Providers;
import org.postern.smime.Payload;
import org.postern.smime.SmimeException;
import org.postern.testkit.TestAuthority;

/// What signatures say, and that they hold: read back by the library's own reader of messages in
/// memory. Outside programs have their say in `PeersVerifyTest`.
final class SignerTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity EC = AUTHORITY.person("ann@clinic.example", KeyKind.P_256);
    private static final Identity RSA = AUTHORITY.person("rsa@clinic.example", KeyKind.RSA_2048);

    private static final String MESSAGE =
            """
            Received: from pc by gateway; Thu, 15 Jan 2026 09:00:00 +0000
            From: Ann <ann@clinic.example>
            To: bob@partner.example
            Bcc: hidden@partner.example
            Subject: Results
            Date: Thu, 15 Jan 2026 09:00:00 +0000
            Message-ID: <1@clinic.example>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=us-ascii

            All is well.\s
            """
                    .replace("\n", "\r\n");

    /// RFC 9788 with hp="clear": all fields on both sides, but for those that go nowhere.
    @Test
    void aClearSignedMessageIsReadableByEverybody() throws Exception {
        String signed = text(clear(MESSAGE, EC));
        String boundary = boundary(signed);
        String expected =
                """
                Received: from pc by gateway; Thu, 15 Jan 2026 09:00:00 +0000
                From: Ann <ann@clinic.example>
                To: bob@partner.example
                Subject: Results
                Date: Thu, 15 Jan 2026 09:00:00 +0000
                Message-ID: <1@clinic.example>
                MIME-Version: 1.0
                Content-Type: multipart/signed; micalg=sha-256;
                 protocol="application/pkcs7-signature";
                 boundary="%1$s"

                This message is signed (S/MIME).
                --%1$s
                From: Ann <ann@clinic.example>
                To: bob@partner.example
                Subject: Results
                Date: Thu, 15 Jan 2026 09:00:00 +0000
                Message-ID: <1@clinic.example>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=us-ascii;
                 hp="clear"

                All is well.\s

                --%1$s
                Content-Type: application/pkcs7-signature; name="smime.p7s"
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename="smime.p7s"

                """
                        .formatted(boundary)
                        .replace("\n", "\r\n");
        assertEquals(expected, signed.substring(0, expected.length()));
        assertTrue(signed.endsWith("\r\n--" + boundary + "--\r\n"));
        assertFalse(MimeIndex.of(Content.of(signed.getBytes(ISO_8859_1))).ambiguous());
    }

    /// Each scheme, each form: verified by the library, and not verified once an octet differs.
    @Test
    void everySchemeHolds() throws Exception {
        for (Case each : cases()) {
            Signer signer = new Signer(each.identity, each.padding);
            for (Form form : Form.values()) {
                Signed signed = read(text(sign(MESSAGE, signer, form)));
                assertEquals(each.micalg, signed.micalg(form), each.toString());
                assertTrue(signed.holds(), each + " " + form);
                byte[] changed = signed.content.clone();
                changed[changed.length - 5] ^= 1;
                assertFalse(
                        new Signed(signed.cms, changed, signed.type).holds(), each + " " + form);
            }
        }
    }

    private record Case(Identity identity, RsaPadding padding, String micalg) {}

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case(RSA, RsaPadding.PKCS1, "sha-256"));
        cases.add(new Case(RSA, RsaPadding.PSS, "sha-256"));
        cases.add(new Case(EC, RsaPadding.PKCS1, "sha-256"));
        cases.add(new Case(person(KeyKind.P_384), RsaPadding.PKCS1, "sha-384"));
        cases.add(new Case(person(KeyKind.P_521), RsaPadding.PKCS1, "sha-512"));
        cases.add(new Case(person(KeyKind.ED25519), RsaPadding.PKCS1, "sha-512"));
        return cases;
    }

    private static Identity person(KeyKind kind) {
        return AUTHORITY.person("x@clinic.example", kind);
    }

    @Test
    void aKeyThatNobodyBelievesSignsNothing() {
        for (KeyKind kind : List.of(KeyKind.RSA_1024, KeyKind.X25519)) {
            Identity weak = person(kind);
            assertThrows(IllegalArgumentException.class, () -> new Signer(weak, RsaPadding.PKCS1));
        }
    }

    @Test
    void theSignatureSaysWhatItsSignerCanOpen() throws Exception {
        AttributeTable ofRsa = read(text(clear(MESSAGE, RSA))).signer().getSignedAttributes();
        assertEquals(
                TestAuthority.NOW,
                Time.getInstance(value(ofRsa, CMSAttributes.signingTime)).getDate().toInstant());
        assertEquals(
                List.of(
                        "2.16.840.1.101.3.4.1.46",
                        "2.16.840.1.101.3.4.1.6",
                        "1.2.840.113549.1.9.16.3.31",
                        "1.2.840.113549.1.1.7"),
                capabilities(ofRsa));
        ASN1TaggedObject preference =
                ASN1TaggedObject.getInstance(value(ofRsa, SMIMEAttributes.encrypKeyPref));
        assertEquals(0, preference.getTagNo());
        IssuerAndSerialNumber preferred =
                IssuerAndSerialNumber.getInstance(ASN1Sequence.getInstance(preference, false));
        Certificate own = Certificate.getInstance(RSA.certificate().getEncoded());
        assertEquals(new IssuerAndSerialNumber(own), preferred);

        AttributeTable ofEc = read(text(clear(MESSAGE, EC))).signer().getSignedAttributes();
        assertEquals(
                List.of(
                        "2.16.840.1.101.3.4.1.46",
                        "2.16.840.1.101.3.4.1.6",
                        "1.2.840.113549.1.9.16.3.31",
                        "1.3.132.1.11.1"),
                capabilities(ofEc));

        Identity signsOnly = person(KeyKind.ED25519);
        AttributeTable ofEd = read(text(clear(MESSAGE, signsOnly))).signer().getSignedAttributes();
        assertNull(ofEd.get(SMIMEAttributes.encrypKeyPref));
    }

    private static List<String> capabilities(AttributeTable attributes) {
        List<String> capabilities = new ArrayList<>();
        ASN1Sequence.getInstance(value(attributes, SMIMEAttributes.smimeCapabilities))
                .forEach(each ->
                        capabilities.add(
                                SMIMECapability.getInstance(each).getCapabilityID().getId()));
        return capabilities;
    }

    private static ASN1Encodable value(AttributeTable attributes, ASN1ObjectIdentifier type) {
        Attribute attribute = attributes.get(type);
        assertEquals(1, attribute.getAttrValues().size());
        return attribute.getAttrValues().getObjectAt(0);
    }

    @Test
    void theChainGoesAlong() throws Exception {
        Identity below = AUTHORITY.subordinate().person("ann@clinic.example");
        CMSSignedData cms = read(text(clear(MESSAGE, below))).cms;
        List<String> subjects = new ArrayList<>();
        for (X509CertificateHolder each : cms.getCertificates().getMatches(null)) {
            subjects.add(each.getSubject().toString());
        }
        assertEquals(
                List.of("CN=Test Root", "CN=Test Sub", "CN=ann@clinic.example"),
                subjects.stream().sorted().toList());
    }

    /// RFC 8551 §3.1.3. What has seven bits is signed as it is, to the last blank.
    @Test
    void bodiesBeyondSevenBitsAreEncoded() throws Exception {
        String body =
                """
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b
                Content-Transfer-Encoding: 8bit

                --b
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit
                Content-Disposition: inline

                Gr\u00fc\u00dfe
                 \s
                --b
                Content-Type: text/plain
                Content-Transfer-Encoding: 8bit

                plain after all
                --b
                Content-Type: application/octet-stream

                %s
                --b--
                """
                        .formatted("x".repeat(1_200))
                        .replace("\n", "\r\n");
        Signed signed = read(text(clear("From: a@b.example\r\n" + body, EC)));
        assertTrue(signed.holds());
        String content = new String(signed.content, ISO_8859_1);
        assertTrue(content.chars().allMatch(c -> c < 0x80));
        assertTrue(content.lines().allMatch(line -> line.length() <= 998));
        assertFalse(content.contains("8bit"));
        MimeIndex index = MimeIndex.of(Content.of(signed.content));
        List<MimePart> parts = index.parts();
        assertEquals(4, parts.size());
        assertEquals("Gr\u00fc\u00dfe\r\n  ", decoded(signed.content, parts.get(1)));
        assertEquals("inline", parts.get(1).disposition());
        assertEquals("plain after all", decoded(signed.content, parts.get(2)));
        assertTrue(content.contains("\r\n\r\nplain after all\r\n"));
        assertEquals("x".repeat(1_200), decoded(signed.content, parts.get(3)));
    }

    private static String decoded(byte[] content, MimePart part) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(content);
        in.skipNBytes(part.span().bodyBegin());
        byte[] body = in.readNBytes((int) part.bodyOctets());
        try (InputStream out = part.encoding().decode(new ByteArrayInputStream(body))) {
            return new String(out.readAllBytes(), ISO_8859_1);
        }
    }

    /// The wish for a clear signature gives way where a hop might break it: RFC 6532 header fields.
    @Test
    void whatCannotHaveSevenBitsIsSignedOpaque() throws Exception {
        String message = "From: a@b.example\r\nSubject: Gr\u00c3\u00bc\u00c3\u009fe\r\n\r\nx";
        String signed = text(clear(message, EC));
        assertTrue(signed.contains("smime-type=signed-data"), signed);
        assertTrue(read(signed).holds());
    }

    /// Where programs see different parts, and the octets cannot stay, nobody can say what is
    /// signed.
    @Test
    void doubtIsRefused() {
        bad(
                """
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain
                Content-Type: text/html

                \u00fc
                --b--
                """
                        .replace("\n", "\r\n"),
                "more than one way");
        bad(
                "Content-Type: text/plain\r\nContent-Transfer-Encoding: x-rot13\r\n\r\n\u00fc",
                "more than one way");
        bad("Content-Type: text/plain; hp=clear\r\n\r\n", "claims to have a protected header");
    }

    private static void bad(String message, String reason) {
        SmimeException thrown = assertThrows(SmimeException.class, () -> clear(message, EC));
        assertTrue(thrown.reason().contains(reason), thrown::reason);
    }

    @Test
    void eachWritingIsSignedAnew() throws Exception {
        ContentWriter writer = clear(MESSAGE, EC);
        String one = text(writer);
        String other = text(writer);
        assertNotEquals(one, other);
        assertArrayEquals(read(one).content, read(other).content);
    }

    /// Any size and any octets, in both forms.
    @Test
    void everySizeHolds() throws Exception {
        for (int size : new int[] {0, 1, 10_240, 32_768, 58_368, 1_048_576}) {
            byte[] octets = new byte[size];
            new SplittableRandom(size).nextBytes(octets);
            String message =
                    "Content-Type: application/octet-stream\r\n"
                            + "Content-Transfer-Encoding: binary\r\n\r\n"
                            + new String(octets, ISO_8859_1);
            for (Form form : Form.values()) {
                Signed signed = read(text(sign(message, new Signer(EC, RsaPadding.PKCS1), form)));
                assertTrue(signed.holds(), size + " " + form);
                MimePart root = MimeIndex.of(Content.of(signed.content)).root();
                assertEquals(
                        new String(octets, ISO_8859_1),
                        decoded(signed.content, root),
                        size + " " + form);
            }
        }
    }

    private static ContentWriter clear(String message, Identity identity)
            throws IOException, SmimeException {
        return sign(message, new Signer(identity, RsaPadding.PKCS1), Form.CLEAR);
    }

    static ContentWriter sign(String message, Signer signer, Form form)
            throws IOException, SmimeException {
        Payload payload =
                Payload.of(Content.of(message.getBytes(ISO_8859_1)), Payload.Layers.CLEAR);
        return payload.around(signer.sign(payload.entity(), form, TestAuthority.NOW));
    }

    static String text(ContentWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(
                new OutputStream() {
                    @Override
                    public void write(int octet) {
                        out.write(octet);
                    }

                    @Override
                    public void write(byte[] octets, int offset, int length) {
                        out.write(octets, offset, length);
                    }

                    @Override
                    public void close() {
                        throw new AssertionError("the stream of the next hop is not ours to close");
                    }
                });
        return out.toString(ISO_8859_1);
    }

    private static String boundary(String message) {
        int at = message.indexOf("boundary=\"") + "boundary=\"".length();
        return message.substring(at, message.indexOf('"', at));
    }

    /// What was read back, with the Content-Type field of the message.
    private static final class Signed {
        final CMSSignedData cms;
        final byte[] content;
        final String type;

        Signed(CMSSignedData cms, byte[] content, String type) {
            this.cms = cms;
            this.content = content;
            this.type = type;
        }

        String micalg(Form form) {
            String digest = cms.getDigestAlgorithmIDs().iterator().next().getAlgorithm().getId();
            String word =
                    switch (digest) {
                        case "2.16.840.1.101.3.4.2.1" -> "sha-256";
                        case "2.16.840.1.101.3.4.2.2" -> "sha-384";
                        case "2.16.840.1.101.3.4.2.3" -> "sha-512";
                        default -> digest;
                    };
            assertTrue(form == Form.OPAQUE || type.contains("micalg=" + word + ";"), type);
            return word;
        }

        SignerInformation signer() {
            assertEquals(1, cms.getSignerInfos().size());
            return cms.getSignerInfos().iterator().next();
        }

        boolean holds() throws Exception {
            CMSSignedData over =
                    new CMSSignedData(new CMSProcessableByteArray(content), cms.getEncoded());
            SignerInformation signer = over.getSignerInfos().iterator().next();
            X509CertificateHolder certificate =
                    over.getCertificates().getMatches(null).stream()
                            .filter(it ->
                                    it.getSerialNumber().equals(signer.getSID().getSerialNumber()))
                            .findFirst()
                            .orElseThrow();
            try {
                return signer.verify(
                        new JcaSimpleSignerInfoVerifierBuilder()
                                .setProvider(Providers.BOUNCY_CASTLE)
                                .build(certificate));
            } catch (CMSSignerDigestMismatchException e) {
                return false;
            }
        }
    }

    private static Signed read(String message) throws Exception {
        int bodyAt = message.indexOf("\r\n\r\n") + 4;
        String type = message.substring(message.indexOf("Content-Type:"), bodyAt);
        if (!type.contains("multipart/signed")) {
            byte[] cms = Base64.getMimeDecoder().decode(message.substring(bodyAt));
            CMSSignedData signed = new CMSSignedData(cms);
            byte[] content = (byte[]) signed.getSignedContent().getContent();
            return new Signed(signed, content, type);
        }
        String[] parts = message.split("(\r\n|^)--" + boundary(message) + "(\r\n|--\r\n)", -1);
        byte[] content = parts[1].getBytes(ISO_8859_1);
        String signature = parts[2].substring(parts[2].indexOf("\r\n\r\n") + 4);
        return new Signed(
                new CMSSignedData(
                        new CMSProcessableByteArray(content),
                        Base64.getMimeDecoder().decode(signature)),
                content,
                type);
    }

    /// Known octets, checked by table.
    @Test
    void theFormThatPassesEveryHop() throws Exception {
        good("");
        good("a\r\nb\r\n");
        good("\t\u000b\f no line end");
        good("x".repeat(998) + "\r\n" + "y".repeat(998));
        bad("a\nb"); // bare LF
        bad("\n");
        bad("a\rb"); // bare CR
        bad("a\r\r\nb");
        bad("a\r");
        bad("a\r\tb");
        bad("a\u0000b");
        bad("a\u0080b");
        bad("x".repeat(999) + "\r\n");
        bad("\r\n" + "x".repeat(999));
    }

    private static void good(String text) throws IOException {
        assertTrue(passes(text), () -> HexFormat.of().formatHex(text.getBytes(ISO_8859_1)));
    }

    private static void bad(String text) throws IOException {
        assertFalse(passes(text), () -> HexFormat.of().formatHex(text.getBytes(ISO_8859_1)));
    }

    /// However the octets are cut into blocks, the answer is the same.
    private static boolean passes(String text) throws IOException {
        byte[] octets = text.getBytes(ISO_8859_1);
        boolean whole = OctetCheck.passes(new ByteArrayInputStream(octets), octets.length);
        for (int cut = 0; cut <= Math.min(3, octets.length); cut++) {
            OctetCheck check = new OctetCheck();
            check.take(octets, 0, cut);
            check.take(octets, cut, octets.length - cut);
            assertEquals(whole, check.passed(), "cut at " + cut);
        }
        return whole;
    }
}
