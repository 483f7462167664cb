package org.postern.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds where a log goes on after a stop or a crash, and refuses one whose end is not as it was
/// written.
final class AuditTail {
    /// A crash between two segments leaves the last one empty, so the one before it is read too.
    private static final int SEGMENTS = 2;

    private final AuditFolder folder;
    private final SegmentCheck check;

    AuditTail(AuditFolder folder, AuditChain chain) {
        this.folder = folder;
        this.check = new SegmentCheck(folder.disk(), chain);
    }

    /// @param octets the good part of the segment; what lies behind was never acknowledged
    /// @param torn whether that is more than a line without its end, so that it is to be kept
    record End(int segment, Anchor tip, long octets, boolean torn) {}

    /// @param noted what the head file proves
    End find(Optional<Anchor> noted) throws IOException {
        List<Path> segments = folder.segments();
        int first = Math.max(0, segments.size() - SEGMENTS);
        Anchor tip = Anchor.BEGINNING;
        if (first > 0) {
            tip = check.claimedEnd(segments.get(first - 1), tip);
        }
        int number = 1;
        long octets = 0;
        boolean torn = false;
        for (Path path : segments.subList(first, segments.size())) {
            boolean last = path.equals(segments.getLast());
            number = AuditFolder.number(path);
            switch (check.walk(path, tip, _ -> {})) {
                case SegmentCheck.Walk.Wrong(Anchor end, long good, long line, String why) -> {
                    if (!last || !mayBeTorn(noted, end)) {
                        throw refused(path, line, why);
                    }
                    tip = end;
                    octets = good;
                    torn = true;
                }
                case SegmentCheck.Walk.Torn(_, _, long line) when !last ->
                        throw refused(path, line, "this line does not end");
                case SegmentCheck.Walk.Torn(Anchor end, long good, _) -> {
                    tip = end;
                    octets = good;
                }
                case SegmentCheck.Walk.Whole(Anchor end) -> {
                    tip = end;
                    octets = size(path);
                }
            }
        }
        requireAll(noted, tip);
        return new End(number, tip, octets, torn);
    }

    /// A loss of power leaves of the octets that were written last, and not yet synced, any sectors
    /// and any order of them. Behind the head they may be that; up to it all was synced.
    private static boolean mayBeTorn(Optional<Anchor> noted, Anchor end) {
        return noted.isPresent() && noted.get().seq() <= end.seq();
    }

    private void requireAll(Optional<Anchor> noted, Anchor tip) throws IOException {
        if (noted.isPresent() && noted.get().seq() > tip.seq()) {
            throw refused(
                    folder.segments().stream().reduce((_, b) -> b).orElse(folder.head()),
                    0,
                    "the log ends with entry %d, but entry %d was in it"
                            .formatted(tip.seq(), noted.get().seq()));
        }
    }

    private long size(Path path) throws IOException {
        try (var file = folder.disk().read(path)) {
            return file.size();
        }
    }

    private IOException refused(Path path, long line, String why) {
        String what = "%s:%d: %s. Look at it with `./gateway audit verify`; to begin a new log, %s";
        String move = "move " + folder.directory() + " away";
        return new IOException(what.formatted(path, line, why, move));
    }
}
