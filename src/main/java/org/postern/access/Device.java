package org.postern.access;

import java.time.Duration;
import java.time.Instant;
import org.postern.mail.Address;

/// A device on which a patient asked to be remembered.
///
/// @param handle names it on her pages; it opens nothing
/// @param name such as `iPhone, Safari`
/// @param passed what was last shown on it
public record Device(
        String handle, Address patient, String name, Instant created, Instant used, Passed passed) {
    /// How long a device is remembered without being used.
    public static final Duration IDLE_MAX = Duration.ofDays(180);

    /// How long it is remembered at most.
    public static final Duration LIFE_MAX = Duration.ofDays(365);

    boolean isAlive(Instant now) {
        return now.isBefore(end());
    }

    /// When it is forgotten if it is not used again.
    Instant end() {
        Instant idle = used.plus(IDLE_MAX);
        Instant whole = created.plus(LIFE_MAX);
        return idle.isBefore(whole) ? idle : whole;
    }
}
