package org.postern.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.smime.SMIMECapability;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A small certification authority: it makes its own key and issues certificates by request. It
/// keeps no list of what it issued; that is for whoever owns it.
public final class Authority {
    /// RFC 5280 §4.1.2.2: at most 20 octets, positive.
    private static final int SERIAL_BITS = 127;

    private final Identity identity;
    private final X500Name name;
    private final KeyKind kind;
    private final String signature;
    private final SecureRandom random;
    private final Optional<URI> place;

    private Authority(Identity identity, KeyKind kind, SecureRandom random, Optional<URI> place) {
        this.identity = identity;
        this.place = place;
        this.kind = kind;
        this.name =
                X500Name.getInstance(identity.certificate().getSubjectX500Principal().getEncoded());
        this.signature = kind.signature();
        this.random = random;
    }

    /// An authority that was stored as key and certificate.
    public static Authority of(Identity identity, KeyKind kind) {
        return new Authority(identity, kind, new SecureRandom(), Optional.empty());
    }

    /// Makes a root: a new key and a certificate signed by itself.
    public static Authority create(String commonName, KeyKind kind, Validity validity) {
        SecureRandom random = new SecureRandom();
        KeyPair pair = kind.generate(random);
        CertificateRequest request = authorityRequest(commonName, kind, validity);
        Issuer self =
                new Issuer(
                        distinguishedName(commonName),
                        pair,
                        kind.signature(),
                        random,
                        Optional.empty());
        X509Certificate root = self.certify(request, pair.getPublic(), true);
        return new Authority(
                new Identity(pair.getPrivate(), List.of(root)), kind, random, Optional.empty());
    }

    /// Makes an authority below this one.
    public Authority subordinate(String commonName, KeyKind kind, Validity validity) {
        CertificateRequest request = authorityRequest(commonName, kind, validity);
        return new Authority(issue(request, true), kind, random, Optional.empty());
    }

    /// The same authority, whose certificates say that its revocation list lies there.
    public Authority telling(URI list) {
        return new Authority(identity, kind, random, Optional.of(list));
    }

    /// What it has revoked.
    ///
    /// @param reason of RFC 5280 §5.3.1
    public record Revoked(BigInteger serial, Instant when, int reason) {}

