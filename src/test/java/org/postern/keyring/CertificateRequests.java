package org.postern.keyring;

import java.io.IOException;
import java.io.Reader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.postern.pki.Identity;
import org.postern.pki.Providers;
import org.postern.testkit.TestAuthority;

/// A public authority, as far as a test needs one: it checks a request and issues what is asked.
public final class CertificateRequests {
    private CertificateRequests() {}

    public static PKCS10CertificationRequest read(Path file) throws Exception {
        try (Reader text = Files.newBufferedReader(file);
                PEMParser pem = new PEMParser(text)) {
            PKCS10CertificationRequest request = (PKCS10CertificationRequest) pem.readObject();
            boolean signed =
                    request.isSignatureValid(
                            new JcaContentVerifierProviderBuilder()
                                    .setProvider(Providers.BOUNCY_CASTLE)
                                    .build(request.getSubjectPublicKeyInfo()));
            if (!signed) {
                throw new IOException("the request is not signed by its key");
            }
            return request;
        }
    }

    public static List<String> mailboxes(PKCS10CertificationRequest request) {
        GeneralNames names =
                GeneralNames.fromExtensions(
                        request.getRequestedExtensions(), Extension.subjectAlternativeName);
        return Arrays.stream(names.getNames()).map(name -> name.getName().toString()).toList();
    }

    public static X509Certificate issue(PKCS10CertificationRequest request, TestAuthority authority)
            throws Exception {
        return issue(request, authority, mailboxes(request).getFirst());
    }

    /// @param mailbox whom the certificate names, whoever the request does
    public static X509Certificate issue(
            PKCS10CertificationRequest request, TestAuthority authority, String mailbox)
            throws Exception {
        Identity issuer = authority.authority().identity();
        X509v3CertificateBuilder builder =
                new X509v3CertificateBuilder(
                        X500Name.getInstance(
                                issuer.certificate().getSubjectX500Principal().getEncoded()),
                        BigInteger.TEN,
                        Date.from(TestAuthority.VALID.notBefore()),
                        Date.from(TestAuthority.VALID.notAfter()),
                        request.getSubject(),
                        request.getSubjectPublicKeyInfo());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.rfc822Name, mailbox)));
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .setProvider(Providers.BOUNCY_CASTLE)
                                        .build(issuer.key())));
    }
}
