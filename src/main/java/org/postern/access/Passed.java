package org.postern.access;

import java.time.Duration;
import java.time.Instant;
import org.postern.check.CheckKind;
import org.postern.policy.Protection.Level;

/// What a reader showed, and when.
public record Passed(CheckKind check, Instant at) {
    /// A check of this age opens nothing sensitive any more.
    private static final Duration SENSITIVE_MAX = Duration.ofHours(12);

    /// Whether it is enough for a conversation of this level now.
    public boolean suffices(Level level, Instant now) {
        return switch (level) {
            case OPEN -> true;
            case NORMAL -> check.isPersonal();
            case SENSITIVE -> check.isStrong() && isWithin(SENSITIVE_MAX, now);
        };
    }

    /// Whether it is younger than this.
    public boolean isWithin(Duration age, Instant now) {
        return check.isPersonal() && at.plus(age).isAfter(now);
    }
}
