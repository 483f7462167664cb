package org.postern.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.opening.ReaderWorld.ANN;
import static org.postern.opening.ReaderWorld.ANNA;
import static org.postern.opening.ReaderWorld.AUTHORITY;
import static org.postern.opening.ReaderWorld.BEN;
import static org.postern.testkit.SmimeMail.clear;
import static org.postern.testkit.SmimeMail.compressed;
import static org.postern.testkit.SmimeMail.gcm;
import static org.postern.testkit.SmimeMail.object;
import static org.postern.testkit.SmimeMail.opaque;
import static org.postern.testkit.SmimeMail.signature;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cms.CMSAlgorithm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.TestAuthority;

/// What each message is worth: the classes of attacks on signatures and layers (C01, C02, C05 to
/// C08, C10, C11, C13, C14), and the good messages beside them.
final class SmimeReaderTest {
    private static final String TEXT = "Content-Type: text/plain\r\n\r\nHello\r\n";
    private static final String FROM_ANN = SmimeMail.from("Ann <ann@partner.example>");

    @TempDir Path folder;

    private ReaderWorld world;

    @BeforeEach
    void open() throws IOException {
        world = new ReaderWorld(folder);
    }

    @Test
    void goodSignaturesAreGood() throws IOException {
        Identity rsa = AUTHORITY.person("ann@partner.example", KeyKind.RSA_2048);
        List<By> ways = new ArrayList<>(List.of(By.ec(ANN), By.rsa(rsa)));
        ways.add(new By(rsa, "SHA512withRSA", TestAuthority.NOW));
        ways.add(new By(rsa, "SHA256withRSAandMGF1", TestAuthority.NOW));
        ways.add(new By(ANN, "SHA384withECDSA", TestAuthority.NOW));
        for (By by : ways) {
            says("signed: valid", FROM_ANN + clear(TEXT, by));
            says("signed: valid", FROM_ANN + opaque(TEXT, by));
        }
        Reading reading = world.read(FROM_ANN + clear(TEXT, By.ec(ANN)));
        assertEquals(List.of("ann@partner.example"), reading.provedSigners());
        assertEquals(TEXT, text(reading.entity()));
        says("plain:", FROM_ANN + TEXT);
        says("plain:", "");
    }

    /// A file on a disk has LF alone, and is the same message.
    @Test
    void lineEndsDoNotMatter() throws IOException {
        says("signed: valid", (FROM_ANN + clear(TEXT, By.ec(ANN))).replace("\r\n", "\n"));
        says(
                "signed: valid",
                (FROM_ANN + clear("Content-Type: text/plain\r\n\r\n \t\r\n\r\n", By.ec(ANN))));
    }

    @Test
    void changedContentIsAltered() throws IOException {
        says("altered: altered", FROM_ANN + clear(TEXT, By.ec(ANN)).replace("Hello", "Hullo"));
        says("altered: altered", FROM_ANN + clear(TEXT, By.ec(ANN)).replace("Hello", "Hello "));
        byte[] other = signature(TEXT, false, By.ec(ANN));
        other[other.length - 20] ^= 1;
        says("altered: altered", FROM_ANN + clear(TEXT, other));
        says("unreadable: unreadable", FROM_ANN + clear(TEXT, new byte[100]));
        says("unreadable: unreadable", FROM_ANN + clear(TEXT, new byte[0]));
        says("unreadable: unreadable", FROM_ANN + object("signed-data", new byte[100]));
        says(
                "altered: altered",
                FROM_ANN + object("signed-data", signature(TEXT, false, By.ec(ANN))));
    }

    /// C05: nobody signed, or not everybody did.
    @Test
    void everySignerMustBeRight() throws IOException {
        says("altered: no-signer", FROM_ANN + clear(TEXT));
        says("altered: no-signer", FROM_ANN + opaque(TEXT));
        says("signed: valid", FROM_ANN + clear(TEXT, By.ec(ANN), By.ec(BEN)));
        says("signed: valid", FROM_ANN + clear(TEXT, By.ec(BEN), By.ec(ANN)));
        says("not-author: not-author", FROM_ANN + clear(TEXT, By.ec(BEN)));
        Identity expired = AUTHORITY.expiredPerson("ben@partner.example");
        says(
                "certificate: certificate-expired",
                FROM_ANN + clear(TEXT, By.ec(ANN), By.ec(expired)));
        for (boolean last : List.of(true, false)) {
            byte[] good = signature(TEXT, false, By.ec(ANN));
            byte[] bad = signature("something else", false, By.ec(BEN));
            says("altered: altered", FROM_ANN + clear(TEXT, both(good, bad, last)));
        }
        says(
                "unproved: unsupported",
                FROM_ANN + clear(TEXT, withoutDigests(signature(TEXT, false, By.ec(ANN)))));
        says(
                "unproved: no-certificate",
                FROM_ANN + clear(TEXT, withoutCertificates(signature(TEXT, false, By.ec(ANN)))));
    }

