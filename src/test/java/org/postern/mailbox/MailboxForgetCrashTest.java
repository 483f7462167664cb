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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/// Kill point K30: whatever happens at whatever operation of a destruction, each old message is
/// whole or gone without an alarm after the next start, and the young one is always whole.
class MailboxForgetCrashTest {
    private static final Path BODIES = Path.of("/data/bodies");
    private static final int OPERATIONS_MAX = 100;
    private static final Instant END = NOON.plus(Duration.ofDays(30));

    /// Several sectors, so that what is written over it can be torn.
    private static final Content TEXT = Content.of(new byte[6_000]);

    private final ManualClock clock = new ManualClock(NOON);
    private final List<StoredMessage> old = new ArrayList<>();
    private final List<PickupToken> links = new ArrayList<>();
    private int states;

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

    /// Which rows there are: the database is one for all states of the disk that are tried.
    private record Rows(List<StoredMessage> messages) {}

    private Rows rows() throws IOException {
        return database.read(handle ->
                new Rows(
                        MailboxRows.keys(handle).stream()
                                .flatMap(key ->
                                        MailboxRows.find(handle, new MessageKey(key)).stream())
                                .toList()));
    }

    private void restore(Rows rows) throws IOException {
        database.change(handle -> {
            handle.execute("DELETE FROM message");
            MailboxRows.insert(handle, rows.messages());
        });
    }

    /// Two old messages and a young one, and a disk that will fail at the n-th operation.
    private SimulatedDisk filled() throws IOException {
        database.change(handle -> {
            handle.execute("DELETE FROM message");
            handle.execute("DELETE FROM pickup_grant");
        });
        old.clear();
        links.clear();
        SimulatedDisk disk = new SimulatedDisk();
        FileMailboxStore store = open(disk);
        for (int number = 1; number <= 2; number++) {
            StoredMessage message = store.store(letter(number), TEXT);
            old.add(message);
            links.add(store.grant(message.key(), END));
        }
        store.store(young(), TEXT);
        return disk;
    }

    private static NewMessage young() {
        return letter(3);
    }

    private static Instant limit() {
        return young().arrived();
    }

    private static boolean forgets(FileMailboxStore store) {
        try {
            assertEquals(2, store.forget(limit()));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void powerLossAtAnyOperation() throws IOException {
        for (int n = 1; n < OPERATIONS_MAX; n++) {
            SimulatedDisk disk = filled();
            FileMailboxStore store = open(disk);
            disk.failAt(n, Failure.POWER);
            boolean done = forgets(store);
            Rows rows = rows();
            for (SimulatedDisk state : disk.afterPowerLoss()) {
                check(state, rows, done);
            }
            check(disk.afterKill(), rows, done);
            if (!disk.hasFailed()) {
                assertTrue(done);
                assertTrue(states > 50, "crash states: " + states);
                return;
            }
        }
        throw new AssertionError("no run without a failure");
    }

    @Test
    void powerLossWithinTheRecovery() throws IOException {
        for (int n = 1; n < OPERATIONS_MAX; n++) {
            SimulatedDisk disk = filled();
            FileMailboxStore store = open(disk);
            disk.failAt(n, Failure.POWER);
            forgets(store);
            Rows rows = rows();
            crashInRecovery(disk, rows);
            if (!disk.hasFailed()) {
                return;
            }
        }
        throw new AssertionError("no run without a failure");
    }

    private void crashInRecovery(SimulatedDisk disk, Rows rows) throws IOException {
        boolean recovered = false;
        for (int m = 1; !recovered; m++) {
            restore(rows);
            SimulatedDisk second = disk.afterKill().failAt(m, Failure.POWER);
            try {
                open(second);
                recovered = !second.hasFailed();
            } catch (IOException _) {
                // The power went, as it should.
            }
            Rows then = rows();
            for (SimulatedDisk third : second.afterPowerLoss()) {
                check(third, then, false);
            }
        }
    }

    @Test
    void anyOperationFailsAndTheGatewayGoesOn() throws IOException {
        for (Failure failure : List.of(Failure.ONCE, Failure.REFUSED, Failure.FOR_EVER)) {
            boolean failed = true;
            for (int n = 1; failed; n++) {
                SimulatedDisk disk = filled();
                FileMailboxStore store = open(disk);
                disk.failAt(n, failure);
                forgets(store);
                failed = disk.hasFailed();
                boolean done = forgetsTheRest(store);
                check(disk.afterKill(), rows(), done);
            }
        }
    }

    /// What is asked for again is done, unless the volume is bad.
    private static boolean forgetsTheRest(FileMailboxStore store) {
        try {
            store.forget(limit());
            return store.countBefore(limit()) == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /// @param done whether the old messages must be gone
    private void check(SimulatedDisk disk, Rows rows, boolean done) throws IOException {
        states++;
        restore(rows);
        FileMailboxStore store = open(disk);
        assertEquals(
                new FileMailboxStore.Reconciled(List.of(), List.of(), List.of()),
                store.reconciled());
        for (int i = 0; i < old.size(); i++) {
            StoredMessage message = old.get(i);
            if (store.message(message.key()).isPresent()) {
                assertFalse(done, "a message came back");
                assertArrayEquals(read(TEXT), read(store.content(message.key())));
            } else {
                assertThrows(IOException.class, () -> store.content(message.key()));
                assertEquals(Optional.empty(), store.grant(links.get(i), NOON));
            }
        }
        store.forget(limit());
        StoredMessage young = store.store(young(), TEXT);
        assertArrayEquals(read(TEXT), read(store.content(young.key())));
        assertEquals(List.of(BODIES.resolve(young.key() + ".body")), disk.list(BODIES));
    }
}
