package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.postern.mail.DeliveryOutcome;
import org.postern.net.TlsMaterial;
import org.postern.net.TlsTrust;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// S15 and G2: replies that somebody puts in clear around the answer to STARTTLS, in every cut and
/// at every moment. None is ever taken for an answer to what was said under TLS.
class ResponseInjectionTest {
    private static final int INTERLEAVINGS = 1_000;
    private static final String HOST = "mail.partner.example";

    /// More than the head of a TLS record can announce, so that a client that takes the octets
    /// before it for such a head has the whole record and need not wait.
    private static final String FILLER = "x".repeat(1 << 16);

    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TlsMaterial TLS = TestTls.server(AUTHORITY.server(HOST));
    private static final TlsTrust TRUST =
            TlsTrust.of(List.of(AUTHORITY.authority().certificate()), Clock.systemUTC());

    /// A whole conversation, the beginning of one, or nothing that is one.
    private static final List<String> INJECTED =
            List.of(
                    "250-evil\r\n250 SIZE 1\r\n",
                    "250 evil\r\n250 ok\r\n250 ok\r\n354 go on\r\n250 taken\r\n221 bye\r\n",
                    "250 evil\r\n550 5.1.1 nobody\r\n",
                    "221 bye\r\n",
                    "421 4.3.2 away\r\n",
                    "250-",
                    "\r\n",
                    "x");

    /// When the octets come that do not belong there.
    private enum Moment {
        TOGETHER,
        OCTET_BY_OCTET,
        CUT,
        MEANWHILE,
        /// The control: nothing is injected.
        NEVER
    }

    @Test
    void noReplyInClearCounts() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3_207);
        int relayed = 0;
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < INTERLEAVINGS; i++) {
                Moment moment = Moment.values()[i % Moment.values().length];
                String injected =
                        moment == Moment.NEVER ? "" : INJECTED.get(random.nextInt(INJECTED.size()));
                Server server = new Server(listener, moment, injected, random.nextInt(1, 8));
                Future<Boolean> taken = other.submit(server);
                RelayResult result;
                try (Relay relay = TestRelay.create(Duration.ofSeconds(20))) {
                    result =
                            relay.send(
                                    NextHop.verified(HOST, listener.getLocalPort(), TRUST),
                                    TestRelay.mail(
                                            TestRelay.FROM,
                                            List.of(TestRelay.A),
                                            TestRelay.content("Subject: x\r\n\r\nx\r\n")));
                }
                String place = i + " " + moment + " " + injected + ": " + result;
                boolean came = taken.get();
                assertTrue(came || !isRelayed(result), place);
                assertTrue(isRelayed(result) || isTriedAgain(result), place);
                assertTrue(isRelayed(result) || moment != Moment.NEVER, place);
                relayed += came ? 1 : 0;
            }
        }
        assertTrue(relayed >= INTERLEAVINGS / Moment.values().length, relayed + " relayed");
    }

    private static boolean isRelayed(RelayResult result) {
        return result instanceof RelayResult.Sent sent
                && sent.outcomes().get(TestRelay.A) instanceof DeliveryOutcome.Relayed;
    }

    /// Nothing was proved, or the connection broke; nobody was refused.
    private static boolean isTriedAgain(RelayResult result) {
        return !(result instanceof RelayResult.Sent sent)
                || sent.outcomes().get(TestRelay.A) instanceof DeliveryOutcome.Delayed;
    }

    /// A server of one conversation.
    ///
    /// @param cut where the answer to STARTTLS is cut
    private record Server(ServerSocket listener, Moment moment, String injected, int cut)
            implements Callable<Boolean> {
        /// @return whether a message came under TLS
        @Override
        public Boolean call() throws IOException {
            try (Socket plain = listener.accept()) {
                plain.setTcpNoDelay(true);
                plain.setSoTimeout(20_000);
                BufferedReader in = reader(plain);
                OutputStream out = plain.getOutputStream();
                say(out, "220 hop\r\n");
                in.readLine();
                say(out, "250-hop\r\n250 STARTTLS\r\n");
                in.readLine();
                Thread other = Thread.ofVirtual().unstarted(() -> spoil(out));
                inject(out, other);
                try (SSLSocket secured = TLS.over(plain)) {
                    secured.startHandshake();
                    return converse(reader(secured), secured.getOutputStream());
                } catch (IOException broken) {
                    return false;
                } finally {
                    other.interrupt();
                }
            }
        }

        private void inject(OutputStream out, Thread other) throws IOException {
            String both = "220 go\r\n" + injected;
            switch (moment) {
                case TOGETHER, NEVER -> say(out, both);
                case OCTET_BY_OCTET -> octetByOctet(out, both);
                case CUT -> {
                    say(out, both.substring(0, cut));
                    say(out, both.substring(cut));
                }
                case MEANWHILE -> {
                    say(out, "220 go\r\n");
                    other.start();
                }
            }
        }

        private static boolean converse(BufferedReader in, OutputStream out) throws IOException {
            boolean greeted = false;
            boolean taken = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                greeted |= line.startsWith("EHLO");
                if (!greeted) {
                    throw new AssertionError("before EHLO under TLS: " + line);
                }
                if (line.equals("DATA")) {
                    say(out, "354 go on\r\n");
                    skipContent(in);
                    taken = true;
                }
                say(out, line.equals("QUIT") ? "221 bye\r\n" : "250 ok\r\n");
                if (line.equals("QUIT")) {
                    break;
                }
            }
            return taken;
        }

        private static void skipContent(BufferedReader in) throws IOException {
            String line = in.readLine();
            while (line != null && !line.equals(".")) {
                line = in.readLine();
            }
        }

        private static BufferedReader reader(Socket socket) throws IOException {
            return new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        private static void say(OutputStream out, String octets) throws IOException {
            out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        private void spoil(OutputStream out) {
            octetByOctet(out, injected);
            try {
                say(out, FILLER);
            } catch (IOException gone) {
                return;
            }
        }

        /// Until the other side has gone.
        private static void octetByOctet(OutputStream out, String octets) {
            try {
                for (int i = 0; i < octets.length(); i++) {
                    say(out, octets.substring(i, i + 1));
                }
            } catch (IOException gone) {
                return;
            }
        }
    }
}
