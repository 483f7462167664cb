package org.postern.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How often somebody who decides about held mail is written to. It decides from times and numbers
/// alone.
///
/// The first held message after a quiet time is told at once; what comes within the time that
/// follows is told together at its end. What would not have that long is told before it.
///
/// @param together for how long messages are gathered into one mail
/// @param daily mails to one person on one day of the clinic's clock, at most
/// @param reminds whether people hear again before a time limit ends
public record AskPace(Duration together, int daily, boolean reminds) {
    /// Where `gateway.yaml` says nothing.
    public static final AskPace USUAL = new AskPace(Duration.ofMinutes(15), 30, true);

    /// Also what is urgent comes in mails that lie so far apart.
    private static final Duration LEAST = Duration.ofMinutes(1);

    /// A reminder comes at most so long before the end.
    private static final Duration LEAD_MAX = Duration.ofHours(24);

    /// A reminder comes in the last part of the time: one of so many.
    private static final int LEAD_PART = 4;

    public AskPace {
        if (!together.isPositive() || daily < 1) {
            throw new IllegalArgumentException("no pace");
        }
    }

    /// What one person has had.
    ///
    /// @param last when the last mail was; null if there was none
    /// @param sent mails on that day
    public record Past(@Nullable Instant last, LocalDate day, int sent) {
        /// Nobody has written to her yet.
        public static final Past NONE = new Past(null, LocalDate.EPOCH, 0);
    }

    /// What she is to hear of.
    ///
    /// @param count messages, and reminders
    /// @param firstEnd when the first of their times ends; null if none does
    public record Untold(int count, @Nullable Instant firstEnd) {}

    /// What is to be done for one person now.
    public sealed interface Step {
        /// There is nothing that she has not heard of.
        record Nothing() implements Step {}

        /// One mail about everything, now.
        ///
        /// @param after what she has had then
        record Write(Past after) implements Step {}

        /// Not before.
        record Later(Instant at) implements Step {}
    }

    /// @param now in the clinic's zone
    public Step next(Past past, Untold untold, ZonedDateTime now) {
        if (untold.count() == 0) {
            return new Step.Nothing();
        }
        LocalDate today = now.toLocalDate();
        int sent = past.day().equals(today) ? past.sent() : 0;
        if (sent >= daily) {
            return new Step.Later(today.plusDays(1).atStartOfDay(now.getZone()).toInstant());
        }
        Instant at = next(past, untold, now.toInstant());
        return at.isAfter(now.toInstant())
                ? new Step.Later(at)
                : new Step.Write(new Past(now.toInstant(), today, sent + 1));
    }

    /// A clock that was set back must not keep anybody from hearing.
    private Instant next(Past past, Untold untold, Instant now) {
        Instant last = past.last();
        if (last == null || last.isAfter(now)) {
            return now;
        }
        Instant gathered = last.plus(together);
        Instant end = untold.firstEnd();
        boolean urgent = end != null && end.isBefore(gathered.plus(together));
        return urgent && LEAST.compareTo(together) < 0 ? last.plus(LEAST) : gathered;
    }

    /// Whether this was the last mail of its day.
    public boolean isLast(Past past) {
        return past.sent() >= daily;
    }

    /// When people hear again of a hold: in the last quarter of its time, a day before its end at
    /// the earliest. Empty where that would come right behind the first mail.
    ///
    /// @param end of its time
    public Optional<Instant> reminder(Instant since, Instant end) {
        Duration part = Duration.between(since, end).dividedBy(LEAD_PART);
        Duration lead = part.compareTo(LEAD_MAX) > 0 ? LEAD_MAX : part;
        return reminds && lead.compareTo(together) >= 0
                ? Optional.of(end.minus(lead))
                : Optional.empty();
    }
}
