package org.postern.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.SampleMail.DOCTOR;
import static org.postern.testkit.SampleMail.PATIENT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postern.mail.NoRoomException;
import org.postern.testkit.ManualClock;
import org.postern.testkit.Recovery;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.SimulatedDisk.Failure;
import org.postern.testkit.TestVault;

/// Kill points K03 to K07 and K18 to K21, K33, and the disk's part of the fault matrix: whatever
/// happens at whatever operation of the disk, what was acknowledged is there and whole, and what
/// was not is absent or whole.
class FileSpoolCrashTest {
    private static final Path FOLDER = Path.of("/data/spool");

    /// Through the journal; and through the disk, in three segments.
    private static final List<Integer> SIZES = List.of(4_000, 140_000);

    /// No message of these sizes stays in memory but for the journal.
    private long memory;

    private final ManualClock clock = ManualClock.atNoon();
    private final SplittableRandom random = new SplittableRandom(1);
    private int states;

    @Test
    void powerLossAfterAnyOperationOfOneLife() throws IOException {
        for (int size : SIZES) {
            boolean clean = false;
            for (int n = 1; !clean; n++) {
                SimulatedDisk disk = new SimulatedDisk().failAt(n, Failure.POWER);
                Life life = new Life(size);
                clean = lives(disk, life);
                for (SimulatedDisk state : disk.afterPowerLoss()) {
                    checkAndFinish(state, life);
                }
                checkAndFinish(disk.afterKill(), life);
            }
        }
        assertTrue(states > 1_000, "crash states: " + states);
    }

    /// A message that is settled at once never leaves the journal.
    @Test
    void powerLossAfterAnyOperationOfAShortLife() throws IOException {
        boolean clean = false;
        for (int n = 1; !clean; n++) {
            SimulatedDisk disk = new SimulatedDisk().failAt(n, Failure.POWER);
            Life life = new Life(4_000);
            try (Spool spool = spool(disk)) {
                Recovery.of(spool);
                life.liveShortly(spool);
                clean = !disk.hasFailed();
            } catch (IOException _) {
                // The power went, as it should.
            }
            for (SimulatedDisk state : disk.afterPowerLoss()) {
                checkAndFinish(state, life);
            }
            checkAndFinish(disk.afterKill(), life);
        }
        assertTrue(states > 50, "crash states: " + states);
    }

    /// A message that is too large for the journal, and stays in memory until its commit.
    @Test
    void powerLossAfterAnyOperationOfALargeMessageInMemory() throws IOException {
        memory = 1 << 20;
        boolean clean = false;
        for (int n = 1; !clean; n++) {
            SimulatedDisk disk = new SimulatedDisk().failAt(n, Failure.POWER);
            Life life = new Life(300_000);
            clean = lives(disk, life);
            checkAndFinish(disk.afterPowerLoss(random), life);
            checkAndFinish(disk.afterKill(), life);
        }
        assertTrue(states > 20, "crash states: " + states);
    }

    /// Crash in the recovery from a crash.
    @Test
    void powerLossWithinTheRecovery() throws IOException {
        boolean clean = false;
        for (int n = 1; !clean; n++) {
            SimulatedDisk disk = new SimulatedDisk().failAt(n, Failure.POWER);
            Life life = new Life(4_000);
            clean = lives(disk, life);
            SimulatedDisk state = disk.afterPowerLoss(random);
            boolean recovered = false;
            for (int m = 1; !recovered; m++) {
                SimulatedDisk second = state.afterKill().failAt(m, Failure.POWER);
                try (Spool spool = spool(second)) {
                    Recovery.of(spool);
                    recovered = !second.hasFailed();
                } catch (IOException _) {
                    // The power went, as it should.
                }
                for (SimulatedDisk third : second.afterPowerLoss()) {
                    checkAndFinish(third, life);
                }
            }
        }
    }

    /// The n-th operation fails, and the gateway goes on: it takes the next message unless a sync
    /// failed, and a message that it did not acknowledge is gone.
    @Test
    void anyOperationMayFailOnce() throws IOException {
        for (int size : SIZES) {
            boolean clean = false;
            for (int n = 1; !clean; n++) {
                List<String> log = new ArrayList<>();
                SimulatedDisk disk = new SimulatedDisk().watch(log::add);
                int chosen = n;
                disk.failWhen(_ -> log.size() == chosen, Failure.ONCE);
                Life first = new Life(size);
                Life second = new Life(100);
                boolean broken = false;
                try (Spool spool = spool(disk)) {
                    recoverPatiently(spool);
                    try {
                        first.live(spool);
                    } catch (IOException _) {
                        // As told.
                    }
                    clean = !disk.hasFailed();
                    broken = disk.hasFailed() && log.get(chosen - 1).startsWith("sync");
                    goesOn(spool, second, broken);
                    boolean isThere = first.check(spool);
                    assertTrue(first.isCommitted() || !isThere, "kept, not answered");
                } catch (IOException _) {
                    assertTrue(disk.hasFailed());
                }
                try (Spool spool = spool(disk.afterKill())) {
                    onlyUnacknowledged(Recovery.of(spool), first, second);
                    boolean isThere = first.check(spool);
                    assertTrue(first.isCommitted() || broken || !isThere, "kept, not answered");
                    second.check(spool);
                }
                for (SimulatedDisk state : disk.afterPowerLoss()) {
                    try (Spool spool = spool(state)) {
                        onlyUnacknowledged(Recovery.of(spool), first, second);
                        first.check(spool);
                        second.check(spool);
                        states++;
                    }
                }
            }
        }
    }

