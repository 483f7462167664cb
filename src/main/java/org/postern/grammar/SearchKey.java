package org.postern.grammar;

import java.time.LocalDate;
import java.util.List;

/// What SEARCH looks for: RFC 3501 §6.4.4.
public sealed interface SearchKey {
    /// All of these; of none, every message.
    record And(List<SearchKey> keys) implements SearchKey {
        public And {
            keys = List.copyOf(keys);
        }
    }

    record Or(SearchKey one, SearchKey other) implements SearchKey {}

    record Not(SearchKey key) implements SearchKey {}

    /// @param flag as written, such as `\Seen` or a keyword
    record Flag(String flag) implements SearchKey {}

    /// It came since the last session that looked.
    record Recent() implements SearchKey {}

    /// RFC 5032: how long ago it arrived.
    ///
    /// @param older than that, or as old; else younger, or as old
    record Age(boolean older, long seconds) implements SearchKey {}

    /// @param larger than `octets`; else smaller
    record Size(boolean larger, long octets) implements SearchKey {}

    /// When it arrived, or what its Date field says in the field's own zone.
    record Day(Clock clock, Relation relation, LocalDate day) implements SearchKey {}

    enum Clock {
        ARRIVED,
        /// RFC 8514: when it came into the folder.
        SAVED,
        SENT
    }

    enum Relation {
        BEFORE,
        ON,
        SINCE
    }

    /// Its id, or that of its thread: RFC 8474 §6.
    record ObjectId(boolean thread, String id) implements SearchKey {}

    /// @param text in the field, decoded; empty for any text
    record Header(String field, String text) implements SearchKey {}

    /// @param header whether the header section counts as well
    record Text(boolean header, String text) implements SearchKey {}

    /// Its last change is this one or came behind it: RFC 7162 §3.1.5.
    record Modseq(long first) implements SearchKey {}

    /// @param uids whether the numbers are UIDs
    record Numbers(boolean uids, SequenceSet set) implements SearchKey {}
}
