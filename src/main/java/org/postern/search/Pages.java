package org.postern.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.postern.cabinet.Filed;
import org.postern.cabinet.Folder;

/// Goes over messages of a folder, the newest first, with no more outlines in memory than are read
/// at once, until its time is over.
final class Pages {
    private static final int CHUNK = 100;

    private final Folder folder;
    private final SearchRun.Reader reader;
    private final boolean outlined;
    private final long deadline = System.nanoTime() + SearchLimits.SEARCH_MAX.toNanos();

    /// What is done with each of them.
    @FunctionalInterface
    interface Visitor {
        void visit(Filed filed) throws IOException, LimitException;
    }

    /// @param needs what is looked at of each message
    /// @param outlined whether their outlines are wanted
    Pages(SearchRun.Scene scene, Needs needs, boolean outlined) {
        this.folder = scene.folder();
        this.reader = needs.reads() ? scene.reader() : messages -> messages;
        this.outlined = outlined;
    }

    /// @param uids ascending; those that are gone are left out
    void each(int[] uids, Visitor visitor) throws IOException, LimitException {
        for (int end = uids.length; end > 0; end -= CHUNK) {
            int[] left = Arrays.copyOfRange(uids, Math.max(0, end - CHUNK), end);
            while (left.length > 0) {
                List<Filed> filed = folder.filed(left, outlined);
                for (Filed each : reader.reads(filed).reversed()) {
                    requireTime();
                    visitor.visit(each);
                }
                int last = filed.isEmpty() ? Integer.MAX_VALUE : filed.getLast().uid();
                left = Arrays.stream(left).filter(uid -> uid > last).toArray();
            }
        }
    }

    void requireTime() throws LimitException {
        if (System.nanoTime() - deadline > 0) {
            throw new LimitException();
        }
    }
}
