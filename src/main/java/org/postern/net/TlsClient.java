package org.postern.net;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// The client's side of a TLS handshake over a connection that stands already. It says what was
/// proved; when to speak TLS, and what may be said without proof, it leaves to the caller.
///
/// Each handshake is judged anew: no session is resumed, so an old proof never stands in for one.
/// The caller bounds the time by closing `plain`.
public final class TlsClient {
    /// Octets of the certificate's fingerprint that go to the audit.
    private static final int FINGERPRINT_OCTETS = 8;

    private TlsClient() {}

    /// What came of a handshake.
    public sealed interface Handshake {
        /// TLS stands.
        ///
        /// @param evidence for the audit: version, cipher suite, whether and as whom the peer was
        ///   verified, the first octets of its certificate's SHA-256 fingerprint
        record Established(SSLSocket socket, String evidence) implements Handshake {}

        /// TLS does not stand, and the connection is of no further use.
        ///
        /// @param reason a sentence for people
        record Broken(String reason) implements Handshake {}
    }

    /// A handshake that stands only if the peer proves to be `host`: a certification path to the
    /// trust, the host's name in the subjectAltName, TLS 1.2 or later.
    ///
    /// @param host the name or address literal that was asked for, not one that was looked up
    public static Handshake verified(Socket plain, String host, TlsTrust trust) {
        try {
            Proof proof = new Proof(host, trust);
            return handshake(plain, host, proof, () -> "verified " + host);
        } catch (GeneralSecurityException e) {
            return new Handshake.Broken("TLS cannot be set up here: " + e.getMessage());
        }
    }

    /// A handshake with whoever answers (RFC 7435): it keeps off those who only listen, and proves
    /// nothing.
    public static Handshake unverified(Socket plain, String host) {
        return handshake(plain, host, new Anybody(), () -> "unverified");
    }

    @FunctionalInterface
    private interface Claim {
        String text();
    }

    private static Handshake handshake(Socket plain, String host, TrustManager judge, Claim claim) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {judge}, null);
            SSLSocket socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(plain, host, plain.getPort(), true);
            socket.setUseClientMode(true);
            socket.setSSLParameters(parameters(socket.getSSLParameters(), host));
            socket.startHandshake();
            return new Handshake.Established(socket, evidence(socket.getSession(), claim.text()));
        } catch (SSLException e) {
            return new Handshake.Broken(reason(e));
        } catch (IOException e) {
            return new Handshake.Broken("the connection broke during the TLS handshake");
        } catch (GeneralSecurityException e) {
            return new Handshake.Broken("TLS cannot be set up here: " + e.getMessage());
        }
    }

    private static SSLParameters parameters(SSLParameters parameters, String host) {
        TlsProfile.apply(parameters);
        if (IpLiteral.parse(host).isEmpty()) {
            try {
                parameters.setServerNames(java.util.List.of(new SNIHostName(host)));
            } catch (IllegalArgumentException e) {
                // Not a name that TLS can carry; the certificate decides as ever.
                parameters.setServerNames(java.util.List.of());
            }
        }
        return parameters;
    }

    private static String evidence(SSLSession session, String claim)
            throws IOException, GeneralSecurityException {
        Certificate own = session.getPeerCertificates()[0];
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(own.getEncoded());
        return session.getProtocol()
                + " "
                + session.getCipherSuite()
                + " "
                + claim
                + " sha256:"
                + HexFormat.of().formatHex(digest, 0, FINGERPRINT_OCTETS);
    }

    /// Our own sentence where a certificate was refused; else what the TLS library says, which
    /// quotes no data of the connection.
    private static String reason(SSLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusedException refused) {
                return String.valueOf(refused.getMessage());
            }
        }
        return "the TLS handshake failed: " + failure.getMessage();
    }

    /// A certificate that was refused, with a sentence for people.
    private static final class RefusedException extends CertificateException {
        private static final long serialVersionUID = 1;

        RefusedException(String sentence) {
            super(sentence);
        }
    }

    /// Demands a certification path and the host's name. It refuses inside the handshake, so that
    /// no code behind it can forget to ask.
    private static final class Proof extends ServerJudge {
        private final String host;
        private final TlsTrust trust;
        private final X509ExtendedTrustManager paths;

        Proof(String host, TlsTrust trust) throws GeneralSecurityException {
            this.host = host;
            this.trust = trust;
            this.paths = trust.paths();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            Optional<String> expiry = trust.expiry(chain[0]);
            if (expiry.isPresent()) {
                throw new RefusedException("its certificate " + expiry.get());
            }
            try {
                paths.checkServerTrusted(chain, authType, socket);
            } catch (CertificateException e) {
                RefusedException refused = new RefusedException(trust.objection(chain));
                refused.initCause(e);
                throw refused;
            }
            Optional<String> objection = HostName.objection(chain[0], host);
            if (objection.isPresent()) {
                throw new RefusedException(objection.get());
            }
        }
    }

    /// Accepts every certificate. Only for peers from which nothing is demanded.
    private static final class Anybody extends ServerJudge {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}
    }

    /// A judge of servers, over sockets; all else it refuses.
    private abstract static class ServerJudge extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("not asked over a socket");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            throw new CertificateException("not asked over a socket");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("no client is judged here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("no client is judged here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            throw new CertificateException("no client is judged here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
