package org.postern.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the wall clock may be believed where something is destroyed or ends for good. A machine
/// that starts with its clock years ahead would otherwise destroy in its first minute all that the
/// clinic keeps.
///
/// It remembers on disk when it looked last. The clock is doubted if it stands before that, or more
/// than a week behind it, when the gateway starts; and if it moves by more than an hour against the
/// machine's counter while it runs. It is believed again when it has run for a day without another
/// jump: until then somebody can set it right, and nothing is gone. A gateway that was off for more
/// than a week therefore waits a day as well. A mark that cannot be read is a doubt; where there is
/// none, nothing is known that speaks against the clock.
///
/// It also counts the time that has gone by, which no clock that is set makes longer: that of the
/// machine's counter while the gateway runs, and that of the wall clock while it is off, where the
/// wall clock is not doubted.
public final class ClockTrust {
    private static final Logger LOG = LoggerFactory.getLogger(ClockTrust.class);

    /// A gateway that was off for longer finds a clock that it does not believe.
    public static final Duration AWAY_MAX = Duration.ofDays(7);

    /// How long a clock that is doubted has to run before it is believed.
    public static final Duration PROBATION = Duration.ofDays(1);

    /// How old the mark on disk may become. Who starts the gateway more often waits longer than a
    /// day.
    private static final Duration MARK_EVERY = Duration.ofHours(1);

    /// Three numbers and their CRC-32C.
    private static final int OCTETS = 3 * Long.BYTES + Integer.BYTES;

    /// A mark of a release that did not count the time.
    private static final int OCTETS_BEFORE = 2 * Long.BYTES + Integer.BYTES;

    private final Disk disk;
    private final Path file;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private Instant seen;
    private long seenNanos;
    private Duration left;
    private Instant lived;
    private @Nullable Mark kept;

    /// What stands on disk.
    ///
    /// @param seen when the clock was looked at
    /// @param left for how long it was to be doubted then
    /// @param lived what `lived` showed then
    private record Mark(Instant seen, Duration left, Instant lived) {
        byte[] octets() {
            ByteBuffer octets = ByteBuffer.allocate(OCTETS);
            octets.putLong(seen.toEpochMilli()).putLong(left.toMillis());
            octets.putLong(lived.toEpochMilli());
            return octets.putInt(crc(octets)).array();
        }

        /// Empty if these octets are no mark.
        static Optional<Mark> of(ByteBuffer octets) {
            octets.flip();
            boolean counted = octets.limit() == OCTETS;
            Instant seen = Instant.ofEpochMilli(octets.getLong());
            Duration left = Duration.ofMillis(octets.getLong());
            Instant lived = counted ? Instant.ofEpochMilli(octets.getLong()) : seen;
            return crc(octets) == octets.getInt()
                    ? Optional.of(new Mark(seen, left, lived))
                    : Optional.empty();
        }

        private static int crc(ByteBuffer octets) {
            CRC32C crc = new CRC32C();
            crc.update(octets.duplicate().flip());
            return (int) crc.getValue();
        }
    }

    private ClockTrust(
            Disk disk, Path file, InstantSource wall, LongSupplier nanos, Duration left) {
        this.disk = disk;
        this.file = file;
        this.wall = wall;
        this.nanos = nanos;
        this.seen = wall.instant();
        this.seenNanos = nanos.getAsLong();
        this.left = left;
        this.lived = seen;
    }

    /// Compares the clock with what was seen last.
    ///
    /// @param file the mark; it is made if there is none
    /// @param nanos the machine's counter, which nobody sets, such as `System::nanoTime`
    public static ClockTrust open(Disk disk, Path file, InstantSource wall, LongSupplier nanos) {
        ClockTrust trust = new ClockTrust(disk, file, wall, nanos, Duration.ZERO);
        try {
            Mark mark = read(disk, file).orElseThrow(() -> new IOException("it is damaged"));
            trust.goOn(mark);
        } catch (NoSuchFileException _) {
            LOG.debug("no mark of the clock yet");
        } catch (IOException e) {
            LOG.error("the mark of the clock, {}: {}", file, e.getMessage());
            trust.left = PROBATION;
        }
        if (!trust.left.isZero()) {
            LOG.warn(
                    "the clock of this machine says {}; that is doubted, and nothing is destroyed"
                            + " or ended for the next {} hours: set it right if it is wrong",
                    trust.seen,
                    Math.ceilDiv(trust.left.toMinutes(), 60));
        }
        trust.keep();
        return trust;
    }

    private void goOn(Mark mark) {
        boolean explained = isExplained(mark);
        left = explained ? mark.left() : PROBATION;
        Duration away = Duration.between(mark.seen(), seen);
        lived = explained && !away.isNegative() ? mark.lived().plus(away) : mark.lived();
    }

    private boolean isExplained(Mark mark) {
        Duration away = Duration.between(mark.seen(), seen);
        return away.plus(SteadyClock.JUMP).isPositive() && away.compareTo(AWAY_MAX) <= 0;
    }

    private static Optional<Mark> read(Disk disk, Path file) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(OCTETS);
        try (DiskFile open = disk.read(file)) {
            boolean known = open.size() == OCTETS || open.size() == OCTETS_BEFORE;
            return known && open.read(octets, 0) == open.size()
                    ? Mark.of(octets)
                    : Optional.empty();
        }
    }

    /// Whether something may be destroyed or end because of the time that the clock shows now. To
    /// be asked at least once an hour: what the clock does between two questions is seen at the
    /// second.
    public synchronized boolean isBelieved() {
        Instant now = wall.instant();
        long counted = nanos.getAsLong();
        Duration passed = Duration.ofNanos(counted - seenNanos);
        Duration moved = Duration.between(seen, now).minus(passed);
        if (moved.abs().compareTo(SteadyClock.JUMP) > 0) {
            left = PROBATION;
        } else if (!left.isZero()) {
            Duration rest = left.minus(passed);
            left = rest.isPositive() ? rest : Duration.ZERO;
        }
        lived = lived.plus(passed);
        seen = now;
        seenNanos = counted;
        if (isToBeKept()) {
            keep();
        }
        return left.isZero();
    }

    /// Time as it went by, for what is destroyed by its age: it began where the wall clock stood at
    /// the first start, and no clock that is set moves it, forward or back. Time for which the
    /// gateway was off does not count where it was more than a week. It is to be compared with what
    /// it showed itself, and with nothing else.
    public synchronized Instant lived() {
        return lived.plusNanos(nanos.getAsLong() - seenNanos);
    }

    /// The clock of the queue. One that began by a wrong wall clock shows the wrong time until the
    /// next start, and is believed as little.
    public JudgedClock of(SteadyClock steady) {
        return new JudgedClock(steady, () -> isBelieved() && steady.isNearTheWall());
    }

    private boolean isToBeKept() {
        Mark last = kept;
        return last == null
                || last.left().isZero() != left.isZero()
                || Duration.between(last.seen(), seen).abs().compareTo(MARK_EVERY) >= 0;
    }

    /// A mark that cannot be written stays as it was: the next start may doubt a good clock then,
    /// and believes no bad one. It is tried again when the next one is due.
    private void keep() {
        Mark mark = new Mark(seen, left, lived);
        kept = mark;
        try {
            WholeFile.replace(disk, file, mark.octets());
        } catch (IOException e) {
            LOG.error("the mark of the clock, {}, was not written: {}", file, e.getMessage());
        }
    }
}
