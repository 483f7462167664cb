package org.postern.snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// A folder at one moment: arrays that never change, shared by all sessions that have it open, so
/// that a session costs no memory for each message.
public final class Snapshot {
    private final Counters counters;
    private final List<String> keywords;
    private final int[] uids;
    private final long[] flags;
    private final long[] modseqs;

    /// @param validity UIDVALIDITY
    /// @param next the UID that comes next
    /// @param modseq of the last change
    /// @param firstRecent UIDs from here on were told to no session yet
    public record Counters(long validity, int next, long modseq, int firstRecent) {
        /// The same after a change.
        public Counters at(long change) {
            return new Counters(validity, next, change, firstRecent);
        }
    }

    public Snapshot(
            Counters counters, List<String> keywords, int[] uids, long[] flags, long[] modseqs) {
        this.counters = counters;
        this.keywords = List.copyOf(keywords);
        this.uids = uids;
        this.flags = flags;
        this.modseqs = modseqs;
    }

    public Counters counters() {
        return counters;
    }

    public List<String> keywords() {
        return keywords;
    }

    /// In ascending order; not to be changed.
    public int[] uids() {
        return uids;
    }

    public int count() {
        return uids.length;
    }

    /// The place of a UID; negative if it is not there.
    public int place(int uid) {
        return Arrays.binarySearch(uids, uid);
    }

    /// @param place from 0
    public long flags(int place) {
        return flags[place];
    }

    /// The last change of that message.
    public long modseq(int place) {
        return modseqs[place];
    }

    /// How many have none of these flags.
    public int without(long wanted) {
        int count = 0;
        for (long each : flags) {
            count += (each & wanted) == 0 ? 1 : 0;
        }
        return count;
    }

    /// First and last of each row of neighbours among these UIDs; those that are gone are left out.
    public List<int[]> runs(int[] wanted) {
        List<int[]> runs = new ArrayList<>();
        int before = -2;
        for (int uid : wanted) {
            int place = place(uid);
            if (place < 0) {
                continue;
            }
            if (place == before + 1) {
                runs.getLast()[1] = uid;
            } else {
                runs.add(new int[] {uid, uid});
            }
            before = place;
        }
        return runs;
    }

    /// The same folder after a change of flags.
    ///
    /// @param changed the places
    /// @param now what they have now, by place
    public Snapshot with(BitSet changed, long[] now, Counters after) {
        long[] nextModseqs = modseqs.clone();
        changed.stream().forEach(place -> nextModseqs[place] = after.modseq());
        return new Snapshot(after, keywords, uids, now, nextModseqs);
    }

    /// The same folder with messages that were put into it, under the next UIDs.
    ///
    /// @param added what each of them has, in the order of their UIDs
    public Snapshot and(long[] added, long modseq) {
        int count = uids.length + added.length;
        int[] nextUids = Arrays.copyOf(uids, count);
        long[] nextFlags = Arrays.copyOf(flags, count);
        long[] nextModseqs = Arrays.copyOf(modseqs, count);
        System.arraycopy(added, 0, nextFlags, uids.length, added.length);
        int next = counters.next();
        for (int place = uids.length; place < count; place++) {
            nextUids[place] = next++;
            nextModseqs[place] = modseq;
        }
        Counters after = new Counters(counters.validity(), next, modseq, counters.firstRecent());
        return new Snapshot(after, keywords, nextUids, nextFlags, nextModseqs);
    }

    /// The same folder without messages that were taken out of it.
    ///
    /// @param gone their UIDs, ascending
    public Snapshot without(int[] gone, long modseq) {
        int[] left =
                IntStream.range(0, uids.length)
                        .filter(place -> Arrays.binarySearch(gone, uids[place]) < 0)
                        .toArray();
        return new Snapshot(
                counters.at(modseq),
                keywords,
                IntStream.of(left).map(place -> uids[place]).toArray(),
                IntStream.of(left).mapToLong(place -> flags[place]).toArray(),
                IntStream.of(left).mapToLong(place -> modseqs[place]).toArray());
    }

    /// The same folder without a message.
    public Snapshot emptied() {
        return new Snapshot(counters, keywords, new int[0], new long[0], new long[0]);
    }

    /// What they have, to be changed.
    public long[] copyOfFlags() {
        return flags.clone();
    }
}
