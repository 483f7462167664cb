package org.postern.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Providers;
import org.postern.testkit.TestAuthority;

/// C16: what an OCSP responder may say, and what of it counts.
class StatusAnswerTest {
    private static final Instant NOW = TestAuthority.NOW;
    private static final byte[] NONCE = new byte[StatusAnswer.NONCE_OCTETS];
    private static final Duration DAY = Duration.ofDays(1);

    private final TestAuthority authority = TestAuthority.create();
    private final X509Certificate issuer = authority.authority().certificate();
    private final X509Certificate ann = authority.person("ann@partner.example").certificate();
    private final X509Certificate bob = authority.person("bob@partner.example").certificate();
    private final Identity signer = authority.authority().identity();

    @Test
    void theQuestionNamesTheCertificate() throws Exception {
        OCSPReq question =
                new OCSPReq(StatusAnswer.question(new StatusAnswer.Subject(ann, issuer), NONCE));
        assertEquals(
                ann.getSerialNumber(), question.getRequestList()[0].getCertID().getSerialNumber());
        assertTrue(question.hasExtensions());
        assertFalse(question.isSigned());
    }

    @Test
    void goodAndRevoked() throws Exception {
        assertEquals(
                new Evidence(false, false, NOW, NOW.plus(DAY)),
                read(said(ann, CertificateStatus.GOOD, NOW, NOW.plus(DAY))));
        assertTrue(
                read(said(ann, new RevokedStatus(Date.from(NOW), 1), NOW, NOW.plus(DAY)))
                        .revoked());
        // A responder that signs for many names the certificate among others.
        BasicOCSPRespBuilder two = answer(bob, CertificateStatus.GOOD, NOW, NOW.plus(DAY));
        add(two, ann, new RevokedStatus(Date.from(NOW), 1));
        assertTrue(read(signed(two, signer, "SHA256withECDSA")).revoked());
    }

    @Test
    void itsTimesAreBounded() throws Exception {
        assertEquals(
                NOW.plus(Duration.ofHours(8)),
                read(said(ann, CertificateStatus.GOOD, NOW, null)).until());
        assertEquals(
                NOW.plus(Duration.ofDays(10)),
                read(said(ann, CertificateStatus.GOOD, NOW, NOW.plus(Duration.ofDays(999))))
                        .until());
        Instant later = NOW.plus(Duration.ofMinutes(6));
        bad("of a time to come", said(ann, CertificateStatus.GOOD, later, later.plus(DAY)));
    }

    @Test
    void whatIsAboutAnotherCertificateSaysNothing() throws Exception {
        bad("about another certificate", said(bob, CertificateStatus.GOOD, NOW, NOW.plus(DAY)));
        // The same serial number of another authority (CVE-2026-58062).
        X509CertificateHolder other =
                AuthoritySignature.holder(
                        TestAuthority.create()
                                .authority()
                                .subordinate("Other", KeyKind.P_256, TestAuthority.VALID)
                                .certificate());
        BasicOCSPRespBuilder wrong = builder();
        wrong.addResponse(
                id(other, ann.getSerialNumber()),
                CertificateStatus.GOOD,
                Date.from(NOW),
                Date.from(NOW.plus(DAY)));
        bad("about another certificate", signed(wrong, signer, "SHA256withECDSA"));
    }

    @Test
    void unknownAndTryLaterAreNotGood() throws Exception {
        bad("does not know", said(ann, new UnknownStatus(), NOW, NOW.plus(DAY)));
        for (int status :
                new int[] {
                    OCSPResp.MALFORMED_REQUEST,
                    OCSPResp.INTERNAL_ERROR,
                    OCSPResp.TRY_LATER,
                    OCSPResp.SIG_REQUIRED,
                    OCSPResp.UNAUTHORIZED
                }) {
            bad("tells nothing", new OCSPRespBuilder().build(status, null).getEncoded());
        }
        bad("cannot be read", new byte[0]);
        bad("cannot be read", new byte[] {1, 2, 3});
    }

    @Test
    void onlyTheAuthorityOrItsDelegateIsHeard() throws Exception {
        BasicOCSPRespBuilder builder = answer(ann, CertificateStatus.GOOD, NOW, NOW.plus(DAY));
        bad(
                "signature that does not fit",
                signed(builder, TestAuthority.create().authority().identity(), "SHA256withECDSA"));
        bad("too weak", signed(builder, signer, "SHA1withECDSA"));
        assertFalse(
                read(delegated(authority, KeyPurposeId.id_kp_OCSPSigning, true, NOW)).revoked());
        String stranger = "whom the authority has not named";
        bad(stranger, delegated(authority, KeyPurposeId.id_kp_emailProtection, true, NOW));
        bad(stranger, delegated(authority, KeyPurposeId.id_kp_OCSPSigning, false, NOW));
        bad(stranger, delegated(authority, KeyPurposeId.id_kp_OCSPSigning, true, NOW.minus(DAY)));
        bad(stranger, delegated(TestAuthority.create(), KeyPurposeId.id_kp_OCSPSigning, true, NOW));
    }

