package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.MailboxStore;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.SimulatedDisk.Failure;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// Whatever happens at whatever operation of the disk during APPEND, STORE, COPY, MOVE and EXPUNGE:
/// after the next start what was acknowledged holds, nothing is there by half, no UID has changed
/// its meaning, and no letter lies anywhere that no folder holds.
class FilingCrashTest {
    private static final Path BODIES = Path.of("/data/bodies");
    private static final Path KEYS = Path.of("/keys");
    private static final Path MARK = KEYS.resolve("folders.mark");
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final int OPERATIONS_MAX = 200;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-02T12:00:00Z"));
    private int states;

    @TempDir Path data;
    private Database database;
    private Rows empty;

    @BeforeEach
    void start() throws IOException {
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock);
        empty = Rows.of(database);
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    private record Open(MailboxStore mailbox, Cabinet cabinet) {
        Folder folder(String name) throws IOException {
            Folder folder = cabinet.open(ANNA, name).orElseThrow();
            folder.look();
            return folder;
        }
    }

    private Open open(Disk disk) throws IOException {
        disk.createDirectories(KEYS);
        MailboxStore mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                disk,
                                BODIES,
                                TestVault.one(),
                                database,
                                new SecureRandom(),
                                clock));
        Cabinet cabinet =
                Cabinet.open(
                        new Cabinet.Ground(mailbox, database, TestVault.one(), clock, disk, MARK));
        return new Open(mailbox, cabinet);
    }

    private static Content letter(int number) {
        byte[] text =
                ("Subject: " + number + "\r\n\r\n" + "x".repeat(number))
                        .getBytes(StandardCharsets.US_ASCII);
        return Content.of(text);
    }

    /// What must be there: the letters of a folder by their numbers, as long as nothing else was
    /// begun.
    private static final class Expected {
        final List<Set<String>> steps = new ArrayList<>();

        /// How many of them were acknowledged; the next one may have happened as well.
        int done;
    }

    /// `folder UID number flags`, for all letters.
    private static Set<String> shown(Open open) throws IOException {
        Set<String> all = new TreeSet<>();
        for (Cabinet.Listed listed : open.cabinet().folders(ANNA)) {
            Folder folder = open.folder(listed.name());
            Snapshot now = folder.look();
            for (Filed filed : folder.filed(now.uids(), Detail.OUTLINE)) {
                String body;
                try (InputStream in = folder.content(filed).open()) {
                    body = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
                }
                int number = Integer.parseInt(body.replaceAll("(?s)Subject: (\\d+).*", "$1"));
                assertArrayEquals(body.getBytes(StandardCharsets.US_ASCII), octets(letter(number)));
                long flags = now.flags(now.place(filed.uid()));
                all.add(
                        "%s %d: %d %s"
                                .formatted(
                                        listed.name(),
                                        filed.uid(),
                                        number,
                                        Flags.names(flags, now.keywords())));
            }
            open.cabinet().close(folder);
        }
        return all;
    }

    private static byte[] octets(Content content) throws IOException {
        try (InputStream in = content.open()) {
            return in.readAllBytes();
        }
    }

    /// One life of a mailbox, with what is there after each step.
    private void live(Open open, Expected expected) throws IOException {
        expected.steps.add(Set.of());
        expected.done = 1;
        Folder drafts = open.folder("Drafts");
        Folder trash = open.folder("Trash");
        step(expected, "Drafts 1: 7 [\\Flagged]");
        append(drafts, arriving(7, List.of("\\Flagged"), null));
        expected.done++;
        step(expected, "Drafts 1: 7 [\\Flagged]", "Drafts 2: 8 [Blue]");
        append(drafts, arriving(8, List.of("Blue"), clock.instant()));
        expected.done++;
        step(expected, "Drafts 1: 7 [\\Seen, \\Flagged]", "Drafts 2: 8 [\\Seen, Blue]");
        drafts.store(new int[] {1, 2}, Folder.Change.ADD, List.of("\\Seen"));
        expected.done++;
        step(
                expected,
                "Drafts 1: 7 [\\Seen, \\Flagged]",
                "Drafts 2: 8 [\\Seen, Blue]",
                "Trash 1: 7 [\\Seen, \\Flagged]",
                "Trash 2: 8 [\\Seen, Blue]");
        Filing.copy(drafts, new int[] {1, 2}, trash, false);
        expected.done++;
        step(
                expected,
                "Drafts 1: 7 [\\Seen, \\Flagged]",
                "Drafts 2: 8 [\\Seen, Blue]",
                "Drafts 3: 7 [\\Seen, \\Flagged]",
                "Drafts 4: 8 [\\Seen, Blue]");
        Filing.copy(trash, new int[] {1, 2}, drafts, true);
        expected.done++;
        step(
                expected,
                "Drafts 1: 7 [\\Seen, \\Flagged, \\Deleted]",
                "Drafts 2: 8 [\\Seen, Blue]",
                "Drafts 3: 7 [\\Seen, \\Flagged, \\Deleted]",
                "Drafts 4: 8 [\\Seen, Blue]");
        drafts.store(new int[] {1, 3}, Folder.Change.ADD, List.of("\\Deleted"));
        expected.done++;
        step(expected, "Drafts 2: 8 [\\Seen, Blue]", "Drafts 4: 8 [\\Seen, Blue]");
        drafts.expunge(drafts.look().uids());
        expected.done++;
        step(
                expected,
                "Drafts 2: 8 [\\Seen, Blue]",
                "Drafts 4: 8 [\\Seen, Blue]",
                "Drafts 5: 10 [Blue]",
                "Drafts 6: 11 []",
                "Drafts 7: 12 [Red]");
        append(
                drafts,
                arriving(10, List.of("Blue"), null),
                arriving(11, List.of(), clock.instant()),
                arriving(12, List.of("Red"), null));
        expected.done++;
    }

    private static Filing.Arriving arriving(
            int number, List<String> flags, @Nullable Instant received) {
        return new Filing.Arriving(letter(number), flags, received);
    }

    /// All of them or none.
    private static Filing.Filed append(Folder folder, Filing.Arriving... all) throws IOException {
        Iterator<Filing.Arriving> each = List.of(all).iterator();
        return Filing.append(folder, () -> each.hasNext() ? each.next() : null);
    }

    private static void step(Expected expected, String... shown) {
        expected.steps.add(new TreeSet<>(Set.of(shown)));
    }

    @Test
    void powerLossAtAnyOperation() throws IOException {
        for (int n = 1; n < OPERATIONS_MAX; n++) {
            empty.restore(database);
            SimulatedDisk disk = new SimulatedDisk();
            Open open = open(disk);
            disk.failAt(n, Failure.POWER);
            Expected expected = new Expected();
            try {
                live(open, expected);
            } catch (IOException _) {
                // The power is gone.
            }
            Rows rows = Rows.of(database);
            for (SimulatedDisk state : disk.afterPowerLoss()) {
                check(state, rows, expected);
            }
            check(disk.afterKill(), rows, expected);
            if (!disk.hasFailed()) {
                assertEquals(expected.steps.size(), expected.done);
                assertTrue(states > 100, "crash states: " + states);
                return;
            }
        }
        throw new AssertionError("no run without a failure");
    }

    private void check(SimulatedDisk disk, Rows rows, Expected expected) throws IOException {
        states++;
        rows.restore(database);
        Open open = open(disk);
        Set<String> shown = shown(open);
        List<Set<String>> possible =
                expected.steps.subList(
                        Math.max(0, expected.done - 1),
                        Math.min(expected.steps.size(), expected.done + 1));
        assertTrue(possible.contains(shown), () -> shown + " and not one of " + possible);
        long letters =
                database.read(handle ->
                        handle.createQuery(
                                        "SELECT COUNT(DISTINCT message_key) FROM imap_filed"
                                                + " WHERE expunged = FALSE")
                                .mapTo(Long.class)
                                .one());
        assertEquals(letters, disk.list(BODIES).size(), "bodies that lie in no folder");
        // It goes on as if nothing had been.
        Folder drafts = open.folder("Drafts");
        int next = drafts.look().counters().next();
        Filing.Filed filed = append(drafts, arriving(9, List.of(), null));
        assertEquals(next, filed.to()[0]);
        assertTrue(shown(open).contains("Drafts %d: 9 []".formatted(next)));
    }
}
