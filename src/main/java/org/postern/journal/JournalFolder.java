package org.postern.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.postern.store.Disk;

/// The folder of a journal: its segments are files `00000001`, `00000002` … of which the last one
/// is written.
public record JournalFolder(Disk disk, Path directory) {
    private static final String NAME = "[0-9]{8,18}";

    Path segment(long number) {
        return directory.resolve("%08d".formatted(number));
    }

    /// Numbers of the segments that are there, in order.
    public List<Long> segments() throws IOException {
        return disk.list(directory).stream()
                .map(path -> path.getFileName().toString())
                .filter(name -> name.matches(NAME))
                .map(Long::valueOf)
                .sorted()
                .toList();
    }

    /// Removes segments, which must be the oldest ones, in order. Each is gone for good before the
    /// next one goes, so that no record ever outlives the one that takes it back.
    public void remove(List<Long> segments) throws IOException {
        for (Long number : segments) {
            disk.delete(segment(number));
            disk.sync(directory);
        }
    }
}
