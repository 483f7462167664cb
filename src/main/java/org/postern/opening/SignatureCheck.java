package org.postern.opening;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.postern.cms.SignedObject;
import org.postern.mail.Address;
import org.postern.opening.LayerVerdict.Signature;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Providers;
import org.postern.pki.Verdict;

/// Verifies the signers of one layer, each on its own: RFC 5652 §5.6. The library does the
/// arithmetic; which signers, algorithms and certificates count is decided here.
final class SignatureCheck {
    /// Larger keys cost more time than any partner needs.
    private static final int RSA_BITS_MAX = 8_192;

    private static final int DSA_BITS_MAX = 3_072;

    /// Certificates of a chain that is shown.
    private static final int CHAIN_MAX = 10;

    private final PartnerDirectory trust;
    private final Instant received;
    private final Optional<Address> author;

    /// @param received at which certificates are judged, never the time that the signer claims
    /// @param author the one address in From; empty if that is not exactly one
    SignatureCheck(PartnerDirectory trust, Instant received, Optional<Address> author) {
        this.trust = trust;
        this.received = received;
        this.author = author;
    }

    /// All signers, in their order. The content must have been hashed.
    List<Signer> signers(SignedObject.Signers signers) {
        List<X509Certificate> certificates = certificates(signers);
        List<Signer> checked = new ArrayList<>();
        for (SignerInformation signer : signers.each()) {
            checked.add(checkOrRefuse(signer, signers, certificates));
        }
        return checked;
    }

    /// C05, C08: every signer must be right, and one of them must be the author.
    LayerVerdict of(List<Signer> signers) {
        if (signers.isEmpty()) {
            return Signature.NO_SIGNER;
        }
        LayerVerdict worst = Signature.VALID;
        for (Signer signer : signers) {
            if (signer.verdict() == Signature.ALTERED) {
                return Signature.ALTERED;
            }
            worst = worst == Signature.VALID ? signer.verdict() : worst;
        }
        boolean authors =
                author.isPresent()
                        && signers.stream()
                                .anyMatch(it -> it.addresses().contains(author.get().key()));
        return worst == Signature.VALID && !authors ? Signature.NOT_AUTHOR : worst;
    }

    /// The library reads much of a signer only when asked, and answers hostile octets with
    /// unchecked exceptions of many kinds.
    private Signer checkOrRefuse(
            SignerInformation signer,
            SignedObject.Signers all,
            List<X509Certificate> certificates) {
        try {
            return check(signer, all, certificates);
        } catch (RuntimeException e) {
            return new Signer(List.of(), Set.of(), "", "", Optional.empty(), Signature.UNREADABLE);
        }
    }

    private Signer check(
            SignerInformation signer,
            SignedObject.Signers all,
            List<X509Certificate> certificates) {
        Optional<X509CertificateHolder> holder = holder(signer, all);
        Optional<X509Certificate> certificate = holder.flatMap(SignatureCheck::certificate);
        Set<String> addresses = certificate.map(trust::addresses).orElse(Set.of());
        LayerVerdict verdict =
                holder.isEmpty() || certificate.isEmpty()
                        ? Signature.NO_CERTIFICATE
                        : all.isHashed(signer)
                                ? verdict(signer, holder.get(), certificate.get(), certificates)
                                : Signature.UNSUPPORTED;
        return new Signer(
                certificate.map(own -> chain(own, certificates)).orElse(List.of()),
                addresses,
                AlgorithmNames.of(signer.getDigestAlgorithmID()),
                AlgorithmNames.of(signer.toASN1Structure().getDigestEncryptionAlgorithm()),
                claimed(signer),
                verdict);
    }

    private LayerVerdict verdict(
            SignerInformation signer,
            X509CertificateHolder holder,
            X509Certificate certificate,
            List<X509Certificate> certificates) {
        SignatureStrength strength = SignatureStrength.of(signer, trust.algorithms());
        Optional<PublicKey> key = key(holder);
        if (strength == SignatureStrength.UNSUPPORTED || key.isEmpty()) {
            return Signature.UNSUPPORTED;
        }
        if (!fits(signer, key.get())) {
            return Signature.ALTERED;
        }
        if (strength == SignatureStrength.WEAK) {
            return Signature.WEAK;
        }
        Optional<Verdict> fault = trust.signerFault(certificate, certificates, received, author);
        return fault.<LayerVerdict>map(LayerVerdict.Certificate::new).orElse(Signature.VALID);
    }

