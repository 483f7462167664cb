package org.postern.talk;

import org.postern.grammar.Command.Posting;

/// What stands behind a letter of an APPEND.
sealed interface Behind {
    /// The end of the command.
    record End() implements Behind {}

    /// Another letter.
    record More(Posting posting, Letter.Literal literal, int lineOctets) implements Behind {}

    /// Something that does not belong there; it was read to its end.
    record Stray(boolean tooBig) implements Behind {}
}
