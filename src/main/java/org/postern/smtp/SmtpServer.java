package org.postern.smtp;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.postern.mail.Draft;
import org.postern.mail.Reception;
import org.postern.net.PerSource;
import org.postern.sasl.Logins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listener at work: accepts connections without ever waiting for one of them, gives each a
/// virtual thread, watches the time, and stops gracefully. What is said in a session it leaves to
/// `SmtpSession`.
public final class SmtpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpServer.class);

    /// Connections that the kernel holds until they are accepted.
    private static final int BACKLOG = 512;

    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    /// After a failed accept (no file descriptors left), so that the loop does not spin.
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

    /// For sessions whose sockets were closed under them.
    private static final Duration LAST_WAIT = Duration.ofSeconds(5);

    /// What a session works with.
    record Parts(
            SmtpListener listener,
            Reception reception,
            Draft.Source drafts,
            Receiving receiving,
            Logins logins,
            RecipientList recipients,
            RefusalJournal journal,
            InstantSource clock) {}

    private final Parts parts;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final PerSource perSource;
    private final AtomicInteger total = new AtomicInteger();
    private final AtomicLong sessions = new AtomicLong();
    private final AtomicLong turnedAway = new AtomicLong();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final ServerSocket socket;
    private final Thread acceptor;

    /// Binds the listener's port, so that a port that is taken shows at once; `start` begins.
    ///
    /// @param reception where every message goes; its reply is the client's
    /// @param drafts where the octets of a message go while they come
    /// @param receiving shared by all servers of a process
    /// @param logins asked on submission listeners only; shared by all servers of a process
    /// @param recipients asked on inbound listeners only
    /// @param clock for the date in the trace field
    /// @throws IOException if the address cannot be bound
    public SmtpServer(
            SmtpListener listener,
            Reception reception,
            Draft.Source drafts,
            Receiving receiving,
            Logins logins,
            RecipientList recipients,
            RefusalJournal journal,
            InstantSource clock)
            throws IOException {
        this.parts =
                new Parts(
                        listener, reception, drafts, receiving, logins, recipients, journal, clock);
        this.perSource = new PerSource(listener.limits().connectionsPerSource());
        this.socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(listener.bind(), BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot listen on " + listener.bind() + ": " + e.getMessage(), e);
        }
        this.acceptor = Thread.ofVirtual().name("smtp-accept").unstarted(this::accept);
    }

    /// Accepts connections from now on.
    public void start() {
        acceptor.start();
        Thread.ofVirtual().name("smtp-watch").start(this::watch);
        LOG.info("{} listens on {}", parts.listener().kind(), socket.getLocalSocketAddress());
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
                    LOG.error("{} cannot accept: {}", parts.listener().kind(), e.toString());
                    await(stopping, ACCEPT_PAUSE);
                }
            }
        }
    }

    private void admit(Socket client) {
        String source = PerSource.of(client.getInetAddress());
        if (!reserve(source)) {
            turnAway(client);
            return;
        }
        executor.execute(() -> serve(client, source));
    }

    private boolean reserve(String source) {
        if (total.incrementAndGet() <= parts.listener().limits().connections()
                && perSource.take(source)) {
            return true;
        }
        total.decrementAndGet();
        return false;
    }

    private void release(String source) {
        total.decrementAndGet();
        perSource.giveBack(source);
    }

    /// The few octets fit into the fresh socket's buffer, so this does not wait.
    private void turnAway(Socket client) {
        long count = turnedAway.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            // At 1, 2, 4, 8 …: a flood of connections must not become a flood of log lines.
            LOG.warn("{} has turned {} connections away", parts.listener().kind(), count);
        }
        try (client) {
            if (parts.listener().kind() != SmtpListener.Kind.SUBMISSIONS) {
                client.getOutputStream()
                        .write(
                                (Replies.TOO_MANY_CONNECTIONS + "\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            LOG.debug("the client has gone by itself: {}", e.toString());
        }
    }

    private void serve(Socket client, String source) {
        String id = parts.listener().kind() + "-" + sessions.incrementAndGet();
        try (Connection connection =
                new Connection(client, parts.listener().limits().deadlines())) {
            connections.add(connection);
            try {
                new SmtpSession(connection, parts, id, stopping).run();
            } finally {
                connections.remove(connection);
            }
        } catch (IOException e) {
            LOG.info("{} ended before it began: {}", id, e.toString());
        } finally {
            release(source);
        }
    }

    private void watch() {
        while (!await(stopped, WATCH_INTERVAL)) {
            for (Connection connection : connections) {
                try {
                    connection.closeIfOverdue();
                } catch (IOException e) {
                    LOG.debug("closing an overdue connection: {}", e.toString());
                }
            }
        }
    }

    /// Stops gracefully: no new connections, 421 to whoever waits between two transactions, and
    /// running transactions may end within the listener's `stop` deadline. Then the sockets are
    /// closed; a client whose message got no reply sends it again.
    @Override
    public void close() throws IOException {
        stopping.countDown();
        socket.close();
        try {
            acceptor.join();
            executor.shutdown();
            for (Connection connection : connections) {
                Thread.startVirtualThread(() -> dismiss(connection));
            }
            Duration patience = parts.listener().limits().deadlines().stop();
            if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} {} sessions cut", parts.listener().kind(), connections.size());
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
        for (Connection connection : connections) {
            connection.abort();
        }
    }

    private static void dismiss(Connection connection) {
        try {
            connection.dismiss(Replies.STOPPING);
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
