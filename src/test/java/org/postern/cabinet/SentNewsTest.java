package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.sent.SentFate;
import org.postern.sent.SentRows;
import org.postern.sent.SentWord;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;

/// A folder judges only those messages anew of which something may be new, so a random history is
/// compared here with a judgement of all of them after each step.
class SentNewsTest {
    private static final List<Address> CLINICIANS =
            List.of(Address.of("anna@clinic.example"), Address.of("ben@clinic.example"));
    private static final List<Address> PATIENTS =
            List.of(Address.of("maria@home.example"), Address.of("tom@home.example"));
    private static final List<String> FOLDERS = List.of("Sent", "Archive");
    private static final int STEPS = 300;

    @TempDir Path home;

    private final SplittableRandom random = new SplittableRandom(7);
    private final List<StoredMessage> kept = new ArrayList<>();
    private final Set<SentWord> seen = EnumSet.noneOf(SentWord.class);
    private CabinetWorld world;
    private int number;

    @BeforeEach
    void open() throws IOException {
        world = new CabinetWorld(home);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    @Test
    void whatIsToldIsWhatAJudgementOfAllSays() throws IOException {
        for (int step = 0; step < STEPS; step++) {
            pass(Duration.ofSeconds(1));
            happen();
            for (Address clinician : CLINICIANS) {
                for (String name : FOLDERS) {
                    compare(world.folder(clinician, name), step);
                }
            }
        }
        assertEquals(EnumSet.allOf(SentWord.class), seen);
        assertTrue(kept.size() > 10, kept.size() + " messages left");
    }

    @Test
    void aClockThatWasAheadLeavesNoLinkOver() throws IOException {
        store(Direction.TO_PATIENT);
        StoredMessage stored = kept.getFirst();
        Address clinician = stored.message().clinician();
        world.store().grant(stored.key(), world.clock.instant().plusSeconds(90));
        assertEquals(List.of("$Waiting"), words(clinician));
        Duration ahead = Duration.ofHours(1);
        pass(ahead);
        assertEquals(List.of("$Expired"), words(clinician));
        world.clock.advance(ahead.negated());
        world.restart();
        assertEquals(List.of("$Waiting"), words(clinician));
        pass(Duration.ofSeconds(90));
        assertEquals(List.of("$Expired"), words(clinician));
    }

    /// As many as three transactions judge, with words of each kind among them, and none of them
    /// judged yet, as after a migration.
    private Folder large() throws IOException {
        Address anna = CLINICIANS.getFirst();
        for (int i = 0; i < 2 * SentRows.PORTION + 100; i++) {
            keep(Direction.TO_PATIENT, anna, PATIENTS.getFirst(), List.of());
            if (i % 9 == 0) {
                StoredMessage last = kept.getLast();
                world.store().grant(last.key(), world.clock.instant().plusSeconds(60 + i % 7));
                if (i % 2 == 0) {
                    world.store().markRead(last.key(), world.clock.instant());
                }
            }
        }
        return world.folder(anna, "Sent");
    }

    private int due(Folder folder) {
        try {
            return world.read(handle ->
                    handle.createQuery(
                                    "SELECT COUNT(*) FROM imap_filed WHERE sent_in = ? AND due = 0")
                            .bind(0, folder.view().folder())
                            .mapTo(Integer.class)
                            .one());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What was judged before a look failed stays so. Behind each portion others have their turn:
    /// somebody else writes, and looks.
    @Test
    void aLargeFolderIsJudgedInPortions() throws IOException {
        Folder folder = large();
        Folder other = world.folder(CLINICIANS.getLast(), "Sent");
        Runnable stop =
                () -> {
                    throw new IllegalStateException("somebody who listens fails");
                };
        folder.listen(stop);
        assertThrows(IllegalStateException.class, folder::look);
        assertEquals(SentRows.PORTION + 100, due(folder));
        folder.unlisten(stop);
        List<Integer> left = new ArrayList<>();
        folder.listen(() -> {
            left.add(due(folder));
            CompletableFuture<Void> meanwhile =
                    CompletableFuture.runAsync(() -> {
                        try {
                            keep(
                                    Direction.TO_PATIENT,
                                    CLINICIANS.getLast(),
                                    PATIENTS.getLast(),
                                    List.of());
                            other.look();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            meanwhile.orTimeout(20, TimeUnit.SECONDS).join();
        });
        compare(folder, 0);
        assertEquals(List.of(100, 0), left);
        assertEquals(2, other.look().count());
        pass(Duration.ofSeconds(63));
        world.restart();
        compare(world.folder(CLINICIANS.getFirst(), "Sent"), 1);
        assertEquals(EnumSet.of(SentWord.WAITING, SentWord.READ, SentWord.EXPIRED), seen);
    }

    private List<String> words(Address clinician) throws IOException {
        Snapshot now = world.folder(clinician, "Sent").look();
        return Flags.names(now.flags(0), now.keywords()).stream().filter(Flags::isServers).toList();
    }

    private void happen() throws IOException {
        switch (random.nextInt(21)) {
            case 0, 1, 2, 3 -> store(Direction.TO_PATIENT);
            case 4 -> store(Direction.FROM_PATIENT);
            case 5, 6, 7 ->
                    world.store()
                            .grant(
                                    one().key(),
                                    world.clock.instant().plusSeconds(random.nextInt(1, 90)));
            case 8 -> world.store().extendGrants(one().key(), world.clock.instant(), later());
            case 9 -> world.store().markRead(one().key(), world.clock.instant());
            case 10 -> world.store().markAnswered(one().key(), world.clock.instant());
            case 11 -> world.store().pauseLinks(patient(), world.clock.instant());
            case 12 -> world.store().resumeLinks(patient());
            case 13 -> pass(Duration.ofSeconds(random.nextInt(60)));
            case 14 -> recall();
            case 15 -> forget();
            case 16 -> copy();
            case 17 -> expunge();
            case 18 -> world.turn(folder());
            case 19 -> setBack();
            default -> world.restart();
        }
    }

    /// As the gateway tells it from time to time.
    private void pass(Duration time) throws IOException {
        Instant before = world.clock.instant();
        world.clock.advance(time);
        world.store().tellEnded(before, world.clock.instant());
    }

    /// A clock was ahead: it is set right, and the gateway started again.
    private void setBack() throws IOException {
        world.clock.advance(Duration.ofSeconds(-random.nextInt(60)));
        world.restart();
    }

    private Instant later() {
        return world.clock.instant().plusSeconds(random.nextInt(1, 120));
    }

    private Address patient() {
        return PATIENTS.get(random.nextInt(PATIENTS.size()));
    }

    private StoredMessage one() throws IOException {
        if (kept.isEmpty()) {
            store(Direction.TO_PATIENT);
        }
        return kept.get(random.nextInt(kept.size()));
    }

    /// Begins a conversation, or goes on with one.
    private void store(Direction direction) throws IOException {
        boolean goesOn = !kept.isEmpty() && random.nextInt(3) > 0;
        if (goesOn) {
            NewMessage former = one().message();
            keep(direction, former.clinician(), former.patient(), List.of(former.messageId()));
        } else {
            Address clinician = CLINICIANS.get(random.nextInt(CLINICIANS.size()));
            keep(direction, clinician, patient(), List.of());
        }
    }

    private void keep(Direction direction, Address from, Address to, List<String> references)
            throws IOException {
        NewMessage message =
                new NewMessage(
                        new QueueId("%016d".formatted(++number)),
                        direction,
                        from,
                        to,
                        "letter-" + number,
                        references,
                        world.clock.instant());
        byte[] octets = "Subject: one\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII);
        kept.add(world.store().store(message, Content.of(octets)));
    }

    private void recall() throws IOException {
        StoredMessage one = one();
        kept.remove(one);
        world.store().recall(one.key(), world.clock.instant());
    }

    /// Retention takes the oldest.
    private void forget() throws IOException {
        Instant end = world.clock.instant().minusSeconds(600);
        world.store().forget(new MailboxStore.Over(end, Instant.EPOCH));
        kept.removeIf(it -> it.message().arrived().isBefore(end));
    }

    private void copy() throws IOException {
        Address clinician = CLINICIANS.get(random.nextInt(CLINICIANS.size()));
        Folder from = world.folder(clinician, "Sent");
        int[] uids = from.look().uids();
        if (uids.length > 0) {
            int[] one = {uids[random.nextInt(uids.length)]};
            Filing.copy(from, one, world.folder(clinician, "Archive"), false);
        }
    }

    private void expunge() throws IOException {
        Folder folder = folder();
        int[] uids = folder.look().uids();
        if (uids.length > 0) {
            int[] one = {uids[random.nextInt(uids.length)]};
            folder.store(one, Folder.Change.ADD, List.of("\\Deleted"));
            folder.expunge(one);
        }
    }

    private Folder folder() throws IOException {
        return world.folder(
                CLINICIANS.get(random.nextInt(CLINICIANS.size())),
                FOLDERS.get(random.nextInt(FOLDERS.size())));
    }

    private void compare(Folder folder, int step) throws IOException {
        Snapshot now = folder.look();
        Map<Integer, Set<SentWord>> told = new TreeMap<>();
        for (int place = 0; place < now.count(); place++) {
            Set<SentWord> words = EnumSet.noneOf(SentWord.class);
            Flags.names(now.flags(place), now.keywords())
                    .forEach(name -> SentWord.of(name).ifPresent(words::add));
            told.put(now.uids()[place], words);
            seen.addAll(words);
        }
        assertEquals(judgementOfAll(folder), told, "after step " + step);
        world.requireAsRead(folder, now);
    }

    private Map<Integer, Set<SentWord>> judgementOfAll(Folder folder) throws IOException {
        Map<Integer, Set<SentWord>> all = new TreeMap<>();
        world.read(handle ->
                        handle.createQuery(
                                        """
                                        SELECT f.uid, m.read_at, m.paused, m.answered,
                                            (SELECT MAX(a.arrived) FROM message a
                                                WHERE a.thread_id = m.thread_id
                                                    AND a.direction = 'FROM_PATIENT'
                                                    AND a.arrived > m.arrived) AS replied,
                                            (SELECT MAX(g.expires) FROM pickup_grant g
                                                JOIN message t ON t.message_key = g.message_key
                                                WHERE t.thread_id = m.thread_id) AS links_end
                                        FROM imap_filed f
                                        JOIN message m ON m.message_key = f.message_key
                                        WHERE f.folder_id = :folder AND f.expunged = FALSE
                                            AND m.direction = 'TO_PATIENT'
                                        """)
                                .bind("folder", folder.view().folder())
                                .map((row, _) -> Map.entry(row.getInt("uid"), fate(row)))
                                .list())
                .forEach(each ->
                        all.put(each.getKey(), each.getValue().words(world.clock.instant())));
        return all;
    }

    private static SentFate fate(ResultSet row) throws SQLException {
        return new SentFate(
                instant(row, "read_at"),
                instant(row, "answered").isPresent() || instant(row, "replied").isPresent(),
                instant(row, "paused").isPresent(),
                instant(row, "links_end"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, Long.class)).map(Instant::ofEpochMilli);
    }
}
