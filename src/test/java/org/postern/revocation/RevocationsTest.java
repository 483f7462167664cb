package org.postern.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.fetch.Fetcher;
import org.postern.folder.Glance;
import org.postern.mail.Address;
import org.postern.net.TlsTrust;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.KeyKind;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.PartnerDirectory.Standing;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.pki.Verdict;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeWeb;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// Nobody waits for an authority; what is known is kept; what is not known is not called good.
class RevocationsTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final Authority root = TestAuthority.create().authority();

    @TempDir Path home;
    private final List<Revocations> opened = new ArrayList<>();
    private FakeWeb web;
    private Authority authority;
    private X509Certificate ann;
    private long number;

    @BeforeEach
    void start() throws IOException {
        web = FakeWeb.start();
        authority = root.telling(at("/list"));
        ann = person(authority, "ann@partner.example");
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
        until(() -> opened.stream().allMatch(Revocations::isIdle));
    }

    @Test
    void aListIsAskedOnceAndAheadOfItsEnd() throws Exception {
        publish(List.of());
        Revocations revocations = open(false);
        until(() -> standing(revocations) instanceof Standing.Good);
        for (int i = 0; i < 100; i++) {
            standing(revocations);
            revocations.look();
        }
        assertEquals(1, web.asked().size());

        publish(List.of(ann));
        clock.advance(Duration.ofHours(13));
        assertInstanceOf(Standing.Good.class, standing(revocations), "nobody waits for the news");
        revocations.look();
        until(() -> standing(revocations) instanceof Standing.Revoked);
    }

    /// What was heard is known after a restart, without anybody to ask; but not what somebody has
    /// written into our folder.
    @Test
    void whatWasHeardIsKept() throws Exception {
        publish(List.of(ann));
        Revocations first = open(false);
        until(() -> standing(first) instanceof Standing.Revoked);
        until(() -> kept().size() == 1);
        web.close();
        assertInstanceOf(Standing.Revoked.class, standing(open(false)));
        clock.advance(Duration.ofDays(60));
        assertInstanceOf(Standing.Revoked.class, standing(open(false)), "it never ends by itself");

        clock.advance(Duration.ofDays(-60));
        Path file = kept().getFirst();
        byte[] octets = Files.readAllBytes(file);
        octets[octets.length - 1] ^= 1;
        Files.write(file, octets);
        notKnown(open(false));
        Files.writeString(file, "2026-01-01T00:00:00Z\n");
        notKnown(open(false));
        Files.writeString(file, "no time\n");
        open(false);
        assertEquals(List.of(), kept());
    }

    @Test
    void theLastGoodWordCountsForTheGraceAndNoLonger() throws Exception {
        publish(List.of());
        Revocations revocations = open(false);
        until(() -> standing(revocations) instanceof Standing.Good);
        web.close();
        clock.advance(Duration.ofDays(7).plus(DAY).minusSeconds(1));
        assertInstanceOf(Standing.Good.class, standing(revocations));
        clock.advance(Duration.ofSeconds(2));
        until(() -> standing(revocations) instanceof Standing.Unknown);
        String why = assertInstanceOf(Standing.Unknown.class, standing(revocations)).reason();
        assertTrue(why.startsWith("127.0.0.1 "), why);
    }

    @Test
    void anOldListThatIsPlayedAgainTakesNothingBack() throws Exception {
        publish(List.of());
        byte[] old = list(List.of());
        clock.advance(Duration.ofHours(1));
        publish(List.of(ann));
        Revocations revocations = open(false);
        until(() -> standing(revocations) instanceof Standing.Revoked);
        web.put("/list", old);
        clock.advance(Duration.ofHours(13));
        revocations.look();
        until(() -> web.asked().size() == 2 && failure(revocations).contains("older than"));
        assertInstanceOf(Standing.Revoked.class, standing(revocations));
        // Only a newer word does: a suspension may end.
        clock.advance(Duration.ofHours(2));
        publish(List.of());
        revocations.look();
        until(() -> standing(revocations) instanceof Standing.Good);
    }

    @Test
    void listsThatAreOutOfDateOrForeignAreNotUsed() throws Exception {
        byte[] old = list(List.of());
        clock.advance(Duration.ofDays(8));
        web.put("/list", old);
        Revocations revocations = open(false);
        notKnown(revocations);
        until(() -> failure(revocations).contains("out of date"));
        assertInstanceOf(Standing.Unknown.class, standing(revocations));
        web.put("/list", TestAuthority.create().authority().list(List.of(), week(), one()));
        clock.advance(Duration.ofMinutes(2));
        revocations.look();
        until(() -> failure(revocations).contains("not signed by the authority"));
    }

    /// The addresses of servers that do not answer do not keep those waiting that do.
    @Test
    void aSilentAuthorityKeepsNobodyWaiting() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        web.say(
                "/silent",
                (_, _) -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        X509Certificate other = person(root.telling(at("/silent")), "eve@partner.example");
        publish(List.of());
        Revocations revocations = open(false);
        long begin = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            assertInstanceOf(
                    Standing.Awaited.class,
                    revocations.of(List.of(other, root.certificate()), clock.instant()));
        }
        assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(8));
        until(() -> standing(revocations) instanceof Standing.Good);
        end.countDown();
    }

    @Test
    void whatIsAboveCountsAsWell() throws Exception {
        Authority middle =
                root.telling(at("/root")).subordinate("Middle", KeyKind.P_256, TestAuthority.VALID);
        X509Certificate bob = person(middle, "bob@partner.example");
        List<X509Certificate> path = List.of(bob, middle.certificate(), root.certificate());
        web.put("/root", root.list(List.of(revoked(middle.certificate())), week(), one()));
        Revocations revocations = open(false);
        until(() -> revocations.of(path, clock.instant()) instanceof Standing.Revoked);
    }

    @Test
    void whoNamesNoPlaceIsRefusedWhereAllAreAsked() throws Exception {
        X509Certificate silent = person(root, "dan@partner.example");
        List<X509Certificate> path = List.of(silent, root.certificate());
        assertInstanceOf(Standing.Good.class, open(false).of(path, clock.instant()));
        assertInstanceOf(Standing.NoPlace.class, open(true).of(path, clock.instant()));
    }

    /// Through the directory: the verdicts that a person sees.
    @Test
    void aPartnersCertificateIsUsedOnlyOnceItsAuthorityHasSpoken() throws Exception {
        Path folder = home.resolve("partners");
        Files.createDirectories(folder.resolve("anchors"));
        Pem.write(folder.resolve("anchors/root.pem"), List.of(root.certificate()));
        Pem.write(folder.resolve("ann.pem"), List.of(ann));
        publish(List.of());
        Revocations revocations = open(false);
        PartnerDirectory partners = PartnerDirectory.load(folder).asking(revocations);
        Address address = Address.of("ann@partner.example");
        if (partners.find(address, clock.instant()) instanceof Lookup.Waiting waiting) {
            // Unless the answer was faster than this line.
            assertEquals(Verdict.REVOCATION_AWAITED, waiting.verdict());
            assertEquals(Duration.ofHours(4), waiting.patience());
            assertEquals(
                    "The certificate in partners/ann.pem is being looked up with its authority.",
                    waiting.sentence());
        }
        until(() -> standing(revocations) instanceof Standing.Good);
        clock.advance(Glance.EVERY);
        assertInstanceOf(Lookup.Found.class, partners.find(address, clock.instant()));
        assertEquals(
                Optional.empty(),
                partners.signerFault(ann, List.of(), clock.instant(), Optional.empty()));

        publish(List.of(ann));
        clock.advance(DAY);
        partners.people(clock.instant()).forEach(each -> partners.find(each, clock.instant()));
        revocations.look();
        until(() -> standing(revocations) instanceof Standing.Revoked);
        clock.advance(Glance.EVERY);
        Lookup.Unusable unusable =
                assertInstanceOf(Lookup.Unusable.class, partners.find(address, clock.instant()));
        assertEquals(Verdict.REVOKED, unusable.verdict());
        assertEquals(
                "The certificate in partners/ann.pem was revoked by its authority; ask the"
                        + " partner for another one.",
                unusable.sentence());
        assertEquals(
                Verdict.REVOKED,
                partners.signerFault(ann, List.of(), clock.instant(), Optional.empty())
                        .orElseThrow());
    }

    /// A message may have come long ago: what is known is judged by the time of now.
    @Test
    void whatIsKnownIsNotJudgedByTheTimeOfTheMessage() throws Exception {
        Path folder = home.resolve("partners");
        Files.createDirectories(folder.resolve("anchors"));
        Pem.write(folder.resolve("anchors/root.pem"), List.of(root.certificate()));
        publish(List.of());
        Revocations revocations = open(false);
        PartnerDirectory partners = PartnerDirectory.load(folder).asking(revocations);
        until(() -> standing(revocations) instanceof Standing.Good);
        Instant received = clock.instant();
        web.close();
        clock.advance(Duration.ofDays(30));
        until(() ->
                partners.signerFault(ann, List.of(), received, Optional.empty())
                        .equals(Optional.of(Verdict.REVOCATION_UNKNOWN)));
    }

    private Revocations open(boolean everybody) throws IOException {
        Fetcher fetcher =
                new Fetcher(
                        _ -> List.of(InetAddress.getLoopbackAddress()),
                        TlsTrust.of(List.of(root.certificate()), Clock.systemUTC()),
                        Set.of(web.port()));
        EvidenceFolder folder =
                EvidenceFolder.open(new FileDisk(), home.resolve("revocation"), clock.instant());
        Revocations revocations =
                new Revocations(
                        new Revocations.Means(
                                fetcher, folder, RandomGenerator.of("L64X128MixRandom")),
                        new Revocations.Terms(everybody, DAY, Duration.ofHours(4)),
                        clock);
        opened.add(revocations);
        return revocations;
    }

    private Standing standing(Revocations revocations) {
        return revocations.of(List.of(ann, root.certificate()), clock.instant());
    }

    /// The answer is under way, or it has failed already.
    private void notKnown(Revocations revocations) {
        Standing standing = standing(revocations);
        assertTrue(
                standing instanceof Standing.Awaited || standing instanceof Standing.Unknown,
                standing.toString());
    }

    private static String failure(Revocations revocations) {
        return revocations.reports().stream()
                .map(Revocations.Report::failure)
                .reduce("", String::concat);
    }

    private List<Path> kept() {
        try (Stream<Path> files = Files.list(home.resolve("revocation"))) {
            return files.filter(it -> !it.toString().endsWith("~")).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + web.port() + path);
    }

    private static X509Certificate person(Authority by, String address) {
        return by.issue(
                        CertificateRequest.person(
                                KeyKind.P_256, TestAuthority.VALID, Address.of(address)))
                .certificate();
    }

    private Authority.Revoked revoked(X509Certificate certificate) {
        return new Authority.Revoked(certificate.getSerialNumber(), clock.instant(), 1);
    }

    private Validity week() {
        Instant now = clock.instant();
        return new Validity(now, now.plus(Duration.ofDays(7)));
    }

    private static BigInteger one() {
        return BigInteger.ONE;
    }

    private byte[] list(List<X509Certificate> revoked) {
        return root.list(
                revoked.stream().map(this::revoked).toList(), week(), BigInteger.valueOf(++number));
    }

    private void publish(List<X509Certificate> revoked) {
        web.put("/list", list(revoked));
    }

    /// Questions are asked on threads of their own; this waits for what they bring about.
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not come about");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
