package org.postern.cabinet;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.StoredMessage;
import org.postern.mailfolder.MailFolder;
import org.postern.outlining.SealedOutlines;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts messages into folders: letters that come, or those of another folder. All of them or none;
/// durable on return.
public final class Filing {
    private static final Logger LOG = LoggerFactory.getLogger(Filing.class);

    /// Octets of outlines that are kept with the letters of one command; those of the others are
    /// made when somebody looks.
    private static final int OUTLINES_AT_ONCE = 1 << 20;

    /// Where letters come whose folders were lost with the database.
    static final String RECOVERED = "Recovered";

    /// The folder was deleted while somebody had it open; nothing was done.
    static final class DeletedException extends IOException {
        private static final long serialVersionUID = 1;

        DeletedException() {
            super("the folder was deleted");
        }
    }

    /// One person has put more letters into folders than she may.
    public static final class FullException extends IOException {
        private static final long serialVersionUID = 1;

        FullException() {
            super("your folders hold as much as they may");
        }
    }

    private Filing() {}

    /// What was put into a folder.
    ///
    /// @param validity UIDVALIDITY of that folder
    /// @param from UIDs where they lay, ascending
    /// @param to UIDs where they lie now, in the same order
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Filed(long validity, int[] from, int[] to) {}

    /// A letter that comes.
    ///
    /// @param letter is read once, and may come slowly
    /// @param flags as clients write them
    /// @param received null for now
    public record Arriving(Content letter, List<String> flags, @Nullable Instant received) {}

    /// Letters one behind the other.
    @FunctionalInterface
    public interface Arrivals {
        /// Called once the one before it was read.
        ///
        /// @return null if there are no more
        @Nullable Arriving next() throws IOException;
    }

    /// Keeps letters and files them, all or none: RFC 3502. A letter that was kept and has no
    /// place, for whatever reason, is destroyed, at the next start at the latest.
    ///
    /// @throws Folder.TooManyKeywordsException if the folder cannot take a keyword
    /// @throws FullException if there is no room for one of them
    public static Filed append(Folder folder, Arrivals arrivals) throws IOException {
        List<StoredMessage> kept = new ArrayList<>();
        try {
            return append(folder, arrivals, kept);
        } catch (UnfiledException e) {
            drop(folder, kept);
            throw e.why;
        } finally {
            kept.forEach(each -> folder.ground().room().settle(owner(folder), each.size()));
        }
    }

    /// Nothing was filed. Of everything else that fails nobody knows whether it was.
    private static final class UnfiledException extends Exception {
        private static final long serialVersionUID = 1;

        private final transient IOException why;

        UnfiledException(IOException why) {
            super(why);
            this.why = why;
        }
    }

    /// @param kept takes the letters that are kept
    private static Filed append(Folder folder, Arrivals arrivals, List<StoredMessage> kept)
            throws IOException, UnfiledException {
        List<Place> places = new ArrayList<>();
        Map<MessageKey, SealedOutlines.Sealed> outlines = new HashMap<>();
        long octets = 0;
        try {
            for (Arriving each = arrivals.next(); each != null; each = arrivals.next()) {
                MessageKey key = keep(folder, each.letter(), kept);
                places.add(new Place(key, each.flags(), each.received()));
                if (octets < OUTLINES_AT_ONCE) {
                    Optional<SealedOutlines.Sealed> outline = outline(folder, key);
                    outline.ifPresent(it -> outlines.put(key, it));
                    octets += outline.map(it -> it.line().length()).orElse(0);
                }
            }
        } catch (IOException e) {
            throw new UnfiledException(e);
        }
        try {
            return file(folder, places, new Entering(kept, outlines));
        } catch (Folder.TooManyKeywordsException
                | DeletedException
                | MailFolder.LostException
                | Database.NotBegunException e) {
            throw new UnfiledException(e);
        }
    }

    private static String owner(Folder folder) {
        return folder.view().owner();
    }

    /// Keeps a letter for the folder's owner; it lies in no folder yet.
    private static MessageKey keep(Folder folder, Content letter, List<StoredMessage> kept)
            throws IOException {
        Room room = folder.ground().room();
        if (!room.take(owner(folder), letter.size())) {
            throw new FullException();
        }
        int before = kept.size();
        try {
            kept.add(folder.ground().mailbox().keep(Address.of(owner(folder)), letter));
        } finally {
            if (kept.size() == before) {
                room.settle(owner(folder), letter.size());
            }
        }
        return kept.getLast().key();
    }

