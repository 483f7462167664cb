package org.postern.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postern.bridge.OrderRun;
import org.postern.cabinet.Flagging;
import org.postern.cabinet.Folder;
import org.postern.cabinet.Shelf;
import org.postern.grammar.Command;
import org.postern.grammar.FetchItem;
import org.postern.grammar.SequenceSet;
import org.postern.mail.Address;
import org.postern.sasl.Authenticator.Account;
import org.postern.sent.SentOrder;
import org.postern.showing.Absence;
import org.postern.showing.FetchRun;
import org.postern.showing.View;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.talk.Answer;
import org.postern.talk.Conversation;

/// What is done with the messages of the selected folder: FETCH, STORE, EXPUNGE, COPY.
final class MessageDesk {
    private static final Answer SOME_ARE_GONE = Answer.no("[EXPUNGEISSUED] some messages are gone");

    /// RFC 5530 §3: they are there, and may be read later.
    private static final Answer SOME_ARE_UNREADABLE =
            Answer.no("[UNAVAILABLE] some messages cannot be read now");

    /// RFC 3516 §4.3.
    private static final Answer UNKNOWN_ENCODING =
            Answer.no("[UNKNOWN-CTE] a part is written in a way that is not known here");

    private static final String TOO_MANY_ORDERS =
            "one order for at most " + OrderRun.MESSAGES_MAX + " messages";

    private static final Answer KEPT = Answer.ok("the flags are kept");

    /// RFC 9051 §7.1, PERMANENTFLAGS: such a change is ignored.
    private static final Answer NOT_HERS =
            Answer.ok("what became of a message the server alone says; other flags are kept");

    private final Conversation out;
    private final View view;
    private final Asking asking;

    /// Who asks, and what the answers need beside the folder.
    ///
    /// @param reader is told what is read
    record Asking(Account account, ImapServer.Parts parts, FetchRun.Reader reader) {
        Address user() {
            return account.address();
        }
    }

    MessageDesk(Conversation out, View view, Asking asking) {
        this.out = out;
        this.view = view;
        this.asking = asking;
    }

    Answer fetch(Command.Fetch command) throws IOException {
        int[] uids = view.named(command.set(), command.uid());
        if (uids == null) {
            return Answer.NO_SUCH_NUMBER;
        }
        List<FetchItem> items = command.items();
        if (command.uid() && !items.contains(FetchItem.Fact.UID)) {
            // RFC 3501 §6.4.8: told even if it is not asked for.
            items = new ArrayList<>(items);
            items.addFirst(FetchItem.Fact.UID);
        }
        if (command.since().isPresent()) {
            // RFC 7162 §3.1.4.1: asked for without a word.
            items = new ArrayList<>(items);
            items.add(FetchItem.Fact.MODSEQ);
            if (command.vanished()) {
                new Absence(out, view).tellGone(command.set(), command.since().getAsLong());
            }
            uids = changedSince(uids, command.since().getAsLong());
        }
        FetchRun run = new FetchRun(out, view, items, asking.reader());
        int missing = run.answer(uids);
        if (run.foundUnknownEncoding()) {
            return UNKNOWN_ENCODING;
        }
        if (run.foundUnreadable()) {
            return SOME_ARE_UNREADABLE;
        }
        // RFC 3501 §6.4.8: a UID that is not there is no failure; RFC 2180 §4.1.2: what was told
        // and is gone meanwhile is one.
        return missing > 0 ? SOME_ARE_GONE : told(run.downgraded());
    }

    /// RFC 6858 §3.
    private static Answer told(int[] downgraded) {
        return downgraded.length == 0
                ? Answer.ok("that was all")
                : Answer.ok("[DOWNGRADED %s] that was all".formatted(SequenceSet.text(downgraded)));
    }

    private int[] changedSince(int[] uids, long modseq) throws IOException {
        Snapshot now = view.folder().look();
        return Arrays.stream(uids)
                .filter(uid -> now.place(uid) >= 0 && now.modseq(now.place(uid)) > modseq)
                .toArray();
    }

