package org.postern.queue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postern.mail.QueueId;

/// All work for one destination, and how much of it may be under way. It is changed under the lock
/// of the queue alone, and kept small: there may be as many as there are domains.
final class Lane {
    /// Attempts for one destination at the same time, while it takes its mail.
    static final int ATTEMPTS_MAX = 32;

    /// The same while it does not: enough to notice that it is well again.
    static final int ATTEMPTS_TROUBLED = 2;

    /// Of so many attempts one is for mail that waited, while there is fresh mail.
    private static final int TURNS = 4;

    private final String destination;
    private @Nullable Deque<Item> fresh;
    private @Nullable Deque<Item> waited;
    private int items;
    private int running;

    /// Of those that are running.
    private int hanging;

    private int failuresInARow;
    private int turn;

    /// Whether the lane stands in the queue's round; the queue keeps it.
    boolean inRound;

    /// A message to be attempted for the destination of a lane.
    ///
    /// @param due milliseconds of the epoch
    record Item(QueueId id, Lane lane, long due, boolean isFresh) {}

    Lane(String destination) {
        this.destination = destination;
    }

    String destination() {
        return destination;
    }

    /// How many messages there are for this destination, those under way included.
    int items() {
        return items;
    }

    void enter() {
        items++;
    }

    void leave(int count) {
        items -= count;
    }

    /// Takes an item whose time has come.
    void ready(Item item) {
        Deque<Item> deque = item.isFresh() ? fresh : waited;
        if (deque == null) {
            deque = new ArrayDeque<>(1);
            if (item.isFresh()) {
                fresh = deque;
            } else {
                waited = deque;
            }
        }
        deque.add(item);
    }

    /// Whether an attempt could begin now. Those that hang leave room for others beside them, since
    /// two slow messages say little of the next one; up to a bound, because each has a socket.
    boolean canBegin() {
        int counted = running - Math.min(hanging, ATTEMPTS_MAX);
        return counted < allowed() && (fresh != null || waited != null);
    }

    /// Whether one more attempt is within the share of a destination while so many places are free:
    /// half of what is free beyond the kept ones. The more are taken, the smaller it is; where
    /// nothing is under way it is one place.
    boolean hasShareOf(int free) {
        return running == 0 || 2 * running < free - UnderWay.ATTEMPTS_KEPT;
    }

    private int allowed() {
        return Math.max(ATTEMPTS_TROUBLED, ATTEMPTS_MAX / (1 + failuresInARow));
    }

    /// Begins the next attempt. Fresh mail does not wait behind a backlog, and the backlog is not
    /// forgotten over fresh mail.
    Item begin() {
        boolean backlog = fresh == null || (waited != null && ++turn % TURNS == 0);
        Deque<Item> deque = backlog ? waited : fresh;
        if (deque == null) {
            throw new IllegalStateException("nothing to begin");
        }
        Item item = deque.remove();
        dropEmpty();
        running++;
        return item;
    }

    /// What an attempt tells about the destination.
    enum Told {
        /// It took what it was offered.
        WELL,
        /// It did not.
        TROUBLE,
        /// Nothing: the message waits for something else.
        NOTHING
    }

    void end(Told told) {
        running--;
        failuresInARow =
                switch (told) {
                    case WELL -> 0;
                    case TROUBLE -> Math.min(failuresInARow + 1, ATTEMPTS_MAX);
                    case NOTHING -> failuresInARow;
                };
    }

    /// An attempt has not ended for long. Until the destination takes something, few more of its
    /// attempts at a time are to go on beside those that hang.
    void hangs() {
        hanging++;
        failuresInARow = ATTEMPTS_MAX;
    }

    /// One of those that hang ends; [#end] is called as well.
    void hangsNoMore() {
        hanging--;
    }

    /// Takes messages out of what is ready.
    ///
    /// @return how many they were
    int remove(Predicate<Item> gone) {
        int removed = remove(fresh, gone) + remove(waited, gone);
        dropEmpty();
        return removed;
    }

    private static int remove(@Nullable Deque<Item> from, Predicate<Item> gone) {
        int before = from == null ? 0 : from.size();
        return from != null && from.removeIf(gone) ? before - from.size() : 0;
    }

    /// An idle lane holds no queues.
    private void dropEmpty() {
        fresh = fresh == null || fresh.isEmpty() ? null : fresh;
        waited = waited == null || waited.isEmpty() ? null : waited;
    }
}
