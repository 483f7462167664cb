package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.postern.mail.ContentWriter;
import org.postern.mail.DeliveryOutcome;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.FakeNextHop.Act;

/// Next hops that break off, stay silent or talk nonsense: each is bounded, and each becomes a
/// value.
class RelayMisbehaviourTest {
    /// Of the step at which a hop is silent, which costs as much.
    private static final Duration STEP = Duration.ofMillis(1_500);

    /// Of all other steps: a busy machine may take long for any of them.
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String WITHIN = " within 1 s";

    private static final String UNREACHABLE = "unreachable: ";
    private static final String DELAYED = "delayed: ";
    private static final String FAILED = "failed: ";
    private static final String REFUSED = "The recipient's mail server refused it";
    private static final String TWICE = " after the whole message was sent; it may arrive twice";

    @Test
    void beforeAnythingIsDecided() throws Exception {
        all(
                at("CONNECT", close(), UNREACHABLE + "the connection broke at the greeting"),
                at("CONNECT", hang(), UNREACHABLE + "no end of the greeting" + WITHIN),
                at(
                        "CONNECT",
                        drip("220 ".repeat(500)),
                        UNREACHABLE + "no end of the greeting" + WITHIN),
                at("CONNECT", say("554 go away"), UNREACHABLE + "it greeted with 554"),
                at("CONNECT", say("421 4.3.2 full"), UNREACHABLE + "it greeted with 421 4.3.2"),
                at("CONNECT", say("HTTP/1.1 400 Bad"), UNREACHABLE + notReply("the greeting")),
                at("EHLO", say("421 4.3.2 no"), UNREACHABLE + "it refused EHLO: 421 4.3.2"),
                at(
                        "EHLO",
                        close(),
                        UNREACHABLE + "the connection broke at EHLO gateway.clinic.example"));
    }

