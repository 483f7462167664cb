package org.postern.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.mailfolder.MailFolder;

/// Goes over messages of a folder, the newest first, with no more outlines in memory than are read
/// at once, until its time is over.
final class Pages {
    private static final int CHUNK = 100;

    private final SearchRun.Scene scene;
    private final MailFolder folder;
    private final SearchRun.Reader reader;
    private final boolean outlined;

    /// Whether each message is held mail that is looked into.
    private final boolean held;

    private final LongSupplier stopwatch;
    private final long deadline;
    private long octets;

    /// What is done with each of them.
    @FunctionalInterface
    interface Visitor {
        void visit(Filed filed) throws IOException, LimitException;
    }

    /// @param needs what is looked at of each message
    /// @param outlined whether their outlines are wanted
    Pages(SearchRun.Scene scene, Needs needs, boolean outlined) {
        this.scene = scene;
        this.folder = scene.folder();
        this.reader = needs.reads() ? scene.reader() : messages -> messages;
        this.outlined = outlined;
        this.held = needs.reads() && scene.held();
        this.stopwatch = scene.time().stopwatch();
        this.deadline = stopwatch.getAsLong() + SearchLimits.SEARCH_MAX.toNanos();
    }

    /// @param uids ascending; those that are gone are left out
    void each(int[] uids, Visitor visitor) throws IOException, LimitException {
        // Who looks is written down before, and not of what the time does not reach any more.
        int chunk = held ? 1 : CHUNK;
        for (int end = uids.length; end > 0; end -= chunk) {
            requireTime();
            int[] left = Arrays.copyOfRange(uids, Math.max(0, end - chunk), end);
            if (held && outlined) {
                requireOctets(folder.filed(left, Detail.ROW));
            }
            while (left.length > 0) {
                List<Filed> filed = folder.filed(left, outlined ? Detail.FIELDS : Detail.ROW);
                for (Filed each : reader.reads(filed).reversed()) {
                    requireTime();
                    scene.comesTo(scene.place(each.uid()));
                    visitor.visit(each);
                }
                int last = filed.isEmpty() ? Integer.MAX_VALUE : filed.getLast().uid();
                left = Arrays.stream(left).filter(uid -> uid > last).toArray();
            }
        }
    }

    /// Nothing is kept of what held mail says, so each outline opens a body, and counts as one.
    private void requireOctets(List<Filed> filed) throws LimitException {
        octets += filed.stream().mapToLong(Filed::octets).sum();
        if (octets > SearchLimits.SEARCHED_OCTETS_MAX) {
            throw new LimitException();
        }
    }

    void requireTime() throws LimitException {
        if (stopwatch.getAsLong() - deadline > 0) {
            throw new LimitException();
        }
    }
}
