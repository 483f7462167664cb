package org.postern.refusal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditEvent.Refusals;
import org.postern.audit.AuditEvent.Refused;
import org.postern.audit.AuditLog;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.testkit.ManualClock;

/// A flood of refusals fills no audit, and the audit still says what it was.
class RefusalLogTest {
    private static final Reply NOBODY = new Reply(550, "5.1.1", "No such mailbox here");
    private static final Reply ELSEWHERE = new Reply(550, "5.7.1", "Relaying denied");
    private static final Address STRANGER = Address.of("a@far.example");
    private static final Address ANNA = Address.of("anna@clinic.example");

    private final Trail trail = new Trail();
    private final ManualClock clock = ManualClock.atNoon();
    private final RefusalLog log = new RefusalLog(trail, clock);

    /// What was appended.
    private static final class Trail implements AuditLog {
        private final List<AuditEvent> events = new ArrayList<>();
        private boolean full;

        @Override
        public void append(AuditEvent... appended) throws IOException {
            if (full) {
                throw new IOException("full");
            }
            events.addAll(List.of(appended));
        }

        @Override
        public void attempts(Instant since, Set<QueueId> of, Consumer<AuditEntry> to) {}

        @Override
        public void close() {}

        List<Refused> each() {
            return events.stream()
                    .filter(Refused.class::isInstance)
                    .map(Refused.class::cast)
                    .toList();
        }

        List<Refusals> sums() {
            return events.stream()
                    .filter(Refusals.class::isInstance)
                    .map(Refusals.class::cast)
                    .toList();
        }
    }

    private void refuse(Listener door, String peer, int number, Reply reply) {
        Arrival arrival = new Arrival(door, peer, null, null);
        log.refused(arrival, STRANGER, List.of(Address.of("x" + number + "@y.example")), reply);
    }

    private void refuse(String peer, int number) {
        refuse(Listener.INBOUND, peer, number, NOBODY);
    }

    @Test
    void aFewHaveAnEntryEachAtOnce() {
        for (int i = 0; i < RefusalLog.ENTRIES_OF_SOURCE_MAX; i++) {
            refuse("192.0.2.1", i);
            assertEquals(i + 1, trail.each().size());
        }
        clock.advance(RefusalLog.MINUTE);
        log.sweep();
        assertEquals(List.of(), trail.sums());
        // The next minute has as many again.
        refuse("192.0.2.1", 1);
        assertEquals(RefusalLog.ENTRIES_OF_SOURCE_MAX + 1, trail.each().size());
    }

    @Test
    void aFloodOfOneSourceIsOneSum() {
        Instant begun = clock.instant();
        for (int i = 0; i < 1_000; i++) {
            refuse(Listener.INBOUND, "192.0.2.1", i, i % 2 == 0 ? NOBODY : ELSEWHERE);
        }
        log.sweep();
        assertEquals(5, trail.events.size(), "the minute is not over");
        clock.advance(RefusalLog.MINUTE);
        log.sweep();
        assertEquals(6, trail.events.size());
        Refusals sum = trail.sums().getFirst();
        assertEquals(995, sum.count());
        assertEquals(1, sum.sources());
        assertEquals(begun, sum.since());
        assertEquals("192.0.2.1", sum.first().peer());
        assertEquals(Map.of(NOBODY.toString(), 497L, ELSEWHERE.toString(), 498L), sum.replies());
        assertEquals(List.of(STRANGER), sum.named().reversePaths());
        assertEquals(RefusalLog.NAMED_MAX, sum.named().recipients().size());
        assertEquals(Address.of("x5@y.example"), sum.named().recipients().getFirst());
        assertEquals(985, sum.named().others());
        log.sweep();
        assertEquals(6, trail.events.size(), "told once");
    }

    /// A refusal that comes when the minute is over tells what it held, without any look.
    @Test
    void theNextRefusalTellsTheMinuteBefore() {
        for (int i = 0; i < 7; i++) {
            refuse("192.0.2.1", i);
        }
        clock.advance(RefusalLog.MINUTE);
        refuse("192.0.2.1", 8);
        assertEquals(2, trail.sums().getFirst().count());
        assertEquals(6, trail.each().size());
    }

