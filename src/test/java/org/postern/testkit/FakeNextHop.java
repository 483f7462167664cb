package org.postern.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.postern.net.TlsMaterial;
import org.postern.pki.Identity;

/// A next hop on a loopback port: a small, strict SMTP server that keeps what it takes, and
/// misbehaves exactly where it is told to.
///
/// ```java
/// try (FakeNextHop hop = FakeNextHop.startTls(identity)) {
///     hop.on("RCPT TO:<b@", say("550 5.1.1 unknown"));      // by the beginning of the command
///     hop.once("MAIL", reset());                            // one time only
/// }
/// ```
///
/// Besides commands there are three moments that can be scripted: `CONNECT` (instead of the
/// greeting), `CONTENT` (behind the first octets of the content), `END` (instead of the reply to
/// the final dot).
public final class FakeNextHop implements AutoCloseable {
    /// What a hop offers if nothing else is said; STARTTLS and AUTH it adds itself.
    private static final List<String> USUAL =
            List.of("PIPELINING", "SIZE 104857600", "8BITMIME", "ENHANCEDSTATUSCODES");

    final CountDownLatch stopped = new CountDownLatch(1);
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final @Nullable TlsMaterial tls;
    private final boolean implicit;
    private final List<Line> script = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
    private final ByteArrayOutputStream clear = new ByteArrayOutputStream();
    private List<String> extensions = USUAL;
    private int connections;
    private boolean upgrading = true;

