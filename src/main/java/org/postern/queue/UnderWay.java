package org.postern.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.postern.mail.QueueId;

/// The attempts under way, and how many more there may be. It is changed under the lock of the
/// queue alone.
///
/// An attempt that hangs leaves its place to others: next hops have minutes for each answer (RFC
/// 5321 §4.5.3.2), and the mail to all others is not to wait for those.
final class UnderWay {
    /// Attempts at the same time, of all destinations together, but for those that hang.
    static final int ATTEMPTS_MAX = 160;

    /// Of them those for destinations at which nothing is under way: however many others hang, the
    /// next one finds a place at once.
    static final int ATTEMPTS_KEPT = 32;

    /// Attempts that hang: each is a thread, and a socket on which nobody talks. Those beyond keep
    /// their places.
    static final int HANGING_MAX = 640;

    /// An attempt hangs that has not ended after this time.
    static final Duration HANGING_AFTER = Duration.ofSeconds(10);

    private final Duration hangingAfter;
    private final Map<Work, Run> running = new HashMap<>();
    private int hanging;

    /// A message under way to a destination.
    record Work(QueueId id, Lane lane) {}

    /// How it is under way.
    private static final class Run {
        final long begun;
        boolean hangs;
        boolean again;

        Run(long begun) {
            this.begun = begun;
        }
    }

    UnderWay(Duration hangingAfter) {
        this.hangingAfter = hangingAfter;
    }

    /// Places for further attempts.
    int free() {
        return ATTEMPTS_MAX - (running.size() - hanging);
    }

    int size() {
        return running.size();
    }

    /// @param now milliseconds of the epoch
    /// @return false if it is under way already; it is to come again at once when that has ended
    boolean begin(Work work, long now) {
        Run before = running.putIfAbsent(work, new Run(now));
        if (before != null) {
            before.again = true;
        }
        return before == null;
    }

    /// @return whether it is to come again at once
    boolean end(Work work) {
        Run run = Objects.requireNonNull(running.remove(work), "it was begun");
        if (run.hangs) {
            hanging--;
            work.lane().hangsNoMore();
        }
        return run.again;
    }

    /// Finds out which attempts hang by now.
    ///
    /// @param now milliseconds of the epoch
    /// @return the lanes of those that do since this look: more of their mail may begin
    Set<Lane> look(long now) {
        Set<Lane> lanes = new HashSet<>();
        running.forEach((work, run) -> {
            boolean old = now - run.begun >= hangingAfter.toMillis();
            if (old && !run.hangs && hanging < HANGING_MAX) {
                run.hangs = true;
                hanging++;
                work.lane().hangs();
                lanes.add(work.lane());
            }
        });
        return lanes;
    }
}
