package org.postern.pki;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.PKIXCertPathChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Domain;
import org.postern.pki.CertificateCheck.Algorithms;
import org.postern.pki.PartnerDirectory.Standing;

/// Whether a certification path leads from a certificate to an anchor: RFC 5280 §6, by the JDK.
///
/// Revocation is asked elsewhere, by the path: the JDK's own fetcher follows any address that a
/// certificate names.
final class PathCheck {
    /// Certificates between an end entity and its anchor.
    private static final int PATH_MAX = 10;

    /// Paths that are looked at for one certificate.
    private static final int PATHS_MAX = 6;

    private final List<X509Certificate> anchors;
    private final Strength strength;

    /// Whether the algorithm by which a certificate of the path is signed is good enough.
    @FunctionalInterface
    interface Strength {
        boolean isEnough(X509Certificate step);
    }

    PathCheck(List<X509Certificate> anchors) {
        this(anchors, it -> CertificateCheck.isWellSigned(it, Algorithms.CLASSIC));
    }

    /// The same anchors, with regard to paths that are signed by these algorithms.
    PathCheck by(Algorithms algorithms) {
        return new PathCheck(anchors, it -> CertificateCheck.isWellSigned(it, algorithms));
    }

    PathCheck(List<X509Certificate> anchors, Strength strength) {
        this.anchors = List.copyOf(anchors);
        this.strength = strength;
    }

