package org.postern.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.OtherName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.testkit.TestAuthority;

/// C11 as far as it needs no revocation: each faulty certificate has its own verdict.
final class PartnerDirectoryTest {
    private static final Instant NOW = TestAuthority.NOW;
    private static final String ANN = "ann@partner.example";

    private final TestAuthority authority = TestAuthority.create();

    @TempDir Path folder;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(folder.resolve("anchors"));
        Files.createDirectories(folder.resolve("pinned"));
        Pem.write(folder.resolve("anchors/root.pem"), List.of(authority.authority().certificate()));
    }

    @Test
    void findsByAddress() throws IOException {
        put("x.pem", authority.person(ANN).certificate());
        found(ANN);
        found("ANN@Partner.EXAMPLE");
        none("bob@partner.example");
        none("ann@other.example");
        none("ann@sub.partner.example");
    }

    @Test
    void bothKindsOfKeysAreFound() throws IOException {
        put("rsa.pem", authority.person("rsa@partner.example", KeyKind.RSA_2048).certificate());
        put("p384.crt", authority.person("p384@partner.example", KeyKind.P_384).certificate());
        put("p521.cer", authority.person("p521@partner.example", KeyKind.P_521).certificate());
        found("rsa@partner.example");
        found("p384@partner.example");
        found("p521@partner.example");
    }

    @Test
    void eachFaultHasItsVerdict() throws IOException {
        bad(authority.expiredPerson(ANN), Verdict.EXPIRED);
        bad(authority.futurePerson(ANN), Verdict.NOT_YET_VALID);
        bad(authority.person(ANN, KeyKind.RSA_1024), Verdict.WEAK_KEY);
        CertificateRequest usual = TestAuthority.request(ANN, KeyKind.P_256);
        bad(usual.withUsage(KeyUsage.digitalSignature), Verdict.WRONG_KEY_USAGE);
        // Key encipherment is for RSA keys, key agreement for EC keys.
        bad(usual.withUsage(KeyUsage.keyEncipherment), Verdict.WRONG_KEY_USAGE);
        bad(
                TestAuthority.request(ANN, KeyKind.RSA_2048).withUsage(KeyUsage.keyAgreement),
                Verdict.WRONG_KEY_USAGE);
        bad(usual.withPurposes(KeyPurposeId.id_kp_serverAuth), Verdict.WRONG_PURPOSE);
        bad(usual.withSignature("SHA1withECDSA"), Verdict.WEAK_SIGNATURE);
        bad(TestAuthority.create().person(ANN), Verdict.NO_PATH);
        bad(Authority.selfSigned(TestAuthority.request(ANN, KeyKind.P_256)), Verdict.NO_PATH);
        // An authority below one that is not an anchor.
        bad(TestAuthority.create().subordinate().person(ANN), Verdict.NO_PATH);
    }

    @Test
    void absentExtensionsAllowAll() throws IOException {
        CertificateRequest usual = TestAuthority.request(ANN, KeyKind.P_256);
        good(usual.withUsage(0));
        good(usual.withPurposes());
        good(usual.withPurposes(KeyPurposeId.anyExtendedKeyUsage));
        good(usual.withPurposes(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_emailProtection));
    }

    @Test
    void namesThatAreNoAddressesAreNotMatched() throws IOException {
        for (String name : List.of(ANN + ".", "ann@partner.example\u0000.evil", "<" + ANN + ">")) {
            clear();
            CertificateRequest request =
                    TestAuthority.request(ANN, KeyKind.P_256)
                            .withNames(new GeneralName(GeneralName.rfc822Name, name));
            put("x.pem", authority.authority().issue(request).certificate());
            none(ANN);
        }
        clear();
        CertificateRequest host =
                TestAuthority.request(ANN, KeyKind.P_256)
                        .withNames(
                                new GeneralName(
                                        GeneralName.uniformResourceIdentifier,
                                        "http://partner.example/"));
        put("x.pem", authority.authority().issue(host).certificate());
        none(ANN);
        assertTrue(problems().getFirst().contains("names no mail address"), problems()::toString);
    }

    /// The file says whom it is meant for; the certificate in it is somebody else's.
    @Test
    void theCertificateOfTheWrongPersonIsNamed() throws IOException {
        put(ANN + ".pem", authority.person("bob@partner.example").certificate());
        Lookup.Unusable unusable = (Lookup.Unusable) directory().find(Address.of(ANN), NOW);
        assertEquals(Verdict.WRONG_PERSON, unusable.verdict());
        assertEquals(
                "The certificate in partners/ann@partner.example.pem belongs to somebody else;"
                        + " ask the partner for another one.",
                unusable.sentence());
        found("bob@partner.example");
    }

    @Test
    void intermediatesComeWithThePerson() throws IOException {
        Identity person = authority.subordinate().person(ANN);
        Pem.write(folder.resolve("chain.pem"), person.chain());
        found(ANN);
        clear();
        put("alone.pem", person.certificate());
        unusable(ANN, Verdict.NO_PATH);
    }

    /// D3: whoever a partner's authority vouches for, it is nobody at another partner; and where a
    /// partner has an authority of its own, no other one vouches for it.
    @Test
    void anAuthorityVouchesForItsDomainOnly() throws IOException {
        TestAuthority partners = TestAuthority.create();
        Files.createDirectories(folder.resolve("anchors/partner.example"));
        put("anchors/partner.example/own.pem", partners.authority().certificate());
        put("a.pem", partners.person(ANN).certificate());
        put("b.pem", partners.person("ben@sub.partner.example").certificate());
        put("c.pem", partners.person("cy@other.example").certificate());
        put("d.pem", partners.person("dee@notpartner.example").certificate());
        put("e.pem", authority.person("eve@partner.example").certificate());
        put("f.pem", authority.person("flo@other.example").certificate());
        found(ANN);
        found("ben@sub.partner.example");
        unusable("cy@other.example", Verdict.NO_PATH);
        unusable("dee@notpartner.example", Verdict.NO_PATH);
        unusable("eve@partner.example", Verdict.NO_PATH);
        found("flo@other.example");

        Identity both =
                partners.authority()
                        .issue(
                                request()
                                        .withNames(
                                                new GeneralName(GeneralName.rfc822Name, ANN),
                                                new GeneralName(
                                                        GeneralName.rfc822Name,
                                                        "cy@other.example")));
        assertEquals(Optional.empty(), signer(both, ANN));
        assertEquals(Optional.of(Verdict.NO_PATH), signer(both, "cy@other.example"));
        // Beside the author anybody may sign who is known at all.
        assertEquals(Optional.empty(), signer(both, "flo@other.example"));

        Files.createDirectories(folder.resolve("anchors/no domain"));
        put("anchors/no domain/x.pem", authority.authority().certificate());
        assertTrue(
                problems().getFirst().contains("not called by the domain"), problems()::toString);
    }

    /// A07: the folder, the certificate and the client may each write the domain in another way.
    @Test
    void aDomainIsOneHoweverItIsWritten() throws IOException {
        for (String written : List.of("b\u00FCcher.example", "xn--bcher-kva.example")) {
            TestAuthority partners = TestAuthority.create();
            Path anchors = Files.createDirectories(folder.resolve("anchors/" + written));
            put("anchors/" + written + "/own.pem", partners.authority().certificate());
            put("x.pem", partners.person("ann@xn--bcher-kva.example").certificate());
            put("chain.pem", partners.authority().issue(international()).certificate());
            put("alone.pem", authority.person("cy@b\u00FCcher.example").certificate());
            for (String said : List.of("b\u00FCcher.example", "XN--bcher-KVA.example")) {
                found("ann@" + said);
                found("m\u00FCller@" + said);
                unusable("cy@" + said, Verdict.NO_PATH);
            }
            clear();
            Files.delete(anchors.resolve("own.pem"));
            Files.delete(anchors);
        }
    }

    /// SmtpUTF8Mailbox, with a U-label as RFC 8398 wrote it; RFC 9598 §3 wants the A-label.
    private static CertificateRequest international() {
        return request()
                .withNames(
                        new GeneralName(
                                GeneralName.otherName,
                                new OtherName(
                                        new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9"),
                                        new DERUTF8String("m\u00FCller@b\u00FCcher.example"))));
    }

    /// A folder that is empty, or copied by half, does not open its domain to everybody's
    /// authority.
    @Test
    void anEmptyFolderOfADomainVouchesForNobody() throws IOException {
        put("x.pem", authority.person(ANN).certificate());
        PartnerDirectory before = directory();
        assertTrue(before.find(Address.of(ANN), NOW) instanceof Lookup.Found);
        Files.createDirectories(folder.resolve("anchors/partner.example"));
        unusable(ANN, Verdict.NO_PATH);
        before.reload();
        assertTrue(before.find(Address.of(ANN), NOW) instanceof Lookup.Unusable, "it is seen");
        Files.writeString(folder.resolve("anchors/partner.example/half.pem"), "-----BEGIN CERT");
        unusable(ANN, Verdict.NOT_READ);
        put("anchors/partner.example/root.pem", authority.authority().certificate());
        found(ANN);
    }

    /// Whoever makes an authority's certificates may make one that is newer.
    @Test
    void aPinnedOneComesBeforeANewerOneWithAPath() throws IOException {
        X509Certificate pinned = issue(NOW.minus(Duration.ofDays(30)), NOW.plus(DAYS));
        put("pinned/x.pem", pinned);
        put("x.pem", issue(NOW.minus(Duration.ofDays(20)), NOW.plus(DAYS)));
        Lookup.Found found = (Lookup.Found) directory().find(Address.of(ANN), NOW);
        assertEquals(pinned, found.certificate());
    }

    private Optional<Verdict> signer(Identity identity, String author) {
        return directory()
                .signerFault(
                        identity.certificate(), List.of(), NOW, Optional.of(Address.of(author)));
    }

    @Test
    void aPinnedCertificateNeedsNoPathButAllElse() throws IOException {
        put("pinned/x.pem", Authority.selfSigned(request()).certificate());
        Lookup.Found pinned = (Lookup.Found) directory().find(Address.of(ANN), NOW);
        assertEquals(Lookup.Trust.PINNED, pinned.trust());
        clear();
        Validity past = new Validity(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1)));
        CertificateRequest expired =
                CertificateRequest.person(KeyKind.P_256, past, Address.of(ANN));
        put("pinned/x.pem", Authority.selfSigned(expired).certificate());
        unusable(ANN, Verdict.EXPIRED);
        // A name that only begins like the folder is no such folder.
        clear();
        put("pinned-x.pem", Authority.selfSigned(request()).certificate());
        unusable(ANN, Verdict.NO_PATH);
    }

    @Test
    void theNewestUsableOneWins() throws IOException {
        X509Certificate older = issue(NOW.minus(Duration.ofDays(30)), NOW.plus(DAYS));
        X509Certificate newer = issue(NOW.minus(Duration.ofDays(20)), NOW.plus(DAYS));
        X509Certificate newestButOver =
                issue(NOW.minus(Duration.ofDays(10)), NOW.minus(Duration.ofDays(1)));
        put("a.pem", newer);
        put("b.pem", older);
        put("c.pem", newestButOver);
        Lookup.Found found = (Lookup.Found) directory().find(Address.of(ANN), NOW);
        assertEquals(newer, found.certificate());
        assertEquals("a.pem", found.file());
    }

    @Test
    void anExpiredAnchorAnchorsNothing() throws IOException {
        clear();
        Files.delete(folder.resolve("anchors/root.pem"));
        Validity past = new Validity(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1)));
        Authority old = Authority.create("Old", KeyKind.P_256, past);
        put("anchors/old.pem", old.certificate());
        put("x.pem", old.issue(request()).certificate());
        unusable(ANN, Verdict.NO_PATH);
    }

    @Test
    void badFilesAreReportedAndTheOthersUsed() throws IOException {
        put("x.pem", authority.person(ANN).certificate());
        Files.writeString(folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        Files.writeString(folder.resolve("empty.crt"), "");
        Files.writeString(folder.resolve("notes.txt"), "not looked at");
        put("anchors/person.pem", authority.person(ANN).certificate());
        found(ANN);
        List<String> problems = problems();
        assertEquals(3, problems.size(), problems::toString);
        assertTrue(problems.get(0).startsWith("anchors/person.pem"), problems::toString);
        assertTrue(problems.get(1).startsWith("broken.pem"), problems::toString);
        assertTrue(problems.get(2).startsWith("empty.crt"), problems::toString);
        assertEquals(1, PartnerDirectory.load(folder.resolve("nowhere")).problems().size());
    }

    @Test
    void changesAreSeen() throws IOException {
        PartnerDirectory directory = directory();
        assertEquals(new Lookup.NoCertificate(), directory.find(Address.of(ANN), NOW));
        put("x.pem", authority.person(ANN).certificate());
        assertEquals(
                new Lookup.NoCertificate(), directory.find(Address.of(ANN), NOW.plusMillis(1_999)));
        Lookup seen = directory.find(Address.of(ANN), NOW.plusMillis(2_000));
        assertTrue(seen instanceof Lookup.Found, seen::toString);
        Files.delete(folder.resolve("x.pem"));
        directory.reload();
        assertEquals(
                new Lookup.NoCertificate(), directory.find(Address.of(ANN), NOW.plusMillis(2_001)));
    }

    /// An answer is kept for the time in which the folder is not looked at, and no longer.
    @Test
    void theEndOfACertificateIsSeen() throws IOException {
        put("x.pem", issue(NOW.minus(DAYS), NOW.plusSeconds(1)));
        PartnerDirectory directory = directory();
        for (long millis : new long[] {0, 999, 1_999}) {
            Lookup kept = directory.find(Address.of(ANN), NOW.plusMillis(millis));
            assertTrue(kept instanceof Lookup.Found, kept::toString);
        }
        switch (directory.find(Address.of(ANN), NOW.plusMillis(2_000))) {
            case Lookup.Unusable(Verdict found, String _) -> assertEquals(Verdict.EXPIRED, found);
            case Lookup.Found _, Lookup.NoCertificate _, Lookup.Waiting _ ->
                    throw new AssertionError("not seen");
        }
        assertTrue(directory.find(Address.of(ANN), NOW) instanceof Lookup.Found, "it went back");
    }

    private static final Duration DAYS = Duration.ofDays(100);

    private X509Certificate issue(Instant from, Instant until) {
        return authority
                .authority()
                .issue(
                        CertificateRequest.person(
                                KeyKind.P_256, new Validity(from, until), Address.of(ANN)))
                .certificate();
    }

    /// D4: a certificate of the domain serves everybody in it of whom nothing better is known.
    @Test
    void aDomainsCertificateIsForAllInIt() throws IOException {
        Files.createDirectories(folder.resolve("pinned"));
        X509Certificate domain = domain("partner.example", "*.star.example");
        put("domain.pem", domain);
        assertEquals(List.of(), problems());
        foundAs(domain, ANN);
        foundAs(domain, "whoever@partner.example");
        none("ann@below.partner.example");
        none("ann@a.star.example");
        X509Certificate hers = authority.authority().issue(request()).certificate();
        put("x.pem", hers);
        foundAs(hers, ANN);
        foundAs(domain, "whoever@partner.example");
        // Hers has ended: her clinic's gateway can still read what is written to her.
        clear();
        put("x.pem", authority.expiredPerson(ANN).certificate());
        foundAs(domain, ANN);
        // What a hand has pinned counts alone.
        put("pinned/x.pem", authority.expiredPerson(ANN).certificate());
        unusable(ANN, Verdict.EXPIRED);
        Files.delete(folder.resolve("domain.pem"));
        none("whoever@partner.example");
    }

    /// A web server's certificate names a domain as well, and one of a person may.
    @Test
    void notEveryCertificateThatNamesADomainIsItsOwn() throws IOException {
        put(
                "web.pem",
                authority
                        .authority()
                        .issue(
                                CertificateRequest.server(
                                                KeyKind.P_256,
                                                Validity.from(NOW, Duration.ofDays(30)),
                                                "partner.example")
                                        .withUsage(
                                                KeyUsage.digitalSignature | KeyUsage.keyAgreement))
                        .certificate());
        unusable("whoever@partner.example", Verdict.WRONG_PURPOSE);
        Files.delete(folder.resolve("web.pem"));
        put(
                "x.pem",
                authority
                        .authority()
                        .issue(
                                request()
                                        .withNames(
                                                new GeneralName(GeneralName.rfc822Name, ANN),
                                                new GeneralName(
                                                        GeneralName.dNSName, "partner.example")))
                        .certificate());
        found(ANN);
        none("whoever@partner.example");
        // Nobody vouches for one of another authority.
        put("domain.pem", TestAuthority.create().authority().issue(organisation()).certificate());
        unusable("whoever@partner.example", Verdict.NO_PATH);
    }

    private static CertificateRequest organisation() {
        return CertificateRequest.organisation(
                KeyKind.P_256,
                Validity.from(NOW, Duration.ofDays(30)),
                "Partner",
                List.of(new Domain("partner.example")));
    }

    private X509Certificate domain(String... names) {
        return authority
                .authority()
                .issue(
                        organisation()
                                .withNames(
                                        Stream.of(names)
                                                .map(it -> new GeneralName(GeneralName.dNSName, it))
                                                .toArray(GeneralName[]::new)))
                .certificate();
    }

    private void foundAs(X509Certificate certificate, String address) {
        Lookup.Found found =
                assertInstanceOf(
                        Lookup.Found.class, directory().find(Address.of(address), NOW), address);
        assertEquals(certificate, found.certificate(), address);
    }

    private static CertificateRequest request() {
        return TestAuthority.request(ANN, KeyKind.P_256);
    }

    private void good(CertificateRequest request) throws IOException {
        clear();
        put("x.pem", authority.authority().issue(request).certificate());
        found(ANN);
    }

    private void bad(CertificateRequest request, Verdict verdict) throws IOException {
        bad(authority.authority().issue(request), verdict);
    }

    private void bad(Identity identity, Verdict verdict) throws IOException {
        clear();
        put("x.pem", identity.certificate());
        unusable(ANN, verdict);
    }

    private void put(String file, X509Certificate certificate) throws IOException {
        Pem.write(folder.resolve(file), List.of(certificate));
    }

    private void clear() throws IOException {
        for (String name : List.of("x.pem", "chain.pem", "alone.pem", "pinned/x.pem")) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }

    private void found(String address) {
        Lookup lookup = directory().find(Address.of(address), NOW);
        assertTrue(lookup instanceof Lookup.Found, () -> address + ": " + lookup);
    }

    private void none(String address) {
        assertEquals(new Lookup.NoCertificate(), directory().find(Address.of(address), NOW));
    }

    private void unusable(String address, Verdict verdict) {
        switch (directory().find(Address.of(address), NOW)) {
            case Lookup.Unusable(Verdict found, String _) -> assertEquals(verdict, found);
            case Lookup.Found found -> throw new AssertionError(verdict + " not seen: " + found);
            case Lookup.NoCertificate _ -> throw new AssertionError("no certificate");
            case Lookup.Waiting _ -> throw new AssertionError("nobody is asked");
        }
    }

    private List<String> problems() {
        return directory().problems().stream().map(p -> p.file() + ": " + p.sentence()).toList();
    }

    private PartnerDirectory directory() {
        return PartnerDirectory.load(folder);
    }
}
