package org.postern.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.contract.MailboxStoreContract.NOON;
import static org.postern.contract.MailboxStoreContract.letter;
import static org.postern.contract.MailboxStoreContract.read;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.SimulatedDisk.Failure;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// Whatever happens at whatever operation of a recall, the next start leaves a message that is
/// whole and not recalled, or one that is recalled and cannot be read; its neighbour stays whole.
class MailboxRecallCrashTest {
    private static final Path BODIES = Path.of("/data/bodies");
    private static final int OPERATIONS_MAX = 100;
    private static final Content TEXT = Content.of(new byte[6_000]);

    private final ManualClock clock = new ManualClock(NOON);

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

    private FileMailboxStore open(Disk disk) throws IOException {
        return FileMailboxStore.open(
                new FileMailboxStore.Ground(
                        disk, BODIES, TestVault.one(), database, new SecureRandom(), clock));
    }

    @Test
    void powerLossAtAnyOperation() throws IOException {
        boolean failed = true;
        int states = 0;
        for (int n = 1; failed; n++) {
            assertTrue(n < OPERATIONS_MAX, "no run without a failure");
            database.change(handle -> handle.execute("DELETE FROM message"));
            SimulatedDisk disk = new SimulatedDisk();
            FileMailboxStore store = open(disk);
            MessageKey gone = store.store(letter(1), TEXT).key();
            MessageKey kept = store.store(letter(2), TEXT).key();
            disk.failAt(n, Failure.POWER);
            boolean done = recalls(store, gone);
            failed = disk.hasFailed();
            assertTrue(done || failed);
            for (SimulatedDisk state : disk.afterPowerLoss()) {
                check(state, gone, kept, done);
                states++;
            }
            check(disk.afterKill(), gone, kept, done);
        }
        assertTrue(states > 10, "crash states: " + states);
    }

    private static boolean recalls(FileMailboxStore store, MessageKey key) {
        try {
            store.recall(key, NOON);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void check(SimulatedDisk disk, MessageKey gone, MessageKey kept, boolean done)
            throws IOException {
        FileMailboxStore store = open(disk);
        assertEquals(
                new FileMailboxStore.Reconciled(List.of(), List.of(), List.of()),
                store.reconciled());
        StoredMessage row = store.message(gone).orElseThrow();
        if (row.recalled().isPresent()) {
            assertThrows(IOException.class, () -> store.content(gone));
            assertEquals(List.of(BODIES.resolve(kept + ".body")), disk.list(BODIES));
        } else {
            assertTrue(!done, "a recalled message came back");
            assertArrayEquals(read(TEXT), read(store.content(gone)));
        }
        assertArrayEquals(read(TEXT), read(store.content(kept)));
    }
}
