package org.postern.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.audit.KeptJson;
import org.postern.condition.Match;
import org.postern.facts.Attachment;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.facts.FileKind;
import org.postern.facts.Groups;
import org.postern.facts.Groups.Membership;
import org.postern.facts.Makeup;
import org.postern.facts.Origin;
import org.postern.facts.Origin.Verdict;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Duty;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.policy.Decision;
import org.postern.policy.Extras;
import org.postern.policy.Kept;
import org.postern.policy.Protection;
import org.postern.policy.Ruling;

/// What every AuditLog does.
public interface AuditLogContract {
    Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    Address DOCTOR = Address.of("dr.okafor@clinic.example");
    Address MARIA = Address.of("maria@patients.example");
    QueueId ID = new QueueId("0000000000000001");

    /// All that is kept of what rules saw.
    Kept KEPT =
            new Kept(
                    LocalDateTime.of(2026, 1, 7, 12, 0),
                    SmimeLabel.SIGNED,
                    Optional.of(
                            new Makeup(
                                    1,
                                    SmimeLabel.SIGNED,
                                    List.of(new Attachment("", FileKind.PDF, 7, Lock.UNKNOWN)),
                                    false)),
                    Optional.of(new Phi(9, 1, Map.of(PhiKind.SSN, 1), true)),
                    "0123456789abcdef",
                    Optional.of(
                            new Origin(
                                    new Origin.Spf(
                                            Verdict.PASS, Origin.Spf.Identity.MAILFROM, null),
                                    List.of(new Origin.Dkim(Verdict.FAIL, null, "", "")),
                                    new Origin.Dmarc(
                                            Verdict.NONE, null, Origin.Dmarc.Policy.NONE))),
                    new Facts.Asked(
                            new Groups(
                                    Map.of(
                                            "nurses",
                                            Map.of("ann@clinic.example", Membership.MEMBER),
                                            "cn=temps,dc=clinic,dc=example",
                                            Map.of(
                                                    "ann@clinic.example",
                                                    Membership.UNKNOWN,
                                                    "bob@clinic.example",
                                                    Membership.NOT_MEMBER)),
                                    Membership.NOT_ASKED,
                                    Optional.of(new Groups.Trouble("It does not say it.", false))),
                            new Reach(
                                    Map.of(
                                            Means.SMIME,
                                            Map.of(
                                                    "lee@partner.example",
                                                    Reach.Answer.CAN,
                                                    "kim@partner.example",
                                                    Reach.Answer.UNKNOWN),
                                            Means.TLS,
                                            Map.of("lee@partner.example", Reach.Answer.SEEMS_NOT)),
                                    Reach.Answer.NOT_ASKED,
                                    Optional.of("The directory x does not answer.")),
                            new Choices(
                                    Map.of(
                                            "maria@patients.example",
                                            Choices.Choice.ORDINARY_MAIL,
                                            "lee@patients.example",
                                            Choices.Choice.NONE,
                                            "jo@patients.example",
                                            Choices.Choice.UNKNOWN),
                                    Choices.Choice.NOT_ASKED)),
                    Map.of("0123456789abcdef", Match.DOUBTFUL_YES));

    Decision BESIDES =
            new Decision.Deliver(
                    Decision.Route.UNPROTECTED,
                    new Extras(
                            Set.of("secure"),
                            Extras.Signing.DEMANDED,
                            List.of(DOCTOR),
                            List.of(DOCTOR),
                            new Extras.Fetching(Optional.of(Duration.ofDays(2)), Optional.of("es")),
                            new Extras.Added("From outside", "Two\nlines")));

    /// The same log at each call, empty at first, its clock at `NOON`.
    AuditLog log() throws IOException;

    /// What is durable of it now.
    List<AuditEntry> entries() throws IOException;

    static AuditEvent event(String detail) {
        return new AuditEvent.Housekeeping("test", detail);
    }

