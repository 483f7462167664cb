package org.postern.imap;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.postern.beside.SessionFolders;
import org.postern.cabinet.Cabinet;
import org.postern.cabinet.Folder;
import org.postern.cabinet.Shelf;
import org.postern.grammar.Command;
import org.postern.grammar.Command.StatusItem;
import org.postern.mail.Address;
import org.postern.mailfolder.MailFolder;
import org.postern.showing.Absence;
import org.postern.showing.Enabled;
import org.postern.showing.View;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.talk.Answer;
import org.postern.talk.Conversation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done with folders as wholes. A folder of somebody else is one that does not exist.
final class FolderDesk {
    private static final Logger LOG = LoggerFactory.getLogger(FolderDesk.class);

    static final Answer CLINICS =
            Answer.no("[NOPERM] the clinic's own folders are only shown here");

    /// A list that tells how folders stand asks the clinic's server for no more of them after this.
    private static final Duration ELSEWHERE_MAX = Duration.ofSeconds(10);

    private static final String QUOTA_ROOT = "";

    /// What a server tells of a folder without its messages.
    private static final Set<StatusItem> COUNTED =
            Set.of(
                    StatusItem.MESSAGES,
                    StatusItem.RECENT,
                    StatusItem.UIDNEXT,
                    StatusItem.UIDVALIDITY,
                    StatusItem.UNSEEN,
                    StatusItem.APPENDLIMIT,
                    StatusItem.HIGHESTMODSEQ,
                    StatusItem.MAILBOXID);

    /// RFC 9208 §5.1.
    private static final long QUOTA_UNIT_OCTETS = 1_024;

    private final Conversation out;
    private final SessionFolders folders;
    private final Cabinet cabinet;
    private final long letterOctetsMax;
    private final LongSupplier stopwatch;
    private final Enabled enabled;

    FolderDesk(Conversation out, SessionFolders folders, ImapServer.Parts parts, Enabled enabled) {
        this.out = out;
        this.folders = folders;
        this.cabinet = folders.cabinet();
        this.letterOctetsMax = parts.listener().limits().letter();
        this.stopwatch = parts.stopwatch();
        this.enabled = enabled;
    }

    /// RFC 2342: one place for all of one's own, another one for those at the clinic's server, and
    /// none that is shared.
    Answer namespace(Address owner) throws IOException {
        String other =
                folders.top(owner)
                        .map(top -> "(" + quoted(top + Listing.SEPARATOR) + " \"/\")")
                        .orElse("");
        out.write("* NAMESPACE ((\"\" \"/\")" + other + ") NIL NIL\r\n");
        return Answer.ok("this is all there is");
    }

    Answer list(Address owner, Command.ListFolders command) throws IOException {
        String word = command.subscribed() ? "LSUB" : "LIST";
        if (command.patterns().equals(List.of(""))) {
            // RFC 3501 §6.3.8: the separator is asked for.
            out.write("* " + word + " (\\Noselect) \"/\" \"\"\r\n");
            return Answer.ok("this is the separator");
        }
        List<Cabinet.Listed> all = folders.list(owner, top -> Listing.reaches(command, top));
        Listing listing = new Listing(all, command);
        Elsewhere elsewhere = new Elsewhere(folders.top(owner), stopwatch, stopwatch.getAsLong());
        for (Cabinet.Listed each : listing.all()) {
            if (listing.isWanted(each)) {
                out.write(listing.line(each, out.usesUtf8()) + "\r\n");
                if (each.opens()
                        && !command.wanted().status().isEmpty()
                        && elsewhere.isInTime(each.name())) {
                    tellIfThere(owner, each.name(), command.wanted().status());
                }
            }
        }
        return Answer.ok("these are the folders");
    }

