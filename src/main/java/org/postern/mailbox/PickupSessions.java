package org.postern.mailbox;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postern.mail.Address;

/// The sessions of patients who passed the check, each good for one thread. What a session may see
/// is the page's business.
///
/// Only the hash of a secret is stored. All methods may be called by many threads at once. A
/// session survives a restart; it does not survive the loss of the database, and the patient
/// answers the check again.
public interface PickupSessions {
    /// How long a session lives without a request.
    Duration IDLE_MAX = Duration.ofMinutes(15);

    /// How long a session lives at most.
    Duration LIFE_MAX = Duration.ofHours(12);

    /// Begins a session after a passed check: always a new secret, never one that the browser sent.
    SessionSecret open(Address patient, ThreadId thread, Instant now) throws IOException;

    /// The session behind a cookie, if it is alive. It counts as used at `now`; uses less than a
    /// minute apart count as one, so that a page with its images costs one write.
    Optional<PickupSession> find(SessionSecret secret, Instant now) throws IOException;

    /// Ends a session, if there is one; durable on return.
    void close(SessionSecret secret) throws IOException;

    /// @param opened when the check was passed
    /// @param expires when the session ends at the latest if no other request comes
    record PickupSession(Address patient, ThreadId thread, Instant opened, Instant expires) {}
}