    @Test
    void anyOperationMayFailForEver() throws IOException {
        for (int size : SIZES) {
            boolean clean = false;
            for (int n = 1; !clean; n++) {
                SimulatedDisk disk = new SimulatedDisk().failAt(n, Failure.FOR_EVER);
                Life life = new Life(size);
                clean = lives(disk, life);
                for (SimulatedDisk state : disk.afterPowerLoss()) {
                    checkAndFinish(state, life);
                }
                checkAndFinish(disk.afterKill(), life);
            }
        }
    }

    @Test
    void tooManyOpenFilesAreNotABadDisk() throws IOException {
        for (int size : SIZES) {
            SimulatedDisk disk = new SimulatedDisk();
            Path names = size < 100_000 ? FOLDER.resolve("journal") : FOLDER;
            Life refused = new Life(size);
            try (Spool spool = spool(disk)) {
                disk.failWhen(operation -> operation.equals("sync " + names), Failure.REFUSED);
                assertThrows(IOException.class, () -> refused.commit(spool));
                assertFalse(refused.check(spool));
                assertEquals(3, disk.list(FOLDER).size(), "nothing of it is left");
                new Life(size).live(spool);
            }
        }
    }

    /// The kernel would report the next sync as good, and the octets are lost all the same.
    @Test
    void afterAFailedSyncNothingIsTakenUntilARestart() throws IOException {
        for (int size : SIZES) {
            afterAFailedSyncNothingIsTaken(size);
        }
    }

