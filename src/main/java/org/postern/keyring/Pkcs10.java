package org.postern.keyring;

import java.io.IOException;
import java.io.StringWriter;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.Providers;

/// A request for a certificate, to be sent to an authority outside: RFC 2986, RFC 2985 §5.4.2.
final class Pkcs10 {
    private Pkcs10() {}

    /// @param waiting the key, whose own certificate is not used
    /// @return in PEM form
    static String of(Identity waiting, CertificateRequest request) throws IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.keyUsage, true, new KeyUsage(request.usage()));
        extensions.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(request.names().toArray(GeneralName[]::new)));
        try {
            PKCS10CertificationRequest signed =
                    new JcaPKCS10CertificationRequestBuilder(
                                    waiting.certificate().getSubjectX500Principal(),
                                    waiting.certificate().getPublicKey())
                            .addAttribute(
                                    PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
                                    extensions.generate())
                            .build(
                                    new JcaContentSignerBuilder(request.kind().signature())
                                            .setProvider(Providers.BOUNCY_CASTLE)
                                            .build(waiting.key()));
            StringWriter text = new StringWriter();
            try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
                pem.writeObject(signed);
            }
            return text.toString();
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("the provider cannot sign a request", e);
        }
    }
}
