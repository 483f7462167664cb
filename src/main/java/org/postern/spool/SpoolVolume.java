package org.postern.spool;

import java.io.Closeable;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postern.journal.JournalFolder;
import org.postern.mail.NoRoomException;
import org.postern.mail.QueueId;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.SharedSync;

/// The folder of the spool: its names, its room, and whether its disk can still be trusted.
final class SpoolVolume {
    private static final long MEBIBYTE = 1024 * 1024;

    /// Room for what is recorded of an attempt.
    private static final int RESULT_OCTETS = 64 * 1024;

    /// How many times the reserve stays free of what is written on web pages.
    private static final int PAGES_RESERVES = 2;

    private final Disk disk;
    private final Path directory;
    private final long reserve;
    private final SharedSync names;
    private final Closeable lock;
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile boolean closed;

    /// @param reserve octets that stay free, for mail that is already here
    SpoolVolume(Disk disk, Path directory, long reserve) throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.reserve = reserve;
        this.names = new SharedSync(disk, directory);
        disk.createDirectories(drafts());
        disk.createDirectories(corrupt());
        this.lock = disk.lock(directory.resolve("lock"));
    }

    Disk disk() {
        return disk;
    }

    Path directory() {
        return directory;
    }

    Path drafts() {
        return directory.resolve("tmp");
    }

    Path corrupt() {
        return directory.resolve("corrupt");
    }

    JournalFolder journal() {
        return new JournalFolder(disk, directory.resolve("journal"));
    }

    Path draft(QueueId id) {
        return drafts().resolve(id.value());
    }

    Path message(QueueId id) {
        return directory.resolve(id.value());
    }

    /// The messages that have a file, in no order; the list is the caller's.
    List<QueueId> ids() throws IOException {
        List<QueueId> ids = new ArrayList<>();
        disk.forEachName(
                directory,
                name -> {
                    if (QueueId.isValid(name)) {
                        ids.add(new QueueId(name));
                    }
                });
        return ids;
    }

    /// @throws IOException if a sync has failed since the start, or the spool is closed
    void requireSound() throws IOException {
        if (closed) {
            throw new IOException("the spool is closed");
        }
        IOException cause = failure.get();
        if (cause != null) {
            throw new Spool.BrokenException(cause);
        }
    }

    /// The disk could not read a message's file. What a visitor throws is another matter.
    static final class UnreadException extends IOException {
        private static final long serialVersionUID = 1;

        UnreadException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /// What room is asked for.
    enum Purpose {
        /// Mail from others.
        NEW_MAIL,
        /// What is written on web pages, by strangers too. It stops first, so that nobody there can
        /// bring it about that mail is refused.
        PAGES,
        /// Letters of the gateway's own about mail that is here, and what is put together to send
        /// it: without them that mail could not leave.
        HELD_MAIL,
        /// What became of mail that is here.
        RESULT
    }

    /// @param octets that are to come
    void requireRoom(long octets, Purpose purpose) throws IOException {
        requireSound();
        long free = disk.freeBytes(directory);
        long kept =
                switch (purpose) {
                    case NEW_MAIL -> reserve;
                    case PAGES ->
                            Math.min(reserve, Long.MAX_VALUE / PAGES_RESERVES) * PAGES_RESERVES;
                    // The other half is for results, which have no other place.
                    case HELD_MAIL -> reserve / 2;
                    case RESULT -> 0;
                };
        if (free - octets < kept) {
            throw noRoom(free, kept);
        }
    }

    /// What cannot be recorded must not be delivered: it would be delivered again and again.
    void requireRoomForResults() throws IOException {
        requireRoom(RESULT_OCTETS, Purpose.RESULT);
    }

    /// A failed write in the words that the client's reply depends on.
    IOException explain(IOException e) {
        try {
            long free = disk.freeBytes(directory);
            if (free < reserve && !(e instanceof Spool.BrokenException)) {
                NoRoomException noRoom = noRoom(free, reserve);
                noRoom.addSuppressed(e);
                return noRoom;
            }
        } catch (IOException second) {
            e.addSuppressed(second);
        }
        return e;
    }

    /// A failed sync of the journal makes the volume bad as any other one does.
    IOException judge(IOException e) {
        return e instanceof SyncFailedException ? broken(e) : e;
    }

    void sync(DiskFile file) throws IOException {
        try {
            file.sync();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /// Makes the names of the messages durable, together with whoever else asks for it.
    void syncNames() throws IOException {
        try {
            names.sync();
        } catch (SyncFailedException e) {
            throw broken(e);
        }
    }

    void syncCorrupt() throws IOException {
        try {
            disk.sync(corrupt());
        } catch (SyncFailedException e) {
            throw broken(e);
        }
    }

    /// Removes the drafts that an earlier run left.
    ///
    /// @param open those of this run
    void sweepDrafts(Set<QueueId> open) throws IOException {
        disk.forEachName(
                drafts(),
                name -> {
                    if (!QueueId.isValid(name) || !open.contains(new QueueId(name))) {
                        disk.delete(drafts().resolve(name));
                    }
                });
    }

    /// Moves a message's file into `corrupt/`, under a name that nothing there has.
    void setAside(QueueId id) throws IOException {
        Set<Path> taken = new HashSet<>(disk.list(corrupt()));
        Path free = corrupt().resolve(id.value());
        for (int i = 1; taken.contains(free); i++) {
            free = corrupt().resolve(id.value() + "." + i);
        }
        disk.rename(message(id), free);
    }

    /// Removes what a failed commit left, so that it is not found after a restart.
    void discard(QueueId id) throws IOException {
        try {
            disk.delete(draft(id));
        } catch (NoSuchFileException _) {
            // It was never made, or has its final name already.
        }
        try {
            disk.delete(message(id));
        } catch (NoSuchFileException _) {
            // The usual case: it did not get so far.
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /// Nothing new is begun from now on.
    void refuse() {
        closed = true;
    }

    void close() throws IOException {
        closed = true;
        lock.close();
    }

    private Spool.BrokenException broken(IOException cause) {
        failure.compareAndSet(null, cause);
        return new Spool.BrokenException(cause);
    }

    private NoRoomException noRoom(long free, long kept) {
        return new NoRoomException(
                "%s has %d MiB free and keeps %d MiB in reserve; make room on this volume"
                        .formatted(directory, free / MEBIBYTE, kept / MEBIBYTE));
    }
}
