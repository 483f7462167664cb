package org.postern.net;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.random.Randomness;

/// The client's side of a TLS handshake over a connection that stands already. It says what was
/// proved; when to speak TLS, and what may be said without proof, it leaves to the caller.
///
/// Each handshake is judged anew: no session is resumed, so an old proof never stands in for one.
/// The caller bounds the time by closing `plain`.
public final class TlsClient {
    private TlsClient() {}

    /// What came of a handshake.
    public sealed interface Handshake {
        /// TLS stands.
        ///
        /// @param evidence for the audit
        record Established(SSLSocket socket, Tls evidence) implements Handshake {}

        /// TLS does not stand, and the connection is of no further use.
        ///
        /// @param reason a sentence for people
        /// @param seen what was negotiated, and whose certificate was refused; null if it did not
        ///   come that far
        record Broken(String reason, @Nullable Tls seen) implements Handshake {
            public Broken(String reason) {
                this(reason, null);
            }
        }
    }

    /// A handshake that stands only if the peer proves to be `host`, over TLS 1.2 or later.
    ///
    /// @param host the name or address literal that was asked for, not one that was looked up
    public static Handshake verified(Socket plain, String host, PeerProof proof) {
        try {
            return handshake(plain, host, PeerJudge.of(host, proof), proof.word());
        } catch (GeneralSecurityException e) {
            return new Handshake.Broken("TLS cannot be set up here: " + e.getMessage());
        }
    }

    /// A handshake with whoever answers (RFC 7435): it keeps off those who only listen, and proves
    /// nothing.
    public static Handshake unverified(Socket plain, String host) {
        return handshake(plain, host, PeerJudge.anybody(), Proof.NONE);
    }

    private static Handshake handshake(Socket plain, String host, PeerJudge judge, Proof proof) {
        PeerJudge.Witness witness = new PeerJudge.Witness(judge);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {witness}, Randomness.shared());
            SSLSocket socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(plain, host, plain.getPort(), true);
            socket.setUseClientMode(true);
            socket.setSSLParameters(parameters(socket.getSSLParameters(), host));
            socket.startHandshake();
            return new Handshake.Established(socket, evidence(socket.getSession(), proof));
        } catch (SSLException e) {
            return new Handshake.Broken(reason(e), witness.seen());
        } catch (IOException e) {
            return new Handshake.Broken(
                    "the connection broke during the TLS handshake", witness.seen());
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

    private static Tls evidence(SSLSession session, Proof proof)
            throws IOException, GeneralSecurityException {
        Certificate own = session.getPeerCertificates()[0];
        return new Tls(
                session.getProtocol(),
                session.getCipherSuite(),
                proof,
                KeyPin.sha256(own.getEncoded()));
    }

    /// Our own sentence where a certificate was refused; else what the TLS library says, which
    /// quotes no data of the connection.
    private static String reason(SSLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PeerJudge.RefusedException refused) {
                return String.valueOf(refused.getMessage());
            }
        }
        return "the TLS handshake failed: " + failure.getMessage();
    }
}
