package org.postern.mtasts;

import java.time.Instant;

/// A policy that was fetched, with what is needed to know how long it holds.
///
/// @param id of the TXT record under which it was fetched
/// @param body as it was fetched
record KeptPolicy(String id, Instant fetched, String body, Policy policy) {
    /// A clock that was set back does not make it older than it is, nor younger than new.
    boolean holds(Instant now) {
        return now.isBefore(fetched.plus(policy.maxAge()));
    }
}
