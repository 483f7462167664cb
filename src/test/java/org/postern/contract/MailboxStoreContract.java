package org.postern.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.Fate;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MailboxStore.Over;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;

/// What every MailboxStore does.
public interface MailboxStoreContract {
    Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    Address DOCTOR = Address.of("dr.okafor@clinic.example");
    Address MARIA = Address.of("maria@patients.example");
    Address JOHN = Address.of("john@patients.example");
    Content LETTER = content("Subject: Your results\r\n\r\nAll is well.\r\n");

    /// An empty store whose clock stands at `NOON`.
    MailboxStore store() throws IOException;

    static Content content(String text) {
        return Content.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// @param number makes the queue id and the Message-ID
    static NewMessage message(int number, Direction direction, Address patient, String... to) {
        return new NewMessage(
                queueId(number),
                direction,
                DOCTOR,
                patient,
                "m" + number + "@clinic.example",
                List.of(to),
                NOON.plusSeconds(number));
    }

    static QueueId queueId(int number) {
        return new QueueId("%016d".formatted(number));
    }

    static NewMessage letter(int number, String... references) {
        return message(number, Direction.TO_PATIENT, MARIA, references);
    }

    static byte[] read(Content content) throws IOException {
        try (InputStream in = content.open()) {
            return in.readAllBytes();
        }
    }

    @Test
    default void aLetterCanBeReadFromAnyOctetOn() throws IOException {
        byte[] octets = new byte[200_000];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (i >> 8 ^ i);
        }
        Content sealed;
        try (MailboxStore store = store()) {
            StoredMessage stored = store.store(letter(1), Content.of(octets));
            sealed = store.content(stored.key());
            for (int from : List.of(0, 1, 65_535, 65_536, 65_537, 131_072, 199_999, 200_000)) {
                try (InputStream in = sealed.open(from)) {
                    byte[] rest = Arrays.copyOfRange(octets, from, octets.length);
                    assertArrayEquals(rest, in.readAllBytes());
                }
            }
        }
    }

    @Test
    default void aStoredMessageIsFoundWithItsContent() throws IOException {
        MailboxStore store = store();
        NewMessage letter = letter(1, "m0@clinic.example", "x@elsewhere.example");
        StoredMessage stored = store.store(letter, LETTER);
        assertEquals(letter, stored.message());
        assertEquals(LETTER.size(), stored.size());
        assertFalse(stored.notified());
        assertEquals(Optional.empty(), stored.read());
        assertEquals(Optional.of(stored), store.message(stored.key()));
        assertEquals(List.of(stored), store.thread(stored.thread()));
        Content content = store.content(stored.key());
        assertEquals(LETTER.size(), content.size());
        assertArrayEquals(read(LETTER), read(content));
        assertArrayEquals(read(LETTER), read(content), "a second time");
    }

    @Test
    default void anEmptyAndALongContentAreKept() throws IOException {
        MailboxStore store = store();
        for (int octets : new int[] {0, 1, 65_535, 65_536, 65_537, 3_000_000}) {
            byte[] octetsIn = new byte[octets];
            Arrays.fill(octetsIn, (byte) 'x');
            StoredMessage stored = store.store(letter(octets), Content.of(octetsIn));
            assertArrayEquals(octetsIn, read(store.content(stored.key())), octets + " octets");
        }
    }

    @Test
    default void theSameMessageIsStoredOnce() throws IOException {
        MailboxStore store = store();
        StoredMessage first = store.store(letter(1), LETTER);
        assertEquals(first, store.store(letter(1), LETTER));
        assertEquals(List.of(first), store.thread(first.thread()));
        NewMessage shouted = message(1, Direction.TO_PATIENT, Address.of("MARIA@patients.example"));
        assertEquals(first, store.store(shouted, LETTER), "the case of an address does not count");
        StoredMessage other = store.store(message(1, Direction.TO_PATIENT, JOHN), LETTER);
        assertNotEquals(first.key(), other.key());
        assertNotEquals(first.thread(), other.thread());
    }

    @Test
    default void manyThreadsStoreTheSameMessageOnce() throws Exception {
        MailboxStore store = store();
        List<StoredMessage> stored =
                atOnce(16, () -> store.store(letter(1), LETTER)).stream().distinct().toList();
        assertEquals(1, stored.size());
        assertEquals(stored, store.thread(stored.getFirst().thread()));
    }

