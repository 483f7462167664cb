package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.mailfolder.MailFolder;
import org.postern.snapshot.Snapshot;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.RoomyDisk;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;
import org.postern.testkit.Tmpfs;

/// What is told of folders while the database takes back what it could not write.
class LedgerTest {
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final Address SAM = Address.of("sam@clinic.example");

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-02T12:00:00Z"));
    private int letters;

    private record World(Database database, FileMailboxStore mailbox, Cabinet cabinet)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            mailbox.close();
            database.close();
        }
    }

    private World open(Path data) throws IOException {
        Database database = TestDatabase.open(new RoomyDisk(), data.resolve("db"), clock);
        FileMailboxStore mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                new FileDisk(),
                                home.resolve("bodies"),
                                TestVault.one(),
                                database,
                                new SecureRandom(),
                                clock));
        Cabinet cabinet =
                Cabinet.open(
                        new Cabinet.Ground(
                                mailbox,
                                database,
                                TestVault.one(),
                                clock,
                                new FileDisk(),
                                home.resolve("folders.mark")));
        return new World(database, mailbox, cabinet);
    }

    private StoredMessage store(World world, Address owner) throws IOException {
        return world.mailbox()
                .store(
                        new NewMessage(
                                new QueueId("%016d".formatted(++letters)),
                                Direction.FROM_PATIENT,
                                owner,
                                Address.of("maria@home.example"),
                                "",
                                List.of(),
                                clock.instant()),
                        Content.of("Subject: 1\r\n\r\nHi\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    /// The number of a folder whose making was told as failed is given to the next one. Whoever
    /// tried to open it must not have it open under that number.
    @Test
    void aFolderThatWasTakenBackIsSharedByNobody() throws Exception {
        Path data = home.resolve("volume");
        try (Tmpfs volume = Tmpfs.mount(data, 16);
                World world = open(data)) {
            store(world, SAM);
            volume.fill(0);
            Address anna = untilFull(world.cabinet());
            assertThrows(IOException.class, () -> world.cabinet().open(anna, "INBOX"));
            volume.empty();
            clock.advance(Duration.ofSeconds(6));
            Folder sams = world.cabinet().open(SAM, "INBOX").orElseThrow();
            Folder annas = world.cabinet().open(anna, "INBOX").orElseThrow();
            assertEquals(SAM.key(), sams.owner());
            assertEquals(anna.key(), annas.owner());
            assertNotEquals(sams.view().folder(), annas.view().folder());
            assertEquals(1, sams.look().count());
            assertEquals(0, annas.look().count());
        }
    }

    /// Opens folders of one person after the other.
    ///
    /// @return the first who was told that it failed
    private static Address untilFull(Cabinet cabinet) {
        for (int i = 0; i < 100_000; i++) {
            Address next = Address.of("u" + i + "@clinic.example");
            try {
                cabinet.close(cabinet.open(next, "INBOX").orElseThrow());
            } catch (IOException e) {
                return next;
            }
        }
        throw new AssertionError("the volume does not fill up");
    }

    /// RFC 3501 §2.3.1.1, without a restart.
    @Test
    void aDatabaseThatGoesBackChangesEveryValidity() throws IOException {
        try (World world = open(home)) {
            store(world, ANNA);
            Folder inbox = world.cabinet().open(ANNA, "INBOX").orElseThrow();
            inbox.look();
            Folder sams = world.cabinet().open(SAM, "INBOX").orElseThrow();
            Rows before = Rows.of(world.database());
            StoredMessage second = store(world, ANNA);
            Snapshot told = inbox.look();
            assertEquals(List.of(1, 2), List.of(told.uids()[0], told.uids()[1]));
            before.restore(world.database());
            int[] heard = new int[1];
            sams.listen(() -> heard[0]++);
            assertThrows(
                    MailFolder.LostException.class,
                    () -> inbox.store(new int[] {1}, Folder.Change.ADD, List.of("\\Seen")));
            assertEquals(1, heard[0]);
            for (Folder lost : List.of(inbox, sams)) {
                assertThrows(MailFolder.LostException.class, lost::look);
                assertThrows(
                        MailFolder.LostException.class,
                        () -> lost.store(new int[] {1}, Folder.Change.ADD, List.of("\\Seen")));
            }
            StoredMessage third = store(world, ANNA);
            Folder again = world.cabinet().open(ANNA, "INBOX").orElseThrow();
            assertTrue(again.look().counters().validity() > told.counters().validity());
            assertEquals(third.key(), again.filed(new int[] {2}, Detail.ROW).getFirst().key());
            assertNotEquals(second.key(), third.key());
            world.cabinet().close(inbox);
            assertEquals(again, world.cabinet().open(ANNA, "INBOX").orElseThrow());
        }
    }

    /// Whatever the rows say: the body says itself whose it is.
    @Test
    void noRowGivesALetterToSomebodyElse() throws IOException {
        try (World world = open(home)) {
            StoredMessage annas = store(world, ANNA);
            store(world, SAM);
            Folder sams = world.cabinet().open(SAM, "INBOX").orElseThrow();
            sams.look();
            long folder = sams.view().folder();
            world.database()
                    .change(handle -> {
                        handle.execute(
                                "INSERT INTO imap_filed (folder_id, uid, message_key, flags,"
                                        + " modseq, expunged, received, saved, thread_id, octets)"
                                        + " VALUES (?, 2, ?, 0, 2, FALSE, 0, 0, ?, 18)",
                                folder,
                                annas.key().value(),
                                annas.thread().value());
                        handle.execute("UPDATE imap_folder SET uid_next = 3");
                    });
            sams.store(new int[] {1}, Folder.Change.ADD, List.of("Blue"));
            givesNothing(sams);
            world.database()
                    .change(handle ->
                            handle.execute("UPDATE message SET clinician_key = ?", SAM.key()));
            sams.store(new int[] {1}, Folder.Change.ADD, List.of("Red"));
            givesNothing(sams);
        }
    }

    /// The second one, which is another person's.
    private static void givesNothing(Folder folder) throws IOException {
        List<Filed> filed = folder.filed(folder.look().uids(), Detail.OUTLINE);
        assertEquals(2, filed.size());
        assertNull(filed.getLast().outline());
        assertThrows(IOException.class, () -> folder.content(filed.getLast()));
        assertEquals(18, folder.content(filed.getFirst()).size());
    }
}
