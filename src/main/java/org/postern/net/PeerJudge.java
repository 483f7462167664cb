package org.postern.net;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.DeliveryOutcome.Tls;

/// Judges the certificates of a server, over a socket; all else it refuses. It refuses inside the
/// handshake, so that no code behind it can forget to ask.
abstract class PeerJudge extends X509ExtendedTrustManager {
    private PeerJudge() {}

    /// The judge who demands this proof of this host.
    static PeerJudge of(String host, PeerProof proof) throws GeneralSecurityException {
        return switch (proof) {
            case PeerProof.Path(TlsTrust trust, _) -> new ByPath(host, trust);
            case PeerProof.Pinned(Set<KeyPin> pins, TlsTrust trust) ->
                    new ByPin(pins, trust == null ? anybody() : new ByPath(host, trust));
            case PeerProof.Dane dane -> new ByDane(host, dane);
        };
    }

    /// Accepts every certificate. Only for peers from which nothing is demanded, and beside a judge
    /// who demands something else.
    static PeerJudge anybody() {
        return new Anybody();
    }

    /// A certificate that was refused, with a sentence for people.
    static final class RefusedException extends CertificateException {
        private static final long serialVersionUID = 1;

        RefusedException(String sentence) {
            super(sentence);
        }
    }

    /// Demands a certification path and the host's name.
    private static final class ByPath extends PeerJudge {
        private final String host;
        private final TlsTrust trust;
        private final X509ExtendedTrustManager paths;

        ByPath(String host, TlsTrust trust) throws GeneralSecurityException {
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

    /// Demands one of the keys, and then whatever the other judge demands.
    private static final class ByPin extends PeerJudge {
        private final Set<KeyPin> pins;
        private final PeerJudge other;

        ByPin(Set<KeyPin> pins, PeerJudge other) {
            this.pins = pins;
            this.other = other;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            KeyPin presented = KeyPin.of(chain[0]);
            if (!pins.contains(presented)) {
                throw new RefusedException(
                        "its key has the SHA-256 " + presented.sha256() + ", which is not pinned");
            }
            other.checkServerTrusted(chain, authType, socket);
        }
    }

    /// Demands a certificate that a TLSA record names.
    private static final class ByDane extends PeerJudge {
        private final String host;
        private final PeerProof.Dane dane;

        ByDane(String host, PeerProof.Dane dane) {
            this.host = host;
            this.dane = dane;
        }

        /// RFC 7672 §3.1.1: a record with usage 3 proves by itself, names and dates do not count.
        /// §3.1.2: one with usage 2 names an authority of the chain, from which the path and the
        /// host's name are judged as ever.
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            X509Certificate own = chain[0];
            if (records(TlsaRecord.OWN).stream().anyMatch(record -> record.matches(own))) {
                return;
            }
            List<X509Certificate> authorities =
                    List.of(chain).subList(1, chain.length).stream()
                            .filter(above ->
                                    records(TlsaRecord.AUTHORITY).stream()
                                            .anyMatch(record -> record.matches(above)))
                            .collect(Collectors.toList());
            if (authorities.isEmpty()) {
                throw new RefusedException("no TLSA record of its domain names its certificate");
            }
            try {
                TlsTrust published = TlsTrust.of(authorities, dane.clock());
                new ByPath(host, published).checkServerTrusted(chain, authType, socket);
            } catch (CertificateException e) {
                throw e;
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
        }

        private List<TlsaRecord> records(int usage) {
            return dane.records().stream().filter(record -> record.usage() == usage).toList();
        }
    }

    /// Leaves the judgement to another, and keeps what the peer showed: what was refused is for the
    /// audit too. For one handshake.
    static final class Witness extends PeerJudge {
        private final PeerJudge judge;
        private volatile @Nullable Tls seen;

        Witness(PeerJudge judge) {
            this.judge = judge;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            if (socket instanceof SSLSocket tls) {
                SSLSession session = tls.getHandshakeSession();
                seen =
                        new Tls(
                                session.getProtocol(),
                                session.getCipherSuite(),
                                Proof.NONE,
                                KeyPin.sha256(chain[0].getEncoded()));
            }
            judge.checkServerTrusted(chain, authType, socket);
        }

        /// Null if the handshake did not come as far as a certificate.
        @Nullable Tls seen() {
            return seen;
        }
    }

    private static final class Anybody extends PeerJudge {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}
    }

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
