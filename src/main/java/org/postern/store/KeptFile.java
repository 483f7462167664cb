package org.postern.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a file says that people and commands write: read again when it has changed, whole or not at
/// all. A change that cannot be read is logged once, and what was read before it stays.
///
/// One thread looks for a change at a time. The others take what was read last and do not wait: at
/// a monitor, many virtual threads would starve each other.
///
/// @param <T> what is made of the file; does not change
public final class KeptFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(KeptFile.class);

    private final Path file;
    private final Reader<T> reader;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile Content<T> last;

    /// Makes something of a file.
    @FunctionalInterface
    public interface Reader<T> {
        /// @throws IOException if it cannot be read, or says something else than it may; the
        ///   message names the file and is logged
        T read(Path file) throws IOException;
    }

    private record Content<T>(FileVersion version, T said) {}

    /// Reads the file for the first time, by the reader, also if there is none.
    ///
    /// @throws IOException of the reader
    public KeptFile(Path file, Reader<T> reader) throws IOException {
        this.file = file;
        this.reader = reader;
        // The version comes first: a change meanwhile is seen at the next look.
        FileVersion version = FileVersion.of(file);
        this.last = new Content<>(version, reader.read(file));
    }

    /// What the file says now, or last said in order.
    public T current() {
        if (looking.tryLock()) {
            try {
                look();
            } finally {
                looking.unlock();
            }
        }
        return last.said();
    }

    private void look() {
        FileVersion found = FileVersion.of(file);
        if (found.equals(last.version())) {
            return;
        }
        T said = last.said();
        try {
            if (found.equals(FileVersion.NONE)) {
                throw new NoSuchFileException(file + " is gone");
            }
            said = reader.read(file);
            LOG.info("{} was read again", file);
        } catch (IOException e) {
            LOG.error("{} is not taken, what it said before stays: {}", file, e.getMessage());
        }
        last = new Content<>(found, said);
    }
}
