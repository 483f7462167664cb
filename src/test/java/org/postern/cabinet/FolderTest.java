package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.holding.HeldMessages;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.outlining.SealedOutlines;
import org.postern.sent.SentRows;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.UidRanges;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// What a folder reads of the database, and what stays there.
class FolderTest {
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final int MESSAGES = 500;

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-02T12:00:00Z"));
    private Database database;
    private FileMailboxStore mailbox;
    private Cabinet cabinet;

    @BeforeEach
    void open() throws IOException {
        FileDisk disk = new FileDisk();
        database = TestDatabase.open(disk, home.resolve("db"), clock);
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
        mailbox.close();
        database.close();
    }

    private StoredMessage store(int number) throws IOException {
        return mailbox.store(
                new NewMessage(
                        new QueueId("%016d".formatted(number)),
                        Direction.FROM_PATIENT,
                        ANNA,
                        Address.of("maria@home.example"),
                        "",
                        List.of(),
                        clock.instant().plusSeconds(number)),
                Content.of("Subject: one\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    private void send(int number, String messageId) throws IOException {
        mailbox.store(
                new NewMessage(
                        new QueueId("%016d".formatted(number)),
                        Direction.TO_PATIENT,
                        ANNA,
                        Address.of("maria@home.example"),
                        messageId,
                        List.of(),
                        clock.instant()),
                Content.of("Subject: one\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    /// Whoever can read the mail of the one in whose name a patient gets her key has no file of it;
    /// and no name that a sender can choose keeps a message out.
    @Test
    void noKeyLiesInSent() throws IOException {
        QueueId id = new QueueId("%016d".formatted(1));
        send(1, NewMessage.keyLetterId(id, ANNA.domain()));
        send(2, NewMessage.keyLetterId(id, ANNA.domain()));
        Folder folder = cabinet.open(ANNA, "Sent").orElseThrow();
        assertEquals(1, folder.look().count());
        cabinet.close(folder);
    }

    /// Gives each message in a folder an outline of 20,000 characters.
    private static void outline(Handle handle) {
        handle.createUpdate(
                        """
                        INSERT INTO imap_outline (folder_id, uid, outline)
                        SELECT folder_id, uid, :outline FROM imap_filed
                        """)
                .bind("outline", "x".repeat(20_000))
                .execute();
    }

    /// Rows like the one of a message, without bodies.
    private static void multiply(Handle handle, StoredMessage one) {
        String columns =
                "thread_id, direction, clinician, clinician_key, patient, patient_key, message_id,"
                        + " id_hash, mentions, octets, notified, guard_level, guard_pin";
        for (int i = 1; i < MESSAGES; i++) {
            String key = "%022d".formatted(i);
            handle.createUpdate(
                            "INSERT INTO message (message_key, queue_id, arrived, %s)"
                                            .formatted(columns)
                                    + " SELECT :key, :queue, arrived + :i, %s FROM message"
                                            .formatted(columns)
                                    + " WHERE message_key = :one")
                    .bind("key", key)
                    .bind("queue", "%016d".formatted(i))
                    .bind("i", i)
                    .bind("one", one.key().value())
                    .execute();
        }
    }

    /// The first and the last of many cost no more than two of them.
    @Test
    void nothingIsReadOfTheMessagesInBetween() throws IOException {
        StoredMessage one = store(0);
        database.change(handle -> multiply(handle, one));
        Folder folder = cabinet.open(ANNA, "INBOX").orElseThrow();
        assertEquals(MESSAGES, folder.look().count());
        database.change(FolderTest::outline);
        int[] ends = {1, MESSAGES};
        folder.filed(ends, Detail.ROW);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        List<Filed> filed = folder.filed(ends, Detail.ROW);
        long octets = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(List.of(1, MESSAGES), filed.stream().map(Filed::uid).toList());
        assertTrue(octets < 1_000_000, octets + " octets for two messages");
        int[] odd = IntStream.iterate(1, uid -> uid < MESSAGES, uid -> uid + 2).toArray();
        assertEquals(MESSAGES / 2, folder.filed(odd, Detail.ROW).size());
        cabinet.close(folder);
    }

    /// Whether something may be new of what was sent is asked at each look, and costs one look into
    /// an index.
    @Test
    void noFolderIsGoneThroughForWhatWasSent() throws IOException {
        String query =
                "SELECT f.uid"
                        + SentRows.DUE
                                .replace(":folder", "1")
                                .replace(":owner", "'anna@clinic.example'")
                                .replace(":now", "7");
        String plan =
                database.read(handle ->
                        String.join(
                                " ",
                                handle.createQuery("EXPLAIN PLAN FOR " + query)
                                        .mapTo(String.class)
                                        .list()));
        assertTrue(plan.contains("IMAP_FILED_DUE"), plan);
    }

    /// Somebody else may have the number of a folder that is deleted while it is listed.
    @Test
    void aDeletedFolderListsNothing() throws IOException {
        cabinet.create(ANNA, "One", "");
        Folder one = cabinet.open(ANNA, "One").orElseThrow();
        append(one, letter(1));
        int[] uids = one.look().uids();
        cabinet.delete(ANNA, "One");
        Address ben = Address.of("ben@clinic.example");
        cabinet.create(ben, "Two", "");
        Folder two = cabinet.open(ben, "Two").orElseThrow();
        append(two, letter(2));
        assertEquals(one.view().folder(), two.view().folder());
        assertEquals(List.of(), one.filed(uids, Detail.OUTLINE));
        cabinet.close(one);
        cabinet.close(two);
    }

    /// What was made of a message that is not there any more is kept for nobody.
    @Test
    void anOutlineIsKeptForItsMessageAlone() throws IOException {
        StoredMessage one = store(1);
        store(2);
        Folder folder = cabinet.open(ANNA, "INBOX").orElseThrow();
        folder.filed(folder.look().uids(), Detail.OUTLINE);
        Outlines.Made other = new Outlines.Made(2, one.key(), new SealedOutlines.Sealed("x", true));
        database.change(handle -> Outlines.keep(handle, folder.view(), List.of(other)));
        long spoiled =
                database.read(handle ->
                        handle.createQuery("SELECT COUNT(*) FROM imap_outline WHERE outline = 'x'")
                                .mapTo(Long.class)
                                .one());
        assertEquals(0, spoiled);
        assertEquals(2, folder.filed(folder.look().uids(), Detail.OUTLINE).size());
        cabinet.close(folder);
    }

    /// An expunged message is remembered as long as the message is kept, and no longer.
    @Test
    void whatWasExpungedIsForgottenWithItsMessage() throws IOException {
        for (int i = 0; i < 3; i++) {
            store(i);
        }
        Folder folder = cabinet.open(ANNA, "INBOX").orElseThrow();
        folder.look();
        folder.store(new int[] {2}, Folder.Change.ADD, List.of("\\Deleted"));
        folder.expunge(new int[] {1, 2, 3});
        assertEquals(List.of(1, 2, 3), rows());
        mailbox.forget(clock.instant().plusSeconds(2));
        // The second went with its message; the first leaves the folder when that is looked at.
        assertEquals(List.of(1, 3), rows());
        assertEquals(1, folder.look().count());
        assertEquals(List.of(3), rows());
        cabinet.close(folder);
    }

    /// RFC 7162 §5.3: what went long ago is forgotten, and whoever knows less than that is told of
    /// every UID that is not there.
    @Test
    void whatIsForgottenIsToldAsAllThatIsMissing() throws IOException {
        for (int i = 0; i < 2; i++) {
            store(i);
        }
        Folder folder = cabinet.open(ANNA, "INBOX").orElseThrow();
        assertEquals(2, folder.look().count());
        int most = FilingRows.VANISHED_RANGES_MAX;
        // Every other of many UIDs, one by one.
        database.change(handle -> {
            for (int i = 0; i < most; i++) {
                long modseq = FolderRows.nextModseq(handle, folder.view());
                FilingRows.remember(
                        handle, folder.view(), UidRanges.of(new int[] {3 + 2 * i}), modseq);
            }
            handle.execute("UPDATE imap_folder SET uid_next = ?", 10 * most);
        });
        folder.store(new int[] {1}, Folder.Change.ADD, List.of("\\Deleted", "Work"));
        assertEquals(List.of("3"), folder.vanished(2, upTo(folder.look(), 3)).texts(9));
        assertEquals(most, folder.vanished(2, folder.look()).ranges().size());
        Snapshot after = folder.expunge(new int[] {1});
        long last = after.counters().modseq();
        assertEquals(List.of("1"), folder.vanished(last - 1, after).texts(9));
        assertEquals(List.of("1,3:" + (10 * most - 1)), folder.vanished(2, after).texts(9));
        long floor = last - most / 2 - 1;
        assertEquals(most / 2, folder.vanished(floor, after).ranges().size());
        assertEquals(2, folder.vanished(floor - 1, after).ranges().size());
        cabinet.close(folder);
    }

    private static Snapshot upTo(Snapshot now, long modseq) {
        return new Snapshot(
                now.counters().at(modseq), List.of(), new int[0], new long[0], new long[0]);
    }

    /// A client gave it the keyword before that was the gateway's alone.
    @Test
    void whatIsNotToAPatientLosesTheWordsOfSuch() throws IOException {
        store(0);
        store(1);
        Folder folder = cabinet.open(ANNA, "INBOX").orElseThrow();
        folder.look();
        Snapshot before = folder.store(new int[] {2}, Folder.Change.ADD, List.of("Blue", "\\Seen"));
        cabinet.close(folder);
        database.change(handle -> {
            FolderRows.addKeyword(handle, folder.view(), 1, "$read");
            handle.execute("UPDATE imap_filed SET flags = flags + 512 WHERE uid = 2");
            // As it is once this release comes to the database.
            handle.execute("UPDATE imap_filed SET sent_in = folder_id, due = 0");
        });
        Folder again = cabinet.open(ANNA, "INBOX").orElseThrow();
        long modseq = before.counters().modseq();
        Snapshot now = again.look();
        assertEquals(List.of("\\Seen", "Blue"), Flags.names(now.flags(1), now.keywords()));
        assertEquals(modseq + 1, now.modseq(1));
        assertTrue(now.modseq(0) <= modseq);
        cabinet.close(again);
    }

    private List<Integer> rows() throws IOException {
        return database.read(handle ->
                handle.createQuery("SELECT uid FROM imap_filed ORDER BY uid")
                        .mapTo(Integer.class)
                        .list());
    }

    /// What a folder makes of a change without reading itself again is what it would read.
    @Test
    void aFolderThatWasNotReadAgainIsTheSame() throws IOException {
        SplittableRandom random = new SplittableRandom(20261127);
        cabinet.create(ANNA, "One", "");
        cabinet.create(ANNA, "Two", "");
        Folder one = cabinet.open(ANNA, "One").orElseThrow();
        Folder two = cabinet.open(ANNA, "Two").orElseThrow();
        for (int i = 0; i < 400; i++) {
            Folder folder = random.nextBoolean() ? one : two;
            Folder other = random.nextInt(3) > 0 ? two : one;
            int[] some = some(folder, random);
            switch (random.nextInt(6)) {
                case 0, 1 -> append(folder, letter(i), "\\Seen", "$K" + i % 9);
                case 2 -> folder.store(some, Folder.Change.ADD, List.of("\\Deleted"));
                case 3 -> folder.expunge(some);
                case 4 -> Filing.copy(folder, some, other, false);
                default -> Filing.copy(folder, some, other, true);
            }
            assertEquals(told(database.read(one::read)), told(one.settled()), "change " + i);
            assertEquals(told(database.read(two::read)), told(two.settled()), "change " + i);
        }
        cabinet.close(one);
        cabinet.close(two);
    }

    /// Whoever opens a folder anew gets what is in memory, as far as it still holds.
    @Test
    void aFolderIsKeptForAWhile() throws IOException {
        cabinet.create(ANNA, "One", "");
        Folder before = cabinet.open(ANNA, "One").orElseThrow();
        append(before, letter(1));
        cabinet.close(before);
        Folder after = cabinet.open(ANNA, "One").orElseThrow();
        assertSame(before, after);
        assertEquals(1, after.look().count());
        cabinet.delete(ANNA, "One");
        cabinet.close(after);
        cabinet.create(ANNA, "One", "");
        Folder fresh = cabinet.open(ANNA, "One").orElseThrow();
        assertNotSame(after, fresh);
        assertEquals(0, fresh.look().count());
        cabinet.close(fresh);
    }

    /// Whoever has it open and whoever opens it next share it, or they would tell other things.
    @Test
    void aFolderThatCouldNotBeDeletedIsOneStill() throws IOException {
        cabinet.create(ANNA, "One", "");
        Folder before = cabinet.open(ANNA, "One").orElseThrow();
        append(before, letter(1));
        database.change(handle -> {
            handle.execute("CREATE TABLE barrier (shelf VARCHAR(100) REFERENCES imap_own_folder)");
            handle.execute("INSERT INTO barrier SELECT shelf FROM imap_own_folder");
        });
        assertThrows(IOException.class, () -> cabinet.delete(ANNA, "One"));
        Folder after = cabinet.open(ANNA, "One").orElseThrow();
        assertSame(before, after);
        assertEquals(1, after.look().count());
        database.change(handle -> handle.execute("DROP TABLE barrier"));
        assertEquals(Cabinet.Altered.DONE, cabinet.delete(ANNA, "One"));
        assertEquals(0, before.look().count());
        cabinet.close(before);
        cabinet.close(after);
    }

    /// UIDs are those that the database gives, whatever was in memory.
    @Test
    void uidsAreThoseOfTheDatabase() throws IOException {
        cabinet.create(ANNA, "One", "");
        Folder one = cabinet.open(ANNA, "One").orElseThrow();
        append(one, letter(1));
        database.change(handle -> handle.execute("UPDATE imap_folder SET uid_next = 10"));
        append(one, letter(2));
        assertEquals(told(database.read(one::read)), told(one.settled()));
        database.change(handle -> handle.execute("UPDATE imap_folder SET uid_next = 20"));
        Filing.copy(one, new int[] {1}, one, true);
        assertEquals(told(database.read(one::read)), told(one.settled()));
        assertEquals(List.of(10, 20), IntStream.of(one.look().uids()).boxed().toList());
        cabinet.close(one);
    }

    /// A defect behind the folder of held mail is no reason never to look there again.
    @Test
    void aLookThatFailedIsMadeAgain() throws IOException {
        AtomicBoolean broken = new AtomicBoolean();
        HeldMessages one =
                new HeldMessages() {
                    @Override
                    public List<Entry> seenBy(Address person) {
                        if (broken.get()) {
                            throw new IllegalStateException("a defect");
                        }
                        return List.of(
                                new Entry(new QueueId("%016d".formatted(1)), clock.instant(), 9));
                    }

                    @Override
                    public Content content(Address person, QueueId id) {
                        return letter(1);
                    }

                    @Override
                    public boolean decides(Address person) {
                        return true;
                    }

                    @Override
                    public boolean isHeld(QueueId id) {
                        return true;
                    }

                    @Override
                    public void listen(Runnable changed) {
                        // It stays.
                    }
                };
        cabinet.show(one);
        broken.set(true);
        Folder held = cabinet.open(ANNA, "Held").orElseThrow();
        assertThrows(IllegalStateException.class, held::look);
        broken.set(false);
        assertEquals(1, held.look().count());
        cabinet.close(held);
    }

    /// A folder that has a name of held mail from before is like any other of hers.
    @Test
    void namesOfHeldMailAreNotGiven() throws IOException {
        assertEquals(Cabinet.Altered.NO_NAME, cabinet.create(ANNA, "Held", ""));
        cabinet.create(ANNA, "One", "");
        assertEquals(Cabinet.Altered.NO_NAME, cabinet.rename(ANNA, "One", "Release"));
        assertEquals(Cabinet.Altered.THERE, cabinet.create(ANNA, "Sent", ""));
        assertEquals(Cabinet.Altered.FIXED, cabinet.subscribe(ANNA, "Release", false));
        OwnFolders own = new OwnFolders(database, TestVault.one());
        database.change(
                handle -> own.insert(handle, ANNA.key(), new OwnFolders.Fresh("Release", ""), 7));
        assertEquals(Cabinet.Altered.THERE, cabinet.create(ANNA, "Release", ""));
        cabinet.subscribe(ANNA, "Release", true);
        assertTrue(cabinet.folders(ANNA).contains(new Cabinet.Listed("Release", "", true)));
        assertEquals(Cabinet.Altered.DONE, cabinet.subscribe(ANNA, "Release", false));
        assertTrue(cabinet.folders(ANNA).contains(new Cabinet.Listed("Release", "", false)));
    }

    @Test
    void asManyNamesAreSubscribedAsMayBe() throws IOException {
        cabinet.create(ANNA, "One", "");
        cabinet.create(ANNA, "Two", "");
        assertEquals(Cabinet.Altered.DONE, cabinet.subscribe(ANNA, "One", true));
        database.change(handle -> {
            for (int i = 2; i <= Subscriptions.NAMES_MAX; i++) {
                handle.execute(
                        "INSERT INTO imap_subscription VALUES (?, ?, ?, 'AA==')",
                        "damaged-" + i,
                        i,
                        ANNA.key());
            }
        });
        assertEquals(Cabinet.Altered.TOO_MANY_SUBSCRIBED, cabinet.subscribe(ANNA, "Two", true));
        // What is subscribed stays so, and what does not open hides nothing else.
        assertEquals(Cabinet.Altered.DONE, cabinet.subscribe(ANNA, "One", true));
        assertTrue(cabinet.folders(ANNA).contains(new Cabinet.Listed("One", "", true)));
        assertTrue(cabinet.folders(ANNA).contains(new Cabinet.Listed("Two", "", false)));
        Address sam = Address.of("sam@clinic.example");
        cabinet.create(sam, "Two", "");
        assertEquals(Cabinet.Altered.DONE, cabinet.subscribe(sam, "Two", true));
        assertEquals(Cabinet.Altered.DONE, cabinet.subscribe(ANNA, "One", false));
        assertEquals(Cabinet.Altered.DONE, cabinet.subscribe(ANNA, "Two", true));
        assertEquals(6, cabinet.folders(sam).size());
    }

    /// The first list of a folder opens none of the letters that were put into it.
    @Test
    void aLetterComesWithItsOutline() throws Exception {
        cabinet.create(ANNA, "One", "");
        Folder one = cabinet.open(ANNA, "One").orElseThrow();
        append(one, letter(1));
        int outlines =
                database.read(handle ->
                        handle.createQuery("SELECT COUNT(*) FROM imap_outline")
                                .mapTo(Integer.class)
                                .one());
        assertEquals(1, outlines);
        Filed filed = one.filed(one.look().uids(), Detail.OUTLINE).getFirst();
        assertTrue(Objects.requireNonNull(filed.outline()).envelope().contains("letter 1"));
        cabinet.close(one);
    }

    /// The first list of a folder opens no body of what was delivered: there is none any more.
    @Test
    void aDeliveredMessageComesWithItsOutline() throws Exception {
        List<MessageKey> keys = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            keys.add(store(i).key());
        }
        send(3, "");
        assertEquals(4, rows("imap_outline_ahead"));
        for (MessageKey key : keys) {
            Files.delete(home.resolve("bodies").resolve(key + ".body"));
        }
        Folder inbox = cabinet.open(ANNA, "INBOX").orElseThrow();
        int[] uids = inbox.look().uids();
        assertEquals(3, rows("imap_filed WHERE ascii"));
        for (int round = 0; round < 2; round++) {
            for (Filed each : inbox.filed(uids, Detail.OUTLINE)) {
                String envelope = Objects.requireNonNull(each.outline()).envelope();
                assertTrue(envelope.contains("one"), envelope);
            }
            // From now on they stand where the messages lie, and nowhere else.
            assertEquals(3, rows("imap_outline"));
            assertEquals(1, rows("imap_outline_ahead"));
        }
        cabinet.close(inbox);
    }

    /// Whoever logs in after an upgrade need not wait for the first list, and folders know how
    /// large they are.
    @Test
    void messagesOfBeforeGetOutlinesInTheBackground() throws Exception {
        List<MessageKey> keys = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            keys.add(store(i).key());
        }
        Folder inbox = cabinet.open(ANNA, "INBOX").orElseThrow();
        int[] uids = inbox.look().uids();
        // Nobody has filed this one.
        send(3, "");
        database.change(handle -> {
            handle.execute("DELETE FROM imap_outline_ahead");
            handle.execute("UPDATE imap_filed SET ascii = NULL");
        });
        cabinet.work(() -> true);
        assertEquals(0, rows("imap_outline_ahead"), "nobody has logged in");
        Files.delete(home.resolve("bodies").resolve(keys.get(1) + ".body"));
        cabinet.cameIn(Address.of("ben@clinic.example"));
        cabinet.cameIn(ANNA);
        cabinet.work(() -> false);
        assertEquals(0, rows("imap_outline_ahead"), "the gateway stops");
        assertTrue(inbox.octets(false) > inbox.octets(true));
        for (int looks = 0; looks < 100 && rows("imap_outline_ahead") < 3; looks++) {
            cabinet.work(() -> true);
        }
        // One that cannot be read keeps the others from nothing, and is not tried without end.
        cabinet.work(() -> true);
        assertEquals(3, rows("imap_outline_ahead"));
        assertEquals(1, rows("imap_filed WHERE ascii IS NULL"));
        Files.delete(home.resolve("bodies").resolve(keys.get(0) + ".body"));
        Files.delete(home.resolve("bodies").resolve(keys.get(2) + ".body"));
        List<Filed> filed = inbox.filed(uids, Detail.OUTLINE);
        for (int place : new int[] {0, 2}) {
            Filed each = filed.get(place);
            assertTrue(Objects.requireNonNull(each.outline()).envelope().contains("one"));
        }
        // Those that lie in folders stand there from now on.
        assertEquals(1, rows("imap_outline_ahead"));
        assertEquals(2, rows("imap_outline"));
        cabinet.close(inbox);
    }

    /// A trouble of the database passes, and who logs in after it is looked after.
    @Test
    void whoLogsInAfterATroubleGetsOutlinesAllTheSame() throws Exception {
        store(0);
        database.change(handle -> {
            handle.execute("DELETE FROM imap_outline_ahead");
            handle.execute("ALTER TABLE imap_filed RENAME TO aside");
        });
        cabinet.cameIn(ANNA);
        cabinet.work(() -> true);
        database.change(handle -> handle.execute("ALTER TABLE aside RENAME TO imap_filed"));
        cabinet.work(() -> true);
        assertEquals(0, rows("imap_outline_ahead"));
        cabinet.cameIn(ANNA);
        for (int looks = 0; looks < 100 && rows("imap_outline_ahead") < 1; looks++) {
            cabinet.work(() -> true);
        }
        assertEquals(1, rows("imap_outline_ahead"));
    }

    @Test
    void whatIsTakenBackBeforeTheFirstListLeavesNoOutline() throws Exception {
        StoredMessage gone = store(1);
        StoredMessage old = store(2);
        mailbox.recall(gone.key(), clock.instant());
        assertEquals(1, rows("imap_outline_ahead"));
        // The row of what was taken back stays until then.
        assertEquals(2, mailbox.forget(old.message().arrived().plusMillis(1)));
        assertEquals(0, rows("imap_outline_ahead"));
    }

    /// Nothing of a delivery rests on it.
    @Test
    void aMessageThatGetsNoOutlineIsDelivered() throws Exception {
        database.change(handle ->
                handle.execute("ALTER TABLE imap_outline_key RENAME TO imap_outline_key_away"));
        store(1);
        assertEquals(0, rows("imap_outline_ahead"));
        database.change(handle ->
                handle.execute("ALTER TABLE imap_outline_key_away RENAME TO imap_outline_key"));
        store(2);
        database.change(handle -> handle.execute("UPDATE imap_outline_ahead SET outline = 'AAAA'"));
        Folder inbox = cabinet.open(ANNA, "INBOX").orElseThrow();
        for (Filed each : inbox.filed(inbox.look().uids(), Detail.OUTLINE)) {
            assertTrue(Objects.requireNonNull(each.outline()).envelope().contains("one"));
        }
        assertEquals(2, rows("imap_outline"));
        assertEquals(0, rows("imap_outline_ahead"));
        cabinet.close(inbox);
    }

    /// Whoever the clinic's own server names as an author may be anybody: she reads nothing here,
    /// and leaves no key.
    @Test
    void mailOfAnAuthorWhoMayBeAnybodyGetsNeitherOutlineNorKey() throws Exception {
        NewMessage mail =
                new NewMessage(
                        new QueueId("%016d".formatted(7)),
                        Direction.TO_PATIENT,
                        Address.of("stranger@elsewhere.example"),
                        Address.of("maria@home.example"),
                        "",
                        List.of(),
                        clock.instant());
        mailbox.store(
                new NewMessage(
                        mail.queueId(),
                        mail.direction(),
                        mail.clinician(),
                        mail.patient(),
                        mail.messageId(),
                        mail.references(),
                        mail.stay().untold(),
                        mail.guard()),
                letter(7));
        assertEquals(0, rows("imap_outline_ahead"));
        assertEquals(0, rows("imap_outline_key"));
        store(8);
        assertEquals(1, rows("imap_outline_ahead"));
        assertEquals(1, rows("imap_outline_key"));
    }

    private int rows(String from) throws IOException {
        return database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM " + from).mapTo(Integer.class).one());
    }

    @Test
    void ofManyFoldersOnlySomeAreKept() throws IOException {
        cabinet.create(ANNA, "Eldest", "");
        Folder eldest = cabinet.open(ANNA, "Eldest").orElseThrow();
        cabinet.close(eldest);
        for (int i = 0; i < 200; i++) {
            cabinet.create(ANNA, "Other " + i, "");
            cabinet.close(cabinet.open(ANNA, "Other " + i).orElseThrow());
        }
        Folder again = cabinet.open(ANNA, "Eldest").orElseThrow();
        assertNotSame(eldest, again);
        cabinet.close(again);
    }

    private static int[] some(Folder folder, SplittableRandom random) throws IOException {
        return IntStream.of(folder.look().uids()).filter(_ -> random.nextInt(3) == 0).toArray();
    }

    private static void append(Folder folder, Content letter, String... flags) throws IOException {
        Iterator<Filing.Arriving> one =
                List.of(new Filing.Arriving(letter, List.of(flags), null)).iterator();
        Filing.append(folder, () -> one.hasNext() ? one.next() : null);
    }

    private static Content letter(int number) {
        return Content.of(
                ("Subject: letter " + number + "\r\n\r\nHello\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static String told(Snapshot snapshot) {
        return snapshot.counters()
                + " "
                + snapshot.keywords()
                + IntStream.range(0, snapshot.count())
                        .mapToObj(place ->
                                " %d %x %d"
                                        .formatted(
                                                snapshot.uids()[place],
                                                snapshot.flags(place),
                                                snapshot.modseq(place)))
                        .collect(Collectors.joining());
    }
}
