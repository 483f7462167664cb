package org.postern.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.contract.MailboxStoreContract;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.FailingDisk;
import org.postern.testkit.FailingDisk.Operation;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// The disk of the bodies fails at every operation in turn: what was stored is there afterwards,
/// and what was not can be stored again.
class MailboxOnBadDiskTest {
    private static final int MESSAGES = 3;
    private static final int OPERATIONS_MAX = 100;

    private final FailingDisk disk = new FailingDisk(new FileDisk());
    private final ManualClock clock = ManualClock.atNoon();

    @TempDir Path data;
    private Database database;

    @BeforeEach
    void start() throws IOException {
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock);
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    private FileMailboxStore store(String bodies) throws IOException {
        return FileMailboxStore.open(
                new FileMailboxStore.Ground(
                        disk,
                        data.resolve(bodies),
                        TestVault.one(),
                        database,
                        new SecureRandom(),
                        clock));
    }

    private void forgetAll() throws IOException {
        database.change(handle -> handle.execute("DELETE FROM message"));
    }

    @Test
    void nothingStoredIsLostWhicheverOperationFailsOnce() throws IOException {
        failEach(FailingDisk::failOnce);
    }

    @Test
    void nothingStoredIsLostWhereverTheDiskDies() throws IOException {
        failEach(FailingDisk::failFrom);
    }

    private interface Failure {
        void arm(FailingDisk disk, int n, Operation operation);
    }

    private void failEach(Failure failure) throws IOException {
        for (int n = 1; n < OPERATIONS_MAX; n++) {
            String bodies = "bodies" + n;
            forgetAll();
            FileMailboxStore store = store(bodies);
            failure.arm(disk, n, Operation.ANY);
            List<StoredMessage> stored = storeAll(store);
            boolean clean = !disk.hasFailed();
            disk.heal();
            forgetAll();
            assertHolds(store(bodies), stored, n);
            if (clean) {
                assertEquals(MESSAGES, stored.size());
                return;
            }
        }
        throw new AssertionError("no run without a failure");
    }

    private static List<StoredMessage> storeAll(FileMailboxStore store) {
        List<StoredMessage> stored = new ArrayList<>();
        for (int i = 1; i <= MESSAGES; i++) {
            try {
                stored.add(
                        store.store(MailboxStoreContract.letter(i), MailboxStoreContract.LETTER));
            } catch (IOException e) {
                assertTrue(stored.size() < i);
            }
        }
        return stored;
    }

    private static void assertHolds(FileMailboxStore store, List<StoredMessage> stored, int n)
            throws IOException {
        assertEquals(List.of(), store.reconciled().unreadable(), "operation " + n);
        for (StoredMessage each : stored) {
            assertEquals(each, store.message(each.key()).orElseThrow(), "operation " + n);
        }
        for (int i = 1; i <= MESSAGES; i++) {
            StoredMessage again =
                    store.store(MailboxStoreContract.letter(i), MailboxStoreContract.LETTER);
            assertEquals(List.of(again), store.thread(again.thread()), "operation " + n);
            assertArrayEquals(
                    MailboxStoreContract.read(MailboxStoreContract.LETTER),
                    MailboxStoreContract.read(store.content(again.key())));
        }
    }

    @Test
    void afterAFailedSyncNoBodyIsTaken() throws IOException {
        FileMailboxStore store = store("bodies");
        disk.failOnce(1, Operation.SYNC);
        for (int i = 1; i <= 3; i++) {
            int number = i;
            assertThrows(
                    IOException.class,
                    () ->
                            store.store(
                                    MailboxStoreContract.letter(number),
                                    MailboxStoreContract.LETTER));
        }
        store("bodies").store(MailboxStoreContract.letter(1), MailboxStoreContract.LETTER);
    }

    @Test
    void aFullVolumeTakesNoBodyAndLeavesNoPart() throws IOException {
        FileMailboxStore store = store("bodies");
        disk.fill();
        assertThrows(
                IOException.class,
                () -> store.store(MailboxStoreContract.letter(1), MailboxStoreContract.LETTER));
        try (Stream<Path> left = Files.list(data.resolve("bodies"))) {
            assertEquals(List.of(), left.toList());
        }
        disk.heal();
        store.store(MailboxStoreContract.letter(1), MailboxStoreContract.LETTER);
    }
}