    /// C06, CVE-2018-18509.
    @Test
    void aSignatureApartHasNoContentOfItsOwn() throws IOException {
        byte[] own = signature(TEXT, true, By.ec(ANN));
        says(
                "altered: content-twice",
                FROM_ANN + clear("Content-Type: text/plain\r\n\r\nEvil\r\n", own));
        says("altered: content-twice", FROM_ANN + clear(TEXT, own));
    }

    /// C07, C01: what lies below the root says nothing, and stays closed.
    @Test
    void partsSayNothingAboutTheMessage() throws IOException {
        String mixed =
                FROM_ANN
                        + "Content-Type: multipart/mixed; boundary=outer\r\n\r\n"
                        + "--outer\r\n%s\r\n--outer\r\n%s\r\n--outer--\r\n";
        String html = "Content-Type: text/html\r\n\r\n<img src=\"http://evil.example/";
        says("parts-only:", mixed.formatted(html, clear(TEXT, By.ec(ANN))));
        says("parts-only:", mixed.formatted(html, opaque(TEXT, By.ec(ANN))));
        says("parts-only:", mixed.formatted(html, gcm(TEXT, ANNA)));
        says(
                "parts-only:",
                FROM_ANN
                        + "Content-Type: message/rfc822\r\n\r\n"
                        + FROM_ANN
                        + clear(TEXT, By.ec(ANN)));
        Reading reading = world.read(mixed.formatted(html, gcm(TEXT, ANNA)));
        assertTrue(reading.opened().isEmpty());
        // A third part beside the two, or the parts the other way round.
        says(
                "altered: ambiguous",
                FROM_ANN
                        + clear(TEXT, By.ec(ANN))
                                .replace("--edge--", "--edge\r\n\r\nmore\r\n--edge--"));
        says(
                "altered: ambiguous",
                FROM_ANN + clear(TEXT, By.ec(ANN)).replace("pkcs7-signature; name", "pdf; name"));
        says("altered: ambiguous", FROM_ANN + clear(TEXT, By.ec(ANN)) + "--edge\r\n\r\nmore\r\n");
    }

    /// C08: the certificate names the address in From, and there is one such address.
    @Test
    void theSignerIsTheAuthor() throws IOException {
        String signed = clear(TEXT, By.ec(ANN));
        for (String from :
                List.of(
                        "boss@partner.example",
                        "\"ann@partner.example\" <boss@partner.example>",
                        "ann@partner.example <boss@partner.example>",
                        "",
                        "ann@partner.example, boss@partner.example",
                        "x@partner.example\r\nSender: ann@partner.example",
                        "ann@partner.example\r\nFrom: boss@partner.example",
                        "boss@partner.example\r\nFrom: ann@partner.example")) {
            says("not-author: not-author", SmimeMail.from(from) + signed);
        }
        says("signed: valid", SmimeMail.from("ANN@Partner.Example") + signed);
        says("not-author: not-author", "Subject: nobody\r\n" + signed);
    }

    @Test
    void weakAlgorithmsAreNeverValid() throws IOException {
        Identity rsa = AUTHORITY.person("ann@partner.example", KeyKind.RSA_2048);
        for (String algorithm : List.of("SHA1withRSA", "MD5withRSA", "SHA224withRSA")) {
            By by = new By(rsa, algorithm, TestAuthority.NOW);
            says("weak: weak", FROM_ANN + clear(TEXT, by));
            says("altered: altered", FROM_ANN + clear(TEXT, by).replace("Hello", "Hullo"));
        }
        says("weak: weak", FROM_ANN + clear(TEXT, new By(ANN, "SHA1withECDSA", TestAuthority.NOW)));
        Identity small = AUTHORITY.person("ann@partner.example", KeyKind.RSA_1024);
        says("certificate: certificate-weak-key", FROM_ANN + clear(TEXT, By.rsa(small)));
    }

