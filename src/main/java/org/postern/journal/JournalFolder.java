package org.postern.journal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.postern.store.Disk;
import org.postern.store.DiskFile;

/// The folder of a journal: its segments are files `00000001`, `00000002` … of which the last one
/// is written. Beside each lies how far it was acknowledged, `00000001.end`.
public record JournalFolder(Disk disk, Path directory) {
    private static final String NAME = "[0-9]{8,18}";
    private static final String END_SUFFIX = ".end";

    /// Opens what lies at a place for reading, as if it were a file of its own.
    public DiskFile open(Place place) throws IOException {
        return new JournaledFile(disk.read(segment(place.segment())), place);
    }

    Path segment(long number) {
        return directory.resolve("%08d".formatted(number));
    }

    Path end(long number) {
        return directory.resolve("%08d%s".formatted(number, END_SUFFIX));
    }

    /// Numbers of the segments that are there, in order.
    public List<Long> segments() throws IOException {
        return numbers("");
    }

    /// Numbers of the segments of which an end is noted, in order.
    List<Long> ends() throws IOException {
        return numbers(END_SUFFIX);
    }

    private List<Long> numbers(String suffix) throws IOException {
        return disk.list(directory).stream()
                .map(path -> path.getFileName().toString())
                .filter(name -> name.matches(NAME + "\\Q" + suffix + "\\E"))
                .map(name -> Long.valueOf(name.substring(0, name.length() - suffix.length())))
                .sorted()
                .toList();
    }

    /// Removes what is noted of the ends of segments that are to be removed. It must be durable
    /// before the first of them goes: an end without its segment means that one was lost.
    void removeEnds(List<Long> segments) throws IOException {
        for (Long number : segments) {
            removeIfThere(end(number));
        }
    }

    /// Removes segments, which must be the oldest ones, in order. Each is gone for good before the
    /// next one goes, so that no record ever outlives the one that takes it back.
    void remove(List<Long> segments) throws IOException {
        for (Long number : segments) {
            removeIfThere(segment(number));
            disk.sync(directory);
        }
    }

    private void removeIfThere(Path path) throws IOException {
        try {
            disk.delete(path);
        } catch (NoSuchFileException _) {
            // An earlier try that failed got so far.
        }
    }
}
