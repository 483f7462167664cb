package org.postern.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
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
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.fetch.Fetcher;
import org.postern.net.TlsTrust;
import org.postern.pki.Authority;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory.Standing;
import org.postern.pki.Validity;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeWeb;
import org.postern.testkit.TestAuthority;

/// No authority, and nobody between it and us, fills the memory or the disk.
class RevocationBudgetTest {
    private static final Instant NOW = TestAuthority.NOW;
    private static final Validity WEEK = new Validity(NOW, NOW.plus(Duration.ofDays(7)));
    private static final int ENTRIES = 100;
    private static final long LIST_OCTETS = ENTRIES * 8L;

    private final TestAuthority partner = TestAuthority.create();
    private final TestAuthority rogue = TestAuthority.create();

    @TempDir Path home;
    private final List<Revocations> opened = new ArrayList<>();
    private FakeWeb web;

    @BeforeEach
    void start() throws IOException {
        web = FakeWeb.start();
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
        RevocationsTest.until(() -> opened.stream().allMatch(Revocations::isIdle));
    }

    /// A certificate below an anchor, and the list that tells of it.
    private record Told(X509Certificate certificate, X509Certificate anchor) {
        List<X509Certificate> path() {
            return List.of(certificate, anchor);
        }
    }

    private Told told(TestAuthority by, String path) {
        Authority telling =
                by.authority().telling(URI.create("http://127.0.0.1:" + web.port() + path));
        X509Certificate certificate =
                telling.issue(TestAuthority.request("ann@partner.example", KeyKind.P_256))
                        .certificate();
        List<Authority.Revoked> revoked = new ArrayList<>();
        revoked.add(new Authority.Revoked(certificate.getSerialNumber(), NOW, 1));
        for (int i = 1; i < ENTRIES; i++) {
            revoked.add(new Authority.Revoked(BigInteger.valueOf(i), NOW, 1));
        }
        web.put(path, telling.list(revoked, WEEK, BigInteger.ONE));
        return new Told(certificate, by.authority().certificate());
    }

    private List<Told> many(int count) {
        return IntStream.range(0, count).mapToObj(i -> told(rogue, "/" + i)).toList();
    }

    @Test
    void listsInMemoryHaveALimitAndTheGreedyOneGivesFirst() throws Exception {
        Told ann = told(partner, "/ann");
        List<Told> many = many(6);
        Revocations revocations = open(folder(EvidenceFolder.OCTETS_MAX), 3 * LIST_OCTETS);
        awaitRevoked(revocations, ann);
        for (Told each : many) {
            awaitRevoked(revocations, each);
        }
        RevocationsTest.until(() -> revocations.octets() <= 3 * LIST_OCTETS);
        assertTrue(
                revocations.reports().stream().anyMatch(it -> it.place().getPath().equals("/ann")));
        int asked = web.asked().size();
        for (Told each : many) {
            assertInstanceOf(Standing.Revoked.class, revocations.of(each.path(), NOW));
            assertTrue(revocations.octets() <= 3 * LIST_OCTETS);
        }
        assertEquals(asked, web.asked().size(), "what was forgotten lies in the folder");
    }

    @Test
    void placesOfAnAnchorHaveALimit() throws Exception {
        Revocations revocations = open(folder(EvidenceFolder.OCTETS_MAX), 1 << 20);
        web.close();
        Told one = told(rogue, "/x");
        for (int i = 0; i < Revocations.LISTS_OF_ANCHOR_MAX + 20; i++) {
            Authority telling = rogue.authority().telling(URI.create("http://127.0.0.1:9/" + i));
            Told each = new Told(person(telling), one.anchor());
            RevocationsTest.until(
                    () -> revocations.of(each.path(), NOW) instanceof Standing.Unknown);
        }
        RevocationsTest.until(
                () -> revocations.reports().size() <= Revocations.LISTS_OF_ANCHOR_MAX);
    }

    private static X509Certificate person(Authority by) {
        return by.issue(TestAuthority.request("eve@partner.example", KeyKind.P_256)).certificate();
    }

    @Test
    void filesHaveALimit() throws Exception {
        byte[] octets = new byte[1_000];
        EvidenceFolder folder = folder(3_500);
        for (int i = 0; i < 3; i++) {
            folder.save("0" + i, new EvidenceFolder.Kept(NOW.plusSeconds(i), octets));
        }
        folder.use("00", NOW.plusSeconds(60));
        folder.save("03", new EvidenceFolder.Kept(NOW.plusSeconds(61), octets));
        assertTrue(folder.load("00").isPresent());
        assertFalse(folder.load("01").isPresent(), "nobody needed it");
        assertTrue(folder.load("02").isPresent());
        assertTrue(folder.load("03").isPresent());
        // The same one again takes no more room.
        folder.save("03", new EvidenceFolder.Kept(NOW.plusSeconds(62), octets));
        assertTrue(folder.load("02").isPresent());
        folder(2_500);
        assertEquals(2, kept(), "at a start as well");
    }

