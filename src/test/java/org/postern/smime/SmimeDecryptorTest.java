package org.postern.smime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.SimpleAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Providers;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.TestAuthority;

/// Damaged and hostile CMS objects (C12, as far as encryption goes): one answer for all damage, and
/// nothing given out.
final class SmimeDecryptorTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity RSA = AUTHORITY.person("rsa@partner.example", KeyKind.RSA_2048);
    private static final Identity EC = AUTHORITY.person("ec@partner.example", KeyKind.P_256);
    private static final Identity OTHER = AUTHORITY.person("other@partner.example");

    private static final String HEADER =
            """
            Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data
            Content-Transfer-Encoding: base64

            """
                    .replace("\n", "\r\n");

    @Test
    void otherPeoplesMailIsNotOpened() throws Exception {
        String message = encrypted("body");
        assertEquals(new Opened.NoKey(), open(message, OTHER));
        assertTrue(open(message, OTHER, EC) instanceof Opened.Plain);
        assertEquals(new Opened.NoKey(), open(message));
    }

    @Test
    void whatIsNotEnvelopedIsSaidToBeSo() throws Exception {
        assertEquals(new Opened.NotEnveloped(), open("Subject: x\r\n\r\nbody", RSA));
        assertEquals(new Opened.NotEnveloped(), open("", RSA));
        // A claim alone is none.
        assertEquals(new Opened.NotEnveloped(), open(HEADER + "aGVsbG8=\r\n", RSA));
        assertEquals(
                new Opened.Damaged(),
                open(HEADER.replace("base64", "x-own") + "aGVsbG8=\r\n", RSA));
    }

    /// Every octet counts: a change anywhere in the object opens nothing.
    @Test
    void aChangedOctetOpensNothing() throws Exception {
        byte[] cms = cms(encrypted("a body of some length"));
        SplittableRandom random = new SplittableRandom(1);
        for (int at = 0; at < cms.length; at += 1 + random.nextInt(20)) {
            byte[] changed = cms.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Opened opened = open(message(changed), RSA, EC);
            if (opened instanceof Opened.Plain(Content entity)) {
                // What no tag covers: names of recipients and unused keys. The text is the same.
                assertEquals("a body of some length", body(entity), "octet " + at);
            }
        }
    }

    @Test
    void aChangedCiphertextIsDamage() throws Exception {
        byte[] cms = cms(encrypted("x".repeat(5_000)));
        for (int back : new int[] {0, 1, 11, 200, 4_000}) {
            byte[] changed = cms.clone();
            changed[cms.length - 10 - back] ^= 1;
            assertEquals(new Opened.Damaged(), open(message(changed), RSA), "octet -" + back);
        }
        for (int length = cms.length - 1; length > 40; length -= 97) {
            byte[] cut = Arrays.copyOf(cms, length);
            Opened opened = open(message(cut), RSA);
            assertTrue(
                    opened instanceof Opened.Damaged
                            || (opened instanceof Opened.Plain(Content entity)
                                    && length > cms.length - 10
                                    && body(entity).length() == 5_000),
                    "length " + length);
        }
    }

    /// C12: a tag that can be guessed, a nonce that is none.
    @Test
    void weakParametersAreDamage() throws Exception {
        String message = encrypted("body");
        String parameters = "3011040c"; // SEQUENCE, OCTET STRING of 12, then the length of the tag
        String hex = HexFormat.of().formatHex(cms(message));
        int begin = hex.indexOf(parameters);
        assertTrue(begin > 0);
        int tag = begin + 8 + 24;
        assertEquals("020110", hex.substring(tag, tag + 6));
        for (String length : List.of("04", "0b", "11", "ff")) {
            String weak = hex.substring(0, tag + 4) + length + hex.substring(tag + 6);
            assertEquals(new Opened.Damaged(), open(message(HexFormat.of().parseHex(weak)), RSA));
        }
    }

    @Test
    void unauthenticatedTextIsOpenedAndNothingElse() throws Exception {
        for (String text : List.of("body", "b\u00c3\u00b6dy\r\n\t\f", "")) {
            byte[] cms = SmimeMail.cbc("A: b\r\n\r\n" + text, CMSAlgorithm.AES256_CBC, RSA);
            if (open(message(cms), RSA) instanceof Opened.Unauthenticated(Content entity)) {
                assertEquals(text, body(entity));
            } else {
                throw new AssertionError("not opened: " + text.length());
            }
        }
        for (String octets : List.of("\u0000", "a\u0001", "\u00c3", "\u00c3(", "\u00f6")) {
            byte[] cms = SmimeMail.cbc("x".repeat(40_000) + octets, CMSAlgorithm.AES256_CBC, RSA);
            assertEquals(new Opened.Damaged(), open(message(cms), RSA));
        }
        byte[] rc2 = SmimeMail.cbc("body", CMSAlgorithm.RC2_CBC, RSA);
        assertTrue(open(message(rc2), RSA) instanceof Opened.Unsupported);
    }

    /// RFC 5083 §2.2: attributes stand behind the ciphertext, and the tag covers them.
    @Test
    void authenticatedAttributesAreChecked() throws Exception {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(
                new Attribute(
                        new ASN1ObjectIdentifier("1.2.3.4"),
                        new DERSet(new DERUTF8String("attribute"))));
        CMSAuthEnvelopedDataStreamGenerator generator = new CMSAuthEnvelopedDataStreamGenerator();
        generator.setAuthenticatedAttributeGenerator(
                new SimpleAttributeTableGenerator(new AttributeTable(attributes)));
        generator.addRecipientInfoGenerator(
                new JceKeyTransRecipientInfoGenerator(RSA.certificate())
                        .setProvider(Providers.BOUNCY_CASTLE));
        // The library feeds the attributes behind the content, which only a provider of its own
        // takes; for an empty content that is the same.
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        generator
                .open(
                        out,
                        (OutputAEADEncryptor)
                                new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_GCM)
                                        .setProvider("SunJCE")
                                        .build())
                .close();
        byte[] cms = out.toByteArray();
        assertTrue(open(message(cms), RSA) instanceof Opened.Plain);
        String hex = HexFormat.of().formatHex(cms);
        String changed = hex.replace("617474726962757465", "617474726962757466");
        assertEquals(new Opened.Damaged(), open(message(HexFormat.of().parseHex(changed)), RSA));
    }

    /// C12: structures that would take memory or the stack.
    @Test
    void hostileStructuresAreDamage() throws Exception {
        String head = "3080060b2a864886f70d0109100117a080";
        String[] hostile = {
            head,
            head + "3080020100" + "3180".repeat(100_000),
            head + "3080020100" + "31847fffffff" + "30",
            head + "3080020100" + "31" + "80" + "3000".repeat(100_000),
            head + "308002010031803000" + "0000",
            head
                    + "30800201003100"
                    + "3080"
                    + "06092a864886f70d010701"
                    + "3000"
                    + "a080"
                    + "2480".repeat(100_000),
            head
                    + "30800201003100"
                    + "3080"
                    + "06092a864886f70d010701"
                    + "301d06096086480165030402"
                    + "2e3010040b"
                    + "00".repeat(11)
                    + "020110"
                    + "a080"
                    + "2480".repeat(100_000),
            "30847fffffff060b2a864886f70d0109100117a0847fffffff",
            "3080060b2a864886f70d0109100117" + "00".repeat(100),
        };
        for (String hex : hostile) {
            byte[] cms = HexFormat.of().parseHex(hex + "00".repeat(40));
            Opened opened = open(message(cms), RSA, EC);
            assertTrue(
                    opened instanceof Opened.Damaged
                            || opened instanceof Opened.NoKey
                            || opened instanceof Opened.Unsupported,
                    hex.substring(0, Math.min(80, hex.length())) + " gave " + opened);
        }
    }

    /// The ciphertext in octet strings inside octet strings, for a key that is ours.
    @Test
    void nestedOctetStringsAreDamage() throws Exception {
        String hex = HexFormat.of().formatHex(cms(encrypted("body")));
        int content = hex.indexOf("a080", hex.indexOf("3011040c")) + 4;
        for (int depth : new int[] {1, 100, 100_000}) {
            String nested = hex.substring(0, content) + "2480".repeat(depth) + "00".repeat(100);
            byte[] cms = HexFormat.of().parseHex(nested);
            assertEquals(new Opened.Damaged(), open(message(cms), RSA), "depth " + depth);
        }
    }

    /// If the message itself cannot be read, that is no verdict about it.
    @Test
    void aFailingDiskIsNotDamage() throws Exception {
        byte[] message = encrypted("x".repeat(100_000)).getBytes(ISO_8859_1);
        IOException failure = new IOException("disk");
        Content failing =
                new Content() {
                    @Override
                    public long size() {
                        return message.length;
                    }

                    @Override
                    public InputStream open() {
                        return new FailsAfter(message, 50_000, failure);
                    }
                };
        assertSame(
                failure,
                assertThrows(
                        IOException.class, () -> new SmimeDecryptor(List.of(RSA)).open(failing)));
    }

    private static final class FailsAfter extends InputStream {
        private final ByteArrayInputStream in;
        private final IOException failure;
        private int left;

        FailsAfter(byte[] octets, int left, IOException failure) {
            this.in = new ByteArrayInputStream(octets);
            this.left = left;
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
                throw failure;
            }
            int count = in.read(target, offset, Math.min(length, left));
            left -= count;
            return count;
        }
    }

    private static String encrypted(String body) throws Exception {
        Content content = Content.of(("Subject: x\r\n\r\n" + body).getBytes(ISO_8859_1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SmimeEncryptor(KeyTransport.PKCS1_V15)
                .encrypt(content, List.of(RSA.certificate(), EC.certificate()))
                .writeTo(out);
        return out.toString(ISO_8859_1);
    }

    private static byte[] cms(String message) {
        int body = message.indexOf("\r\n\r\n") + 4;
        return Base64.getMimeDecoder().decode(message.substring(body));
    }

    private static String message(byte[] cms) {
        return HEADER + Base64.getMimeEncoder().encodeToString(cms) + "\r\n";
    }

    private static Opened open(String message, Identity... identities) throws IOException {
        return new SmimeDecryptor(List.of(identities))
                .open(Content.of(message.getBytes(ISO_8859_1)));
    }

    private static String body(Content entity) throws IOException {
        try (InputStream in = entity.open()) {
            String text = new String(in.readAllBytes(), ISO_8859_1);
            return text.substring(text.indexOf("\r\n\r\n") + 4);
        }
    }
}
