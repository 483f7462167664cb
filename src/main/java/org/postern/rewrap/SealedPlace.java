package org.postern.rewrap;

import java.io.IOException;

/// A place where wrapped data keys lie.
@FunctionalInterface
public interface SealedPlace {
    /// Goes through everything that was sealed before this call and brings under the active KEK
    /// what is not: the wrapped data key alone changes, and at every moment, also after a crash,
    /// the old one or the new one is there whole. What it did is durable on return. Reading,
    /// storing and destroying go on meanwhile.
    ///
    /// @param pace is asked before each look, and may end the round
    /// @throws IOException if the disk failed, or the round was ended; what was done is done
    Tally rewrap(Pace pace) throws IOException;
}
