package org.postern.revocation;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Set;

/// What an authority said of one certificate, its signature checked.
///
/// @param revoked or suspended
/// @param keyStands whether the reason of a revocation says nothing against the key
/// @param from since when this is known (thisUpdate)
/// @param until when the next word is due (nextUpdate)
record Evidence(boolean revoked, boolean keyStands, Instant from, Instant until) {
    /// RFC 5280 §5.3.1: affiliationChanged, superseded, cessationOfOperation.
    private static final Set<Integer> KEY_STANDS = Set.of(3, 4, 5);

    /// The later word counts more, and of two of the same time the worse one.
    static final Comparator<Evidence> LATER_OR_WORSE =
            Comparator.comparing(Evidence::from)
                    .thenComparing(Evidence::revoked)
                    .thenComparing(said -> !said.keyStands());

    /// How far the clock of an authority may be ahead of ours.
    static final Duration SKEW_MAX = Duration.ofMinutes(5);

    /// Whether a reason of a revocation says nothing against the key. One that is absent may be
    /// any.
    static boolean keyStands(int reason) {
        return KEY_STANDS.contains(reason);
    }

    /// Whether it still counts. A revocation always does: only a newer word takes it back.
    boolean holds(Instant now, Duration grace) {
        return revoked || !now.isAfter(until.plus(grace));
    }
}
