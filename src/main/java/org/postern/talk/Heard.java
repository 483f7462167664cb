package org.postern.talk;

/// What a client said: RFC 3501 §2.2.1.
public sealed interface Heard {
    /// A whole command.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Octets(byte[] octets) implements Heard {
        @Override
        public String toString() {
            return "a command";
        }
    }

    /// An APPEND whose letter is still to come.
    record LetterComes(Letter letter) implements Heard {}

    /// A literal of it is larger than it may be, or all of it is.
    ///
    /// @param begin of the command, up to the literal
    /// @param goesOn whether the next command can be found
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record TooBig(byte[] begin, boolean goesOn) implements Heard {
        @Override
        public String toString() {
            return "a command that is too big";
        }
    }

    /// Whatever is no command.
    enum Fault implements Heard {
        /// A line without an end, or one that ends in a line feed alone: where the next command
        /// begins is not certain, so there must not be one.
        NO_LINE,
        /// The client has gone.
        END
    }
}
