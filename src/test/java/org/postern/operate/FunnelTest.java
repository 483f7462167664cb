package org.postern.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.QueueId;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestVault;

/// The funnel, counted from a log as the gateway writes it.
class FunnelTest {
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final Address JOHN = Address.of("john@patients.example");

    @TempDir Path data;
    private final ManualClock clock = ManualClock.atNoon();
    private final Instant noon = clock.instant();
    private AuditFile audit;

    @BeforeEach
    void open() throws IOException {
        audit = AuditFile.open(folder(), TestVault.one(), clock);
    }

    @AfterEach
    void close() throws IOException {
        audit.close();
    }

    private AuditFolder folder() {
        return new AuditFolder(new FileDisk(), data);
    }

    private static QueueId id(int number) {
        return new QueueId("%016d".formatted(number));
    }

    private void told(int number, Address patient) throws IOException {
        audit.append(
                new AuditEvent.Attempted(
                        id(number), patient, "pickup", new DeliveryOutcome.Delivered(), ""),
                new AuditEvent.Derived(id(number + 500), id(number), "notice"));
    }

    private void act(int number, Address patient, String act) throws IOException {
        audit.append(
                new AuditEvent.Pickup(
                        id(number), patient, act, "birth-date", "192.0.2.1", "iPhone, Safari"));
    }

    private void followed(int number, Address patient, String act, String by) throws IOException {
        audit.append(new AuditEvent.Followed(id(number), patient, act, by));
    }

    private String figures() throws IOException {
        Funnel funnel = new Funnel(noon);
        new AuditReader(folder()).read(noon, funnel::take);
        return funnel.json(clock.instant()).toString();
    }

    @Test
    void anEmptyLogHasNoMedian() throws IOException {
        assertEquals(
                "{\"since\":\"2026-03-02T12:00:00Z\",\"until\":\"2026-03-02T12:00:00Z\","
                        + "\"notified\":0,\"opened\":0,\"answered\":0,\"answeredByMail\":0,"
                        + "\"abandoned\":0,\"reminded\":0,\"recalled\":0,\"undeliverable\":0,"
                        + "\"notTheirs\":0,"
                        + "\"startAsked\":0,\"started\":0,\"medianSecondsToRead\":null,"
                        + "\"read\":{\"within1Hour\":0,"
                        + "\"within24Hours\":0,\"within72Hours\":0,\"within21Days\":0}}",
                figures());
    }

    /// A conversation that a patient begins concerns no message that she was told of.
    @Test
    void whatPatientsBeginIsCounted() throws IOException {
        act(1, MARIA, "start-asked");
        act(2, MARIA, "start-asked");
        act(3, MARIA, "started");
        act(4, JOHN, "started");
        act(5, JOHN, "caregiver-opened");
        assertTrue(figures().contains("\"startAsked\":2,\"started\":2,"), figures());
        assertTrue(figures().contains("\"notified\":0,\"opened\":0,"), figures());
    }

    @Test
    void eachPatientOfEachMessageCountsOnce() throws IOException {
        told(1, MARIA);
        told(1, JOHN);
        told(2, MARIA);
        told(3, JOHN);
        told(4, MARIA);
        clock.advance(Duration.ofMinutes(10));
        act(1, MARIA, "wrong-answer");
        act(1, MARIA, "opened");
        act(1, MARIA, "opened");
        // An answer names the newest message of its conversation: here one of her own.
        act(77, MARIA, "replied");
        act(3, JOHN, "code-sent");
        followed(2, MARIA, "recalled", "anna@clinic.example");
        followed(4, MARIA, "mail-answer", "patient");
        clock.advance(Duration.ofHours(30));
        audit.append(new AuditEvent.Derived(id(600), id(1), "reminder-1"));
        act(1, JOHN, "opened");
        followed(3, JOHN, "links-paused", "returned");
        assertEquals(
                "{\"since\":\"2026-03-02T12:00:00Z\",\"until\":\"2026-03-03T18:10:00Z\","
                        + "\"notified\":5,\"opened\":2,\"answered\":2,\"answeredByMail\":1,"
                        + "\"abandoned\":1,\"reminded\":2,\"recalled\":1,\"undeliverable\":1,"
                        + "\"notTheirs\":0,"
                        + "\"startAsked\":0,\"started\":0,\"medianSecondsToRead\":54600,"
                        + "\"read\":{\"within1Hour\":1,"
                        + "\"within24Hours\":1,\"within72Hours\":2,\"within21Days\":2}}",
                figures());
    }

    @Test
    void whatWasToldBeforeIsNotCounted() throws IOException {
        told(1, MARIA);
        clock.advance(Duration.ofDays(1));
        act(1, MARIA, "opened");
        Funnel funnel = new Funnel(noon.plusSeconds(1));
        new AuditReader(folder()).read(noon.plusSeconds(1), funnel::take);
        assertEquals(0, funnel.json(clock.instant()).path("notified").asInt());
        assertEquals(0, funnel.json(clock.instant()).path("opened").asInt());
    }
}
