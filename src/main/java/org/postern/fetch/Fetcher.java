package org.postern.fetch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.net.HostLookup;
import org.postern.net.PeerProof;
import org.postern.net.TlsClient;
import org.postern.net.TlsTrust;

/// Asks web servers whose addresses strangers wrote down: in certificates, in DNS. Each question is
/// one connection and one exchange, so nothing of one (a cookie, a connection) reaches another.
///
/// The HTTP clients of the JDK look the host up themselves; this one looks up once and connects to
/// the address that was judged, so that nobody can have us ask the clinic's own network, by a name
/// that changes its address (DNS rebinding) or otherwise. No redirect is followed, the body has a
/// limit, and all of it one deadline.
///
/// Safe for use by many threads; a call blocks.
public final class Fetcher {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /// Addresses of one host that are tried.
    private static final int ADDRESSES_MAX = 4;

    /// The usual ports, and no other service of a machine.
    public static final Set<Integer> USUAL_PORTS = Set.of(HTTP, HTTPS);

    private final HostLookup lookup;
    private final Supplier<TlsTrust> trust;
    private final Set<Integer> ports;

    /// @param lookup says to which addresses we may connect, for names and for literals
    /// @param trust of servers that are asked over HTTPS
    public Fetcher(HostLookup lookup, TlsTrust trust, Set<Integer> ports) {
        this(lookup, () -> trust, ports);
    }

    /// The same with a trust that is read when the first server is asked over HTTPS, which lists
    /// and responders hardly ever are.
    public Fetcher(HostLookup lookup, Supplier<TlsTrust> trust, Set<Integer> ports) {
        this.lookup = lookup;
        this.trust = trust;
        this.ports = Set.copyOf(ports);
    }

    /// Where a question goes.
    ///
    /// @param host without brackets
    private record Target(String host, int port, boolean tls, String authority) {}

    /// Asks. It never throws for what a server or the network does.
    public Fetched ask(Question question) {
        Optional<Target> target = target(question.uri());
        if (target.isEmpty()) {
            return new Fetched.Failed("an address is not one that is asked");
        }
        String host = target.get().host();
        if (!ports.contains(target.get().port())) {
            return new Fetched.Failed(host + " is not asked at port " + target.get().port());
        }
        try (Line line = new Line()) {
            FutureTask<Fetched> task = new FutureTask<>(() -> ask(question, target.get(), line));
            Thread.ofVirtual().name("fetch").start(task);
            // When the time is over the line is closed, and with it ends whoever waits for it.
            return task.get(question.limits().time().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Fetched.Failed(host + " did not answer in time");
        } catch (ExecutionException | IOException e) {
            return new Fetched.Failed(host + " did not answer as a web server does");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Fetched.Failed("interrupted");
        }
    }

    /// Empty unless it is `http` or `https` with a host and without a user.
    private static Optional<Target> target(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        boolean tls = scheme.equals("https");
        if ((!tls && !scheme.equals("http")) || host == null || uri.getRawUserInfo() != null) {
            return Optional.empty();
        }
        int usual = tls ? HTTPS : HTTP;
        int port = uri.getPort() < 0 ? usual : uri.getPort();
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String authority = port == usual ? host : host + ":" + port;
        return Optional.of(new Target(name.toLowerCase(Locale.ROOT), port, tls, authority));
    }

    /// The socket in use, of which each address needs a new one.
    private static final class Line implements AutoCloseable {
        private Socket socket = new Socket();
        private boolean closed;

        /// @throws IOException if the time is over
        synchronized Socket next() throws IOException {
            socket.close();
            if (closed) {
                throw new IOException("there is no time left");
            }
            socket = new Socket();
            return socket;
        }

        @Override
        public synchronized void close() throws IOException {
            closed = true;
            socket.close();
        }
    }

    /// Connects to the first address that takes it, so that one that is out of order, or a network
    /// that is not to be had from here, does not keep the others from being asked. Each has an
    /// equal share of the time.
    private Socket connected(Question question, Target target, Line line) throws IOException {
        List<InetAddress> addresses =
                lookup.addresses(target.host()).stream().limit(ADDRESSES_MAX).toList();
        long share = question.limits().time().toMillis() / (addresses.size() + 1);
        IOException failure = new IOException("it has no address");
        for (InetAddress address : addresses) {
            Socket socket = line.next();
            try {
                InetSocketAddress there = new InetSocketAddress(address, target.port());
                socket.connect(there, Math.clamp(share, 1, Integer.MAX_VALUE));
                return socket;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private Fetched ask(Question question, Target target, Line line) throws IOException {
        String host = target.host();
        Socket socket;
        try {
            socket = connected(question, target, line);
        } catch (IOException e) {
            return new Fetched.Failed(host + " was not reached: " + e.getMessage());
        }
        if (!target.tls()) {
            return exchange(question, target, socket);
        }
        PeerProof proof = new PeerProof.Path(trust.get(), Proof.CA);
        return switch (TlsClient.verified(socket, host, proof)) {
            case TlsClient.Handshake.Broken(String reason, _) ->
                    new Fetched.Failed(host + " did not prove itself: " + reason);
            case TlsClient.Handshake.Established(SSLSocket tls, _) ->
                    exchange(question, target, tls);
        };
    }

    private static Fetched exchange(Question question, Target target, Socket socket)
            throws IOException {
        socket.getOutputStream().write(Exchange.request(question, target.authority()));
        socket.getOutputStream().flush();
        return new Exchange(target.host(), question.limits().octets())
                .answer(new BufferedInputStream(socket.getInputStream()));
    }
}
