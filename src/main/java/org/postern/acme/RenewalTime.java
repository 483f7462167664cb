package org.postern.acme;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// When a certificate is to be renewed: before the last third of its life, so that there is time
/// for many tries. An authority may want it earlier (RFC 9773 §4.2), never later than that.
final class RenewalTime {
    /// Parts of a life in hundredths: at this one it is renewed.
    private static final int DUE = 65;

    /// From this one on somebody should look at it: renewal has failed for a while.
    private static final int LATE = 75;

    private RenewalTime() {}

    /// @param window what its authority says of it
    /// @param part from 0 to 1, drawn at random once for a certificate: where in the window
    static Instant of(X509Certificate certificate, Optional<Authority.Window> window, double part) {
        Instant due = at(certificate, DUE);
        if (window.isEmpty()) {
            return due;
        }
        long millis = Duration.between(window.get().start(), window.get().end()).toMillis();
        Instant wanted = window.get().start().plusMillis((long) (millis * part));
        return wanted.isBefore(due) ? wanted : due;
    }

    /// When it should have been renewed long since.
    static Instant late(X509Certificate certificate) {
        return at(certificate, LATE);
    }

    private static Instant at(X509Certificate certificate, int hundredths) {
        Instant begin = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(begin, certificate.getNotAfter().toInstant());
        return begin.plus(life.multipliedBy(hundredths).dividedBy(100));
    }
}
