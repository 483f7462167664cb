package org.postern.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.QueueId;

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
    /// @param attempts where the attempts stand that were seen on the way
    record End(int segment, Anchor tip, long octets, boolean torn, Attempts attempts) {}

    /// Where the entries of attempts stand in what was walked: some octets for each, so that those
    /// of a few messages are found without reading all of it once more.
    static final class Attempts {
        private final int first;
        private int[] ids = new int[1_024];
        private long[] places = new long[1_024];
        private int count;

        /// @param first the number of the first segment that is walked
        Attempts(int first) {
            this.first = first;
        }

        boolean cover(int segment) {
            return segment >= first;
        }

        /// @param octet of the segment at which the line begins
        void note(String line, int segment, long octet) {
            if (Sought.isAttempt(line)) {
                if (count == ids.length) {
                    ids = Arrays.copyOf(ids, 2 * count);
                    places = Arrays.copyOf(places, 2 * count);
                }
                ids[count] = Sought.digest(line);
                places[count] = ((long) segment << Integer.SIZE) | octet;
                count++;
            }
        }

        /// The octets of a segment at which lines begin that may be sought, in order.
        List<Long> of(Sought sought, int segment) {
            List<Long> found = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                if (places[i] >> Integer.SIZE == segment && sought.digests.contains(ids[i])) {
                    found.add(places[i] & 0xFFFF_FFFFL);
                }
            }
            return found;
        }
    }

    /// The attempts on some messages, as far as a line can be told before it is parsed: of others
    /// there may be some with them.
    static final class Sought {
        private static final String WORD = "\"attempted\"";
        private static final String ID = "\"id\":\"";
        private static final int ID_DIGITS = 16;
        private static final int ANY = 0;

        private final Set<Integer> digests = new HashSet<>(Set.of(ANY));

        Sought(Set<QueueId> messages) {
            messages.forEach(each -> digests.add(each.value().hashCode()));
        }

        boolean mayBe(String line) {
            return isAttempt(line) && digests.contains(digest(line));
        }

        private static boolean isAttempt(String line) {
            return line.contains(WORD);
        }

        /// What tells most messages apart; where a line does not show it, that of any.
        private static int digest(String line) {
            int at = line.indexOf(ID);
            int begin = at + ID.length();
            return at < 0 || begin + ID_DIGITS > line.length()
                    ? ANY
                    : line.substring(begin, begin + ID_DIGITS).hashCode();
        }
    }

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
        Attempts attempts =
                new Attempts(segments.isEmpty() ? 1 : AuditFolder.number(segments.get(first)));
        for (Path path : segments.subList(first, segments.size())) {
            boolean last = path.equals(segments.getLast());
            int here = AuditFolder.number(path);
            number = here;
            switch (check.walk(path, tip, (_, line, octet) -> attempts.note(line, here, octet))) {
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
        return new End(number, tip, octets, torn, attempts);
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
