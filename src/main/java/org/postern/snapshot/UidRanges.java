package org.postern.snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;

/// UIDs as ranges, ascending and apart from one another, so that many neighbours cost no more than
/// one.
public final class UidRanges {
    public static final UidRanges NONE = new UidRanges(List.of());

    private final List<Range> ranges;

    /// Both ends included.
    public record Range(int first, int last) {}

    private UidRanges(List<Range> ranges) {
        this.ranges = ranges;
    }

    /// @param any in any order, also in one another
    public static UidRanges of(List<Range> any) {
        List<Range> sorted = new ArrayList<>(any);
        sorted.sort(Comparator.comparingInt(Range::first));
        List<Range> merged = new ArrayList<>();
        for (Range each : sorted) {
            Range before = merged.isEmpty() ? null : merged.getLast();
            if (before == null || each.first() > before.last() + 1L) {
                merged.add(each);
            } else if (each.last() > before.last()) {
                merged.set(merged.size() - 1, new Range(before.first(), each.last()));
            }
        }
        return new UidRanges(List.copyOf(merged));
    }

    /// @param uids in any order
    public static UidRanges of(int[] uids) {
        return of(Arrays.stream(uids).mapToObj(uid -> new Range(uid, uid)).toList());
    }

    /// All UIDs up to one that are not among these.
    ///
    /// @param uids ascending
    public static UidRanges gaps(int[] uids, int upTo) {
        List<Range> gaps = new ArrayList<>();
        int next = 1;
        for (int uid : uids) {
            if (uid > next) {
                gaps.add(new Range(next, uid - 1));
            }
            next = uid + 1;
        }
        if (next <= upTo) {
            gaps.add(new Range(next, upTo));
        }
        return new UidRanges(List.copyOf(gaps));
    }

    public List<Range> ranges() {
        return ranges;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public boolean contains(int uid) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Range range = ranges.get(middle);
            if (uid < range.first()) {
                high = middle - 1;
            } else if (uid > range.last()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /// Those that are in both.
    public UidRanges and(UidRanges other) {
        List<Range> both = new ArrayList<>();
        int at = 0;
        int there = 0;
        while (at < ranges.size() && there < other.ranges.size()) {
            Range one = ranges.get(at);
            Range two = other.ranges.get(there);
            int first = Math.max(one.first(), two.first());
            int last = Math.min(one.last(), two.last());
            if (first <= last) {
                both.add(new Range(first, last));
            }
            if (one.last() < two.last()) {
                at++;
            } else {
                there++;
            }
        }
        return new UidRanges(List.copyOf(both));
    }

    /// As RFC 3501 §9 writes sets, in pieces of so many ranges at most.
    public List<String> texts(int most) {
        List<String> texts = new ArrayList<>();
        for (int begin = 0; begin < ranges.size(); begin += most) {
            StringJoiner text = new StringJoiner(",");
            for (Range each : ranges.subList(begin, Math.min(ranges.size(), begin + most))) {
                boolean one = each.first() == each.last();
                text.add(one ? "" + each.first() : each.first() + ":" + each.last());
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
