package org.postern.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.SampleMail.DOCTOR;
import static org.postern.testkit.SampleMail.PATIENT;
import static org.postern.testkit.SampleMail.envelope;
import static org.postern.testkit.SampleMail.octets;
import static org.postern.testkit.SampleMail.read;
import static org.postern.testkit.SampleMail.ruling;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.policy.Ruling;

/// One message from its draft to its end, with a note of what the spool acknowledged: the measure
/// of what may be found after a crash.
final class Life {
    private static final Envelope ENVELOPE = envelope(DOCTOR, PATIENT);
    private static final Ruling RULING = ruling(ENVELOPE);
    static final RecipientState DONE = new RecipientState.Done(new DeliveryOutcome.Delivered());
    private static final RecipientState HELD = new RecipientState.Held("a person decides");

    private final int size;
    private @Nullable QueueId id;
    private boolean committed;
    private boolean retiring;
    private boolean retired;

    /// What the recipients may be: the acknowledged states, and those of a call that failed.
    private final List<Map<Address, RecipientState>> possible = new ArrayList<>();

    Life(int size) {
        this.size = size;
    }

    /// All steps in order.
    void live(Spool spool) throws IOException {
        commit(spool);
        record(spool, Map.of(DOCTOR, HELD));
        record(spool, Map.of(PATIENT, DONE));
        record(spool, Map.of(DOCTOR, DONE));
        retire(spool);
    }

    void commit(Spool spool) throws IOException {
        try (Draft draft = spool.open()) {
            id = draft.id();
            draft.out().write(octets(size, size));
            assertArrayEquals(octets(size, size), read(draft.finish()));
            QueuedMessage message = spool.commit(draft, ENVELOPE, RULING);
            committed = true;
            possible.add(message.states());
        }
    }

    void record(Spool spool, Map<Address, RecipientState> states) throws IOException {
        Map<Address, RecipientState> all = new HashMap<>(possible.getLast());
        all.putAll(states);
        possible.add(all);
        assertEquals(all, spool.record(id(), states).states());
        possible.clear();
        possible.add(all);
    }

    void retire(Spool spool) throws IOException {
        retiring = true;
        spool.retire(id());
        retired = true;
    }

    boolean isCommitted() {
        return committed;
    }

    QueueId id() {
        if (id == null) {
            throw new IllegalStateException("not begun");
        }
        return id;
    }

    /// Asserts that the spool holds what it may hold of this message, all of it whole.
    ///
    /// @return whether it is there
    boolean check(Spool spool) throws IOException {
        QueuedMessage found = id == null ? null : spool.find(id).orElse(null);
        if (found == null) {
            assertTrue(!committed || retiring, "an acknowledged message is lost");
            return false;
        }
        assertTrue(!retired || found.isSettled(), "a retired message is back, and unsettled");
        assertEquals(ENVELOPE, found.envelope());
        assertEquals(RULING, found.ruling());
        assertEquals(size, found.size());
        assertArrayEquals(octets(size, size), read(spool.content(id())));
        if (committed) {
            assertTrue(possible.contains(found.states()), "an acknowledged result is lost");
        } else {
            assertEquals(MessageCodec.untried(ENVELOPE, RULING, found.arrived()), found.states());
        }
        return true;
    }

    /// The same message in its next process: what was found is what counts from now on.
    Life continued(Spool spool) throws IOException {
        Life next = new Life(size);
        next.id = id;
        next.committed = true;
        next.possible.add(spool.find(id()).orElseThrow().states());
        return next;
    }

    /// A life without a delay: all recipients are done after the first attempt.
    void liveShortly(Spool spool) throws IOException {
        commit(spool);
        record(spool, Map.of(DOCTOR, DONE, PATIENT, DONE));
        retire(spool);
    }

    /// Brings a message that was found again to its end.
    void finish(Spool spool) throws IOException {
        spool.record(id(), Map.of(DOCTOR, DONE, PATIENT, DONE));
        spool.retire(id());
    }
}
