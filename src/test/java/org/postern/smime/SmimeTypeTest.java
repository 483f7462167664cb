package org.postern.smime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.testkit.TestAuthority;

final class SmimeTypeTest {
    @Test
    void readsTheClaim() throws Exception {
        claims("application/pkcs7-mime; smime-type=enveloped-data", new SmimeType.Enveloped(false));
        claims(
                "application/x-pkcs7-mime; smime-type=\"authEnveloped-data\"; name=smime.p7m",
                new SmimeType.Enveloped(true));
        claims("application/pkcs7-mime; smime-type=signed-data", new SmimeType.OpaqueSigned());
        claims("application/pkcs7-mime; smime-type=certs-only", new SmimeType.CertificatesOnly());
        claims("application/pkcs7-mime; smime-type=compressed-data", new SmimeType.Compressed());
        claims("application/pkcs7-mime", new SmimeType.Unnamed());
        claims("application/pkcs7-mime; smime-type=other", new SmimeType.Unnamed());
        claims(
                "multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b",
                new SmimeType.ClearSigned());
        claims("multipart/signed; protocol=\"application/pgp-signature\"", new SmimeType.Plain());
        claims("application/octet-stream; name=smime.P7M", new SmimeType.Unnamed());
        claims("application/octet-stream; name=report.pdf", new SmimeType.Plain());
        claims("text/plain", new SmimeType.Plain());
        // Two fields: nobody knows which one counts.
        claims(
                "application/pkcs7-mime; smime-type=enveloped-data\r\nContent-Type: text/plain",
                new SmimeType.Plain());
    }

    /// A label does not let plain text pass as encrypted.
    @Test
    void aClaimOfEncryptionIsProvedByTheObject() throws Exception {
        String label = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n";
        String base64 = label + "Content-Transfer-Encoding: base64\r\n\r\n";
        proven(label + "\r\nNot encrypted at all, whatever the label says.", new SmimeType.Plain());
        proven(
                base64 + "Tm90IGVuY3J5cHRlZCBhdCBhbGwsIHdoYXRldmVyIHRoZSBsYWJlbCBzYXlzLg==",
                new SmimeType.Plain());
        proven(base64, new SmimeType.Plain());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SmimeEncryptor(KeyTransport.PKCS1_V15)
                .encrypt(
                        Content.of(new byte[0]),
                        List.of(TestAuthority.create().person("a@x.example").certificate()))
                .writeTo(out);
        String encrypted = out.toString(ISO_8859_1);
        proven(encrypted, new SmimeType.Enveloped(true));
        proven(encrypted.replace("authEnveloped-data", "x"), new SmimeType.Enveloped(true));
        proven(encrypted.replace("application/pkcs7-mime", "text/plain"), new SmimeType.Plain());
        proven("Subject: x\r\n\r\nbody", new SmimeType.Plain());
    }

    private static void claims(String type, SmimeType expected) throws Exception {
        byte[] octets = ("Content-Type: " + type + "\r\n\r\n").getBytes(ISO_8859_1);
        assertEquals(expected, SmimeType.of(HeaderSection.read(Content.of(octets))), type);
    }

    private static void proven(String message, SmimeType expected) throws Exception {
        Content content = Content.of(message.getBytes(ISO_8859_1));
        assertEquals(expected, SmimeType.proven(content), message);
    }
}
