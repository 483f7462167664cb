package org.postern.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.store.DiskFile;
import org.postern.testkit.SimulatedDisk.Failure;

class SimulatedDiskTest {
    private static final Path HOME = Path.of("/home");
    private static final Path A = HOME.resolve("a");
    private static final Path B = HOME.resolve("b");

    private final SimulatedDisk disk = new SimulatedDisk();

    @BeforeEach
    void makeHome() throws IOException {
        disk.createDirectories(HOME);
    }

    @Test
    void itIsADisk() throws IOException {
        write(A, "hello ", true);
        try (DiskFile file = disk.append(A)) {
            file.write(bytes("world"));
            file.truncate(9);
        }
        try (DiskFile file = disk.read(A)) {
            ByteBuffer end = ByteBuffer.allocate(10);
            assertEquals(3, file.read(end, 6));
            assertEquals("wor", new String(end.array(), 0, 3, US_ASCII));
            assertEquals(0, file.read(end, 100));
            assertEquals(9, file.size());
        }
        assertThrows(FileAlreadyExistsException.class, () -> disk.create(A));
        disk.rename(A, B);
        assertEquals(List.of(B), disk.list(HOME));
        assertThrows(NoSuchFileException.class, () -> disk.read(A));
        disk.delete(B);
        assertThrows(NoSuchFileException.class, () -> disk.delete(B));
        Closeable lock = disk.lock(A);
        assertThrows(IOException.class, () -> disk.lock(A));
        lock.close();
        disk.lock(A);
    }

    @Test
    void whatIsSyncedStays() throws IOException {
        write(A, "kept", true);
        disk.sync(HOME);
        assertEquals(Set.of("a=kept"), found());
    }

    @Test
    void aNameThatIsNotSyncedMayBeLostAndKept() throws IOException {
        write(A, "kept", true);
        assertEquals(Set.of("", "a=kept"), found());
        disk.sync(HOME);
        disk.rename(A, B);
        assertEquals(Set.of("a=kept", "b=kept"), found());
        disk.delete(B);
        assertEquals(Set.of("a=kept", "b=kept", ""), found());
        disk.sync(HOME);
        assertEquals(Set.of(""), found());
    }

    @Test
    void octetsThatAreNotSyncedMayBeLostOrTorn() throws IOException {
        write(A, "x".repeat(512), true);
        disk.sync(HOME);
        write(A, "y".repeat(1_000), false);
        Set<String> found = found();
        assertTrue(found.contains("a=" + "x".repeat(512)), "lost");
        assertTrue(found.contains("a=" + "x".repeat(512) + "y".repeat(1_000)), "kept");
        assertTrue(found.contains("a=" + "x".repeat(512) + "y".repeat(512)), "cut");
        assertTrue(
                found.contains("a=" + "x".repeat(512) + "y".repeat(512) + "\0".repeat(488)),
                "long, the end never written");
        assertTrue(
                found.contains("a=" + "x".repeat(512) + "\0".repeat(512) + "y".repeat(488)),
                "long, the beginning never written");
        assertEquals(
                Set.of("a=" + "x".repeat(512) + "y".repeat(1_000)), contents(disk.afterKill()));
    }

    @Test
    void aFailedSyncLosesItsOctetsAlthoughTheNextOneIsReportedGood() throws IOException {
        write(A, "old", true);
        disk.sync(HOME);
        disk.failWhen(operation -> operation.equals("sync /home/a"), Failure.ONCE);
        try (DiskFile file = disk.append(A)) {
            file.write(bytes("new"));
            assertThrows(IOException.class, file::sync);
            file.sync();
        }
        assertTrue(found().contains("a=old"));
    }

    @Test
    void theChosenOperationFails() throws IOException {
        disk.failAt(2, Failure.ONCE);
        try (DiskFile file = disk.create(A)) {
            assertThrows(IOException.class, () -> file.write(bytes("12345678")));
            file.write(bytes("9"));
        }
        assertArrayEquals("12349".getBytes(US_ASCII), disk.octets(A), "half of it was written");
        assertTrue(disk.hasFailed());
        disk.failAt(2, Failure.FOR_EVER);
        disk.list(HOME);
        assertThrows(IOException.class, () -> disk.list(HOME));
        assertThrows(IOException.class, () -> disk.sync(HOME));
    }

    @Test
    void afterALossOfPowerNothingWorksButTheOperationWasDone() throws IOException {
        write(A, "kept", true);
        disk.failWhen(operation -> operation.startsWith("sync"), Failure.POWER);
        assertThrows(IOException.class, () -> disk.sync(HOME));
        assertThrows(IOException.class, () -> disk.list(HOME));
        assertEquals(Set.of("a=kept"), found());
    }

    @Test
    void aFullDiskTakesWhatFits() throws IOException {
        disk.room(5);
        try (DiskFile file = disk.create(A)) {
            assertThrows(IOException.class, () -> file.write(bytes("12345678")));
        }
        assertArrayEquals("12345".getBytes(US_ASCII), disk.octets(A));
        assertEquals(0, disk.freeBytes(HOME));
    }

    private void write(Path path, String text, boolean sync) throws IOException {
        try (DiskFile file = disk.append(path)) {
            file.write(bytes(text));
            if (sync) {
                file.sync();
            }
        }
    }

    private Set<String> found() throws IOException {
        Set<String> found = new TreeSet<>();
        for (SimulatedDisk state : disk.afterPowerLoss()) {
            found.addAll(contents(state));
        }
        return found;
    }

    private static Set<String> contents(SimulatedDisk state) throws IOException {
        List<Path> paths = state.list(HOME);
        if (paths.isEmpty()) {
            return Set.of("");
        }
        Path[] sorted = paths.toArray(Path[]::new);
        Arrays.sort(sorted);
        StringBuilder text = new StringBuilder();
        for (Path path : sorted) {
            text.append(path.getFileName())
                    .append('=')
                    .append(new String(state.octets(path), US_ASCII));
        }
        return Set.of(text.toString());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
