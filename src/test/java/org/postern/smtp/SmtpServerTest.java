package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.postern.allowance.SmtpLimits;
import org.postern.mail.Arrival;
import org.postern.mail.Draft;
import org.postern.mail.Listener;
import org.postern.mail.NoRoomException;
import org.postern.mail.Reply;
import org.postern.net.Networks;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Logins;
import org.postern.testkit.ManualClock;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.SmtpPeer;

class SmtpServerTest {
    private static final Duration SOON = Duration.ofMillis(300);

    /// Where the client has something to do within it, on a busy machine.
    private static final Duration A_WHILE = Duration.ofSeconds(3);

    private static final Duration LONG = Duration.ofSeconds(60);

    private static final Logins NOBODY = new Logins(Authenticator.nobody(), ManualClock.atNoon());

    @Test
    void manySessionsAtOnceAllGetTheirMessagesThrough() throws Exception {
        int sessions = 200;
        int messages = 5;
        try (World world = new World(SmtpListener.Kind.RELAY);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                String name = "s" + i;
                done.add(clients.submit(() -> sendAll(world, name, messages)));
            }
            for (Future<Boolean> session : done) {
                assertTrue(session.get());
            }
            Set<String> bodies = new HashSet<>();
            for (MemoryReception.Received received : world.reception.received()) {
                assertEquals(2, received.envelope().recipients().size());
                bodies.add(received.body().substring(0, 12).strip());
            }
            assertEquals(sessions * messages, world.reception.received().size());
            assertEquals(sessions * messages, bodies.size(), "two sessions were mixed up");
        }
    }

    private static boolean sendAll(World world, String name, int messages) throws IOException {
        try (SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO " + name + ".example", "250 *");
            for (int i = 0; i < messages; i++) {
                peer.say(
                        "MAIL FROM:<" + name + "@far.example>",
                        "RCPT TO:<a@clinic.example>",
                        "RCPT TO:<b@clinic.example>",
                        "DATA");
                peer.expect("250 *");
                peer.expect("250 *");
                peer.expect("250 *");
                peer.expect("354 *");
                peer.say(name + "-" + i + " ".repeat(12), "x".repeat(900), "..", ".");
                peer.expect("250 *");
            }
            peer.ask("QUIT", "221 *");
            return peer.isClosed();
        }
    }

    @Test
    void aMessageOfManyBlocksArrivesWhole() throws IOException {
        StringBuilder body = new StringBuilder();
        for (int i = 0; body.length() < 3_000_000; i++) {
            body.append("line ").append(i).append(" ").append("y".repeat(i % 900)).append("\r\n");
        }
        try (World world = new World(SmtpListener.Kind.SUBMISSIONS);
                SmtpPeer peer = world.connect()) {
            World.secure(peer);
            peer.expect("220 *");
            peer.ask("EHLO ward.example", "250 AUTH PLAIN LOGIN");
            peer.ask("AUTH PLAIN " + plainAlice(), "235 *");
            peer.ask("MAIL FROM:<alice@clinic.example>", "250 *");
            peer.ask("RCPT TO:<patient@far.example>", "250 *");
            peer.ask("DATA", "354 *");
            peer.send(body + ".\r\nQUIT\r\n");
            peer.expect("250 *");
            peer.expect("221 *");
            assertTrue(peer.isClosed());
            MemoryReception.Received received = world.reception.received().getFirst();
            assertEquals(body.toString(), received.body());
            assertEquals(World.ALICE, received.envelope().arrival().authenticated());
            Arrival.Tls tls = Objects.requireNonNull(received.envelope().arrival().tls());
            assertEquals("TLSv1.3", tls.version());
            assertTrue(String.valueOf(tls.suite()).startsWith("TLS_"), tls::toString);
        }
    }

    private static String plainAlice() {
        return DialogueTest.plain(World.ALICE.toString(), World.SECRET);
    }

    @Test
    void noPositiveReplyWithoutTheReception() throws IOException {
        Reply held = new Reply(451, "4.3.0", "The audit cannot be written");
        MemoryReception reception = MemoryReception.ruling(envelope -> held);
        try (World world = new World(SmtpListener.Kind.RELAY, limits -> limits, reception);
                SmtpPeer peer = world.connect()) {
            begin(peer);
            peer.say("x", ".");
            peer.expect("451 4.3.0 The audit cannot be written");
            assertEquals(List.of(), world.refusals, "the reception tells its own refusals");
        }
    }

    @Test
    void aLineMayBeASecretAndIsNotPrinted() {
        assertFalse(new Connection.Line.Text("AUTH PLAIN AGEAYg==").toString().contains("AGEAYg"));
    }

    @Test
    void aFaultOfOursEndsTheSessionAndNotTheServer() throws IOException {
        MemoryReception reception =
                MemoryReception.ruling(envelope -> {
                    throw new IllegalStateException("a bug");
                });
        try (World world = new World(SmtpListener.Kind.RELAY, limits -> limits, reception)) {
            for (int i = 0; i < 3; i++) {
                try (SmtpPeer peer = world.connect()) {
                    begin(peer);
                    peer.say("x", ".");
                    peer.expect("421 4.3.0 *");
                    assertTrue(peer.isClosed());
                }
            }
        }
        assertEquals(0, reception.openDrafts());
    }

    @Test
    void withoutRoomForADraftTheClientIsAskedToComeAgain() throws IOException {
        isTold(new NoRoomException("the disk is full"), "452 4.3.1 *");
    }

    @Test
    void aBrokenSpoolIsNotCalledFull() throws IOException {
        isTold(new IOException("the disk has failed"), "451 4.3.0 *");
    }

    private static void isTold(IOException failure, String reply) throws IOException {
        Draft.Source failing =
                () -> {
                    throw failure;
                };
        try (SmtpServer server =
                new SmtpServer(
                        World.listener(SmtpListener.Kind.RELAY, limits -> limits),
                        MemoryReception.accepting(),
                        failing,
                        new Receiving(1),
                        NOBODY,
                        RecipientList.everybody(),
                        RefusalJournal.none(),
                        ManualClock.atNoon())) {
            server.start();
            try (SmtpPeer peer = SmtpPeer.connect(server.port())) {
                peer.expect("220 *");
                peer.ask("EHLO mail.clinic.example", "250 *");
                peer.ask("MAIL FROM:<>", "250 *");
                peer.ask("RCPT TO:<a@far.example>", "250 *");
                // Twice, so that the one place in memory was given back.
                for (String command : List.of("DATA", "BDAT 3 LAST\r\nNOO")) {
                    peer.send(command + (command.equals("DATA") ? "\r\n" : ""));
                    peer.expect(reply);
                    peer.ask("MAIL FROM:<>", "250 *");
                    peer.ask("RCPT TO:<a@far.example>", "250 *");
                }
            }
        }
    }

    @Test
    void aMessageThatWouldNotFitIsRefusedAtMail() throws IOException {
        long free = 1_000_000;
        Draft.Source small =
                new Draft.Source() {
                    @Override
                    public Draft open() {
                        throw new AssertionError("nothing is to be opened");
                    }

                    @Override
                    public void requireRoom(long octets) throws IOException {
                        if (octets > free) {
                            throw new NoRoomException("too large for now");
                        }
                    }
                };
        try (SmtpServer server =
                new SmtpServer(
                        World.listener(SmtpListener.Kind.RELAY, limits -> limits),
                        MemoryReception.accepting(),
                        small,
                        new Receiving(1),
                        NOBODY,
                        RecipientList.everybody(),
                        RefusalJournal.none(),
                        ManualClock.atNoon())) {
            server.start();
            try (SmtpPeer peer = SmtpPeer.connect(server.port())) {
                peer.expect("220 *");
                peer.ask("EHLO mail.clinic.example", "250 *");
                peer.ask("MAIL FROM:<> SIZE=1000001", "452 4.3.1 *");
                peer.ask("MAIL FROM:<> SIZE=1000000", "250 *");
            }
        }
    }

    @Test
    void noMoreMessagesComeAtOnceThanFitIntoMemory() throws IOException {
        Receiving one = new Receiving(1);
        MemoryReception reception = MemoryReception.accepting();
        try (SmtpServer server =
                new SmtpServer(
                        World.listener(SmtpListener.Kind.RELAY, limits -> limits),
                        reception,
                        reception,
                        one,
                        NOBODY,
                        RecipientList.everybody(),
                        RefusalJournal.none(),
                        ManualClock.atNoon())) {
            server.start();
            try (SmtpPeer first = SmtpPeer.connect(server.port());
                    SmtpPeer second = SmtpPeer.connect(server.port())) {
                begin(first);
                second.expect("220 *");
                second.ask("EHLO mail.clinic.example", "250 *");
                for (String command : List.of("DATA", "BDAT 0 LAST")) {
                    second.ask("MAIL FROM:<a@clinic.example>", "250 *");
                    second.ask("RCPT TO:<b@clinic.example>", "250 *");
                    second.ask(command, "452 4.3.1 *");
                }
                first.say("x", ".");
                first.expect("250 *");
                second.ask("MAIL FROM:<a@clinic.example>", "250 *");
                second.ask("RCPT TO:<b@clinic.example>", "250 *");
                second.ask("DATA", "354 *");
                second.say("y", ".");
                second.expect("250 *");
            }
        }
        assertEquals(2, reception.received().size());
        assertEquals(0, reception.openDrafts());
    }

    @Test
    void aMessageInManyChunksHasNoMoreTimeThanOthers() throws IOException {
        try (World world =
                        new World(
                                SmtpListener.Kind.RELAY,
                                limits -> limits.with(messageWithin(limits, A_WHILE)),
                                MemoryReception.accepting());
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO mail.clinic.example", "250 *");
            peer.ask("MAIL FROM:<a@clinic.example>", "250 *");
            peer.ask("RCPT TO:<b@clinic.example>", "250 *");
            peer.send("BDAT 1\r\nx");
            peer.expect("250 *");
            // The time of a command would be five minutes.
            peer.expect("421 4.4.2 *");
            assertTrue(peer.isClosed());
        }
    }

    private static SmtpLimits.Deadlines messageWithin(SmtpLimits limits, Duration time) {
        int pace = limits.deadlines().message().octetsPerSecond();
        return limits.deadlines().with(new SmtpLimits.Pace(time, time, pace));
    }

    @Test
    void aClientThatGoesInTheMiddleLeavesNothing() throws IOException {
        World world = new World(SmtpListener.Kind.RELAY);
        try (world;
                SmtpPeer peer = world.connect()) {
            begin(peer);
            peer.send("half a mess");
        }
        assertEquals(0, world.reception.received().size());
        assertEquals(0, world.reception.openDrafts());
    }

    @Test
    void tooManyConnectionsAreTurnedAwayAtOnce() throws IOException {
        try (World world = limited(1_000, 2)) {
            try (SmtpPeer first = world.connect();
                    SmtpPeer second = world.connect();
                    SmtpPeer third = world.connect()) {
                first.expect("220 *");
                second.expect("220 *");
                third.expect("421 4.7.0 *");
                assertTrue(third.isClosed());
                first.ask("QUIT", "221 *");
                assertTrue(first.isClosed());
            }
            // The place is free again once the session has ended, which the client sees a little
            // earlier than the server counts it.
            assertTrue(isWelcomeAfterAWhile(world));
        }
        try (World world = limited(1, 50);
                SmtpPeer first = world.connect()) {
            first.expect("220 *");
            try (SmtpPeer second = world.connect()) {
                second.expect("421 4.7.0 *");
            }
            first.ask("NOOP", "250 *");
        }
    }

    private static boolean isWelcomeAfterAWhile(World world) throws IOException {
        long end = System.nanoTime() + LONG.toNanos();
        while (System.nanoTime() < end) {
            try (SmtpPeer peer = world.connect()) {
                if (peer.line().startsWith("220")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static World limited(int connections, int perSource) throws IOException {
        return new World(
                SmtpListener.Kind.INBOUND,
                limits -> limits.withPlaces(connections, perSource),
                MemoryReception.accepting());
    }

    @Test
    void aStrangerAtTheRelayListenerIsRefusedAtTheDoor() throws IOException {
        SmtpListener nobody =
                SmtpListener.relay(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        World.HOSTNAME,
                        Networks.NONE);
        try (World world = new World(nobody, MemoryReception.accepting());
                SmtpPeer peer = world.connect()) {
            peer.expect("554 5.7.1 *");
            assertTrue(peer.isClosed());
            assertEquals(1, world.refusals.size());
        }
    }

    @Test
    void whoSpeaksBeforeTheGreetingIsRefused() throws IOException {
        try (World world = patient(Duration.ofSeconds(30), Duration.ofMinutes(5));
                SmtpPeer peer = world.connect()) {
            peer.say("EHLO far.example");
            peer.expect("554 5.5.1 *");
            assertTrue(peer.isClosed());
        }
        try (World world = patient(Duration.ofMillis(50), Duration.ofMinutes(5));
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
        }
    }

    @Test
    void aSilentClientIsSentAway() throws IOException {
        try (World world = patient(Duration.ZERO, SOON);
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.expect("421 4.4.2 *");
            assertTrue(peer.isClosed());
        }
    }

    @Test
    void aSilentClientIsSentAwayUnderTlsAsWell() throws IOException {
        try (World world = patient(Duration.ZERO, A_WHILE);
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("STARTTLS", "220 *");
            World.secure(peer);
            peer.expect("421 4.4.2 *");
            assertTrue(peer.isClosed());
        }
    }

    @Test
    void aClientThatNeverReadsIsCut() throws IOException {
        try (World world =
                        new World(
                                SmtpListener.Kind.RELAY,
                                limits -> limits.with(writingWithin(limits.deadlines())),
                                MemoryReception.accepting());
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO mail.clinic.example", "250 *");
            peer.ask("MAIL FROM:<a@clinic.example>", "250 *");
            String group = "RCPT TO:<b@clinic.example>\r\n".repeat(1_000);
            assertThrows(
                    IOException.class,
                    () -> {
                        for (int i = 0; i < 10_000; i++) {
                            peer.send(group);
                        }
                    });
        }
    }

    private static SmtpLimits.Deadlines writingWithin(SmtpLimits.Deadlines d) {
        return new SmtpLimits.Deadlines(
                d.client(), d.message(), SOON, d.handshake(), d.authPause(), d.stop());
    }

    @Test
    void aClientThatDripsOctetsIsSentAwayAsWell() throws Exception {
        try (World world = patient(Duration.ZERO, SOON);
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            assertEndsWhileDripping(peer, "N");
        }
    }

    @Test
    void aMessageThatDripsIsSentAwayAsWell() throws Exception {
        try (World world =
                        new World(
                                SmtpListener.Kind.RELAY,
                                limits -> limits.with(messageWithin(limits, SOON)),
                                MemoryReception.accepting());
                SmtpPeer peer = world.connect()) {
            begin(peer);
            assertEndsWhileDripping(peer, "x");
            assertEquals(0, world.reception.received().size());
        }
    }

    /// An octet every few milliseconds, until the server has had enough. It may have closed before
    /// we have read that it did.
    private static void assertEndsWhileDripping(SmtpPeer peer, String octet) throws Exception {
        try (ExecutorService reader = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<List<String>> reading = () -> peer.expect("421 4.4.2 *");
            Future<List<String>> reply = reader.submit(reading);
            long end = System.nanoTime() + LONG.toNanos();
            boolean open = true;
            while (open && !isDoneWithin(reply, Duration.ofMillis(20))) {
                assertTrue(System.nanoTime() < end, "the server has not had enough");
                open = isSent(peer, octet);
            }
            reply.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static boolean isSent(SmtpPeer peer, String octet) {
        try {
            peer.send(octet);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private static boolean isDoneWithin(Future<?> future, Duration time) throws Exception {
        try {
            future.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillRunning) {
            return false;
        }
    }

    @Test
    void theRateFloorIsArithmetic() {
        SmtpLimits.Pace usual = SmtpLimits.Pace.usual();
        assertEquals(Duration.ofMinutes(1), usual.untilNextOctet(0));
        assertEquals(Duration.ofMinutes(2), usual.untilNextOctet(60_000));
        assertEquals(Duration.ofMinutes(60), usual.untilNextOctet(25 << 20));
    }

    private static World patient(Duration bannerPause, Duration deadline) throws IOException {
        return new World(
                SmtpListener.Kind.RELAY,
                limits ->
                        limits.with(
                                new SmtpLimits.Deadlines(
                                        new SmtpLimits.Waits(
                                                bannerPause,
                                                deadline,
                                                deadline,
                                                Duration.ofMinutes(10)),
                                        new SmtpLimits.Pace(Duration.ofMinutes(5), deadline, 1_000),
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(10),
                                        Duration.ZERO,
                                        Duration.ofSeconds(10))),
                MemoryReception.accepting());
    }

    @Test
    void whoeverIsIdleIsDismissedAtTheStopAndARunningTransactionMayEnd() throws Exception {
        World world = new World(SmtpListener.Kind.SUBMISSIONS);
        try (world;
                SmtpPeer idle = world.connect();
                SmtpPeer busy = world.connect();
                ExecutorService stopper = Executors.newVirtualThreadPerTaskExecutor()) {
            World.secure(idle);
            idle.expect("220 *");
            World.secure(busy);
            busy.expect("220 *");
            busy.ask("EHLO ward.example", "250 *");
            busy.ask("AUTH PLAIN " + plainAlice(), "235 *");
            busy.ask("MAIL FROM:<alice@clinic.example>", "250 *");
            Future<?> stop =
                    stopper.submit(() -> {
                        world.close();
                        return true;
                    });
            idle.expect("421 4.3.2 *");
            assertTrue(idle.isClosed());
            assertFalse(stop.isDone());
            busy.ask("RCPT TO:<patient@far.example>", "250 *");
            busy.ask("DATA", "354 *");
            busy.say("the last one", ".");
            busy.expect("250 2.0.0 *");
            busy.expect("421 4.3.2 *");
            assertTrue(busy.isClosed());
            stop.get(LONG.toSeconds(), TimeUnit.SECONDS);
            assertEquals(1, world.reception.received().size());
            assertThrows(IOException.class, world::connect);
        }
    }

    /// R15: everybody is told, and what was accepted is there.
    @Test
    void twoHundredSessionsAreToldThatTheServerStops() throws Exception {
        int sessions = 200;
        List<SmtpPeer> peers = new ArrayList<>();
        World world = new World(SmtpListener.Kind.RELAY);
        try (world) {
            for (int i = 0; i < sessions; i++) {
                SmtpPeer peer = world.connect();
                peers.add(peer);
                begin(peer);
                peer.say("message " + i, ".");
                peer.expect("250 2.0.0 *");
            }
            world.close();
            for (SmtpPeer peer : peers) {
                peer.expect("421 4.3.2 *");
                assertTrue(peer.isClosed());
            }
            assertEquals(sessions, world.reception.received().size());
        } finally {
            for (SmtpPeer peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void atTheEndOfItsPatienceTheServerCutsWhoeverIsLeft() throws IOException {
        World world =
                new World(
                        SmtpListener.Kind.RELAY,
                        limits -> limits.with(stoppingWithin(limits.deadlines(), SOON)),
                        MemoryReception.accepting());
        try (SmtpPeer peer = world.connect()) {
            begin(peer);
            peer.send("never ended");
            world.close();
            assertTrue(peer.isClosed());
            assertEquals(0, world.reception.openDrafts());
        }
    }

    private static SmtpLimits.Deadlines stoppingWithin(SmtpLimits.Deadlines d, Duration stop) {
        return new SmtpLimits.Deadlines(
                d.client(), d.message(), d.write(), d.handshake(), d.authPause(), stop);
    }

    @Test
    void aServerThatStopsDoesNotWaitForAReceptionForEver() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        MemoryReception slow =
                MemoryReception.ruling(envelope -> {
                    inside.countDown();
                    awaitUninterruptibly(go);
                    return new Reply(250, "2.0.0", "Accepted");
                });
        World world = new World(SmtpListener.Kind.RELAY, limits -> limits, slow);
        try (world;
                SmtpPeer peer = world.connect();
                ExecutorService stopper = Executors.newVirtualThreadPerTaskExecutor()) {
            begin(peer);
            peer.say("x", ".");
            assertTrue(inside.await(LONG.toSeconds(), TimeUnit.SECONDS));
            Future<?> stop =
                    stopper.submit(() -> {
                        world.close();
                        return true;
                    });
            go.countDown();
            peer.expect("250 2.0.0 *");
            stop.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void longLinesEndTheLineOrTheSession() throws IOException {
        try (World world = new World(SmtpListener.Kind.RELAY);
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO " + "x".repeat(2_041), "250 *");
            peer.ask("EHLO " + "x".repeat(2_042), "500 5.5.2 *");
            peer.ask("NOOP " + "x".repeat(10_000), "500 5.5.2 *");
            peer.ask("NOOP", "250 *");
            peer.send("y".repeat(1 << 18));
            peer.expect("500 5.5.2 *");
            assertTrue(peer.isClosed());
        }
        try (World world = new World(SmtpListener.Kind.SUBMISSIONS);
                SmtpPeer peer = world.connect()) {
            World.secure(peer);
            peer.expect("220 *");
            peer.ask("EHLO ward.example", "250 *");
            peer.ask("AUTH PLAIN", "334 *");
            peer.send("A".repeat(1 << 20));
            peer.expect("500 5.5.2 *");
        }
    }

    @Test
    void recipientsBeyondTheLimitCostNothing() throws IOException {
        try (World world = new World(SmtpListener.Kind.INBOUND);
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            peer.ask("MAIL FROM:<a@far.example>", "250 *");
            for (int i = 0; i < 100; i++) {
                peer.ask("RCPT TO:<r" + i + "@clinic.example>", "250 *");
            }
            for (int i = 0; i < 1_000; i++) {
                peer.ask("RCPT TO:<s" + i + "@clinic.example>", "452 4.5.3 *");
            }
            peer.ask("DATA", "354 *");
            peer.say("x", ".");
            peer.expect("250 *");
            assertEquals(100, world.reception.received().getFirst().envelope().recipients().size());
        }
    }

    @Test
    void mailToThePostmasterGoesToWhoIsNamed() throws IOException {
        SmtpListener inbound =
                World.listener(SmtpListener.Kind.INBOUND, limits -> limits)
                        .withPostmaster(World.RECEPTION);
        try (World world = new World(inbound, MemoryReception.accepting());
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            peer.ask("MAIL FROM:<>", "250 *");
            peer.ask("RCPT TO:<Postmaster>", "250 *");
            peer.ask("DATA", "354 *");
            peer.say("x", ".");
            peer.expect("250 *");
            assertEquals(
                    List.of(World.RECEPTION),
                    world.reception.received().getFirst().envelope().recipients());
        }
    }

    @Test
    void listenersWithoutWhatTheyNeedAreRefused() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        assertThrows(
                IllegalArgumentException.class,
                () -> SmtpListener.inbound(any, World.HOSTNAME, Set.of()));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new SmtpListener(
                                SmtpListener.Kind.SUBMISSION,
                                any,
                                World.HOSTNAME,
                                SmtpLimits.usual(Listener.SUBMISSION),
                                Networks.NONE,
                                Set.of(),
                                null,
                                null));
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (World world = new World(SmtpListener.Kind.RELAY)) {
            SmtpListener same =
                    SmtpListener.relay(
                            new InetSocketAddress(
                                    InetAddress.getLoopbackAddress(), world.server.port()),
                            World.HOSTNAME,
                            Networks.NONE);
            IOException e =
                    assertThrows(
                            IOException.class, () -> new World(same, MemoryReception.accepting()));
            assertTrue(e.toString().contains(String.valueOf(world.server.port())));
        }
    }

    private static void begin(SmtpPeer peer) throws IOException {
        peer.expect("220 *");
        peer.ask("EHLO mail.clinic.example", "250 *");
        peer.ask("MAIL FROM:<a@clinic.example>", "250 *");
        peer.ask("RCPT TO:<b@clinic.example>", "250 *");
        peer.ask("DATA", "354 *");
    }
}