    Answer store(Command.Store command) throws IOException {
        if (view.readOnly()) {
            return Answer.READ_ONLY;
        }
        int[] uids = view.named(command.set(), command.uid());
        if (uids == null) {
            return Answer.NO_SUCH_NUMBER;
        }
        if (isDeletionOfHeldMail(command, uids)) {
            return FilingDesk.HELD_STAYS;
        }
        boolean orders = command.change() != Command.Change.REMOVE;
        List<SentOrder> given = orders ? OrderRun.among(command.flags()) : List.of();
        if (given.size() > 1 || (!given.isEmpty() && uids.length > OrderRun.MESSAGES_MAX)) {
            String asked = given.size() + " for " + uids.length + " were asked for";
            orders().refuse(given, uids, TOO_MANY_ORDERS + "; " + asked);
            return Answer.no("[LIMIT] " + TOO_MANY_ORDERS);
        }
        Kept kept = keep(command, uids);
        if (given.isEmpty() || kept.answer().status() != Answer.Status.OK) {
            return kept.answer();
        }
        // RFC 7162 §3.1.3: a message that was changed behind the client's back is left alone.
        Answer obeyed = obey(given.getFirst(), kept.done());
        boolean some = kept.done().length < uids.length;
        return some && obeyed.status() == Answer.Status.OK ? kept.answer() : obeyed;
    }

    /// What waits for a decision is decided about, and never put out of sight. A program that has
    /// no MOVE deletes what it has copied, and was let go by that: it is gone already.
    private boolean isDeletionOfHeldMail(Command.Store command, int[] uids) throws IOException {
        if (!view.isOf(Shelf.HELD)
                || command.change() == Command.Change.REMOVE
                || command.flags().stream().noneMatch("\\Deleted"::equalsIgnoreCase)) {
            return false;
        }
        Snapshot now = view.folder().look();
        return Arrays.stream(uids).anyMatch(uid -> now.place(uid) >= 0);
    }

    /// The keyword itself is not kept, so no crash leaves one for which nothing was done.
    private Answer obey(SentOrder order, int[] uids) throws IOException {
        OrderRun.Outcome outcome = orders().give(order, uids);
        for (String refusal : outcome.refusals()) {
            out.write("* NO [CANNOT] " + refusal + "\r\n");
        }
        return outcome.refusals().isEmpty()
                ? Answer.ok(outcome.summary())
                : Answer.no("[CANNOT] " + outcome.summary());
    }

    private OrderRun orders() {
        return new OrderRun(view.own(), asking.user(), asking.parts().orders());
    }

    /// What came of the flags.
    ///
    /// @param done UIDs of the messages whose flags might be changed
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(Answer answer, int[] done) {
        static Kept nothing(Answer answer) {
            return new Kept(answer, new int[0]);
        }
    }

    private Kept keep(Command.Store command, int[] uids) throws IOException {
        for (String flag : command.flags()) {
            if (flag.startsWith("\\") && Flags.bit(flag, List.of()) == 0) {
                return Kept.nothing(Answer.bad("there is no such flag, or it cannot be set"));
            }
        }
        Folder.Change change =
                switch (command.change()) {
                    case REPLACE -> Folder.Change.REPLACE;
                    case ADD -> Folder.Change.ADD;
                    case REMOVE -> Folder.Change.REMOVE;
                };
        Flagging.Wish wish = new Flagging.Wish(uids, change, command.flags());
        Flagging.Stored stored;
        try {
            stored = Flagging.store(view.own(), wish, condition(command));
        } catch (Folder.TooManyKeywordsException e) {
            return Kept.nothing(Answer.no("[LIMIT] " + e.getMessage()));
        }
        return told(command, wish, stored);
    }

    /// RFC 7162 §3.1.12: of a flag that is added or removed, a change of another one is none, as
    /// far as the client knew the message when it was changed last. An order is given only for what
    /// the client knows whole.
    private Flagging.Condition condition(Command.Store command) throws IOException {
        if (command.unchangedSince().isEmpty()) {
            return Flagging.Condition.NONE;
        }
        // What became of a message meanwhile is a change as well.
        view.folder().look();
        long since = command.unchangedSince().getAsLong();
        boolean whole =
                command.change() == Command.Change.REPLACE
                        || !OrderRun.among(command.flags()).isEmpty();
        Snapshot told = view.told();
        return (now, place, bits) -> {
            if (now.modseq(place) <= since) {
                return true;
            }
            int before = told.place(now.uids()[place]);
            return !whole
                    && before >= 0
                    && told.modseq(before) <= since
                    && ((told.flags(before) ^ now.flags(place)) & bits) == 0;
        };
    }

