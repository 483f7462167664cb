package org.postern.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.auditor.Auditor;
import org.postern.auditor.Invariant;
import org.postern.auditor.RunFolder;
import org.postern.auditor.Verdicts;
import org.postern.cli.Console;
import org.postern.torture.FaultRun.Lasting;
import org.postern.torture.FaultRun.Life;

/// R4, R5: the n-th operation of the disk under spool, bodies and audit of a whole gateway fails,
/// once or for ever, n = 1, 2, 3 … until a life goes by without a failure. Then the disk is good
/// again, and the auditor judges what became of the mail of all lives.
///
/// `mvn verify` takes one n of many, `scripts/torture --faults` all of them.
class FaultTest {
    private static final int OPERATIONS_MAX = 2_000;

    /// Every so manieth operation; 1 for all.
    private static final int STEP = Integer.getInteger("faults.step", 12);

    @TempDir Path home;

    @Test
    void theDiskFailsOnce() throws IOException {
        fails(Lasting.ONCE);
    }

    @Test
    void theDiskFailsForEver() throws IOException {
        fails(Lasting.FOR_EVER);
    }

    private void fails(Lasting lasting) throws IOException {
        long seed = Long.getLong("seed", Clock.systemUTC().millis());
        RunFolder folder = new RunFolder(home.resolve("run"));
        int lives = 0;
        int unstarted = 0;
        int broken = 0;
        boolean drained;
        try (FaultRun run = new FaultRun(folder, seed)) {
            boolean clean = false;
            for (int n = 1 + (int) (seed % STEP); !clean; n += STEP) {
                assertTrue(n < OPERATIONS_MAX, "no life goes by without a failure");
                Life life = run.live(n, lasting);
                String which = "operation " + n + ", " + lasting + ", seed " + seed;
                if (life.started()) {
                    // A failed sync is believed for good. What failed once is over then; what goes
                    // on failing may be more than can be taken back.
                    boolean either = life.synced() && lasting == Lasting.FOR_EVER;
                    assertTrue(either || life.synced() == life.goesOn(), which);
                }
                lives++;
                unstarted += life.started() ? 0 : 1;
                broken += life.synced() ? 0 : 1;
                clean = !life.failed();
            }
            drained = run.drain();
        }
        Verdicts verdicts = Auditor.audit(folder);
        Console console = Console.system();
        console.line(
                "faults %s: %d lives, %d did not start, in %d a sync failed, seed %d"
                        .formatted(lasting, lives, unstarted, broken, seed));
        verdicts.lines().forEach(console::line);
        assertTrue(drained, "mail was left waiting");
        for (Invariant each : Invariant.values()) {
            List<String> found = new ArrayList<>(verdicts.against(each));
            if (lasting == Lasting.FOR_EVER) {
                // A disk on which nothing can be taken back any more may keep what it could not
                // sync, as if the reply had been lost: RFC 5321 §4.5.3.2.6.
                found.removeIf(line -> line.contains("a client was told: 451"));
            }
            assertEquals(List.of(), found, each.name() + ", seed " + seed);
        }
    }
}
