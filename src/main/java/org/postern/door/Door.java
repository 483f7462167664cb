package org.postern.door;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.postern.net.PerSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listener at work: accepts connections without ever waiting for one of them, gives each a
/// virtual thread, watches the time, and stops gracefully. What is said in a session it leaves to
/// its `Trade`.
public final class Door implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);

    /// Connections that the kernel holds until they are accepted.
    private static final int BACKLOG = 512;

    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    /// After a failed accept (no file descriptors left), so that the loop does not spin.
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

    /// For sessions whose sockets were closed under them.
    private static final Duration LAST_WAIT = Duration.ofSeconds(5);

    private final Settings settings;
    private final Trade trade;
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final PerSource perSource;
    private final AtomicInteger total = new AtomicInteger();
    private final AtomicInteger strangers = new AtomicInteger();
    private final AtomicLong sessions = new AtomicLong();
    private final AtomicLong turnedAway = new AtomicLong();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final ServerSocket socket;
    private final Thread acceptor;

    /// @param name in the log
    /// @param bind address and port; port 0 takes a free one
    /// @param connections at once; `Trade.full` and close above it
    /// @param connectionsPerSource at once from one IPv4 address or one IPv6 /64; the same
    /// @param write until a client takes what is written; its socket is closed after it
    /// @param stop how long sessions may go on after the server is told to stop
    /// @param kept places that nobody else takes
    public record Settings(
            String name,
            InetSocketAddress bind,
            int connections,
            int connectionsPerSource,
            Duration write,
            Duration stop,
            Kept kept) {
        /// Of a door that is the same for all.
        public Settings(
                String name,
                InetSocketAddress bind,
                int connections,
                int connectionsPerSource,
                Duration write,
                Duration stop) {
            this(name, bind, connections, connectionsPerSource, write, stop, Kept.NONE);
        }
    }

    /// Some of the places are for those alone who are known. All others together find no more than
    /// the rest, from however many sources they come, and are turned away above it.
    ///
    /// @param known asked for each connection; must not block
    public record Kept(int places, Predicate<InetAddress> known) {
        static final Kept NONE = new Kept(0, _ -> false);
    }

    /// Binds the port, so that one that is taken shows at once; `start` begins.
    ///
    /// @throws IOException if the address cannot be bound
    public Door(Settings settings, Trade trade) throws IOException {
        this.settings = settings;
        this.trade = trade;
        this.perSource = new PerSource(settings.connectionsPerSource());
        this.socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(settings.bind(), BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot listen on " + settings.bind() + ": " + e.getMessage(), e);
        }
        this.acceptor =
                Thread.ofVirtual().name(settings.name() + "-accept").unstarted(this::accept);
    }

    /// Accepts connections from now on.
    public void start() {
        acceptor.start();
        Thread.ofVirtual().name(settings.name() + "-watch").start(this::watch);
        LOG.info("{} listens on {}", settings.name(), socket.getLocalSocketAddress());
    }

    /// The port that is bound.
    public int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (stopping.getCount() > 0) {
            try {
                admit(socket.accept());
            } catch (IOException e) {
                if (stopping.getCount() > 0) {
                    LOG.error("{} cannot accept: {}", settings.name(), e.toString());
                    await(stopping, ACCEPT_PAUSE);
                }
            }
        }
    }

    private void admit(Socket client) {
        InetAddress peer = client.getInetAddress();
        Guest guest = new Guest(PerSource.of(peer), !settings.kept().known().test(peer));
        if (!reserve(guest)) {
            turnAway(client);
            return;
        }
        executor.execute(() -> serve(client, guest));
    }

    /// Who has a place.
    private record Guest(String source, boolean isStranger) {}

    private boolean reserve(Guest guest) {
        int open = settings.connections() - settings.kept().places();
        boolean room = total.incrementAndGet() <= settings.connections();
        boolean welcome = !guest.isStranger() || strangers.incrementAndGet() <= open;
        if (room && welcome && perSource.take(guest.source())) {
            return true;
        }
        leave(guest);
        return false;
    }

    private void leave(Guest guest) {
        total.decrementAndGet();
        if (guest.isStranger()) {
            strangers.decrementAndGet();
        }
    }

    private void release(Guest guest) {
        leave(guest);
        perSource.giveBack(guest.source());
    }

    /// The few octets fit into the fresh socket's buffer, so this does not wait.
    private void turnAway(Socket client) {
        long count = turnedAway.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            // At 1, 2, 4, 8 …: a flood of connections must not become a flood of log lines.
            LOG.warn("{} has turned {} connections away", settings.name(), count);
        }
        try (client) {
            String full = trade.full();
            if (!full.isEmpty()) {
                client.getOutputStream().write((full + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            LOG.debug("the client has gone by itself: {}", e.toString());
        }
    }

    private void serve(Socket client, Guest guest) {
        String id = settings.name() + "-" + sessions.incrementAndGet();
        try (Wire wire = new Wire(client, settings.write())) {
            wires.add(wire);
            try {
                trade.serve(wire, id, stopping);
            } finally {
                wires.remove(wire);
            }
        } catch (IOException e) {
            LOG.info("{} ended before it began: {}", id, e.toString());
        } finally {
            release(guest);
        }
    }

    private void watch() {
        while (!await(stopped, WATCH_INTERVAL)) {
            for (Wire wire : wires) {
                try {
                    wire.closeIfOverdue();
                } catch (IOException e) {
                    LOG.debug("closing an overdue connection: {}", e.toString());
                }
            }
        }
    }

    /// Stops gracefully: no new connections, a last line to whoever waits for a command, and what
    /// is under way may end within the `stop` deadline. Then the sockets are closed; a client that
    /// got no reply asks again.
    @Override
    public void close() throws IOException {
        stopping.countDown();
        socket.close();
        try {
            acceptor.join();
            executor.shutdown();
            for (Wire wire : wires) {
                Thread.startVirtualThread(() -> dismiss(wire));
            }
            if (!executor.awaitTermination(settings.stop().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} {} sessions cut", settings.name(), wires.size());
                abort();
                executor.awaitTermination(LAST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abort();
        } finally {
            stopped.countDown();
        }
    }

    private void abort() throws IOException {
        for (Wire wire : wires) {
            wire.abort();
        }
    }

    private void dismiss(Wire wire) {
        try {
            wire.dismiss(trade.stopping());
        } catch (IOException e) {
            LOG.debug("dismissing a session: {}", e.toString());
        }
    }

    private static boolean await(CountDownLatch latch, Duration time) {
        try {
            return latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
