package org.postern.pki;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.postern.testkit.TestAuthority;

/// C11: whoever signs a message chooses the certificates that come with it.
class PathBombTest {
    /// With so many layers, as many certificates as a signed message may bring; more layers are
    /// longer than a path may be.
    private static final int EACH = 11;

    private static final int LAYERS = 9;

    /// Eleven authorities of one name and key in each of nine layers, each issued by all of the
    /// layer above, and no anchor above the last: eleven to the power of nine ways, all of which
    /// end there.
    @Test
    void layersOfCertificatesAreNotTriedInEveryWay() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
        X509Certificate leaf = issue(pair, "leaf", "layer 0", 0);
        List<X509Certificate> between = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int i = 0; i < EACH; i++) {
                between.add(
                        issue(pair, "layer " + layer, "layer " + (layer + 1), between.size() + 1));
            }
        }
        TestAuthority other = TestAuthority.create();
        PathCheck check = new PathCheck(List.of(other.authority().certificate()));
        boolean leads =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () -> check.path(leaf, between, TestAuthority.NOW).isPresent());
        assertFalse(leads);
        PathCheck own = new PathCheck(List.of(between.getLast()));
        assertTrue(own.path(leaf, between, TestAuthority.NOW).isPresent(), "the control");
    }

    /// @param number of the certificate; 0 for the one that is no authority
    private static X509Certificate issue(KeyPair pair, String subject, String issuer, int number)
            throws Exception {
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name("CN=" + issuer),
                        BigInteger.valueOf(number + 1L),
                        Date.from(TestAuthority.NOW.minus(Duration.ofDays(1))),
                        Date.from(TestAuthority.NOW.plus(Duration.ofDays(1))),
                        new X500Name("CN=" + subject),
                        pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(number > 0));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.rfc822Name, number + "@x.example")));
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(pair.getPrivate())));
    }
}
