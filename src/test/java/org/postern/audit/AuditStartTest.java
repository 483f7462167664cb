package org.postern.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.QueueId;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.testkit.InterposedDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.TestVault;

/// What a start reads of a log that has grown large: each octet once, for its chain and for the
/// attempts that were cut off.
class AuditStartTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Address TO = Address.of("maria@patients.example");
    private static final int ENTRIES = 2_000;
    private static final int SEGMENT_OCTETS = 12 << 20;

    @TempDir Path data;

    private final CountingDisk disk = new CountingDisk(new SimulatedDisk());

    /// Counts what is read of segments.
    private static final class CountingDisk extends InterposedDisk {
        private long octets;

        CountingDisk(Disk disk) {
            super(disk);
        }

        @Override
        protected void pass(Call call) throws IOException {
            call.step().run();
        }

        @Override
        protected void wasRead(Path path, int count) {
            if (path.toString().endsWith(".jsonl")) {
                octets += count;
            }
        }
    }

    private AuditFolder folder(int segmentOctets) {
        return new AuditFolder(disk, Path.of("/audit"), segmentOctets);
    }

    private static QueueId id(int number) {
        return new QueueId("%016d".formatted(number));
    }

    private static AuditEvent attempt(int number, DeliveryOutcome outcome) {
        return new AuditEvent.Attempted(id(number), TO, "pickup", outcome, "");
    }

    private static void fill(AuditLog log) throws IOException {
        AuditEvent[] events = new AuditEvent[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
            events[i] = attempt(i, new DeliveryOutcome.Delivered());
        }
        log.append(events);
    }

    private AuditFile open(AuditFolder folder) throws IOException {
        return AuditFile.open(folder, TestVault.one(), new ManualClock(NOON));
    }

    private static List<String> ids(AuditLog log, QueueId... of) throws IOException {
        List<String> found = new ArrayList<>();
        log.attempts(NOON, Set.of(of), entry -> found.add(entry.text("id")));
        return found;
    }

    @Test
    void eachOctetIsReadOnce() throws IOException {
        AuditFolder folder = folder(64 << 20);
        try (AuditLog log = open(folder)) {
            fill(log);
        }
        long size;
        try (var file = disk.read(folder.segment(1))) {
            size = file.size();
        }
        disk.octets = 0;
        try (AuditLog log = open(folder)) {
            assertEquals(List.of(id(7).value()), ids(log, id(7)));
        }
        assertTrue(size > 300_000, "large against what is read at once: " + size);
        assertTrue(disk.octets >= size, "all of it is verified");
        assertTrue(disk.octets < size + 2 * (1 << 16) + 1, disk.octets + " of " + size);
    }

    /// What is older than the segments that a start verifies, what it verified, and what was
    /// written since.
    @Test
    void attemptsOfAllTimesAreFound() throws IOException {
        AuditFolder folder = folder(20_000);
        try (AuditLog log = open(folder)) {
            for (int i = 0; i < 400; i++) {
                log.append(attempt(i, new DeliveryOutcome.Delivered()));
            }
        }
        assertTrue(folder.segments().size() > 4);
        try (AuditLog log = open(folder)) {
            log.append(attempt(5, new DeliveryOutcome.Delayed("again")));
            for (int i = 400; i < 600; i++) {
                log.append(attempt(i, new DeliveryOutcome.Delivered()));
            }
            List<String> found = ids(log, id(5), id(399), id(398), id(599));
            assertEquals(
                    List.of(
                            id(5).value(),
                            id(398).value(),
                            id(399).value(),
                            id(5).value(),
                            id(599).value()),
                    found);
            assertEquals(List.of(), ids(log, id(7_000)));
        }
    }

    /// The segment before those that are verified says where their chain begins, by its last line.
    @Test
    void ofTheSegmentBeforeThemTheEndIsRead() throws IOException {
        CountingDisk files = new CountingDisk(new FileDisk());
        AuditFolder folder = new AuditFolder(files, data.resolve("audit"), SEGMENT_OCTETS);
        AuditEvent[] events = new AuditEvent[SEGMENT_OCTETS / 1_000];
        Arrays.fill(events, new AuditEvent.Housekeeping("test", "x".repeat(1_000)));
        try (AuditLog log = open(folder)) {
            for (int i = 0; i < 3; i++) {
                log.append(events);
            }
        }
        assertEquals(3, folder.segments().size());
        files.octets = 0;
        open(folder).close();
        long verified = Files.size(folder.segment(2)) + Files.size(folder.segment(3));
        assertTrue(files.octets >= verified, "the last two are verified");
        long end = files.octets - verified;
        assertTrue(end > 0 && end < Files.size(folder.segment(1)), "of the first: " + end);
    }
}