    /// How long a list waits for folders that lie at the clinic's server.
    ///
    /// @param top above them; empty where they are not shown
    /// @param begun by the stopwatch
    private record Elsewhere(Optional<String> top, LongSupplier stopwatch, long begun) {
        /// RFC 5819 §2: what takes too long is left out.
        boolean isInTime(String name) {
            return top.filter(it -> name.startsWith(it + Listing.SEPARATOR)).isEmpty()
                    || stopwatch.getAsLong() - begun < ELSEWHERE_MAX.toNanos();
        }
    }

    /// RFC 5819 §2: where it cannot be said how a folder stands, that line alone is missing.
    private void tellIfThere(Address owner, String name, Set<StatusItem> items) throws IOException {
        try {
            tellStatus(owner, name, items);
        } catch (MailFolder.LostException e) {
            throw e;
        } catch (IOException e) {
            if (Conversation.isLost(e) || e instanceof SocketTimeoutException) {
                throw e;
            }
            LOG.error("a folder cannot be looked at: {}", e.toString());
        }
    }

    /// RFC 9051 §6.3.2, §6.3.9.7: which folder it is, and what it was called.
    ///
    /// @param before empty if the name is not another one
    private void tellName(Address owner, String name, String before) throws IOException {
        List<Cabinet.Listed> all = folders.known(owner);
        Listing listing = new Listing(all, Listing.NAMED);
        for (Cabinet.Listed each : listing.all()) {
            if (each.name().equals(name)) {
                String line = listing.line(each, out.usesUtf8());
                String old = before.isEmpty() ? "" : " (\"OLDNAME\" (" + quoted(before) + "))";
                out.write(line + old + "\r\n");
            }
        }
    }

    private String quoted(String name) {
        String written = name(name);
        return written.startsWith("\"") || written.startsWith("{") ? written : '"' + written + '"';
    }

    private String name(String name) {
        return Listing.name(name, out.usesUtf8());
    }

    /// GETQUOTA: RFC 9208 §4.1.1. All that one person puts into folders counts together.
    Answer quota(Address owner, Command.Quota command) throws IOException {
        if (!command.root().equals(QUOTA_ROOT)) {
            return Answer.no("[NONEXISTENT] there is no such quota root");
        }
        tellQuota(owner);
        return Answer.ok("this is how much there may be");
    }

    /// GETQUOTAROOT: RFC 9208 §4.1.2.
    Answer quotaRoot(Address owner, Command.QuotaRoot command) throws IOException {
        Optional<MailFolder> found = folders.open(owner, command.folder());
        if (found.isEmpty()) {
            return Answer.NO_SUCH_FOLDER;
        }
        folders.close(found.get());
        if (!(found.get() instanceof Folder)) {
            // RFC 9208 §4.1.2: what lies at the clinic's server counts for none of ours.
            out.write("* QUOTAROOT %s\r\n".formatted(name(command.folder())));
            return Answer.ok("there is no quota here");
        }
        String plain = Shelf.of(command.folder()).map(Shelf::folder).orElse(command.folder());
        out.write("* QUOTAROOT %s \"%s\"\r\n".formatted(name(plain), QUOTA_ROOT));
        tellQuota(owner);
        return Answer.ok("this is how much there may be");
    }

    private void tellQuota(Address owner) throws IOException {
        Cabinet.Usage usage = cabinet.usage(owner);
        out.write(
                "* QUOTA \"%s\" (STORAGE %d %d MAILBOX %d %d)\r\n"
                        .formatted(
                                QUOTA_ROOT,
                                Math.ceilDiv(usage.octets(), QUOTA_UNIT_OCTETS),
                                usage.octetsMax() / QUOTA_UNIT_OCTETS,
                                usage.folders(),
                                usage.foldersMax()));
    }

    Answer status(Address owner, Command.Status command) throws IOException {
        return tellStatus(owner, command.folder(), command.items())
                ? Answer.ok("this is how it stands")
                : Answer.NO_SUCH_FOLDER;
    }

