package org.postern.revocation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what authorities said over a restart: a file for each list and each answer, the time at
/// which it was got, a line end, and the octets as they came. Nothing is believed because it lies
/// here: the signature is checked again.
///
/// A file is replaced whole. One that cannot be read counts as none. All together have a limit;
/// what was needed least lately is deleted for what is new.
///
/// Safe for use by many threads.
public final class EvidenceFolder {
    /// What nobody has asked for since is deleted at the next start.
    private static final Duration KEEP = Duration.ofDays(90);

    /// Of all files together.
    static final long OCTETS_MAX = 256L << 20;

    private static final int TIME_OCTETS_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceFolder.class);

    private final Disk disk;
    private final Path folder;
    private final long octetsMax;
    private final Map<String, Held> files = new ConcurrentHashMap<>();
    private final ReentrantLock saving = new ReentrantLock();

    private EvidenceFolder(Disk disk, Path folder, long octetsMax) {
        this.disk = disk;
        this.folder = folder;
        this.octetsMax = octetsMax;
    }

    /// A file.
    private record Held(long octets, Instant used) {}

    /// Something that was kept.
    @SuppressWarnings("ArrayRecordComponent") // It is never compared.
    record Kept(Instant fetched, byte[] octets) {
        @Override
        public String toString() {
            return octets.length + " octets of " + fetched;
        }
    }

    /// Opens the folder, which is made if it is missing, and deletes what is old. A file that
    /// cannot be read is left alone: what others said is known all the same.
    public static EvidenceFolder open(Disk disk, Path folder, Instant now) throws IOException {
        return open(disk, folder, now, OCTETS_MAX);
    }

    /// @param octetsMax of all files together
    static EvidenceFolder open(Disk disk, Path folder, Instant now, long octetsMax)
            throws IOException {
        disk.createDirectories(folder);
        EvidenceFolder opened = new EvidenceFolder(disk, folder, octetsMax);
        for (Path file : disk.list(folder)) {
            try {
                opened.take(file, now);
            } catch (IOException e) {
                LOG.warn("what an authority said cannot be read: {}", e.getMessage());
            }
        }
        opened.makeRoom("", 0);
        return opened;
    }

    private void take(Path file, Instant now) throws IOException {
        String name = file.getFileName().toString();
        long size;
        Optional<Head> head;
        try (DiskFile in = disk.read(file)) {
            size = in.size();
            head = head(in, size);
        }
        boolean isDraft = name.endsWith("~");
        if (isDraft || head.isEmpty() || head.get().fetched().plus(KEEP).isBefore(now)) {
            disk.delete(file);
        } else {
            files.put(name, new Held(size, head.get().fetched()));
        }
    }

    /// The first line.
    ///
    /// @param octets with the line end
    private record Head(Instant fetched, int octets) {}

    /// Empty if it is none of our files.
    private static Optional<Head> head(DiskFile file, long size) throws IOException {
        if (size > Source.OCTETS_MAX + TIME_OCTETS_MAX) {
            return Optional.empty();
        }
        byte[] begin = read(file, 0, (int) Math.min(size, TIME_OCTETS_MAX));
        int line = 0;
        while (line < begin.length && begin[line] != '\n') {
            line++;
        }
        try {
            String time = new String(begin, 0, line, StandardCharsets.US_ASCII);
            return Optional.of(new Head(Instant.parse(time), line + 1));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static byte[] read(DiskFile file, long at, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.max(0, count));
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) <= 0) {
                return Arrays.copyOf(buffer.array(), buffer.position());
            }
        }
        return buffer.array();
    }

    /// @param name of lower-case hexadecimal digits
    Optional<Kept> load(String name) throws IOException {
        try (DiskFile file = disk.read(folder.resolve(name))) {
            long size = file.size();
            Optional<Head> head = head(file, size);
            if (head.isEmpty()) {
                return Optional.empty();
            }
            int begin = head.get().octets();
            byte[] octets = read(file, begin, (int) size - begin);
            return Optional.of(new Kept(head.get().fetched(), octets));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Somebody needs what this file holds.
    void use(String name, Instant now) {
        files.computeIfPresent(name, (_, held) -> new Held(held.octets(), now));
    }

    /// Durable on return. A failure is logged: what is not kept is got again.
    void save(String name, Kept kept) {
        byte[] time = (kept.fetched() + "\n").getBytes(StandardCharsets.US_ASCII);
        long size = (long) time.length + kept.octets().length;
        saving.lock();
        try {
            makeRoom(name, size);
            files.put(name, new Held(size, kept.fetched()));
            WholeFile.replace(disk, folder.resolve(name), time, kept.octets());
        } catch (IOException e) {
            LOG.error("what an authority said holds until the next stop: {}", e.getMessage());
        } finally {
            saving.unlock();
        }
    }

    /// Deletes what was needed least lately, until a file of that size fits.
    private void makeRoom(String name, long size) {
        long taken = size;
        List<Map.Entry<String, Held>> others = new ArrayList<>();
        for (Map.Entry<String, Held> each : files.entrySet()) {
            if (!each.getKey().equals(name)) {
                others.add(Map.entry(each.getKey(), each.getValue()));
                taken += each.getValue().octets();
            }
        }
        others.sort(Comparator.comparing(each -> each.getValue().used()));
        for (Map.Entry<String, Held> each : others) {
            if (taken <= octetsMax) {
                return;
            }
            try {
                disk.delete(folder.resolve(each.getKey()));
            } catch (NoSuchFileException _) {
                // Then it takes no room.
            } catch (IOException e) {
                LOG.warn("what an authority said cannot be deleted: {}", e.getMessage());
                continue;
            }
            files.remove(each.getKey());
            taken -= each.getValue().octets();
        }
    }
}
