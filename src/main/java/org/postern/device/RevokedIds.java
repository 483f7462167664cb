package org.postern.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.WholeFile;

/// Which app passwords were taken back, in a small file that lies apart from the database and its
/// backups, one id a line: a database that went back has their rows again. Safe for use by several
/// threads at once.
final class RevokedIds {
    /// Beyond it those are forgotten that were taken back first.
    static final int ENTRIES_MAX = 10_000;

    private static final Pattern ID = Pattern.compile("[a-z2-9]{1,16}");
    private static final int OCTETS_MAX = ENTRIES_MAX * 17;

    private final Disk disk;
    private final Path file;
    private final Object writing = new Object();
    private volatile Set<String> ids;

    private RevokedIds(Disk disk, Path file, Set<String> ids) {
        this.disk = disk;
        this.file = file;
        this.ids = ids;
    }

    /// A file that is not there yet holds nothing.
    ///
    /// @throws IOException if it cannot be read, or is damaged: then nobody knows what was taken
    ///   back
    static RevokedIds open(Disk disk, Path file) throws IOException {
        Set<String> ids = new LinkedHashSet<>();
        try (DiskFile open = disk.read(file)) {
            for (String line : text(open, file).lines().toList()) {
                if (!ID.matcher(line).matches()) {
                    throw damaged(file);
                }
                ids.add(line);
            }
        } catch (NoSuchFileException _) {
            return new RevokedIds(disk, file, Set.of());
        }
        return new RevokedIds(disk, file, ids);
    }

    private static String text(DiskFile open, Path file) throws IOException {
        if (open.size() > OCTETS_MAX) {
            throw damaged(file);
        }
        ByteBuffer octets = ByteBuffer.allocate((int) open.size());
        while (octets.hasRemaining()) {
            if (open.read(octets, octets.position()) < 0) {
                throw damaged(file);
            }
        }
        return new String(octets.array(), StandardCharsets.ISO_8859_1);
    }

    private static IOException damaged(Path file) {
        return new IOException(
                file
                        + ": this is no list of app passwords that were taken back; put it back"
                        + " from a backup, or remove it and revoke all app passwords");
    }

    boolean has(String id) {
        return ids.contains(id);
    }

    /// Durable on return.
    ///
    /// @throws IOException if it could not be written; then nothing is added
    void add(Collection<String> more) throws IOException {
        synchronized (writing) {
            LinkedHashSet<String> all = new LinkedHashSet<>(ids);
            if (!all.addAll(more)) {
                return;
            }
            while (all.size() > ENTRIES_MAX) {
                all.removeFirst();
            }
            String text = String.join("\n", all) + "\n";
            WholeFile.replace(disk, file, text.getBytes(StandardCharsets.ISO_8859_1));
            ids = all;
        }
    }
}
