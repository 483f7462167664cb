package org.postern.cabinet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;

/// Changes flags of messages in a folder, and gives it the keywords that it lacks. Durable on
/// return.
public final class Flagging {
    private Flagging() {}

    /// What is to be changed.
    ///
    /// @param uids those that are gone already are left out
    /// @param names flags and keywords as clients write them
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Wish(int[] uids, Folder.Change change, List<String> names) {}

    /// Which messages may be changed, as they are at that moment.
    @FunctionalInterface
    public interface Condition {
        Condition NONE = (_, _, _) -> true;

        /// @param bits of the flags that would be changed
        boolean allows(Snapshot now, int place, long bits);
    }

    /// What came of it.
    ///
    /// @param now the folder behind the change
    /// @param kept UIDs of the messages that the condition did not allow, in the order of the wish
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Stored(Snapshot now, int[] kept) {}

    /// Changes flags, of all messages that the condition allows in one transaction.
    ///
    /// @throws Folder.TooManyKeywordsException if the folder cannot take a keyword; nothing was
    ///   changed
    public static Stored store(Folder folder, Wish wish, Condition condition) throws IOException {
        synchronized (folder.changing) {
            Snapshot now = folder.settled();
            long named = 0;
            for (String name : wish.names()) {
                named |= Flags.bit(name, now.keywords());
            }
            long known = named;
            IntPredicate there = uid -> now.place(uid) >= 0;
            IntPredicate allowed = uid -> condition.allows(now, now.place(uid), known);
            int[] kept = IntStream.of(wish.uids()).filter(there.and(allowed.negate())).toArray();
            int[] left = IntStream.of(wish.uids()).filter(there.and(allowed)).toArray();
            return new Stored(
                    left.length == 0 ? now : store(folder, left, wish.change(), wish.names()),
                    kept);
        }
    }

    private static Snapshot store(
            Folder folder, int[] uids, Folder.Change change, List<String> names)
            throws IOException {
        long bits = bits(folder, names, change);
        Snapshot before = folder.settled();
        long told = Flags.ofServer(before.keywords());
        long[] flags = before.copyOfFlags();
        BitSet changed = new BitSet();
        for (int uid : uids) {
            int place = before.place(uid);
            if (place >= 0) {
                long now =
                        switch (change) {
                            case REPLACE -> bits | (flags[place] & told);
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
            folder.change(handle -> {
                long modseq = FolderRows.nextModseq(handle, folder.view());
                FolderRows.setFlags(
                        handle,
                        folder.view(),
                        before,
                        new FolderRows.FlagChange(changed, flags, modseq));
                return before.with(changed, flags, before.counters().at(modseq));
            });
            folder.tell();
        }
        return folder.settled();
    }

    /// The bits of these flags; keywords that the folder does not have yet are added to it, unless
    /// they would only be removed. Those that no client can give a message are left out. What is an
    /// order today may have been somebody's keyword once, and can be removed. By whoever holds
    /// `changing`.
    static long bits(Folder folder, List<String> names, Folder.Change change) throws IOException {
        long bits = 0;
        List<String> missing = new ArrayList<>();
        List<String> keywords = folder.settled().keywords();
        for (String name : names) {
            boolean removed = change == Folder.Change.REMOVE;
            if (removed ? Flags.isServers(name) : Flags.isNeverKept(name)) {
                continue;
            }
            long bit = Flags.bit(name, keywords);
            bits |= bit;
            // RFC 3501 §2.3.2: other flags with a backslash are none that can be set.
            if (bit == 0 && !name.startsWith("\\") && !removed) {
                missing.add(name);
            }
        }
        for (String name : missing) {
            bits |= keyword(folder, name);
        }
        return bits;
    }

    private static long keyword(Folder folder, String name) throws IOException {
        List<String> keywords = folder.settled().keywords();
        int place = keywords.size();
        long known = Flags.bit(name, keywords);
        if (known != 0) {
            return known;
        }
        if (place >= Flags.KEYWORDS_MAX || name.length() > Flags.KEYWORD_OCTETS_MAX) {
            throw new Folder.TooManyKeywordsException();
        }
        folder.change(handle -> {
            FolderRows.addKeyword(handle, folder.view(), place, name);
            return folder.read(handle);
        });
        return 1L << (Flags.FIRST_KEYWORD + place);
    }
}
