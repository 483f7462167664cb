package org.postern.http;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Scheduler;

/// Closes a connection that does not bring one whole header section in time, however steadily it
/// drips: Jetty's idle time-out begins anew with each octet.
///
/// A connection whose request is being served is left alone, since an upload may be slow. So is one
/// that is idle between two requests; the idle time-out ends that.
final class HeaderDeadline implements Connection.Listener {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Duration limit;
    private final Map<Connection, Progress> waiting = new ConcurrentHashMap<>();
    private final Set<Connection> served = ConcurrentHashMap.newKeySet();

    /// @param since nanoseconds, when the connection last was known to be in order
    private record Progress(long messages, long octets, long since) {}

    HeaderDeadline(Duration limit) {
        this.limit = limit;
    }

    /// Looks at all connections, now and once a second, until the scheduler stops.
    void run(Scheduler scheduler) {
        waiting.forEach(this::look);
        if (scheduler.isRunning()) {
            scheduler.schedule(() -> run(scheduler), LOOK_EVERY);
        }
    }

    void begin(Connection connection) {
        served.add(connection);
    }

    void end(Connection connection) {
        served.remove(connection);
    }

    @Override
    public void onOpened(Connection connection) {
        // Under TLS two connections lie on one socket; requests are counted by the inner one.
        if (!(connection instanceof SslConnection)) {
            waiting.put(connection, new Progress(0, 0, NanoTime.now()));
        }
    }

    @Override
    public void onClosed(Connection connection) {
        waiting.remove(connection);
        served.remove(connection);
    }

    private void look(Connection connection, Progress last) {
        long messages = connection.getMessagesIn();
        long octets = connection.getBytesIn();
        boolean between = messages > 0 && octets == last.octets();
        if (messages != last.messages() || served.contains(connection) || between) {
            waiting.replace(connection, last, new Progress(messages, octets, NanoTime.now()));
        } else if (NanoTime.secondsSince(last.since()) >= limit.toSeconds()) {
            connection.getEndPoint().close();
        }
    }
}
