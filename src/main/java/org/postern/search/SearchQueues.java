package org.postern.search;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What all searches share: whose turn it is, by what it costs: looking through bodies, and reading
/// header fields, for which outlines may have to be made. What lies elsewhere has turns of its own.
///
/// @param stopwatch in nanoseconds, by which the time of each ends
public record SearchQueues(
        SearchTurns bodies, SearchTurns fields, SearchTurns elsewhere, LongSupplier stopwatch) {
    public static SearchQueues usual() {
        return new SearchQueues(
                new SearchTurns(
                        SearchLimits.SEARCHES_MAX,
                        SearchLimits.SEARCHES_PER_USER_MAX,
                        SearchLimits.WAITING),
                new SearchTurns(
                        SearchLimits.FIELD_SEARCHES_MAX,
                        SearchLimits.FIELD_SEARCHES_PER_USER_MAX,
                        SearchLimits.WAITING),
                new SearchTurns(
                        SearchLimits.SEARCHES_ELSEWHERE_MAX,
                        SearchLimits.SEARCHES_ELSEWHERE_PER_USER_MAX,
                        SearchLimits.WAITING),
                System::nanoTime);
    }

    /// The turns of something; null where there are none, because it costs little.
    public @Nullable SearchTurns of(Needs needs) {
        return switch (needs) {
            case FLAGS, ROW -> null;
            case FIELDS -> fields;
            case BODY -> bodies;
        };
    }

    /// The same in a folder that does not lie here: whatever is not known of it already is fetched.
    public @Nullable SearchTurns elsewhere(Needs needs) {
        return switch (needs) {
            case FLAGS -> null;
            case ROW, FIELDS, BODY -> elsewhere;
        };
    }
}
