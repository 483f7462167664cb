package org.postern.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.fetch.Fetcher;
import org.postern.net.TlsTrust;
import org.postern.pki.Authority;
import org.postern.pki.PartnerDirectory.Standing;
import org.postern.pki.Providers;
import org.postern.pki.Validity;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeWeb;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// Who is asked, and whose word counts, where a list and a responder tell of one certificate.
class RevocationOrderTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final @Nullable CertificateStatus GOOD = null;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final TestAuthority authority = TestAuthority.create();
    private final X509Certificate root = authority.authority().certificate();

    @TempDir Path home;
    private final List<Revocations> opened = new ArrayList<>();
    private FakeWeb web;
    private long number;

    @BeforeEach
    void start() throws IOException {
        web = FakeWeb.start();
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
        RevocationsTest.until(() -> opened.stream().allMatch(Revocations::isIdle));
    }

    /// Who is asked by OCSP learns with whom the clinic writes.
    @Test
    void noResponderIsAskedWhereAListTells() throws Exception {
        X509Certificate ann = both();
        publish(ann, false);
        answer(ann, GOOD, DAY);
        Revocations revocations = open();
        until(revocations, ann, Standing.Good.class);
        for (int i = 0; i < 10; i++) {
            revocations.look();
            clock.advance(Duration.ofHours(1));
            assertInstanceOf(Standing.Good.class, standing(revocations, ann));
        }
        assertEquals(0, asked("POST"));
    }

    @Test
    void aSuspensionByAResponderEnds() throws Exception {
        X509Certificate ann = certificate(null, access(uri("/answers")));
        answer(ann, new RevokedStatus(Date.from(clock.instant()), 6), DAY);
        Revocations revocations = open();
        until(revocations, ann, Standing.Revoked.class);
        clock.advance(Duration.ofDays(30));
        answer(ann, GOOD, DAY);
        assertInstanceOf(Standing.Revoked.class, standing(revocations, ann), "no word, no change");
        until(revocations, ann, Standing.Good.class);
    }

    /// What a responder said once counts until a later list says otherwise, also after a restart.
    @Test
    void theLaterWordDecides() throws Exception {
        X509Certificate ann = both();
        answer(ann, new RevokedStatus(Date.from(clock.instant()), 6), DAY);
        Revocations revocations = open();
        until(revocations, ann, Standing.Revoked.class);
        clock.advance(Duration.ofHours(2));
        publish(ann, false);
        until(revocations, ann, Standing.Good.class);
    }

    /// Whoever keeps a list from coming does not win the grace by it.
    @Test
    void theGraceComesAfterTheResponder() throws Exception {
        X509Certificate ann = both();
        publish(ann, false);
        Revocations revocations = open();
        until(revocations, ann, Standing.Good.class);
        web.say("/list", FakeWeb.raw("HTTP/1.1 503 Gone\r\n\r\n"));
        clock.advance(Duration.ofDays(7).plusHours(1));
        answer(ann, new RevokedStatus(Date.from(clock.instant()), 1), DAY);
        Standing standing;
        do {
            standing = standing(revocations, ann);
            assertFalse(standing instanceof Standing.Good, "the responder was not heard");
        } while (!(standing instanceof Standing.Revoked));
    }

    /// A list that has ended is none that clears anybody, but whom it names is revoked.
    @Test
    void aRevocationCountsHoweverOldItsListIs() throws Exception {
        X509Certificate ann = certificate(list(uri("/list")), null);
        X509Certificate bob = certificate(list(uri("/list")), null);
        publish(ann, true);
        clock.advance(Duration.ofDays(8));
        Revocations revocations = open();
        until(revocations, ann, Standing.Revoked.class);
        assertInstanceOf(Standing.Unknown.class, standing(revocations, bob));
        RevocationsTest.until(() -> web.asked().size() >= 1 && kept() == 1);
        web.close();
        assertInstanceOf(Standing.Revoked.class, standing(open(), ann), "also after a restart");
        assertFalse(standing(open(), bob) instanceof Standing.Good);

        X509Certificate cy = certificate(null, access(URI.create("http://127.0.0.1/x")));
        StatusAnswer.Subject subject = new StatusAnswer.Subject(cy, root);
        byte[] old =
                answered(
                        cy, new RevokedStatus(Date.from(clock.instant()), 1), clock.instant(), DAY);
        clock.advance(Duration.ofDays(99));
        assertTrue(StatusAnswer.read(old, subject, new byte[0], clock.instant()).revoked());
    }

    /// CA/B baseline requirements §4.9.10: of authorities responders speak once a year.
    @Test
    void ofAnAuthorityAGoodWordCountsForLonger() throws Exception {
        X509Certificate middle = authority.subordinate().authority().certificate();
        Evidence said =
                StatusAnswer.read(
                        answered(middle, GOOD, clock.instant(), Duration.ofDays(300)),
                        new StatusAnswer.Subject(middle, root),
                        new byte[0],
                        clock.instant());
        assertEquals(clock.instant().plus(Duration.ofDays(300)), said.until());
    }

    @Test
    void aClockThatWasAheadSilencesNobody() throws Exception {
        X509Certificate ann = certificate(list(uri("/list")), null);
        clock.advance(Duration.ofDays(400));
        publish(ann, false);
        Revocations revocations = open();
        until(revocations, ann, Standing.Good.class);
        clock.advance(Duration.ofDays(-399));
        publish(ann, true);
        int before = web.asked().size();
        revocations.look();
        RevocationsTest.until(() -> web.asked().size() > before);
    }

    /// A place that is not read is not the same as none: nobody counts as good by it.
    @Test
    void aPlaceThatCannotBeUsedIsNoneThatIsMissing() throws Exception {
        ASN1Encodable damaged = new ASN1Integer(1);
        ASN1Encodable indirect =
                new CRLDistPoint(
                        new DistributionPoint[] {
                            new DistributionPoint(
                                    new DistributionPointName(names("http://ca.example/x")),
                                    null,
                                    names("http://ca.example/"))
                        });
        for (X509Certificate each :
                List.of(
                        certificate(list(names("ldap://ca.example/cn=x")), null),
                        certificate(list(names("http://a_b.example/x")), null),
                        certificate(indirect, null),
                        certificate(damaged, null),
                        certificate(null, damaged),
                        certificate(null, access(URI.create("ldap://ca.example/"))))) {
            assertInstanceOf(Standing.Unknown.class, standing(open(), each));
        }
        assertInstanceOf(Standing.Good.class, standing(open(), certificate(null, null)));
        AccessDescription issuers =
                new AccessDescription(
                        AccessDescription.id_ad_caIssuers,
                        names("http://ca.example/").getNames()[0]);
        X509Certificate silent =
                certificate(
                        null, new AuthorityInformationAccess(new AccessDescription[] {issuers}));
        assertInstanceOf(Standing.Good.class, standing(open(), silent));
        // What spoils one does not hide the other.
        assertEquals(
                List.of(uri("/answers")),
                Sources.of(certificate(damaged, access(uri("/answers")))).responders());
    }

    private X509Certificate both() throws Exception {
        return certificate(list(uri("/list")), access(uri("/answers")));
    }

    private X509Certificate certificate(
            @Nullable ASN1Encodable lists, @Nullable ASN1Encodable access) throws Exception {
        X509v3CertificateBuilder builder =
                new X509v3CertificateBuilder(
                        X500Name.getInstance(root.getSubjectX500Principal().getEncoded()),
                        BigInteger.valueOf(1_000 + ++number),
                        Date.from(TestAuthority.VALID.notBefore()),
                        Date.from(TestAuthority.VALID.notAfter()),
                        new X500Name("CN=Ann"),
                        SubjectPublicKeyInfo.getInstance(root.getPublicKey().getEncoded()));
        if (lists != null) {
            builder.addExtension(Extension.cRLDistributionPoints, false, lists);
        }
        if (access != null) {
            builder.addExtension(Extension.authorityInfoAccess, false, access);
        }
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer()));
    }

    private ContentSigner signer() throws Exception {
        return new JcaContentSignerBuilder("SHA256withECDSA")
                .setProvider(Providers.BOUNCY_CASTLE)
                .build(authority.authority().identity().key());
    }

    private static GeneralNames names(String uri) {
        return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    }

    private static CRLDistPoint list(URI uri) {
        return list(names(uri.toString()));
    }

    private static CRLDistPoint list(GeneralNames names) {
        return new CRLDistPoint(
                new DistributionPoint[] {
                    new DistributionPoint(new DistributionPointName(names), null, null)
                });
    }

    private static AuthorityInformationAccess access(URI uri) {
        return new AuthorityInformationAccess(
                AccessDescription.id_ad_ocsp,
                new GeneralName(GeneralName.uniformResourceIdentifier, uri.toString()));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + web.port() + path);
    }

    private void publish(X509Certificate about, boolean revoked) {
        Instant now = clock.instant();
        List<Authority.Revoked> entries =
                revoked
                        ? List.of(new Authority.Revoked(about.getSerialNumber(), now, 1))
                        : List.of();
        web.put(
                "/list",
                authority
                        .authority()
                        .list(
                                entries,
                                new Validity(now, now.plus(Duration.ofDays(7))),
                                BigInteger.valueOf(++number)));
    }

    private void answer(X509Certificate about, @Nullable CertificateStatus status, Duration life)
            throws Exception {
        web.put("/answers", answered(about, status, clock.instant(), life));
    }

    private byte[] answered(
            X509Certificate about, @Nullable CertificateStatus status, Instant from, Duration life)
            throws Exception {
        BasicOCSPRespBuilder builder =
                new BasicOCSPRespBuilder(
                        new RespID(
                                X500Name.getInstance(root.getSubjectX500Principal().getEncoded())));
        CertificateID id =
                new CertificateID(
                        new JcaDigestCalculatorProviderBuilder()
                                .setProvider(Providers.BOUNCY_CASTLE)
                                .build()
                                .get(CertificateID.HASH_SHA1),
                        AuthoritySignature.holder(root),
                        about.getSerialNumber());
        builder.addResponse(id, status, Date.from(from), Date.from(from.plus(life)));
        return new OCSPRespBuilder()
                .build(OCSPRespBuilder.SUCCESSFUL, builder.build(signer(), null, Date.from(from)))
                .getEncoded();
    }

    private long asked(String method) {
        return web.asked().stream().filter(it -> it.startsWith(method)).count();
    }

    private long kept() {
        String[] names = home.resolve("revocation").toFile().list();
        return List.of(names).stream().filter(it -> !it.endsWith("~")).count();
    }

    private void until(
            Revocations revocations, X509Certificate about, Class<? extends Standing> wanted) {
        RevocationsTest.until(() -> wanted.isInstance(standing(revocations, about)));
    }

    private Standing standing(Revocations revocations, X509Certificate about) {
        return revocations.of(List.of(about, root), clock.instant());
    }

    private Revocations open() throws IOException {
        Fetcher fetcher =
                new Fetcher(
                        _ -> List.of(InetAddress.getLoopbackAddress()),
                        TlsTrust.of(List.of(root), Clock.systemUTC()),
                        Set.of(web.port()));
        EvidenceFolder folder =
                EvidenceFolder.open(new FileDisk(), home.resolve("revocation"), clock.instant());
        Revocations revocations =
                new Revocations(
                        new Revocations.Means(
                                fetcher, folder, RandomGenerator.of("L64X128MixRandom")),
                        new Revocations.Terms(false, DAY, Duration.ofHours(4)),
                        clock);
        opened.add(revocations);
        return revocations;
    }
}
