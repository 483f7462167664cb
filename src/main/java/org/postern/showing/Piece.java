package org.postern.showing;

import org.postern.grammar.FetchItem;
import org.postern.mail.Content;

/// One thing of an answer to FETCH.
sealed interface Piece {
    record Words(String words) implements Piece {}

    /// Words that are made when they are written.
    record Later(FetchItem item) implements Piece {}

    /// Octets of the body.
    ///
    /// @param before what stands before the announcement of the literal
    record Stream(String before, Content content, long begin, long count) implements Piece {}
}
