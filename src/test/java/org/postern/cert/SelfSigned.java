package org.postern.cert;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.postern.pki.KeyKind;
import org.postern.pki.Providers;
import org.postern.testkit.TestAuthority;

/// A certificate as `openssl req -x509` makes it: signed by itself, and calling itself an
/// authority. It lasts for ten days.
///
/// @param usage bits of BC's `KeyUsage`; 0 leaves the extension out
/// @param isReadable whether its name constraints are, which it has if not
record SelfSigned(
        String subject,
        KeyKind kind,
        Optional<GeneralName> name,
        int usage,
        Instant begin,
        boolean isReadable) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static SelfSigned of(String subject) {
        return new SelfSigned(
                subject,
                KeyKind.P_256,
                Optional.empty(),
                0,
                TestAuthority.NOW.minus(Duration.ofDays(1)),
                true);
    }

    SelfSigned with(KeyKind other) {
        return new SelfSigned(subject, other, name, usage, begin, isReadable);
    }

    SelfSigned with(GeneralName other) {
        return new SelfSigned(subject, kind, Optional.of(other), usage, begin, isReadable);
    }

    SelfSigned withUsage(int other) {
        return new SelfSigned(subject, kind, name, other, begin, isReadable);
    }

    SelfSigned from(Instant other) {
        return new SelfSigned(subject, kind, name, usage, other, isReadable);
    }

    SelfSigned unreadable() {
        return new SelfSigned(subject, kind, name, usage, begin, false);
    }

    X509Certificate make() throws GeneralSecurityException, OperatorCreationException, IOException {
        KeyPair pair = kind.generate(RANDOM);
        X500Name own = new X500Name(subject);
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        own,
                        new BigInteger(100, RANDOM),
                        Date.from(begin),
                        Date.from(begin.plus(Duration.ofDays(10))),
                        own,
                        pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        if (usage != 0) {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        }
        if (name.isPresent()) {
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(name.get()));
        }
        if (!isReadable) {
            builder.addExtension(
                    Extension.nameConstraints, false, new DEROctetString(new byte[] {1, 2}));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder(kind.signature())
                                        .setProvider(Providers.BOUNCY_CASTLE)
                                        .build(pair.getPrivate())));
    }
}
