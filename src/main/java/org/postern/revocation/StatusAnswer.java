package org.postern.revocation;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.postern.pki.Providers;

/// Asks for, and judges, the status of one certificate: OCSP, RFC 6960.
///
/// An answer counts only if it is about this very certificate (CVE-2026-58062), signed by its
/// issuer or by a responder that the issuer has named for this, and not older than it says it may
/// be.
final class StatusAnswer {
    /// RFC 9654 §2.1.
    static final int NONCE_OCTETS = 32;

    /// An answer that does not say when the next one comes is news for so long.
    private static final Duration WITHOUT_UNTIL = Duration.ofHours(8);

    /// No good word of a person's certificate is believed for longer: the longest time of the rules
    /// for public authorities (CA/B S/MIME baseline requirements). Of authorities they speak more
    /// rarely, up to once a year.
    private static final Duration LIFE_MAX = Duration.ofDays(10);

    private static final DigestCalculatorProvider DIGESTS = digests();

    /// Whose status is asked for.
    record Subject(X509Certificate certificate, X509Certificate issuer) {}

    private StatusAnswer() {}

    private static DigestCalculatorProvider digests() {
        try {
            return new JcaDigestCalculatorProviderBuilder()
                    .setProvider(Providers.BOUNCY_CASTLE)
                    .build();
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("this program's library cannot hash", e);
        }
    }

    /// The question, for POST. The certificate is named by SHA-1, which every responder knows (RFC
    /// 5019 §2.1.1); nothing rests on it.
    static byte[] question(Subject subject, byte[] nonce) throws SpoiltException {
        try {
            CertificateID id =
                    new CertificateID(
                            DIGESTS.get(CertificateID.HASH_SHA1),
                            AuthoritySignature.holder(subject.issuer()),
                            subject.certificate().getSerialNumber());
            Extension extension =
                    new Extension(
                            OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                            false,
                            new DEROctetString(new DEROctetString(nonce).getEncoded()));
            return new OCSPReqBuilder()
                    .addRequest(id)
                    .setRequestExtensions(new Extensions(extension))
                    .build()
                    .getEncoded();
        } catch (IOException | OCSPException | OperatorCreationException e) {
            throw new SpoiltException("cannot be asked for");
        }
    }

    /// Judges an answer.
    ///
    /// @param nonce of the question; empty for an answer that was kept. A responder need not repeat
    ///   it (RFC 6960 §4.4.1), but must not say another one
    static Evidence read(byte[] octets, Subject subject, byte[] nonce, Instant now)
            throws SpoiltException {
        try {
            OCSPResp response = new OCSPResp(octets);
            if (response.getStatus() != OCSPResp.SUCCESSFUL
                    || !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
                throw new SpoiltException("tells nothing now");
            }
            requireSigned(basic, subject.issuer(), now);
            if (!basic.getCriticalExtensionOIDs().isEmpty()) {
                throw new SpoiltException("has a critical extension that is not known");
            }
            requireNonce(basic, nonce);
            return evidence(single(basic, subject), subject, now);
        } catch (IOException | OCSPException | CertException | RuntimeException e) {
            // The library throws all of these for what is not the structure.
            throw new SpoiltException("cannot be read");
        }
    }

    private static void requireNonce(BasicOCSPResp basic, byte[] nonce) throws SpoiltException {
        Extension said = basic.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        if (nonce.length == 0 || said == null) {
            return;
        }
        byte[] value = ASN1OctetString.getInstance(said.getParsedValue()).getOctets();
        if (!Arrays.equals(value, nonce)) {
            throw new SpoiltException("answers another question");
        }
    }

    private static SingleResp single(BasicOCSPResp basic, Subject subject)
            throws SpoiltException, OCSPException {
        X509CertificateHolder issuer = AuthoritySignature.holder(subject.issuer());
        for (SingleResp each : basic.getResponses()) {
            CertificateID id = each.getCertID();
            if (id.getSerialNumber().equals(subject.certificate().getSerialNumber())
                    && id.matchesIssuer(issuer, DIGESTS)) {
                return each;
            }
        }
        throw new SpoiltException("is about another certificate");
    }

