package org.postern.http;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.postern.net.Networks;
import org.postern.net.TlsMaterial;

/// Where the server listens and under which one address the world reaches it.
///
/// @param listen local address and port; port 0 takes a free one
/// @param url `https://host[:port]` without a path: the only authority that is answered, and the
///   only one that links are made with, whatever a Host field says. Port 0 means "the port that was
///   bound", for a server on an ephemeral port
/// @param tls null only behind a TLS proxy or in a trial on loopback
/// @param proxies who may ask for others, and whose word of them is taken; nobody else is served
///   then. Null where browsers come by themselves
public record WebSettings(
        InetSocketAddress listen, URI url, @Nullable Tls tls, @Nullable Networks proxies) {
    /// Without a proxy.
    public WebSettings(InetSocketAddress listen, URI url, @Nullable Tls tls) {
        this(listen, url, tls, null);
    }

    /// What the server shows of itself in handshakes; it may change while the server runs.
    @FunctionalInterface
    public interface Tls {
        /// The engine of the next handshake, with the key and certificate that are in force now. It
        /// fails in the handshake if there are none.
        SSLEngine engine();

        /// Whether a connection was opened for its handshake alone, and ends with it.
        default boolean isOver(SSLEngine engine) {
            return false;
        }

        /// What shows one certificate, or each time the newest.
        static Tls of(Supplier<TlsMaterial> material) {
            return () -> material.get().context().createSSLEngine();
        }
    }

    public WebSettings {
        String scheme = url.getScheme();
        if (!"https".equals(scheme) && !"http".equals(scheme)) {
            throw new IllegalArgumentException("the address of the pages must be http or https");
        }
        if (url.getHost() == null
                || !(url.getRawPath().isEmpty() || url.getRawPath().equals("/"))
                || url.getRawQuery() != null
                || url.getRawFragment() != null
                || url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "the address of the pages must be a scheme, a host and perhaps a port: " + url);
        }
    }

    /// Whether browsers see TLS: decides over `Secure` cookies and HSTS.
    public boolean isSecure() {
        return "https".equals(url.getScheme());
    }

    /// Whether browsers shall never again use this host without TLS. Not for `localhost`, where it
    /// would lock out every other program of the person who tries the demo.
    boolean isPinned() {
        String host = url.getHost().toLowerCase(Locale.ROOT);
        return isSecure() && !host.equals("localhost") && !host.endsWith(".localhost");
    }

    /// `scheme://host[:port]`, as a browser writes it in the Origin field (RFC 6454 §6.2).
    String origin(int boundPort) {
        int port = url.getPort() == 0 ? boundPort : url.getPort();
        boolean usual = port == -1 || port == (isSecure() ? 443 : 80);
        String host = url.getHost().toLowerCase(Locale.ROOT);
        return url.getScheme() + "://" + host + (usual ? "" : ":" + port);
    }
}
