package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.mail.Domain;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mailbox.MailboxStore;
import org.postern.notice.ReportComposer;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Ruling;
import org.postern.queue.QueueRunner;
import org.postern.queue.RetrySchedule;
import org.postern.relay.NextHop;
import org.postern.relay.Relay;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Waiting;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleMail;
import org.postern.testkit.TestVault;
import org.postern.transit.Transit.Attempt;

/// The last of many attempts in vain: what becomes of a delay whose time is over, and what the
/// author and the audit are told of it.
class OverdueTest {
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final Address GONE = Address.of("gone@partner.example");
    private static final Domain CLINIC = new Domain("clinic.example");
    private static final Tls TLS = new Tls("TLSv1.3", "TLS_X", Proof.CA, "ab");

    @TempDir Path data;
    private final ManualClock clock = ManualClock.atNoon();
    private FileSpool spool;
    private AuditFile audit;
    private Settlement settlement;

    @BeforeEach
    void live() throws IOException {
        SecureRandom random = new SecureRandom();
        audit = AuditFile.open(audits(), TestVault.one(), clock);
        spool =
                new FileSpool(
                        new FileSpool.Settings(data.resolve("spool"), 0),
                        new FileDisk(),
                        TestVault.one(),
                        clock,
                        random);
        spool.recover(_ -> {});
        Routes routes = new Routes(NextHop.clear("127.0.0.1", 25), Map.of(), Optional.empty());
        Agenda agenda = new Agenda(new QueueRunner(clock, () -> {}), routes, clock);
        OwnMail ownMail = new OwnMail(spool, audit, agenda, Set.of(CLINIC));
        Reports reports =
                new Reports(
                        spool,
                        ownMail,
                        new ReportComposer(
                                CLINIC, Address.of("postmaster@clinic.example"), clock, random),
                        Set.of(CLINIC),
                        null,
                        Reports.NoticeReturns.NONE);
        settlement =
                new Settlement(
                        spool,
                        audit,
                        ownMail,
                        reports,
                        new RetrySchedule(random, clock),
                        new QueueDesk.Letters(noMailbox(), clock, spool::find));
    }

    @AfterEach
    void stop() throws IOException {
        spool.close();
        audit.close();
    }

    private AuditFolder audits() {
        return new AuditFolder(new FileDisk(), data.resolve("audit"));
    }

    /// Its next hop said "later" to the end, under a TLS that was proved.
    @Test
    void whatWaitedTooLongFailsOfItsTime() throws Exception {
        QueuedMessage old = waiting(Duration.ofHours(119));
        assertTrue(settlement.settle(old, attempt(new Delayed("mx said 451", TLS))));
        assertTrue(report().contains("\r\nStatus: 5.4.7\r\n"), report());
        AuditEntry entry = failure();
        assertEquals("554 5.4.7 Given up after 119 hours: mx said 451", entry.text("reply"));
        assertEquals("ab", entry.json().path("tls").path("fingerprint").asText());
    }

    /// S27: no next hop proved itself to the end, as her own client had demanded.
    @Test
    void whatHerOwnDemandKeptHereFailsOfThat() throws Exception {
        QueuedMessage old = waiting(Duration.ofHours(119));
        Delayed unproved = new Delayed("mx did not prove itself");
        assertTrue(settlement.settle(old, attempt(unproved.failingWith(Relay.REQUIRETLS_LACKING))));
        assertTrue(report().contains("\r\nStatus: 5.7.30\r\n"), report());
        assertTrue(failure().text("reply").startsWith("554 5.7.30 Given up "));
    }

    /// Before its time is over it waits on, whatever it would fail with.
    @Test
    void whatHasTimeWaits() throws Exception {
        QueuedMessage young = waiting(Duration.ofHours(100));
        Delayed unproved = new Delayed("mx did not prove itself");
        settlement.settle(young, attempt(unproved.failingWith(Relay.REQUIRETLS_LACKING)));
        assertEquals(List.of(), entries("failed"));
        assertEquals(1, entries("delayed").size());
    }

    /// The time of a hold ended, and the message comes back: so there is nothing to keep a copy of,
    /// and nobody is asked about it for good.
    @Test
    void theCopyOfWhatComesBackByTheClockIsSettled() throws Exception {
        Envelope envelope = SampleMail.envelope(GONE);
        RecipientState.Afresh back =
                new RecipientState.Afresh(
                        new Decision.Return("Nobody decided about it in time."),
                        "",
                        RecipientState.Afresh.TIME,
                        Hearing.OPEN,
                        Set.of("hold"),
                        true);
        QueuedMessage copied;
        try (Draft draft = spool.open()) {
            draft.out().write("Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
            draft.finish();
            Decision hold = new Decision.Hold("It waits.");
            Ruling.ForRecipient copy = new Ruling.ForRecipient(GONE, hold, "hold");
            Ruling ruling = new Ruling(List.of(), List.of(copy), "");
            QueuedMessage fresh = spool.commit(draft, envelope, ruling);
            copied =
                    spool.record(
                            fresh.id(),
                            Map.of(GONE, Waiting.decided(clock.instant(), Optional.of(back))));
        }
        assertTrue(
                settlement.settle(copied, Map.of(GONE, Attempt.none(Reports.returned()))),
                "nothing of it is left in the queue");
        assertEquals(List.of(), entries("held"));
    }

    private static Map<Address, Attempt> attempt(Delayed outcome) {
        return Map.of(GONE, new Attempt("tls", outcome, ""));
    }

    private QueuedMessage waiting(Duration waited) throws IOException {
        try (Draft draft = spool.open()) {
            draft.out().write("Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
            draft.finish();
            Arrival arrival = new Arrival(Listener.RELAY, "127.0.0.1", null, null);
            Decision decision = new Decision.Deliver(Decision.Route.UNPROTECTED);
            Ruling ruling = new Ruling(List.of(new Ruling.ForRecipient(GONE, decision, "all")));
            QueuedMessage fresh =
                    spool.commit(draft, new Envelope(arrival, ANNA, List.of(GONE)), ruling);
            Waiting state = new Waiting(60, clock.instant(), "no", waited, true, Optional.empty());
            return spool.record(fresh.id(), Map.of(GONE, state));
        }
    }

    private String report() throws IOException {
        List<QueuedMessage> found = new ArrayList<>();
        spool.close();
        spool =
                new FileSpool(
                        new FileSpool.Settings(data.resolve("spool"), 0),
                        new FileDisk(),
                        TestVault.one(),
                        clock,
                        new SecureRandom());
        spool.recover(found::add);
        assertEquals(1, found.size(), "the report alone");
        assertEquals(List.of(ANNA), found.getFirst().envelope().recipients());
        try (InputStream in = spool.content(found.getFirst().id()).open()) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private AuditEntry failure() throws IOException {
        List<AuditEntry> failures = entries("failed");
        assertEquals(1, failures.size());
        return failures.getFirst();
    }

    private List<AuditEntry> entries(String outcome) throws IOException {
        List<AuditEntry> entries = new ArrayList<>();
        new AuditReader(audits())
                .read(entry -> {
                    if (entry.text("outcome").equals(outcome)) {
                        entries.add(entry);
                    }
                });
        return entries;
    }

    private static MailboxStore noMailbox() {
        return (MailboxStore)
                Proxy.newProxyInstance(
                        MailboxStore.class.getClassLoader(),
                        new Class<?>[] {MailboxStore.class},
                        (_, method, _) -> {
                            throw new IllegalStateException(method.getName());
                        });
    }
}
