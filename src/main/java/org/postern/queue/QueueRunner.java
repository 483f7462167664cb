package org.postern.queue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postern.mail.QueueId;
import org.postern.queue.Lane.Item;
import org.postern.queue.UnderWay.Work;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The order of work: starts an attempt for each message and destination when its time has come,
/// one virtual thread each, never two for the same. What an attempt does it leaves to the story.
///
/// Destinations take turns, and each has a limit of its own, so that one that hangs holds up its
/// own mail alone. Of a message nothing is kept here but its id, its time and its destination.
public final class QueueRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueueRunner.class);

    /// What people ask for is put in its place at once, but what follows within this time together:
    /// each time the whole queue is gone through once.
    private static final Duration REPLACING_PAUSE = Duration.ofMillis(500);

    /// How long an attempt waits that ended in an error of ours instead of an outcome.
    private static final Duration AFTER_ERROR = Duration.ofMinutes(1);

    /// The clock is looked at again this often.
    private static final Duration LOOK_MAX = Duration.ofSeconds(1);

    /// How long `close` waits for attempts under way; what is cut off is attempted again at the
    /// start.
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final InstantSource clock;
    private final Runnable everyLook;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Item> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Item::due).thenComparing(Item::id));
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Queue<Lane> round = new ArrayDeque<>();
    private final UnderWay running;
    private final Map<Place, Long> replaced = new LinkedHashMap<>();
    private long replacedLast = System.nanoTime() - REPLACING_PAUSE.toNanos();
    private @Nullable Attempts attempts;
    private boolean sooner;
    private boolean stopped;

    /// A message that is to have another time, which stands beside it in milliseconds.
    private record Place(QueueId id, String destination) {}

    /// What an attempt is.
    @FunctionalInterface
    public interface Attempts {
        /// Attempts what is due of a message for one destination.
        Left attempt(QueueId id, String destination) throws IOException;
    }

    /// What is left to do after an attempt.
    public sealed interface Left {
        /// Nothing for this destination.
        record Nothing() implements Left {}

        /// The destination did not take all of it.
        record Later(Instant due) implements Left {}

        /// The rest waits for something else than the destination, so nobody else there need wait.
        record Aside(Instant due) implements Left {}
    }

    /// @param clock a steady one
    /// @param everyLook done about once a second
    public QueueRunner(InstantSource clock, Runnable everyLook) {
        this(clock, everyLook, UnderWay.HANGING_AFTER);
    }

    QueueRunner(InstantSource clock, Runnable everyLook, Duration hangingAfter) {
        this.clock = clock;
        this.everyLook = everyLook;
        this.running = new UnderWay(hangingAfter);
    }

    /// Begins to work. What is added before it waits for it.
    public void start(Attempts how) {
        lock.lock();
        try {
            attempts = how;
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name("queue").start(this::run);
    }

    /// Puts a message that is in the spool in its place, once for each of its destinations.
    ///
    /// @param fresh it was not attempted yet, and does not wait behind a backlog
    public void add(QueueId id, String destination, Instant due, boolean fresh) {
        lock.lock();
        try {
            Lane lane = lanes.computeIfAbsent(destination, Lane::new);
            lane.enter();
            place(new Item(id, lane, millis(due), fresh));
            dispatch();
        } finally {
            lock.unlock();
        }
    }

    /// Puts a message that may be here already at another place, at once or a moment later: what is
    /// asked for thousands at a time does not go through the queue for each of them.
    public void replace(QueueId id, String destination, Instant due) {
        lock.lock();
        try {
            replaced.put(new Place(id, destination), millis(due));
            if (untilReplacing() <= 0) {
                replaceAll();
                dispatch();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nanoseconds until the queue may be gone through again.
    private long untilReplacing() {
        return replacedLast + REPLACING_PAUSE.toNanos() - System.nanoTime();
    }

    /// Gives all that asked for it its other time, in one pass.
    private void replaceAll() {
        if (replaced.isEmpty()) {
            return;
        }
        Map<Place, Long> all = new LinkedHashMap<>(replaced);
        replaced.clear();
        Predicate<Item> concerned =
                item -> all.containsKey(new Place(item.id(), item.lane().destination()));
        waiting.removeIf(item -> {
            boolean gone = concerned.test(item);
            item.lane().leave(gone ? 1 : 0);
            return gone;
        });
        Set<Lane> touched = new HashSet<>();
        for (Place place : all.keySet()) {
            Lane lane = lanes.get(place.destination());
            if (lane != null) {
                touched.add(lane);
            }
        }
        touched.forEach(lane -> lane.leave(lane.remove(concerned)));
        all.forEach((place, due) -> {
            Lane lane = lanes.computeIfAbsent(place.destination(), Lane::new);
            lane.enter();
            place(new Item(place.id(), lane, due, true));
        });
        replacedLast = System.nanoTime();
        LOG.info("{} messages have another time, in one pass of the queue", all.size());
    }

    /// How many messages wait or are under way, each counted for each of its destinations.
    public int size() {
        lock.lock();
        try {
            replaceAll();
            dispatch();
            return lanes.values().stream().mapToInt(Lane::items).sum();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (look()) {
                everyLook.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Begins what is due, and waits for the next time or change.
    private boolean look() throws InterruptedException {
        lock.lock();
        try {
            if (untilReplacing() <= 0) {
                replaceAll();
            }
            running.look(clock.millis()).forEach(this::offer);
            dispatch();
            Item head = waiting.peek();
            long wait = head == null ? Long.MAX_VALUE : head.due() - clock.millis();
            long left = Duration.ofMillis(Math.clamp(wait, 1, LOOK_MAX.toMillis())).toNanos();
            left = replaced.isEmpty() ? left : Math.min(left, Math.max(untilReplacing(), 1));
            sooner = false;
            while (!stopped && !sooner && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private void place(Item item) {
        if (item.due() > clock.millis()) {
            waiting.add(item);
            if (item.equals(waiting.peek())) {
                sooner = true;
                changed.signalAll();
            }
        } else {
            item.lane().ready(item);
            offer(item.lane());
        }
    }

    private void offer(Lane lane) {
        if (!lane.inRound && lane.canBegin()) {
            lane.inRound = true;
            round.add(lane);
        }
    }

    /// Begins all that may begin. The destinations take turns; those that have their share wait for
    /// places to become free.
    private void dispatch() {
        Attempts how = attempts;
        if (how == null || stopped) {
            return;
        }
        long now = clock.millis();
        for (Item head = waiting.peek(); head != null && head.due() <= now; head = waiting.peek()) {
            waiting.remove();
            head.lane().ready(head);
            offer(head.lane());
        }
        int passed = 0;
        while (running.free() > 0 && passed < round.size()) {
            Lane lane = round.remove();
            if (lane.canBegin() && !lane.hasShareOf(running.free())) {
                round.add(lane);
                passed++;
                continue;
            }
            lane.inRound = false;
            if (lane.canBegin()) {
                begin(lane, how);
                offer(lane);
                passed = 0;
            }
        }
    }

    private void begin(Lane lane, Attempts how) {
        Item item = lane.begin();
        Work work = new Work(item.id(), lane);
        if (!running.begin(work, clock.millis())) {
            lane.end(Lane.Told.NOTHING);
            lane.leave(1);
            return;
        }
        Thread.ofVirtual().name("attempt " + item.id()).start(() -> attempt(work, how));
    }

    private void attempt(Work work, Attempts how) {
        Left left = new Left.Later(clock.instant().plus(AFTER_ERROR));
        try {
            left = how.attempt(work.id(), work.lane().destination());
        } catch (IOException e) {
            LOG.error("{} attempt broke off: {}", work.id(), e.getMessage());
        } catch (RuntimeException e) {
            // Our fault. The message stays in the spool. The exception's text may quote it, so only
            // the place is logged.
            LOG.error("{} attempt ended by {} at {}", work.id(), e.getClass().getName(), place(e));
        } finally {
            finished(work, left);
        }
    }

    /// Rounded up: what begins a moment too early finds nothing to do.
    private static long millis(Instant due) {
        return due.plusNanos(999_999).toEpochMilli();
    }

    private static String place(RuntimeException e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length == 0 ? "an unknown place" : trace[0].toString();
    }

    private void finished(Work work, Left left) {
        lock.lock();
        try {
            Lane lane = work.lane();
            boolean again = running.end(work);
            lane.end(told(left));
            if (again) {
                place(new Item(work.id(), lane, clock.millis(), true));
            } else {
                switch (left) {
                    case Left.Later(Instant due) ->
                            place(new Item(work.id(), lane, millis(due), false));
                    case Left.Aside(Instant due) ->
                            place(new Item(work.id(), lane, millis(due), false));
                    case Left.Nothing() -> {
                        lane.leave(1);
                        forgetIfEmpty(lane);
                    }
                }
            }
            offer(lane);
            dispatch();
            if (stopped) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private static Lane.Told told(Left left) {
        return switch (left) {
            case Left.Nothing() -> Lane.Told.WELL;
            case Left.Later _ -> Lane.Told.TROUBLE;
            case Left.Aside _ -> Lane.Told.NOTHING;
        };
    }

    private void forgetIfEmpty(Lane lane) {
        if (lane.items() == 0) {
            lanes.remove(lane.destination());
        }
    }

    /// Begins no further attempt, and waits for those under way, with a limit.
    @Override
    public void close() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
            long left = STOP_MAX.toNanos();
            while (running.size() > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (running.size() > 0) {
                LOG.warn(
                        "{} attempts cut off; they are taken up at the next start", running.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
