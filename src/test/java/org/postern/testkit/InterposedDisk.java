package org.postern.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postern.store.Disk;
import org.postern.store.DiskFile;

/// A disk before another one, on which every changing operation goes through one method: there a
/// test lets it fail, or lets the process end in the middle of it. What only reads passes, and may
/// be counted.
public abstract class InterposedDisk implements Disk {
    private final Disk disk;

    protected InterposedDisk(Disk disk) {
        this.disk = disk;
    }

    /// What changes a disk.
    protected enum Act {
        CREATE,
        APPEND,
        OVERWRITE,
        WRITE,
        TRUNCATE,
        RENAME,
        DELETE,
        SYNC
    }

    /// One such operation, not yet done.
    ///
    /// @param path the old one, where it is renamed
    /// @param octets what is written; null for every other operation
    /// @param step does it
    protected record Call(Act act, Path path, @Nullable ByteBuffer octets, Step step) {}

    /// Does an operation, or the half of a write.
    @FunctionalInterface
    protected interface Step {
        /// @param part of a write: of two, half of its octets; all else knows no halves
        void run(int part) throws IOException;

        /// All of it.
        default void run() throws IOException {
            run(1);
        }
    }

    /// Does an operation, or does not.
    protected abstract void pass(Call call) throws IOException;

    /// Is told what was read of a file.
    protected void wasRead(Path path, int octets) {}

    /// What the disk behind it reports as free.
    protected long free(long octets) {
        return octets;
    }

    @FunctionalInterface
    private interface Opening {
        DiskFile open(Path path) throws IOException;
    }

    private DiskFile opened(Act act, Path path, Opening opening) throws IOException {
        List<DiskFile> opened = new ArrayList<>();
        pass(new Call(act, path, null, _ -> opened.add(opening.open(path))));
        return new InterposedFile(path, opened.getFirst());
    }

    @Override
    public final DiskFile create(Path path) throws IOException {
        return opened(Act.CREATE, path, disk::create);
    }

    @Override
    public final DiskFile append(Path path) throws IOException {
        return opened(Act.APPEND, path, disk::append);
    }

    @Override
    public final DiskFile overwrite(Path path) throws IOException {
        return opened(Act.OVERWRITE, path, disk::overwrite);
    }

    @Override
    public final DiskFile read(Path path) throws IOException {
        return new InterposedFile(path, disk.read(path));
    }

    @Override
    public final void rename(Path from, Path to) throws IOException {
        pass(new Call(Act.RENAME, from, null, _ -> disk.rename(from, to)));
    }

    @Override
    public final void delete(Path path) throws IOException {
        pass(new Call(Act.DELETE, path, null, _ -> disk.delete(path)));
    }

    @Override
    public final void sync(Path directory) throws IOException {
        pass(new Call(Act.SYNC, directory, null, _ -> disk.sync(directory)));
    }

    @Override
    public final List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public final void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public final long freeBytes(Path directory) throws IOException {
        return free(disk.freeBytes(directory));
    }

    @Override
    public final Closeable lock(Path path) throws IOException {
        return disk.lock(path);
    }

    private final class InterposedFile implements DiskFile {
        private final Path path;
        private final DiskFile file;

        InterposedFile(Path path, DiskFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer octets) throws IOException {
            Step step =
                    part -> {
                        int length = octets.remaining() / part;
                        file.write(octets.slice(octets.position(), length));
                        octets.position(octets.position() + length);
                    };
            pass(new Call(Act.WRITE, path, octets.asReadOnlyBuffer(), step));
        }

        @Override
        public int read(ByteBuffer octets, long position) throws IOException {
            int count = file.read(octets, position);
            wasRead(path, count);
            return count;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long length) throws IOException {
            pass(new Call(Act.TRUNCATE, path, null, _ -> file.truncate(length)));
        }

        @Override
        public void sync() throws IOException {
            pass(new Call(Act.SYNC, path, null, _ -> file.sync()));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
