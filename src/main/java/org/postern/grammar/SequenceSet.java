package org.postern.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.StringJoiner;

/// Which messages a command is about: RFC 3501 §9, `sequence-set`. It holds ranges as they were
/// written and never the numbers in between, so `1:4294967295` costs no more than `1`.
public final class SequenceSet {
    /// `*`: the last message.
    private static final long LAST = 0;

    private static final SequenceSet SAVED = new SequenceSet(new long[0]);

    private final long[] ends;

    private SequenceSet(long[] ends) {
        this.ends = ends;
    }

    static SequenceSet read(Words words) throws MalformedException {
        if (words.take('$')) {
            return SAVED;
        }
        long[] ends = new long[8];
        int count = 0;
        do {
            long from = end(words);
            long to = words.take(':') ? end(words) : from;
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * count);
            }
            ends[count++] = from;
            ends[count++] = to;
        } while (words.take(','));
        return new SequenceSet(Arrays.copyOf(ends, count));
    }

    private static long end(Words words) throws MalformedException {
        return words.take('*') ? LAST : words.positive();
    }

    /// Numbers as RFC 3501 §9 writes sets.
    ///
    /// @param numbers in ascending order
    public static String text(int[] numbers) {
        StringJoiner set = new StringJoiner(",");
        int at = 0;
        while (at < numbers.length) {
            int begin = at;
            while (at + 1 < numbers.length && numbers[at + 1] == numbers[at] + 1) {
                at++;
            }
            set.add(begin == at ? "" + numbers[at] : numbers[begin] + ":" + numbers[at]);
            at++;
        }
        return set.toString();
    }

    /// The places, counted from 0, of the messages with these sequence numbers.
    ///
    /// @param count messages that there are
    /// @return empty if a number is larger than that (RFC 3501 §9: an error of the client)
    public Optional<BitSet> places(int count) {
        BitSet places = new BitSet(count);
        for (int i = 0; i < ends.length; i += 2) {
            long from = ends[i] == LAST ? count : ends[i];
            long to = ends[i + 1] == LAST ? count : ends[i + 1];
            long first = Math.min(from, to);
            long last = Math.max(from, to);
            if (last > count || first == 0) {
                return Optional.empty();
            }
            places.set((int) first - 1, (int) last);
        }
        return Optional.of(places);
    }

    /// The places, counted from 0, of the messages with these UIDs; numbers without a message name
    /// none.
    ///
    /// @param uids in ascending order
    public BitSet places(int[] uids) {
        BitSet places = new BitSet(uids.length);
        long max = uids.length == 0 ? 0 : uids[uids.length - 1];
        for (int i = 0; i < ends.length && max > 0; i += 2) {
            long from = ends[i] == LAST ? max : ends[i];
            long to = ends[i + 1] == LAST ? max : ends[i + 1];
            long first = Math.min(from, to);
            long last = Math.min(Math.max(from, to), max);
            if (first <= last) {
                int end = firstNotBelow(uids, (int) last);
                boolean there = end < uids.length && uids[end] == last;
                places.set(firstNotBelow(uids, (int) first), there ? end + 1 : end);
            }
        }
        return places;
    }

    /// RFC 5182: what was found last; it names no number itself.
    public boolean isSaved() {
        return this == SAVED;
    }

    /// Whether `*` stands in it.
    boolean namesLast() {
        return Arrays.stream(ends).anyMatch(end -> end == LAST);
    }

    /// First and last of each range, by turns, as they were written; what lies above `last` is left
    /// out.
    ///
    /// @param last what `*` stands for
    public int[] ranges(int last) {
        int[] ranges = new int[ends.length];
        int count = 0;
        for (int i = 0; i < ends.length; i += 2) {
            long from = ends[i] == LAST ? last : ends[i];
            long to = ends[i + 1] == LAST ? last : ends[i + 1];
            if (Math.min(from, to) <= last) {
                ranges[count++] = (int) Math.min(from, to);
                ranges[count++] = (int) Math.min(Math.max(from, to), last);
            }
        }
        return Arrays.copyOf(ranges, count);
    }

    private static int firstNotBelow(int[] uids, int uid) {
        int found = Arrays.binarySearch(uids, uid);
        return found < 0 ? -found - 1 : found;
    }
}