    /// One event of each kind, with every kind of decision and outcome.
    static List<AuditEvent> allEvents() {
        Arrival arrival =
                new Arrival(
                        Listener.SUBMISSION,
                        "192.0.2.7",
                        DOCTOR,
                        new Arrival.Tls("TLSv1.3", "TLS_X"));
        Reply reply = new Reply(250, "2.0.0", "queued");
        List<AuditEvent> events = new ArrayList<>();
        Ruling ruling =
                new Ruling(
                        List.of(
                                ruled(new Decision.Deliver(Decision.Route.INTERNAL)),
                                ruled(
                                        new Decision.Protect(
                                                List.of(
                                                        new Protection.Smime(),
                                                        new Protection.Tls(),
                                                        new Protection.Pickup()),
                                                Decision.LastResort.HOLD)),
                                ruled(new Decision.Hold("look at it first")),
                                ruled(new Decision.Refuse("not from here"))));
        Ruling copied = new Ruling(ruling.recipients(), List.of(ruled(BESIDES)), "");
        events.add(
                new AuditEvent.Accepted(
                        ID, arrival, DOCTOR, 4321, "ab".repeat(32), ruling, Optional.empty()));
        events.add(
                new AuditEvent.Accepted(
                        ID, Arrival.own("queue"), null, 1, "cd", copied, Optional.of(KEPT)));
        events.add(
                new AuditEvent.Refused(
                        Arrival.own("x"), null, List.of(MARIA, DOCTOR), new Reply(550, "", "no")));
        events.add(
                new AuditEvent.Refusals(
                        Arrival.own("x"),
                        NOON,
                        3,
                        1,
                        Map.of("550 5.1.1 no", 3L),
                        new AuditEvent.Refusals.Named(List.of(DOCTOR), List.of(MARIA), 2)));
        for (DeliveryOutcome outcome :
                List.of(
                        new DeliveryOutcome.Relayed(reply, "mx.example:25", null, Duty.OURS),
                        new DeliveryOutcome.Relayed(
                                reply,
                                "mx.example:25",
                                new Tls("TLSv1.3", "TLS_X", Proof.PIN, "ab"),
                                Duty.NEXT_HOP),
                        new DeliveryOutcome.Delivered(),
                        new DeliveryOutcome.Delayed("busy"),
                        new DeliveryOutcome.Held("no certificate"),
                        new DeliveryOutcome.Failed(new Reply(550, "5.1.1", "unknown")))) {
            events.add(
                    new AuditEvent.Attempted(ID, MARIA, "tls", outcome, "smime: no certificate"));
        }
        events.add(new AuditEvent.Derived(new QueueId("0000000000000002"), ID, "notice"));
        events.add(
                new AuditEvent.Pickup(
                        ID, MARIA, "opened", "birth-date", "192.0.2.9", "iPhone, Safari"));
        events.add(new AuditEvent.Chose(MARIA, "ordinary-mail", "page", "her page"));
        events.add(new AuditEvent.Housekeeping("started", "\"quoted\"\r\n{\"seq\":1}\u202E\uD800"));
        return events;
    }

    private static Ruling.ForRecipient ruled(Decision decision) {
        return new Ruling.ForRecipient(MARIA, decision, "the rule's name");
    }

    @Test
    default void whatRulesSawComesBack() throws IOException {
        AuditLog log = log();
        for (AuditEvent event : allEvents()) {
            log.append(event);
        }
        List<Optional<Kept>> kept =
                entries().stream()
                        .filter(entry -> entry.event().equals("accepted"))
                        .map(entry -> KeptJson.read(entry.json()))
                        .toList();
        assertEquals(List.of(Optional.empty(), Optional.of(KEPT)), kept);
    }

    @Test
    default void whatWasAppendedIsThereInOrder() throws IOException {
        AuditLog log = log();
        log.append(event("one"));
        log.append(event("two"), event("three"));
        List<AuditEntry> entries = entries();
        assertEquals(List.of("one", "two", "three"), details(entries));
        assertEquals(List.of(1L, 2L, 3L), entries.stream().map(AuditEntry::seq).toList());
        assertEquals(NOON, entries.getFirst().at());
    }

    @Test
    default void everyKindOfEventIsWritten() throws IOException {
        AuditLog log = log();
        List<AuditEvent> events = allEvents();
        log.append(events.toArray(AuditEvent[]::new));
        List<AuditEntry> entries = entries();
        assertEquals(events.size(), entries.size());
        assertEquals(
                List.of(
                        "accepted",
                        "refused",
                        "refusals",
                        "attempted",
                        "derived",
                        "pickup",
                        "chose",
                        "housekeeping"),
                entries.stream().map(AuditEntry::event).distinct().toList());
    }