    private void afterAFailedSyncNothingIsTaken(int size) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Life before = new Life(size);
        Spool spool = spool(disk);
        before.commit(spool);
        disk.failWhen(operation -> operation.startsWith("sync " + FOLDER), Failure.ONCE);
        Life refused = new Life(size);
        assertThrows(Spool.BrokenException.class, () -> refused.commit(spool));
        for (int i = 0; i < 3; i++) {
            assertThrows(Spool.BrokenException.class, spool::open);
            assertThrows(
                    Spool.BrokenException.class,
                    () -> spool.record(before.id(), Map.of(DOCTOR, Life.DONE)));
            assertThrows(Spool.BrokenException.class, () -> spool.retire(before.id()));
        }
        // Delivered without a record it would be delivered again and again.
        assertThrows(Spool.BrokenException.class, () -> spool.content(before.id()));
        spool.close();
        try (Spool again = spool(disk.afterPowerLoss(random))) {
            Recovery.of(again);
            assertTrue(before.check(again));
            new Life(10).live(again);
        }
    }

    @Test
    void aFailedSyncThatNobodyWaitedForCountsAsWell() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        CountDownLatch alone = new CountDownLatch(1);
        Life life = new Life(10);
        try (Spool spool = spool(disk)) {
            life.commit(spool);
            life.record(spool, Map.of(DOCTOR, Life.DONE, PATIENT, Life.DONE));
            disk.failWhen(
                    operation -> {
                        boolean sync = operation.startsWith("sync " + FOLDER);
                        if (sync) {
                            alone.countDown();
                        }
                        return sync;
                    },
                    Failure.ONCE);
            life.retire(spool);
            assertTrue(alone.await(60, TimeUnit.SECONDS), "its record is written without others");
            assertThrows(IOException.class, () -> new Life(10).commit(spool));
            assertThrows(Spool.BrokenException.class, spool::open);
            assertThrows(Spool.BrokenException.class, () -> new Life(300_000).commit(spool));
        }
    }

    @Test
    void aFullDiskRefusesMailAndRecoversByItself() throws IOException {
        for (int room = 0; room < 140_000; room += 9_973) {
            SimulatedDisk disk = new SimulatedDisk().room(room);
            Life life = new Life(140_000);
            try (Spool spool = spool(disk, 0)) {
                Recovery.of(spool);
                assertThrows(IOException.class, () -> life.commit(spool));
                assertEquals(List.of(), disk.list(FOLDER.resolve("tmp")), "room " + room);
                disk.room(Long.MAX_VALUE);
                new Life(140_000).live(spool);
                assertFalse(life.check(spool));
            }
        }
    }

    @Test
    void aDiskBelowItsReserveIsCalledFullAndResultsAreStillRecorded() throws IOException {
        SimulatedDisk disk = new SimulatedDisk().room(1_000_000);
        Life life = new Life(10);
        try (Spool spool = spool(disk, 500_000)) {
            life.commit(spool);
            disk.room(400_000);
            assertThrows(NoRoomException.class, () -> new Life(10).commit(spool));
            life.record(spool, Map.of(DOCTOR, Life.DONE, PATIENT, Life.DONE));
            life.retire(spool);
            disk.room(1_000_000);
            Life large = new Life(800_000);
            assertThrows(NoRoomException.class, () -> large.commit(spool), "noticed on its way");
        }
    }

    /// Several messages, loss of power again and again, on one disk.
    @Test
    void manyMessagesAndManyLossesOfPower() throws IOException {
        for (int seed = 0; seed < 400; seed++) {
            SplittableRandom dice = new SplittableRandom(seed);
            SimulatedDisk disk = new SimulatedDisk();
            List<Life> lives = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                disk.failAt(1 + dice.nextInt(60), Failure.POWER);
                List<Life> all = lives;
                try (Spool spool = spool(disk)) {
                    Recovery.of(spool);
                    for (int i = 0; i < 6; i++) {
                        step(spool, all, dice);
                    }
                } catch (IOException _) {
                    // The power went.
                }
                disk = disk.afterPowerLoss(dice);
                lives = survivors(disk, all, seed);
            }
        }
    }

    private static void step(Spool spool, List<Life> lives, SplittableRandom dice)
            throws IOException {
        int choice = dice.nextInt(4);
        if (choice == 0 || lives.isEmpty()) {
            Life life = new Life(dice.nextInt(10) == 0 ? 140_000 : dice.nextInt(5_000));
            lives.add(life);
            life.commit(spool);
            return;
        }
        Life life = lives.get(dice.nextInt(lives.size()));
        if (choice < 3) {
            life.record(spool, Map.of(choice == 1 ? DOCTOR : PATIENT, Life.DONE));
        } else if (spool.find(life.id()).orElseThrow().isSettled()) {
            life.retire(spool);
            lives.remove(life);
        }
    }

    /// Those that are still there, each as the disk has it now.
    private List<Life> survivors(SimulatedDisk disk, List<Life> lives, int seed)
            throws IOException {
        List<Life> survivors = new ArrayList<>();
        try (Spool spool = spool(disk.afterKill())) {
            Recovery recovered = Recovery.of(spool);
            onlyUnacknowledged(recovered, lives.toArray(Life[]::new));
            for (Life life : lives) {
                if (life.check(spool)) {
                    survivors.add(life.continued(spool));
                }
            }
            assertTrue(recovered.messages().size() >= survivors.size(), "seed " + seed);
        }
        return survivors;
    }

    /// @return whether nothing failed
    private boolean lives(SimulatedDisk disk, Life life) {
        try (Spool spool = spool(disk)) {
            Recovery.of(spool);
            life.live(spool);
        } catch (IOException _) {
            return false;
        }
        return !disk.hasFailed();
    }

    private void checkAndFinish(SimulatedDisk state, Life life) throws IOException {
        states++;
        try (Spool spool = spool(state)) {
            Recovery recovered = Recovery.of(spool);
            onlyUnacknowledged(recovered, life);
            assertEquals(List.of(), state.list(FOLDER.resolve("tmp")));
            if (life.check(spool)) {
                assertEquals(1, recovered.messages().size());
                life.finish(spool);
                assertEquals(
                        List.of("corrupt", "journal", "tmp"),
                        state.list(FOLDER).stream()
                                .map(path -> path.getFileName().toString())
                                .sorted(Comparator.naturalOrder())
                                .toList());
            } else {
                assertEquals(List.of(), recovered.messages());
            }
        }
    }

    /// What is set aside is a batch of the journal that the power cut, never what was answered for.
    private static void onlyUnacknowledged(Recovery recovered, Life... lives) {
        assertEquals(List.of(), recovered.missing());
        for (Life life : lives) {
            assertFalse(life.isCommitted() && recovered.corrupt().contains(life.id()), "set aside");
        }
    }

    /// A failed start is tried again, as an operator would.
    private static void recoverPatiently(Spool spool) throws IOException {
        try {
            Recovery.of(spool);
        } catch (IOException _) {
            Recovery.of(spool);
        }
    }

    private static void goesOn(Spool spool, Life life, boolean broken) throws IOException {
        if (broken) {
            assertThrows(Spool.BrokenException.class, () -> life.commit(spool));
        } else {
            life.commit(spool);
            assertTrue(life.check(spool));
        }
    }

    private Spool spool(SimulatedDisk disk) throws IOException {
        return spool(disk, 0);
    }

    private Spool spool(SimulatedDisk disk, long reserve) throws IOException {
        // Segments of a few messages, so that they come and go.
        return new FileSpool(
                new FileSpool.Settings(FOLDER, reserve, 10_000, memory),
                disk,
                TestVault.one(),
                clock,
                random);
    }
}