    /// Its revocation list, RFC 5280 §5, in DER.
    ///
    /// @param validity from this list to the next one
    /// @param number greater than that of every list before
    public byte[] list(List<Revoked> revoked, Validity validity, BigInteger number) {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(name, Date.from(validity.notBefore()));
        builder.setNextUpdate(Date.from(validity.notAfter()));
        revoked.forEach(
                each -> builder.addCRLEntry(each.serial(), Date.from(each.when()), each.reason()));
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils()
                            .createAuthorityKeyIdentifier(certificate().getPublicKey()));
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(number));
            return builder.build(
                            new JcaContentSignerBuilder(signature)
                                    .setProvider(Providers.BOUNCY_CASTLE)
                                    .build(identity.key()))
                    .getEncoded();
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the revocation list cannot be made", e);
        }
    }

    /// The certificate of this authority.
    public X509Certificate certificate() {
        return identity.certificate();
    }

    /// Its key and chain, to be stored by its owner.
    public Identity identity() {
        return identity;
    }

    /// Makes a new key and its certificate.
    public Identity issue(CertificateRequest request) {
        return issue(request, false);
    }

    /// Makes a key and a certificate that it signs itself, outside any authority.
    public static Identity selfSigned(CertificateRequest request) {
        SecureRandom random = new SecureRandom();
        KeyPair pair = request.kind().generate(random);
        String algorithm = algorithm(request, request.kind().signature());
        Issuer self =
                new Issuer(
                        distinguishedName(request.commonName()),
                        pair,
                        algorithm,
                        random,
                        Optional.empty());
        return new Identity(
                pair.getPrivate(), List.of(self.certify(request, pair.getPublic(), false)));
    }

    private Identity issue(CertificateRequest request, boolean authority) {
        KeyPair pair = request.kind().generate(random);
        KeyPair own = new KeyPair(certificate().getPublicKey(), identity.key());
        Issuer issuer = new Issuer(name, own, algorithm(request, signature), random, place);
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(issuer.certify(request, pair.getPublic(), authority));
        chain.addAll(identity.chain());
        return new Identity(pair.getPrivate(), chain);
    }

    private static String algorithm(CertificateRequest request, String usual) {
        return request.signature().isEmpty() ? usual : request.signature();
    }

    private static CertificateRequest authorityRequest(
            String commonName, KeyKind kind, Validity validity) {
        return new CertificateRequest(
                commonName,
                List.of(),
                KeyUsage.keyCertSign | KeyUsage.cRLSign,
                List.of(),
                validity,
                kind,
                "");
    }

    /// Whether a certificate names an authority of that name as its issuer.
    public static boolean hasIssued(String commonName, X509Certificate certificate) {
        return X500Name.getInstance(certificate.getIssuerX500Principal().getEncoded())
                .equals(distinguishedName(commonName));
    }

    private static X500Name distinguishedName(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
    }

    /// Who signs a certificate.
    ///
    /// @param place of the list of what it revokes
    private record Issuer(
            X500Name name,
            KeyPair pair,
            String algorithm,
            SecureRandom random,
            Optional<URI> place) {
        X509Certificate certify(CertificateRequest request, PublicKey key, boolean authority) {
            X509v3CertificateBuilder builder =
                    new X509v3CertificateBuilder(
                            name,
                            new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1),
                            Date.from(request.validity().notBefore()),
                            Date.from(request.validity().notAfter()),
                            distinguishedName(request.commonName()),
                            SubjectPublicKeyInfo.getInstance(key.getEncoded()));
            try {
                addIdentifiers(builder, key);
                addExtensions(builder, request, authority);
                if (place.isPresent()) {
                    builder.addExtension(
                            Extension.cRLDistributionPoints, false, points(place.get()));
                }
                return new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(
                                        new JcaContentSignerBuilder(algorithm)
                                                .setProvider(Providers.BOUNCY_CASTLE)
                                                .build(pair.getPrivate())));
            } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
                throw new IllegalStateException("the certificate cannot be made", e);
            }
        }

        /// RFC 5280 §4.2.1.13.
        private static CRLDistPoint points(URI place) {
            GeneralName name =
                    new GeneralName(GeneralName.uniformResourceIdentifier, place.toString());
            DistributionPointName there = new DistributionPointName(new GeneralNames(name));
            return new CRLDistPoint(
                    new DistributionPoint[] {new DistributionPoint(there, null, null)});
        }

        /// RFC 8551 §2.5.2: none of these ciphers has parameters.
        private static DERSequence capabilities(List<ASN1ObjectIdentifier> ciphers) {
            return new DERSequence(
                    ciphers.stream()
                            .map(each -> new SMIMECapability(each, null))
                            .toArray(ASN1Encodable[]::new));
        }

        private void addIdentifiers(X509v3CertificateBuilder builder, PublicKey key)
                throws CertIOException, GeneralSecurityException {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    identifiers.createSubjectKeyIdentifier(key));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(pair.getPublic()));
        }

        private static void addExtensions(
                X509v3CertificateBuilder builder, CertificateRequest request, boolean authority)
                throws CertIOException {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (request.usage() != 0) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(request.usage()));
            }
            if (!request.purposes().isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(request.purposes().toArray(KeyPurposeId[]::new)));
            }
            if (!request.opens().isEmpty()) {
                builder.addExtension(
                        PKCSObjectIdentifiers.pkcs_9_at_smimeCapabilities,
                        false,
                        capabilities(request.opens()));
            }
            if (!request.names().isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(request.names().toArray(GeneralName[]::new)));
            }
        }
    }
}
