package org.postern.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.util.CollectionStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.pki.CertificateCheck.Algorithms;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.Peers;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.TestAuthority;

/// X6: signatures of ML-DSA, by the examples of RFC 9882: verified where IT has allowed that, and
/// else of a kind that is not known.
class LatticeSignatureTest {
    @TempDir Path folder;

    @Test
    void theExamplesOfTheStandardAreVerified() throws Exception {
        Path vectors = Peers.corpora().resolve("smime/mldsa");
        for (String set : List.of("44", "65", "87")) {
            X509Certificate signer =
                    Pem.certificates(vectors.resolve("cert/ML-DSA-" + set + ".pem")).getFirst();
            byte[] signed = pem(vectors.resolve("cms/SignedData_ML-DSA-" + set + ".pem"));
            byte[] whole =
                    CMSSignedData.replaceCertificatesAndCRLs(
                                    new CMSSignedData(signed),
                                    new JcaCertStore(List.of(signer)),
                                    new CollectionStore<>(List.of()),
                                    new CollectionStore<>(List.of()))
                            .getEncoded();
            assertEquals("unsupported", verdict(whole, Algorithms.CLASSIC), set);
            assertEquals("certificate-no-path", verdict(whole, Algorithms.POST_QUANTUM), set);
            byte[] changed = whole.clone();
            changed[changed.length - 100] ^= 1;
            assertEquals("altered", verdict(changed, Algorithms.POST_QUANTUM), set);
        }
    }

    private String verdict(byte[] signed, Algorithms algorithms) throws Exception {
        String message =
                SmimeMail.from("ann@partner.example") + SmimeMail.object("signed-data", signed);
        Reading reading =
                new SmimeReader(
                                PartnerDirectory.load(folder).by(algorithms),
                                new SmimeDecryptor(List.of()))
                        .read(Content.of(message.getBytes(ISO_8859_1)), TestAuthority.NOW);
        return reading.layers().getFirst().verdict().code();
    }

    private static byte[] pem(Path file) throws Exception {
        String text = Files.readString(file);
        int begin = text.indexOf("-----\n", text.indexOf("-----BEGIN") + 5) + 6;
        return Base64.getMimeDecoder().decode(text.substring(begin, text.indexOf("-----END")));
    }
}
