package org.postern.ldap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.net.PeerProof;
import org.postern.net.TlsClient;
import org.postern.net.TlsTrust;

/// Connections to one host whose certificate has been proved, by the TLS of all other connections
/// of the gateway; for a library that connects by itself.
final class ProvenSockets extends SocketFactory {
    private static final int CAUSES_MAX = 10;

    private final String host;
    private final Duration connectTime;
    private final @Nullable TlsTrust trust;
    private final Cutoff cutoff;

    /// The certificate was not what it has to be. The message is for people.
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /// @param host as IT names it, and as the certificate has to
    /// @param connectTime to one address, without TLS
    /// @param trust null only where no TLS is spoken
    /// @param cutoff closes each connection, also in the middle of a handshake
    ProvenSockets(String host, Duration connectTime, @Nullable TlsTrust trust, Cutoff cutoff) {
        this.cutoff = cutoff;
        this.host = host;
        this.connectTime = connectTime;
        this.trust = trust;
    }

    /// Why a connection failed, if it was the certificate.
    static Optional<String> refusal(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof RefusedException) {
                return Optional.of(String.valueOf(cause.getMessage()));
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private Socket connected(InetAddress address, int port) throws IOException {
        Socket plain = new Socket();
        cutoff.watch(plain);
        try {
            plain.connect(
                    new InetSocketAddress(address, port), Math.toIntExact(connectTime.toMillis()));
            return plain;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private Socket proved(Socket plain) throws IOException {
        if (trust == null) {
            throw new IOException("no anchors are known for " + host);
        }
        PeerProof proof = new PeerProof.Path(trust, Proof.CA);
        return switch (TlsClient.verified(plain, host, proof)) {
            case TlsClient.Handshake.Established established -> established.socket();
            case TlsClient.Handshake.Broken(String reason, _) -> {
                plain.close();
                throw new RefusedException(reason);
            }
        };
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return proved(connected(address, port));
    }

    @Override
    public Socket createSocket(String name, int port) throws IOException {
        throw new IOException("connections are made to addresses that were looked up");
    }

    @Override
    public Socket createSocket(String name, int port, InetAddress local, int localPort)
            throws IOException {
        return createSocket(name, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
            throws IOException {
        return createSocket(address, port);
    }

    /// Connections in clear, on which TLS may begin later.
    SocketFactory plain() {
        return new Plain();
    }

    /// TLS on a connection that is there, and was made by [#plain].
    SSLSocketFactory layered() {
        return new Layered();
    }

    private final class Plain extends SocketFactory {
        @Override
        public Socket createSocket(InetAddress address, int port) throws IOException {
            return connected(address, port);
        }

        @Override
        public Socket createSocket(String name, int port) throws IOException {
            return ProvenSockets.this.createSocket(name, port);
        }

        @Override
        public Socket createSocket(String name, int port, InetAddress local, int localPort)
                throws IOException {
            return createSocket(name, port);
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
                throws IOException {
            return createSocket(address, port);
        }
    }

    private final class Layered extends SSLSocketFactory {
        @Override
        public Socket createSocket(Socket plain, String name, int port, boolean closes)
                throws IOException {
            return proved(plain);
        }

        @Override
        public Socket createSocket(String name, int port) throws IOException {
            return ProvenSockets.this.createSocket(name, port);
        }

        @Override
        public Socket createSocket(String name, int port, InetAddress local, int localPort)
                throws IOException {
            return ProvenSockets.this.createSocket(name, port);
        }

        @Override
        public Socket createSocket(InetAddress address, int port) throws IOException {
            return ProvenSockets.this.createSocket(address, port);
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
                throws IOException {
            return ProvenSockets.this.createSocket(address, port);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return new String[0];
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return new String[0];
        }
    }
}
