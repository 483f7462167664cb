package org.postern.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a file says that people and commands write: read again when it has changed, whole or not at
/// all. A change that says something wrong is logged once, and what was read before it stays; so it
/// does while the file cannot be opened, is gone, or is being written.
///
/// One thread looks for a change at a time. The others take what was read last and do not wait: at
/// a monitor, many virtual threads would starve each other.
///
/// @param <T> what is made of the file; does not change
public final class KeptFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(KeptFile.class);

    /// After so long a file that could not be opened is tried again.
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final Path file;
    private final Reader<T> reader;
    private final Duration again;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile Content<T> last;

    /// When the file last could not be opened; 0 if it could. Belongs to the one who looks.
    private long barred;

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
        this(file, reader, AGAIN);
    }

    KeptFile(Path file, Reader<T> reader, Duration again) throws IOException {
        this.file = file;
        this.reader = reader;
        this.again = again;
        // The version comes first: a change meanwhile is seen at the next look.
        FileVersion version = FileVersion.of(file);
        T said = reader.read(file);
        boolean still = FileVersion.of(file).equals(version);
        this.last = new Content<>(still ? version : FileVersion.NONE, said);
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
        if (found.equals(FileVersion.NONE)) {
            LOG.error("{} is gone; what it said before stays until it is there again", file);
            last = new Content<>(found, last.said());
        } else if (barred == 0 || System.nanoTime() - barred >= again.toNanos()) {
            read(found);
        }
    }

    private void read(FileVersion found) {
        try {
            T said = reader.read(file);
            if (FileVersion.of(file).equals(found)) {
                last = new Content<>(found, said);
                LOG.info("{} was read again", file);
            }
            // Else somebody is still at it, and the next look reads what came of that.
            barred = 0;
        } catch (FileSystemException e) {
            // It may be mended without a change of the file: other rights, or fewer open files.
            if (barred == 0) {
                LOG.error(
                        "{} cannot be opened, what it said before stays until it can: {}",
                        file,
                        e.toString());
            }
            barred = System.nanoTime();
        } catch (IOException e) {
            LOG.error("{} is not taken, what it said before stays: {}", file, e.getMessage());
            last = new Content<>(found, last.said());
            barred = 0;
        }
    }
}
