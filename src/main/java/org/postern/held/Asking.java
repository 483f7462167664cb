package org.postern.held;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postern.held.AskBook.Batch;
import org.postern.held.AskBook.Kind;
import org.postern.held.AskBook.Person;
import org.postern.held.AskBook.Row;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.policy.AskPace;
import org.postern.policy.Policy;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;
import org.postern.transit.OwnMail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes to those who are asked about held mail, as often as the pace says. Whom it has to write
/// to stands in the book before a hold counts as told; which messages a mail tells of stands there
/// before the mail is written; so a stop loses none, and repeats none that is in the spool.
public final class Asking {
    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);

    /// How often rows of decided mail are deleted.
    private static final Duration SWEPT_EVERY = Duration.ofHours(1);

    /// How long what failed, or could not be read, waits.
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /// How long what people are not asked about rests until it is looked at again.
    private static final Duration LATER = Duration.ofHours(1);

    private final Spool spool;
    private final OwnMail ownMail;
    private final AskLetters letters;
    private final AskBook book;
    private final Manner manner;
    private final InstantSource clock;
    private final Map<Batch, Instant> pauses = new HashMap<>();

    /// Mails that were begun and not recorded as written; null where that has to be looked up.
    private @Nullable Set<Batch> begun;

    /// Whether the book has more than when it was looked through last.
    private final AtomicBoolean added = new AtomicBoolean(true);

    /// Between these nothing is to be written of what the book had at the first.
    private Instant looked = Instant.MAX;

    private Instant next = Instant.MIN;
    private @Nullable Instant swept;

    /// How often people are written to.
    ///
    /// @param zone the clinic's, whose days are counted
    public record Manner(AskPace pace, ZoneId zone) {}

    /// @param clock the steady one of the queue
    public Asking(
            Spool spool,
            OwnMail ownMail,
            AskLetters letters,
            AskBook book,
            Manner manner,
            InstantSource clock) {
        this.spool = spool;
        this.ownMail = ownMail;
        this.letters = letters;
        this.book = book;
        this.manner = manner;
        this.clock = clock;
    }

    /// Who is asked about a hold.
    record Asked(QueueId id, Review review, List<Address> people) {
        Asked {
            people = List.copyOf(people);
        }
    }

    /// Notes that people have to hear of holds. On return it is on disk; a second time changes
    /// nothing for who has heard.
    void note(List<Asked> all) throws IOException {
        if (all.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        List<Row> rows = new ArrayList<>();
        for (Asked each : all) {
            Instant since = each.review().since();
            // What began by a clock that was ahead is not told later because of that.
            Instant due = since.isBefore(now) ? since : now;
            Optional<Instant> end = each.review().end();
            Optional<Instant> reminder = end.flatMap(it -> manner.pace().reminder(since, it));
            for (Address person : each.people()) {
                Row ask = new Row(person.key(), each.id(), since, Kind.ASK, due, end.orElse(null));
                rows.add(ask);
                reminder.ifPresent(at -> rows.add(ask.reminder(at)));
            }
        }
        book.add(rows);
        added.set(true);
    }

    /// Writes what is to be written now. What does not work is tried again later, and keeps nobody
    /// from another mail.
    ///
    /// @param policy whose lists say who is asked
    void look(Policy policy) {
        Instant now = clock.instant();
        pauses.values().removeIf(until -> !until.isAfter(now));
        try {
            for (Batch batch : List.copyOf(begun())) {
                attempt(batch, policy);
            }
            if (isTime(now)) {
                // Also if what follows fails.
                next = Instant.MIN;
                next = beginAll(now, policy);
                looked = now;
            }
            sweep(now);
        } catch (IOException e) {
            begun = null;
            LOG.warn("those who decide about held mail hear of it later: {}", e.getMessage());
        }
    }

    private Set<Batch> begun() throws IOException {
        Set<Batch> known = begun;
        if (known == null) {
            known = new LinkedHashSet<>(book.batches());
            begun = known;
        }
        return known;
    }

    /// The book is not gone through at each look: in a flood much stands there that has to wait.
    private boolean isTime(Instant now) {
        boolean more = added.getAndSet(false);
        return more || now.isBefore(looked) || !now.isBefore(next);
    }

    /// @return when there may be something to write again
    private Instant beginAll(Instant now, Policy policy) throws IOException {
        // What is due later, such as a reminder, comes so late at most.
        Instant again = now.plus(AGAIN);
        for (Person person : book.people(now)) {
            switch (manner.pace().next(person.past(), person.untold(), now.atZone(manner.zone()))) {
                case AskPace.Step.Write(AskPace.Past after) -> begin(person.key(), after, policy);
                case AskPace.Step.Later(Instant at) -> again = at.isBefore(again) ? at : again;
                case AskPace.Step.Nothing() -> {}
            }
        }
        return again;
    }

    private void begin(String person, AskPace.Past after, Policy policy) throws IOException {
        Standing standing = standing(book.due(person, clock.instant()), policy);
        book.drop(standing.over());
        rest(standing);
        if (!standing.open().isEmpty()) {
            Batch batch = book.gather(person, standing.open(), after);
            begun().add(batch);
            attempt(batch, policy);
        }
    }

    /// How rows stand.
    ///
    /// @param waiting what she is to hear, for each of the open ones
    /// @param resting of holds about which she is not asked now, and may be again
    /// @param unreadable for now: they are told when the disk gives them
    private record Standing(
            List<AskLetters.Waiting> waiting,
            List<Row> resting,
            List<Row> over,
            List<Row> unreadable) {
        List<Row> open() {
            return waiting.stream().map(AskLetters.Waiting::row).toList();
        }
    }

    private Standing standing(List<Row> rows, Policy policy) {
        Standing standing =
                new Standing(
                        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Row row : rows) {
            try {
                Optional<QueuedMessage> found = spool.find(row.id());
                Optional<AskLetters.Waiting> waiting = AskLetters.Waiting.of(row, found, policy);
                if (waiting.isPresent()) {
                    standing.waiting().add(waiting.get());
                } else {
                    boolean held = AskLetters.Waiting.isHeld(row, found);
                    (held ? standing.resting() : standing.over()).add(row);
                }
            } catch (IOException e) {
                standing.unreadable().add(row);
            }
        }
        if (!standing.unreadable().isEmpty()) {
            LOG.error(
                    "{} held messages cannot be read and are told of later; the first is {}",
                    standing.unreadable().size(),
                    standing.unreadable().getFirst().id());
        }
        return standing;
    }

    private void rest(Standing standing) throws IOException {
        // Asked for again now and then: somebody may want something else by then.
        book.rest(standing.resting(), clock.instant().plus(LATER));
        book.rest(standing.unreadable(), clock.instant().plus(AGAIN));
    }

    /// One mail that cannot be written must not keep anybody from the others.
    private void attempt(Batch batch, Policy policy) {
        if (pauses.containsKey(batch)) {
            return;
        }
        try {
            write(batch, policy);
        } catch (IOException e) {
            // The database may have failed: what is begun is looked up again behind its mending.
            begun = null;
            LOG.warn("a mail about held mail is written later: {}", e.getMessage());
            pauses.put(batch, clock.instant().plus(AGAIN));
        } catch (RuntimeException e) {
            // Its text may quote the message.
            LOG.error("a mail about held mail is written later: {}", e.getClass().getName());
            pauses.put(batch, clock.instant().plus(AGAIN));
        }
    }

    private void write(Batch batch, Policy policy) throws IOException {
        List<Row> rows = book.rows(batch);
        if (rows.isEmpty()) {
            // An earlier try left all of them to another mail.
            forget(batch);
            return;
        }
        QueueId cause = rows.getFirst().id();
        Standing standing = standing(rows, policy);
        // Before the letter is there: what it does not tell of must not count as told.
        rest(standing);
        Optional<QueuedMessage> letter = Optional.empty();
        if (!standing.waiting().isEmpty()) {
            boolean last = book.past(batch).filter(manner.pace()::isLast).isPresent();
            letter =
                    ownMail.commitOnce(
                            letters.of(
                                    new AskLetters.Post(batch, cause),
                                    standing.waiting(),
                                    last ? manner.pace().daily() : 0));
        }
        book.written(batch);
        forget(batch);
        letter.ifPresent(ownMail::release);
        if (standing.waiting().isEmpty()) {
            // It was put on disk at an earlier try, and all of it has been decided since.
            ownMail.releaseKept(AskLetters.kind(batch), cause, Address.of(batch.person()));
        }
    }

    /// Where another mail has failed, the book says what is left.
    private void forget(Batch batch) {
        Set<Batch> known = begun;
        if (known != null) {
            known.remove(batch);
        }
    }

    private void sweep(Instant now) throws IOException {
        Instant before = swept;
        if (before != null && !before.isAfter(now) && now.isBefore(before.plus(SWEPT_EVERY))) {
            return;
        }
        List<QueueId> decided = new ArrayList<>();
        for (QueueId id : book.ids()) {
            try {
                if (spool.find(id).filter(Docket::isReviewed).isEmpty()) {
                    decided.add(id);
                }
            } catch (IOException e) {
                LOG.error("{} cannot be read, and its rows stay", id);
            }
        }
        book.forget(decided);
        swept = now;
    }
}
