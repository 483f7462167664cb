package org.postern.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.postern.bridge.OrderRun;
import org.postern.bridge.Orders;
import org.postern.bridge.SessionReadings;
import org.postern.cabinet.Folder;
import org.postern.grammar.Command;
import org.postern.grammar.FetchItem;
import org.postern.mail.Address;
import org.postern.search.SearchRun;
import org.postern.search.SearchTurns;
import org.postern.sent.SentOrder;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.talk.Answer;
import org.postern.talk.Conversation;

/// What is done with the messages of the selected folder: FETCH, STORE, SEARCH, EXPUNGE.
final class MessageDesk {
    private static final Answer SOME_ARE_GONE = Answer.no("[EXPUNGEISSUED] some messages are gone");

    /// RFC 5530 §3: they are there, and may be read later.
    private static final Answer SOME_ARE_UNREADABLE =
            Answer.no("[UNAVAILABLE] some messages cannot be read now");

    private static final Answer TOO_MUCH =
            Answer.no("[LIMIT] there is too much to look through; name dates, or a sender");
    private static final Answer TOO_MANY =
            Answer.no("[LIMIT] too many look through letters now; try again in a minute");

    private static final Answer TOO_MANY_ORDERS =
            Answer.no("[LIMIT] one order for at most " + OrderRun.MESSAGES_MAX + " messages");

    private static final Answer KEPT = Answer.ok("the flags are kept");

    /// RFC 9051 §7.1, PERMANENTFLAGS: such a change is ignored.
    private static final Answer NOT_HERS =
            Answer.ok("what became of a message the server alone says; other flags are kept");

    private final Conversation out;
    private final View view;
    private final Asking asking;

