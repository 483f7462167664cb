package org.postern.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Small files that are only ever replaced whole: after a stop at any moment there is the old one
/// or the new one.
public final class WholeFile {
    private WholeFile() {}

    /// Durable on return. Calls for one file must not overlap.
    ///
    /// @param parts the content, one behind the other
    public static void replace(Disk disk, Path file, byte[]... parts) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + "~");
        try {
            disk.delete(draft);
        } catch (NoSuchFileException e) {
            // The usual case; one that is there was left by a crash.
        }
        try (DiskFile out = disk.create(draft)) {
            for (byte[] part : parts) {
                out.write(ByteBuffer.wrap(part));
            }
            out.sync();
        }
        disk.rename(draft, file);
        Path folder = file.getParent();
        if (folder != null) {
            disk.sync(folder);
        }
    }
}
