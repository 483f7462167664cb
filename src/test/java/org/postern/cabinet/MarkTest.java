package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.cabinet.Mark.Told;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.SimulatedDisk.Failure;

/// The mark of what mail programs were told: after a crash at any moment it is not below what was
/// acknowledged, or nobody knows, and then every UIDVALIDITY changes.
class MarkTest {
    private static final Path KEYS = Path.of("/keys");
    private static final Path FILE = KEYS.resolve("folders.mark");
    private static final int OPERATIONS_MAX = 50;
    private static final List<Told> STEPS =
            List.of(new Told(0, 0), new Told(1, 100), new Told(7, 100), new Told(7, 200));

    private static SimulatedDisk empty() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.createDirectories(KEYS);
        return disk;
    }

    @Test
    void isKept() throws IOException {
        SimulatedDisk disk = empty();
        assertEquals(Optional.empty(), Mark.open(disk, FILE).told());
        for (Told step : STEPS) {
            Mark.open(disk, FILE).raise(step);
            assertEquals(Optional.of(step), Mark.open(disk, FILE).told());
        }
        Mark mark = Mark.open(disk, FILE);
        mark.raise(new Told(3, 50));
        assertEquals(new Told(7, 200), mark.last());
        assertEquals(Optional.of(new Told(7, 200)), Mark.open(disk, FILE).told());
    }

    @Test
    void powerLossAtAnyOperation() throws IOException {
        for (int n = 1; n < OPERATIONS_MAX; n++) {
            SimulatedDisk disk = empty();
            disk.failAt(n, Failure.POWER);
            Told acknowledged = Told.NOTHING;
            boolean any = false;
            try {
                Mark mark = Mark.open(disk, FILE);
                for (Told step : STEPS) {
                    mark.raise(step);
                    acknowledged = step;
                    any = true;
                }
            } catch (IOException _) {
                // The power is gone.
            }
            for (SimulatedDisk state : disk.afterPowerLoss()) {
                Optional<Told> found = Mark.open(state, FILE).told();
                Told least = acknowledged;
                found.ifPresent(told -> assertEquals(told, told.or(least)));
                if (any && found.isPresent()) {
                    Mark.open(state, FILE).raise(new Told(9, 300));
                    assertEquals(Optional.of(new Told(9, 300)), Mark.open(state, FILE).told());
                }
            }
            if (!disk.hasFailed()) {
                assertEquals(
                        Optional.of(STEPS.getLast()), Mark.open(disk.afterKill(), FILE).told());
                return;
            }
        }
        throw new AssertionError("no run without a failure");
    }

    @Test
    void whatCouldNotBeRaisedIsTriedAnew() throws IOException {
        for (Failure failure : List.of(Failure.ONCE, Failure.REFUSED)) {
            boolean failed = true;
            for (int n = 1; failed; n++) {
                SimulatedDisk disk = empty();
                Mark mark = Mark.open(disk, FILE);
                mark.raise(new Told(1, 100));
                disk.failAt(n, failure);
                int raised = 1;
                for (int to = 2; to <= 3; to++) {
                    try {
                        mark.raise(new Told(to, 100));
                        raised = to;
                    } catch (IOException _) {
                        assertEquals(new Told(raised, 100), mark.last());
                    }
                }
                failed = disk.hasFailed();
                mark.raise(new Told(3, 100));
                assertTrue(n < OPERATIONS_MAX);
                assertEquals(
                        Optional.of(new Told(3, 100)), Mark.open(disk.afterKill(), FILE).told());
            }
        }
    }
}
