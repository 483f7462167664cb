package org.postern.smime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;

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

    private static void claims(String type, SmimeType expected) throws Exception {
        byte[] octets = ("Content-Type: " + type + "\r\n\r\n").getBytes(ISO_8859_1);
        assertEquals(expected, SmimeType.of(HeaderSection.read(Content.of(octets))), type);
    }
}