    private Kept told(Command.Store command, Flagging.Wish wish, Flagging.Stored stored)
            throws IOException {
        Snapshot now = stored.now();
        int[] kept = stored.kept();
        int[] done = Arrays.stream(wish.uids()).filter(uid -> !contains(kept, uid)).toArray();
        // What is ignored is told even to a client that asks for no answer: it thinks otherwise.
        boolean silent = command.silent() && command.flags().stream().noneMatch(Flags::isNeverKept);
        view.know(silent ? expected(done, wish.change(), command, now) : done, now);
        view.tellKeywords(out, now);
        // A client that replaced all flags thinks that it took these away.
        long left = wish.change() == Folder.Change.REPLACE ? Flags.ofServer(now.keywords()) : 0;
        int missing = 0;
        for (int uid : done) {
            int place = now.place(uid);
            if (place < 0) {
                missing++;
                continue;
            }
            boolean flagged = !silent || (now.flags(place) & left) != 0;
            if (flagged || view.tellsModseqs()) {
                // RFC 7162 §3.1.3: the mod-sequence is told in any case.
                out.write(view.change(now, uid, flagged, command.uid()));
            }
        }
        return new Kept(answer(command, kept, missing > 0), done);
    }

    private Answer answer(Command.Store command, int[] kept, boolean someAreGone) {
        if (kept.length > 0) {
            int[] named = command.uid() ? kept : Arrays.stream(kept).map(view::number).toArray();
            String modified = "[MODIFIED " + SequenceSet.text(named) + "] ";
            return someAreGone
                    ? Answer.no(modified + "others are gone")
                    : Answer.ok(modified + "all but these are changed");
        }
        if (someAreGone) {
            return SOME_ARE_GONE;
        }
        return command.flags().stream().anyMatch(Flags::isServers) ? NOT_HERS : KEPT;
    }

    /// @param all in ascending order
    private static boolean contains(int[] all, int uid) {
        return Arrays.binarySearch(all, uid) >= 0;
    }

    /// Those messages that have now what the client must think they have, or is told as the answer:
    /// it hears nothing else, and another program may have changed some as well.
    private int[] expected(int[] uids, Folder.Change change, Command.Store command, Snapshot now) {
        long bits = 0;
        for (String flag : command.flags()) {
            bits |= Flags.bit(flag, now.keywords());
        }
        long named = bits;
        long servers = Flags.ofServer(now.keywords());
        Snapshot told = view.told();
        return Arrays.stream(uids)
                .filter(uid -> told.place(uid) >= 0 && now.place(uid) >= 0)
                .filter(uid -> {
                    long before = told.flags(told.place(uid));
                    long after = now.flags(now.place(uid));
                    long wanted =
                            switch (change) {
                                case REPLACE -> named | (after & servers);
                                case ADD -> before | named;
                                case REMOVE -> before & ~named;
                            };
                    return after == wanted;
                })
                .toArray();
    }

    /// EXPUNGE; the client is told which at the end of the command.
    Answer expunge() throws IOException {
        return expunge(view.uids());
    }

    /// UID EXPUNGE: RFC 4315 §2.1.
    Answer expunge(Command.ExpungeThese command) throws IOException {
        int[] uids = view.named(command.uids(), true);
        return expunge(uids == null ? new int[0] : uids);
    }

    private Answer expunge(int[] uids) throws IOException {
        if (view.readOnly()) {
            return Answer.READ_ONLY;
        }
        view.own().expunge(Arrays.copyOf(uids, uids.length));
        return Answer.ok("they are gone from this folder");
    }

    /// CLOSE: RFC 3501 §6.4.2, without a word.
    void close() throws IOException {
        if (!view.readOnly()) {
            view.own().expunge(view.uids());
        }
    }
}
