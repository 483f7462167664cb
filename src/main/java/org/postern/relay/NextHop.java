package org.postern.relay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.net.PeerProof;
import org.postern.net.TlsTrust;

/// One MTA to which mail is relayed, and what it must prove. Equal next hops share their
/// connections.
///
/// A next hop is where the choice of the route ends: whoever finds it by MX, MTA-STS or DANE makes
/// one for each host in turn, with the trust that the policy found there.
///
/// @param host name or address literal; where names count, the certificate must carry exactly this
/// @param proof by what it proves who it is; null only where no proof is demanded
/// @param credentials only where proof is demanded: a password never goes to an unproved server
public record NextHop(
        String host,
        int port,
        TlsMode tls,
        @Nullable PeerProof proof,
        @Nullable Credentials credentials) {
    public NextHop {
        if (host.isEmpty() || host.chars().anyMatch(c -> c <= 0x20 || c >= 0x7F)) {
            throw new IllegalArgumentException("not a host: \"" + host + "\"");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        if (tls.demandsProof() && proof == null) {
            throw new IllegalArgumentException(host + ": proof is demanded, and none is named");
        }
        if (!tls.demandsProof() && credentials != null) {
            throw new IllegalArgumentException(
                    host + ": credentials need TLS mode VERIFIED or VERIFIED_IMPLICIT");
        }
    }

    /// A next hop that gets clear text.
    public static NextHop clear(String host, int port) {
        return new NextHop(host, port, TlsMode.NONE, null, null);
    }

    /// A next hop that gets TLS if it takes it, and clear text otherwise.
    public static NextHop opportunistic(String host, int port) {
        return new NextHop(host, port, TlsMode.OPPORTUNISTIC, null, null);
    }

    /// A next hop that proves its name after STARTTLS, or gets nothing.
    public static NextHop verified(String host, int port, TlsTrust trust) {
        return proved(host, port, new PeerProof.Path(trust, Proof.CA));
    }

    /// A next hop that proves itself so after STARTTLS, or gets nothing.
    public static NextHop proved(String host, int port, PeerProof proof) {
        return new NextHop(host, port, TlsMode.VERIFIED, proof, null);
    }

    /// The proof that a mode which demands one always has.
    PeerProof requiredProof() {
        return Objects.requireNonNull(proof);
    }

    /// `host:port`, as outcomes and the audit name it.
    public String name() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /// With what we log in at a smart host (RFC 4954, RFC 4616).
    public record Credentials(String user, String password) {
        public Credentials {
            if (user.isEmpty() || user.indexOf('\0') >= 0 || password.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("no user, or a NUL in the user or the password");
            }
        }

        /// Names the user, never the password.
        @Override
        public String toString() {
            return "Credentials[" + user + "]";
        }
    }
}
