package org.postern.revocation;

import java.time.Duration;
import java.time.Instant;

/// What an authority said of one certificate, its signature checked.
///
/// @param revoked or suspended
/// @param from since when this is known (thisUpdate)
/// @param until when the next word is due (nextUpdate)
record Evidence(boolean revoked, Instant from, Instant until) {
    /// How far the clock of an authority may be ahead of ours.
    static final Duration SKEW_MAX = Duration.ofMinutes(5);

    /// Whether it still counts. A revocation always does: only a newer word takes it back.
    boolean holds(Instant now, Duration grace) {
        return revoked || !now.isAfter(until.plus(grace));
    }
}
