package org.postern.imap;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Folder;
import org.postern.grammar.AppendParser;
import org.postern.grammar.Command;
import org.postern.grammar.Command.Plain;
import org.postern.grammar.Command.Tagged;
import org.postern.grammar.CommandParser;
import org.postern.sasl.Authenticator.Account;
import org.postern.talk.Answer;
import org.postern.talk.Conversation;
import org.postern.talk.Conversation.CutShortException;
import org.postern.talk.Heard;
import org.postern.talk.Letter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One session: which command is allowed in which stage (RFC 3501 §3), and the patience with a
/// client. What a command does it leaves to the desks.
final class ImapSession implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ImapSession.class);

    /// Enough of a stack to find a fault.
    private static final int FRAMES_LOGGED = 12;

    private final Conversation conversation;
    private final ImapServer.Parts parts;
    private final String id;
    private final CountDownLatch stopping;
    private final LoginDesk logins;
    private final FolderDesk folders;
    private Stage stage = new Stage.Stranger(false);

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
        this.folders = new FolderDesk(conversation, parts.cabinet(), limits().letter());
    }

    /// The whole session; the connection is closed afterwards. Nothing is thrown.
    @Override
    public void run() {
        try (conversation;
                logins) {
            converse();
        } catch (CutShortException e) {
            // Not a word to the client, who would take it for a part of the letter.
            LOG.warn("{} a letter broke off in the middle: {}", id, String.valueOf(e.getCause()));
            end("a letter broke off");
        } catch (IOException e) {
            end("connection lost: " + e.getMessage());
        } catch (RuntimeException e) {
            // Not the message of the exception: it may quote what was being read.
            List<StackTraceElement> frames =
                    Stream.of(e.getStackTrace()).limit(FRAMES_LOGGED).toList();
            LOG.error("{} ended by a fault of ours: {} at {}", id, e.getClass().getName(), frames);
            end("a fault of ours");
        }
        if (stage instanceof Stage.Over(String why)) {
            String peer = conversation.peer().getHostAddress();
            LOG.info("{} {} commands {} errors {}: {}", id, peer, commands, errors, why);
        }
    }

    private void converse() throws IOException {
        try {
            greet();
            while (!(stage instanceof Stage.Over)) {
                obey(nextCommand());
            }
        } catch (SocketTimeoutException e) {
            bye("you were silent for too long", "timed out");
        } catch (Folder.LostException e) {
            bye("the folders have changed; log in again", "the folders have gone back");
        } catch (RuntimeException e) {
            bye("an internal error", "a fault of ours");
            conversation.flush();
            throw e;
        } finally {
            leave();
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
        conversation.write(Capabilities.greeting(stage, parts.listener()) + "\r\n");
    }

    private void secure() throws IOException {
        conversation.startTls(parts.listener().tls().get());
        stage = new Stage.Stranger(true);
    }

    private ImapLimits limits() {
        return parts.listener().limits();
    }

    private boolean isStranger() {
        return stage instanceof Stage.Stranger;
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
            return conversation.readCommand(isStranger());
        }
        conversation.flush();
        conversation.setIdle(true);
        // Looked at only now: whoever stops the server dismisses the idle after the count.
        boolean stop = stopping.getCount() == 0;
        Heard heard = stop ? Heard.Fault.END : conversation.readCommand(isStranger());
        if (!conversation.setIdle(false)) {
            end("dismissed");
            return Heard.Fault.END;
        }
        if (stop) {
            conversation.write(ImapServer.STOPPING + "\r\n");
            end("the server stops");
        }
        return heard;
    }

    private void obey(Heard heard) throws IOException {
        switch (heard) {
            case Heard.Octets(byte[] octets) -> {
                commands++;
                obey(CommandParser.parse(octets));
            }
            case Heard.LetterComes(Letter comes) -> {
                commands++;
                letter = comes;
                obey(comes.command());
            }
            case Heard.TooBig(byte[] begin, boolean goesOn) -> {
                Tagged tagged = CommandParser.parse(begin);
                say(tagged.tag(), Answer.tooBig(!isStranger() && AppendParser.waits(begin)));
                if (!goesOn) {
                    bye("what follows cannot be read", "a command too big");
                }
            }
            case Heard.Fault fault -> {
                switch (fault) {
                    case NO_LINE -> bye("this is no line", "no line");
                    case END -> end("client gone");
                }
            }
        }
    }

    private void obey(Tagged tagged) throws IOException {
        if (tagged.command() == Plain.STARTTLS && stage.equals(new Stage.Stranger(false))) {
            startTls(tagged.tag());
            return;
        }
        Answer answer;
        try {
            answer = answer(tagged.command());
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
        ours &= !(e instanceof Folder.LostException || stage instanceof Stage.Over);
        if (!ours || Conversation.isLost(e)) {
            throw e;
        }
        LOG.error("{} the mailbox cannot be reached: {}", id, e.toString());
        return Answer.UNAVAILABLE;
    }

    /// Tells what has changed in the folder. If that cannot be found out, what a command did is
    /// done nevertheless, and the rest is told behind a later one; of a command that does nothing
    /// but ask for it the failure is the answer.
    private Answer synced(Command command, Answer answer) throws IOException {
        if (stage instanceof Stage.Reading(_, View view)) {
            try {
                view.sync(conversation, !command.holdsNumbers());
            } catch (IOException e) {
                Answer failed = unavailable(e);
                return command == Plain.NOOP || command == Plain.CHECK ? failed : answer;
            }
        }
        return answer;
    }

    /// @return null if everything was said already
    private @Nullable Answer answer(Command command) throws IOException {
        if (command instanceof Command.Bad(String why, _)) {
            return Answer.bad(why);
        }
        return switch (stage) {
            case Stage.Stranger(boolean secured) -> stranger(command, secured);
            case Stage.Known(Account account) -> known(command, account);
            case Stage.Reading(Account account, View view) -> reading(command, account, view);
            case Stage.Over _ -> null;
        };
    }

    private Answer anytime(Plain command) throws IOException {
        return switch (command) {
            case CAPABILITY ->
                    tell("CAPABILITY " + Capabilities.of(stage, limits()), "that is offered");
            case NOOP -> Answer.ok("nothing is done");
            case ID -> tell("ID (\"name\" \"Postern\")", "pleased to meet you");
            case LOGOUT -> {
                conversation.write("* BYE until next time\r\n");
                end("logged out");
                yield Answer.ok("logged out");
            }
            case STARTTLS, NAMESPACE, IDLE, CHECK, CLOSE, UNSELECT, EXPUNGE -> Answer.NOT_NOW;
        };
    }

    private Answer tell(String untagged, String done) throws IOException {
        conversation.write("* " + untagged + "\r\n");
        return Answer.ok(done);
    }

    private @Nullable Answer stranger(Command command, boolean secured) throws IOException {
        return switch (command) {
            case Plain plain -> anytime(plain);
            case Command.OfLogin login -> loggedIn(logins.login(login, secured));
            case Command.OfFolders _, Command.OfMessages _, Command.Bad _ -> Answer.NOT_NOW;
        };
    }

    /// RFC 3501 §6.2.1. What was sent behind it in clear is not obeyed, and nothing said before it
    /// is remembered.
    private void startTls(@Nullable String tag) throws IOException {
        if (conversation.hasInput()) {
            bye("nothing may follow STARTTLS before TLS", "talk behind STARTTLS");
            return;
        }
        say(tag, Answer.ok("begin TLS"));
        conversation.flush();
        secure();
    }

    private Answer loggedIn(LoginDesk.Result result) throws IOException {
        return switch (result) {
            case LoginDesk.Result.LoggedIn(Account account) -> {
                stage = new Stage.Known(account);
                yield Answer.ok("[CAPABILITY " + Capabilities.of(stage, limits()) + "] logged in");
            }
            case LoginDesk.Result.Refused(Answer answer) -> answer;
            case LoginDesk.Result.Broken(Answer answer) -> {
                bye("too many failures", "too many failures");
                yield answer;
            }
        };
    }

    private @Nullable Answer known(Command command, Account account) throws IOException {
        return switch (command) {
            case Plain.NAMESPACE -> folders.namespace();
            case Plain.IDLE -> idle(null);
            case Plain plain -> anytime(plain);
            case Command.Enable _ -> tell("ENABLED", "nothing of it is known");
            case Command.Select select -> select(select, account);
            case Command.Alter alter -> folders.alter(account.address(), alter);
            case Command.ListFolders list -> folders.list(account.address(), list);
            case Command.Status status -> folders.status(account.address(), status);
            case Command.Append _ ->
                    folders.append(account.address(), Objects.requireNonNull(letter));
            case Command.OfLogin _, Command.OfMessages _, Command.Bad _ -> Answer.NOT_NOW;
        };
    }

    private @Nullable Answer reading(Command command, Account account, View view)
            throws IOException {
        MessageDesk messages =
                new MessageDesk(
                        conversation,
                        view,
                        new MessageDesk.Searching(parts.searches(), account.address().key()));
        return switch (command) {
            case Plain plain ->
                    switch (plain) {
                        case CHECK -> Answer.ok("all is kept");
                        case EXPUNGE -> messages.expunge();
                        case CLOSE -> {
                            messages.close();
                            leave();
                            yield Answer.ok("the folder is closed");
                        }
                        case UNSELECT -> {
                            leave();
                            yield Answer.ok("the folder is left as it is");
                        }
                        case IDLE -> idle(view);
                        case CAPABILITY, NOOP, LOGOUT, ID, STARTTLS, NAMESPACE ->
                                known(plain, account);
                    };
            case Command.Fetch fetch -> messages.fetch(fetch);
            case Command.Store store -> messages.store(store);
            case Command.Search search -> messages.search(search);
            case Command.ExpungeThese expunge -> messages.expunge(expunge);
            case Command.Copy copy -> folders.copy(account.address(), view, copy);
            case Command.OfLogin _, Command.OfFolders _, Command.Bad _ -> known(command, account);
        };
    }

    private Answer select(Command.Select select, Account account) throws IOException {
        // RFC 3501 §6.3.1: the folder before is left even if this one is not there.
        leave();
        Optional<View> view = folders.select(account.address(), select);
        if (view.isEmpty()) {
            return Answer.NO_SUCH_FOLDER;
        }
        stage = new Stage.Reading(account, view.get());
        return Answer.ok(select.readOnly() ? "[READ-ONLY] look" : "[READ-WRITE] read");
    }

    /// Leaves the folder, if one is selected.
    private void leave() {
        if (stage instanceof Stage.Reading(Account account, View view)) {
            folders.close(view);
            stage = new Stage.Known(account);
        }
    }

    private @Nullable Answer idle(@Nullable View view) throws IOException {
        ImapLimits.Deadlines deadlines = limits().deadlines();
        conversation.expectWithin(deadlines.idle());
        Idling idling = new Idling(conversation, view, deadlines.stillHere(), stopping);
        Answer answer = idling.run();
        if (answer == null) {
            end(idling.why());
        }
        return answer;
    }

    private void say(@Nullable String tag, Answer answer) throws IOException {
        conversation.write(answer.line(tag == null ? "*" : tag) + "\r\n");
        if (answer.status() == Answer.Status.BAD && ++errors >= limits().errors()) {
            bye("too many errors", "too many errors");
        }
    }

    /// RFC 3501 §7.1.5: told before the connection is closed.
    private void bye(String text, String why) throws IOException {
        if (!(stage instanceof Stage.Over)) {
            conversation.write("* BYE " + text + "\r\n");
        }
        end(why);
    }

    private void end(String why) {
        leave();
        if (!(stage instanceof Stage.Over)) {
            stage = new Stage.Over(why);
        }
    }
}