    /// With a next hop that says no as with one that says yes; null and nothing are one.
    @Test
    default void theTlsOfEachOutcomeIsWritten() throws IOException {
        AuditLog log = log();
        Tls tls = new Tls("TLSv1.3", "TLS_X", Proof.PIN, "ab");
        Reply reply = new Reply(250, "2.0.0", "ok");
        List<DeliveryOutcome> over =
                List.of(
                        new DeliveryOutcome.Relayed(reply, "mx.example:25", tls, Duty.OURS),
                        new DeliveryOutcome.Delayed("busy", tls),
                        new DeliveryOutcome.Held("refused", tls),
                        new DeliveryOutcome.Failed(reply, tls));
        List<DeliveryOutcome> without =
                List.of(
                        new DeliveryOutcome.Relayed(reply, "mx.example:25", null, Duty.OURS),
                        new DeliveryOutcome.Delivered(),
                        new DeliveryOutcome.Delayed("busy"),
                        new DeliveryOutcome.Held("refused"),
                        new DeliveryOutcome.Failed(reply));
        for (List<DeliveryOutcome> outcomes : List.of(over, without)) {
            for (DeliveryOutcome outcome : outcomes) {
                log.append(new AuditEvent.Attempted(ID, MARIA, "tls", outcome, ""));
            }
        }
        List<String> written =
                entries().stream().map(entry -> entry.json().path("tls").toString()).toList();
        String words =
                """
                {"version":"TLSv1.3","suite":"TLS_X","proof":"pin","fingerprint":"ab"}\
                """;
        assertEquals(
                List.of(words, words, words, words, "null", "", "", "", ""),
                written,
                "in their order");
    }

    @Test
    default void manyThreadsAppendAndNothingIsMissing() throws Exception {
        AuditLog log = log();
        int threads = 50;
        int each = 20;
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            calls.add(() -> {
                for (int i = 0; i < each; i++) {
                    log.append(event(thread + "/" + i + "/a"), event(thread + "/" + i + "/b"));
                }
                return true;
            });
        }
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> done : pool.invokeAll(calls)) {
                assertTrue(done.get());
            }
        }
        List<AuditEntry> entries = entries();
        int total = threads * each * 2;
        assertEquals(total, details(entries).stream().distinct().count());
        assertEquals(
                LongStream.rangeClosed(1, total).boxed().toList(),
                entries.stream().map(AuditEntry::seq).toList());
        for (int i = 0; i < total; i += 2) {
            String first = details(entries).get(i);
            assertEquals(
                    first.replace("/a", "/b"),
                    details(entries).get(i + 1),
                    "what is appended in one go stays together");
        }
    }

    @Test
    default void attemptsAreReadBack() throws IOException {
        AuditLog log = log();
        for (int i = 0; i < 30; i++) {
            log.append(event("attempted"));
            DeliveryOutcome delayed = new DeliveryOutcome.Delayed("try " + i);
            log.append(new AuditEvent.Attempted(ID, MARIA, "tls", delayed, ""));
        }
        List<String> reasons = new ArrayList<>();
        log.attempts(NOON, Set.of(ID), entry -> reasons.add(entry.text("reason")));
        assertEquals(30, reasons.size());
        assertEquals("try 0", reasons.getFirst());
        assertEquals("try 29", reasons.getLast());
        reasons.clear();
        log.attempts(NOON.plusSeconds(1), Set.of(ID), entry -> reasons.add(entry.text("reason")));
        assertTrue(reasons.size() < 30, "old segments are not read");
    }

    @Test
    default void aClosedLogTakesNothing() throws IOException {
        AuditLog log = log();
        log.append(event("one"));
        log.close();
        log.close();
        assertThrows(IOException.class, () -> log.append(event("two")));
        assertEquals(List.of("one"), details(entries()));
    }

    private static List<String> details(List<AuditEntry> entries) {
        return entries.stream().map(entry -> entry.text("detail")).toList();
    }
}
