package org.postern.cabinet;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.postern.cabinet.FolderRows.View;
import org.postern.holding.HeldRows;
import org.postern.mail.Content;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.mailfolder.MailFolder;
import org.postern.sent.SentRows;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.Snapshot.Counters;
import org.postern.snapshot.UidRanges;
import org.postern.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One folder of one person while somebody has it open, shared by all sessions that do. What was
/// changed is durable on return, and everybody who listens is told.
public final class Folder implements MailFolder {
    private static final Logger LOG = LoggerFactory.getLogger(Folder.class);

    private final View view;
    private final Ground ground;
    private final Database database;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();

    /// Held while the folder changes.
    final Object changing = new Object();

    private volatile Snapshot snapshot;
    private volatile boolean stale = true;

    /// Whether something was begun and it is not certain what came of it.
    private volatile boolean unsettled;

    /// Whether the folder was deleted while somebody had it open.
    private volatile boolean ended;

    /// By which it is known whether the database went back since.
    private final int age;

    // Belongs to the cabinet.
    int users;

    /// How flags are changed: RFC 3501 §6.4.6.
    public enum Change {
        REPLACE,
        ADD,
        REMOVE
    }

    /// More keywords than a folder has.
    public static final class TooManyKeywordsException extends IOException {
        private static final long serialVersionUID = 1;

        TooManyKeywordsException() {
            super("a folder has at most " + Flags.KEYWORDS_MAX + " keywords");
        }
    }

    /// What all folders stand on.
    ///
    /// @param held of no use to other folders than that of held mail
    record Ground(
            Database database,
            MailboxStore mailbox,
            Outlines outlines,
            Ledger ledger,
            HeldRows held,
            Room room) {
        /// Destroys letters that lie nowhere any more. That they do not is durable already: what is
        /// left of them is destroyed at the next start.
        void discard(List<MessageKey> homeless) {
            try {
                mailbox.discard(homeless);
            } catch (IOException e) {
                LOG.warn("{} letters are destroyed later: {}", homeless.size(), e.getMessage());
            }
        }
    }

    /// Makes a folder after a change, in the same transaction.
    @FunctionalInterface
    interface Making {
        Snapshot on(Handle handle);
    }

    Folder(View view, Ground ground) throws IOException {
        this.view = view;
        this.ground = ground;
        this.database = ground.database();
        this.age = ground.ledger().age();
        // By a write, which sees nothing that was told as failed.
        Snapshot read = ground.ledger().write(age, this::read);
        ground.ledger().raise(read.counters().validity());
        this.snapshot = read;
    }

    Snapshot read(Handle handle) {
        return FolderRows.snapshot(handle, view);
    }

    boolean isLost() {
        return age != ground.ledger().age();
    }

    private void requireKept() throws LostException {
        if (isLost()) {
            throw new LostException();
        }
    }

    /// Changes the folder, in one transaction; by whoever holds `changing`.
    ///
    /// @return what the folder is after it
    Snapshot change(Making making) throws IOException {
        if (ended) {
            throw new Filing.DeletedException();
        }
        unsettled = true;
        Snapshot made = ground.ledger().write(age, making::on);
        ground.ledger().raise(made.counters().validity());
        snapshot = made;
        unsettled = false;
        return made;
    }

    /// The folder as it is known; by whoever holds `changing`.
    Snapshot settled() throws IOException {
        requireKept();
        if (unsettled) {
            LOG.warn("a change of folder {} was interrupted; it is read again", view.folder());
            change(this::read);
        }
        return snapshot;
    }

    public Shelf shelf() {
        return view.shelf();
    }

    String owner() {
        return view.owner();
    }

    Ground ground() {
        return ground;
    }

    Instant now() {
        return ground.ledger().now();
    }

    /// Names the folder for good, under whatever name: RFC 8474 §4. Numbers of folders are given
    /// again once a folder is deleted, but never under the same UIDVALIDITY.
    @Override
    public String objectId() {
        return "F" + view.folder() + "-" + snapshot.counters().validity();
    }

    View view() {
        return view;
    }

    /// Begins something that changes this folder beside another one, in the other one's
    /// transaction; by whoever holds `changing`.
    void begin() {
        unsettled = true;
    }

    /// What came of it; by whoever holds `changing`.
    void end(Snapshot after) {
        snapshot = after;
        unsettled = false;
    }

    /// The folder as it is now: messages that have come are in it, those that are not kept any more
    /// are not.
    ///
    /// @throws LostException if it must be opened anew
    @Override
    public Snapshot look() throws IOException {
        requireKept();
        boolean more = true;
        while (more && !ended && (stale || unsettled)) {
            synchronized (changing) {
                settled();
                // Reset first: what comes meanwhile is looked for again.
                stale = false;
                try {
                    more = refresh();
                } catch (IOException | RuntimeException e) {
                    stale = true;
                    throw e;
                }
            }
        }
        return snapshot;
    }

