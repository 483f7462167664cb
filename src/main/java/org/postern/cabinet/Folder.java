package org.postern.cabinet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.cabinet.FolderRows.View;
import org.postern.cabinet.Snapshot.Counters;
import org.postern.mail.Content;
import org.postern.mailbox.MailboxStore;
import org.postern.store.Database;

/// One folder of one person while somebody has it open, shared by all sessions that do. What was
/// changed is durable on return, and everybody who listens is told.
public final class Folder {
    private final View view;
    private final Database database;
    private final MailboxStore mailbox;
    private final Outlines outlines;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();

    /// Held while the folder changes.
    private final Object changing = new Object();

    private volatile Snapshot snapshot;
    private volatile boolean stale = true;

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

    Folder(View view, Database database, MailboxStore mailbox, Outlines outlines)
            throws IOException {
        this.view = view;
        this.database = database;
        this.mailbox = mailbox;
        this.outlines = outlines;
        this.snapshot = database.read(handle -> FolderRows.snapshot(handle, view));
    }

    public Shelf shelf() {
        return view.shelf();
    }

    String owner() {
        return view.owner();
    }

    /// The folder as it is now: messages that have come are in it, those that are not kept any more
    /// are not.
    public Snapshot look() throws IOException {
        if (stale) {
            synchronized (changing) {
                // Reset first: what comes meanwhile is looked for again.
                stale = false;
                try {
                    refresh();
                } catch (IOException e) {
                    stale = true;
                    throw e;
                }
            }
        }
        return snapshot;
    }

    private void refresh() throws IOException {
        if (database.read(handle -> FolderRows.isStale(handle, view))) {
            snapshot =
                    database.write(handle -> {
                        FolderRows.refresh(handle, view);
                        return FolderRows.snapshot(handle, view);
                    });
            tell();
        }
    }

    /// Something of the owner's has changed in the mailbox.
    void markStale() {
        stale = true;
        tell();
    }

    /// @param listener called by whoever changes something; it must not wait
    public void listen(Runnable listener) {
        listeners.add(listener);
    }

    public void unlisten(Runnable listener) {
        listeners.remove(listener);
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    /// The recent messages are this session's alone from now on: RFC 3501 §2.3.2.
    ///
    /// @return the first of them
    public int claimRecent() throws IOException {
        synchronized (changing) {
            Counters before = snapshot.counters();
            if (before.firstRecent() < before.next()) {
                snapshot =
                        database.write(handle -> {
                            FolderRows.claimRecent(handle, view);
                            return FolderRows.snapshot(handle, view);
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
        synchronized (changing) {
            long bits = bits(names, change);
            Snapshot before = snapshot;
            long[] flags = before.copyOfFlags();
            BitSet changed = new BitSet();
            for (int uid : uids) {
                int place = before.place(uid);
                if (place >= 0) {
                    long now =
                            switch (change) {
                                case REPLACE -> bits;
                                case ADD -> flags[place] | bits;
                                case REMOVE -> flags[place] & ~bits;
                            };
                    if (now != flags[place]) {
                        flags[place] = now;
                        changed.set(place);
                    }
                }
            }
            if (!changed.isEmpty()) {
                long modseq =
                        database.write(handle -> {
                            long next = FolderRows.nextModseq(handle, view);
                            FolderRows.setFlags(
                                    handle,
                                    view,
                                    before,
                                    new FolderRows.FlagChange(changed, flags, next));
                            return next;
                        });
                Counters was = before.counters();
                Counters now = new Counters(was.validity(), was.next(), modseq, was.firstRecent());
                snapshot = before.with(changed, flags, now);
                tell();
            }
            return snapshot;
        }
    }

    /// The bits of these flags; keywords that the folder does not have yet are added to it, unless
    /// they would only be removed.
    private long bits(List<String> names, Change change) throws IOException {
        long bits = 0;
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            long bit = Flags.bit(name, snapshot.keywords());
            bits |= bit;
            // RFC 3501 §2.3.2: other flags with a backslash are none that can be set.
            if (bit == 0 && !name.startsWith("\\") && change != Change.REMOVE) {
                missing.add(name);
            }
        }
        for (String name : missing) {
            bits |= keyword(name);
        }
        return bits;
    }

    private long keyword(String name) throws IOException {
        int place = snapshot.keywords().size();
        long known = Flags.bit(name, snapshot.keywords());
        if (known != 0) {
            return known;
        }
        if (place == Flags.KEYWORDS_MAX || name.length() > Flags.KEYWORD_OCTETS_MAX) {
            throw new TooManyKeywordsException();
        }
        snapshot =
                database.write(handle -> {
                    FolderRows.addKeyword(handle, view, place, name);
                    return FolderRows.snapshot(handle, view);
                });
        return 1L << (Flags.FIRST_KEYWORD + place);
    }

    /// Takes the messages with the flag `\Deleted` from the folder, for good: they do not come back
    /// to it. The messages themselves stay in the mailbox as long as they are kept there, for the
    /// patient.
    ///
    /// @param uids which of them
    public Snapshot expunge(int[] uids) throws IOException {
        synchronized (changing) {
            Snapshot before = snapshot;
            List<Long> gone = new ArrayList<>();
            for (int uid : uids) {
                int place = before.place(uid);
                if (place >= 0 && (before.flags(place) & Flags.DELETED) != 0) {
                    gone.add((long) uid);
                }
            }
            if (!gone.isEmpty()) {
                snapshot =
                        database.write(handle -> {
                            FolderRows.expunge(
                                    handle, view, gone, FolderRows.nextModseq(handle, view));
                            return FolderRows.snapshot(handle, view);
                        });
                tell();
            }
            return snapshot;
        }
    }

    /// The messages with these UIDs that are still there.
    ///
    /// @param uids ascending; a bounded number, because all is held in memory
    /// @param outlined whether their outlines are wanted
    public List<Filed> filed(int[] uids, boolean outlined) throws IOException {
        if (uids.length == 0) {
            return List.of();
        }
        BitSet wanted = new BitSet();
        int first = uids[0];
        for (int uid : uids) {
            wanted.set(uid - first);
        }
        List<FolderRows.Row> rows =
                database
                        .read(handle ->
                                FolderRows.between(handle, view, first, uids[uids.length - 1]))
                        .stream()
                        .filter(row -> wanted.get(row.filed().uid() - first))
                        .toList();
        return outlined ? outlines.with(rows) : rows.stream().map(FolderRows.Row::filed).toList();
    }

    /// @throws IOException if the message is gone, or its body cannot be read
    public Content content(Filed filed) throws IOException {
        return mailbox.content(filed.key());
    }

    /// How large its messages are together.
    public long octets() throws IOException {
        return database.read(handle -> FolderRows.octets(handle, view));
    }
}