    @Test
    void aResetInsteadOfTheGreeting() throws IOException {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            hop.on("CONNECT", reset());
            // The connection may fail before or after it counts as made.
            assertTrue(send(hop, SMALL).startsWith(UNREACHABLE));
        }
    }

    @Test
    void repliesAreBounded() throws Exception {
        all(
                at("EHLO", repeat("250-X\r\n"), UNREACHABLE + replyTo(" has more than 100 lines")),
                at(
                        "EHLO",
                        repeat("250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
                        UNREACHABLE + longLine()),
                at("EHLO", repeat("\n"), UNREACHABLE + notReply("EHLO gateway.clinic.example")),
                at(
                        "EHLO",
                        say("250-a\r\n550 b"),
                        UNREACHABLE + notReply("EHLO gateway.clinic.example")),
                at("EHLO", say("250x"), UNREACHABLE + notReply("EHLO gateway.clinic.example")),
                at("EHLO", say("25"), UNREACHABLE + notReply("EHLO gateway.clinic.example")),
                at("EHLO", say("999 a"), UNREACHABLE + notReply("EHLO gateway.clinic.example")),
                at("EHLO", say("150 a"), UNREACHABLE + notReply("EHLO gateway.clinic.example")),
                at(
                        "END",
                        repeat("250-X\r\n"),
                        DELAYED
                                + "its reply to its answer to the content has more than 100 lines"
                                + TWICE));
    }

    @Test
    void anOldServerIsGreetedTheOldWay() throws Exception {
        all(at("EHLO", say("502 5.5.1 what?"), "relayed"), at("EHLO", say("250"), "relayed"));
    }

    @Test
    void withinTheTransaction() throws Exception {
        all(
                at("MAIL", close(), DELAYED + "the connection broke at MAIL"),
                at("MAIL", hang(), DELAYED + "no end of MAIL" + WITHIN),
                at(
                        "MAIL",
                        say("421 4.3.2 bye"),
                        DELAYED + "it closed the connection at MAIL: 421 4.3.2"),
                at("MAIL", say("354 what?"), DELAYED + "it answered MAIL with 354"),
                at("MAIL", say("530 5.7.0 STARTTLS first"), "delayed: said 530 5.7.0"),
                at("MAIL", say("552 5.3.4 big"), FAILED + "552 5.3.4"),
                at("RCPT", close(), DELAYED + "the connection broke at RCPT"),
                at("RCPT", reset(), DELAYED + "the connection broke at RCPT"),
                at(
                        "RCPT",
                        say("421 4.3.2 bye"),
                        DELAYED + "it closed the connection at RCPT: 421 4.3.2"),
                at("RCPT", say("300 what?"), DELAYED + "it answered RCPT with 300"),
                at("RCPT", say("503 5.5.1 lost"), "delayed: said 503 5.5.1"),
                at("RCPT", say("251 2.1.5 will forward"), "relayed"),
                at("DATA", close(), DELAYED + "the connection broke at DATA"),
                at("DATA", hang(), DELAYED + "no end of DATA" + WITHIN),
                at("DATA", say("451 4.3.0 no"), "delayed: said 451 4.3.0"),
                at("DATA", say("554 5.7.1 no"), FAILED + "554 5.7.1"),
                at("DATA", say("250 2.0.0 ok"), DELAYED + "it answered DATA with 250 2.0.0"),
                at(
                        "DATA",
                        say("354 a\r\n250 taken"),
                        DELAYED + "it answered the content before it was sent"));
    }

    @Test
    void atTheEndOfTheContent() throws Exception {
        all(
                at(
                        "END",
                        close(),
                        DELAYED + "the connection broke at its answer to the content" + TWICE),
                at(
                        "END",
                        reset(),
                        DELAYED + "the connection broke at its answer to the content" + TWICE),
                at("END", hang(), DELAYED + "no end of its answer to the content" + WITHIN + TWICE),
                at(
                        "END",
                        drip("250 ".repeat(300)),
                        DELAYED + "no end of its answer to the content" + WITHIN + TWICE),
                at("END", say("421 4.3.2 bye"), DELAYED + "it closed the connection: 421 4.3.2"),
                at("END", say("452 4.3.1 full"), "delayed: said 452 4.3.1"),
                at("END", say("552 5.3.4 big"), FAILED + "552 5.3.4"),
                at("END", say("250-2.0.0 one\r\n250 2.0.0 two"), "relayed"),
                at("END", say("250 2.0.0 taken").thenClose(), "relayed"),
                at("END", say("250 2.0.0 taken").thenHang(), "relayed"),
                at(
                        "END",
                        raw("250 no line end").thenClose(),
                        DELAYED + "the connection broke at its answer to the content" + TWICE));
    }

    @Test
    void withoutRecipientsAWishForContentIsNotFulfilled() throws IOException {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            hop.on("RCPT", say("550 5.1.1 nobody")).on("DATA", say("354 send it all the same"));
            assertEquals(FAILED + "550 5.1.1", send(hop, SMALL));
            assertTrue(!hop.clear().contains("canary"));
            assertEquals(List.of(), hop.messages());
        }
    }

    @Test
    void amidALargeContent() throws IOException {
        for (Act act : List.of(close(), reset(), say("552 5.3.4 stop").thenClose())) {
            try (FakeNextHop hop = FakeNextHop.plain()) {
                hop.on("CONTENT", act);
                String result = send(hop, LARGE);
                assertTrue(result.startsWith(DELAYED), result);
                assertEquals(List.of(), hop.messages());
            }
        }
        try (FakeNextHop hop = FakeNextHop.plain()) {
            // It reads no more: the window closes, and writing blocks.
            hop.on("CONTENT", hang());
            String result = send(hop, LARGE, brief("CONTENT"));
            assertEquals(DELAYED + "no end of a block of the content" + WITHIN, result);
        }
    }

    @Test
    void contentThatBreaksOffIsNeverCompleted() throws IOException {
        refused(
                out -> {
                    SMALL.writeTo(out);
                    throw new IOException("segment 3 is damaged");
                },
                "delayed: the content could not be read to its end: segment 3 is damaged");
        refused(
                out -> {
                    MEDIUM.writeTo(out);
                    throw new IOException("segment 3 is damaged");
                },
                "delayed: the content could not be read to its end: segment 3 is damaged");
        refused(out -> out.write('\n'), FAILED + "550 5.6.0 ");
        refused(
                out -> {
                    try {
                        out.write(new byte[] {'a', '\n', 'b'});
                    } catch (IOException swallowed) {
                        SMALL.writeTo(out);
                    }
                },
                FAILED + "550 5.6.0 ");
        refused(TestRelay.content("\u00e4\r\n"), FAILED + "554 5.6.3 ");
    }

    @Test
    void aBugInTheContentLeavesNothingBehind() throws IOException {
        try (FakeNextHop hop = FakeNextHop.plain();
                Relay relay = TestRelay.create()) {
            NextHop next = NextHop.clear("h", hop.port());
            for (int i = 0; i < 10; i++) {
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                relay.send(
                                        next,
                                        mail(
                                                FROM,
                                                List.of(A),
                                                out -> {
                                                    SMALL.writeTo(out);
                                                    throw new IllegalStateException("bug");
                                                })));
            }
            assertEquals("relayed", word(relay.send(next, mail(FROM, List.of(A), SMALL)), next));
            assertEquals(1, hop.messages().size());
        }
    }

    @Test
    void theTransactionAsAWholeIsBounded() throws IOException {
        Deadlines deadlines = TestRelay.deadlines(LONG, STEP);
        RelaySettings usual = TestRelay.settings(LONG, 1);
        RelaySettings settings =
                new RelaySettings(
                        usual.ownName(),
                        deadlines,
                        1,
                        1,
                        usual.idle(),
                        usual.lifetime(),
                        usual.probeWait());
        try (FakeNextHop hop = FakeNextHop.plain();
                Relay relay = new Relay(settings, TestRelay.LOOPBACK, Clock.systemUTC())) {
            hop.on("RCPT", drip("250 " + "x".repeat(3_000)));
            NextHop next = NextHop.clear("h", hop.port());
            assertEquals(
                    DELAYED + "it took too long in all",
                    word(relay.send(next, mail(FROM, List.of(A), SMALL)), next));
        }
    }

    @Test
    void nobodyIsThere() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        NextHop next = NextHop.clear("h", port);
        try (Relay relay = TestRelay.create()) {
            assertEquals(
                    UNREACHABLE + "no connection: Connection refused",
                    word(relay.send(next, mail(FROM, List.of(A), SMALL)), next));
        }
        try (Relay relay =
                new Relay(
                        TestRelay.settings(STEP, 1),
                        host -> {
                            throw new IOException("host " + host + " is not found");
                        },
                        Clock.systemUTC())) {
            assertEquals(
                    UNREACHABLE + "host h is not found",
                    word(relay.send(next, mail(FROM, List.of(A), SMALL)), next));
        }
    }

    private static final ContentWriter SMALL = TestRelay.unsized("canary\r\n");
    private static final ContentWriter MEDIUM = lines(2_000);

    /// More than all the buffers between two sockets hold.
    private static final ContentWriter LARGE = lines(400_000);

    private static ContentWriter lines(int count) {
        return out -> {
            byte[] line = ("x".repeat(78) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < count; i++) {
                out.write(line);
            }
        };
    }

    private record Case(String moment, Act act, String result) {
        void check(String... offered) throws IOException {
            try (FakeNextHop hop = FakeNextHop.plain()) {
                hop.offers(offered).on(moment, act);
                Deadlines deadlines = brief(result.contains(WITHIN) ? moment : "");
                assertEquals(result, send(hop, SMALL, deadlines), moment + " " + act);
            }
        }
    }

    /// At `moment` the hop acts like this: expect `result`.
    private static Case at(String moment, Act act, String result) {
        return new Case(moment, act, result);
    }

    /// All cases side by side, with and without pipelining: most of them wait for a deadline.
    private static void all(Case... cases) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> checks = new ArrayList<>();
            for (Case it : cases) {
                checks.add(threads.submit(() -> check(it, "PIPELINING")));
                checks.add(threads.submit(() -> check(it)));
            }
            for (Future<?> check : checks) {
                check.get();
            }
        }
    }

    private static boolean check(Case it, String... offered) throws IOException {
        it.check(offered);
        return true;
    }

    private static void refused(ContentWriter content, String result) throws IOException {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            hop.offers("PIPELINING");
            String got = send(hop, content);
            assertTrue(got.startsWith(result), got);
            assertEquals(List.of(), hop.messages());
        }
    }

    /// Short at that moment alone: what comes before it must not end by the clock.
    private static Deadlines brief(String moment) {
        return new Deadlines(
                LONG,
                moment.equals("CONNECT") ? STEP : LONG,
                moment.equals("MAIL") ? STEP : LONG,
                LONG,
                moment.equals("DATA") ? STEP : LONG,
                moment.equals("CONTENT") ? STEP : LONG,
                moment.equals("END") ? STEP : LONG,
                LONG.multipliedBy(4));
    }

    private static String send(FakeNextHop hop, ContentWriter content) {
        return send(hop, content, brief(""));
    }

    private static String send(FakeNextHop hop, ContentWriter content, Deadlines deadlines) {
        try (Relay relay = TestRelay.create(deadlines)) {
            NextHop next = NextHop.clear("h", hop.port());
            return word(relay.send(next, mail(FROM, List.of(A), content)), next);
        }
    }

    /// The result in one line, without the hop's name.
    private static String word(RelayResult result, NextHop hop) {
        String word =
                switch (result) {
                    case RelayResult.Unreachable(String reason, _) -> UNREACHABLE + reason;
                    case RelayResult.Unproved(String reason, _) -> "unproved: " + reason;
                    case RelayResult.Unprovable(String reason) -> "unprovable: " + reason;
                    case RelayResult.Sent(var outcomes) -> {
                        assertEquals(1, outcomes.size());
                        yield switch (outcomes.get(A)) {
                            case DeliveryOutcome.Relayed _ -> "relayed";
                            case DeliveryOutcome.Delayed(String reason, _, _, _) ->
                                    DELAYED + reason;
                            case DeliveryOutcome.Failed(var reply, _) ->
                                    FAILED + reply.toString().replace(" " + REFUSED, "");
                            case null, default -> "impossible: " + outcomes;
                        };
                    }
                };
        return word.replace(hop.name() + ": ", "").replace(hop.name() + " ", "");
    }

    private static String notReply(String step) {
        return "it answered " + step + " with what is not an SMTP reply";
    }

    private static String replyTo(String rest) {
        return "its reply to EHLO gateway.clinic.example" + rest;
    }

    private static String longLine() {
        return "a line of " + replyTo(" is longer than 4096 octets");
    }
}
