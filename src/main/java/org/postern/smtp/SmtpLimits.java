package org.postern.smtp;

import java.time.Duration;
import java.util.Optional;
import org.postern.command.CommandLine.Verb;
import org.postern.mail.Reply;

/// What one listener lets a client use. Every limit has an answer: a reply, or the end of the
/// session.
///
/// @param messageOctets the largest message, header section included; 552 5.3.4 above it
/// @param recipients in one transaction; 452 4.5.3 above it
/// @param connections at once on this listener; 421 4.7.0 above it
/// @param connectionsPerSource at once from one IPv4 address or one IPv6 /64; 421 4.7.0 above it
/// @param errors 5xx replies in a session; 421 4.7.0 and close at this count
/// @param authFailures failed AUTH in a session; 421 4.7.0 and close at this count
/// @param deadlines how long things may take
/// @param progress how long a session may go on without a message that is taken, the time of DATA
///   and BDAT not counted; 421 4.7.0 and close after it
public record SmtpLimits(
        long messageOctets,
        int recipients,
        int connections,
        int connectionsPerSource,
        int errors,
        int authFailures,
        Deadlines deadlines,
        Duration progress) {
    /// A command line, CRLF included: RFC 5321 §4.5.3.1.4 asks for 512 and more for each extension.
    static final int COMMAND_OCTETS_MAX = 2_048;

    /// The same where an access token may stand in one: RFC 4954 §4.
    static final int TOKEN_LINE_OCTETS_MAX = 12_288;

    /// What is thrown away of a command line that is too long; a longer one ends the session.
    static final int COMMAND_OCTETS_DISCARDED_MAX = 64 * 1024;

    /// A line of the message, CRLF included. RFC 5321 §4.5.3.1.6 says 1,000, and real clients send
    /// more; the protection steps wrap what leaves.
    static final int TEXT_LINE_OCTETS_MAX = 64 * 1024;

    /// Commands that do no work (NOOP, RSET, VRFY, EHLO …) between two messages.
    static final int IDLE_COMMANDS_MAX = 100;

    /// Commands of any kind but BDAT between two messages that are taken, for each recipient that a
    /// message may have, and besides; 421 4.7.0 and close above it. A RCPT beyond that number is
    /// none of them: whoever has more recipients than one transaction takes may name all of them at
    /// once, and goes on with those that were accepted (RFC 5321 §4.5.3.1.10). Time bounds these.
    static final int COMMANDS_PER_RECIPIENT = 10;

    static final int COMMANDS_BESIDES = 200;

    /// Replies between two messages that ask the client to come again, but for those to recipients
    /// beyond the limit; 421 4.7.0 and close at this count.
    static final int DEFERRALS_MAX = 50;

    /// Where nobody is served who has not logged in: how long that may take, from the greeting on.
    static final Duration LOGIN_MAX = Duration.ofMinutes(2);

    /// Connections at a relay listener of all those together who are none of its clients: enough to
    /// tell them.
    private static final int STRANGERS_AT_RELAY = 20;

    /// One of so many places of a listener is kept for those who are known.
    private static final int KEPT_SHARE = 4;

    /// A wait on a socket may end a little before its time.
    private static final Duration SOCKET_STEP = Duration.ofMillis(20);

    private static final Duration PROGRESS = Duration.ofMinutes(10);

    /// A refused message is read to its end, but not for ever: this many times the size limit.
    static final int DRAIN_FACTOR = 4;

    /// What that factor is applied to at least, however small the size limit is.
    private static final long DRAIN_UNIT_MIN = 1L << 20;

    private static final int CONNECTIONS = 1_000;
    private static final int CONNECTIONS_PER_SOURCE = 50;
    private static final int RECIPIENTS_OF_STRANGERS = 100;
    private static final int RECIPIENTS_OF_OUR_OWN = 1_000;

    public SmtpLimits {
        if (messageOctets < 1 || recipients < 1 || connections < 1) {
            throw new IllegalArgumentException("an SMTP limit must be at least 1");
        }
        if (connectionsPerSource < 1 || errors < 1 || authFailures < 1) {
            throw new IllegalArgumentException("an SMTP limit must be at least 1");
        }
        if (progress.isNegative() || progress.isZero()) {
            throw new IllegalArgumentException("an SMTP deadline must be positive");
        }
    }

    /// With the usual time without a message.
    public SmtpLimits(
            long messageOctets,
            int recipients,
            int connections,
            int connectionsPerSource,
            int errors,
            int authFailures,
            Deadlines deadlines) {
        this(
                messageOctets,
                recipients,
                connections,
                connectionsPerSource,
                errors,
                authFailures,
                deadlines,
                PROGRESS);
    }

    /// Of the connections those that are kept for clients who are known.
    int kept(SmtpListener.Kind kind) {
        return switch (kind) {
            case RELAY -> Math.max(0, connections - STRANGERS_AT_RELAY);
            case SUBMISSION, SUBMISSIONS, INBOUND -> connections / KEPT_SHARE;
        };
    }

    /// What one session has used up of them. It belongs to the session's thread.
    static final class Patience {
        private final SmtpLimits limits;
        private long end;
        private int errors;
        private int deferrals;
        private int idle;
        private int commands;

        Patience(SmtpListener listener) {
            this.limits = listener.limits();
            boolean login = listener.kind().isSubmission();
            Duration first = login ? LOGIN_MAX : limits.progress();
            this.end = System.nanoTime() + first.toNanos();
        }

        int errors() {
            return errors;
        }

        /// How long the next command may take.
        Duration untilNextCommand() {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            Duration command = limits.deadlines().command();
            return left.compareTo(command) < 0 ? left : command;
        }

        /// Whether it has come to nothing for too long.
        boolean isOver() {
            return System.nanoTime() - end >= -SOCKET_STEP.toNanos();
        }

        /// A command came. The end counts as none, and neither does the next piece of a message,
        /// which has a time of its own.
        ///
        /// @param chunks whether a message is coming in pieces
        /// @return the last reply, if it was one too many
        Optional<Reply> command(Verb verb, boolean chunks) {
            if (verb == Verb.QUIT || (chunks && verb == Verb.BDAT)) {
                return Optional.empty();
            }
            int most = COMMANDS_BESIDES + COMMANDS_PER_RECIPIENT * limits.recipients();
            if (isOver()) {
                return Optional.of(Replies.NO_PROGRESS);
            }
            return ++commands > most ? Optional.of(Replies.TOO_MUCH_TALK) : Optional.empty();
        }

        /// A command was answered.
        ///
        /// @return the last reply, if there were too many of that kind
        Optional<Reply> answered(Reply reply) {
            if (reply.isPermanent()) {
                return ++errors >= limits.errors()
                        ? Optional.of(Replies.TOO_MANY_ERRORS)
                        : Optional.empty();
            }
            if (reply.equals(Replies.TOO_MANY_RECIPIENTS)) {
                commands--;
                return Optional.empty();
            }
            boolean deferred = reply.code() / 100 == 4;
            return deferred && ++deferrals >= DEFERRALS_MAX
                    ? Optional.of(Replies.TOO_MANY_DEFERRALS)
                    : Optional.empty();
        }

        /// A command did no work.
        ///
        /// @return whether there were too many of them
        boolean idled() {
            return ++idle >= IDLE_COMMANDS_MAX;
        }

        /// A message was on its way for so long, which has a time of its own.
        void giveBack(long nanos) {
            end += nanos;
        }

        /// Somebody logged in.
        void loggedIn() {
            end = System.nanoTime() + limits.progress().toNanos();
        }

        /// A message was taken.
        void accepted() {
            end = System.nanoTime() + limits.progress().toNanos();
            deferrals = 0;
            idle = 0;
            commands = 0;
        }
    }

    /// The limits of a listener of this kind unless the configuration says otherwise. The clinic's
    /// own mail server is one source, so it alone may use all connections.
    public static SmtpLimits usual(SmtpListener.Kind kind) {
        boolean stranger = kind == SmtpListener.Kind.INBOUND;
        return new SmtpLimits(
                25L << 20,
                stranger ? RECIPIENTS_OF_STRANGERS : RECIPIENTS_OF_OUR_OWN,
                CONNECTIONS,
                kind == SmtpListener.Kind.RELAY ? CONNECTIONS : CONNECTIONS_PER_SOURCE,
                20,
                5,
                Deadlines.usual());
    }

    /// What is read and thrown away at most, so that a refusal can be told.
    static long drainOctets(long messageOctets) {
        return DRAIN_FACTOR * Math.max(messageOctets, DRAIN_UNIT_MIN);
    }

    public SmtpLimits withMessageOctets(long octets) {
        return new SmtpLimits(
                octets,
                recipients,
                connections,
                connectionsPerSource,
                errors,
                authFailures,
                deadlines,
                progress);
    }

    public SmtpLimits withProgress(Duration without) {
        return new SmtpLimits(
                messageOctets,
                recipients,
                connections,
                connectionsPerSource,
                errors,
                authFailures,
                deadlines,
                without);
    }

    public SmtpLimits withDeadlines(Deadlines changed) {
        return new SmtpLimits(
                messageOctets,
                recipients,
                connections,
                connectionsPerSource,
                errors,
                authFailures,
                changed,
                progress);
    }

    /// How long things may take, each as a whole and not for each read: a client that sends one
    /// octet a minute meets the same end as one that sends none.
    ///
    /// @param bannerPause how long a client is watched before the greeting; whoever talks in that
    ///   time is refused (RFC 5321 §4.3.1); zero looks only at what has arrived already
    /// @param command from one reply to the end of the next command: RFC 5321 §4.5.3.2.7
    /// @param data a whole message
    /// @param dataGrace how long a message may come slower than `dataOctetsPerSecond`
    /// @param dataOctetsPerSecond the floor of the mean rate, after the grace
    /// @param write until the client takes what is written
    /// @param handshake a whole TLS handshake; the socket is closed after it
    /// @param authPause before the answer to the first failed AUTH; it doubles with each further
    ///   one
    /// @param stop how long running transactions may go on after the server is told to stop; with
    ///   the five seconds that a cut session may take, no more than half a minute in all
    public record Deadlines(
            Duration bannerPause,
            Duration command,
            Duration data,
            Duration dataGrace,
            int dataOctetsPerSecond,
            Duration write,
            Duration handshake,
            Duration authPause,
            Duration stop) {
        public Deadlines {
            if (command.isNegative() || command.isZero() || data.isNegative() || data.isZero()) {
                throw new IllegalArgumentException("an SMTP deadline must be positive");
            }
            if (dataOctetsPerSecond < 1) {
                throw new IllegalArgumentException("the data rate must be at least 1");
            }
        }

        public Deadlines withHandshake(Duration whole) {
            return new Deadlines(
                    bannerPause,
                    command,
                    data,
                    dataGrace,
                    dataOctetsPerSecond,
                    write,
                    whole,
                    authPause,
                    stop);
        }

        public static Deadlines usual() {
            return new Deadlines(
                    Duration.ZERO,
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(60),
                    Duration.ofMinutes(1),
                    1_000,
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(25));
        }

        /// How long after the 354 the next octet may come at the latest, if `octets` have come.
        ///
        /// At the usual floor of 1,000 octets a second, a client that has sent 60,000 octets has
        /// two minutes: one of grace and one for what it sent.
        Duration untilNextOctet(long octets) {
            Duration paced = dataGrace.plus(Duration.ofSeconds(octets / dataOctetsPerSecond));
            return paced.compareTo(data) < 0 ? paced : data;
        }
    }
}