    /// The outline of a letter that was kept just now, sealed; empty if it is made later.
    private static Optional<SealedOutlines.Sealed> outline(Folder folder, MessageKey key)
            throws IOException {
        Content letter = folder.ground().mailbox().content(key, owner(folder));
        return folder.ground().outlines().seals().ofNew(owner(folder), key, letter);
    }

    /// Destroys letters that were kept and not entered: now, or at the next start.
    private static void drop(Folder folder, List<StoredMessage> kept) {
        try {
            folder.ground().mailbox().drop(kept);
        } catch (IOException e) {
            LOG.warn("{} letters are destroyed later: {}", kept.size(), e.getMessage());
        }
    }

    /// Letters that are entered by the same transaction, with what is kept of their outlines.
    private record Entering(
            List<StoredMessage> letters, Map<MessageKey, SealedOutlines.Sealed> outlines) {
        static final Entering NONE = new Entering(List.of(), Map.of());

        /// The outlines by their places.
        List<Outlines.Made> outlines(List<FilingRows.Entry> entries, int first) {
            List<Outlines.Made> made = new ArrayList<>();
            for (int i = 0; i < entries.size(); i++) {
                MessageKey key = new MessageKey(entries.get(i).key());
                SealedOutlines.@Nullable Sealed outline = outlines.get(key);
                if (outline != null) {
                    made.add(new Outlines.Made(first + i, key, outline));
                }
            }
            return made;
        }
    }

    /// @param received null for now
    private record Place(MessageKey key, List<String> flags, @Nullable Instant received) {}

    /// @throws Folder.TooManyKeywordsException if the folder cannot take a keyword; nothing was
    ///   filed
    private static Filed file(Folder folder, List<Place> places, Entering entering)
            throws IOException {
        synchronized (folder.changing) {
            folder.settled();
            Long now = folder.now().toEpochMilli();
            List<FilingRows.Entry> entries = new ArrayList<>();
            for (Place each : places) {
                long bits = Flagging.bits(folder, each.flags(), Folder.Change.ADD);
                Instant received = each.received();
                Long at = received == null ? null : Long.valueOf(received.toEpochMilli());
                entries.add(new FilingRows.Entry(each.key().value(), bits, at, now));
            }
            Snapshot before = folder.settled();
            int[] first = new int[1];
            // What it is now, and not asked for once more: it is filed, and nothing may say
            // otherwise.
            Snapshot after =
                    folder.change(handle -> {
                        long modseq = FolderRows.nextModseq(handle, folder.view());
                        folder.ground().mailbox().enter(handle, entering.letters());
                        first[0] = FilingRows.file(handle, folder.view(), entries, modseq);
                        List<Outlines.Made> made = entering.outlines(entries, first[0]);
                        Outlines.keep(handle, folder.view(), made);
                        FilingRows.note(handle, folder.view(), noted(made));
                        return filed(handle, folder, new Fresh(before, first[0], entries, modseq));
                    });
            folder.tell();
            int[] uids = IntStream.range(first[0], first[0] + places.size()).toArray();
            return new Filed(after.counters().validity(), uids, uids);
        }
    }

    /// Looks after letters of people's own that lie in no folder. Where nothing was lost, nobody
    /// was told that they are kept, or was told that they are not any more: they are destroyed.
    /// Otherwise it is their place that was lost, and they get another one.
    static void house(Cabinet cabinet, Cabinet.Ground ground, boolean lost) throws IOException {
        List<MessageKey> homeless = ground.database().read(FilingRows::homeless);
        if (!lost) {
            ground.mailbox().discard(homeless);
            return;
        }
        for (MessageKey key : homeless) {
            String owner = ground.database().read(handle -> FilingRows.owner(handle, key));
            Folder folder = recovered(cabinet, Address.of(owner));
            try {
                file(folder, List.of(new Place(key, List.of(), null)), Entering.NONE);
            } finally {
                cabinet.close(folder);
            }
        }
    }

    private static Folder recovered(Cabinet cabinet, Address owner) throws IOException {
        Optional<Folder> there = cabinet.open(owner, RECOVERED);
        if (there.isEmpty()) {
            cabinet.create(owner, RECOVERED, "");
            there = cabinet.open(owner, RECOVERED);
        }
        return there.orElseThrow();
    }

    private static List<FilingRows.Noted> noted(List<Outlines.Made> made) {
        return made.stream()
                .map(it -> new FilingRows.Noted(it.uid(), it.key(), it.outline().ascii()))
                .toList();
    }

    /// What was filed in a transaction.
    ///
    /// @param before what the folder was
    /// @param first the first UID that was given
    private record Fresh(Snapshot before, int first, List<FilingRows.Entry> entries, long modseq) {}

