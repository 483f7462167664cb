package org.postern.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Finds the addresses of a host. Mail routing (MX, TLSA, MTA-STS) is not its business: those
/// answers need to know whether DNSSEC proved them, which this one does not say.
@FunctionalInterface
public interface HostLookup {
    /// @param host a name or an address literal
    /// @return at least one address, in the order in which they are to be tried
    /// @throws IOException if there is none, or no answer came in time
    List<InetAddress> addresses(String host) throws IOException;

    /// The operating system's own look-up.
    ///
    /// @param limit how long one look-up may take; the system itself knows no such limit
    static HostLookup system(Duration limit) {
        return host -> {
            Optional<InetAddress> literal = IpLiteral.parse(host);
            return literal.isPresent() ? List.of(literal.get()) : ask(host, limit);
        };
    }

    private static List<InetAddress> ask(String host, Duration limit) throws IOException {
        FutureTask<List<InetAddress>> task =
                new FutureTask<>(() -> List.of(InetAddress.getAllByName(host)));
        // A thread of its own that may be left behind: the call into the system cannot be ended.
        Thread.ofPlatform().daemon().name("lookup-" + host).start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no name server answered for " + host + " in time", e);
        } catch (ExecutionException e) {
            UnknownHostException unknown =
                    new UnknownHostException("host " + host + " is not found");
            unknown.initCause(e.getCause());
            throw unknown;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking up " + host, e);
        }
    }
}
