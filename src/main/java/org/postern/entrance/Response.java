package org.postern.entrance;

import java.util.List;

/// One response of a server: RFC 9051 §7.
public sealed interface Response {
    /// It waits for more of the command.
    record GoOn() implements Response {}

    /// The end of a command.
    ///
    /// @param text with its response code
    record Tagged(String tag, String status, String text) implements Response {}

    /// OK, NO, BAD, BYE or PREAUTH without a tag.
    record Told(String status, String text) implements Response {}

    /// What belongs to a number, such as `3 EXISTS`.
    record Numbered(long number, String word, List<Item> items) implements Response {}

    /// Anything else, such as `LIST`.
    record Named(String word, List<Item> items) implements Response {}

    /// What stands in a response.
    sealed interface Item {
        /// An atom, a number or a flag.
        record Word(String text) implements Item {}

        /// A string.
        ///
        /// @param octets as characters
        record Text(String octets) implements Item {}

        /// A string that went where it was wanted.
        record Taken(long octets) implements Item {}

        record Group(List<Item> items) implements Item {}
    }
}
