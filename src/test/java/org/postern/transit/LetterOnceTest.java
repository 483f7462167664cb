package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Domain;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.policy.Decision;
import org.postern.policy.Ruling;
import org.postern.queue.QueueRunner;
import org.postern.relay.NextHop;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Done;
import org.postern.spool.RecipientState.Waiting;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestVault;

/// A letter of the gateway's own, and stops between its writing and the record that it is written:
/// however many there are, it goes out once.
class LetterOnceTest {
    private static final Instant NOW = Instant.parse("2026-03-02T15:00:00Z");
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final Address GONE = Address.of("gone@partner.example");
    private static final Domain CLINIC = new Domain("clinic.example");

    @TempDir Path data;
    private final ManualClock clock = new ManualClock(NOW);
    private FileSpool spool;
    private AuditFile audit;
    private OwnMail ownMail;
    private final List<QueuedMessage> found = new ArrayList<>();

    @BeforeEach
    void live() throws IOException {
        audit =
                AuditFile.open(
                        new AuditFolder(new FileDisk(), data.resolve("audit")),
                        TestVault.one(),
                        clock);
        spool =
                new FileSpool(
                        new FileSpool.Settings(data.resolve("spool"), 0),
                        new FileDisk(),
                        TestVault.one(),
                        clock,
                        new SecureRandom());
        Routes routes = new Routes(NextHop.clear("127.0.0.1", 25), Map.of(), Optional.empty());
        Agenda agenda = new Agenda(new QueueRunner(clock, () -> {}), routes, clock);
        ownMail = new OwnMail(spool, audit, agenda, Set.of(CLINIC));
        found.clear();
        spool.recover(found::add);
        found.forEach(ownMail::recovered);
    }

    @AfterEach
    void stop() throws IOException {
        spool.close();
        audit.close();
    }

    private void liveAgain() throws IOException {
        stop();
        live();
    }

    @Test
    void aReportWaitsForItsCauseThroughSeveralStops() throws IOException {
        QueuedMessage cause = mail();
        QueuedMessage report = ownMail.commitOnce(report(cause)).orElseThrow();
        for (int stop = 0; stop < 3; stop++) {
            liveAgain();
            assertEquals(2, found.size(), "the report was neither sent nor written again");
            assertTrue(ownMail.keepsBack(letter()));
            assertEquals(report.id(), ownMail.commitOnce(report(cause)).orElseThrow().id());
        }
        spool.record(cause.id(), Map.of(GONE, failed()));
        liveAgain();
        assertFalse(ownMail.keepsBack(letter()), "its cause is recorded: it goes out");
        spool.retire(cause.id());
        liveAgain();
        assertFalse(ownMail.keepsBack(letter()), "its cause is gone: it goes out");
    }

    @Test
    void aLetterThatNothingRecordsWaitsForNothing() throws IOException {
        QueuedMessage cause = mail();
        ownMail.commitOnce(
                new OwnMail.Letter(OwnMail.CODE, cause.id(), List.of(GONE), null, GONE, out -> {}));
        liveAgain();
        assertFalse(ownMail.keepsBack(letter()));
    }

    @Test
    void aReportOfSuccessIsNotLostBetweenItsWritingAndTheRecord() throws IOException {
        QueuedMessage cause = mail();
        ownMail.commitOnce(
                new OwnMail.Letter(
                        OwnMail.SUCCESS, cause.id(), List.of(GONE), null, ANNA, out -> {}));
        liveAgain();
        assertTrue(ownMail.keepsBack(letter()), "the delivery comes again, and this with it");
        spool.record(cause.id(), Map.of(GONE, new Done(new DeliveryOutcome.Delivered())));
        liveAgain();
        assertFalse(ownMail.keepsBack(letter()));
    }

    @Test
    void aReportIsTakenBackWhenTheAttemptEndsInAnotherWay() throws Exception {
        QueuedMessage cause = mail();
        ownMail.commitOnce(report(cause));
        liveAgain();
        QueuedMessage report = letter();
        assertTrue(ownMail.keepsBack(report));
        ownMail.withdrawOthers(cause.id(), Set.of(GONE), List.of(report));
        assertFalse(spool.find(report.id()).orElseThrow().isSettled(), "it is right");
        ownMail.withdrawOthers(cause.id(), Set.of(ANNA), List.of());
        assertFalse(spool.find(report.id()).orElseThrow().isSettled(), "about somebody else");
        ownMail.withdrawOthers(cause.id(), Set.of(GONE), List.of());
        assertTrue(spool.find(report.id()).isEmpty());
        spool.record(cause.id(), Map.of(GONE, new Done(new DeliveryOutcome.Delivered())));
        liveAgain();
        assertTrue(
                found.stream().filter(OwnMail::isLetter).allMatch(QueuedMessage::isSettled),
                "nothing of it is left to send");
        assertTrue(ownMail.commitOnce(report(cause)).isPresent(), "a new one would be written");
    }

    @Test
    void addressesMayHoldWhatPartsThem() {
        for (String local : List.of("o,hara", "50%,50", "%2C")) {
            Address odd = Address.of("\"" + local + "\"@partner.example");
            OwnMail.Letter letter =
                    new OwnMail.Letter(
                            OwnMail.REPORT,
                            QueueId.next(NOW, new SplittableRandom(1)),
                            List.of(odd, GONE),
                            null,
                            ANNA,
                            out -> {});
            List<String> about = OwnMail.Cause.of(letter.name()).about();
            assertEquals(Set.of(odd.key(), GONE.key()), Set.copyOf(about));
        }
    }

    @Test
    void tellingOfADelayWaitsUntilItIsRecordedAsTold() throws IOException {
        QueuedMessage cause = mail();
        ownMail.commitOnce(
                new OwnMail.Letter(
                        OwnMail.DELAY, cause.id(), List.of(GONE), null, ANNA, out -> {}));
        liveAgain();
        assertTrue(ownMail.keepsBack(letter()));
        spool.record(cause.id(), Map.of(GONE, new Waiting(3, NOW, "busy").whenTold()));
        liveAgain();
        assertFalse(ownMail.keepsBack(letter()));
    }

    private QueuedMessage letter() {
        return found.stream().filter(OwnMail::isLetter).findFirst().orElseThrow();
    }

    private QueuedMessage mail() throws IOException {
        try (Draft draft = spool.open()) {
            draft.out().write("Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
            draft.finish();
            Arrival arrival = new Arrival(Listener.RELAY, "127.0.0.1", null, null);
            Ruling ruling =
                    new Ruling(
                            List.of(
                                    new Ruling.ForRecipient(
                                            GONE,
                                            new Decision.Deliver(Decision.Route.UNPROTECTED),
                                            "all")));
            return spool.commit(draft, new Envelope(arrival, ANNA, List.of(GONE)), ruling);
        }
    }

    private static OwnMail.Letter report(QueuedMessage cause) {
        return new OwnMail.Letter(
                OwnMail.REPORT, cause.id(), List.of(GONE), null, ANNA, out -> out.write('x'));
    }

    private static RecipientState failed() {
        return new Done(new DeliveryOutcome.Failed(new Reply(550, "5.1.1", "nobody")));
    }
}
