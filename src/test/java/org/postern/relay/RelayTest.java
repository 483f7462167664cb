package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.relay.TestRelay.A;
import static org.postern.relay.TestRelay.B;
import static org.postern.relay.TestRelay.C;
import static org.postern.relay.TestRelay.FROM;
import static org.postern.relay.TestRelay.content;
import static org.postern.relay.TestRelay.mail;
import static org.postern.testkit.FakeNextHop.Act.close;
import static org.postern.testkit.FakeNextHop.Act.say;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.DeliveryOutcome.Concern;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Duty;
import org.postern.mail.DeliveryOutcome.Failed;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.mail.Reply;
import org.postern.testkit.FakeNextHop;

/// What a next hop gets, and what is made of its replies.
class RelayTest {
    private static final Content HELLO = content("Subject: x\r\n\r\nhello\r\n");
    private static final Reply TAKEN = new Reply(250, "2.0.0", "");

    private FakeNextHop hop;
    private Relay relay;

    @BeforeEach
    void start() throws IOException {
        hop = FakeNextHop.plain();
        relay = TestRelay.create();
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        hop.close();
    }

    @Test
    void aMessageIsRelayed() {
        RelayResult result = send(List.of(A, B), HELLO);
        Relayed relayed = new Relayed(TAKEN, "next.example:" + hop.port(), null, Duty.OURS);
        assertEquals(new RelayResult.Sent(Map.of(A, relayed, B, relayed)), result);
        FakeNextHop.Message message = hop.message();
        assertEquals("nurse@clinic.example", message.reversePath());
        assertEquals("SIZE=21 BODY=8BITMIME", message.parameters());
        assertEquals(List.of("a@partner.example", "b@partner.example"), message.recipients());
        assertEquals("Subject: x\r\n\r\nhello\r\n", message.text());
    }

    @Test
    void theEmptyReversePathAndQuotedLocalPartsAreWritten() {
        Address odd = Address.of("\"a b>\"@partner.example");
        relayed(relay.send(nextHop(), mail(null, List.of(odd), HELLO)), odd);
        assertEquals("", hop.message().reversePath());
        assertTrue(hop.commands().contains("RCPT TO:<\"a b>\"@partner.example>"));
    }

    @Test
    void onlyWhatIsOfferedIsUsed() {
        hop.offers();
        relayed(send(List.of(A), HELLO), A);
        assertEquals("", hop.message().parameters());

        hop.offers("PIPELINING", "SIZE");
        relayed(send(freshHop(), List.of(A), HELLO), A);
        assertEquals("SIZE=21", hop.messages().getLast().parameters());
        relayed(send(freshHop(), List.of(A), TestRelay.unsized("hello\r\n")), A);
        assertEquals("", hop.messages().getLast().parameters());
    }

    @Test
    void eachRecipientHasItsOwnOutcomeWithAndWithoutPipelining() {
        for (String[] offered : new String[][] {{"PIPELINING"}, {}}) {
            hop.offers(offered);
            hop.on("RCPT TO:<a@", say("450 4.2.1 busy"));
            hop.on("RCPT TO:<c@", say("550 5.1.1 nobody"));
            RelayResult result = send(freshHop(), List.of(A, B, C), HELLO);
            Delayed delayed = assertInstanceOf(Delayed.class, outcome(result, A));
            assertTrue(delayed.reason().endsWith(" said 450 4.2.1"), delayed.reason());
            assertEquals(Concern.DESTINATION, delayed.concern());
            relayed(result, B);
            assertEquals(refused(550, "5.1.1"), outcome(result, C));
            assertEquals(List.of("b@partner.example"), hop.messages().getLast().recipients());
        }
        assertEquals(2, hop.messages().size());
    }

    @Test
    void withoutAnAcceptedRecipientNoContentLeavesAndTheConnectionStays() {
        for (String[] offered : new String[][] {{"PIPELINING"}, {}}) {
            hop.offers(offered);
            NextHop next = freshHop();
            hop.once("RCPT", say("550 5.1.1 nobody"));
            assertInstanceOf(Failed.class, outcome(send(next, List.of(A), HELLO), A));
            assertFalse(hop.clear().contains("hello"));
            relayed(send(next, List.of(B), content("second\r\n")), B);
        }
        assertEquals(2, hop.connections());
    }