    /// C10, CVE-2026-59641: a time that the signer claims revives no certificate.
    @Test
    void certificatesAreJudgedWhenTheMessageComes() throws IOException {
        Identity expired = AUTHORITY.expiredPerson("ann@partner.example");
        Identity future = AUTHORITY.futurePerson("ann@partner.example");
        Instant then = TestAuthority.NOW.minus(Duration.ofDays(100));
        says(
                "certificate: certificate-expired",
                FROM_ANN + clear(TEXT, new By(expired, "SHA256withECDSA", then)));
        Instant later = TestAuthority.NOW.plus(Duration.ofDays(100));
        says(
                "certificate: certificate-not-yet-valid",
                FROM_ANN + clear(TEXT, new By(future, "SHA256withECDSA", later)));
        // And one that makes no sense harms no good signature.
        says(
                "signed: valid",
                FROM_ANN + clear(TEXT, new By(ANN, "SHA256withECDSA", Instant.EPOCH)));
    }

    /// C11, as far as a signer's certificate goes.
    @Test
    void certificateFaultsHaveTheirOwnCodes() throws IOException {
        CertificateRequest usual = TestAuthority.request("ann@partner.example", KeyKind.P_256);
        fault("wrong-key-usage", usual.withUsage(KeyUsage.keyAgreement));
        fault("wrong-purpose", usual.withPurposes(KeyPurposeId.id_kp_serverAuth));
        fault("weak-signature", usual.withSignature("SHA1withECDSA"));
        Identity self = Authority.selfSigned(usual);
        says("untrusted: certificate-no-path", FROM_ANN + clear(TEXT, By.ec(self)));
        world.pin(folder, self);
        says("signed: valid", FROM_ANN + clear(TEXT, By.ec(self)));
        Identity stranger = TestAuthority.create().person("ann@partner.example");
        says("untrusted: certificate-no-path", FROM_ANN + clear(TEXT, By.ec(stranger)));
        Identity below = AUTHORITY.subordinate().person("ann@partner.example");
        says("signed: valid", FROM_ANN + clear(TEXT, By.ec(below)));
        // A person's certificate issues none.
        Identity forged = Authority.of(ANN, KeyKind.P_256).issue(usual);
        says("untrusted: certificate-no-path", FROM_ANN + clear(TEXT, By.ec(forged)));
        Identity nameless = AUTHORITY.authority().issue(usual.withNames());
        says("not-author: not-author", FROM_ANN + clear(TEXT, By.ec(nameless)));
    }

    private void fault(String code, CertificateRequest request) throws IOException {
        Identity identity = AUTHORITY.authority().issue(request);
        says("certificate: certificate-" + code, FROM_ANN + clear(TEXT, By.ec(identity)));
    }

    /// C13: a signature around an envelope is not one of the content.
    @Test
    void layersAreJudgedEachAndTogether() throws IOException {
        String signed = clear(TEXT, By.ec(ANN));
        says("encrypted: opened", FROM_ANN + gcm(TEXT, ANNA));
        says("signed-encrypted: opened valid", FROM_ANN + gcm(signed, ANNA));
        says("signed-encrypted: opened valid", FROM_ANN + gcm(opaque(TEXT, By.ec(ANN)), ANNA));
        says(
                "signed-encrypted: valid opened valid",
                FROM_ANN + clear(gcm(signed, ANNA), By.ec(ANN)));
        says(
                "signed-encrypted: valid opened valid",
                FROM_ANN + opaque(gcm(signed, ANNA), By.ec(ANN)));
        says(
                "signed-encrypted: altered opened valid",
                FROM_ANN + clear(gcm(signed, ANNA), signature("x", false, By.ec(ANN))));
        says("encrypted: valid opened", FROM_ANN + clear(gcm(TEXT, ANNA), By.ec(ANN)));
        says("altered: opened altered", FROM_ANN + gcm(signed.replace("Hello", "Hullo"), ANNA));
        says(
                "not-author: valid not-author",
                FROM_ANN + clear(clear(TEXT, By.ec(BEN)), By.ec(ANN)).replace("edge", "edge"));
        says(
                "not-opened: no-key",
                FROM_ANN + gcm(TEXT, AUTHORITY.person("x@clinic.example", KeyKind.RSA_2048)));
        says(
                "signed-encrypted: opened read valid",
                FROM_ANN + gcm(compressed(signed.getBytes(ISO_8859_1)), ANNA));
        says("plain: read", FROM_ANN + compressed(TEXT.getBytes(ISO_8859_1)));
        says("plain: read", FROM_ANN + object("certs-only", signature("", false)));
    }

    /// C02: CBC is opened, and said to prove nothing.
    @Test
    void cbcIsNotAuthenticated() throws IOException {
        for (var algorithm :
                List.of(
                        CMSAlgorithm.AES128_CBC,
                        CMSAlgorithm.AES256_CBC,
                        CMSAlgorithm.DES_EDE3_CBC)) {
            String enveloped = object("enveloped-data", SmimeMail.cbc(TEXT, algorithm, ANNA));
            says("encrypted-unauthenticated: opened-unauthenticated", FROM_ANN + enveloped);
            assertEquals(TEXT, text(world.read(FROM_ANN + enveloped).opened().orElseThrow()));
        }
        String signed = clear(TEXT, By.ec(ANN));
        byte[] cms = SmimeMail.cbc(signed, CMSAlgorithm.AES128_CBC, ANNA);
        says(
                "signed-encrypted: opened-unauthenticated valid",
                FROM_ANN + object("enveloped-data", cms));
    }

