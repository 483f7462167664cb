package org.postern.smtp;

import java.time.Duration;
import java.util.Optional;
import org.postern.allowance.SmtpLimits;
import org.postern.command.CommandLine.Verb;
import org.postern.mail.Reply;

/// What one session has used up of its limits. It belongs to the session's thread.
final class Patience {
    /// A wait on a socket may end a little before its time.
    private static final Duration SOCKET_STEP = Duration.ofMillis(20);

    private final SmtpLimits limits;
    private final SmtpLimits.Waits waits;
    private long end;
    private int errors;
    private int deferrals;
    private int idle;
    private int commands;

    Patience(SmtpListener listener) {
        this.limits = listener.limits();
        this.waits = limits.deadlines().client();
        boolean login = listener.kind().isSubmission();
        this.end = System.nanoTime() + (login ? waits.login() : waits.progress()).toNanos();
    }

    int errors() {
        return errors;
    }

    /// How long the next command may take.
    Duration untilNextCommand() {
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        return left.compareTo(waits.command()) < 0 ? left : waits.command();
    }

    /// Whether it has come to nothing for too long.
    boolean isOver() {
        return System.nanoTime() - end >= -SOCKET_STEP.toNanos();
    }

    /// A command came. The end counts as none, and neither does the next piece of a message, which
    /// has a time of its own.
    ///
    /// @param chunks whether a message is coming in pieces
    /// @return the last reply, if it was one too many
    Optional<Reply> command(Verb verb, boolean chunks) {
        if (verb == Verb.QUIT || (chunks && verb == Verb.BDAT)) {
            return Optional.empty();
        }
        if (isOver()) {
            return Optional.of(Replies.NO_PROGRESS);
        }
        return ++commands > limits.commands()
                ? Optional.of(Replies.TOO_MUCH_TALK)
                : Optional.empty();
    }

    /// A command was answered.
    ///
    /// @return the last reply, if there were too many of that kind
    Optional<Reply> answered(Reply reply) {
        if (reply.isPermanent()) {
            return ++errors >= limits.talk().errors()
                    ? Optional.of(Replies.TOO_MANY_ERRORS)
                    : Optional.empty();
        }
        if (reply.equals(Replies.TOO_MANY_RECIPIENTS)) {
            commands--;
            return Optional.empty();
        }
        boolean deferred = reply.code() / 100 == 4;
        return deferred && ++deferrals >= limits.talk().deferrals()
                ? Optional.of(Replies.TOO_MANY_DEFERRALS)
                : Optional.empty();
    }

    /// A command did no work.
    ///
    /// @return whether there were too many of them
    boolean idled() {
        return ++idle >= limits.talk().idleCommands();
    }

    /// A message was on its way for so long, which has a time of its own.
    void giveBack(long nanos) {
        end += nanos;
    }

    /// Somebody logged in.
    void loggedIn() {
        end = System.nanoTime() + waits.progress().toNanos();
    }

    /// A message was taken.
    void accepted() {
        end = System.nanoTime() + waits.progress().toNanos();
        deferrals = 0;
        idle = 0;
        commands = 0;
    }
}
