package org.postern.imap;

import java.time.Duration;

/// What a mail program may use. Every limit has an answer: a response, or the end of the session.
///
/// @param connections at once on a listener; `* BYE` above it
/// @param connectionsPerSource at once from one IPv4 address or one IPv6 /64; `* BYE` above it
/// @param connectionsPerUser at once of one user, all listeners together; `NO [LIMIT]` above it
/// @param errors `BAD` responses in a session; `* BYE` at this count
/// @param authFailures failed log-ins in a session; `* BYE` at this count
/// @param deadlines how long things may take
public record ImapLimits(
        int connections,
        int connectionsPerSource,
        int connectionsPerUser,
        int errors,
        int authFailures,
        Deadlines deadlines) {
    /// A whole command before a log-in, literals included: a name, a password, or the answer to a
    /// challenge. `BAD [TOOBIG]` and close above it.
    static final int STRANGER_OCTETS_MAX = 8 * 1024;

    /// The lines of a command after a log-in; `* BYE` above it.
    static final int LINE_OCTETS_MAX = 64 * 1024;

    /// A whole command after a log-in; `BAD [TOOBIG]` above it.
    static final int COMMAND_OCTETS_MAX = 128 * 1024;

    /// RFC 7888 §5: what a client may send without being asked; `BAD [TOOBIG]` above it.
    static final int UNASKED_OCTETS_MAX = 4 * 1024;

    /// What is read and thrown away of literals that nobody asked for, in one command, so that the
    /// refusal can be told and nothing of them is taken for a command; `* BYE` above it.
    static final int DRAINED_OCTETS_MAX = 1 << 20;

    /// Octets of bodies that one SEARCH looks through; `NO [LIMIT]` above it.
    static final long SEARCHED_OCTETS_MAX = 64L << 20;

    /// One message that SEARCH looks through; `NO [LIMIT]` above it.
    static final long SEARCHED_MESSAGE_OCTETS_MAX = 8L << 20;

    /// Searches through bodies that run at once, of all users; the others wait for their turn.
    static final int SEARCHES_MAX = 2;

    /// The same of one user, those that wait included; `NO [LIMIT]` above it.
    static final int SEARCHES_PER_USER_MAX = 2;

    /// For a turn to look through bodies; `NO [LIMIT]` after it.
    static final Duration SEARCH_WAIT_MAX = Duration.ofSeconds(30);

    /// One SEARCH; `NO [LIMIT]` after it.
    static final Duration SEARCH_MAX = Duration.ofSeconds(20);

    private static final int CONNECTIONS = 5_000;

    /// A whole clinic may stand behind one address, and each of its mail programs opens several.
    private static final int CONNECTIONS_PER_SOURCE = 2_000;

    private static final int CONNECTIONS_PER_USER = 50;

    public ImapLimits {
        if (connections < 1 || connectionsPerSource < 1 || connectionsPerUser < 1) {
            throw new IllegalArgumentException("an IMAP limit must be at least 1");
        }
        if (errors < 1 || authFailures < 1) {
            throw new IllegalArgumentException("an IMAP limit must be at least 1");
        }
    }

    public static ImapLimits usual() {
        return new ImapLimits(
                CONNECTIONS,
                CONNECTIONS_PER_SOURCE,
                CONNECTIONS_PER_USER,
                20,
                5,
                Deadlines.usual());
    }

    /// @param source at once from one address
    /// @param user at once of one user
    public ImapLimits withConnections(int source, int user) {
        return new ImapLimits(connections, source, user, errors, authFailures, deadlines);
    }

    public ImapLimits withDeadlines(Deadlines changed) {
        return new ImapLimits(
                connections,
                connectionsPerSource,
                connectionsPerUser,
                errors,
                authFailures,
                changed);
    }

    /// How long things may take, each as a whole.
    ///
    /// @param stranger from one response to the end of the next command, before a log-in
    /// @param login from the beginning to a log-in, whatever is said meanwhile
    /// @param idle the same after it, and the whole of an IDLE: RFC 3501 §5.4 asks for 30 minutes
    /// @param write until the client takes what is written
    /// @param stillHere how often a client in IDLE hears that the server is there
    /// @param authPause before the answer to the first failed log-in; it doubles with each further
    ///   one
    /// @param stop how long commands may go on after the server is told to stop
    public record Deadlines(
            Duration stranger,
            Duration login,
            Duration idle,
            Duration write,
            Duration stillHere,
            Duration authPause,
            Duration stop) {
        public static Deadlines usual() {
            return new Deadlines(
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(3),
                    Duration.ofMinutes(31),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10));
        }
    }
}