    @Test
    void aRefusedReversePathConcernsAllAndTheConnectionStays() {
        for (String[] offered : new String[][] {{"PIPELINING"}, {}}) {
            hop.offers(offered);
            NextHop next = freshHop();
            hop.once("MAIL", say("553 5.1.8 not from there"));
            RelayResult result = send(next, List.of(A, B), HELLO);
            Failed failed = refused(553, "5.1.8");
            assertEquals(new RelayResult.Sent(Map.of(A, failed, B, failed)), result);
            hop.once("MAIL", say("451 4.3.0 later"));
            assertInstanceOf(Delayed.class, outcome(send(next, List.of(A), HELLO), A));
            relayed(send(next, List.of(A), HELLO), A);
        }
        assertEquals(2, hop.connections());
    }

    @Test
    void anAnnouncedLimitIsHeeded() {
        hop.offers("SIZE 20");
        RelayResult result = send(List.of(A), HELLO);
        Failed failed = assertInstanceOf(Failed.class, outcome(result, A));
        assertEquals("5.3.4", failed.reply().enhanced());
        assertFalse(hop.commands().stream().anyMatch(c -> c.startsWith("MAIL")));
        hop.offers("SIZE 0"); // no limit
        relayed(send(freshHop(), List.of(A), HELLO), A);
    }

    @Test
    void connectionsAreKept() {
        for (int i = 0; i < 50; i++) {
            relayed(send(List.of(A), HELLO), A);
        }
        assertEquals(50, hop.messages().size());
        assertEquals(1, hop.connections());
        relay.close();
        assertEquals("QUIT", hop.commands().getLast());
        RelayResult result = send(List.of(A), HELLO);
        assertInstanceOf(RelayResult.Unreachable.class, result);
    }

    @Test
    void aConnectionEndsAfterItsMessages() {
        for (int i = 0; i < 101; i++) {
            relayed(send(List.of(A), HELLO), A);
        }
        assertEquals(2, hop.connections());
    }

    @Test
    void aKeptConnectionThatDiedIsReplacedWithoutATrace() {
        for (FakeNextHop.Act death :
                List.of(
                        close(),
                        FakeNextHop.Act.reset(),
                        say("421 4.4.2 idle too long").thenClose(),
                        say("503 5.5.1 confused"))) {
            NextHop next = freshHop();
            relayed(send(next, List.of(A), HELLO), A);
            hop.once("MAIL", death);
            int connections = hop.connections();
            relayed(send(next, List.of(A), HELLO), A);
            assertEquals(connections + 1, hop.connections(), death.toString());
        }
        assertEquals(8, hop.messages().size());
    }

    @Test
    void aKeptConnectionThatSpokeUnaskedIsNotUsed() throws Exception {
        hop.once("END", say("250 2.0.0 taken\r\n250 2.0.0 and the next one as well"));
        relayed(send(List.of(A), HELLO), A);
        hop.on("MAIL", say("451 4.3.0 not this time"));
        assertInstanceOf(Delayed.class, outcome(send(List.of(A), HELLO), A));
        assertEquals(2, hop.connections());
    }

    @Test
    void afterDataNothingIsSentAgain() {
        relayed(send(List.of(A), HELLO), A);
        hop.once("END", close());
        Delayed delayed = assertInstanceOf(Delayed.class, outcome(send(List.of(A), HELLO), A));
        assertTrue(delayed.reason().endsWith("; it may arrive twice"), delayed.reason());
        assertEquals(1, hop.connections());
        assertEquals(2, hop.commands().stream().filter("DATA"::equals).count());
    }

