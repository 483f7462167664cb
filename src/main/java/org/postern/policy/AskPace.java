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
/// follows is told together at its end. What would not have that long is told before it, by a mail
/// that counts apart. Reminders have a few mails a day that nothing else can use.
///
/// @param together for how long messages are gathered into one mail
/// @param daily mails to one person on one day of the clinic's clock, at most; and as many of those
///   that cannot wait
/// @param reminds whether people hear again before a time limit ends
public record AskPace(Duration together, int daily, boolean reminds) {
    /// Where `gateway.yaml` says nothing.
    public static final AskPace USUAL = new AskPace(Duration.ofMinutes(15), 30, true);

    /// Also what is urgent comes in mails that lie so far apart.
    private static final Duration LEAST = Duration.ofMinutes(1);

    /// Mails to one person on one day that only reminders may use, where the others are used up or
    /// come too late.
    static final int RESERVE = 5;

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
    /// @param sent mails on that day, but for the urgent ones
    /// @param urgent mails on that day that could not wait for the next ordinary one
    /// @param reminding mails on that day that a reminder had of its own
    public record Past(@Nullable Instant last, LocalDate day, int sent, int urgent, int reminding) {
        /// Nobody has written to her yet.
        public static final Past NONE = new Past(null, LocalDate.EPOCH, 0, 0, 0);

        private Past with(ZonedDateTime now, int more, int moreUrgent, int moreReminding) {
            return new Past(
                    now.toInstant(),
                    day,
                    sent + more,
                    urgent + moreUrgent,
                    reminding + moreReminding);
        }
    }

    /// What she is to hear of.
    ///
    /// @param count messages, and reminders
    /// @param firstEnd when the first of their times ends; null if none does
    /// @param firstReminded the same of those that she is to be reminded of
    public record Untold(int count, @Nullable Instant firstEnd, @Nullable Instant firstReminded) {}

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
        Past had = past.day().equals(today) ? past : new Past(past.last(), today, 0, 0, 0);
        Instant next = at(past.last(), together, new Quota(had.sent(), daily), now);
        if (!next.isAfter(now.toInstant())) {
            return new Step.Write(had.with(now, 1, 0, 0));
        }
        if (endsBefore(next, untold.firstEnd())) {
            Instant soon = at(past.last(), LEAST, new Quota(had.urgent(), daily), now);
            if (!soon.isAfter(now.toInstant())) {
                return new Step.Write(had.with(now, 0, 1, 0));
            }
            next = soon.isBefore(next) ? soon : next;
        }
        if (endsBefore(next, untold.firstReminded())) {
            Instant reserved = at(past.last(), LEAST, new Quota(had.reminding(), RESERVE), now);
            if (!reserved.isAfter(now.toInstant())) {
                return new Step.Write(had.with(now, 0, 0, 1));
            }
            next = reserved.isBefore(next) ? reserved : next;
        }
        return new Step.Later(next);
    }

    /// Whether too little time would be left behind a mail.
    private boolean endsBefore(Instant mail, @Nullable Instant end) {
        return end != null && end.isBefore(mail.plus(together));
    }

    /// Mails of one sort on one day.
    private record Quota(int gone, int most) {}

    /// When the next mail of one sort may be. Who sends many messages must not use a day up in an
    /// hour, so that nobody hears of what comes later: where half of the mails are gone, the others
    /// lie evenly in what is left of the day. A clock that was set back must not keep anybody from
    /// hearing.
    ///
    /// @param gap at least, behind the last mail
    private Instant at(@Nullable Instant last, Duration gap, Quota quota, ZonedDateTime now) {
        Instant tomorrow = now.toLocalDate().plusDays(1).atStartOfDay(now.getZone()).toInstant();
        if (quota.gone() >= quota.most()) {
            return tomorrow;
        }
        if (last == null || last.isAfter(now.toInstant())) {
            return now.toInstant();
        }
        if (quota.gone() * 2 < quota.most()) {
            return last.plus(gap);
        }
        // The last one comes such a part before the day is over.
        int left = quota.most() - quota.gone();
        Duration part = Duration.between(last, tomorrow).dividedBy(left + 1);
        return last.plus(part.compareTo(gap) > 0 ? part : gap);
    }

    /// Whether this was the last mail of its day, but for what cannot wait.
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
