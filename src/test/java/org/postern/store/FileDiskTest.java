package org.postern.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
    @TempDir Path home;
    private final Disk disk = new FileDisk();

    @Test
    void whatIsWrittenIsReadAtAnyPosition() throws IOException {
        Path path = home.resolve("a");
        try (DiskFile file = disk.create(path)) {
            file.write(ByteBuffer.wrap("hello ".getBytes(UTF_8)));
            file.write(ByteBuffer.wrap("world".getBytes(UTF_8)));
            file.sync();
        }
        disk.sync(home);
        try (DiskFile file = disk.read(path)) {
            ByteBuffer five = ByteBuffer.allocate(5);
            assertEquals(5, file.read(five, 6));
            assertArrayEquals("world".getBytes(UTF_8), five.array());
            assertEquals(2, file.read(ByteBuffer.allocate(5), 9));
            assertEquals(0, file.read(ByteBuffer.allocate(5), 99));
            assertEquals(11, file.size());
        }
    }

    @Test
    void overwritingReachesAsFarAsItIsWritten() throws IOException {
        Path path = home.resolve("a");
        assertThrows(NoSuchFileException.class, () -> disk.overwrite(path));
        Files.writeString(path, "secret text");
        try (DiskFile file = disk.overwrite(path)) {
            file.write(ByteBuffer.wrap("***".getBytes(UTF_8)));
            file.write(ByteBuffer.wrap("***".getBytes(UTF_8)));
            file.sync();
        }
        assertEquals("****** text", Files.readString(path));
    }

    @Test
    void appendingContinuesAndTruncatingCuts() throws IOException {
        Path path = home.resolve("a");
        for (String part : List.of("one", "two")) {
            try (DiskFile file = disk.append(path)) {
                file.write(ByteBuffer.wrap(part.getBytes(UTF_8)));
            }
        }
        assertEquals("onetwo", Files.readString(path));
        try (DiskFile file = disk.append(path)) {
            file.truncate(4);
            file.write(ByteBuffer.wrap("!".getBytes(UTF_8)));
        }
        assertEquals("onet!", Files.readString(path));
    }

    /// The gateway runs as a user of its own, and its owner types commands as root. The folder's
    /// owner could lead root to a file of root's own, and be given that.
    @Test
    void linksAreNotGivenAway() throws IOException {
        Path folder = Files.createDirectory(home.resolve("theirs"));
        assumeTrue(Files.getOwner(folder).getName().equals("root"), "only root gives away");
        Files.setOwner(
                folder,
                home.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("nobody"));
        Path secret = Files.writeString(home.resolve("secret"), "x");
        Files.createSymbolicLink(folder.resolve("lock"), secret);
        Files.createLink(folder.resolve("hard"), secret);
        Disk shared = FileDisk.forFolderOwner();
        assertThrows(IOException.class, () -> shared.lock(folder.resolve("lock")));
        assertThrows(IOException.class, () -> shared.lock(folder.resolve("hard")));
        assertThrows(IOException.class, () -> FileDisk.giveToFolderOwner(folder.resolve("lock")));
        assertEquals("root", Files.getOwner(secret).getName());
    }

    /// What takes the place of a file is for whom that was, wherever it lies.
    @Test
    void whatIsReplacedKeepsOwnerGroupAndRights() throws IOException {
        Path file = Files.writeString(home.resolve("users"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        boolean root = Files.getOwner(home).getName().equals("root");
        if (root) {
            Files.setOwner(
                    file,
                    home.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("nobody"));
        }
        UserPrincipal owner = Files.getOwner(file);
        WholeFile.replace(FileDisk.inPlaceOf(file), file, new byte[] {'n'});
        assertEquals("n", Files.readString(file));
        assertEquals(owner, Files.getOwner(file));
        assertEquals(
                "rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Path secret = Files.writeString(home.resolve("secret"), "x");
        Path link = Files.createSymbolicLink(home.resolve("link"), secret);
        assertThrows(
                IOException.class,
                () -> WholeFile.replace(FileDisk.inPlaceOf(link), link, new byte[] {'n'}));
        assertEquals("x", Files.readString(secret));
    }

    @Test
    void whatRootMakesBelongsToWhomTheFolderDoes() throws IOException {
        Path folder = Files.createDirectory(home.resolve("keys"));
        assumeTrue(Files.getOwner(folder).getName().equals("root"), "only root gives away");
        UserPrincipal nobody =
                home.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("nobody");
        Files.setOwner(folder, nobody);
        Disk shared = FileDisk.forFolderOwner();
        shared.createDirectories(folder.resolve("below"));
        shared.create(folder.resolve("below/a")).close();
        shared.lock(folder.resolve("lock")).close();
        FileDisk.forEverybody().create(folder.resolve("public")).close();
        disk.create(folder.resolve("own")).close();
        for (String given : List.of("below", "below/a", "lock", "public")) {
            assertEquals(nobody, Files.getOwner(folder.resolve(given)), given);
        }
        assertEquals("root", Files.getOwner(folder.resolve("own")).getName());
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("below/a"))));
        assertEquals(
                "rw-r--r--",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("public"))));
    }

    @Test
    void filesAndDirectoriesAreForTheirOwnerAlone() throws IOException {
        Path directory = home.resolve("x/y");
        disk.createDirectories(directory);
        disk.create(directory.resolve("a")).close();
        disk.append(directory.resolve("b")).close();
        disk.lock(directory.resolve("c")).close();
        for (String name : List.of("a", "b", "c")) {
            assertEquals("rw-------", permissions(directory.resolve(name)));
        }
        assertEquals("rwx------", permissions(directory));
        assertEquals("rwx------", permissions(home.resolve("x")));
    }

    @Test
    void aNewFileNeverReplacesOne() throws IOException {
        disk.create(home.resolve("a")).close();
        assertThrows(FileAlreadyExistsException.class, () -> disk.create(home.resolve("a")));
    }

    @Test
    void missingFilesAreNamed() {
        assertThrows(NoSuchFileException.class, () -> disk.read(home.resolve("a")));
        assertThrows(NoSuchFileException.class, () -> disk.delete(home.resolve("a")));
        assertThrows(
                NoSuchFileException.class, () -> disk.rename(home.resolve("a"), home.resolve("b")));
    }

    @Test
    void renameReplaces() throws IOException {
        Files.writeString(home.resolve("a"), "new");
        Files.writeString(home.resolve("b"), "old");
        disk.rename(home.resolve("a"), home.resolve("b"));
        assertEquals(List.of(home.resolve("b")), disk.list(home));
        assertEquals("new", Files.readString(home.resolve("b")));
    }

    @Test
    void aLockHasOneHolder() throws IOException {
        Path path = home.resolve("lock");
        Closeable held = disk.lock(path);
        IOException refused = assertThrows(IOException.class, () -> disk.lock(path));
        assertTrue(refused.toString().contains("another gateway"), refused.toString());
        held.close();
        disk.lock(path).close();
    }

    /// A FileChannel would close itself; a message must not fail because its session was stopped.
    @Test
    void aPendingInterruptDoesNotDisturbTheDisk() throws IOException {
        Thread.currentThread().interrupt();
        try (DiskFile file = disk.create(home.resolve("a"))) {
            file.write(ByteBuffer.wrap(new byte[100]));
            file.sync();
            disk.sync(home);
            assertEquals(100, file.size());
        }
        assertTrue(Thread.interrupted());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void freeSpaceIsKnown() throws IOException {
        assertTrue(disk.freeBytes(home) > 0);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
