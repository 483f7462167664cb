package org.postern.revocation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what authorities said over a restart: a file for each list and each answer, the time at
/// which it was got, a line end, and the octets as they came. Nothing is believed because it lies
/// here: the signature is checked again.
///
/// A file is replaced whole. One that cannot be read counts as none.
public final class EvidenceFolder {
    /// What nobody has asked for since is deleted at the next start.
    private static final Duration KEEP = Duration.ofDays(90);

    private static final int TIME_OCTETS_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceFolder.class);

    private final Disk disk;
    private final Path folder;

    private EvidenceFolder(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /// Something that was kept.
    @SuppressWarnings("ArrayRecordComponent") // It is never compared.
    record Kept(Instant fetched, byte[] octets) {
        @Override
        public String toString() {
            return octets.length + " octets of " + fetched;
        }
    }

    /// Opens the folder, which is made if it is missing, and deletes what is old.
    public static EvidenceFolder open(Disk disk, Path folder, Instant now) throws IOException {
        disk.createDirectories(folder);
        EvidenceFolder opened = new EvidenceFolder(disk, folder);
        for (Path file : disk.list(folder)) {
            Optional<Kept> kept = opened.load(file.getFileName().toString());
            if (kept.isEmpty() || kept.get().fetched().plus(KEEP).isBefore(now)) {
                disk.delete(file);
            }
        }
        return opened;
    }

    /// @param name of lower-case hexadecimal digits
    Optional<Kept> load(String name) throws IOException {
        byte[] octets;
        try (DiskFile file = disk.read(folder.resolve(name))) {
            long size = file.size();
            if (size > Source.OCTETS_MAX + TIME_OCTETS_MAX) {
                return Optional.empty();
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) size);
            int count = file.read(buffer, 0);
            octets = Arrays.copyOf(buffer.array(), count);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        int line = 0;
        while (line < octets.length && octets[line] != '\n') {
            line++;
        }
        try {
            Instant fetched = Instant.parse(new String(octets, 0, line, StandardCharsets.US_ASCII));
            return Optional.of(
                    new Kept(fetched, Arrays.copyOfRange(octets, line + 1, octets.length)));
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Durable on return. Calls for one name must not overlap. A failure is logged: what is not
    /// kept is got again.
    void save(String name, Kept kept) {
        try {
            String time = kept.fetched() + "\n";
            WholeFile.replace(
                    disk,
                    folder.resolve(name),
                    time.getBytes(StandardCharsets.US_ASCII),
                    kept.octets());
        } catch (IOException e) {
            LOG.error("what an authority said holds until the next stop: {}", e.getMessage());
        }
    }
}
