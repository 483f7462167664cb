package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.relay.TestRelay.A;
import static org.postern.relay.TestRelay.FROM;
import static org.postern.relay.TestRelay.mail;
import static org.postern.testkit.FakeNextHop.Act.say;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.net.TlsTrust;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// A hop that is down costs one attempt now and then, however many messages wait for it.
class OutageTest {
    private static final Content HELLO = TestRelay.content("hello\r\n");

    private final ManualClock clock = ManualClock.atNoon();
    private FakeNextHop hop;
    private Relay relay;

    @BeforeEach
    void start() throws IOException {
        hop = FakeNextHop.plain();
        relay = new Relay(TestRelay.settings(Duration.ofSeconds(20), 4), TestRelay.LOOPBACK, clock);
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        hop.close();
    }

    @Test
    void aThousandMessagesForADeadHopMakeOneConnection() {
        hop.on("CONNECT", say("421 4.3.2 down").thenClose());
        RelayResult first = send();
        assertInstanceOf(RelayResult.Unreachable.class, first);
        for (int i = 0; i < 1_000; i++) {
            assertEquals(first, send());
        }
        assertEquals(1, hop.connections());
    }

    @Test
    void itIsTriedAgainAtGrowingDistances() {
        hop.on("CONNECT", say("421 4.3.2 down").thenClose());
        long[] seconds = {15, 30, 60, 120, 240, 300, 300};
        send();
        for (int i = 0; i < seconds.length; i++) {
            clock.advance(Duration.ofSeconds(seconds[i] - 1));
            send();
            assertEquals(i + 1, hop.connections(), "before " + seconds[i] + " s");
            clock.advance(Duration.ofSeconds(1));
            send();
            assertEquals(i + 2, hop.connections(), "after " + seconds[i] + " s");
        }
    }

    @Test
    void attemptsThatFailTogetherAreOneOutage() throws Exception {
        hop.on("CONNECT", FakeNextHop.Act.drip("421 4.3.2 down\r\n").thenClose());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RelayResult>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                results.add(threads.submit(this::send));
            }
            for (Future<RelayResult> result : results) {
                assertInstanceOf(RelayResult.Unreachable.class, result.get());
            }
        }
        int connections = hop.connections();
        clock.advance(Duration.ofSeconds(15));
        send();
        assertEquals(connections + 1, hop.connections());
    }

    @Test
    void aHopThatIsBackIsUsedAtOnce() {
        hop.once("CONNECT", say("421 4.3.2 down").thenClose());
        send();
        clock.advance(Duration.ofSeconds(15));
        for (int i = 0; i < 10; i++) {
            assertTrue(isRelayed(send()));
        }
        assertEquals(2, hop.connections());
    }

    @Test
    void allThatFallDueTogetherGetThroughToAHopThatIsBack() throws Exception {
        hop.once("CONNECT", say("421 4.3.2 down").thenClose());
        send();
        clock.advance(Duration.ofSeconds(15));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RelayResult>> results = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                results.add(threads.submit(this::send));
            }
            for (Future<RelayResult> result : results) {
                assertTrue(isRelayed(result.get()));
            }
        }
    }

    @Test
    void aHopThatServesOtherConnectionsIsNotDown() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<RelayResult> slow =
                    threads.submit(() ->
                            relay.send(
                                    next(),
                                    mail(
                                            FROM,
                                            List.of(A),
                                            out -> {
                                                inside.countDown();
                                                await(go);
                                                HELLO.writeTo(out);
                                            })));
            inside.await();
            hop.once("CONNECT", say("421 4.3.2 too many of you").thenClose());
            assertInstanceOf(RelayResult.Unreachable.class, send());
            assertTrue(isRelayed(send()), "it takes a connection again");
            go.countDown();
            assertTrue(isRelayed(slow.get()));
        }
    }

    @Test
    void oneAloneTriesWhileTheOthersWaitAMoment() throws Exception {
        hop.once("CONNECT", say("421 4.3.2 down").thenClose());
        send();
        clock.advance(Duration.ofSeconds(15));
        hop.on("CONNECT", FakeNextHop.Act.drip("421 4.3.2 still down\r\n").thenClose());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RelayResult>> results = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                results.add(threads.submit(this::send));
            }
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (hop.connections() < 2) {
                assertTrue(System.nanoTime() < end, "the first of them tries it");
                Thread.onSpinWait();
            }
            // Those who wait have come before the outage that is about to begin.
            clock.advance(Duration.ofSeconds(1));
            for (Future<RelayResult> result : results) {
                assertInstanceOf(RelayResult.Unreachable.class, result.get());
            }
        }
        assertEquals(2, hop.connections());
    }

    @Test
    void aHopThatDoesNotProveItselfIsLeftAloneAsWell() {
        TlsTrust trust =
                TlsTrust.of(
                        List.of(TestAuthority.create().authority().certificate()),
                        Clock.systemUTC());
        NextHop proved = NextHop.verified("next.example", hop.port(), trust);
        RelayResult first = relay.send(proved, mail(FROM, List.of(A), HELLO));
        assertInstanceOf(RelayResult.Unproved.class, first);
        assertEquals(first, relay.send(proved, mail(FROM, List.of(A), HELLO)));
        assertEquals(1, hop.connections());
        assertTrue(isRelayed(send()), "another demand is another hop");
    }

    @Test
    void aClockThatGoesBackMakesNoOutageLonger() {
        hop.once("CONNECT", say("421 4.3.2 down").thenClose());
        send();
        clock.advance(Duration.ofDays(-3_650));
        assertTrue(isRelayed(send()));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static boolean isRelayed(RelayResult result) {
        return result instanceof RelayResult.Sent(var outcomes)
                && outcomes.get(A) instanceof Relayed;
    }

    private NextHop next() {
        return NextHop.clear("next.example", hop.port());
    }

    private RelayResult send() {
        return relay.send(next(), mail(FROM, List.of(A), HELLO));
    }
}