    @Test
    void anotherQuestionsAnswerIsRefused() throws Exception {
        byte[] other = new byte[StatusAnswer.NONCE_OCTETS];
        other[0] = 1;
        bad("answers another question", withNonce(other));
        assertFalse(read(withNonce(NONCE)).revoked());
        // What was kept was an answer to a question of another time.
        assertFalse(
                StatusAnswer.read(
                                withNonce(other),
                                new StatusAnswer.Subject(ann, issuer),
                                new byte[0],
                                NOW)
                        .revoked());
    }

    @Test
    void criticalExtensionsMustBeKnown() throws Exception {
        BasicOCSPRespBuilder builder = answer(ann, CertificateStatus.GOOD, NOW, NOW.plus(DAY));
        builder.setResponseExtensions(
                new Extensions(
                        new Extension(
                                OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff,
                                true,
                                DERNull.INSTANCE.getEncoded())));
        bad("critical extension", signed(builder, signer, "SHA256withECDSA"));
    }

    private byte[] withNonce(byte[] nonce) throws Exception {
        BasicOCSPRespBuilder builder = answer(ann, CertificateStatus.GOOD, NOW, NOW.plus(DAY));
        builder.setResponseExtensions(
                new Extensions(
                        new Extension(
                                OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                                false,
                                new DEROctetString(nonce).getEncoded())));
        return signed(builder, signer, "SHA256withECDSA");
    }

    /// @param end a day after this the certificate of the delegate ends
    private byte[] delegated(TestAuthority by, KeyPurposeId purpose, boolean noCheck, Instant end)
            throws Exception {
        Identity responder = authority.person("responder@ca.example");
        X509v3CertificateBuilder certificate =
                new X509v3CertificateBuilder(
                        X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()),
                        BigInteger.valueOf(77),
                        Date.from(NOW.minus(Duration.ofDays(30))),
                        Date.from(end.plus(Duration.ofHours(12))),
                        new X500Name("CN=Responder"),
                        SubjectPublicKeyInfo.getInstance(
                                responder.certificate().getPublicKey().getEncoded()));
        certificate.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        if (noCheck) {
            certificate.addExtension(
                    OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
        }
        X509CertificateHolder holder =
                certificate.build(content(by.authority().identity(), "SHA256withECDSA"));
        BasicOCSPRespBuilder builder =
                new BasicOCSPRespBuilder(new RespID(new X500Name("CN=Responder")));
        add(builder, ann, CertificateStatus.GOOD);
        return new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        builder.build(
                                content(responder, "SHA256withECDSA"),
                                new X509CertificateHolder[] {holder},
                                Date.from(NOW)))
                .getEncoded();
    }

    private Evidence read(byte[] octets) throws SpoiltException {
        return StatusAnswer.read(octets, new StatusAnswer.Subject(ann, issuer), NONCE, NOW);
    }

    private void bad(String reason, byte[] octets) {
        try {
            read(octets);
            fail("it was taken: " + reason);
        } catch (SpoiltException e) {
            assertTrue(e.reason().contains(reason), e.reason());
        }
    }

    private byte[] said(
            X509Certificate about, CertificateStatus status, Instant from, @Nullable Instant until)
            throws Exception {
        return signed(answer(about, status, from, until), signer, "SHA256withECDSA");
    }

    private BasicOCSPRespBuilder builder() {
        return new BasicOCSPRespBuilder(
                new RespID(X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded())));
    }

    private BasicOCSPRespBuilder answer(
            X509Certificate about, CertificateStatus status, Instant from, @Nullable Instant until)
            throws Exception {
        BasicOCSPRespBuilder builder = builder();
        builder.addResponse(
                id(AuthoritySignature.holder(issuer), about.getSerialNumber()),
                status,
                Date.from(from),
                until == null ? null : Date.from(until));
        return builder;
    }

    private void add(BasicOCSPRespBuilder builder, X509Certificate about, CertificateStatus status)
            throws Exception {
        builder.addResponse(
                id(AuthoritySignature.holder(issuer), about.getSerialNumber()),
                status,
                Date.from(NOW),
                Date.from(NOW.plus(DAY)));
    }

    private static CertificateID id(X509CertificateHolder issuer, BigInteger serial)
            throws Exception {
        return new CertificateID(
                new JcaDigestCalculatorProviderBuilder()
                        .setProvider(Providers.BOUNCY_CASTLE)
                        .build()
                        .get(CertificateID.HASH_SHA1),
                issuer,
                serial);
    }

    private static byte[] signed(BasicOCSPRespBuilder builder, Identity by, String algorithm)
            throws Exception {
        return new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        builder.build(content(by, algorithm), null, Date.from(NOW)))
                .getEncoded();
    }

    private static ContentSigner content(Identity by, String algorithm) throws Exception {
        return new JcaContentSignerBuilder(algorithm)
                .setProvider(Providers.BOUNCY_CASTLE)
                .build(by.key());
    }
}
