package org.postern.pki;

import java.time.Duration;
import java.time.Instant;

/// From when until when a certificate is valid: RFC 5280 §4.1.2.5, both ends included, in whole
/// seconds.
public record Validity(Instant notBefore, Instant notAfter) {
    public Validity {
        if (notAfter.isBefore(notBefore)) {
            throw new IllegalArgumentException("a validity ends before it begins");
        }
    }

    /// Valid from an hour before `now`, so that a clock that is behind does not matter.
    public static Validity from(Instant now, Duration length) {
        return new Validity(now.minus(Duration.ofHours(1)), now.plus(length));
    }
}