    /// C12, M10: as many layers as there are read, and one more.
    @Test
    void layersEnd() throws IOException {
        String entity = TEXT;
        for (int i = 0; i < SmimeReader.LAYERS_MAX; i++) {
            entity = opaque(entity, By.ec(ANN));
        }
        assertEquals(MessageVerdict.SIGNED, world.read(FROM_ANN + entity).verdict());
        Reading deeper = world.read(FROM_ANN + opaque(entity, By.ec(ANN)));
        assertEquals(MessageVerdict.UNREADABLE, deeper.verdict());
        assertEquals("too-deep", deeper.layers().getLast().verdict().code());
        says("unreadable: unreadable", FROM_ANN + compressed(new byte[10_000_000]));
    }

    /// C14: the fields outside are those that the author left there, or it is said.
    @Test
    void headerProtection() throws IOException {
        String inner =
                """
                From: ann@partner.example
                To: anna@clinic.example
                Subject: Real
                HP-Outer: From: ann@partner.example
                HP-Outer: To: anna@clinic.example
                HP-Outer: Subject: [...]
                Content-Type: text/plain; hp="cipher"

                Hello
                """
                        .replace("\n", "\r\n");
        String outer = "From: ann@partner.example\r\nTo: anna@clinic.example\r\nSubject: [...]\r\n";
        assertFalse(world.read(outer + gcm(inner, ANNA)).headersDiffer());
        for (String changed :
                List.of(
                        outer.replace("[...]", "Pay at once"),
                        outer.replace("To: anna", "To: otto"),
                        outer.replace("From: ann@", "From: boss@"),
                        outer + "Reply-To: evil@evil.example\r\n")) {
            assertTrue(world.read(changed + gcm(inner, ANNA)).headersDiffer(), changed);
        }
        String clear = inner.replace("cipher", "clear").replaceAll("HP-Outer.*\r\n", "");
        String same = outer.replace("[...]", "Real");
        assertFalse(world.read(same + clear(clear, By.ec(ANN))).headersDiffer());
        assertTrue(world.read(outer + clear(clear, By.ec(ANN))).headersDiffer());
        // A phony one: nothing protects it.
        assertFalse(world.read(outer + clear).headersDiffer());
    }

    private void says(String codes, String message) throws IOException {
        assertEquals(codes, ReaderWorld.codes(world.read(message)), message);
    }

    private static String text(Content content) throws IOException {
        try (InputStream in = content.open()) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }

    private static byte[] both(byte[] first, byte[] second, boolean secondLast) throws IOException {
        SignedData one = signedData(first);
        SignedData other = signedData(second);
        ASN1EncodableVector signers = new ASN1EncodableVector();
        signers.add((secondLast ? one : other).getSignerInfos().getObjectAt(0));
        signers.add((secondLast ? other : one).getSignerInfos().getObjectAt(0));
        ASN1EncodableVector certificates = new ASN1EncodableVector();
        one.getCertificates().forEach(certificates::add);
        other.getCertificates().forEach(certificates::add);
        return encoded(
                new SignedData(
                        one.getDigestAlgorithms(),
                        one.getEncapContentInfo(),
                        new DERSet(certificates),
                        null,
                        new org.bouncycastle.asn1.BERSet(signers)));
    }

    private static byte[] withoutDigests(byte[] signature) throws IOException {
        SignedData data = signedData(signature);
        return encoded(
                new SignedData(
                        new DERSet(),
                        data.getEncapContentInfo(),
                        data.getCertificates(),
                        null,
                        data.getSignerInfos()));
    }

    private static byte[] withoutCertificates(byte[] signature) throws IOException {
        SignedData data = signedData(signature);
        return encoded(
                new SignedData(
                        data.getDigestAlgorithms(),
                        data.getEncapContentInfo(),
                        null,
                        null,
                        data.getSignerInfos()));
    }

    private static SignedData signedData(byte[] signature) {
        return SignedData.getInstance(ContentInfo.getInstance(signature).getContent());
    }

    private static byte[] encoded(SignedData data) throws IOException {
        return new ContentInfo(org.bouncycastle.asn1.cms.CMSObjectIdentifiers.signedData, data)
                .getEncoded();
    }
}
