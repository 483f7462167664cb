package org.postern.choice;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postern.audit.AuditEvent;
import org.postern.choice.Recorded.State;
import org.postern.facts.Choices.Choice;
import org.postern.mail.Address;
import org.postern.pickup.PickupParts;
import org.postern.rewrap.SealedPlace;

/// Where choices are made and taken back, by whomever: the audit first, then the record.
public final class ChoiceDesk {
    private final ChoiceBook book;
    private final Trail trail;
    private final InstantSource clock;

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

    /// She chose ordinary mail; durable on return. Once more is on record once more, with its own
    /// time and source.
    public Recorded choose(Said said) throws IOException {
        return put(said, State.ORDINARY_MAIL);
    }

    /// She takes it back; durable on return.
    ///
    /// @return false if there was nothing to take back, and then nothing is written
    public boolean withdraw(Said said) throws IOException {
        if (book.of(said.person()) == Choice.NONE) {
            return false;
        }
        put(said, State.WITHDRAWN);
        return true;
    }

    private Recorded put(Said said, State state) throws IOException {
        Recorded recorded =
                new Recorded(said.person(), state, clock.instant(), said.by(), said.source());
        trail.append(new AuditEvent.Chose(said.person(), state.word(), said.by(), said.source()));
        book.record(recorded);
        return recorded;
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
