package org.postern.cabinet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.WholeFile;

/// How much mail programs were told of folders, in a small file that lies apart from the database
/// and its backups: RFC 3501 §2.3.1.1 forbids that a UID is given twice under one UIDVALIDITY. An
/// older database that was put back would do so, and it is known by a mark above what it knows.
///
/// Durable first, then told: the database, then the mark, then the mail program. So a database that
/// was not put back knows at least what the mark says.
final class Mark {
    private static final int OCTETS = 2 * Long.BYTES + Integer.BYTES;

    private final Disk disk;
    private final Path file;
    private Told last;
    private boolean there;

    /// @param changes of folders, all together
    /// @param validity the highest UIDVALIDITY that a folder has, or had
    record Told(long changes, long validity) {
        static final Told NOTHING = new Told(0, 0);

        Told or(Told other) {
            return new Told(
                    Math.max(changes, other.changes()), Math.max(validity, other.validity()));
        }
    }

    private Mark(Disk disk, Path file, Optional<Told> last) {
        this.disk = disk;
        this.file = file;
        this.last = last.orElse(Told.NOTHING);
        this.there = last.isPresent();
    }

    /// @throws IOException if it cannot be read
    static Mark open(Disk disk, Path file) throws IOException {
        return new Mark(disk, file, read(disk, file));
    }

    /// Empty if there is none, or one that a loss of power has torn: then nobody knows what was
    /// told.
    private static Optional<Told> read(Disk disk, Path file) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(OCTETS);
        try (DiskFile open = disk.read(file)) {
            if (open.size() != OCTETS || open.read(octets, 0) != OCTETS) {
                return Optional.empty();
            }
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        Told told = new Told(octets.getLong(0), octets.getLong(Long.BYTES));
        return Arrays.equals(octets.array(), octets(told)) ? Optional.of(told) : Optional.empty();
    }

    private static byte[] octets(Told told) {
        ByteBuffer octets = ByteBuffer.allocate(OCTETS);
        octets.putLong(told.changes()).putLong(told.validity());
        CRC32C crc = new CRC32C();
        crc.update(octets.array(), 0, octets.position());
        return octets.putInt((int) crc.getValue()).array();
    }

    /// What was told; empty if nobody knows. To be asked before the first `raise`.
    synchronized Optional<Told> told() {
        return there ? Optional.of(last) : Optional.empty();
    }

    /// The last that was raised to, or found.
    synchronized Told last() {
        return last;
    }

    /// Raises the mark to what is to be told; durable on return. It never goes back.
    ///
    /// @throws IOException if it was not raised; then nothing may be told
    synchronized void raise(Told to) throws IOException {
        Told next = last.or(to);
        if (there && next.equals(last)) {
            return;
        }
        byte[] octets = octets(next);
        if (there) {
            // In place: a mark fits into one sector, and one that is torn is known as such.
            there = false;
            try (DiskFile open = disk.overwrite(file)) {
                open.write(ByteBuffer.wrap(octets));
                open.sync();
            }
        } else {
            WholeFile.replace(disk, file, octets);
        }
        last = next;
        there = true;
    }
}
