package org.postern.search;

import org.jspecify.annotations.Nullable;

/// Whose turn it is to search, by what it costs: looking through bodies, and reading header fields,
/// for which outlines may have to be made.
public record SearchQueues(SearchTurns bodies, SearchTurns fields) {
    public static SearchQueues usual() {
        return new SearchQueues(
                new SearchTurns(
                        SearchLimits.SEARCHES_MAX,
                        SearchLimits.SEARCHES_PER_USER_MAX,
                        SearchLimits.SEARCH_WAIT_MAX),
                new SearchTurns(
                        SearchLimits.FIELD_SEARCHES_MAX,
                        SearchLimits.FIELD_SEARCHES_PER_USER_MAX,
                        SearchLimits.SEARCH_WAIT_MAX));
    }

    /// The turns of something; null where there are none, because it costs little.
    public @Nullable SearchTurns of(Needs needs) {
        return switch (needs) {
            case FLAGS, ROW -> null;
            case FIELDS -> fields;
            case BODY -> bodies;
        };
    }
}
