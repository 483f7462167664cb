package org.postern.beside;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postern.mailfolder.MailFolder.LostException;
import org.postern.snapshot.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells whoever listens that something is new in a folder of the clinic's server. As long as
/// somebody does, it is looked at now and then, whether or not the server could be asked the last
/// time.
final class News {
    private static final Logger LOG = LoggerFactory.getLogger(News.class);

    private final Look look;
    private final Duration pause;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();

    // Guarded by this: whether a thread looks, and whether it shall look at once.
    private boolean watched;
    private boolean asked;

    /// One look at the folder; the same object as long as nothing has changed.
    @FunctionalInterface
    interface Look {
        Snapshot now() throws IOException;
    }

    /// @param pause between two looks
    News(Look look, Duration pause) {
        this.look = look;
        this.pause = pause;
    }

    void listen(Runnable listener) {
        listeners.add(listener);
        synchronized (this) {
            asked = true;
            if (!watched) {
                watched = true;
                Thread.ofVirtual().name("upstream-news").start(this::watch);
            }
            notifyAll();
        }
    }

    void unlisten(Runnable listener) {
        listeners.remove(listener);
        wake();
    }

    /// Nobody listens any more.
    void end() {
        listeners.clear();
        wake();
    }

    private synchronized void wake() {
        notifyAll();
    }

    private void watch() {
        @Nullable Snapshot known = null;
        try {
            do {
                known = told(isAsked() ? null : known);
            } while (isAwaited());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isAsked() {
        boolean now = asked;
        asked = false;
        return now;
    }

    /// What came between the last look of whoever listens and the first one here was told to nobody
    /// yet, so the first one is news as well.
    ///
    /// @param known what was told of; null for nothing
    /// @return what is told of now
    private @Nullable Snapshot told(@Nullable Snapshot known) {
        try {
            Snapshot now = look.now();
            if (now != known) {
                listeners.forEach(Runnable::run);
            }
            return now;
        } catch (LostException e) {
            // Whoever listens looks, and hears the same.
            listeners.forEach(Runnable::run);
        } catch (IOException e) {
            LOG.info("news of the clinic's server cannot be told now: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a look at the clinic's server failed: {}", e.getClass().getName());
        }
        return known;
    }

    /// Waits until it is time to look.
    ///
    /// @return whether somebody listens still
    private synchronized boolean isAwaited() throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos();
                left > 0 && !asked && !listeners.isEmpty();
                left = end - System.nanoTime()) {
            wait(Math.max(1, Duration.ofNanos(left).toMillis()));
        }
        watched = !listeners.isEmpty();
        return watched;
    }
}
