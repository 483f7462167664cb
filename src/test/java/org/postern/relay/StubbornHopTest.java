package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.relay.TestRelay.A;
import static org.postern.relay.TestRelay.FROM;
import static org.postern.relay.TestRelay.mail;
import static org.postern.testkit.FakeNextHop.Act.close;
import static org.postern.testkit.FakeNextHop.Act.drip;
import static org.postern.testkit.FakeNextHop.Act.hang;
import static org.postern.testkit.FakeNextHop.Act.raw;
import static org.postern.testkit.FakeNextHop.Act.repeat;
import static org.postern.testkit.FakeNextHop.Act.reset;
import static org.postern.testkit.FakeNextHop.Act.say;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.net.TlsTrust;
import org.postern.pki.Identity;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.FakeNextHop.Act;
import org.postern.testkit.TestAuthority;

/// Every way to be slow, rude or gone, at every point of the dialogue, in clear and under TLS: the
/// message is delayed within its time, and never counts as taken or as refused.
class StubbornHopTest {
    private static final String HOST = "mail.partner.example";
    private static final Content CANARY = TestRelay.content("Subject: canary\r\n\r\ncanary\r\n");
    private static final Duration STEP = Duration.ofSeconds(1);

    /// So many at once that a flood of one does not starve the others.
    private static final int AT_ONCE = 16;

    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity RIGHT = AUTHORITY.server(HOST);
    private static final TlsTrust TRUST =
            TlsTrust.of(List.of(AUTHORITY.authority().certificate()), Clock.systemUTC());

    private static final List<String> MOMENTS =
            List.of("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT", "END");

    private static Map<String, Act> acts() {
        Map<String, Act> acts = new LinkedHashMap<>();
        acts.put("closes", close());
        acts.put("resets", reset());
        acts.put("is silent", hang());
        acts.put("drips", drip("250-" + "x".repeat(2_000)));
        acts.put("says half a line", raw("25").thenHang());
        acts.put("says half a reply", raw("250-x\r\n").thenHang());
        acts.put("never ends its reply", repeat("250-x\r\n"));
        acts.put("never ends its line", repeat("250-" + "x".repeat(60)));
        acts.put("speaks another protocol", say("HTTP/1.1 200 OK"));
        acts.put("says 421", say("421 4.3.2 bye").thenClose());
        return acts;
    }

    @Test
    void inClear() throws Exception {
        all(MOMENTS, false);
    }

    @Test
    void underTls() throws Exception {
        List<String> moments = new ArrayList<>(MOMENTS);
        moments.add("STARTTLS");
        all(moments, true);
    }

    /// S15, octet by octet: what comes behind the 220 reaches the TLS handshake, which it breaks.
    @Test
    void aResponseInjectedSlowlyIsNoAnswerEither() throws IOException {
        for (int i = 0; i < 10; i++) {
            try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
                hop.on("STARTTLS", drip("220 go\r\n250 x\r\n"));
                NextHop next = NextHop.verified(HOST, hop.port(), TRUST);
                try (Relay relay = TestRelay.create(Duration.ofSeconds(20))) {
                    RelayResult result = relay.send(next, mail(FROM, List.of(A), CANARY));
                    assertFalse(result instanceof RelayResult.Sent, result.toString());
                }
                assertFalse(hop.clear().contains("canary"));
                assertFalse(hop.clear().contains("MAIL"));
            }
        }
    }

    private static void all(List<String> moments, boolean tls) throws Exception {
        Semaphore atOnce = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> checks = new ArrayList<>();
            for (String moment : moments) {
                acts().forEach((name, act) ->
                        checks.add(
                                threads.submit(() -> {
                                    atOnce.acquire();
                                    try {
                                        check(moment, name, act, tls);
                                    } finally {
                                        atOnce.release();
                                    }
                                    return null;
                                })));
            }
            for (Future<?> check : checks) {
                check.get();
            }
        }
    }

    private static void check(String moment, String name, Act act, boolean tls) throws IOException {
        String what = (tls ? "under TLS, at " : "at ") + moment + " it " + name;
        try (FakeNextHop hop = tls ? FakeNextHop.startTls(RIGHT) : FakeNextHop.plain();
                Relay relay = TestRelay.create(STEP)) {
            hop.on(moment, act);
            NextHop next =
                    tls
                            ? NextHop.verified(HOST, hop.port(), TRUST)
                            : NextHop.clear(HOST, hop.port());
            RelayResult result = relay.send(next, mail(FROM, List.of(A), CANARY));
            switch (result) {
                case RelayResult.Unreachable _ -> {}
                case RelayResult.Unproved _ -> assertTrue(tls, what + ": " + result);
                case RelayResult.Unprovable _ -> throw new AssertionError(what + ": " + result);
                case RelayResult.Sent(var outcomes) ->
                        assertInstanceOf(Delayed.class, outcomes.get(A), what);
            }
            // Whoever is rude amid the content or behind it may have taken all of it: K17.
            assertTrue(
                    hop.messages().isEmpty() || List.of("CONTENT", "END").contains(moment), what);
            if (tls) {
                assertFalse(hop.clear().contains("canary"), what);
            }
        }
    }
}