    /// Noted before the copy is there as well as after it, and forgotten with it.
    @Test
    default void howALetterOfAPatientStandsIsKept() throws IOException {
        MailboxStore store = store();
        store.noteFate(queueId(2), Optional.of(Fate.HELD), NOON.plusSeconds(3));
        StoredMessage letter = store.store(letter(1), LETTER);
        store.store(message(2, Direction.FROM_PATIENT, MARIA, "m1@clinic.example"), LETTER);
        store.store(message(3, Direction.FROM_PATIENT, MARIA, "m1@clinic.example"), LETTER);
        assertEquals(Map.of(queueId(2), Fate.HELD), store.fates(letter.thread()));
        store.noteFate(queueId(2), Optional.of(Fate.DELIVERED), NOON.plusSeconds(4));
        store.noteFate(queueId(3), Optional.of(Fate.FAILED), NOON.plusSeconds(4));
        store.noteFate(queueId(1), Optional.of(Fate.HELD), NOON.plusSeconds(4));
        store.noteFate(queueId(7), Optional.of(Fate.HELD), NOON.plusSeconds(4));
        assertEquals(
                Map.of(queueId(2), Fate.DELIVERED, queueId(3), Fate.FAILED),
                store.fates(letter.thread()),
                "the patient's letters of this thread");
        store.noteFate(queueId(3), Optional.empty(), NOON.plusSeconds(5));
        assertEquals(Map.of(queueId(2), Fate.DELIVERED), store.fates(letter.thread()));
        assertEquals(3, store.forget(NOON.plus(Duration.ofDays(1))));
        store.store(letter(1), LETTER);
        StoredMessage again =
                store.store(message(2, Direction.FROM_PATIENT, MARIA, "m1@clinic.example"), LETTER);
        assertEquals(Map.of(), store.fates(again.thread()), "gone with its message");
    }

    @Test
    default void repliesJoinTheThreadOfTheSameTwoPeople() throws IOException {
        MailboxStore store = store();
        StoredMessage letter = store.store(letter(1), LETTER);
        NewMessage answer = message(2, Direction.FROM_PATIENT, MARIA, "m1@clinic.example");
        StoredMessage answered = store.store(answer, LETTER);
        assertEquals(letter.thread(), answered.thread());
        StoredMessage again = store.store(letter(3, "m9@x.example", "m2@clinic.example"), LETTER);
        assertEquals(letter.thread(), again.thread());
        assertEquals(List.of(letter, answered, again), store.thread(letter.thread()));
        NewMessage ofJohn = message(4, Direction.FROM_PATIENT, JOHN, "m1@clinic.example");
        assertNotEquals(letter.thread(), store.store(ofJohn, LETTER).thread(), "another patient");
        assertNotEquals(letter.thread(), store.store(letter(5), LETTER).thread(), "no reference");
        assertNotEquals(
                letter.thread(),
                store.store(letter(6, "M1@clinic.example"), LETTER).thread(),
                "another Message-ID");
    }

    @Test
    default void theNewestMessageToAPatientIsFound() throws IOException {
        MailboxStore store = store();
        Address patient = letter(1).patient();
        assertEquals(Optional.empty(), store.newest(patient));
        store.store(letter(1), LETTER);
        StoredMessage second = store.store(letter(2), LETTER);
        assertEquals(Optional.of(second), store.newest(patient));
        assertEquals(Optional.empty(), store.newest(Address.of("nobody@elsewhere.example")));
    }

    @Test
    default void oddMessageIdsDoNoHarm() throws IOException {
        MailboxStore store = store();
        String longId = "x".repeat(100_000);
        NewMessage odd =
                new NewMessage(
                        queueId(1),
                        Direction.TO_PATIENT,
                        DOCTOR,
                        MARIA,
                        longId,
                        List.of("", " ", "a b", longId, "ü@x.example", "'; DROP TABLE message"),
                        NOON.plusNanos(1));
        StoredMessage stored = store.store(odd, LETTER);
        assertEquals("", stored.message().messageId());
        assertEquals(List.of(), stored.message().references());
        assertEquals(NOON, stored.message().arrived());
        List<String> many = IntStream.range(0, 500).mapToObj(i -> "m" + i + "@x.example").toList();
        StoredMessage kept = store.store(letter(2, many.toArray(String[]::new)), LETTER);
        assertEquals(many.subList(400, 500), kept.message().references());
        // Two messages without an id are no reason to put them into one thread.
        NewMessage nameless =
                new NewMessage(
                        queueId(3), Direction.TO_PATIENT, DOCTOR, MARIA, "", List.of(""), NOON);
        assertNotEquals(stored.thread(), store.store(nameless, LETTER).thread());
    }

    @Test
    default void marksAreSetOnce() throws IOException {
        MailboxStore store = store();
        MessageKey key = store.store(letter(1), LETTER).key();
        store.markNotified(key);
        store.markNotified(key);
        store.markRead(key, NOON.plusSeconds(5));
        store.markRead(key, NOON.plusSeconds(9));
        StoredMessage marked = store.message(key).orElseThrow();
        assertTrue(marked.notified());
        assertEquals(Optional.of(NOON.plusSeconds(5)), marked.read());
        store.markRead(new MessageKey("A".repeat(22)), NOON);
    }