    /// @return whether there is such a folder
    private boolean tellStatus(Address owner, String name, Set<StatusItem> items)
            throws IOException {
        if (COUNTED.containsAll(items) && folders.isClinics(owner, name)) {
            Optional<SessionFolders.Standing> standing = folders.status(name);
            if (standing.isPresent()) {
                tellStanding(name, standing.get(), items);
            }
            return standing.isPresent();
        }
        Optional<MailFolder> found = folders.open(owner, name);
        if (found.isEmpty()) {
            return false;
        }
        MailFolder folder = found.get();
        try {
            Snapshot now = folder.look();
            Snapshot.Counters counters = now.counters();
            List<String> all = new ArrayList<>();
            for (StatusItem item : StatusItem.values()) {
                if (items.contains(item)) {
                    Object value =
                            switch (item) {
                                case MESSAGES -> now.count();
                                case RECENT -> recent(now);
                                case UIDNEXT -> counters.next();
                                case UIDVALIDITY -> counters.validity();
                                case UNSEEN -> now.without(Flags.SEEN);
                                case SIZE -> folder.octets(out.usesUtf8());
                                case APPENDLIMIT -> letterOctetsMax;
                                // RFC 7162 §3.1.7.
                                case HIGHESTMODSEQ -> folder.keepsModseqs() ? counters.modseq() : 0;
                                case MAILBOXID -> "(" + folder.objectId() + ")";
                                case DELETED -> now.count() - now.without(Flags.DELETED);
                                case DELETED_STORAGE -> folder.deletedOctets();
                            };
                    all.add(item.word() + " " + value);
                }
            }
            String plain = Shelf.of(name).map(Shelf::folder).orElse(name);
            out.write("* STATUS %s (%s)\r\n".formatted(name(plain), String.join(" ", all)));
            return true;
        } finally {
            folders.close(folder);
        }
    }

    /// Of a folder at the clinic's server nothing is recent, and changes have no numbers.
    private void tellStanding(String name, SessionFolders.Standing standing, Set<StatusItem> items)
            throws IOException {
        List<String> all = new ArrayList<>();
        for (StatusItem item : StatusItem.values()) {
            if (items.contains(item)) {
                Object value =
                        switch (item) {
                            case MESSAGES -> standing.messages();
                            case UIDNEXT -> standing.next();
                            case UIDVALIDITY -> standing.validity();
                            case UNSEEN -> standing.unseen();
                            case APPENDLIMIT -> letterOctetsMax;
                            case RECENT, HIGHESTMODSEQ -> 0;
                            case MAILBOXID -> "(" + standing.objectId() + ")";
                            case SIZE, DELETED, DELETED_STORAGE ->
                                    throw new IllegalStateException("this needs its messages");
                        };
                all.add(item.word() + " " + value);
            }
        }
        out.write("* STATUS %s (%s)\r\n".formatted(name(name), String.join(" ", all)));
    }

    private static int recent(Snapshot now) {
        int place = now.place(now.counters().firstRecent());
        return now.count() - (place < 0 ? -place - 1 : place);
    }

    /// Opens a folder and tells of it.
    ///
    /// @return the view; empty if there is no such folder
    Optional<View> select(Address owner, Command.Select command) throws IOException {
        Optional<MailFolder> found = folders.open(owner, command.folder());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        MailFolder folder = found.get();
        try {
            // Nothing that lies at the clinic's server is changed: RFC 3501 §6.3.1.
            boolean readOnly = command.readOnly() || !(folder instanceof Folder);
            View view = View.open(folder, readOnly, enabled);
            if (enabled.revision2()) {
                tellName(owner, Cabinet.plain(command.folder()), "");
            }
            tell(view);
            if (command.known().isPresent()) {
                new Absence(out, view).tellSince(command.known().get());
            }
            return Optional.of(view);
        } catch (IOException | RuntimeException e) {
            folders.close(folder);
            throw e;
        }
    }

