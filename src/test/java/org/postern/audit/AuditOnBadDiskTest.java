package org.postern.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.contract.AuditLogContract.event;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.store.FileDisk;
import org.postern.testkit.FailingDisk;
import org.postern.testkit.FailingDisk.Operation;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.TestVault;

/// The disk fails at every operation in turn: what was acknowledged is there afterwards, what was
/// refused is not, and the log can be continued.
class AuditOnBadDiskTest {
    private static final int ENTRIES = 12;
    private static final int OPERATIONS_MAX = 200;

    @TempDir Path data;

    private AuditFolder folder(FailingDisk disk, String name) {
        return new AuditFolder(disk, data.resolve(name), 600);
    }

    private static AuditFile open(AuditFolder folder) throws IOException {
        return AuditFile.open(folder, TestVault.one(), ManualClock.atNoon());
    }

    @Test
    void nothingAcknowledgedIsLostWhicheverOperationFailsOnce() throws IOException {
        failEach(FailingDisk::failOnce, Kept.ACKNOWLEDGED_ALONE);
    }

    @Test
    void nothingAcknowledgedIsLostWhereverTheDiskDies() throws IOException {
        failEach(FailingDisk::failFrom, Kept.PERHAPS_THE_LAST_REFUSED);
    }

    private interface Failure {
        void arm(FailingDisk disk, int n, Operation operation);
    }

    /// A disk that lets nothing be taken back any more may keep what it has failed to sync.
    private enum Kept {
        ACKNOWLEDGED_ALONE,
        PERHAPS_THE_LAST_REFUSED
    }

    private void failEach(Failure failure, Kept what) throws IOException {
        for (int n = 1; n < OPERATIONS_MAX; n++) {
            FailingDisk disk = new FailingDisk(new FileDisk());
            AuditFolder folder = folder(disk, "n" + n);
            failure.arm(disk, n, Operation.ANY);
            List<String> acknowledged = appendAll(folder);
            boolean clean = !disk.hasFailed();
            disk.heal();
            open(folder).close();
            assertHolds(folder, acknowledged, "operation " + n);
            if (what == Kept.ACKNOWLEDGED_ALONE) {
                assertEquals(acknowledged, details(folder), "operation " + n);
            }
            if (clean) {
                assertEquals(ENTRIES, acknowledged.size());
                return;
            }
        }
        throw new AssertionError("no run without a failure");
    }

    private static List<String> appendAll(AuditFolder folder) {
        List<String> acknowledged = new ArrayList<>();
        try (AuditFile log = open(folder)) {
            for (int i = 0; i < ENTRIES; i++) {
                appendOne(log, "entry " + i, acknowledged);
            }
        } catch (IOException e) {
            return acknowledged;
        }
        return acknowledged;
    }

    private static void appendOne(AuditFile log, String detail, List<String> acknowledged) {
        try {
            log.append(event(detail));
            acknowledged.add(detail);
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("not audited"));
        }
    }

    private static void assertHolds(AuditFolder folder, List<String> acknowledged, String when)
            throws IOException {
        List<String> found = details(folder);
        assertTrue(found.containsAll(acknowledged), when + ": " + acknowledged + " in " + found);
        assertInstanceOf(
                AuditVerifier.Verdict.Intact.class,
                new AuditVerifier(folder, TestVault.one()).verify(),
                when);
    }

    @Test
    void aFailedSyncIsNotTriedAgain() throws IOException {
        FailingDisk disk = new FailingDisk(new FileDisk());
        try (AuditFile log = open(folder(disk, "audit"))) {
            log.append(event("one"));
            disk.failOnce(1, Operation.SYNC);
            assertThrows(IOException.class, () -> log.append(event("two")));
            for (int i = 0; i < 3; i++) {
                assertThrows(IOException.class, () -> log.append(event("three")));
            }
        }
        try (AuditFile log = open(folder(disk, "audit"))) {
            log.append(event("four"));
        }
        assertHolds(folder(disk, "audit"), List.of("one", "four"), "after the restart");
    }

    @Test
    void aFullDiskIsGoneOnWithWhenThereIsRoomAgain() throws IOException {
        FailingDisk disk = new FailingDisk(new FileDisk());
        try (AuditFile log = open(folder(disk, "audit"))) {
            log.append(event("one"));
            disk.failOnce(1, Operation.WRITE);
            assertThrows(IOException.class, () -> log.append(event("two")));
            log.append(event("three"));
        }
        List<String> found = details(folder(disk, "audit"));
        assertEquals(List.of("one", "three"), found);
        assertHolds(folder(disk, "audit"), found, "after the full disk");
    }

    /// The entry is durable when only the note of it fails: it counts, and the next one waits until
    /// the note is made up for.
    @Test
    void anEntryThatIsDurableIsNotReportedAsFailed() throws IOException {
        FailingDisk disk = new FailingDisk(new FileDisk());
        AuditFolder folder = folder(disk, "audit");
        try (AuditFile log = open(folder)) {
            log.append(event("one"));
            disk.failFrom(2, Operation.WRITE);
            log.append(event("two"));
            for (int i = 0; i < 3; i++) {
                assertThrows(IOException.class, () -> log.append(event("three")));
            }
            disk.heal();
            log.append(event("four"));
            disk.failOnce(2, Operation.WRITE);
            log.append(event("five"));
        }
        assertEquals(List.of("one", "two", "four", "five"), details(folder));
        open(folder).close();
        assertHolds(folder, List.of("five"), "after the notes that failed");
    }

    /// Several entries of one write, torn by a loss of power that took the note of the head as
    /// well.
    @Test
    void anEndThatWasTornIsCutAndKept() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        AuditFolder folder = new AuditFolder(disk, Path.of("/data/audit"));
        byte[] head;
        int good;
        try (AuditFile log = open(folder)) {
            log.append(event("one"));
            head = disk.octets(folder.head());
            good = disk.octets(folder.segment(1)).length;
            log.append(event("two"), event("three"), event("four"));
        }
        UnaryOperator<byte[]> hole =
                octets -> {
                    Arrays.fill(octets, good + 10, good + 100, (byte) 0);
                    return octets;
                };
        disk.damage(folder.segment(1), hole);
        assertThrows(IOException.class, () -> open(folder), "up to the head it is no tear");
        disk.damage(folder.head(), _ -> head);
        try (AuditFile log = open(folder)) {
            log.append(event("five"));
        }
        assertEquals(List.of("one", "behind entry 1", "five"), details(folder));
        assertTrue(disk.octets(folder.torn(1)).length > 100, "it is kept");
        assertHolds(folder, List.of("one", "five"), "after the tear");
    }

    private static List<String> details(AuditFolder folder) throws IOException {
        List<String> found = new ArrayList<>();
        new AuditReader(folder).read(entry -> found.add(entry.text("detail")));
        return found;
    }
}
