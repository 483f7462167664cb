package org.postern.net;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.postern.random.Randomness;

/// The anchors from which a server's certificate must come, and the clock by which it must be
/// valid. `TlsClient` asks it during a handshake.
///
/// Revocation is not looked up: an OCSP responder that is down would otherwise decide whether mail
/// leaves. Two trusts are equal only if they are the same object, so one is made for each source
/// and shared.
public final class TlsTrust {
    private final String source;
    private final Set<TrustAnchor> anchors;
    private final InstantSource clock;

    private TlsTrust(String source, Collection<X509Certificate> anchors, InstantSource clock) {
        this.source = source;
        this.clock = clock;
        Set<TrustAnchor> set = new LinkedHashSet<>();
        anchors.forEach(anchor -> set.add(new TrustAnchor(anchor, null)));
        this.anchors = Set.copyOf(set);
    }

    /// What came of reading a file of anchors.
    public sealed interface Loaded {
        record Ready(TlsTrust trust) implements Loaded {}

        /// @param problem a sentence for people that names the file and the cure
        record Unusable(String problem) implements Loaded {}
    }

    /// The public authorities that the Java runtime trusts.
    ///
    /// @throws GeneralSecurityException if the runtime has none
    public static TlsTrust system(InstantSource clock) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init((KeyStore) null);
        List<X509Certificate> anchors = new ArrayList<>();
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                anchors.addAll(List.of(x509.getAcceptedIssuers()));
            }
        }
        if (anchors.isEmpty()) {
            throw new GeneralSecurityException(
                    "the Java runtime trusts no authority; install ca-certificates-java or name a"
                            + " file of anchors");
        }
        return new TlsTrust("system", anchors, clock);
    }

    /// The authorities of a PEM file and nobody else.
    public static Loaded anchors(Path file, InstantSource clock) {
        try {
            return new Loaded.Ready(
                    new TlsTrust(file.toString(), PemFile.certificates(file), clock));
        } catch (PemFile.PemException e) {
            return new Loaded.Unusable(e.sentence());
        }
    }

    /// These authorities and nobody else.
    public static TlsTrust of(Collection<X509Certificate> anchors, InstantSource clock) {
        if (anchors.isEmpty()) {
            throw new IllegalArgumentException("a trust has at least one anchor");
        }
        return new TlsTrust("given", anchors, clock);
    }

    /// Judges certification paths (RFC 5280 §6) as of now: signatures, validity, constraints, and
    /// the purpose of a TLS server. Host names are left to the caller.
    X509ExtendedTrustManager paths() throws GeneralSecurityException {
        PKIXBuilderParameters parameters =
                new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(clock.instant()));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager paths) {
                return paths;
            }
        }
        throw new GeneralSecurityException("the Java runtime has no PKIX trust manager");
    }

    /// For a client of the runtime that compares host names itself, as its HTTP client does. It
    /// judges as of now, so it is made anew for each errand.
    ///
    /// @throws GeneralSecurityException if the runtime cannot
    public SSLContext client() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {paths()}, Randomness.shared());
        return context;
    }

    /// Why this certificate is not valid now; empty if it is. `paths()` does not ask this of a
    /// certificate that is itself an anchor.
    Optional<String> expiry(X509Certificate certificate) {
        Instant now = clock.instant();
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            return Optional.of("expired on " + end);
        }
        if (now.isBefore(begin)) {
            return Optional.of("is not valid before " + begin);
        }
        return Optional.empty();
    }

    /// Why a path that `paths()` refused is bad, in words for people.
    String objection(X509Certificate[] chain) {
        for (X509Certificate certificate : chain) {
            Optional<String> expiry = expiry(certificate);
            if (expiry.isPresent()) {
                return "a certificate above its own " + expiry.get();
            }
        }
        X509Certificate own = chain[0];
        if (own.getSubjectX500Principal().equals(own.getIssuerX500Principal())) {
            return "its certificate is self-signed, and no authority that we trust vouches for it";
        }
        return "its certificate does not lead to an authority that we trust, or may not be used for"
                + " a server";
    }

    @Override
    public String toString() {
        return "TlsTrust[" + source + ", " + anchors.size() + " anchors]";
    }
}
