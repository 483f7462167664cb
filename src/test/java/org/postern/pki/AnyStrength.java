package org.postern.pki;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Certification paths of a time when SHA-1 was good enough.
public final class AnyStrength {
    private AnyStrength() {}

    /// The path by which the gateway trusts a certificate, if it took any algorithm.
    public static Optional<List<X509Certificate>> path(
            X509Certificate certificate,
            List<X509Certificate> between,
            X509Certificate anchor,
            Instant now) {
        return new PathCheck(List.of(anchor), _ -> true).path(certificate, between, now);
    }
}
