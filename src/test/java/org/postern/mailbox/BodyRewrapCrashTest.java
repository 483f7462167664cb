package org.postern.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.contract.MailboxStoreContract.NOON;
import static org.postern.contract.MailboxStoreContract.letter;
import static org.postern.contract.MailboxStoreContract.read;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.rewrap.Pace;
import org.postern.rewrap.Tally;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.SimulatedDisk.Failure;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TurnedVault;
import org.postern.vault.Vault;

/// Kill point K29: whatever happens at whatever operation while bodies come under another KEK, each
/// of them opens, and the rounds that follow leave nothing under the former one.
class BodyRewrapCrashTest {
    private static final Path BODIES = Path.of("/data/bodies");
    private static final Path PLAN = Path.of("/data/bodies.rewrap");
    private static final int OPERATIONS_MAX = 100;
    private static final int LETTERS = 2;
    private static final Content TEXT = Content.of(new byte[6_000]);
    private static final TurnedVault VAULT = TurnedVault.one();

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

    private FileMailboxStore open(Disk disk, Path bodies, Vault vault) throws IOException {
        return FileMailboxStore.open(
                new FileMailboxStore.Ground(
                        disk, bodies, vault, database, new SecureRandom(), clock));
    }

    private FileMailboxStore open(Disk disk, Vault vault) throws IOException {
        return open(disk, BODIES, vault);
    }

    private static Pace pace() {
        return new Pace(1_000_000);
    }

    /// Letters under the former KEK.
    private List<MessageKey> letters(Disk disk) throws IOException {
        database.change(handle -> handle.execute("DELETE FROM message"));
        FileMailboxStore store = open(disk, VAULT.before());
        List<MessageKey> keys = new ArrayList<>();
        for (int i = 1; i <= LETTERS; i++) {
            keys.add(store.store(letter(i), TEXT).key());
        }
        return keys;
    }

    @Test
    void powerLossAtAnyOperation() throws IOException {
        boolean failed = true;
        int states = 0;
        for (int n = 1; failed; n++) {
            assertTrue(n < OPERATIONS_MAX, "no run without a failure");
            SimulatedDisk disk = new SimulatedDisk();
            List<MessageKey> keys = letters(disk);
            FileMailboxStore store = open(disk, VAULT.during());
            disk.failAt(n, Failure.POWER);
            boolean done = rewraps(store);
            failed = disk.hasFailed();
            assertTrue(done || failed);
            for (SimulatedDisk state : disk.afterPowerLoss()) {
                check(state, keys);
                states++;
            }
            check(disk.afterKill(), keys);
        }
        assertTrue(states > 20, "crash states: " + states);
    }

