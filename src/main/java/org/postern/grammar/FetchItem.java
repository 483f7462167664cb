package org.postern.grammar;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that FETCH asks for: RFC 3501 §6.4.5.
public sealed interface FetchItem {
    /// What is known without looking into the message.
    enum Fact implements FetchItem {
        FLAGS,
        UID,
        INTERNALDATE,
        SIZE,
        /// RFC 7162 §3.1.4.2.
        MODSEQ,
        /// RFC 8474 §5.3.
        EMAILID,
        THREADID,
        /// RFC 8514 §4.2.
        SAVEDATE
    }

    /// What its outline says.
    enum Shape implements FetchItem {
        ENVELOPE,
        BODY,
        BODYSTRUCTURE
    }

    /// Octets of it.
    ///
    /// @param label how the answer names them, without the origin of a part
    /// @param peek whether the message stays unseen
    /// @param span null for all octets of the section
    record Octets(String label, Section section, boolean peek, @Nullable Span span)
            implements FetchItem {}

    /// Octets of a part without its transfer encoding, or how many there are: RFC 3516 §4.2.
    ///
    /// @param label how the answer names them, without the origin
    /// @param part as of `Section`
    /// @param peek whether the message stays unseen
    /// @param span null for all of them
    record Binary(String label, List<Integer> part, boolean size, boolean peek, @Nullable Span span)
            implements FetchItem {
        public Binary {
            part = List.copyOf(part);
        }
    }

    /// The first words of it: RFC 8970.
    ///
    /// @param lazy whether it is wanted only if it costs nothing
    record Preview(boolean lazy) implements FetchItem {}

    /// @param begin the first octet, from 0
    /// @param count octets at most, at least 1
    record Span(long begin, long count) {}

    /// A section of a message.
    ///
    /// @param part the numbers of a part; empty for the message itself
    /// @param fields names of header fields, for two of the kinds
    record Section(List<Integer> part, Kind kind, List<String> fields) {
        static final Section WHOLE = new Section(List.of(), Kind.ALL, List.of());

        public Section {
            part = List.copyOf(part);
            fields = List.copyOf(fields);
        }
    }

    /// What of a message or part is meant.
    enum Kind {
        /// The whole message, or the body of a part.
        ALL,
        HEADER,
        HEADER_FIELDS,
        HEADER_FIELDS_NOT,
        TEXT,
        /// The header section of a part.
        MIME
    }
}