    /// One transaction, which others need not wait long for: what became of messages is judged in
    /// portions, each whole by itself.
    ///
    /// @return whether there is more
    private boolean refresh() throws IOException {
        Instant now = ground.ledger().now();
        if (shelf() == Shelf.HELD) {
            ground.held().bring(view.owner());
        }
        if (database.read(
                handle ->
                        FolderRows.isStale(handle, view)
                                || SentRows.areDue(handle, view.folder(), view.owner(), now))) {
            AtomicBoolean more = new AtomicBoolean();
            change(handle -> {
                FolderRows.Refreshed done = FolderRows.refresh(handle, view);
                Optional<FilingRows.Judged> judged = FilingRows.judge(handle, view, now);
                if (SentRows.areDue(handle, view.folder(), view.owner(), now)) {
                    // Before anybody can look: a part is not the folder as it is now.
                    stale = true;
                    more.set(true);
                }
                return done.after(snapshot)
                        .flatMap(
                                it -> judged.isPresent() ? judged.get().after(it) : Optional.of(it))
                        .orElseGet(() -> read(handle));
            });
            tell();
            return more.get();
        }
        return false;
    }

    /// Something of the owner's has changed in the mailbox.
    void markStale() {
        doubt();
        tell();
    }

    /// It is looked at anew at the next look.
    void doubt() {
        stale = true;
    }

    /// How many messages it had when it was looked at last.
    int count() {
        return snapshot.count();
    }

    @Override
    public void listen(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void unlisten(Runnable listener) {
        listeners.remove(listener);
    }

    void tell() {
        listeners.forEach(Runnable::run);
    }

    /// The recent messages are this session's alone from now on: RFC 3501 §2.3.2.
    ///
    /// @return the first of them
    public int claimRecent() throws IOException {
        synchronized (changing) {
            Counters before = settled().counters();
            if (before.firstRecent() < before.next()) {
                change(handle -> {
                    FolderRows.claimRecent(handle, view);
                    return read(handle);
                });
            }
            return before.firstRecent();
        }
    }

    /// Changes flags of messages; those that are gone already are left out.
    ///
    /// @param names flags and keywords as clients write them
    /// @throws TooManyKeywordsException if the folder cannot take a keyword; nothing was changed
    public Snapshot store(int[] uids, Change change, List<String> names) throws IOException {
        Flagging.Wish wish = new Flagging.Wish(uids, change, names);
        return Flagging.store(this, wish, Flagging.Condition.NONE).now();
    }

    /// Takes the messages with the flag `\Deleted` from the folder, for good: they do not come back
    /// to it. Those of patients, and to them, stay in the mailbox as long as they are kept there; a
    /// letter of one's own that lies in no other folder is destroyed.
    ///
    /// @param uids which of them
    public Snapshot expunge(int[] uids) throws IOException {
        List<MessageKey> homeless = new ArrayList<>();
        synchronized (changing) {
            Snapshot before = settled();
            int[] gone =
                    Arrays.stream(uids)
                            .filter(uid -> before.place(uid) >= 0)
                            .filter(uid -> (before.flags(before.place(uid)) & Flags.DELETED) != 0)
                            .toArray();
            if (gone.length > 0) {
                List<int[]> runs = before.runs(gone);
                change(handle -> {
                    long modseq = FolderRows.nextModseq(handle, view);
                    FilingRows.Taken taken = FilingRows.expunge(handle, view, runs, modseq);
                    homeless.addAll(taken.homeless());
                    return before.without(taken.uids(), modseq);
                });
                tell();
            }
        }
        ground.discard(homeless);
        return snapshot;
    }

    /// Empties the folder for whoever has it open; it is deleted.
    ///
    /// @param deleting deletes its rows
    void end(Ledger.Work<Boolean> deleting) throws IOException {
        synchronized (changing) {
            unsettled = true;
            ground.ledger().write(age, deleting);
            ended = true;
            snapshot = snapshot.emptied();
            unsettled = false;
        }
        tell();
    }

    /// The messages with these UIDs that are still there; with outlines the first of them, and who
    /// wants the others asks again. Nothing is read of those in between.
    @Override
    public List<Filed> filed(int[] uids, Detail detail) throws IOException {
        boolean outlined = detail != Detail.ROW;
        List<int[]> runs = snapshot.runs(uids);
        if (runs.isEmpty()) {
            return List.of();
        }
        List<Outlines.Row> rows =
                database.read(handle -> Outlines.rows(handle, view, runs, outlined));
        requireKept();
        if (ended) {
            // Its number may be somebody else's by now.
            return List.of();
        }
        return outlined
                ? ground.outlines().with(this::content, view, rows)
                : rows.stream().map(Outlines.Row::filed).toList();
    }

    /// @throws IOException if the message is gone, its body cannot be read, or it says of itself
    ///   that it is somebody else's
    @Override
    public Content content(Filed filed) throws IOException {
        return shelf() == Shelf.HELD
                ? ground.held().content(view.owner(), filed.key())
                : ground.mailbox().content(filed.key(), view.owner());
    }

    @Override
    public UidRanges vanished(long since, Snapshot at) throws IOException {
        long last = at.counters().modseq();
        Optional<UidRanges> remembered =
                database.read(handle -> FilingRows.vanished(handle, view, since, last));
        requireKept();
        return remembered.orElseGet(() -> UidRanges.gaps(at.uids(), at.counters().next() - 1));
    }

    @Override
    public long deletedOctets() throws IOException {
        return database.read(handle -> Room.deletedOctets(handle, view));
    }

    @Override
    public boolean keepsModseqs() {
        return true;
    }

    @Override
    public long octets(boolean kept) throws IOException {
        boolean exact = kept || shelf() == Shelf.HELD;
        return database.read(
                handle -> exact ? Room.octets(handle, view) : Room.octetsAtMost(handle, view));
    }
}
