package org.postern.search;

import java.time.Duration;

/// How much one search may cost, and all of them together. Above each of these the answer is `NO
/// [LIMIT]`.
final class SearchLimits {
    /// Octets of bodies that one SEARCH looks through; `NO [LIMIT]` above it.
    static final long SEARCHED_OCTETS_MAX = 64L << 20;

    /// One message that SEARCH looks through; `NO [LIMIT]` above it.
    static final long SEARCHED_MESSAGE_OCTETS_MAX = 8L << 20;

    /// Searches through bodies that run at once, of all users; the others wait for their turn.
    static final int SEARCHES_MAX = 2;

    /// The same of one user, those that wait included; `NO [LIMIT]` above it.
    static final int SEARCHES_PER_USER_MAX = 2;

    /// Searches through header fields, SORT and THREAD that run at once, of all users; the others
    /// wait for their turn.
    static final int FIELD_SEARCHES_MAX = 4;

    /// The same of one user, those that wait included; `NO [LIMIT]` above it.
    static final int FIELD_SEARCHES_PER_USER_MAX = 4;

    /// Searches in folders of the clinic's server that run at once, of all users. They wait for
    /// that server and not for us, and must keep nobody from searching here.
    static final int SEARCHES_ELSEWHERE_MAX = 4;

    /// The same of one user, those that wait included; `NO [LIMIT]` above it.
    static final int SEARCHES_ELSEWHERE_PER_USER_MAX = 2;

    /// Messages that one SORT or THREAD puts in order; `NO [LIMIT]` above it.
    static final int SORTED_MESSAGES_MAX = 50_000;

    /// Octets that one SORT or THREAD keeps of all its messages together, as far as they can be
    /// reckoned; `NO [LIMIT]` above it.
    static final long ORDERED_OCTETS_MAX = 48L << 20;

    /// Characters of a subject or an address that count when messages are put in order.
    static final int TEXT_CHARS_MAX = 500;

    /// Characters of a message-id that count.
    static final int ID_CHARS_MAX = 250;

    /// The last message-ids of a References field that count.
    static final int REFERENCES_MAX = 100;

    /// For a turn; `NO [LIMIT]` after it.
    static final Duration SEARCH_WAIT_MAX = Duration.ofSeconds(30);

    /// Between two words to whoever waits for a turn; RFC 9585 §4 recommends 10 to 15 seconds.
    static final Duration SEARCH_WAIT_WORD = Duration.ofSeconds(10);

    /// Both.
    static final SearchTurns.Waiting WAITING =
            new SearchTurns.Waiting(SEARCH_WAIT_MAX, SEARCH_WAIT_WORD);

    /// One SEARCH, SORT or THREAD; `NO [LIMIT]` after it.
    static final Duration SEARCH_MAX = Duration.ofSeconds(20);

    private SearchLimits() {}
}