    /// Who asks, and what the answers need beside the folder.
    ///
    /// @param turns for searches
    record Asking(Address user, SearchTurns turns, Orders orders, SessionReadings readings) {}

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
        FetchRun run =
                new FetchRun(
                        out, view, items, filed -> asking.readings().note(asking.user(), filed));
        int missing = run.answer(uids);
        if (run.foundUnreadable()) {
            return SOME_ARE_UNREADABLE;
        }
        // RFC 3501 §6.4.8: a UID that is not there is no failure; RFC 2180 §4.1.2: what was told
        // and is gone meanwhile is one.
        return missing > 0 ? SOME_ARE_GONE : Answer.ok("that was all");
    }

    Answer store(Command.Store command) throws IOException {
        if (view.readOnly()) {
            return Answer.READ_ONLY;
        }
        int[] uids = view.named(command.set(), command.uid());
        if (uids == null) {
            return Answer.NO_SUCH_NUMBER;
        }
        boolean orders = command.change() != Command.Change.REMOVE;
        List<SentOrder> given = orders ? OrderRun.among(command.flags()) : List.of();
        if (given.size() > 1 || (!given.isEmpty() && uids.length > OrderRun.MESSAGES_MAX)) {
            return TOO_MANY_ORDERS;
        }
        Answer kept = keep(command, uids);
        return given.isEmpty() || kept.status() != Answer.Status.OK
                ? kept
                : obey(given.getFirst(), uids);
    }

    /// The keyword itself is not kept, so no crash leaves one for which nothing was done.
    private Answer obey(SentOrder order, int[] uids) throws IOException {
        OrderRun run = new OrderRun(view.folder(), asking.user(), asking.orders());
        OrderRun.Outcome outcome = run.give(order, uids);
        for (String refusal : outcome.refusals()) {
            out.write("* NO [CANNOT] " + refusal + "\r\n");
        }
        return outcome.refusals().isEmpty()
                ? Answer.ok(outcome.summary())
                : Answer.no("[CANNOT] " + outcome.summary());
    }

    private Answer keep(Command.Store command, int[] uids) throws IOException {
        for (String flag : command.flags()) {
            if (flag.startsWith("\\") && Flags.bit(flag, List.of()) == 0) {
                return Answer.bad("there is no such flag, or it cannot be set");
            }
        }
        Folder.Change change =
                switch (command.change()) {
                    case REPLACE -> Folder.Change.REPLACE;
                    case ADD -> Folder.Change.ADD;
                    case REMOVE -> Folder.Change.REMOVE;
                };
        Snapshot now;
        try {
            now = view.folder().store(uids, change, command.flags());
        } catch (Folder.TooManyKeywordsException e) {
            return Answer.no("[LIMIT] " + e.getMessage());
        }
        // What is ignored is told even to a client that asks for no answer: it thinks otherwise.
        boolean ignored = command.flags().stream().anyMatch(Flags::isNeverKept);
        boolean silent = command.silent() && !ignored;
        view.know(silent ? expected(uids, change, command, now) : uids, now);
        view.tellKeywords(out, now);
        int missing = 0;
        for (int uid : uids) {
            if (now.place(uid) < 0) {
                missing++;
            } else if (!silent) {
                String named = command.uid() ? "UID " + uid + " " : "";
                String line = "* %d FETCH (%s%s)\r\n";
                out.write(line.formatted(view.number(uid), named, view.flags(now, uid)));
            }
        }
        if (missing > 0) {
            return SOME_ARE_GONE;
        }
        return command.flags().stream().anyMatch(Flags::isServers) ? NOT_HERS : KEPT;
    }

    /// Those messages that have now what the client must think they have: it is told nothing, and
    /// another program may have changed some as well.
    private int[] expected(int[] uids, Folder.Change change, Command.Store command, Snapshot now) {
        long bits = 0;
        for (String flag : command.flags()) {
            bits |= Flags.bit(flag, now.keywords());
        }
        long named = bits;
        Snapshot told = view.told();
        return Arrays.stream(uids)
                .filter(uid -> told.place(uid) >= 0 && now.place(uid) >= 0)
                .filter(uid -> {
                    long before = told.flags(told.place(uid));
                    long wanted =
                            switch (change) {
                                case REPLACE -> named;
                                case ADD -> before | named;
                                case REMOVE -> before & ~named;
                            };
                    return now.flags(now.place(uid)) == wanted;
                })
                .toArray();
    }

    Answer search(Command.Search command) throws IOException {
        switch (command.sought()) {
            case Command.Sought.UnknownCharset() -> {
                return Answer.no("[BADCHARSET (UTF-8 US-ASCII)] this charset is not known");
            }
            case Command.Sought.Keys(var keys) -> {
                SearchRun.Scene scene =
                        new SearchRun.Scene(
                                view.folder(), view.folder().look(), view.uids(), view::isRecent);
                return search(new SearchRun(scene, keys), command.uid());
            }
        }
    }

    private Answer search(SearchRun run, boolean uid) throws IOException {
        boolean turn = run.opensBodies();
        String user = asking.user().key();
        if (turn && !asking.turns().take(user)) {
            return TOO_MANY;
        }
        BitSet places;
        try {
            places = run.places();
        } catch (SearchRun.LimitException e) {
            return TOO_MUCH;
        } finally {
            // Before anything is told: a client that does not read must not keep the turn.
            if (turn) {
                asking.turns().giveBack(user);
            }
        }
        tell(places, uid);
        return Answer.ok("these were found");
    }

    private void tell(BitSet places, boolean uid) throws IOException {
        StringBuilder line = new StringBuilder("* SEARCH");
        for (int place = places.nextSetBit(0); place >= 0; place = places.nextSetBit(place + 1)) {
            line.append(' ').append(uid ? view.uids()[place] : place + 1);
        }
        out.write(line.append("\r\n").toString());
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
        view.folder().expunge(Arrays.copyOf(uids, uids.length));
        return Answer.ok("they are gone from this folder");
    }

    /// CLOSE: RFC 3501 §6.4.2, without a word.
    void close() throws IOException {
        if (!view.readOnly()) {
            view.folder().expunge(view.uids());
        }
    }
}