    private static Evidence evidence(SingleResp single, Subject subject, Instant now)
            throws SpoiltException {
        if (!single.getCriticalExtensionOIDs().isEmpty()) {
            throw new SpoiltException("has a critical extension that is not known");
        }
        CertificateStatus status = single.getCertStatus();
        boolean revoked = status instanceof RevokedStatus;
        boolean keyStands =
                status instanceof RevokedStatus why
                        && why.hasRevocationReason()
                        && Evidence.keyStands(why.getRevocationReason());
        // Bouncy Castle's GOOD is null.
        if (status != CertificateStatus.GOOD && !revoked) {
            throw new SpoiltException("does not know the certificate");
        }
        Instant from = single.getThisUpdate().toInstant();
        Instant longest = from.plus(LIFE_MAX);
        Instant said =
                single.getNextUpdate() == null
                        ? from.plus(WITHOUT_UNTIL)
                        : single.getNextUpdate().toInstant();
        boolean isBounded = !revoked && subject.certificate().getBasicConstraints() < 0;
        Instant until = isBounded && said.isAfter(longest) ? longest : said;
        if (from.isAfter(now.plus(Evidence.SKEW_MAX))) {
            throw new SpoiltException("is of a time to come");
        }
        return new Evidence(revoked, keyStands, from, until);
    }

    /// RFC 6960 §4.2.2.2.
    private static void requireSigned(BasicOCSPResp basic, X509Certificate issuer, Instant now)
            throws SpoiltException, OCSPException, CertException, IOException {
        AuthoritySignature.requireGood(basic.getSignatureAlgorithmID());
        X509CertificateHolder authority = AuthoritySignature.holder(issuer);
        X509CertificateHolder signer =
                isOf(basic.getResponderId(), authority)
                        ? authority
                        : delegate(basic, authority, now)
                                .orElseThrow(() ->
                                        new SpoiltException(
                                                "is signed by somebody whom the authority has not"
                                                        + " named"));
        if (!basic.isSignatureValid(AuthoritySignature.verifier(signer))) {
            throw new SpoiltException("has a signature that does not fit");
        }
    }

    private static boolean isOf(RespID responder, X509CertificateHolder holder)
            throws OCSPException {
        try {
            RespID byKey =
                    new RespID(holder.getSubjectPublicKeyInfo(), DIGESTS.get(RespID.HASH_SHA1));
            return responder.equals(new RespID(holder.getSubject())) || responder.equals(byKey);
        } catch (OperatorCreationException e) {
            throw new OCSPException("no SHA-1", e);
        }
    }

    private static Optional<X509CertificateHolder> delegate(
            BasicOCSPResp basic, X509CertificateHolder authority, Instant now)
            throws SpoiltException, OCSPException, CertException {
        for (X509CertificateHolder each : basic.getCerts()) {
            if (isOf(basic.getResponderId(), each)
                    && each.getIssuer().equals(authority.getSubject())
                    && isDelegated(each, now)
                    && each.isSignatureValid(AuthoritySignature.verifier(authority))) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /// It must say that it need not be looked up itself (RFC 6960 §4.2.2.2.1): a responder whose
    /// key was stolen could else vouch for itself.
    private static boolean isDelegated(X509CertificateHolder holder, Instant now)
            throws SpoiltException {
        AuthoritySignature.requireGood(holder.getSignatureAlgorithm());
        Extensions extensions = holder.getExtensions();
        if (extensions == null) {
            return false;
        }
        ExtendedKeyUsage purposes = ExtendedKeyUsage.fromExtensions(extensions);
        KeyUsage usage = KeyUsage.fromExtensions(extensions);
        return purposes != null
                && purposes.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)
                && (usage == null || usage.hasUsages(KeyUsage.digitalSignature))
                && extensions.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck) != null
                && holder.isValidOn(java.util.Date.from(now));
    }
}
