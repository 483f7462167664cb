package org.postern.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.postern.store.Disk;

/// Where an audit log lies: numbered segments `00000001.jsonl`, and the file `head`.
///
/// @param segmentOctets a segment that has grown to this is followed by a new one
public record AuditFolder(Disk disk, Path directory, long segmentOctets) {
    private static final long SEGMENT_OCTETS = 64L << 20;
    private static final String SUFFIX = ".jsonl";

    public AuditFolder {
        if (segmentOctets < 1) {
            throw new IllegalArgumentException("a segment holds at least one octet");
        }
    }

    /// With segments of 64 MiB.
    public AuditFolder(Disk disk, Path directory) {
        this(disk, directory, SEGMENT_OCTETS);
    }

    /// All segments, oldest first. Their names need not be without a gap: that is for the verifier.
    List<Path> segments() throws IOException {
        return disk.list(directory).stream()
                .filter(path -> name(path).matches("[0-9]{8}\\.jsonl"))
                .sorted()
                .toList();
    }

    Path segment(int number) {
        return directory.resolve("%08d%s".formatted(number, SUFFIX));
    }

    /// Where a torn end of a segment is kept for a person to look at.
    Path torn(int number) {
        return directory.resolve("%08d.torn".formatted(number));
    }

    static int number(Path segment) {
        return Integer.parseInt(name(segment).substring(0, 8));
    }

    static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    Path head() {
        return directory.resolve("head");
    }

    Path headDraft() {
        return directory.resolve("head.new");
    }

    Path lock() {
        return directory.resolve("lock");
    }
}
