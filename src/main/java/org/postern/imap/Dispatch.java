package org.postern.imap;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.beside.Clinic;
import org.postern.beside.SessionFolders;
import org.postern.bridge.SessionReadings;
import org.postern.grammar.Command;
import org.postern.grammar.Command.Plain;
import org.postern.grammar.Command.StatusItem;
import org.postern.grammar.FetchItem;
import org.postern.sasl.Authenticator.Account;
import org.postern.showing.Enabled;
import org.postern.showing.FetchRun;
import org.postern.showing.View;
import org.postern.talk.Answer;
import org.postern.talk.Conversation;
import org.postern.talk.Letter;

/// Which command is allowed in which stage of a session (RFC 3501 §3), and what stage comes of it.
/// What a command does it leaves to the desks.
final class Dispatch implements AutoCloseable {
    /// RFC 7162 §3.2.3.
    private static final Answer NOT_ENABLED = Answer.bad("ENABLE QRESYNC comes first");

    /// RFC 7162 §3.1.2.2.
    private static final Answer NO_MODSEQS = Answer.bad("changes have no numbers in this folder");

    private static final Answer ENABLED_TOO_LATE =
            Answer.bad("UTF8=ACCEPT and IMAP4rev2 are switched on before a folder is selected");

    private static final String DEFLATED = "deflated from here on";

    private final Conversation conversation;
    private final ImapServer.Parts parts;
    private final LoginDesk logins;
    private final CountDownLatch stopping;
    private final SessionFolders all;
    private final FolderDesk folders;
    private final FilingDesk filing;
    private final SessionReadings readings;
    private final Enabled enabled = new Enabled();
    private @Nullable Letter letter;

    /// Of the command that is being obeyed.
    private String tag = "";

    private Stage stage = new Stage.Stranger(false);

    /// @param stopping at zero once the server stops
    Dispatch(
            Conversation conversation,
            ImapServer.Parts parts,
            LoginDesk logins,
            CountDownLatch stopping) {
        this.conversation = conversation;
        this.parts = parts;
        this.logins = logins;
        this.stopping = stopping;
        this.readings = parts.readings();
        this.all = new SessionFolders(parts.cabinet());
        this.folders = new FolderDesk(conversation, all, parts, enabled);
        this.filing = new FilingDesk(conversation, all, limits().letter());
    }

    Stage stage() {
        return stage;
    }

    private ImapLimits limits() {
        return parts.listener().limits();
    }

    /// The session is under TLS; nothing that was said before is remembered.
    void secure() {
        stage = new Stage.Stranger(true);
    }

