package org.postern.imap;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.entrance.UpstreamException;
import org.postern.grammar.AppendParser;
import org.postern.grammar.Command;
import org.postern.grammar.Command.Plain;
import org.postern.grammar.Command.Tagged;
import org.postern.grammar.CommandParser;
import org.postern.mailfolder.MailFolder;
import org.postern.showing.View;
import org.postern.talk.Answer;
import org.postern.talk.CommandBudget;
import org.postern.talk.Conversation;
import org.postern.talk.Conversation.CutShortException;
import org.postern.talk.Heard;
import org.postern.talk.Letter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One session: what the client says is read, answered and counted, within the patience that there
/// is. Which command is for which stage it leaves to `Dispatch`.
final class ImapSession implements Runnable {
    /// Of the clinic's folders.
    private static final Answer FULL =
            Answer.no(
                    "[LIMIT] too many messages of the clinic's folders are open; try again later");

    private static final Logger LOG = LoggerFactory.getLogger(ImapSession.class);

    /// Enough of a stack to find a fault.
    private static final int FRAMES_LOGGED = 12;

    private final Conversation conversation;
    private final ImapServer.Parts parts;
    private final String id;
    private final CountDownLatch stopping;
    private final LoginDesk logins;
    private final Dispatch dispatch;

    /// Until when somebody must have logged in, by `System.nanoTime`.
    private long loginEnd;

    /// Of the APPEND that is being obeyed.
    private @Nullable Letter letter;

    private int commands;
    private int errors;

    /// @param id the session's name in the log
    /// @param stopping at zero once the server stops
    ImapSession(
            Conversation conversation, ImapServer.Parts parts, String id, CountDownLatch stopping) {
        this.conversation = conversation;
        this.parts = parts;
        this.id = id;
        this.stopping = stopping;
        this.logins = new LoginDesk(conversation, parts, id, stopping);
        this.dispatch = new Dispatch(conversation, parts, logins, stopping);
    }

    /// The whole session; the connection is closed afterwards. Nothing is thrown.
    @Override
    public void run() {
        try (conversation;
                logins;
                dispatch) {
            converse();
        } catch (CutShortException e) {
            // Not a word to the client, who would take it for a part of the letter.
            LOG.warn("{} a letter broke off in the middle: {}", id, String.valueOf(e.getCause()));
            dispatch.end("a letter broke off");
        } catch (IOException e) {
            dispatch.end("connection lost: " + e.getMessage());
        } catch (RuntimeException e) {
            // Not the message of the exception: it may quote what was being read.
            List<StackTraceElement> frames =
                    Stream.of(e.getStackTrace()).limit(FRAMES_LOGGED).toList();
            LOG.error("{} ended by a fault of ours: {} at {}", id, e.getClass().getName(), frames);
            dispatch.end("a fault of ours");
        }
        if (dispatch.stage() instanceof Stage.Over(String why)) {
            String peer = conversation.peer().getHostAddress();
            LOG.info("{} {} commands {} errors {}: {}", id, peer, commands, errors, why);
        }
    }

    private void converse() throws IOException {
        try {
            greet();
            while (!(dispatch.stage() instanceof Stage.Over)) {
                obey(nextCommand());
            }
        } catch (SocketTimeoutException e) {
            dispatch.bye("you were silent for too long", "timed out");
        } catch (MailFolder.LostException e) {
            dispatch.bye(Idling.CHANGED, "the folders have gone back");
        } catch (RuntimeException e) {
            dispatch.bye("an internal error", "a fault of ours");
            conversation.flush();
            throw e;
        } finally {
            dispatch.leave();
        }
        conversation.hangUp();
    }

    private void greet() throws IOException {
        ImapLimits.Deadlines deadlines = limits().deadlines();
        loginEnd = System.nanoTime() + deadlines.login().toNanos();
        conversation.expectWithin(deadlines.stranger());
        if (parts.listener().kind() == ImapListener.Kind.IMAPS) {
            secure();
        }
        conversation.write(Capabilities.greeting(dispatch.stage(), parts) + "\r\n");
    }

    private void secure() throws IOException {
        conversation.startTls(parts.listener().tls().get(), limits().deadlines().handshake());
        secured();
    }

    /// TLS lies over the connection now.
    void secured() {
        dispatch.secure();
    }

    private ImapLimits limits() {
        return parts.listener().limits();
    }

    private boolean isStranger() {
        return dispatch.stage() instanceof Stage.Stranger;
    }

    private CommandBudget budget() {
        return switch (dispatch.stage()) {
            case Stage.Stranger(boolean secured) ->
                    secured && parts.logins().bearer().isPresent()
                            ? CommandBudget.TOKENS
                            : CommandBudget.STRANGER;
            case Stage.Known _, Stage.Reading _, Stage.Over _ -> CommandBudget.KNOWN;
        };
    }