    private static boolean rewraps(FileMailboxStore store) {
        try {
            store.rewrap(pace());
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void check(SimulatedDisk disk, List<MessageKey> keys) throws IOException {
        FileMailboxStore store = open(disk, VAULT.during());
        readAll(store, keys);
        assertEquals(LETTERS, store.rewrap(pace()).looked());
        assertEquals(new Tally(LETTERS, 0, 0, 0), store.rewrap(pace()));
        readAll(store, keys);
        FileMailboxStore after = open(disk, VAULT.after());
        assertEquals(
                new FileMailboxStore.Reconciled(List.of(), List.of(), List.of()),
                after.reconciled());
        readAll(after, keys);
        assertFalse(disk.files().contains(PLAN), "wrapped keys are left beside the bodies");
    }

    private static void readAll(FileMailboxStore store, List<MessageKey> keys) throws IOException {
        for (MessageKey key : keys) {
            assertArrayEquals(read(TEXT), read(store.content(key)));
        }
    }

    /// The simulated disk writes a sector whole; half of the octets is what a worse one leaves.
    @Test
    void whatWasTornWithinASectorIsDoneAgain() throws IOException {
        for (boolean restarts : List.of(true, false)) {
            SimulatedDisk disk = new SimulatedDisk();
            List<MessageKey> keys = letters(disk);
            FileMailboxStore store = open(disk, VAULT.during());
            disk.failWhen(operation -> operation.startsWith("write " + BODIES + "/"), Failure.ONCE);
            assertFalse(rewraps(store));
            assertTrue(disk.hasFailed());
            assertThrows(IOException.class, () -> readAll(store, keys), "nothing was torn");
            SimulatedDisk next = restarts ? disk.afterKill() : disk;
            FileMailboxStore again = restarts ? open(next, VAULT.during()) : store;
            again.rewrap(pace());
            check(next, keys);
        }
    }

    /// Without a copy of them elsewhere, destroyed bodies are opened by nobody who has the KEK.
    @Test
    void whatIsDestroyedMeanwhileStaysDestroyed() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        List<MessageKey> keys = letters(disk);
        FileMailboxStore store = open(disk, VAULT.during());
        AtomicBoolean forgotten = new AtomicBoolean();
        Thread forgetting =
                new Thread(() -> {
                    try {
                        store.recall(keys.getFirst(), NOON);
                        forgotten.set(true);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
        disk.watch(operation -> {
            if (operation.startsWith("write " + BODIES + "/")
                    && forgetting.getState() == Thread.State.NEW) {
                forgetting.start();
            }
        });
        store.rewrap(pace());
        join(forgetting);
        assertTrue(forgotten.get());
        assertThrows(IOException.class, () -> store.content(keys.getFirst()));
        check(disk.afterKill(), keys, 1);
    }

    /// A body whose row was never written is stored once more, after its head was read and before
    /// it is written over: what is stored then is another file, with a key of its own.
    @Test
    void whatIsStoredAgainMeanwhileKeepsItsOwnKey() throws IOException {
        for (String moment : List.of("write " + PLAN, "overwrite " + BODIES + "/")) {
            SimulatedDisk disk = new SimulatedDisk();
            List<MessageKey> keys = letters(disk);
            FileMailboxStore store = open(disk, VAULT.during());
            database.change(handle -> handle.execute("DELETE FROM message"));
            AtomicBoolean stored = new AtomicBoolean();
            disk.watch(operation -> {
                if (operation.startsWith(moment) && stored.compareAndSet(false, true)) {
                    storeAgain(store);
                }
            });
            store.rewrap(pace());
            assertTrue(stored.get(), moment);
            readAll(store, keys);
            check(disk.afterKill(), keys);
        }
    }

    private static void storeAgain(FileMailboxStore store) {
        try {
            for (int i = 1; i <= LETTERS; i++) {
                store.store(letter(i), TEXT);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void check(SimulatedDisk disk, List<MessageKey> keys, int from) throws IOException {
        FileMailboxStore after = open(disk, VAULT.after());
        readAll(after, keys.subList(from, keys.size()));
        assertFalse(disk.files().contains(PLAN));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// On a real disk: a body that is read while its key is exchanged opens every time.
    @Test
    void readingAndStoringGoOn() throws Exception {
        Path bodies = data.resolve("bodies");
        FileMailboxStore before = open(new FileDisk(), bodies, VAULT.before());
        List<MessageKey> keys = new ArrayList<>();
        for (int i = 1; i <= 150; i++) {
            keys.add(before.store(letter(i), TEXT).key());
        }
        List<MessageKey> old = List.copyOf(keys);
        FileMailboxStore store = open(new FileDisk(), bodies, VAULT.during());
        AtomicBoolean goesOn = new AtomicBoolean(true);
        try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> reading = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                reading.add(
                        readers.submit(() -> {
                            int rounds = 0;
                            while (goesOn.get()) {
                                readAll(store, old);
                                rounds++;
                            }
                            return rounds;
                        }));
            }
            Future<MessageKey> stored =
                    readers.submit(() -> store.store(letter(1_000), TEXT).key());
            assertEquals(150, store.rewrap(pace()).rewrapped());
            keys.add(stored.get());
            goesOn.set(false);
            for (Future<Integer> reader : reading) {
                assertTrue(reader.get() >= 0);
            }
        }
        readAll(open(new FileDisk(), bodies, VAULT.after()), keys);
    }
}