    @Test
    default void whatIsNotThereIsNotFound() throws IOException {
        MailboxStore store = store();
        MessageKey unknown = new MessageKey("A".repeat(22));
        assertEquals(Optional.empty(), store.message(unknown));
        assertThrows(IOException.class, () -> read(store.content(unknown)));
    }

    @Test
    default void aLinkOpensUntilItExpires() throws IOException {
        MailboxStore store = store();
        StoredMessage letter = store.store(letter(1), LETTER);
        Instant end = NOON.plus(Duration.ofDays(30));
        PickupToken token = store.grant(letter.key(), end);
        PickupToken second = store.grant(letter.key(), end);
        assertNotEquals(token, second);
        for (PickupToken each : List.of(token, second)) {
            MailboxStore.Grant grant = store.grant(each, end.minusMillis(1)).orElseThrow();
            assertEquals(letter, grant.message());
            assertEquals(letter.thread(), grant.thread());
            assertEquals(end, grant.expires());
            assertEquals(Optional.empty(), store.grant(each, end));
        }
        assertEquals(Optional.empty(), store.grant(new PickupToken("A".repeat(43)), NOON));
    }

    @Test
    default void revokedLinksAreDeadAndOthersLive() throws IOException {
        MailboxStore store = store();
        MessageKey one = store.store(letter(1), LETTER).key();
        MessageKey two = store.store(letter(2), LETTER).key();
        Instant end = NOON.plus(Duration.ofDays(30));
        PickupToken dead = store.grant(one, end);
        PickupToken other = store.grant(two, end);
        store.revokeGrants(one);
        assertEquals(Optional.empty(), store.grant(dead, NOON));
        assertTrue(store.grant(other, NOON).isPresent());
        PickupToken fresh = store.grant(one, end);
        assertTrue(store.grant(fresh, NOON).isPresent());
    }

    /// A message with an end of its own is not read after it, also before it is destroyed.
    @Test
    default void whatHasEndedIsNotRead() throws IOException {
        MailboxStore store = store();
        NewMessage plain = letter(1);
        Stay stay = new Stay(plain.arrived(), Optional.of(NOON), Optional.of("es"));
        StoredMessage ended =
                store.store(
                        new NewMessage(
                                plain.queueId(),
                                plain.direction(),
                                plain.clinician(),
                                plain.patient(),
                                plain.messageId(),
                                plain.references(),
                                stay,
                                plain.guard()),
                        LETTER);
        assertEquals(stay, store.message(ended.key()).orElseThrow().message().stay());
        PickupToken token = store.grant(ended.key(), NOON.plusSeconds(60));
        assertEquals(Optional.empty(), store.grant(token, NOON));
        assertEquals(Optional.empty(), store.link(token, NOON));
        assertTrue(store.grant(token, NOON.minusMillis(1)).isPresent());
        assertTrue(store.link(token, NOON.minusMillis(1)).isPresent());
        assertEquals(Optional.empty(), store.newest(MARIA));
        assertEquals(List.of(), store.thread(ended.thread()));
        StoredMessage other = store.store(letter(2), LETTER);
        assertEquals(0, store.forget(Over.ended(NOON.minusMillis(1))));
        assertEquals(1, store.count(Over.ended(NOON)));
        assertEquals(1, store.forget(Over.ended(NOON)));
        assertEquals(Optional.empty(), store.message(ended.key()));
        assertTrue(store.message(other.key()).isPresent());
    }

    @Test
    default void whatIsTooOldIsForgottenWithItsLinks() throws IOException {
        MailboxStore store = store();
        StoredMessage old = store.store(letter(1), LETTER);
        StoredMessage young = store.store(letter(2, "m1@clinic.example"), LETTER);
        Instant end = NOON.plus(Duration.ofDays(30));
        PickupToken dead = store.grant(old.key(), end);
        PickupToken alive = store.grant(young.key(), end);
        Instant limit = young.message().arrived();
        assertEquals(0, store.countBefore(old.message().arrived()));
        assertEquals(0, store.forget(old.message().arrived()), "not older than itself");
        assertEquals(1, store.countBefore(limit));
        assertEquals(1, store.forget(limit));
        assertEquals(0, store.countBefore(limit));
        assertEquals(0, store.forget(limit));
        assertEquals(Optional.empty(), store.message(old.key()));
        assertThrows(IOException.class, () -> store.content(old.key()));
        assertEquals(Optional.empty(), store.grant(dead, NOON));
        assertEquals(List.of(young), store.thread(old.thread()));
        assertEquals(young, store.grant(alive, NOON).orElseThrow().message());
        assertArrayEquals(read(LETTER), read(store.content(young.key())));
        // The same message, stored again, is a new one: its old links stay dead.
        assertEquals(old.key(), store.store(letter(1), LETTER).key());
        assertEquals(Optional.empty(), store.grant(dead, NOON));
        assertArrayEquals(read(LETTER), read(store.content(old.key())));
    }

