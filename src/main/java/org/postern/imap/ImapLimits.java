package org.postern.imap;

import java.time.Duration;

/// What a mail program may use. Every limit has an answer: a response, or the end of the session.
///
/// @param connections at once on a listener; `* BYE` above it
/// @param connectionsPerSource at once from one IPv4 address or one IPv6 /64; `* BYE` above it
/// @param connectionsPerUser at once of one user, all listeners together; `NO [LIMIT]` above it
/// @param errors `BAD` responses in a session; `* BYE` at this count
/// @param authFailures failed log-ins in a session; `* BYE` at this count
/// @param letter octets of one letter in APPEND; `NO [TOOBIG]` above it: RFC 7889
/// @param deadlines how long things may take
public record ImapLimits(
        int connections,
        int connectionsPerSource,
        int connectionsPerUser,
        int errors,
        int authFailures,
        long letter,
        Deadlines deadlines) {
    /// Connections at once on which nobody has logged in yet, all listeners together; `* BYE` above
    /// it.
    static final int STRANGERS_MAX = 1_000;

    /// The same from one IPv4 address or one IPv6 /64. A log-in takes moments, so a whole clinic
    /// behind one address needs no more.
    static final int STRANGERS_PER_SOURCE_MAX = 50;

    private static final int CONNECTIONS = 5_000;

    /// A whole clinic may stand behind one address, and each of its mail programs opens several.
    private static final int CONNECTIONS_PER_SOURCE = 2_000;

    private static final int CONNECTIONS_PER_USER = 50;
    private static final long LETTER_OCTETS = 25L << 20;

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
                LETTER_OCTETS,
                Deadlines.usual());
    }

    /// @param source at once from one address
    /// @param user at once of one user
    public ImapLimits withConnections(int source, int user) {
        return new ImapLimits(connections, source, user, errors, authFailures, letter, deadlines);
    }

    /// @param octets of one letter
    public ImapLimits withLetter(long octets) {
        return new ImapLimits(
                connections,
                connectionsPerSource,
                connectionsPerUser,
                errors,
                authFailures,
                octets,
                deadlines);
    }

    public ImapLimits withDeadlines(Deadlines changed) {
        return new ImapLimits(
                connections,
                connectionsPerSource,
                connectionsPerUser,
                errors,
                authFailures,
                letter,
                changed);
    }

    /// How long things may take, each as a whole.
    ///
    /// @param stranger from one response to the end of the next command, before a log-in
    /// @param login from the beginning to a log-in, whatever is said meanwhile
    /// @param idle the same after it, and the whole of an IDLE: RFC 3501 §5.4 asks for 30 minutes
    /// @param write until the client takes what is written
    /// @param handshake a whole TLS handshake; the socket is closed after it
    /// @param stillHere how often a client in IDLE hears that the server is there
    /// @param authPause before the answer to the first failed log-in; it doubles with each further
    ///   one
    /// @param stop how long commands may go on after the server is told to stop
    public record Deadlines(
            Duration stranger,
            Duration login,
            Duration idle,
            Duration write,
            Duration handshake,
            Duration stillHere,
            Duration authPause,
            Duration stop) {
        public Deadlines withHandshake(Duration whole) {
            return new Deadlines(stranger, login, idle, write, whole, stillHere, authPause, stop);
        }

        public static Deadlines usual() {
            return new Deadlines(
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(3),
                    Duration.ofMinutes(31),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10));
        }
    }
}
