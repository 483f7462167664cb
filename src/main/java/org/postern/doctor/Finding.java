package org.postern.doctor;

/// One thing that was looked at.
///
/// @param subject the name in DNS
/// @param words what was found, and what to do about it
record Finding(State state, String subject, String words) {
    enum State {
        GOOD,
        /// It could be better.
        WEAK,
        /// Forged mail gets through.
        BAD,
        /// Nobody could say.
        UNKNOWN
    }

    static Finding good(String subject, String words) {
        return new Finding(State.GOOD, subject, words);
    }

    static Finding weak(String subject, String words) {
        return new Finding(State.WEAK, subject, words);
    }

    static Finding bad(String subject, String words) {
        return new Finding(State.BAD, subject, words);
    }

    boolean isWrong() {
        return state == State.BAD || state == State.UNKNOWN;
    }
}
