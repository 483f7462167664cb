package org.postern.facts;

import java.time.LocalDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Listener;

/// How and when a message came in.
///
/// @param originator the reverse-path; null if it is empty
/// @param authenticated who logged in; null where nobody has to
/// @param at the clinic's clock on the wall
/// @param origin what was found out about where it comes from; empty for mail from inside
public record Entry(
        Listener listener,
        @Nullable Address originator,
        @Nullable Address authenticated,
        LocalDateTime at,
        Optional<Origin> origin) {
    /// The same with what was found out about where it comes from.
    public Entry from(Origin found) {
        return new Entry(listener, originator, authenticated, at, Optional.of(found));
    }
}
