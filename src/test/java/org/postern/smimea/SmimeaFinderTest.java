package org.postern.smimea;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Verdict;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;
import org.postern.testkit.TestAuthority;

/// What a domain publishes in DNS is found, if DNSSEC proves it, and judged as a file is.
class SmimeaFinderTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Address ANN = Address.of("ann@partner.example");
    private static final Duration PATIENCE = Duration.ofHours(4);

    @TempDir Path folder;

    private final FakeZone zone = new FakeZone();
    private final FakeResolver resolver = new FakeResolver(zone);
    private final String name = SmimeaFinder.name(ANN);

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("anchors"));
        Files.createDirectories(folder.resolve("pinned"));
        Pem.write(folder.resolve("anchors/root.pem"), List.of(AUTHORITY.authority().certificate()));
    }

    /// RFC 8162 §3 has this example.
    @Test
    void theNameIsThatOfTheStandard() {
        assertEquals(
                "c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6._smimecert.example.com",
                SmimeaFinder.name(Address.of("hugh@example.com")));
    }

    /// RFC 8162 §3 step 2: without quotes; §4: nothing else is changed, small letters included.
    @Test
    void theLocalPartIsHashedAsItIsWritten() {
        String plain = SmimeaFinder.name(Address.of("hugh@example.com"));
        assertEquals(plain, SmimeaFinder.name(Address.of("\"hugh\"@Example.COM")));
        assertEquals(plain, SmimeaFinder.name(Address.of("\"h\\ugh\"@example.com")));
        assertNotEquals(plain, SmimeaFinder.name(Address.of("Hugh@example.com")));
        assertNotEquals(plain, SmimeaFinder.name(Address.of("hugh+list@example.com")));
        assertEquals(Optional.empty(), Address.parse("e\u0301va@example.com"), "not form C");
        // echo -n 'éva' | sha256sum, in UTF-8.
        assertTrue(
                SmimeaFinder.name(Address.of("\u00e9va@example.com"))
                        .startsWith("c855b900754397da94ff34b5bf4a63b4b130b90b2b2aa83e5aef980a"));
    }

    @Test
    void whatIsProvedIsUsed() throws Exception {
        X509Certificate ann = AUTHORITY.person(ANN.toString()).certificate();
        publish(ann);
        zone.secure(name);
        assertEquals(ann, assertInstanceOf(Lookup.Found.class, find()).certificate());
    }

    @Test
    void whatIsNotProvedIsNot() throws Exception {
        publish(AUTHORITY.person(ANN.toString()).certificate());
        assertInstanceOf(Lookup.NoCertificate.class, find());
    }

    @Test
    void itIsJudgedAsAFile() throws Exception {
        zone.secure(name);
        publish(AUTHORITY.expiredPerson(ANN.toString()).certificate());
        unusable(Verdict.EXPIRED);
        publish(TestAuthority.create().person(ANN.toString()).certificate());
        unusable(Verdict.NO_PATH);
        publish(AUTHORITY.person("ben@partner.example").certificate());
        unusable(Verdict.WRONG_PERSON);
    }

    @Test
    void aHashOrRubbishGivesNobodyAKey() {
        zone.secure(name);
        zone.smimea(name, "3 0 1 " + "ab".repeat(32));
        zone.smimea(name, "3 1 0 " + "ab".repeat(90));
        zone.smimea(name, "3 0 0 " + "ab".repeat(90));
        assertInstanceOf(Lookup.NoCertificate.class, find());
    }

    @Test
    void mailWaitsForDnsThatDoesNotAnswer() {
        zone.trouble(name, FakeZone.Trouble.FAILS);
        Lookup.Waiting waiting = assertInstanceOf(Lookup.Waiting.class, find());
        assertEquals(Verdict.DIRECTORY_UNKNOWN, waiting.verdict());
        assertEquals(PATIENCE, waiting.patience());
        assertTrue(
                waiting.sentence().startsWith("DNS (SMIMEA of partner.example) does not answer"),
                waiting.sentence());
    }

    @Test
    void othersAreNotLookedUp() throws Exception {
        assertInstanceOf(
                Lookup.NoCertificate.class,
                partners().find(Address.of("ann@elsewhere.example"), TestAuthority.NOW));
        X509Certificate ann = AUTHORITY.person(ANN.toString()).certificate();
        Pem.write(folder.resolve("ann.pem"), List.of(ann));
        assertInstanceOf(Lookup.Found.class, find());
        assertEquals(List.of(), resolver.asked(), "a file comes first");
    }

    /// Not even an expired one is replaced by what somebody publishes.
    @Test
    void aPinnedOneCountsAlone() throws Exception {
        zone.secure(name);
        publish(AUTHORITY.person(ANN.toString()).certificate());
        Pem.write(
                folder.resolve("pinned/ann.pem"),
                List.of(AUTHORITY.expiredPerson(ANN.toString()).certificate()));
        unusable(Verdict.EXPIRED);
        assertEquals(List.of(), resolver.asked());
    }

    private void publish(X509Certificate certificate) throws CertificateEncodingException {
        zone.forget(name)
                .smimea(name, "3 0 0 " + HexFormat.of().formatHex(certificate.getEncoded()));
    }

    private void unusable(Verdict verdict) {
        assertEquals(verdict, assertInstanceOf(Lookup.Unusable.class, find()).verdict());
    }

    private PartnerDirectory partners() {
        return PartnerDirectory.load(folder)
                .with(
                        List.of(
                                new SmimeaFinder(
                                        resolver,
                                        Set.of(new Domain("partner.example")),
                                        PATIENCE)));
    }

    private Lookup find() {
        return partners().find(ANN, TestAuthority.NOW);
    }
}
