package org.postern.beside;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postern.entrance.UpstreamException;
import org.postern.upstream.Credentials;
import org.postern.upstream.UpstreamClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection of one session to the clinic's server: made when it is first needed, given up
/// when nothing needs it, and made again once it is lost.
final class Line implements AutoCloseable {
    /// After a server was not reached, or was silent, it is left alone for so long.
    private static final Duration RETRY = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    private final Clinic.Server server;
    private final Clinic.Bounds bounds;
    private final String owner;
    private final Credentials credentials;
    private final AtomicInteger folders = new AtomicInteger();
    private volatile @Nullable UpstreamClient client;
    private @Nullable Selected selected;
    private long used;
    private long failed;
    private boolean failing;
    private boolean refused;
    private volatile boolean closed;

    /// @param owner whose connections are counted
    Line(Clinic.Server server, Clinic.Bounds bounds, String owner, Credentials credentials) {
        this.server = server;
        this.bounds = bounds;
        this.owner = owner;
        this.credentials = credentials;
    }

    /// What the server has open.
    interface Selected {
        /// The connection is given up; called while nobody else uses the line.
        void dropped();
    }

    /// What is done over the connection. It may be done twice.
    @FunctionalInterface
    interface Use<T> {
        T over(UpstreamClient client) throws IOException;
    }

    /// One use at a time. A connection that was there before may be gone without a word, so a
    /// second one is tried; what was answered wrongly over the first would be so again.
    ///
    /// @throws UpstreamException if the server cannot be asked now
    synchronized <T> T use(Use<T> use) throws IOException {
        boolean old = client != null;
        try {
            return once(use);
        } catch (UpstreamException e) {
            if (!old || !e.isLost() || closed) {
                throw e;
            }
            return once(use);
        }
    }

    private <T> T once(Use<T> use) throws IOException {
        UpstreamClient now = client();
        boolean sound = false;
        try {
            T result = use.over(now);
            sound = true;
            return result;
        } catch (UpstreamException e) {
            if (e.isLate()) {
                leaveAlone();
            }
            throw e;
        } catch (IOException e) {
            // Ours alone: what the server has said was heard to its end.
            sound = true;
            throw e;
        } finally {
            used = System.nanoTime();
            if (!sound) {
                // Nobody knows what comes next over it.
                drop();
            }
        }
    }

    private void leaveAlone() {
        failing = true;
        failed = System.nanoTime();
    }

    private UpstreamClient client() throws UpstreamException {
        UpstreamClient there = client;
        if (there != null) {
            return there;
        }
        if (closed || (failing && System.nanoTime() - failed < RETRY.toNanos())) {
            throw new UpstreamException("the clinic's server could not be asked a moment ago");
        }
        if (!bounds.connections().take(owner)) {
            throw new UpstreamException("this user has too many sessions at the clinic's server");
        }
        UpstreamClient made = open();
        client = made;
        failing = false;
        if (closed) {
            drop();
            throw new UpstreamException("the session is over");
        }
        used = System.nanoTime();
        Thread.ofVirtual().name("upstream-rest").start(() -> rest(made));
        return made;
    }

    private UpstreamClient open() throws UpstreamException {
        Optional<UpstreamClient> made = Optional.empty();
        leaveAlone();
        try {
            made = bounds.logIns().open(owner, server.at(), server.lookup(), credentials);
        } finally {
            failed = System.nanoTime();
            if (made.isEmpty()) {
                bounds.connections().giveBack(owner);
            }
        }
        if (made.isEmpty()) {
            // Not left alone: whether the password may be tried again is known without asking.
            failing = false;
            if (!refused) {
                refused = true;
                LOG.warn("the clinic's server refuses the password of a session");
            }
            throw new UpstreamException("the clinic's server refuses this session's password");
        }
        refused = false;
        return made.get();
    }

    /// Hangs up once no folder is open and nothing was asked for a while: the server counts the
    /// connections of a person, and with them the log-ins by which her password is checked.
    private synchronized void rest(UpstreamClient made) {
        long rest = server.pace().rest().toNanos();
        try {
            while (client == made) {
                long left = folders.get() > 0 ? rest : used + rest - System.nanoTime();
                if (left <= 0) {
                    drop();
                } else {
                    wait(Math.max(1, Duration.ofNanos(left).toMillis()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drop() {
        UpstreamClient there = client;
        if (there != null) {
            client = null;
            Selected before = selected;
            selected = null;
            if (before != null) {
                before.dropped();
            }
            there.close();
            bounds.connections().giveBack(owner);
            notifyAll();
            LOG.info("a connection to the clinic's server is closed");
        }
    }

    /// What the open folders of the owner may hold.
    Room.Share messages() {
        return bounds.messages().of(owner);
    }

    /// A folder is open from now on.
    void enter() {
        folders.incrementAndGet();
    }

    /// It is not any more.
    void leave() {
        folders.decrementAndGet();
    }

    /// Whether a folder is the one that the server has open; while the line is used.
    boolean isSelected(Selected folder) {
        return selected == folder;
    }

    /// It is from now on.
    ///
    /// @param folder null for none
    void select(@Nullable Selected folder) {
        selected = folder;
    }

    /// Whoever uses it fails at once.
    @Override
    public void close() {
        closed = true;
        UpstreamClient there = client;
        if (there != null) {
            there.close();
        }
        synchronized (this) {
            drop();
        }
        credentials.close();
    }
}