    @Test
    void noMoreConnectionsStandThanAllowed() throws InterruptedException, ExecutionException {
        // Fewer than one connection may carry, or a used up one is followed by a fifth.
        int messages = 90;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RelayResult>> results = new ArrayList<>();
            for (int i = 0; i < messages; i++) {
                results.add(threads.submit(() -> send(List.of(A), HELLO)));
            }
            for (Future<RelayResult> result : results) {
                relayed(result.get(), A);
            }
        }
        assertEquals(messages, hop.messages().size());
        assertTrue(hop.connections() <= 4, hop.connections() + " connections");
    }

    @Test
    void aBusyHopIsNotWaitedForWithoutEnd() {
        try (Relay narrow =
                new Relay(
                        TestRelay.settings(waitingForAPlace(Duration.ofSeconds(1)), 1),
                        TestRelay.LOOPBACK,
                        Clock.systemUTC())) {
            List<RelayResult> inner = new ArrayList<>();
            ContentWriter content =
                    out -> {
                        inner.add(narrow.send(nextHop(), mail(FROM, List.of(B), HELLO)));
                        HELLO.writeTo(out);
                    };
            relayed(narrow.send(nextHop(), mail(FROM, List.of(A), content)), A);
            assertInstanceOf(RelayResult.Unreachable.class, inner.getFirst());
        }
    }

    /// The hop itself has all the time that a busy machine takes.
    private static Deadlines waitingForAPlace(Duration time) {
        Duration step = Duration.ofSeconds(60);
        return new Deadlines(time, step, step, step, step, step, step, step.multipliedBy(4));
    }

    @Test
    void manyRecipientsMakeSeveralTransactions() {
        List<Address> many = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            many.add(Address.of("r" + i + "@partner.example"));
        }
        many.add(many.getFirst());
        hop.on("RCPT TO:<r120@", say("550 5.1.1 nobody"));
        RelayResult.Sent sent = (RelayResult.Sent) send(many, HELLO);
        assertTrue(List.copyOf(sent.outcomes().keySet()).equals(many.subList(0, 250)));
        assertEquals(3, hop.messages().size());
        assertEquals(1, hop.connections());
        assertEquals(249, hop.messages().stream().mapToInt(m -> m.recipients().size()).sum());
    }

    @Test
    void aBreakBetweenTransactionsLeavesTheSettledSettled() {
        List<Address> many = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            many.add(Address.of("r" + i + "@partner.example"));
        }
        hop.on("RCPT TO:<r100@", close());
        hop.once("CONNECT", say("220 once"));
        hop.on("CONNECT", say("421 4.3.2 not now").thenClose());
        RelayResult result = send(many, HELLO);
        relayed(result, many.getFirst());
        assertInstanceOf(Delayed.class, outcome(result, many.getLast()));
    }

    @Test
    void largeContentsArriveOctetForOctet() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 100 << 10, 1 << 20}) {
            byte[] octets = lines(random, size);
            relayed(send(List.of(A), Content.of(octets)), A);
            assertArrayEquals(octets, hop.messages().getLast().octets(), size + " octets");
        }
    }

    @Test
    void credentialsAreNeverShown() {
        assertEquals("Credentials[u]", new NextHop.Credentials("u", "secret").toString());
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new NextHop(
                                "h",
                                25,
                                TlsMode.OPPORTUNISTIC,
                                null,
                                new NextHop.Credentials("u", "secret")));
        assertThrows(
                IllegalArgumentException.class,
                () -> new NextHop("h", 25, TlsMode.VERIFIED, null, null));
        assertEquals("[::1]:25", NextHop.clear("::1", 25).name());
    }

    /// Lines of every kind, dots at many line starts, octets above 127 among them.
    private static byte[] lines(RandomGenerator random, int size) {
        StringBuilder text = new StringBuilder(size + 100);
        while (text.length() < size) {
            text.append(".".repeat(random.nextInt(3)));
            text.append("\u00e4bcdefg".repeat(random.nextInt(20))).append("\r\n");
        }
        text.setLength(size);
        if (size > 1) {
            text.replace(size - 2, size, "\r\n");
            // The cut may have left a bare CR before the last line end.
            if (size > 2 && text.charAt(size - 3) == '\r') {
                text.setCharAt(size - 3, 'x');
            }
        } else if (size == 1) {
            // One octet has no room for a line end, so that one is added.
            return new byte[] {'\r', '\n'};
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private NextHop nextHop() {
        return NextHop.clear("next.example", hop.port());
    }

    private int names;

    /// The same server under a name that has no kept connections.
    private NextHop freshHop() {
        return NextHop.clear("next" + names++ + ".example", hop.port());
    }

    private RelayResult send(List<Address> recipients, ContentWriter content) {
        return send(nextHop(), recipients, content);
    }

    private RelayResult send(NextHop next, List<Address> recipients, ContentWriter content) {
        return relay.send(next, mail(FROM, recipients, content));
    }

    /// The codes as the peer said them, and not its words, which may quote the message.
    private static Failed refused(int code, String enhanced) {
        return new Failed(new Reply(code, enhanced, "The recipient's mail server refused it"));
    }

    private static Object outcome(RelayResult result, Address recipient) {
        var outcomes = assertInstanceOf(RelayResult.Sent.class, result).outcomes();
        return java.util.Objects.requireNonNull(outcomes.get(recipient));
    }

    private static void relayed(RelayResult result, Address recipient) {
        assertInstanceOf(Relayed.class, outcome(result, recipient), result.toString());
    }
}