    /// Whoever has a /48 has 65,536 networks. Nothing is left uncounted.
    @Test
    void manySourcesTogetherHaveAnEnd() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 2_000; i++) {
                refuse("2001:db8:0:" + Integer.toHexString(i) + "::1", i);
            }
        }
        log.close();
        assertEquals(RefusalLog.ENTRIES_MAX + 1, trail.events.size());
        Refusals others = trail.sums().getLast();
        assertEquals(RefusalLog.SOURCES_MAX, others.sources());
        long summed = trail.sums().stream().mapToLong(Refusals::count).sum();
        assertEquals(6_000, trail.each().size() + summed);
    }

    /// Hosts of one IPv6 network are one source; a log-in is another one than its network.
    @Test
    void aSourceIsANetworkAndAName() {
        for (int i = 0; i < 10; i++) {
            refuse("2001:db8::" + i, i);
        }
        assertEquals(5, trail.events.size());
        Arrival anna = new Arrival(Listener.INBOUND, "2001:db8::1", ANNA, null);
        log.refused(anna, null, List.of(), NOBODY);
        assertEquals(6, trail.events.size());
    }

    @Test
    void whatStrangersDoTakesNothingFromAnotherDoor() {
        for (int i = 0; i < 200; i++) {
            refuse("192.0.2." + i, i);
        }
        assertEquals(RefusalLog.ENTRIES_MAX, trail.each().size());
        refuse(Listener.SUBMISSION, "198.51.100.1", 1, ELSEWHERE);
        refuse(Listener.RELAY, "198.51.100.1", 1, ELSEWHERE);
        assertEquals(RefusalLog.ENTRIES_MAX + 2, trail.each().size());
    }

    /// What the clinic's own people and server are refused is told each by itself.
    @Test
    void mailOfOurOwnIsNeverSummed() throws IOException {
        for (Listener door : List.of(Listener.SUBMISSION, Listener.RELAY)) {
            for (int i = 0; i < 100; i++) {
                log.mailRefused(refusedMail(door));
            }
        }
        assertEquals(200, trail.each().size());
        for (int i = 0; i < 100; i++) {
            log.mailRefused(refusedMail(Listener.INBOUND));
        }
        assertEquals(200 + RefusalLog.ENTRIES_OF_SOURCE_MAX, trail.each().size());
        trail.full = true;
        Refused more = refusedMail(Listener.RELAY);
        assertThrows(IOException.class, () -> log.mailRefused(more), "it is put off");
    }

    /// So are single recipients and commands.
    @Test
    void whoIsKnownIsNeverSummed() {
        Arrival anna = new Arrival(Listener.SUBMISSION, "198.51.100.1", ANNA, null);
        for (int i = 0; i < 100; i++) {
            log.refused(anna, null, List.of(), ELSEWHERE);
            refuse(Listener.RELAY, "198.51.100.1", i, NOBODY);
        }
        assertEquals(200, trail.each().size());
        // Neither a log-in that failed nor a network that is not served here is known.
        for (Listener door : List.of(Listener.SUBMISSION, Listener.RELAY)) {
            Arrival stranger = new Arrival(door, "192.0.2.1", null, null);
            for (int i = 0; i < 100; i++) {
                log.refused(stranger, null, List.of(), ELSEWHERE);
            }
        }
        assertEquals(200 + 2 * RefusalLog.ENTRIES_OF_SOURCE_MAX, trail.each().size());
    }

    private static Refused refusedMail(Listener door) {
        Arrival arrival = new Arrival(door, "192.0.2.1", null, null);
        return new Refused(arrival, STRANGER, List.of(ANNA), NOBODY);
    }

    /// A clock that goes back ends the minute as well.
    @Test
    void aClockThatIsPutBackKeepsNothingBack() {
        for (int i = 0; i < 9; i++) {
            refuse("192.0.2.1", i);
        }
        clock.advance(Duration.ofDays(-1));
        log.sweep();
        assertEquals(4, trail.sums().getFirst().count());
    }

    /// What could not be written is tried again, as far as there is room for it.
    @Test
    void aSumThatCannotBeWrittenIsTriedAgain() {
        int sources = 10;
        for (int minute = 0; minute <= RefusalLog.UNWRITTEN_MAX / sources; minute++) {
            for (int source = 0; source < sources; source++) {
                trail.full = false;
                for (int i = 0; i < RefusalLog.ENTRIES_OF_SOURCE_MAX; i++) {
                    refuse("192.0.2." + source, i);
                }
                trail.full = true;
                for (int i = 0; i <= minute; i++) {
                    refuse("192.0.2." + source, i);
                }
            }
            clock.advance(RefusalLog.MINUTE);
            log.sweep();
        }
        assertEquals(List.of(), trail.sums());
        trail.full = false;
        log.sweep();
        assertEquals(RefusalLog.UNWRITTEN_MAX, trail.sums().size());
        assertEquals(2, trail.sums().getFirst().count(), "the oldest are lost");
        log.sweep();
        log.close();
        assertEquals(RefusalLog.UNWRITTEN_MAX, trail.sums().size(), "told once");
    }

    @Test
    void anAuditThatIsFullRefusesAllTheSame() {
        trail.full = true;
        for (int i = 0; i < 9; i++) {
            refuse("192.0.2.1", i);
        }
        log.close();
        assertTrue(trail.events.isEmpty());
    }
}
