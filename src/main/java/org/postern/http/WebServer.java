package org.postern.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http.CookieCompliance;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.postern.net.PerSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Jetty, hardened towards the internet: strict HTTP/1.1 (RFC 9112), no server name, a deadline for
/// each header section, limits on everything, a thread for each request.
///
/// These are threads of the operating system, and no virtual ones: page views take the processor
/// and wait for little, and where 32 of them ran at once on two cores, the scheduler of virtual
/// threads let some wait for a second while others passed (99th percentile 0.8 to 1.4 s against
/// 0.05 s with these, at the same rate; src/docs/pickup.md).
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration HEADER_DEADLINE = Duration.ofSeconds(15);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(5);
    private static final int HEADER_OCTETS_MAX = 8 * 1024;
    private static final int CONNECTIONS_MAX = 1_000;

    /// Of one address, or one IPv6 site. Many phones may stand behind one address of a carrier.
    private static final int CONNECTIONS_PER_SOURCE_MAX = 100;

    /// Who sends a body slowly holds a thread meanwhile, and must not take it from others: one for
    /// each connection, and some for what Jetty does beside them.
    private static final int THREADS_MAX = CONNECTIONS_MAX + 24;

    private static final int THREADS_MIN = 8;

    private final Server server;
    private final ServerConnector connector;
    private final WebSettings settings;

    public WebServer(WebSettings settings, WebSite site) {
        this(settings, site, HEADER_DEADLINE);
    }

    /// @param headerDeadline from the first octet of a request to the end of its header section
    WebServer(WebSettings settings, WebSite site, Duration headerDeadline) {
        this.settings = settings;
        // Jetty's own queue starts the management of the whole Java machine, to ask for the size of
        // a cache line: a tenth of a second of each start.
        QueuedThreadPool threads =
                new QueuedThreadPool(THREADS_MAX, THREADS_MIN, new LinkedBlockingQueue<>());
        threads.setName("pages");
        server = new Server(threads);
        connector = new ServerConnector(server, factories());
        connector.setHost(settings.listen().getHostString());
        connector.setPort(settings.listen().getPort());
        connector.setIdleTimeout(IDLE.toMillis());
        HeaderDeadline deadline = new HeaderDeadline(headerDeadline);
        connector.addBean(deadline);
        if (settings.proxies() == null) {
            connector.addBean(new Sources());
        }
        if (settings.tls() != null) {
            connector.addBean(new Handshakes(settings.tls()));
        }
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(CONNECTIONS_MAX, server));
        server.setStopTimeout(STOP_DEADLINE.toMillis());
        SecurityFields fields = new SecurityFields(settings.isPinned());
        server.setErrorHandler(new PlainErrors(fields));
        server.setHandler(new Serving(site, this, fields, deadline));
        server.addEventListener(
                new LifeCycle.Listener() {
                    @Override
                    public void lifeCycleStarted(LifeCycle started) {
                        deadline.run(connector.getScheduler());
                    }
                });
    }

    /// Binds and serves from now on.
    ///
    /// @throws IOException if the address cannot be bound
    public void start() throws IOException {
        try {
            LifeCycle.start(server);
        } catch (RuntimeException e) {
            throw new IOException(
                    "The pages cannot listen on "
                            + settings.listen()
                            + ": "
                            + e.getMessage()
                            + ". Is another program on that port?",
                    e);
        }
        LOG.info("Pages at {}", origin());
    }

    public int port() {
        return connector.getLocalPort();
    }

    WebSettings settings() {
        return settings;
    }

    /// `scheme://host[:port]` that links begin with.
    public String origin() {
        return settings.origin(connector.getLocalPort());
    }

    /// Takes no new request, lets running ones end within 5 s.
    @Override
    public void close() {
        LifeCycle.stop(server);
    }

    private ConnectionFactory[] factories() {
        HttpConnectionFactory http = new HttpConnectionFactory(configuration());
        WebSettings.Tls tls = settings.tls();
        if (tls == null) {
            return new ConnectionFactory[] {http};
        }
        SslContextFactory.Server ssl = new Engines(tls);
        ssl.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        return new ConnectionFactory[] {new SslConnectionFactory(ssl, http.getProtocol()), http};
    }

    /// Jetty's own context makes no engine: each handshake asks anew.
    private static final class Engines extends SslContextFactory.Server {
        private final WebSettings.Tls tls;

        Engines(WebSettings.Tls tls) {
            this.tls = tls;
            try {
                SSLContext none = SSLContext.getInstance("TLS");
                none.init(new KeyManager[0], null, null);
                setSslContext(none);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java runtime has TLS", e);
            }
        }

        @Override
        public SSLEngine newSSLEngine() {
            SSLEngine engine = tls.engine();
            customize(engine);
            return engine;
        }

        @Override
        public SSLEngine newSSLEngine(String host, int port) {
            return newSSLEngine();
        }
    }

    /// Closes what was opened for a handshake alone.
    private record Handshakes(WebSettings.Tls tls) implements SslHandshakeListener {
        @Override
        public void handshakeSucceeded(Event event) {
            if (tls.isOver(event.getSSLEngine())) {
                event.getEndPoint().close();
            }
        }
    }

    private HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(HEADER_OCTETS_MAX);
        http.setHttpCompliance(
                HttpCompliance.RFC9110.without(
                        "RFC9110-CRLF",
                        HttpCompliance.Violation.LF_HEADER_TERMINATION,
                        HttpCompliance.Violation.LF_CHUNK_TERMINATION));
        http.setUriCompliance(UriCompliance.RFC3986);
        http.setRequestCookieCompliance(CookieCompliance.RFC6265_STRICT);
        if (settings.tls() != null) {
            // The name is checked against the configured address for every request, below.
            http.addCustomizer(new SecureRequestCustomizer(false));
        }
        return http;
    }

    /// Closes connections of a source that has too many already, so that one peer does not take the
    /// places of all. A proxy is a peer for all.
    private static final class Sources implements Connection.Listener {
        private final PerSource perSource = new PerSource(CONNECTIONS_PER_SOURCE_MAX);
        private final Map<Connection, String> counted = new ConcurrentHashMap<>();

        @Override
        public void onOpened(Connection connection) {
            // Under TLS two connections lie on one socket; the inner one counts.
            if (!(connection instanceof SslConnection)
                    && connection.getEndPoint().getRemoteSocketAddress()
                            instanceof InetSocketAddress peer) {
                String source = PerSource.of(peer.getAddress());
                if (perSource.take(source)) {
                    counted.put(connection, source);
                } else {
                    connection.getEndPoint().close();
                }
            }
        }

        @Override
        public void onClosed(Connection connection) {
            String source = counted.remove(connection);
            if (source != null) {
                perSource.giveBack(source);
            }
        }
    }
}