    @Test
    default void manyThreadsForgetEachMessageOnce() throws Exception {
        MailboxStore store = store();
        for (int number = 1; number <= 3; number++) {
            store.store(letter(number), LETTER);
        }
        List<Integer> forgotten = atOnce(8, () -> store.forget(NOON.plusSeconds(60)));
        assertEquals(3, forgotten.stream().mapToInt(Integer::intValue).sum());
    }

    @Test
    default void aRecalledMessageIsGoneAndItsLinkSaysSo() throws IOException {
        MailboxStore store = store();
        StoredMessage stored = store.store(letter(1), LETTER);
        PickupToken link = store.grant(stored.key(), NOON.plus(Duration.ofDays(30)));
        store.recall(stored.key(), NOON);
        assertThrows(IOException.class, () -> store.content(stored.key()));
        MailboxStore.Grant grant = store.grant(link, NOON).orElseThrow();
        assertEquals(Optional.of(NOON), grant.message().recalled());
        store.recall(stored.key(), NOON.plusSeconds(1));
        assertEquals(
                Optional.of(NOON), store.message(stored.key()).orElseThrow().recalled(), "once");
        assertEquals(Optional.empty(), store.newest(MARIA), "no fresh link to it");
        assertEquals(
                Optional.of(NOON),
                store.store(letter(1), LETTER).recalled(),
                "a repeated attempt does not bring it back");
        assertEquals(1, store.forget(NOON.plus(Duration.ofDays(1))), "its row goes with its time");
        assertEquals(Optional.empty(), store.grant(link, NOON));
    }

    @Test
    default void pausedLinksOpenNothingUntilTheyAreResumed() throws IOException {
        MailboxStore store = store();
        StoredMessage first = store.store(letter(1), LETTER);
        PickupToken link = store.grant(first.key(), NOON.plus(Duration.ofDays(30)));
        store.pauseLinks(MARIA, NOON);
        assertEquals(Optional.empty(), store.grant(link, NOON));
        assertEquals(Optional.empty(), store.newest(MARIA), "no fresh link");
        StoredMessage later = store.store(letter(2), LETTER);
        assertEquals(Optional.of(later), store.newest(MARIA), "a later message is not concerned");
        store.resumeLinks(MARIA);
        assertTrue(store.grant(link, NOON).isPresent());
    }

    @Test
    default void aLinkThatIsAliveCanGetALaterEnd() throws IOException {
        MailboxStore store = store();
        StoredMessage stored = store.store(letter(1), LETTER);
        PickupToken link = store.grant(stored.key(), NOON.plusSeconds(60));
        MessageKey key = stored.key();
        Instant late = NOON.plusSeconds(120);
        assertEquals(
                Optional.empty(),
                store.extendGrants(key, NOON.plusSeconds(60), NOON.plusSeconds(90)));
        assertEquals(Optional.of(late), store.extendGrants(key, NOON, late));
        assertTrue(store.grant(link, NOON.plusSeconds(119)).isPresent());
        assertEquals(
                Optional.of(late),
                store.extendGrants(key, NOON, NOON.plusSeconds(30)),
                "no earlier");
        assertTrue(store.grant(link, NOON.plusSeconds(119)).isPresent());
    }

    @Test
    default void aLinkThatOpensNothingGetsNoOtherEnd() throws IOException {
        MailboxStore store = store();
        MessageKey key = store.store(letter(1), LETTER).key();
        Instant soon = NOON.plusSeconds(60);
        Instant late = NOON.plusSeconds(120);
        PickupToken guessed = store.grant(key, soon);
        store.pauseGrant(guessed);
        assertEquals(
                Optional.empty(), store.extendGrants(key, NOON, late), "wrong answers paused it");
        PickupToken fresh = store.grant(key, soon);
        PickupToken freshest = store.grant(key, soon);
        store.replaceGrants(key, freshest);
        assertEquals(Optional.of(late), store.extendGrants(key, NOON, late));
        assertTrue(store.grant(freshest, NOON.plusSeconds(90)).isPresent());
        assertEquals(Optional.empty(), store.grant(fresh, NOON));
        store.pauseLinks(MARIA, NOON);
        assertEquals(Optional.empty(), store.extendGrants(key, NOON, late), "all of hers pause");
        store.resumeLinks(MARIA);
        assertEquals(Optional.of(late), store.extendGrants(key, NOON, late));
        store.recall(key, NOON);
        assertEquals(Optional.empty(), store.extendGrants(key, NOON, late), "it is taken back");
    }

    private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<T>> calls = IntStream.range(0, times).mapToObj(_ -> call).toList();
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        }
    }
}
