package org.postern.smime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSTypedStream;
import org.bouncycastle.cms.jcajce.JceKEMEnvelopedRecipient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.kem.MlKem;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.pki.CertificateCheck.Algorithms;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Providers;
import org.postern.pki.Verdict;
import org.postern.testkit.Peers;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.TestAuthority;

/// X6: ML-KEM and ML-DSA, where IT has allowed them, with the vectors of the standards.
class PostQuantumTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final String ANN = "ann@partner.example";
    private static final Content LETTER =
            Content.of("Subject: x\r\n\r\nAll is well.\r\n".getBytes(StandardCharsets.US_ASCII));

    @TempDir Path folder;

    private static byte[] encrypted(Identity identity) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SmimeEncryptor(KeyTransport.OAEP_SHA256)
                .encrypt(LETTER, List.of(identity.certificate()))
                .writeTo(out);
        return out.toByteArray();
    }

    private static byte[] object(byte[] message) {
        String text = new String(message, StandardCharsets.US_ASCII);
        return Base64.getMimeDecoder().decode(text.substring(text.indexOf("\r\n\r\n") + 4));
    }

    private static String opened(Identity identity, byte[] message) throws Exception {
        Opened opened = new SmimeDecryptor(List.of(identity)).open(Content.of(message));
        Content entity = assertInstanceOf(Opened.Plain.class, opened).entity();
        return new String(entity.open().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void whatIsEncryptedIsOpenedByUsAndByTheLibrary() throws Exception {
        for (KeyKind kind : List.of(KeyKind.ML_KEM_768, KeyKind.ML_KEM_1024)) {
            Identity ann = AUTHORITY.person(ANN, kind);
            assertEquals(Optional.of(kind), KeyKind.of(ann.certificate().getPublicKey()));
            byte[] message = encrypted(ann);
            assertTrue(opened(ann, message).endsWith("All is well.\r\n"));
            CMSAuthEnvelopedData data = new CMSAuthEnvelopedData(object(message));
            PrivateKey theirs =
                    KeyFactory.getInstance("ML-KEM", Providers.BOUNCY_CASTLE)
                            .generatePrivate(new PKCS8EncodedKeySpec(ann.key().getEncoded()));
            CMSTypedStream content =
                    data.getRecipientInfos()
                            .iterator()
                            .next()
                            .getContentStream(
                                    new JceKEMEnvelopedRecipient(theirs)
                                            .setProvider(Providers.BOUNCY_CASTLE));
            String text =
                    new String(
                            content.getContentStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(text.endsWith("All is well.\r\n"));
        }
    }

    /// A key that cannot be unwrapped looks like any other damage: C03.
    @Test
    void whatIsChangedIsDamaged() throws Exception {
        Identity ann = AUTHORITY.person(ANN, KeyKind.ML_KEM_768);
        byte[] message = encrypted(ann);
        byte[] object = object(message);
        int last = object.length - 1;
        while (object[last] == 0) {
            // The ends of structures.
            last--;
        }
        for (int at : List.of(200, 700, 1_200, last)) {
            byte[] changed = object.clone();
            changed[at] ^= 1;
            String text = SmimeMail.object("authEnveloped-data", changed);
            Opened opened =
                    new SmimeDecryptor(List.of(ann))
                            .open(Content.of(text.getBytes(StandardCharsets.ISO_8859_1)));
            assertInstanceOf(Opened.Damaged.class, opened, "octet " + at);
        }
        Identity other = AUTHORITY.person(ANN, KeyKind.ML_KEM_768);
        assertInstanceOf(
                Opened.NoKey.class, new SmimeDecryptor(List.of(other)).open(Content.of(message)));
    }

    /// RFC 9936 appendix C, with the private key in each of its forms.
    @Test
    void theExampleOfTheStandardIsOpened() throws Exception {
        Path vectors = Peers.corpora().resolve("smime/mlkem");
        X509Certificate certificate =
                Pem.certificates(vectors.resolve("ML-KEM-512.pem")).getFirst();
        AuthEnvelopedData data =
                AuthEnvelopedData.getInstance(
                        ContentInfo.getInstance(pem(vectors.resolve("ML-KEM-512.cms")))
                                .getContent());
        RecipientInfo recipient =
                RecipientInfo.getInstance(data.getRecipientInfos().getObjectAt(0));
        KEMRecipientInfo info =
                KEMRecipientInfo.getInstance(
                        OtherRecipientInfo.getInstance(recipient.getInfo()).getValue());
        byte[] expected = Files.readAllBytes(vectors.resolve("cek.txt"));
        for (String form : List.of("seed", "expanded", "both")) {
            PrivateKey key =
                    KeyFactory.getInstance("ML-KEM", Providers.BOUNCY_CASTLE)
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            pem(vectors.resolve("ML-KEM-512-" + form + ".priv"))));
            byte[] content = MlKem.unwrap(info, certificate.getPublicKey(), key);
            assertEquals(
                    new String(expected, StandardCharsets.US_ASCII).strip(),
                    HexFormat.of().withUpperCase().formatHex(content),
                    form);
        }
    }

    private static byte[] pem(Path file) throws Exception {
        String text = Files.readString(file);
        int begin = text.indexOf("-----\n", text.indexOf("-----BEGIN") + 5) + 6;
        return Base64.getMimeDecoder().decode(text.substring(begin, text.indexOf("-----END")));
    }

    @Test
    void nothingOfItIsUsedBeforeItIsAllowed() throws Exception {
        Files.createDirectories(folder.resolve("anchors"));
        Pem.write(folder.resolve("anchors/root.pem"), List.of(AUTHORITY.authority().certificate()));
        Pem.write(
                folder.resolve("ann.pem"),
                List.of(AUTHORITY.person(ANN, KeyKind.ML_KEM_768).certificate()));
        assertEquals(
                Verdict.UNKNOWN_KEY,
                assertInstanceOf(Lookup.Unusable.class, find(it -> it)).verdict());
        assertInstanceOf(Lookup.Found.class, find(it -> it.by(Algorithms.POST_QUANTUM)));
    }

    private Lookup find(UnaryOperator<PartnerDirectory> how) {
        return how.apply(PartnerDirectory.load(folder)).find(Address.of(ANN), TestAuthority.NOW);
    }
}