    /// With the key and not with the certificate: given that, the library would judge its validity
    /// by the time that the signer claims (CVE-2026-59641).
    private static boolean fits(SignerInformation signer, PublicKey key) {
        try {
            SignerInformationVerifier verifier =
                    new JcaSimpleSignerInfoVerifierBuilder()
                            .setProvider(Providers.BOUNCY_CASTLE)
                            .build(key);
            return signer.verify(verifier)
                    || (signer.getSignedAttributes() != null
                            && new AsWritten(signer).verify(verifier));
        } catch (CMSException | OperatorCreationException | RuntimeException e) {
            // The library throws all of these for hostile signatures.
            return false;
        }
    }

    /// A signer whose attributes are not in the order of DER: some programs sign them as they write
    /// them (RFC 5652 §5.4 asks for DER).
    private static final class AsWritten extends SignerInformation {
        AsWritten(SignerInformation signer) {
            super(signer);
        }

        @Override
        public byte[] getEncodedSignedAttributes() throws IOException {
            return signedAttributeSet.getEncoded(ASN1Encoding.DL);
        }
    }

    private static Optional<X509CertificateHolder> holder(
            SignerInformation signer, SignedObject.Signers all) {
        return all.certificates().stream().filter(signer.getSID()::match).findFirst();
    }

    /// Empty for a key that is not read, or so large that reading it is work.
    private static Optional<PublicKey> key(X509CertificateHolder holder) {
        try {
            PublicKey key =
                    new JcaX509CertificateConverter()
                            .setProvider(Providers.BOUNCY_CASTLE)
                            .getCertificate(holder)
                            .getPublicKey();
            int bits =
                    switch (key) {
                        case RSAPublicKey rsa -> rsa.getModulus().bitLength() - RSA_BITS_MAX;
                        case DSAPublicKey dsa when dsa.getParams() != null ->
                                dsa.getParams().getP().bitLength() - DSA_BITS_MAX;
                        case DSAPublicKey _ -> 1;
                        default -> 0;
                    };
            return bits > 0 ? Optional.empty() : Optional.of(key);
        } catch (CertificateException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static List<X509Certificate> certificates(SignedObject.Signers signers) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (X509CertificateHolder holder : signers.certificates()) {
            certificate(holder).ifPresent(certificates::add);
        }
        return certificates;
    }

    /// From issued to issuer by their names alone, to be shown; whether a path leads to an anchor
    /// is found out elsewhere.
    private static List<X509Certificate> chain(
            X509Certificate own, List<X509Certificate> certificates) {
        List<X509Certificate> chain = new ArrayList<>();
        Optional<X509Certificate> next = Optional.of(own);
        while (next.isPresent() && chain.size() < CHAIN_MAX && !chain.contains(next.get())) {
            X509Certificate last = next.get();
            chain.add(last);
            next =
                    certificates.stream()
                            .filter(each ->
                                    each.getSubjectX500Principal()
                                            .equals(last.getIssuerX500Principal()))
                            .findFirst();
        }
        return chain;
    }

    /// Read by the JDK, as those of the partners' folder are.
    private static Optional<X509Certificate> certificate(X509CertificateHolder holder) {
        try {
            return CertificateFactory.getInstance("X.509")
                                    .generateCertificate(
                                            new ByteArrayInputStream(holder.getEncoded()))
                            instanceof X509Certificate certificate
                    ? Optional.of(certificate)
                    : Optional.empty();
        } catch (CertificateException | IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> claimed(SignerInformation signer) {
        try {
            Attribute time =
                    signer.getSignedAttributes() == null
                            ? null
                            : signer.getSignedAttributes().get(CMSAttributes.signingTime);
            return time == null || time.getAttrValues().size() != 1
                    ? Optional.empty()
                    : Optional.of(
                            Time.getInstance(time.getAttrValues().getObjectAt(0))
                                    .getDate()
                                    .toInstant());
        } catch (RuntimeException e) {
            // What a signer claims cannot be read; nothing hangs on it.
            return Optional.empty();
        }
    }
}