    /// A message that the hop took.
    ///
    /// @param reversePath what stood between the angle brackets of MAIL; empty for the empty path
    /// @param parameters what stood behind them
    /// @param text the content, one char for each octet, without the stuffed dots and the final one
    /// @param tls protocol version, or empty
    public record Message(
            String reversePath,
            String parameters,
            List<String> recipients,
            String text,
            String tls) {
        /// The content.
        public byte[] octets() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /// What to do at a moment of the script.
    ///
    /// @param octets said first, as they are
    public record Act(String octets, Then then) {
        /// A reply; several lines are parted by `\r\n`.
        public static Act say(String reply) {
            return new Act(reply + "\r\n", Then.GO_ON);
        }

        /// Octets that need not be a reply.
        public static Act raw(String octets) {
            return new Act(octets, Then.GO_ON);
        }

        /// Close in silence.
        public static Act close() {
            return new Act("", Then.CLOSE);
        }

        /// Reset the connection.
        public static Act reset() {
            return new Act("", Then.RESET);
        }

        /// Say nothing for ever.
        public static Act hang() {
            return new Act("", Then.HANG);
        }

        /// Say the same for ever.
        public static Act repeat(String octets) {
            return new Act(octets, Then.REPEAT);
        }

        /// Say it very slowly.
        public static Act drip(String octets) {
            return new Act(octets, Then.DRIP);
        }

        /// And then close.
        public Act thenClose() {
            return new Act(octets, Then.CLOSE);
        }

        /// And then stay silent, reading nothing.
        public Act thenHang() {
            return new Act(octets, Then.HANG);
        }
    }

    /// How an act ends.
    public enum Then {
        GO_ON,
        CLOSE,
        /// TCP RST.
        RESET,
        /// Neither read nor write any more.
        HANG,
        /// Say the octets again and again, as fast as they are taken.
        REPEAT,
        /// Say an octet each 20 ms.
        DRIP
    }

    private record Line(String beginning, Act act, boolean once) {}

    private FakeNextHop(@Nullable Identity identity, boolean implicit) throws IOException {
        this.implicit = implicit;
        try {
            tls = identity == null ? null : TlsMaterial.of(identity.key(), identity.chain());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        listener = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("fake-next-hop").start(this::accept);
    }

    /// A hop that knows no TLS.
    public static FakeNextHop plain() throws IOException {
        return new FakeNextHop(null, false);
    }

    /// A hop that offers STARTTLS.
    public static FakeNextHop startTls(Identity identity) throws IOException {
        return new FakeNextHop(identity, false);
    }

    /// A hop that speaks TLS from the first octet.
    public static FakeNextHop implicitTls(Identity identity) throws IOException {
        return new FakeNextHop(identity, true);
    }

    /// Offers these extensions; STARTTLS is added where the hop has a certificate.
    public synchronized FakeNextHop offers(String... offered) {
        extensions = List.of(offered);
        return this;
    }

    /// Acts so whenever a command begins like this.
    public synchronized FakeNextHop on(String beginning, Act act) {
        script.add(new Line(beginning, act, false));
        return this;
    }

    /// Acts so when next a command begins like this.
    public synchronized FakeNextHop once(String beginning, Act act) {
        script.add(new Line(beginning, act, true));
        return this;
    }

    /// Says 220 to STARTTLS and answers the TLS handshake in clear.
    public synchronized FakeNextHop neverUpgrades() {
        upgrading = false;
        return this;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// How many connections were made so far.
    public synchronized int connections() {
        return connections;
    }

    /// What was taken so far.
    public synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    /// The one message that was taken.
    public Message message() {
        List<Message> all = messages();
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " messages were taken, and not 1");
        }
        return all.getFirst();
    }

    /// Waits until so many messages were taken.
    ///
    /// @throws AssertionError if they were not, within the time
    public synchronized List<Message> await(int count, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (messages.size() < count) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError(
                        messages.size() + " messages after " + most + ", and not " + count);
            }
            wait(left);
        }
        return List.copyOf(messages);
    }

    /// All commands of all connections, in the order in which they came.
    public synchronized List<String> commands() {
        return List.copyOf(commands);
    }

    /// Every octet that came in clear, where a canary must not be found.
    public synchronized String clear() {
        return clear.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        stopped.countDown();
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                synchronized (this) {
                    connections++;
                }
                // The client behaves as over a network, where replies are not held back.
                socket.setTcpNoDelay(true);
                // Not virtual: one that repeats itself without end would starve its client.
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new FakeNextHopSession(this, socket).run();
        } catch (IOException e) {
            // The client has gone, or we close: both belong to what is tested.
        } finally {
            sockets.remove(socket);
        }
    }

    /// What the script says to this command; it is noted.
    synchronized Optional<Act> scripted(String command) {
        for (Iterator<Line> lines = script.iterator(); lines.hasNext(); ) {
            Line line = lines.next();
            if (upper(command).startsWith(upper(line.beginning()))) {
                if (line.once()) {
                    lines.remove();
                }
                return Optional.of(line.act());
            }
        }
        return Optional.empty();
    }

    synchronized void note(String command) {
        commands.add(command);
    }

    synchronized void take(Message message) {
        messages.add(message);
        notifyAll();
    }

    synchronized void sawInClear(byte[] octets, int count) {
        clear.write(octets, 0, count);
    }

    synchronized String ehlo(boolean secured) {
        List<String> offered = new ArrayList<>(extensions);
        if (tls != null && !secured) {
            offered.add("STARTTLS");
        }
        StringBuilder reply = new StringBuilder();
        String first = "fake.next.hop";
        for (String line : offered) {
            reply.append("250-").append(first).append("\r\n");
            first = line;
        }
        return reply.append("250 ").append(first).toString();
    }

    synchronized boolean upgrades() {
        return upgrading && tls != null;
    }

    boolean knowsTls() {
        return tls != null;
    }

    boolean isImplicit() {
        return implicit;
    }

    TlsMaterial tls() {
        if (tls == null) {
            throw new IllegalStateException("this hop has no certificate");
        }
        return tls;
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    /// A stream that reports what is read in clear.
    InputStream overheard(InputStream in) {
        return new java.io.FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] octets, int offset, int length) throws IOException {
                int count = in.read(octets, offset, length);
                if (count > 0) {
                    sawInClear(java.util.Arrays.copyOfRange(octets, offset, offset + count), count);
                }
                return count;
            }
        };
    }
}
