package org.postern.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.SampleMail.DOCTOR;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postern.mail.Draft;
import org.postern.mail.QueueId;
import org.postern.rewrap.Pace;
import org.postern.rewrap.Tally;
import org.postern.testkit.ManualClock;
import org.postern.testkit.Recovery;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.SimulatedDisk.Failure;
import org.postern.testkit.TurnedVault;
import org.postern.vault.Vault;

/// Kill point K29 in the queue: whatever happens at whatever operation while it comes under another
/// KEK, each message is there whole, and the rounds that follow leave nothing under the former one,
/// in files or in the journal.
class SpoolRewrapCrashTest {
    private static final Path FOLDER = Path.of("/data/spool");
    private static final TurnedVault VAULT = TurnedVault.one();
    private static final int OPERATIONS_MAX = 200;

    /// Of each moment; they are chosen by chance, because there are too many.
    private static final int STATES = 3;

    private final SplittableRandom random = new SplittableRandom(1);
    private final ManualClock clock = ManualClock.atNoon();

    private FileSpool spool(SimulatedDisk disk, Vault vault) throws IOException {
        return new FileSpool(
                new FileSpool.Settings(FOLDER, 0, 1 << 20, 0), disk, vault, clock, random.split());
    }

    private static Pace pace() {
        return new Pace(1_000_000);
    }

    /// Two messages under the former KEK with results in their files, and none in the journal.
    private SimulatedDisk queued(List<Life> lives) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        try (FileSpool spool = spool(disk, VAULT.before())) {
            Recovery.of(spool);
            for (int size : List.of(4_000, 140_000)) {
                Life life = new Life(size);
                life.commit(spool);
                life.record(spool, Map.of(DOCTOR, new RecipientState.Held("a person decides")));
                lives.add(life);
            }
        }
        return disk;
    }

    @Test
    void powerLossAtAnyOperation() throws IOException {
        boolean failed = true;
        int states = 0;
        for (int n = 1; failed; n++) {
            assertTrue(n < OPERATIONS_MAX, "no run without a failure");
            List<Life> lives = new ArrayList<>();
            SimulatedDisk disk = queued(lives);
            try (FileSpool spool = spool(disk, VAULT.during())) {
                Recovery.of(spool);
                // A fresh one in the journal, under the new KEK.
                Life fresh = new Life(3_000);
                fresh.commit(spool);
                lives.add(fresh);
                disk.failAt(n, Failure.POWER);
                spool.rewrap(pace());
            } catch (IOException _) {
                assertTrue(disk.hasFailed());
            }
            failed = disk.hasFailed();
            for (int i = 0; i < STATES; i++) {
                check(disk.afterPowerLoss(random), lives);
                states++;
            }
            check(disk.afterKill(), lives);
        }
        assertTrue(states > 20, "crash states: " + states);
    }

    private void check(SimulatedDisk disk, List<Life> lives) throws IOException {
        try (FileSpool spool = spool(disk, VAULT.during())) {
            assertEquals(List.of(), Recovery.of(spool).corrupt());
            checkAll(spool, lives);
            spool.rewrap(pace());
            assertEquals(new Tally(lives.size(), 0, 0, 0), spool.rewrap(pace()));
            checkAll(spool, lives);
        }
        try (FileSpool spool = spool(disk, VAULT.after())) {
            assertEquals(List.of(), Recovery.of(spool).corrupt());
            checkAll(spool, lives);
        }
    }

    private static void checkAll(Spool spool, List<Life> lives) throws IOException {
        for (Life life : lives) {
            assertTrue(life.check(spool), "lost");
        }
    }

    /// What is being received while the KEK changes is under the former one, and reaches the
    /// journal or a file later: until then the place is not done.
    @Test
    void whatIsBeingReceivedIsWaitedFor() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Vault vault = VAULT.during();
        try (FileSpool spool = spool(disk, vault)) {
            Recovery.of(spool);
            Draft draft = spool.open();
            assertEquals(1, spool.rewrap(pace()).busy());
            // One that was begun behind the change is not waited for.
            Draft later = spool.open();
            assertEquals(1, spool.rewrap(pace()).busy());
            draft.close();
            assertEquals(0, spool.rewrap(pace()).busy());
            later.close();
        }
    }

    /// What was set aside is opened by a person, perhaps after the former KEK has gone.
    @Test
    void whatWasSetAsideComesUnderTheNewKeyToo() throws IOException {
        List<Life> lives = new ArrayList<>();
        SimulatedDisk disk = queued(lives);
        QueueId id = lives.getLast().id();
        try (FileSpool spool = spool(disk, VAULT.during())) {
            Recovery.of(spool);
            spool.setAside(id);
            assertEquals(2, spool.rewrap(pace()).rewrapped());
            assertEquals(new Tally(2, 0, 0, 0), spool.rewrap(pace()));
        }
        disk.rename(FOLDER.resolve("corrupt").resolve(id.value()), FOLDER.resolve(id.value()));
        try (FileSpool spool = spool(disk, VAULT.after())) {
            Recovery.of(spool);
            checkAll(spool, lives);
        }
    }

    /// A journal of settled messages holds their wrapped keys until its segment goes.
    @Test
    void theJournalKeepsNothingOfMessagesThatHaveGone() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        try (FileSpool spool = spool(disk, VAULT.during())) {
            Recovery.of(spool);
            Life life = new Life(3_000);
            life.liveShortly(spool);
            Life waiting = new Life(3_000);
            waiting.commit(spool);
            spool.rewrap(pace());
            assertTrue(
                    disk.files().stream()
                            .filter(path -> path.toString().matches(".*/journal/[0-9]{8}"))
                            .allMatch(path -> isEmpty(disk, path)),
                    "an old segment is left: " + disk.files());
            assertTrue(waiting.check(spool));
        }
    }

    private static boolean isEmpty(SimulatedDisk disk, Path path) {
        try {
            return disk.octets(path).length == 0;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
