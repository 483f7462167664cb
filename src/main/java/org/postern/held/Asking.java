package org.postern.held;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private final Spool spool;
    private final OwnMail ownMail;
    private final AskLetters letters;
    private final AskBook book;
    private final Manner manner;
    private final InstantSource clock;
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

    /// Notes that people have to hear of a hold. On return it is on disk; a second time changes
    /// nothing.
    void note(QueueId id, Review review, List<Address> asked) throws IOException {
        Optional<Instant> end = review.end();
        Optional<Instant> reminder = end.flatMap(it -> manner.pace().reminder(review.since(), it));
        List<Row> rows = new ArrayList<>();
        for (Address person : asked) {
            Instant since = review.since();
            rows.add(new Row(person.key(), id, since, Kind.ASK, since, end.orElse(null)));
            reminder.ifPresent(at ->
                    rows.add(new Row(person.key(), id, since, Kind.REMIND, at, end.orElse(null))));
        }
        book.add(rows);
    }

    /// Whether the book may have lost what it knew.
    boolean isDamaged() {
        return book.isDamaged();
    }

    /// Writes what is to be written now. What does not work is tried again at the next look.
    ///
    /// @param policy whose lists say who is asked
    void look(Policy policy) {
        try {
            for (Batch batch : book.batches()) {
                write(batch, policy);
            }
            Instant now = clock.instant();
            for (Person person : book.people(now)) {
                AskPace.Step step =
                        manner.pace()
                                .next(person.past(), person.untold(), now.atZone(manner.zone()));
                if (step instanceof AskPace.Step.Write(AskPace.Past after)) {
                    begin(person.key(), after, policy);
                }
            }
            sweep(now);
        } catch (IOException e) {
            LOG.warn("those who decide about held mail hear of it later: {}", e.getMessage());
        }
    }

    private void begin(String person, AskPace.Past after, Policy policy) throws IOException {
        List<Row> open = new ArrayList<>();
        List<Row> over = new ArrayList<>();
        for (Row row : book.due(person, clock.instant())) {
            (isOpen(row, policy) ? open : over).add(row);
        }
        book.drop(over);
        if (!open.isEmpty()) {
            write(book.gather(person, open, after), policy);
        }
    }

    /// What cannot be read counts as open: it may be read when the mail is written.
    private boolean isOpen(Row row, Policy policy) {
        try {
            return AskLetters.Waiting.of(row, spool.find(row.id()), policy).isPresent();
        } catch (IOException e) {
            LOG.error("{} is held and cannot be read", row.id());
            return true;
        }
    }

    private void write(Batch batch, Policy policy) throws IOException {
        List<Row> rows = book.rows(batch);
        List<AskLetters.Waiting> waiting = new ArrayList<>();
        for (Row row : rows) {
            waiting(row, policy).ifPresent(waiting::add);
        }
        Optional<QueuedMessage> letter = Optional.empty();
        if (!waiting.isEmpty()) {
            boolean last = book.past(batch).filter(manner.pace()::isLast).isPresent();
            letter =
                    ownMail.commitOnce(
                            letters.of(
                                    new AskLetters.Post(batch, rows.getFirst().id()),
                                    waiting,
                                    last ? manner.pace().daily() : 0));
        }
        book.written(batch);
        letter.ifPresent(ownMail::release);
    }

    private Optional<AskLetters.Waiting> waiting(Row row, Policy policy) {
        try {
            Optional<QueuedMessage> message = spool.find(row.id());
            return AskLetters.Waiting.of(row, message, policy);
        } catch (IOException e) {
            LOG.error("{} is held, cannot be read, and nobody hears of it", row.id());
            return Optional.empty();
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
