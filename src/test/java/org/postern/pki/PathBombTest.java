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
    /// As many as a signed message may bring.
    private static final int CERTIFICATES = 99;

    private static final X500Name NAME = new X500Name("CN=X");

    /// Each of them may stand above each other, in any order.
    @Test
    void certificatesThatNameOneAnotherAreNotTriedInEveryOrder() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
        X509Certificate leaf = issue(pair, new X500Name("CN=leaf"), 0, false);
        List<X509Certificate> between = new ArrayList<>();
        for (int i = 1; i <= CERTIFICATES; i++) {
            between.add(issue(pair, NAME, i, true));
        }
        TestAuthority other = TestAuthority.create();
        PathCheck check = new PathCheck(List.of(other.authority().certificate()));
        boolean leads =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () -> check.leadsToAnchor(leaf, between, TestAuthority.NOW));
        assertFalse(leads);
        PathCheck own = new PathCheck(List.of(between.getFirst()));
        assertTrue(own.leadsToAnchor(leaf, List.of(), TestAuthority.NOW), "the control");
    }

    private static X509Certificate issue(KeyPair pair, X500Name subject, int number, boolean above)
            throws Exception {
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        NAME,
                        BigInteger.valueOf(number + 1L),
                        Date.from(TestAuthority.NOW.minus(Duration.ofDays(1))),
                        Date.from(TestAuthority.NOW.plus(Duration.ofDays(1))),
                        subject,
                        pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(above));
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
