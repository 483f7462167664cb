package org.postern.folder;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What a folder holds, looked at while mail flows, and so at most once in [#EVERY]: a change is
/// seen that late.
///
/// One thread looks at a time. The others take what was found last, if that is not older than
/// [#LATE_MAX], and do not wait: at a monitor, many virtual threads would starve each other. Who
/// finds it older waits for the look, so that a slow or stuck disk hides no change for ever.
///
/// @param <T> what was found; does not change
/// @param <X> what a look may throw; then the next one who asks looks again
public final class Glance<T, X extends Exception> {
    /// Between two looks, by the time that callers give.
    public static final Duration EVERY = Duration.ofSeconds(2);

    /// What is older than that is given to nobody.
    public static final Duration LATE_MAX = EVERY.multipliedBy(5);

    private final Look<T, X> look;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Found<T> last;

    /// One look at the folder.
    @FunctionalInterface
    public interface Look<T, X extends Exception> {
        /// @param before what the look before found; null for the first
        T take(@Nullable T before) throws X;
    }

    /// @param at when it was asked for; the epoch if nobody said
    private record Found<T>(T what, Instant at) {
        /// A clock that goes back looks again.
        boolean isFresh(Instant now) {
            return isYounger(now, EVERY);
        }

        boolean isYounger(Instant now, Duration age) {
            return !now.isBefore(at) && Duration.between(at, now).compareTo(age) < 0;
        }
    }

    public Glance(Look<T, X> look) {
        this.look = look;
    }

    /// What was found at the last look, if that is not too long ago; or while another one is under
    /// way, within [#LATE_MAX].
    public T at(Instant now) throws X {
        Found<T> known = last;
        if (known != null && known.isFresh(now)) {
            return known.what();
        }
        if (known == null || !known.isYounger(now, LATE_MAX)) {
            looking.lock();
        } else if (!looking.tryLock()) {
            return known.what();
        }
        try {
            known = last;
            return known != null && known.isFresh(now) ? known.what() : look(now);
        } finally {
            looking.unlock();
        }
    }

    /// Looks in any case.
    public T now() throws X {
        looking.lock();
        try {
            Found<T> known = last;
            return look(known == null ? Instant.EPOCH : known.at());
        } finally {
            looking.unlock();
        }
    }

    private T look(Instant at) throws X {
        Found<T> known = last;
        T found = look.take(known == null ? null : known.what());
        last = new Found<>(found, at);
        return found;
    }
}
