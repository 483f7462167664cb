package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;

/// A volume is full when it says so, wherever it was mounted.
class TmpfsTest {
    private static final int MIB = 1 << 20;

    @TempDir Path home;

    @Test
    void whereMountingIsPossible() throws Exception {
        isAVolume(Peers.mounting());
    }

    @Test
    void inANameSpaceOfItsOwn() throws Exception {
        Assumptions.assumeTrue(Peers.mayMountApart(), "no name spaces for everybody here");
        isAVolume(Peers.Mounting.APART);
    }

    private void isAVolume(Peers.Mounting where) throws Exception {
        Path at = Files.createDirectories(home.resolve("volume"));
        Files.writeString(at.resolve("below"), "is hidden");
        FileDisk disk = new FileDisk();
        try (Tmpfs volume = Tmpfs.mount(at, 4, where)) {
            assertFalse(Files.exists(at.resolve("below")));
            assertTrue(volume.free() > 3 * MIB && volume.free() <= 4 * MIB, "" + volume.free());
            assertEquals(volume.free(), disk.freeBytes(at), "what the gateway sees");
            try (DiskFile file = disk.create(at.resolve("one"))) {
                file.write(ByteBuffer.allocate(MIB));
                file.sync();
                disk.sync(at);
                volume.fill(0);
                IOException full =
                        assertThrows(IOException.class, () -> file.write(ByteBuffer.allocate(MIB)));
                assertTrue(String.valueOf(full.getMessage()).contains("No space left"), "" + full);
                volume.empty();
                file.write(ByteBuffer.allocate(MIB));
            }
        }
        assertTrue(Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS));
        assertEquals("is hidden", Files.readString(at.resolve("below")));
        assertFalse(Files.exists(at.resolve("one")));
    }
}
