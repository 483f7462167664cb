package org.postern.upstream;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a server says of one message: RFC 9051 §7.5.2. Null is what it did not say.
///
/// @param number its place, from 1
/// @param flags as they are written
/// @param arrived its INTERNALDATE
/// @param header the first octets of its header section, as characters
public record Fetched(
        int number,
        @Nullable Integer uid,
        @Nullable List<String> flags,
        @Nullable Long octets,
        @Nullable Instant arrived,
        @Nullable String header) {}
