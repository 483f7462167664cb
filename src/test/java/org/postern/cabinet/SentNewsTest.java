package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.sent.SentFate;
import org.postern.sent.SentWord;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestVault;

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

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-02T12:00:00Z"));
    private final SplittableRandom random = new SplittableRandom(7);
    private final List<StoredMessage> kept = new ArrayList<>();
    private final Map<String, Folder> open = new HashMap<>();
    private final Set<SentWord> seen = EnumSet.noneOf(SentWord.class);
    private Database database;
    private FileMailboxStore mailbox;
    private Cabinet cabinet;
    private int number;

    @BeforeEach
    void open() throws IOException {
        FileDisk disk = new FileDisk();
        database = Database.open(disk, home.resolve("db"), clock);
        mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                disk,
                                home.resolve("bodies"),
                                TestVault.one(),
                                database,
                                new SecureRandom(),
                                clock));
        cabinet =
                Cabinet.open(
                        new Cabinet.Ground(
                                mailbox,
                                database,
                                TestVault.one(),
                                clock,
                                disk,
                                home.resolve("folders.mark")));
    }

    @AfterEach
    void close() throws IOException {
        for (Folder each : open.values()) {
            cabinet.close(each);
        }
        open.clear();
        mailbox.close();
        database.close();
    }

    @Test
    void whatIsToldIsWhatAJudgementOfAllSays() throws IOException {
        for (int step = 0; step < STEPS; step++) {
            pass(Duration.ofSeconds(1));
            happen();
            for (Address clinician : CLINICIANS) {
                for (String name : FOLDERS) {
                    compare(folder(clinician, name), step);
                }
            }
        }
        assertEquals(EnumSet.allOf(SentWord.class), seen);
        assertTrue(kept.size() > 10, kept.size() + " messages left");
    }

    private void happen() throws IOException {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> store(Direction.TO_PATIENT);
            case 4 -> store(Direction.FROM_PATIENT);
            case 5, 6, 7 ->
                    mailbox.grant(one().key(), clock.instant().plusSeconds(random.nextInt(1, 90)));
            case 8 -> mailbox.extendGrants(one().key(), clock.instant(), later());
            case 9 -> mailbox.markRead(one().key(), clock.instant());
            case 10 -> mailbox.markAnswered(one().key(), clock.instant());
            case 11 -> mailbox.pauseLinks(patient(), clock.instant());
            case 12 -> mailbox.resumeLinks(patient());
            case 13 -> pass(Duration.ofSeconds(random.nextInt(60)));
            case 14 -> recall();
            case 15 -> forget();
            case 16 -> copy();
            case 17 -> expunge();
            case 18 -> turn();
            default -> restart();
        }
    }

    /// As the gateway tells it from time to time.
    private void pass(Duration time) throws IOException {
        Instant before = clock.instant();
        clock.advance(time);
        mailbox.tellEnded(before, clock.instant());
    }

    private Instant later() {
        return clock.instant().plusSeconds(random.nextInt(1, 120));
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
        NewMessage former = goesOn ? one().message() : null;
        NewMessage message =
                new NewMessage(
                        new QueueId("%016d".formatted(++number)),
                        direction,
                        former != null
                                ? former.clinician()
                                : CLINICIANS.get(random.nextInt(CLINICIANS.size())),
                        former != null ? former.patient() : patient(),
                        "letter-" + number,
                        former != null ? List.of(former.messageId()) : List.of(),
                        clock.instant());
        byte[] octets = "Subject: one\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII);
        kept.add(mailbox.store(message, Content.of(octets)));
    }

    private void recall() throws IOException {
        StoredMessage one = one();
        kept.remove(one);
        mailbox.recall(one.key(), clock.instant());
    }

    /// Retention takes the oldest.
    private void forget() throws IOException {
        Instant end = clock.instant().minusSeconds(600);
        mailbox.forget(new MailboxStore.Over(end, Instant.EPOCH));
        kept.removeIf(it -> it.message().arrived().isBefore(end));
    }

    private void copy() throws IOException {
        Address clinician = CLINICIANS.get(random.nextInt(CLINICIANS.size()));
        Folder from = folder(clinician, "Sent");
        int[] uids = from.look().uids();
        if (uids.length > 0) {
            int[] one = {uids[random.nextInt(uids.length)]};
            Filing.copy(from, one, folder(clinician, "Archive"), false);
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

    /// Closes a folder; it is opened again.
    private void turn() throws IOException {
        Folder folder = folder();
        open.values().remove(folder);
        cabinet.close(folder);
    }

    private void restart() throws IOException {
        close();
        open();
    }

    private Folder folder() throws IOException {
        return folder(
                CLINICIANS.get(random.nextInt(CLINICIANS.size())),
                FOLDERS.get(random.nextInt(FOLDERS.size())));
    }

    private Folder folder(Address clinician, String name) throws IOException {
        String which = clinician + " " + name;
        Folder there = open.get(which);
        if (there == null) {
            there = cabinet.open(clinician, name).orElseThrow();
            open.put(which, there);
        }
        return there;
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
        // What is told is what is read anew.
        Snapshot read = database.read(folder::read);
        assertEquals(
                List.of(read.counters(), read.keywords()), List.of(now.counters(), now.keywords()));
        for (int place = 0; place < now.count(); place++) {
            assertEquals(read.uids()[place], now.uids()[place]);
            assertEquals(read.flags(place), now.flags(place));
            assertEquals(read.modseq(place), now.modseq(place));
        }
    }

    private Map<Integer, Set<SentWord>> judgementOfAll(Folder folder) throws IOException {
        Map<Integer, Set<SentWord>> all = new TreeMap<>();
        database.read(handle ->
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
                .forEach(each -> all.put(each.getKey(), each.getValue().words(clock.instant())));
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
