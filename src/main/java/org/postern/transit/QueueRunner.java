package org.postern.transit;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState.Waiting;
import org.postern.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The order of work: starts an attempt for each queued message when its time has come, one virtual
/// thread a message, never two for the same one. What an attempt does it leaves to the story.
public final class QueueRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueueRunner.class);

    /// Messages attempted at the same time.
    private static final int ATTEMPTS_MAX = 64;

    /// How long an attempt waits that ended in an error of ours instead of an outcome.
    private static final Duration AFTER_ERROR = Duration.ofMinutes(1);

    /// The clock is looked at again this often, so that a step of it is noticed.
    private static final Duration LOOK_MAX = Duration.ofSeconds(1);

    /// How long `close` waits for attempts under way; what is cut off is attempted again at the
    /// start.
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final Spool spool;
    private final Clock clock;
    private final Semaphore attemptsFree = new Semaphore(ATTEMPTS_MAX);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Entry> waiting =
            new PriorityQueue<>(Comparator.comparing(Entry::due).thenComparing(Entry::id));
    private final Set<QueueId> running = new HashSet<>();
    private boolean stopped;

    private record Entry(QueueId id, Instant due) {}

    /// One attempt for all recipients of a message that are due.
    @FunctionalInterface
    interface Attempts {
        void attempt(QueuedMessage message) throws IOException;
    }

    public QueueRunner(Spool spool, Clock clock) {
        this.spool = spool;
        this.clock = clock;
    }

    void start(Attempts attempts) {
        Thread.ofVirtual().name("queue").start(() -> run(attempts));
    }

    /// Puts a message in its place. It must be in the spool already.
    void add(QueuedMessage message) {
        nextDue(message).ifPresent(due -> add(new Entry(message.id(), due)));
    }

    /// How many messages wait or are under way.
    public int size() {
        lock.lock();
        try {
            return waiting.size() + running.size();
        } finally {
            lock.unlock();
        }
    }

    private void add(Entry entry) {
        lock.lock();
        try {
            waiting.add(entry);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Never later than the longest step from now: a time that was written while the clock ran
    /// ahead must not keep a message for years.
    private Optional<Instant> nextDue(QueuedMessage message) {
        Instant latest = clock.instant().plus(RetrySchedule.longestStep());
        return message.states().values().stream()
                .filter(Waiting.class::isInstance)
                .map(state -> ((Waiting) state).notBefore())
                .min(Comparator.naturalOrder())
                .map(due -> due.isAfter(latest) ? latest : due);
    }

    private void run(Attempts attempts) {
        try {
            for (Optional<QueueId> next = take(); next.isPresent(); next = take()) {
                QueueId id = next.get();
                attemptsFree.acquire();
                Thread.ofVirtual().name("attempt " + id).start(() -> attempt(id, attempts));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for the next message that is due; empty once the queue is stopped.
    private Optional<QueueId> take() throws InterruptedException {
        lock.lock();
        try {
            while (!stopped) {
                Entry head = waiting.peek();
                Duration wait =
                        head == null ? LOOK_MAX : Duration.between(clock.instant(), head.due());
                if (head != null && !wait.isPositive()) {
                    waiting.remove();
                    running.add(head.id());
                    return Optional.of(head.id());
                }
                Duration look = wait.compareTo(LOOK_MAX) < 0 ? wait : LOOK_MAX;
                changed.awaitNanos(look.toNanos());
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void attempt(QueueId id, Attempts attempts) {
        Optional<Entry> again = Optional.of(new Entry(id, clock.instant().plus(AFTER_ERROR)));
        try {
            Optional<QueuedMessage> message = spool.find(id);
            if (message.isPresent()) {
                attempts.attempt(message.get());
            }
            again = spool.find(id).flatMap(this::nextDue).map(due -> new Entry(id, due));
        } catch (IOException e) {
            LOG.error("{} attempt broke off: {}", id, e.getMessage());
        } catch (RuntimeException e) {
            // Our fault. The message stays in the spool. The exception's text may quote it, so only
            // the place is logged.
            LOG.error("{} attempt ended by {} at {}", id, e.getClass().getName(), place(e));
        } finally {
            attemptsFree.release();
            finished(id);
            again.ifPresent(this::add);
        }
    }

    private static String place(RuntimeException e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length == 0 ? "an unknown place" : trace[0].toString();
    }

    private void finished(QueueId id) {
        lock.lock();
        try {
            running.remove(id);
            changed.signalAll();
        } finally {
            lock.unlock();
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
            while (!running.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (!running.isEmpty()) {
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