    /// @param comes the letter of an APPEND
    /// @return null if everything was said already
    @Nullable Answer answer(Command.Tagged tagged, @Nullable Letter comes) throws IOException {
        Command command = tagged.command();
        tag = String.valueOf(tagged.tag());
        letter = comes;
        if (!isGood()) {
            bye(Idling.REVOKED, "the log-in was taken back");
            return null;
        }
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

    /// Whether that by which somebody logged in still counts.
    private boolean isGood() {
        return switch (stage) {
            case Stage.Known(Account account) -> account.isGood();
            case Stage.Reading(Account account, _) -> account.isGood();
            case Stage.Stranger _, Stage.Over _ -> true;
        };
    }

    private Answer anytime(Plain command) throws IOException {
        return switch (command) {
            case CAPABILITY ->
                    tell("CAPABILITY " + Capabilities.of(stage, parts), "that is offered");
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

    private Answer loggedIn(LoginDesk.Result result) throws IOException {
        return switch (result) {
            case LoginDesk.Result.LoggedIn(Account account, var credentials) -> {
                Optional<Clinic> clinic = parts.clinic();
                if (credentials != null && clinic.isPresent()) {
                    all.show(clinic.get().of(account.address(), credentials));
                }
                stage = new Stage.Known(account);
                yield Answer.ok("[CAPABILITY " + Capabilities.of(stage, parts) + "] logged in");
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
            case Plain.NAMESPACE -> folders.namespace(account.address());
            case Plain.IDLE -> idle(null);
            case Plain plain -> anytime(plain);
            case Command.Enable enable -> enable(enable);
            case Command.Select select -> select(select, account);
            case Command.Compress compress -> compress(compress);
            case Command.Alter alter -> folders.alter(account.address(), alter);
            case Command.Create create -> folders.create(account.address(), create);
            case Command.Quota quota -> folders.quota(account.address(), quota);
            case Command.QuotaRoot root -> folders.quotaRoot(account.address(), root);
            case Command.ListFolders list -> folders.list(account.address(), list);
            case Command.Status status -> {
                if (status.items().contains(StatusItem.HIGHESTMODSEQ)) {
                    enableModseqs();
                }
                yield folders.status(account.address(), status);
            }
            case Command.Append _ ->
                    filing.append(account.address(), Objects.requireNonNull(letter));
            case Command.OfLogin _, Command.OfMessages _, Command.Bad _ -> Answer.NOT_NOW;
        };
    }

    private @Nullable Answer reading(Command command, Account account, View view)
            throws IOException {
        if (!view.folder().keepsModseqs() && command.usesModseqs()) {
            return NO_MODSEQS;
        }
        MessageDesk.Asking asking = new MessageDesk.Asking(account, parts, noted(account, view));
        MessageDesk messages = new MessageDesk(conversation, view, asking);
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
            case Command.Fetch fetch -> {
                if (fetch.vanished() && !enabled.vanished()) {
                    yield NOT_ENABLED;
                }
                if (fetch.since().isPresent() || fetch.items().contains(FetchItem.Fact.MODSEQ)) {
                    enableModseqs();
                }
                yield messages.fetch(fetch);
            }
            case Command.Store store -> {
                if (store.unchangedSince().isPresent()) {
                    enableModseqs();
                }
                yield messages.store(store);
            }
            case Command.Search search -> {
                enableModseqs(search.sought());
                yield searches(account, view).search(search);
            }
            case Command.Sort sort -> {
                enableModseqs(sort.sought());
                yield searches(account, view).sort(sort);
            }
            case Command.Thread thread -> {
                enableModseqs(thread.sought());
                yield searches(account, view).thread(thread);
            }
            case Command.ExpungeThese expunge -> messages.expunge(expunge);
            case Command.Copy copy -> filing.copy(asking, view, copy);
            case Command.OfLogin _, Command.OfFolders _, Command.Bad _ -> known(command, account);
        };
    }

    /// RFC 4978 §3: behind the answer. A second one, or another mechanism, is BAD there.
    ///
    /// @return null if everything was said already
    private @Nullable Answer compress(Command.Compress compress) throws IOException {
        if (!compress.mechanism().equals("DEFLATE")) {
            return Answer.bad("DEFLATE is the only mechanism");
        }
        if (conversation.isDeflated()) {
            return Answer.bad("[COMPRESSIONACTIVE] it is deflated already");
        }
        if (conversation.hasInput()) {
            bye("nothing may follow COMPRESS before its answer", "talk behind COMPRESS");
            return null;
        }
        conversation.write(Answer.ok(DEFLATED).line(tag) + "\r\n");
        conversation.deflate();
        return null;
    }

    /// RFC 5161 §3.1, RFC 9755 §3. What changes how messages are shown is switched on before one
    /// is.
    private Answer enable(Command.Enable enable) throws IOException {
        if (stage instanceof Stage.Reading
                && (enable.capabilities().contains("UTF8=ACCEPT")
                        || enable.capabilities().contains("IMAP4REV2"))) {
            return ENABLED_TOO_LATE;
        }
        List<String> known =
                Stream.of("CONDSTORE", "QRESYNC", "IMAP4rev2", "UTF8=ACCEPT")
                        .filter(it -> enable.capabilities().contains(it.toUpperCase(Locale.ROOT)))
                        .toList();
        conversation.write("* ENABLED" + String.join("", known.stream().map(" "::concat).toList()));
        conversation.write("\r\n");
        if (known.contains("IMAP4rev2")) {
            enabled.enableRevision2();
            conversation.useUtf8();
        }
        if (known.contains("UTF8=ACCEPT")) {
            enabled.enableUtf8();
            conversation.useUtf8();
        }
        if (known.contains("CONDSTORE") || known.contains("QRESYNC")) {
            enableModseqs();
        }
        if (known.contains("QRESYNC")) {
            enabled.enableVanished();
        }
        return Answer.ok(known.isEmpty() ? "nothing of it is known" : "it is switched on");
    }

    /// RFC 7162 §3.1: the first command that does so tells where the folder stands.
    private void enableModseqs() throws IOException {
        if (!enabled.modseqs()) {
            enabled.enableModseqs();
            if (stage instanceof Stage.Reading(_, View view)) {
                view.tellModseq(conversation);
            }
        }
    }

    private void enableModseqs(Command.Sought sought) throws IOException {
        if (sought.usesModseqs()) {
            enableModseqs();
        }
    }

    /// What lies at the clinic's server is read in many ways; what is read of it here is not
    /// written down.
    private FetchRun.Reader noted(Account account, View view) {
        return view.secure().isPresent()
                ? filed -> readings.note(account.address(), filed)
                : filed -> filed;
    }

    private SearchDesk searches(Account account, View view) {
        return new SearchDesk(
                conversation,
                view,
                new SearchDesk.Context(
                        tag,
                        parts.searches(),
                        parts.cabinet().clock(),
                        parts.stopwatch(),
                        account.address().key(),
                        noted(account, view),
                        enabled));
    }

    private Answer select(Command.Select select, Account account) throws IOException {
        if (select.known().isPresent() && !enabled.vanished()) {
            return NOT_ENABLED;
        }
        if (stage instanceof Stage.Reading) {
            // RFC 7162 §3.2.11: what comes behind this line is of the other folder.
            conversation.write("* OK [CLOSED] the folder before is left\r\n");
        }
        // RFC 3501 §6.3.1: the folder before is left even if this one is not there.
        leave();
        if (select.modseqs()) {
            enableModseqs();
        }
        Optional<View> view = folders.select(account.address(), select);
        if (view.isEmpty()) {
            return Answer.NO_SUCH_FOLDER;
        }
        stage = new Stage.Reading(account, view.get());
        return Answer.ok(view.get().readOnly() ? "[READ-ONLY] look" : "[READ-WRITE] read");
    }

    /// Leaves the folder, if one is selected.
    void leave() {
        if (stage instanceof Stage.Reading(Account account, View view)) {
            folders.close(view);
            stage = new Stage.Known(account);
        }
    }

    private @Nullable Answer idle(@Nullable View view) throws IOException {
        ImapLimits.Deadlines deadlines = limits().deadlines();
        conversation.expectWithin(deadlines.idle());
        Idling.Ends ends = new Idling.Ends(deadlines.stillHere(), stopping, this::isGood);
        Idling idling = new Idling(conversation, view, ends);
        Answer answer = idling.run();
        if (answer == null) {
            end(idling.why());
        }
        return answer;
    }

    /// RFC 3501 §7.1.5: told before the connection is closed.
    void bye(String text, String why) throws IOException {
        if (!(stage instanceof Stage.Over)) {
            conversation.write("* BYE " + text + "\r\n");
        }
        end(why);
    }

    /// The session is over, whatever ended it.
    @Override
    public void close() {
        all.close();
    }

    void end(String why) {
        leave();
        if (!(stage instanceof Stage.Over)) {
            stage = new Stage.Over(why);
        }
    }
}
