package org.postern.ldap;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Ends a conversation, whoever talks, by closing the connections under it: when its time is over,
/// or when enough was heard. A time-out of single reads would let a server speak octet by octet
/// without end, also in a handshake.
///
/// Safe for use by many threads.
final class Cutoff implements AutoCloseable {
    private static final ScheduledExecutorService CLOCK =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("ldap-cutoff").factory());

    private final List<Socket> sockets = new ArrayList<>();
    private final Future<?> alarm;
    private boolean ended;
    private boolean late;

    /// @param time for all of it, from now on
    Cutoff(Duration time) {
        alarm = CLOCK.schedule(this::expire, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// @param socket below TLS, so that closing it waits for nobody
    /// @throws IOException if the conversation has ended already; then the socket is closed
    void watch(Socket socket) throws IOException {
        synchronized (this) {
            sockets.add(socket);
            if (!ended) {
                return;
            }
        }
        end();
        throw new IOException("the time for the directory is over");
    }

    /// Whether time has ended it.
    synchronized boolean isLate() {
        return late;
    }

    private void expire() {
        synchronized (this) {
            late = !ended;
        }
        end();
    }

    /// Closes what is watched, and whatever is watched later.
    synchronized void end() {
        ended = true;
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException _) {
                // It is of no further use either way.
            }
        }
        sockets.clear();
    }

    /// Lets the connections live: this conversation is over, and another one may follow on them.
    ///
    /// @return those that are still open
    synchronized List<Socket> release() {
        alarm.cancel(false);
        List<Socket> open = List.copyOf(sockets);
        sockets.clear();
        return open;
    }

    @Override
    public void close() {
        alarm.cancel(false);
        end();
    }
}