    /// Whether it can be an anchor: its name constraints, if it has any, can be read.
    static boolean isAnchor(X509Certificate certificate) {
        try {
            new TrustAnchor(certificate, nameConstraints(certificate));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// How a certificate stands with those above it. Where one in the middle was revoked, other
    /// paths are looked for: what another authority certifies as well does not fall with it. That
    /// goes only for reasons that say nothing against the key: another certificate for a key in
    /// wrong hands does not make it good. Of what is revoked itself each path says so, since its
    /// issuer has one name and key.
    ///
    /// @param between certificates that may stand between the two
    /// @param asked says it of a path, from the certificate to the anchor, both included; if there
    ///   is none, of the certificate alone
    /// @return empty if there is no path, and nothing is said against the certificate itself
    Optional<Standing> standing(
            X509Certificate certificate,
            List<X509Certificate> between,
            Instant now,
            Function<List<X509Certificate>, Standing> asked) {
        Optional<List<X509Certificate>> path = path(certificate, between, now);
        if (path.isEmpty()) {
            return Optional.of(asked.apply(List.of(certificate)))
                    .filter(it -> !(it instanceof Standing.Good));
        }
        Standing standing = asked.apply(path.get());
        boolean around =
                standing instanceof Standing.Revoked(boolean keyStands)
                        && keyStands
                        && path.get().size() > 2
                        && !(asked.apply(path.get().subList(0, 2)) instanceof Standing.Revoked);
        return Optional.of(around ? around(path.get(), between, now, asked) : standing);
    }

    /// By other paths than one in the middle of which something was revoked. Nothing but what is
    /// good, or may be in seconds, counts more than that.
    private Standing around(
            List<X509Certificate> revoked,
            List<X509Certificate> between,
            Instant now,
            Function<List<X509Certificate>, Standing> asked) {
        Deque<Set<X509Certificate>> without = new ArrayDeque<>(withoutEach(revoked, Set.of()));
        Set<Set<X509Certificate>> seen = new HashSet<>(without);
        for (int tries = 1; tries < PATHS_MAX && !without.isEmpty(); tries++) {
            Set<X509Certificate> left = without.remove();
            Optional<List<X509Certificate>> path = path(revoked.getFirst(), between, left, now);
            if (path.isPresent()) {
                Standing standing = asked.apply(path.get());
                switch (standing) {
                    case Standing.Good _ -> {
                        return standing;
                    }
                    case Standing.Awaited _ -> {
                        return new Standing.Awaited(true);
                    }
                    case Standing.Unknown _, Standing.NoPlace _ -> {
                        // It takes nothing back.
                    }
                    case Standing.Revoked(boolean keyStands) -> {
                        if (!keyStands) {
                            return standing;
                        }
                        withoutEach(path.get(), left).stream()
                                .filter(seen::add)
                                .forEach(without::add);
                    }
                }
            }
        }
        return new Standing.Revoked(true);
    }

    /// The ways to leave out one more of those above the first.
    private static List<Set<X509Certificate>> withoutEach(
            List<X509Certificate> path, Set<X509Certificate> left) {
        List<Set<X509Certificate>> ways = new ArrayList<>();
        for (X509Certificate each : path.subList(1, path.size())) {
            Set<X509Certificate> more = new HashSet<>(left);
            more.add(each);
            ways.add(Set.copyOf(more));
        }
        return ways;
    }

    /// @param between certificates that may stand between the two
    /// @return from the certificate to the anchor, both included; empty if there is none
    Optional<List<X509Certificate>> path(
            X509Certificate certificate, List<X509Certificate> between, Instant now) {
        return path(certificate, between, Set.of(), now);
    }

    private Optional<List<X509Certificate>> path(
            X509Certificate certificate,
            List<X509Certificate> between,
            Set<X509Certificate> without,
            Instant now) {
        try {
            Set<TrustAnchor> valid = anchorsAt(now, without);
            if (valid.isEmpty()) {
                return Optional.empty();
            }
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(certificate);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(valid, target);
            parameters.setDate(Date.from(now));
            parameters.setRevocationEnabled(false);
            parameters.setMaxPathLength(PATH_MAX);
            parameters.addCertPathChecker(new Budget());
            parameters.addCertStore(
                    CertStore.getInstance(
                            "Collection",
                            new CollectionCertStoreParameters(
                                    pool(certificate, between, without))));
            return CertPathBuilder.getInstance("PKIX").build(parameters)
                            instanceof PKIXCertPathBuilderResult built
                    ? wellSigned(built)
                    : Optional.empty();
        } catch (CertPathBuilderException e) {
            return Optional.empty();
        } catch (InvalidAlgorithmParameterException e) {
            // The JDK says so of anchors it cannot use.
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot build certification paths", e);
        }
    }

    private Optional<List<X509Certificate>> wellSigned(PKIXCertPathBuilderResult built) {
        List<X509Certificate> path = new ArrayList<>();
        for (Certificate each : built.getCertPath().getCertificates()) {
            if (!(each instanceof X509Certificate step) || !strength.isEnough(step)) {
                return Optional.empty();
            }
            path.add(step);
        }
        path.add(built.getTrustAnchor().getTrustedCert());
        return Optional.of(path);
    }

    /// Ends the search when so many certificates were tried. Whoever signs a message chooses what
    /// comes with it, and the JDK's search tries every order of certificates that name one another.
    private static final class Budget extends PKIXCertPathChecker {
        private static final int STEPS_MAX = 1_000;

        /// Clones of this share it.
        private final AtomicInteger left = new AtomicInteger(STEPS_MAX);

        @Override
        public void init(boolean forward) {}

        @Override
        public boolean isForwardCheckingSupported() {
            return true;
        }

        @Override
        public @Nullable Set<String> getSupportedExtensions() {
            return null;
        }

        @Override
        public void check(Certificate certificate, Collection<String> unresolved)
                throws CertPathValidatorException {
            if (left.decrementAndGet() < 0) {
                throw new CertPathValidatorException("too many certificates");
            }
        }
    }

    private static List<X509Certificate> pool(
            X509Certificate certificate,
            List<X509Certificate> between,
            Set<X509Certificate> without) {
        Set<X509Certificate> pool = new HashSet<>(between);
        pool.removeAll(without);
        pool.add(certificate);
        return List.copyOf(pool);
    }

    /// An anchor's own dates and name constraints count as well, which the JDK leaves to the
    /// caller.
    private Set<TrustAnchor> anchorsAt(Instant now, Set<X509Certificate> without) {
        Set<TrustAnchor> valid = new HashSet<>();
        for (X509Certificate anchor : anchors) {
            boolean begun =
                    !now.isBefore(anchor.getNotBefore().toInstant()) && !without.contains(anchor);
            if (begun && !now.isAfter(anchor.getNotAfter().toInstant())) {
                valid.add(new TrustAnchor(anchor, nameConstraints(anchor)));
            }
        }
        return valid;
    }

    private static byte @Nullable [] nameConstraints(X509Certificate anchor) {
        byte[] extension = anchor.getExtensionValue(Extension.nameConstraints.getId());
        return extension == null ? null : ASN1OctetString.getInstance(extension).getOctets();
    }

    /// Which authorities vouch for whom: those of a domain for the addresses in it and below it,
    /// and those without a domain for everybody else. So no partner's authority vouches for another
    /// partner, and no public one for a partner who has his own.
    static final class Anchors {
        private final Map<String, List<X509Certificate>> byDomain = new HashMap<>();
        private final List<X509Certificate> everybody = new ArrayList<>();

        /// @param domain for which it vouches; empty for everybody
        void add(Optional<Domain> domain, X509Certificate anchor) {
            domain.map(Domain::name)
                    .map(name -> byDomain.computeIfAbsent(name, _ -> new ArrayList<>()))
                    .orElse(everybody)
                    .add(anchor);
        }

        /// Takes those of a file that are authorities.
        ///
        /// @return what is wrong, of each that is none
        List<String> add(Optional<Domain> domain, List<X509Certificate> file) {
            List<String> wrong = new ArrayList<>();
            for (X509Certificate certificate : file) {
                if (certificate.getBasicConstraints() < 0) {
                    wrong.add(
                            "It is not the certificate of an authority; a person's certificate"
                                    + " belongs into partners/ or pinned/.");
                } else if (isAnchor(certificate)) {
                    add(domain, certificate);
                } else {
                    wrong.add("Its name constraints cannot be read.");
                }
            }
            return wrong;
        }

        /// Nobody else vouches for a domain that has a folder: it may be empty, copied by half, or
        /// not be readable.
        void close(Domain domain) {
            byDomain.putIfAbsent(domain.name(), new ArrayList<>());
        }

        /// Whether a domain, or one above it, has authorities of its own.
        boolean isOwned(Domain domain) {
            for (String name = domain.name(); !name.isEmpty(); name = above(name)) {
                if (!byDomain.getOrDefault(name, List.of()).isEmpty()) {
                    return true;
                }
            }
            return false;
        }

        /// Whether nobody at all vouches for a domain that has a folder.
        boolean isClosed(Domain domain) {
            return byDomain.getOrDefault(domain.name(), List.of()).isEmpty();
        }

        void vouchForNobodyElse() {
            everybody.clear();
        }

        /// To those who vouch for the addresses of a domain.
        PathCheck of(Domain domain) {
            for (String name = domain.name(); !name.isEmpty(); name = above(name)) {
                List<X509Certificate> own = byDomain.get(name);
                if (own != null) {
                    return new PathCheck(own);
                }
            }
            return new PathCheck(everybody);
        }

        private static String above(String name) {
            return name.substring(name.indexOf('.') + 1).equals(name)
                    ? ""
                    : name.substring(name.indexOf('.') + 1);
        }

        List<X509Certificate> certificates() {
            List<X509Certificate> all = new ArrayList<>(everybody);
            byDomain.values().forEach(all::addAll);
            return List.copyOf(all);
        }

        /// To any of them: for whoever signs beside the author, and proves no address by it.
        PathCheck all() {
            return new PathCheck(certificates());
        }
    }
}