    /// A folder in the place of a file stands for all that cannot be read.
    @Test
    void aFileThatCannotBeReadKeepsNobodyFromStarting() throws Exception {
        folder(10_000).save("00", new EvidenceFolder.Kept(NOW, new byte[10]));
        Files.createDirectories(home.resolve("revocation/01/full"));
        Files.writeString(home.resolve("revocation/02~"), "a draft of a crash");
        EvidenceFolder folder = folder(10_000);
        assertTrue(folder.load("00").isPresent());
        assertFalse(Files.exists(home.resolve("revocation/02~")));
    }

    @Test
    void aStartReadsOnlyTheFirstLineOfEach() throws Exception {
        byte[] octets = new byte[100_000];
        folder(1 << 20).save("00", new EvidenceFolder.Kept(NOW, octets));
        Counting counting = new Counting();
        EvidenceFolder folder =
                EvidenceFolder.open(counting.disk(), home.resolve("revocation"), NOW);
        assertTrue(counting.octets.get() <= 64, counting.octets::toString);
        assertEquals(octets.length, folder.load("00").orElseThrow().octets().length);
    }

    /// After a restart many threads ask at once; what was kept is read by one at a time.
    @Test
    void whatWasKeptIsReadOneAtATime() throws Exception {
        List<Told> many = many(2);
        Revocations first = open(folder(EvidenceFolder.OCTETS_MAX), 1 << 20);
        for (Told each : many) {
            awaitRevoked(first, each);
        }
        RevocationsTest.until(() -> kept() == 2);
        Counting counting = new Counting();
        Revocations second =
                open(
                        EvidenceFolder.open(counting.disk(), home.resolve("revocation"), NOW),
                        1 << 20);
        counting.wait = new CountDownLatch(2);
        counting.most.set(0);
        List<Thread> threads = new ArrayList<>();
        for (Told each : many) {
            threads.add(Thread.ofVirtual().start(() -> second.of(each.path(), NOW)));
        }
        for (Thread each : threads) {
            each.join();
        }
        assertEquals(1, counting.most.get());
    }

    @Test
    void oneListOfAHostIsGotAtOnce() throws Exception {
        List<Told> many = many(5);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch two = new CountDownLatch(2);
        for (int i = 0; i < many.size(); i++) {
            web.say(
                    "/" + i,
                    (_, _) -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        two.countDown();
                        await(two);
                        now.decrementAndGet();
                    });
        }
        Revocations revocations = open(folder(EvidenceFolder.OCTETS_MAX), 1 << 20);
        for (Told each : many) {
            revocations.of(each.path(), NOW);
        }
        RevocationsTest.until(() -> web.asked().size() == many.size());
        assertEquals(1, most.get());
    }

    /// Gives another one the time to come beside it, if anything lets it.
    private static void await(CountDownLatch latch) {
        try {
            latch.await(300, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitRevoked(Revocations revocations, Told told) {
        RevocationsTest.until(() -> revocations.of(told.path(), NOW) instanceof Standing.Revoked);
    }

    private long kept() {
        try (var files = Files.list(home.resolve("revocation"))) {
            return files.filter(it -> !it.toString().endsWith("~")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private EvidenceFolder folder(long octetsMax) throws IOException {
        return EvidenceFolder.open(new FileDisk(), home.resolve("revocation"), NOW, octetsMax);
    }

    private Revocations open(EvidenceFolder folder, long octetsMax) {
        Fetcher fetcher =
                new Fetcher(
                        _ -> List.of(InetAddress.getLoopbackAddress()),
                        TlsTrust.of(List.of(partner.authority().certificate()), Clock.systemUTC()),
                        Set.of(web.port()));
        Revocations revocations =
                new Revocations(
                        new Revocations.Means(
                                fetcher, folder, RandomGenerator.of("L64X128MixRandom")),
                        new Revocations.Terms(false, Duration.ofDays(1), Duration.ofHours(4)),
                        () -> NOW,
                        octetsMax);
        opened.add(revocations);
        return revocations;
    }

    /// A disk that counts what is read from it.
    private static final class Counting {
        final AtomicLong octets = new AtomicLong();
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        volatile CountDownLatch wait = new CountDownLatch(0);

        Disk disk() {
            return proxy(
                    Disk.class,
                    new FileDisk(),
                    (name, result) -> {
                        if (name.equals("read")) {
                            most.accumulateAndGet(open.incrementAndGet(), Math::max);
                            wait.countDown();
                            await(wait);
                            return proxy(DiskFile.class, (DiskFile) result, this::seen);
                        }
                        return result;
                    });
        }

        private Object seen(String name, Object result) {
            if (name.equals("read")) {
                octets.addAndGet((Integer) result);
            } else if (name.equals("close")) {
                open.decrementAndGet();
            }
            return result;
        }

        private interface Seen {
            Object seen(String name, Object result);
        }

        private static <T> T proxy(Class<T> type, T real, Seen seen) {
            return type.cast(
                    Proxy.newProxyInstance(
                            type.getClassLoader(),
                            new Class<?>[] {type},
                            (_, method, arguments) -> {
                                try {
                                    return seen.seen(
                                            method.getName(), method.invoke(real, arguments));
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            }));
        }
    }
}
