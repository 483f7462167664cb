package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.postern.testkit.SampleMail.DOCTOR;
import static org.postern.testkit.SampleMail.PATIENT;
import static org.postern.testkit.SampleMail.envelope;
import static org.postern.testkit.SampleMail.ruling;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.audit.AuditEvent.Attempted;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditLog;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.TestVault;

/// After a stop between an outcome and its entry in the audit, the next start writes the entry, and
/// no start writes one that is there.
class AuditGapTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final QueueId ID = new QueueId("0000000000000001");

    private final AuditFolder folder = new AuditFolder(new SimulatedDisk(), Path.of("/audit"));

    @Test
    void whatIsMissingIsWrittenOnce() throws IOException {
        try (AuditFile log = AuditFile.open(folder, TestVault.one(), new ManualClock(NOON))) {
            DeliveryOutcome done = new DeliveryOutcome.Delivered();
            log.append(new Attempted(ID, DOCTOR, "pickup", done, ""));
            assertEquals(List.of("delivered"), outcomes(log));
            assertEquals(1, close(log, message()));
            assertEquals(List.of("delivered", "held"), outcomes(log));
            assertEquals(0, close(log, message()));
            assertEquals(List.of("delivered", "held"), outcomes(log));
        }
    }

    @Test
    void whatIsNotFinalIsLeftToTheNextAttempt() throws IOException {
        try (AuditFile log = AuditFile.open(folder, TestVault.one(), new ManualClock(NOON))) {
            RecipientState waiting = new RecipientState.Waiting(3, NOON, "busy");
            assertEquals(0, close(log, message(Map.of(DOCTOR, waiting, PATIENT, waiting))));
            assertEquals(List.of(), outcomes(log));
        }
    }

    private static int close(AuditLog log, QueuedMessage message) throws IOException {
        AuditGap gap = new AuditGap();
        gap.note(message);
        return gap.close(log);
    }

    private static List<String> outcomes(AuditLog log) throws IOException {
        List<String> outcomes = new ArrayList<>();
        log.attempts(NOON, Set.of(ID), entry -> outcomes.add(entry.text("outcome")));
        return outcomes;
    }

    private static QueuedMessage message() {
        return message(
                Map.of(
                        DOCTOR,
                        new RecipientState.Done(new DeliveryOutcome.Delivered()),
                        PATIENT,
                        new RecipientState.Held("a person decides")));
    }

    private static QueuedMessage message(Map<Address, RecipientState> states) {
        Envelope envelope = envelope(DOCTOR, PATIENT);
        return new QueuedMessage(ID, NOON, envelope, ruling(envelope), 10, states);
    }
}