    private void tell(View view) throws IOException {
        Snapshot now = view.told();
        view.tellFlags(out, now);
        view.tellCount(out);
        for (int place = 0; !enabled.revision2() && place < now.count(); place++) {
            if ((now.flags(place) & Flags.SEEN) == 0) {
                out.write("* OK [UNSEEN %d] this is the first unread\r\n".formatted(place + 1));
                break;
            }
        }
        Snapshot.Counters counters = now.counters();
        out.write("* OK [UIDVALIDITY %d] UIDs hold\r\n".formatted(counters.validity()));
        out.write("* OK [UIDNEXT %d] this comes next\r\n".formatted(counters.next()));
        out.write(
                "* OK [MAILBOXID (%s)] its name for good\r\n".formatted(view.folder().objectId()));
        view.tellModseq(out);
    }

    void close(View view) {
        folders.close(view.folder());
    }

    Answer alter(Address owner, Command.Alter command) throws IOException {
        String name = command.folder();
        if (folders.isClinics(owner, name) || folders.isClinics(owner, command.to())) {
            return unaltered(command.what());
        }
        Cabinet.Altered altered =
                switch (command.what()) {
                    case DELETE -> cabinet.delete(owner, name);
                    case RENAME -> cabinet.rename(owner, name, command.to());
                    case SUBSCRIBE -> cabinet.subscribe(owner, name, true);
                    case UNSUBSCRIBE -> cabinet.subscribe(owner, name, false);
                };
        if (altered == Cabinet.Altered.DONE
                && command.what() == Command.Alteration.RENAME
                && enabled.revision2()) {
            tellName(owner, Cabinet.plain(command.to()), name);
        }
        return answer(altered);
    }

    /// All of the clinic's server are subscribed for good.
    private static Answer unaltered(Command.Alteration what) {
        return what == Command.Alteration.SUBSCRIBE ? answer(Cabinet.Altered.DONE) : CLINICS;
    }

    /// CREATE: RFC 3501 §6.3.3, RFC 6154 §3, RFC 8474 §4.1. One use at most is one that a folder
    /// can get.
    Answer create(Address owner, Command.Create command) throws IOException {
        if (folders.isClinics(owner, command.folder())) {
            return CLINICS;
        }
        if (command.uses().size() > 1) {
            return answer(Cabinet.Altered.NO_USE);
        }
        String use = command.uses().isEmpty() ? "" : use(command.uses().getFirst());
        Cabinet.Altered altered = cabinet.create(owner, command.folder(), use);
        if (altered != Cabinet.Altered.DONE) {
            return answer(altered);
        }
        String plain = Cabinet.plain(command.folder());
        Optional<Folder> made = cabinet.open(owner, plain);
        if (made.isEmpty()) {
            return Answer.ok("it was made, and is gone");
        }
        try {
            if (enabled.revision2() && !plain.equals(command.folder())) {
                tellName(owner, plain, command.folder());
            }
            return Answer.ok("[MAILBOXID (%s)] done".formatted(made.get().objectId()));
        } finally {
            cabinet.close(made.get());
        }
    }

    /// RFC 6154 §2: attributes are the same in any case.
    private static String use(String written) {
        return written.equalsIgnoreCase("\\Junk") ? "\\Junk" : written;
    }

    private static Answer answer(Cabinet.Altered altered) {
        return switch (altered) {
            case DONE -> Answer.ok("done");
            case THERE -> Answer.no("[ALREADYEXISTS] there is a folder of that name");
            case MISSING -> Answer.NO_SUCH_FOLDER;
            case FIXED -> Answer.no("[CANNOT] this folder stays as it is");
            case FULL -> Answer.no("[CANNOT] other folders lie in it");
            // RFC 9208 §5.3: folders are a resource of the quota; RFC 5530 §3.
            case TOO_MANY -> Answer.no("[OVERQUOTA] there are as many folders as there may be");
            case TOO_MANY_SUBSCRIBED -> Answer.no("[LIMIT] as many names are subscribed as may be");
            case NO_NAME -> Answer.no("[CANNOT] no folder can have that name");
            case NO_USE -> Answer.no("[USEATTR] no folder can be made for that use");
        };
    }
}
