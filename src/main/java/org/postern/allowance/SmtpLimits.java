package org.postern.allowance;

import java.time.Duration;
import org.postern.mail.Listener;

/// What one listener lets a client use. Every limit has an answer: a reply, or the end of the
/// session.
///
/// @param messageOctets the largest message, header section included; 552 5.3.4 above it
/// @param recipients in one transaction; 452 4.5.3 above it
/// @param places for connections; 421 4.7.0 where there is none
/// @param talk what may be said without a message that is taken
/// @param deadlines how long things may take
public record SmtpLimits(
        long messageOctets, int recipients, Places places, Talk talk, Deadlines deadlines) {
    /// A command line, CRLF included: RFC 5321 §4.5.3.1.4 asks for 512 and more for each extension.
    public static final int COMMAND_OCTETS_MAX = 2_048;

    /// The same where an access token may stand in one: RFC 4954 §4.
    public static final int TOKEN_LINE_OCTETS_MAX = 12_288;

    /// What is thrown away of a command line that is too long; a longer one ends the session.
    public static final int COMMAND_OCTETS_DISCARDED_MAX = 64 * 1024;

    /// A line of the message, CRLF included. RFC 5321 §4.5.3.1.6 says 1,000, and real clients send
    /// more; the protection steps wrap what leaves.
    public static final int TEXT_LINE_OCTETS_MAX = 64 * 1024;

    private static final int RECIPIENTS_OF_STRANGERS = 100;
    private static final int RECIPIENTS_OF_OUR_OWN = 1_000;

    public SmtpLimits {
        atLeastOne(messageOctets, recipients);
    }

    /// Connections at once.
    ///
    /// @param all on this listener
    /// @param perSource from one IPv4 address or one IPv6 /64
    /// @param keptPercent of all, for those who are known
    public record Places(int all, int perSource, int keptPercent) {
        private static final int USUAL = 1_000;
        private static final int USUAL_PER_SOURCE = 50;
        private static final int USUAL_KEPT_PERCENT = 25;

        /// Connections at a relay listener of all those together who are none of its clients:
        /// enough to tell them.
        private static final int STRANGERS_AT_RELAY = 20;

        public Places {
            atLeastOne(all, perSource);
            if (keptPercent < 0 || keptPercent > 100) {
                throw new IllegalArgumentException("a share is from 0 to 100 percent");
            }
        }

        /// With as large a share kept.
        public Places with(int connections, int fromOneSource) {
            return new Places(connections, fromOneSource, keptPercent);
        }

        /// Of the connections those that are kept for clients who are known.
        public int kept(Listener listener) {
            return listener == Listener.RELAY
                    ? Math.max(0, all - STRANGERS_AT_RELAY)
                    : (int) ((long) all * keptPercent / 100);
        }
    }

    /// What a client may say between two messages that are taken, and what it may be refused. 421
    /// 4.7.0 and close at the end of each.
    ///
    /// @param commandsPerRecipient commands of any kind but BDAT, for each recipient that a message
    ///   may have. A RCPT beyond that number is none of them: whoever has more recipients than one
    ///   transaction takes may name all of them at once, and goes on with those that were accepted
    ///   (RFC 5321 §4.5.3.1.10). Time bounds these.
    /// @param commandsBesides the same besides
    /// @param idleCommands that do no work (NOOP, RSET, VRFY, EHLO …)
    /// @param deferrals replies that ask to come again, but for those to recipients beyond the
    ///   limit
    /// @param errors 5xx replies, in the whole session
    /// @param authFailures failed AUTH, in the whole session
    public record Talk(
            int commandsPerRecipient,
            int commandsBesides,
            int idleCommands,
            int deferrals,
            int errors,
            int authFailures) {
        public Talk {
            atLeastOne(commandsPerRecipient, commandsBesides, idleCommands, deferrals);
            atLeastOne(errors, authFailures);
        }

        public static Talk usual() {
            return new Talk(10, 200, 100, 50, 20, 5);
        }

        public Talk withErrors(int most) {
            return new Talk(
                    commandsPerRecipient,
                    commandsBesides,
                    idleCommands,
                    deferrals,
                    most,
                    authFailures);
        }

        public Talk withAuthFailures(int most) {
            return new Talk(
                    commandsPerRecipient, commandsBesides, idleCommands, deferrals, errors, most);
        }
    }

    /// The limits of this listener unless the configuration says otherwise. The clinic's own mail
    /// server is one source, so it alone may use all connections.
    public static SmtpLimits usual(Listener listener) {
        boolean stranger = listener == Listener.INBOUND;
        return new SmtpLimits(
                25L << 20,
                stranger ? RECIPIENTS_OF_STRANGERS : RECIPIENTS_OF_OUR_OWN,
                new Places(
                        Places.USUAL,
                        listener == Listener.RELAY ? Places.USUAL : Places.USUAL_PER_SOURCE,
                        Places.USUAL_KEPT_PERCENT),
                Talk.usual(),
                Deadlines.usual());
    }

    /// Commands of any kind but BDAT between two messages.
    public int commands() {
        return talk.commandsBesides() + talk.commandsPerRecipient() * recipients;
    }

    public SmtpLimits withMessageOctets(long octets) {
        return new SmtpLimits(octets, recipients, places, talk, deadlines);
    }

    public SmtpLimits withRecipients(int most) {
        return new SmtpLimits(messageOctets, most, places, talk, deadlines);
    }

    /// @param connections at once
    /// @param fromOneSource of these
    public SmtpLimits withPlaces(int connections, int fromOneSource) {
        return with(places.with(connections, fromOneSource));
    }

    public SmtpLimits with(Places changed) {
        return new SmtpLimits(messageOctets, recipients, changed, talk, deadlines);
    }

    public SmtpLimits with(Talk changed) {
        return new SmtpLimits(messageOctets, recipients, places, changed, deadlines);
    }

    public SmtpLimits with(Deadlines changed) {
        return new SmtpLimits(messageOctets, recipients, places, talk, changed);
    }

    /// How long things may take, each as a whole and not for each read: a client that sends one
    /// octet a minute meets the same end as one that sends none.
    ///
    /// @param client how long a client is waited for
    /// @param message how long a message may be on its way
    /// @param write until the client takes what is written
    /// @param handshake a whole TLS handshake; the socket is closed after it
    /// @param authPause before the answer to the first failed AUTH; it doubles with each further
    ///   one
    /// @param stop how long running transactions may go on after the server is told to stop; with
    ///   the five seconds that a cut session may take, no more than half a minute in all
    public record Deadlines(
            Waits client,
            Pace message,
            Duration write,
            Duration handshake,
            Duration authPause,
            Duration stop) {
        public static Deadlines usual() {
            return new Deadlines(
                    Waits.usual(),
                    Pace.usual(),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(25));
        }

        public Deadlines with(Waits changed) {
            return new Deadlines(changed, message, write, handshake, authPause, stop);
        }

        public Deadlines with(Pace changed) {
            return new Deadlines(client, changed, write, handshake, authPause, stop);
        }

        public Deadlines withHandshake(Duration whole) {
            return new Deadlines(client, message, write, whole, authPause, stop);
        }
    }

    /// How long a client is waited for.
    ///
    /// @param banner how long it is watched before the greeting; whoever talks in that time is
    ///   refused (RFC 5321 §4.3.1); zero looks only at what has arrived already
    /// @param login where nobody is served who has not logged in: until that, from the greeting on
    /// @param command from one reply to the end of the next command: RFC 5321 §4.5.3.2.7
    /// @param progress how long a session may go on without a message that is taken, the time of
    ///   DATA and BDAT not counted; 421 4.7.0 and close after it
    public record Waits(Duration banner, Duration login, Duration command, Duration progress) {
        public Waits {
            positive(login, command, progress);
            if (banner.isNegative()) {
                throw new IllegalArgumentException("a pause is not negative");
            }
        }

        public static Waits usual() {
            return new Waits(
                    Duration.ZERO,
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(10));
        }

        public Waits withProgress(Duration without) {
            return new Waits(banner, login, command, without);
        }
    }

    /// How long a message may be on its way.
    ///
    /// @param whole all of it
    /// @param grace how long it may come slower than `octetsPerSecond`
    /// @param octetsPerSecond the floor of the mean rate, after the grace
    public record Pace(Duration whole, Duration grace, int octetsPerSecond) {
        public Pace {
            positive(whole);
            atLeastOne(octetsPerSecond);
        }

        public static Pace usual() {
            return new Pace(Duration.ofMinutes(60), Duration.ofMinutes(1), 1_000);
        }

        /// How long after the 354 the next octet may come at the latest, if `octets` have come.
        ///
        /// At the usual floor of 1,000 octets a second, a client that has sent 60,000 octets has
        /// two minutes: one of grace and one for what it sent.
        public Duration untilNextOctet(long octets) {
            Duration paced = grace.plus(Duration.ofSeconds(octets / octetsPerSecond));
            return paced.compareTo(whole) < 0 ? paced : whole;
        }
    }

    private static void atLeastOne(long... limits) {
        for (long limit : limits) {
            if (limit < 1) {
                throw new IllegalArgumentException("an SMTP limit must be at least 1");
            }
        }
    }

    private static void positive(Duration... deadlines) {
        for (Duration deadline : deadlines) {
            if (deadline.isNegative() || deadline.isZero()) {
                throw new IllegalArgumentException("an SMTP deadline must be positive");
            }
        }
    }
}
