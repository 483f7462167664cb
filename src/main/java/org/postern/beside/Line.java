package org.postern.beside;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postern.upstream.Credentials;
import org.postern.upstream.UpstreamClient;
import org.postern.upstream.UpstreamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection of one session to the clinic's server: made when it is first needed, and made
/// again once it is lost.
final class Line implements AutoCloseable {
    /// After a server was not reached, or has refused, it is left alone for so long.
    private static final Duration RETRY = Duration.ofSeconds(30);

    /// A connection on which nothing was said for longer may be gone without a word.
    private static final Duration FRESH = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    private final Clinic clinic;
    private final String owner;
    private final Credentials credentials;
    private volatile @Nullable UpstreamClient client;
    private @Nullable Object selected;
    private long used;
    private long failed;
    private boolean failing;
    private volatile boolean closed;

    /// @param owner whose connections are counted
    Line(Clinic clinic, String owner, Credentials credentials) {
        this.clinic = clinic;
        this.owner = owner;
        this.credentials = credentials;
    }

    /// What is done over the connection. It may be done twice.
    @FunctionalInterface
    interface Use<T> {
        T over(UpstreamClient client) throws IOException;
    }

    /// One use at a time.
    ///
    /// @throws UpstreamException if the server cannot be asked now
    synchronized <T> T use(Use<T> use) throws IOException {
        boolean old = client != null && System.nanoTime() - used > FRESH.toNanos();
        try {
            return once(use);
        } catch (UpstreamException e) {
            if (!old) {
                throw e;
            }
            return once(use);
        }
    }

    private <T> T once(Use<T> use) throws IOException {
        UpstreamClient now = client();
        boolean whole = false;
        try {
            T result = use.over(now);
            whole = true;
            return result;
        } finally {
            used = System.nanoTime();
            if (!whole) {
                // Nobody knows what comes next over it.
                drop();
            }
        }
    }

    private UpstreamClient client() throws UpstreamException {
        UpstreamClient there = client;
        if (there != null) {
            return there;
        }
        if (closed || (failing && System.nanoTime() - failed < RETRY.toNanos())) {
            throw new UpstreamException("the clinic's server could not be asked a moment ago");
        }
        if (!clinic.connections().take(owner)) {
            throw new UpstreamException("this user has too many sessions at the clinic's server");
        }
        boolean open = false;
        try {
            UpstreamClient made =
                    UpstreamClient.open(
                            clinic.server().at(), clinic.server().lookup(), credentials);
            client = made;
            open = true;
            return made;
        } finally {
            failing = !open;
            failed = System.nanoTime();
            if (!open) {
                clinic.connections().giveBack(owner);
            }
        }
    }

    private void drop() {
        UpstreamClient there = client;
        if (there != null) {
            client = null;
            selected = null;
            there.close();
            clinic.connections().giveBack(owner);
            LOG.info("a connection to the clinic's server is closed");
        }
    }

    /// Whether a folder is the one that the server has open; while the line is used.
    boolean isSelected(Object folder) {
        return selected == folder;
    }

    /// It is from now on.
    void select(Object folder) {
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
