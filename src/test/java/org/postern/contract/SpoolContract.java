package org.postern.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.SampleMail.DOCTOR;
import static org.postern.testkit.SampleMail.PARTNER;
import static org.postern.testkit.SampleMail.PATIENT;
import static org.postern.testkit.SampleMail.envelope;
import static org.postern.testkit.SampleMail.octets;
import static org.postern.testkit.SampleMail.read;
import static org.postern.testkit.SampleMail.ruling;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Duty;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Options;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Hearing.AtEnd;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Done;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Waiting;
import org.postern.spool.Spool;
import org.postern.testkit.ManualClock;
import org.postern.testkit.Recovery;

/// What every spool promises.
public interface SpoolContract {
    /// Around the limits at which an implementation may change its ways.
    List<Integer> SIZES = List.of(0, 1, 4_096, 65_535, 65_536, 65_537, 131_072, 131_073, 300_000);

    RecipientState DELIVERED = new Done(new DeliveryOutcome.Delivered());

    /// A spool in the one place of this test, by the clock of this test. What an earlier one left
    /// there, it finds.
    Spool spool() throws IOException;

    ManualClock clock();

    @Test
    default void whatWasCommittedIsWholeAtOnceAndAfterARestart() throws IOException {
        List<QueuedMessage> committed = new ArrayList<>();
        try (Spool spool = spool()) {
            for (int size : SIZES) {
                committed.add(commit(spool, size, DOCTOR, PATIENT, PARTNER));
                clock().advance(Duration.ofMillis(1));
            }
            for (int i = 0; i < SIZES.size(); i++) {
                assertWhole(spool, committed.get(i), SIZES.get(i));
            }
        }
        try (Spool spool = spool()) {
            Recovery recovered = Recovery.of(spool);
            assertEquals(committed, recovered.messages(), "all of them, oldest first");
            assertEquals(List.of(), recovered.corrupt());
            for (int i = 0; i < SIZES.size(); i++) {
                assertWhole(spool, committed.get(i), SIZES.get(i));
            }
        }
    }

