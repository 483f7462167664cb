package org.postern.folder;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/// Says when files have stopped changing, so that nobody takes one that is half written. For one
/// thread.
///
/// What two looks at least [#STILL] apart find the same, and no look between them otherwise, is
/// settled. A program that pauses for longer in the middle of a file is not found out; one that
/// writes beside it and renames is safe in any case.
public final class Settling {
    /// For how long files have to be the same.
    public static final Duration STILL = Duration.ofSeconds(2);

    private final LongSupplier nanos;
    private Map<Path, String> last = Map.of();
    private long since;

    /// @param nanos a clock that nobody sets, such as `System::nanoTime`
    public Settling(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// Takes note of a look.
    ///
    /// @param seen by a reading that is over
    /// @return whether it found what has been so for long enough
    public boolean isSettled(Prints seen) {
        if (!seen.stand()) {
            last = Map.of();
            return false;
        }
        Map<Path, String> now = seen.all();
        if (!now.equals(last)) {
            last = now;
            since = nanos.getAsLong();
            return false;
        }
        return nanos.getAsLong() - since >= STILL.toNanos();
    }
}