    /// The folder with it. It is not read again, because it may hold a hundred thousand; unless the
    /// database counts otherwise, which knows better.
    private static Snapshot filed(Handle handle, Folder folder, Fresh fresh) {
        if (fresh.first() != fresh.before().counters().next()) {
            return folder.read(handle);
        }
        long[] flags = fresh.entries().stream().mapToLong(FilingRows.Entry::flags).toArray();
        return fresh.before().and(flags, fresh.modseq());
    }

    /// Puts messages into another folder as well, or only there. Their flags and dates go with
    /// them.
    ///
    /// @param uids ascending; those that are gone already are left out
    /// @param moving whether they leave the first one: RFC 6851
    /// @throws Folder.TooManyKeywordsException if the other folder cannot take a keyword; nothing
    ///   was done
    public static Filed copy(Folder from, int[] uids, Folder to, boolean moving)
            throws IOException {
        // By number, so that two who copy to and fro do not wait for each other.
        boolean ascending = from.view().folder() <= to.view().folder();
        synchronized ((ascending ? from : to).changing) {
            synchronized ((ascending ? to : from).changing) {
                from.settled();
                to.settled();
                List<int[]> runs = from.settled().runs(uids);
                if (runs.isEmpty()) {
                    long validity = to.settled().counters().validity();
                    return new Filed(validity, new int[0], new int[0]);
                }
                return copy(from, runs, to, new How(moving, bits(from, uids, to)));
            }
        }
    }

    /// @param bits for each bit of the flags there the one of the other folder
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record How(boolean moving, long[] bits) {
        long there(long flags) {
            long there = 0;
            for (int i = 0; i < Long.SIZE; i++) {
                there |= ((flags >> i) & 1) == 1 ? bits[i] : 0;
            }
            return there;
        }
    }

    private static Filed copy(Folder from, List<int[]> runs, Folder to, How how)
            throws IOException {
        List<FilingRows.Lying> all = new ArrayList<>();
        int[] first = new int[1];
        Snapshot[] left = {from.settled()};
        Snapshot there = to.settled();
        Long now = to.now().toEpochMilli();
        from.begin();
        to.change(handle -> {
            runs.forEach(it -> all.addAll(FilingRows.lying(handle, from.view(), it[0], it[1])));
            List<FilingRows.Entry> entries =
                    all.stream()
                            .map(it ->
                                    new FilingRows.Entry(
                                            it.key(), how.there(it.flags()), it.received(), now))
                            .toList();
            long modseq = FolderRows.nextModseq(handle, to.view());
            first[0] = FilingRows.file(handle, to.view(), entries, modseq);
            Map<Integer, Integer> copies = new LinkedHashMap<>();
            all.forEach(it -> copies.put(first[0] + copies.size(), it.uid()));
            Outlines.copy(handle, from.view(), to.view(), copies);
            Snapshot filed = filed(handle, to, new Fresh(there, first[0], entries, modseq));
            if (how.moving()) {
                List<Long> gone = all.stream().map(it -> (long) it.uid()).toList();
                long change = FolderRows.nextModseq(handle, from.view());
                FolderRows.expunge(handle, from.view(), gone, change);
                int[] taken = all.stream().mapToInt(FilingRows.Lying::uid).toArray();
                left[0] = (from == to ? filed : left[0]).without(taken, change);
            }
            return from == to && how.moving() ? left[0] : filed;
        });
        if (from == to) {
            left[0] = to.settled();
        }
        from.end(left[0]);
        // What became of a message is told in each of its folders.
        to.markStale();
        if (how.moving()) {
            from.tell();
        }
        return new Filed(
                to.settled().counters().validity(),
                all.stream().mapToInt(FilingRows.Lying::uid).toArray(),
                IntStream.range(first[0], first[0] + all.size()).toArray());
    }

    /// What the flags of some messages are in another folder; keywords that are missing there are
    /// added.
    private static long[] bits(Folder from, int[] uids, Folder to) throws IOException {
        Snapshot there = from.settled();
        long used = 0;
        for (int uid : uids) {
            int place = there.place(uid);
            used |= place < 0 ? 0 : there.flags(place);
        }
        long[] bits = new long[Long.SIZE];
        for (int i = 0; i < Long.SIZE; i++) {
            List<String> names = Flags.names(used & (1L << i), there.keywords());
            bits[i] = names.isEmpty() ? 0 : Flagging.bits(to, names, Folder.Change.ADD);
        }
        return bits;
    }
}