    /// Waits for a command. Meanwhile the server may end the session without this thread.
    private Heard nextCommand() throws IOException {
        ImapLimits.Deadlines deadlines = limits().deadlines();
        conversation.expectWithin(isStranger() ? deadlines.stranger() : deadlines.idle());
        if (isStranger()) {
            // Whoever says NOOP now and then does not stay for ever.
            conversation.expectBefore(loginEnd);
        }
        if (conversation.hasInput() && stopping.getCount() > 0) {
            return conversation.readCommand(budget());
        }
        conversation.flush();
        conversation.setIdle(true);
        // Looked at only now: whoever stops the server dismisses the idle after the count.
        boolean stop = stopping.getCount() == 0;
        Heard heard = stop ? Heard.Fault.END : conversation.readCommand(budget());
        if (!conversation.setIdle(false)) {
            dispatch.end("dismissed");
            return Heard.Fault.END;
        }
        if (stop) {
            conversation.write(ImapServer.STOPPING + "\r\n");
            dispatch.end("the server stops");
        }
        return heard;
    }

    private void obey(Heard heard) throws IOException {
        switch (heard) {
            case Heard.Octets(byte[] octets) -> {
                commands++;
                obey(CommandParser.parse(octets, conversation.usesUtf8()));
            }
            case Heard.LetterComes(Letter comes) -> {
                commands++;
                letter = comes;
                obey(comes.command());
            }
            case Heard.TooBig(byte[] begin, boolean goesOn) -> {
                Tagged tagged = CommandParser.parse(begin, conversation.usesUtf8());
                say(tagged.tag(), Answer.tooBig(!isStranger() && AppendParser.waits(begin)));
                if (!goesOn) {
                    dispatch.bye("what follows cannot be read", "a command too big");
                }
            }
            case Heard.Fault fault -> {
                switch (fault) {
                    case NO_LINE -> dispatch.bye("this is no line", "no line");
                    case END -> dispatch.end("client gone");
                }
            }
        }
    }

    private void obey(Tagged tagged) throws IOException {
        if (tagged.command() == Plain.STARTTLS
                && dispatch.stage().equals(new Stage.Stranger(false))) {
            startTls(tagged.tag());
            return;
        }
        Answer answer;
        try {
            answer = dispatch.answer(tagged, letter);
        } catch (IOException e) {
            answer = unavailable(e);
        }
        if (answer == null) {
            return;
        }
        say(tagged.tag(), synced(tagged.command(), answer));
    }

    /// The store does not answer; where it is the client that does not, the session ends.
    private Answer unavailable(IOException e) throws IOException {
        boolean ours = !(e instanceof SocketTimeoutException || e instanceof CutShortException);
        ours &= !(e instanceof MailFolder.LostException || dispatch.stage() instanceof Stage.Over);
        if (!ours || Conversation.isLost(e)) {
            throw e;
        }
        if (e instanceof UpstreamException theirs) {
            LOG.warn("{} the clinic's server cannot be asked: {}", id, e.getMessage());
            return theirs.isFull() ? FULL : Answer.UNAVAILABLE;
        } else {
            LOG.error("{} the mailbox cannot be reached: {}", id, e.toString());
        }
        return Answer.UNAVAILABLE;
    }

    /// Tells what has changed in the folder. If that cannot be found out, what a command did is
    /// done nevertheless, and the rest is told behind a later one; of a command that does nothing
    /// but ask for it the failure is the answer.
    private Answer synced(Command command, Answer answer) throws IOException {
        if (dispatch.stage() instanceof Stage.Reading(_, View view)) {
            try {
                boolean gone = view.sync(conversation, !command.holdsNumbers());
                return gone ? withModseq(command, answer, view) : answer;
            } catch (IOException e) {
                Answer failed = unavailable(e);
                return command == Plain.NOOP || command == Plain.CHECK ? failed : answer;
            }
        }
        return answer;
    }

    /// RFC 3501 §6.2.1. What was sent behind it in clear is not obeyed, and nothing said before it
    /// is remembered.
    private void startTls(@Nullable String tag) throws IOException {
        if (conversation.hasInput()) {
            dispatch.bye("nothing may follow STARTTLS before TLS", "talk behind STARTTLS");
            return;
        }
        say(tag, Answer.ok("begin TLS"));
        conversation.flush();
        secure();
    }

    /// RFC 7162 §3.2.7: so that the client need not ask for what it has done itself.
    private static Answer withModseq(Command command, Answer answer, View view) {
        boolean taking =
                command == Plain.EXPUNGE
                        || command instanceof Command.ExpungeThese
                        || (command instanceof Command.Copy copy && copy.moving());
        if (!taking || !view.tellsVanished() || answer.status() != Answer.Status.OK) {
            return answer;
        }
        return Answer.ok("[HIGHESTMODSEQ " + view.settled() + "] " + answer.text());
    }

    private void say(@Nullable String tag, Answer answer) throws IOException {
        conversation.write(answer.line(tag == null ? "*" : tag) + "\r\n");
        if (answer.status() == Answer.Status.BAD && ++errors >= limits().errors()) {
            dispatch.bye("too many errors", "too many errors");
        }
    }
}
