package org.postern.choice;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postern.audit.AuditEvent;
import org.postern.choice.Recorded.State;
import org.postern.facts.Choices.Choice;
import org.postern.mail.Address;
import org.postern.pickup.PickupParts;
import org.postern.rewrap.SealedPlace;

/// Where choices are made and taken back, by whomever, one after the other, so that record and
/// audit have the same order. A choice is in the audit before it counts, and one that is taken back
/// counts no more before anything else is done.
public final class ChoiceDesk {
    /// Until whoever came before is done.
    private static final Duration TURN_MAX = Duration.ofSeconds(60);

    /// The word of the audit for a choice that somebody wanted to take back, where the record may
    /// not say so.
    public static final String UNWRITTEN = "withdrawn-not-written";

    private final ChoiceBook book;
    private final Trail trail;
    private final InstantSource clock;
    private final Turns turns = new Turns(TURN_MAX, "others are choosing; this one was not taken");

    /// The audit.
    @FunctionalInterface
    public interface Trail {
        /// Durable on return.
        void append(AuditEvent.Chose chose) throws IOException;
    }

    public ChoiceDesk(ChoiceBook book, Trail trail, InstantSource clock) {
        this.book = book;
        this.trail = trail;
        this.clock = clock;
    }

    /// What somebody says.
    ///
    /// @param by as in [Recorded]
    /// @param source how the clinic knows
    public record Said(Address person, String by, String source) {
        /// Nobody's address.
        @Override
        public String toString() {
            return "Said[" + by + "]";
        }
    }

    /// What is done before a choice is made; if it fails, none is.
    @FunctionalInterface
    public interface Before {
        void run() throws IOException;
    }

    /// She chose ordinary mail; durable on return. Once more is on record once more, with its own
    /// time and source.
    ///
    /// @param before comes first, and nobody takes a choice back in between
    public Recorded choose(Said said, Before before) throws IOException {
        try (var _ = turns.take()) {
            before.run();
            Recorded recorded = recorded(said, State.ORDINARY_MAIL);
            trail.append(event(said, State.ORDINARY_MAIL));
            book.record(recorded);
            return recorded;
        }
    }

    /// She takes it back; durable on return.
    ///
    /// @return false if there was nothing to take back, and then nothing is written
    /// @throws IOException if record or audit failed; no rule takes her for one who chose then
    public boolean withdraw(Said said) throws IOException {
        try (var _ = turns.take()) {
            if (book.of(said.person()) == Choice.NONE) {
                return false;
            }
            try {
                book.record(recorded(said, State.WITHDRAWN));
            } catch (IOException e) {
                lost(said, e);
                throw e;
            }
            trail.append(event(said, State.WITHDRAWN));
            return true;
        }
    }

    /// That she said it is not lost with the record.
    private void lost(Said said, IOException why) {
        try {
            trail.append(new AuditEvent.Chose(said.person(), UNWRITTEN, said.by(), said.source()));
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /// Somebody said behind a link of hers that it reached the wrong person: whoever that is, she
    /// is asked anew. As in [#withdraw].
    public void notHers(Address person) throws IOException {
        withdraw(new Said(person, Recorded.PAGE, "\"this is not me\" was pressed"));
    }

    private Recorded recorded(Said said, State state) {
        return new Recorded(said.person(), state, clock.instant(), said.by(), said.source());
    }

    private static AuditEvent.Chose event(Said said, State state) {
        return new AuditEvent.Chose(said.person(), state.word(), said.by(), said.source());
    }

    /// What somebody chose, as rules ask for it.
    public Choice of(Address person) {
        return book.of(person);
    }

    /// The page on which patients choose for themselves.
    public ChoiceSite site(PickupParts parts) {
        return new ChoiceSite(new ChoiceParts(parts, this));
    }

    /// The record as a place of sealed texts.
    public SealedPlace place() {
        return book.place();
    }

    /// What she chose, if that is what holds now.
    public Optional<Recorded> chosen(Address person) {
        return book.of(person) == Choice.ORDINARY_MAIL ? book.recorded(person) : Optional.empty();
    }

    /// All that is on record, the newest last.
    public List<Recorded> all() {
        return book.all();
    }

    /// Whether the whole record can be read.
    public boolean isWhole() {
        return book.isWhole();
    }
}
