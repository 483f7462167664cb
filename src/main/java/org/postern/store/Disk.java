package org.postern.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// All file I/O of spool, bodies and audit goes through this, so that a simulated disk can stand
/// under them in tests: one that loses what was not synced, or fails at the n-th operation.
///
/// What is durable: octets after `DiskFile.sync`, a name (new, renamed or deleted) after `sync` of
/// its directory, and nothing before. A sync that failed must not be tried again as if it could
/// still succeed, because the kernel has forgotten the pages.
///
/// All methods may be called by many threads at once; a `DiskFile` belongs to one.
public interface Disk {
    /// Makes a new file for writing, readable by its owner alone.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is one of that name
    DiskFile create(Path path) throws IOException;

    /// Opens a file for writing at its end; a missing one is made, readable by its owner alone.
    DiskFile append(Path path) throws IOException;

    /// Opens a file for reading, and for writing over its own octets from the first one on: what is
    /// not reached stays as it is. It is the file that has this name now, also when another one
    /// takes the name meanwhile.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    DiskFile overwrite(Path path) throws IOException;

    /// Opens a file for reading at any position.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    DiskFile read(Path path) throws IOException;

    /// Gives a file another name, atomically; a file that has that name already is replaced.
    void rename(Path from, Path to) throws IOException;

    /// @throws java.nio.file.NoSuchFileException if there is none
    void delete(Path path) throws IOException;

    /// Makes the names in a directory durable.
    ///
    /// @throws java.io.SyncFailedException if the disk failed, or nobody knows whether it did
    /// @throws IOException otherwise, if nothing was tried: too many open files are not a bad disk
    void sync(Path directory) throws IOException;

    /// Files and directories directly in a directory, in no order.
    List<Path> list(Path directory) throws IOException;

    /// Shows the names in a directory one after the other, in no order. It takes no memory for them
    /// where the disk can do without.
    default void forEachName(Path directory, Names visitor) throws IOException {
        for (Path path : list(directory)) {
            visitor.visit(path.getFileName().toString());
        }
    }

    /// Takes one name after the other; what it throws ends the round.
    @FunctionalInterface
    interface Names {
        void visit(String name) throws IOException;
    }

    /// Makes a directory and those above it, closed to everybody but its owner; one that is there
    /// already is left as it is. The names of new ones are durable on return.
    void createDirectories(Path directory) throws IOException;

    /// Octets that can still be written to the volume of a directory; 0 if that is not known.
    long freeBytes(Path directory) throws IOException;

    /// Takes a lock file, which is made if it is missing, so that no second process, and no second
    /// holder in this one, works in the same place. It is free again when the result is closed or
    /// the process ends, however it ends.
    ///
    /// @throws IOException if somebody else holds it
    Closeable lock(Path path) throws IOException;
}
