package org.postern.torture;

import java.util.List;
import org.postern.torture.HaltRule.When;

/// How a kill point is reached: by a peer that sees the moment, by an operation of the disk, or not
/// here.
sealed interface Reach {
    /// Occurrences that the table asks for.
    int TIMES = 3;

    /// How many occurrences there are to go through.
    default int times() {
        return TIMES;
    }

    /// A peer kills it.
    ///
    /// @param kind of the messages that are sent until the moment comes
    record Peer(Moment moment, Kind kind, int times) implements Reach {
        Peer(Moment moment, Kind kind) {
            this(moment, kind, TIMES);
        }
    }

    /// It ends itself at an operation, while messages of a kind come one after the other, each when
    /// the one before it has come to rest.
    ///
    /// @param first which occurrence of the operation within a message
    /// @param each how many there are in a message, so that the n-th of the point is found; 0 if it
    ///   comes once in a life
    record Io(Kind kind, When when, String operation, int first, int each) implements Reach {
        Io(Kind kind, When when, String operation) {
            this(kind, when, operation, 1, 1);
        }

        int occurrence(int n) {
            return first + (n - 1) * each;
        }

        @Override
        public int times() {
            return each == 0 ? 1 : TIMES;
        }
    }

    /// It ends itself at an operation that follows an edit of the policy.
    record Reload(When when, String operation) implements Reach {
        @Override
        public int times() {
            return 1;
        }
    }

    /// It ends itself as it does for a cause, and then in the start that follows, n times, each
    /// time at a later operation.
    ///
    /// @param again the operations of the starts
    record Recovery(Io cause, List<Io> again) implements Reach {
        public Recovery {
            again = List.copyOf(again);
        }

        Recovery(Io cause, Io... again) {
            this(cause, List.of(again));
        }

        @Override
        public int times() {
            return again.size();
        }
    }

    /// Another test reaches it.
    record Elsewhere(String where) implements Reach {
        @Override
        public int times() {
            return 0;
        }
    }

    /// The code has no such point.
    record Absent(String why) implements Reach {
        @Override
        public int times() {
            return 0;
        }
    }
}
