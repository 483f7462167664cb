package org.postern.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Domain;
import org.postern.mail.Options;
import org.postern.mail.QueueId;
import org.postern.queue.QueueRunner.Left;
import org.postern.relay.Deadlines;
import org.postern.relay.NextHop;
import org.postern.relay.Relay;
import org.postern.relay.RelayResult;
import org.postern.relay.RelaySettings;
import org.postern.testkit.SmtpSink;

/// More servers than there is room for accept connections and go silent, on real sockets and with
/// the real client: some say nothing at all, some greet, some take the message and never answer its
/// final dot.
@Timeout(60)
class HangingHopsTest {
    /// Forty and one of these, each with its backlog, take every place.
    private static final int SERVERS = 60;

    private static final int MESSAGES_EACH = Lane.ATTEMPTS_MAX;

    /// No answer comes within the test, so no deadline of the client makes a place free.
    private static final Duration STEP = Duration.ofSeconds(50);

    private static final Duration HANGING_AFTER = Duration.ofSeconds(1);

    /// A fifth of what a place would take to become free by a deadline, on a busy machine too.
    private static final Duration PROMPT = Duration.ofSeconds(10);

    private static final Content LETTER =
            Content.of("Subject: x\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII));

    private final InstantSource clock = Clock.systemUTC();
    private final SplittableRandom random = new SplittableRandom(12);
    private final QueueRunner queue = new QueueRunner(clock, () -> {}, HANGING_AFTER);
    private final Relay relay =
            new Relay(
                    new RelaySettings(
                            new Domain("gateway.clinic.example"),
                            new Deadlines(STEP, STEP, STEP, STEP, STEP, STEP, STEP, STEP),
                            20,
                            100,
                            STEP,
                            STEP,
                            Duration.ofMillis(100)),
                    _ -> List.of(InetAddress.getLoopbackAddress()),
                    Clock.systemUTC());
    private final Map<String, NextHop> hops = new ConcurrentHashMap<>();
    private final List<Silent> servers = new ArrayList<>();
    private final BlockingQueue<String> left = new LinkedBlockingQueue<>();
    private final CountDownLatch crowded = new CountDownLatch(UnderWay.ATTEMPTS_MAX);

    /// A server that accepts, says this much, each piece after a line came, and then nothing more.
    private record Silent(ServerSocket socket, List<String> says, List<Socket> clients)
            implements AutoCloseable {
        static Silent start(List<String> says) throws IOException {
            ServerSocket socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
            Silent server = new Silent(socket, says, new CopyOnWriteArrayList<>());
            Thread.ofVirtual().start(server::accept);
            return server;
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = socket.accept();
                    clients.add(client);
                    Thread.ofVirtual().start(() -> serve(client));
                }
            } catch (SocketException closed) {
                // The test is over.
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private void serve(Socket client) {
            try {
                for (String line : says) {
                    client.getOutputStream()
                            .write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    if (client.getInputStream().read(new byte[4_096]) < 0) {
                        return;
                    }
                }
            } catch (IOException clientGone) {
                // As any server would find.
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (Silent each : servers) {
            each.close();
        }
        relay.close();
        queue.close();
    }

    private void add(String destination) {
        queue.add(QueueId.next(clock.instant(), random), destination, clock.instant(), true);
    }

    private Left attempt(String destination) {
        crowded.countDown();
        Address to = Address.of("someone@" + destination);
        Relay.Mail mail = new Relay.Mail(null, List.of(to), LETTER, Options.NONE);
        RelayResult result = relay.send(Objects.requireNonNull(hops.get(destination)), mail);
        boolean taken =
                result instanceof RelayResult.Sent(var outcomes)
                        && outcomes.get(to) instanceof DeliveryOutcome.Relayed;
        if (taken) {
            left.add(destination);
        }
        return taken ? new Left.Nothing() : new Left.Later(clock.instant().plus(STEP));
    }

    @Test
    void aHealthyDestinationsMailLeavesPromptlyAllTheSame() throws Exception {
        List<List<String>> ways =
                List.of(
                        List.of(),
                        List.of("220 silent.example"),
                        List.of("220 silent.example", "250 silent.example", "250 ok", "250 ok"));
        try (SmtpSink sink = SmtpSink.start()) {
            for (int i = 0; i < SERVERS; i++) {
                Silent server = Silent.start(ways.get(i % ways.size()));
                servers.add(server);
                String name = "silent" + i + ".example";
                hops.put(name, NextHop.clear(name, server.socket().getLocalPort()));
            }
            hops.put("good.example", NextHop.clear("good.example", sink.port()));
            queue.start((_, destination) -> attempt(destination));
            for (int i = 0; i < MESSAGES_EACH * SERVERS; i++) {
                add("silent" + i / MESSAGES_EACH + ".example");
            }
            assertTrue(crowded.await(30, TimeUnit.SECONDS), "every place is taken");
            for (int i = 1; i <= 5; i++) {
                add("good.example");
                assertEquals("good.example", left.poll(PROMPT.toSeconds(), TimeUnit.SECONDS));
                assertEquals(i, sink.taken().size());
            }
        }
    }
}
