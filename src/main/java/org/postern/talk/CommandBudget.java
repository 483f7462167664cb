package org.postern.talk;

/// What a command may have, by who sends it.
public enum CommandBudget {
    /// Before a log-in: a name and a password. `BAD [TOOBIG]` and close above it.
    STRANGER(8 * 1024, 8 * 1024),

    /// The same where access tokens are taken: the longest one that is read, in base64 once more.
    TOKENS(12_288, 12_288),

    /// After a log-in; a letter does not count. `BAD [TOOBIG]` above it, `* BYE` for the lines.
    KNOWN(128 * 1024, Conversation.LINE_OCTETS_MAX);

    private final int octets;
    private final int lineOctets;

    CommandBudget(int octets, int lineOctets) {
        this.octets = octets;
        this.lineOctets = lineOctets;
    }

    /// A whole command, literals included.
    int octets() {
        return octets;
    }

    /// One line of it.
    int lineOctets() {
        return lineOctets;
    }
}
