package org.postern.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postern.contract.ResolverContract;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;
import org.postern.testkit.FakeZone.Trouble;
import org.postern.testkit.ManualClock;

/// An answer is kept as long as it may be, and no longer.
class CachedResolverTest implements ResolverContract {
    private final ManualClock clock = ManualClock.atNoon();
    private final FakeZone zone =
            new FakeZone().mx("a.example", 10, "mx.a.example").mx("b.example", 10, "mx.b.example");
    private final FakeResolver behind = new FakeResolver(zone);
    private final CachedResolver cached = new CachedResolver(behind, clock);

    @Override
    public Resolver resolver(FakeZone other) {
        return new CachedResolver(new FakeResolver(other), clock);
    }

    @Test
    void anAnswerIsKeptForItsTime() {
        zone.ttl(300);
        askedAfter(1, Duration.ZERO);
        askedAfter(1, Duration.ofSeconds(299));
        askedAfter(2, Duration.ofSeconds(2));
    }

    @Test
    void aTimeOfNothingAndOneOfYearsAreBounded() {
        zone.ttl(0);
        askedAfter(1, Duration.ZERO);
        askedAfter(1, Duration.ofSeconds(4));
        zone.ttl(100_000_000);
        askedAfter(2, Duration.ofSeconds(2));
        askedAfter(2, Duration.ofMinutes(59));
        askedAfter(3, Duration.ofMinutes(2));
    }

    @Test
    void aDoubtIsKeptForAMoment() {
        zone.trouble("a.example", Trouble.FAILS);
        assertInstanceOf(Answer.Doubt.class, cached.mx("a.example"));
        askedAfter(1, Duration.ofSeconds(29));
        askedAfter(2, Duration.ofSeconds(2));
    }

    @Test
    void aClockThatGoesBackKeepsNothingForEver() {
        askedAfter(1, Duration.ZERO);
        clock.advance(Duration.ofDays(-3_650));
        askedAfter(2, Duration.ZERO);
        askedAfter(3, Duration.ofDays(3_650));
    }

    @Test
    void namesAndKindsAreKeptApart() {
        assertInstanceOf(Answer.Found.class, cached.mx("a.example"));
        assertInstanceOf(Answer.NoData.class, cached.txt("a.example"));
        assertInstanceOf(Answer.Found.class, cached.mx("b.example"));
        assertEquals(List.of("MX a.example", "TXT a.example", "MX b.example"), behind.asked());
    }

    @Test
    void aThousandAtOnceAskOnce() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        Resolver slow = new SlowMx(behind, asked, go);
        CachedResolver resolver = new CachedResolver(slow, clock);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer<MxRecord>>> answers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                answers.add(threads.submit(() -> resolver.mx("a.example")));
            }
            go.countDown();
            for (Future<Answer<MxRecord>> answer : answers) {
                assertInstanceOf(Answer.Found.class, answer.get());
            }
        }
        assertEquals(1, asked.get());
    }

    @Test
    void aLookUpThatBreaksOffIsADoubtForTheOthers() {
        Resolver broken =
                new SlowMx(behind, new AtomicInteger(), new CountDownLatch(0)) {
                    @Override
                    public Answer<MxRecord> mx(String domain) {
                        throw new IllegalStateException("bug");
                    }
                };
        CachedResolver resolver = new CachedResolver(broken, clock);
        assertThrows(IllegalStateException.class, () -> resolver.mx("a.example"));
        assertInstanceOf(Answer.Doubt.class, resolver.mx("a.example"));
    }

    private void askedAfter(int times, Duration step) {
        clock.advance(step);
        var _ = cached.mx("a.example");
        assertEquals(times, behind.asked().stream().filter("MX a.example"::equals).count());
    }

    private static class SlowMx implements Resolver {
        private final Resolver behind;
        private final AtomicInteger asked;
        private final CountDownLatch go;

        SlowMx(Resolver behind, AtomicInteger asked, CountDownLatch go) {
            this.behind = behind;
            this.asked = asked;
            this.go = go;
        }

        @Override
        public Answer<MxRecord> mx(String domain) {
            asked.incrementAndGet();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return behind.mx(domain);
        }

        @Override
        public Answer<java.net.InetAddress> addresses(String host) {
            return behind.addresses(host);
        }

        @Override
        public Answer<String> txt(String name) {
            return behind.txt(name);
        }

        @Override
        public Answer<org.postern.net.TlsaRecord> tlsa(String name) {
            return behind.tlsa(name);
        }

        @Override
        public Answer<org.postern.net.TlsaRecord> smimea(String name) {
            return behind.smimea(name);
        }
    }
}