    @Test
    default void anyKindOfEnvelopeAndRulingComesBack() throws IOException {
        List<Address> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add(Address.of("p" + i + "@patient.example"));
        }
        Instant precise = clock().instant().plusNanos(123_456_789);
        clock().advance(Duration.between(clock().instant(), precise));
        Envelope toMany = new Envelope(Arrival.own("notice"), null, many);
        Address longest = new Address("\\\"".repeat(32), PATIENT.domain());
        List<QueuedMessage> committed = new ArrayList<>();
        try (Spool spool = spool()) {
            for (Envelope envelope : List.of(toMany, envelope(longest, DOCTOR), wishful())) {
                try (Draft draft = draft(spool, 10)) {
                    committed.add(spool.commit(draft, envelope, ruling(envelope)));
                }
                clock().advance(Duration.ofMillis(1));
            }
        }
        assertEquals(precise, committed.getFirst().arrived());
        try (Spool spool = spool()) {
            assertEquals(committed, Recovery.of(spool).messages());
        }
    }

    /// A client that asks for everything there is.
    private static Envelope wishful() {
        Options.Recipient never = new Options.Recipient(Set.of(), "rfc822;Old@Patient.example");
        Options.Recipient always = new Options.Recipient(EnumSet.allOf(Options.Notify.class), null);
        Options.Reports reports =
                new Options.Reports(
                        Options.Ret.HDRS, "id+7=\n", Map.of(PATIENT, never, DOCTOR, always));
        return new Envelope(
                Arrival.own("code"),
                PARTNER,
                List.of(DOCTOR, PARTNER, PATIENT),
                new Options(true, true, true, reports));
    }

    @Test
    default void aMessageBeginsUntried() throws IOException {
        try (Spool spool = spool()) {
            QueuedMessage message = commit(spool, 10, DOCTOR, PATIENT);
            assertEquals(clock().instant(), message.arrived());
            assertEquals(10, message.size());
            RecipientState untried = new Waiting(0, clock().instant(), "");
            assertEquals(Map.of(DOCTOR, untried, PATIENT, untried), message.states());
            assertFalse(message.isSettled());
        }
    }

    @Test
    default void whatWasRecordedIsKeptAndTheOthersStay() throws IOException {
        RecipientState held = new Held("no certificate, \"quoted\" \n ü");
        RecipientState.Afresh afresh =
                new RecipientState.Afresh(
                        new Decision.Return("Señora"),
                        "rest",
                        "sam@clinic.example",
                        new Hearing("lists/a.txt", Duration.ofHours(2), AtEnd.REJECT, true),
                        Set.of("first"),
                        false);
        RecipientState.Review review =
                new RecipientState.Review(
                        "second",
                        new Hearing(null, null, AtEnd.RELEASE_PROTECTED, false),
                        clock().instant(),
                        Set.of("first"),
                        Map.of("sam@clinic.example", "release"),
                        true);
        Tls tls = new Tls("TLSv1.3", "TLS_X", Proof.DANE, "ab");
        List<RecipientState> states =
                List.of(
                        new Waiting(1, clock().instant().plusSeconds(300), "451 later"),
                        held,
                        new Held("why", review),
                        new Held("no way", Optional.empty(), Optional.of(afresh)),
                        Waiting.decided(clock().instant(), Optional.of(afresh)),
                        new Done(
                                new DeliveryOutcome.Relayed(
                                        new Reply(250, "2.0.0", "ok"), "mx:25", null, Duty.OURS)),
                        new Done(
                                new DeliveryOutcome.Relayed(
                                        new Reply(250, "", "ok"), "mx:25", tls, Duty.NEXT_HOP)),
                        new Done(new DeliveryOutcome.Failed(new Reply(550, "5.1.1", "nobody"))),
                        new Done(new DeliveryOutcome.Delayed("odd, but a state")),
                        new Done(new DeliveryOutcome.Held("odd as well")),
                        new Done(new DeliveryOutcome.Failed(new Reply(550, "", "no"), tls)),
                        new Done(new DeliveryOutcome.Delayed("odd over TLS", tls)),
                        new Done(new DeliveryOutcome.Held("odd over TLS", tls)),
                        DELIVERED);
        QueueId id;
        try (Spool spool = spool()) {
            id = commit(spool, 70_000, DOCTOR, PATIENT, PARTNER).id();
            for (RecipientState state : states) {
                QueuedMessage recorded = spool.record(id, Map.of(PATIENT, state));
                assertEquals(state, recorded.states().get(PATIENT));
                assertEquals(Optional.of(recorded), spool.find(id));
            }
            spool.record(id, Map.of());
            spool.record(id, Map.of(DOCTOR, DELIVERED, PARTNER, held));
        }
        try (Spool spool = spool()) {
            QueuedMessage message = Recovery.of(spool).messages().getFirst();
            assertEquals(
                    Map.of(DOCTOR, DELIVERED, PATIENT, DELIVERED, PARTNER, held), message.states());
            assertArrayEquals(octets(70_000, 70_000), read(spool.content(id)));
            spool.record(id, Map.of(PARTNER, DELIVERED));
        }
        try (Spool spool = spool()) {
            assertTrue(Recovery.of(spool).messages().getFirst().isSettled());
        }
    }

    @Test
    default void aRetiredMessageIsGoneForEver() throws IOException {
        try (Spool spool = spool()) {
            QueueId id = commit(spool, 10, DOCTOR).id();
            assertThrows(IllegalStateException.class, () -> spool.retire(id));
            spool.record(id, Map.of(DOCTOR, DELIVERED));
            spool.retire(id);
            spool.retire(id);
            assertEquals(Optional.empty(), spool.find(id));
            assertThrows(IOException.class, () -> spool.content(id));
            assertThrows(IOException.class, () -> spool.record(id, Map.of(DOCTOR, DELIVERED)));
        }
        try (Spool spool = spool()) {
            assertEquals(List.of(), Recovery.of(spool).messages());
        }
    }

    @Test
    default void aMessageThatIsSetAsideLeavesTheQueue() throws IOException {
        try (Spool spool = spool()) {
            QueueId id = commit(spool, 10, DOCTOR).id();
            spool.setAside(id);
            spool.setAside(id);
            assertEquals(Optional.empty(), spool.find(id));
        }
        try (Spool spool = spool()) {
            Recovery recovered = Recovery.of(spool);
            assertEquals(List.of(), recovered.messages());
            assertEquals(List.of(), recovered.corrupt(), "it was told once");
        }
    }

    @Test
    default void aDraftIsReadableWhenFinishedAndUntilItsClose() throws IOException {
        try (Spool spool = spool()) {
            for (int size : SIZES) {
                Draft draft = draft(spool, size);
                Content content = draft.finish();
                assertEquals(size, content.size());
                assertArrayEquals(octets(size, size), read(content));
                assertArrayEquals(octets(size, size), read(draft.finish()), "idempotent");
                assertThrows(IOException.class, () -> draft.out().write(1));
                Envelope envelope = envelope(DOCTOR);
                spool.commit(draft, envelope, ruling(envelope));
                assertArrayEquals(octets(size, size), read(content), "committed, not closed");
                draft.close();
                draft.close();
                assertThrows(IOException.class, content::open);
            }
        }
    }

    @Test
    default void aRulingIsKeptWithItsCopies() throws IOException {
        Address archive = Address.of("archive@keeper.example");
        Envelope named = envelope(DOCTOR);
        Ruling.ForRecipient copy =
                new Ruling.ForRecipient(archive, AuditLogContract.BESIDES, "archive");
        Ruling ruling = new Ruling(ruling(named).recipients(), List.of(copy), "");
        try (Spool spool = spool();
                Draft draft = draft(spool, 10)) {
            Envelope all = named.with(List.of(archive));
            assertThrows(
                    IllegalArgumentException.class, () -> spool.commit(draft, all, ruling(named)));
            QueueId id = spool.commit(draft, all, ruling).id();
            QueuedMessage found = spool.find(id).orElseThrow();
            assertEquals(ruling, found.ruling());
            assertEquals(all, found.envelope());
        }
    }

    @Test
    default void octetsAreTakenInPiecesOfAnySize() throws IOException {
        byte[] all = octets(200_000, 1);
        int[] pieces = {1, 7, 1_000, 8_192, 65_536, 150_000, 200_000};
        try (Spool spool = spool()) {
            for (int piece : pieces) {
                try (Draft draft = spool.open()) {
                    for (int at = 0; at < all.length; at += piece) {
                        draft.out().write(all, at, Math.min(piece, all.length - at));
                    }
                    assertArrayEquals(all, read(draft.finish()), "in pieces of " + piece);
                }
            }
        }
    }

    @Test
    default void aDraftThatWasNotCommittedLeavesNothing() throws IOException {
        try (Spool spool = spool()) {
            for (int size : SIZES) {
                draft(spool, size).close();
            }
            draft(spool, 300_000).finish(); // never closed: the process dies with it
        }
        try (Spool spool = spool()) {
            Recovery recovered = Recovery.of(spool);
            assertEquals(List.of(), recovered.messages());
            assertEquals(List.of(), recovered.corrupt());
        }
    }

    @Test
    default void aStrangeDraftOrRulingOrRecipientIsRefused() throws IOException {
        try (Spool spool = spool();
                Draft draft = draft(spool, 10)) {
            Envelope envelope = envelope(DOCTOR, PATIENT);
            Ruling partial = ruling(envelope(DOCTOR));
            assertThrows(
                    IllegalArgumentException.class, () -> spool.commit(draft, envelope, partial));
            QueueId id = spool.commit(draft, envelope, ruling(envelope)).id();
            assertThrows(
                    IllegalStateException.class,
                    () -> spool.commit(draft, envelope, ruling(envelope)));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> spool.record(id, Map.of(PARTNER, DELIVERED)));
            assertWhole(spool, spool.find(id).orElseThrow(), 10);
        }
    }

    @Test
    default void manyThreadsCommitRecordReadAndRetireAtOnce()
            throws IOException, InterruptedException, ExecutionException {
        Set<QueueId> kept = new HashSet<>();
        try (Spool spool = spool();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Set<QueueId>>> works = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int thread = i;
                works.add(threads.submit(() -> work(spool, thread)));
            }
            for (Future<Set<QueueId>> work : works) {
                kept.addAll(work.get());
            }
        }
        try (Spool spool = spool()) {
            Set<QueueId> found = new HashSet<>();
            for (QueuedMessage message : Recovery.of(spool).messages()) {
                found.add(message.id());
                assertEquals(DELIVERED, message.states().get(DOCTOR));
                assertWhole(spool, message, (int) message.size());
            }
            assertEquals(kept, found);
        }
    }

    /// Two attempts of one message may end at the same time.
    @Test
    default void noResultIsLostWhenManyAreRecordedAtOnce()
            throws IOException, InterruptedException, ExecutionException {
        Address[] recipients = new Address[50];
        for (int i = 0; i < recipients.length; i++) {
            recipients[i] = Address.of("p" + i + "@patient.example");
        }
        QueueId id;
        try (Spool spool = spool();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            id = commit(spool, 10, recipients).id();
            List<Future<QueuedMessage>> works = new ArrayList<>();
            for (Address recipient : recipients) {
                works.add(threads.submit(() -> spool.record(id, Map.of(recipient, DELIVERED))));
            }
            for (Future<QueuedMessage> work : works) {
                work.get();
            }
            assertTrue(spool.find(id).orElseThrow().isSettled());
        }
        try (Spool spool = spool()) {
            assertTrue(Recovery.of(spool).messages().getFirst().isSettled());
        }
    }

    /// Ten lives, of which every other is left unfinished.
    private static Set<QueueId> work(Spool spool, int thread) throws IOException {
        Set<QueueId> kept = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            int size = (thread * 10 + i) * 1_000;
            QueuedMessage message = commit(spool, size, DOCTOR, PATIENT);
            spool.record(message.id(), Map.of(DOCTOR, DELIVERED));
            assertWhole(spool, message, size);
            if (i % 2 == 0) {
                spool.record(message.id(), Map.of(PATIENT, DELIVERED));
                spool.retire(message.id());
            } else {
                kept.add(message.id());
            }
        }
        return kept;
    }

    /// A draft with `size` octets whose seed is their number.
    private static Draft draft(Spool spool, int size) throws IOException {
        Draft draft = spool.open();
        OutputStream out = draft.out();
        out.write(octets(size, size));
        return draft;
    }

    private static QueuedMessage commit(Spool spool, int size, Address... recipients)
            throws IOException {
        Envelope envelope = envelope(recipients);
        try (Draft draft = draft(spool, size)) {
            QueuedMessage message = spool.commit(draft, envelope, ruling(envelope));
            assertEquals(draft.id(), message.id());
            return message;
        }
    }

    private static void assertWhole(Spool spool, QueuedMessage message, int size)
            throws IOException {
        Content content = spool.content(message.id());
        assertEquals(size, content.size());
        assertArrayEquals(octets(size, size), read(content));
        QueuedMessage found = spool.find(message.id()).orElseThrow();
        assertEquals(message.envelope(), found.envelope());
        assertEquals(message.ruling(), found.ruling());
    }
}
