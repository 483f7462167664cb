package org.postern.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.postern.journal.JournalRecord.Kind;
import org.postern.mail.QueueId;
import org.postern.store.DiskFile;

/// Reads what a journal holds after a stop or a crash, from the first segment to the last.
///
/// A last batch that is cut short was never acknowledged, and is passed over, unless `SegmentEnd`
/// knows better. Anything else that is not as it was written is damage: of a damaged batch the
/// messages are still shown, for their own checksums decide, but nothing that says that a message
/// has gone. What is missing at the end of a segment is told as far as its end was noted.
public final class JournalReader {
    /// Takes what is found, in the order in which it was written.
    public interface Visitor {
        /// A whole and true record.
        void record(Kind kind, QueueId id, Place place) throws IOException;

        /// A record of a damaged batch; what it holds has to prove itself.
        void doubtful(Kind kind, QueueId id, Place place) throws IOException;

        /// Octets in which no record can be told.
        void lost(Place place) throws IOException;

        /// Octets that were acknowledged and are not there any more.
        ///
        /// @param end where the segment once ended
        void missing(long segment, long from, long end) throws IOException;
    }

    /// How much is looked through at once for the batch behind a damaged one.
    private static final int SCAN_OCTETS = 1 << 20;

    private final JournalFolder folder;
    private final Visitor visitor;

    public JournalReader(JournalFolder folder, Visitor visitor) {
        this.folder = folder;
        this.visitor = visitor;
    }

    /// Reads these segments.
    ///
    /// @throws IOException if the disk cannot read them, or the visitor throws
    public void read(List<Long> segments) throws IOException {
        for (Long segment : segments) {
            // First its end: the segment may grow meanwhile, and must not seem shorter.
            long end = SegmentEnd.read(folder, segment);
            try (DiskFile file = folder.disk().read(folder.segment(segment))) {
                new Segment(segment, file, end).read();
            }
        }
    }

    /// Tells of the segments that are not there at all although something was acknowledged in them.
    /// Not for a journal that is being written.
    public void readMissing() throws IOException {
        for (long segment : missing(folder)) {
            long end = SegmentEnd.read(folder, segment);
            if (end > 0) {
                visitor.missing(segment, 0, end);
            }
        }
    }

    static List<Long> missing(JournalFolder folder) throws IOException {
        List<Long> there = folder.segments();
        return folder.ends().stream().filter(each -> !there.contains(each)).toList();
    }

    /// One segment on its way through.
    private final class Segment {
        private final long number;
        private final DiskFile file;
        private final long size;
        private final long end;
        private long at;

        /// @param end up to which it was acknowledged, if not further
        Segment(long number, DiskFile file, long end) throws IOException {
            this.number = number;
            this.file = file;
            this.size = file.size();
            this.end = end;
        }

        void read() throws IOException {
            while (at < size) {
                Optional<Batch.Head> head = head(at);
                if (head.isEmpty()) {
                    passDamage();
                } else if (head.get().bodyOctets() <= size - at - Batch.HEAD_OCTETS) {
                    batch(head.get(), head.get().bodyOctets());
                } else if (at < end) {
                    batch(head.get(), Math.toIntExact(size - at - Batch.HEAD_OCTETS));
                } else {
                    // Its head tells a length that was never written: the power went in between.
                    return;
                }
            }
            if (size < end) {
                visitor.missing(number, size, end);
            }
        }

        /// @param length of the body, as far as it is there
        private void batch(Batch.Head head, int length) throws IOException {
            long body = at + Batch.HEAD_OCTETS;
            ByteBuffer octets = octets(body, length);
            boolean whole = Batch.isWhole(head, octets);
            int told = 0;
            for (Batch.Found found : Batch.records(octets)) {
                Place place = new Place(number, body + found.at(), found.length());
                if (whole) {
                    visitor.record(found.kind(), found.id(), place);
                } else {
                    visitor.doubtful(found.kind(), found.id(), place);
                }
                told = found.at() + found.length();
            }
            if (told < length) {
                visitor.lost(new Place(number, body + told, length - told));
            }
            at = body + length;
        }

        /// Goes on to the next head. Nothing but zeros up to the end of the file is what a loss of
        /// power leaves where octets were promised and not written; so is the begin of a head.
        private void passDamage() throws IOException {
            long next = nextHead(at + 1);
            boolean tail = next >= size && at >= end;
            if (!(tail && (size - at < Batch.HEAD_OCTETS || isZero(at, size)))) {
                visitor.lost(new Place(number, at, Math.toIntExact(next - at)));
            }
            at = next;
        }

        /// Where the next head begins, or the end of the file.
        private long nextHead(long from) throws IOException {
            long position = from;
            while (size - position >= Batch.HEAD_OCTETS) {
                int length = (int) Math.min(SCAN_OCTETS, size - position);
                ByteBuffer octets = octets(position, length);
                for (int i = 0; i + Batch.HEAD_OCTETS <= length; i++) {
                    ByteBuffer here = octets.slice(i, Batch.HEAD_OCTETS);
                    if (Batch.head(here).isPresent()) {
                        return position + i;
                    }
                }
                position += length - Batch.HEAD_OCTETS + 1;
            }
            return size;
        }

        private Optional<Batch.Head> head(long position) throws IOException {
            return size - position < Batch.HEAD_OCTETS
                    ? Optional.empty()
                    : Batch.head(octets(position, Batch.HEAD_OCTETS));
        }

        private boolean isZero(long from, long to) throws IOException {
            ByteBuffer octets = octets(from, Math.toIntExact(to - from));
            while (octets.hasRemaining()) {
                if (octets.get() != 0) {
                    return false;
                }
            }
            return true;
        }

        private ByteBuffer octets(long position, int length) throws IOException {
            ByteBuffer octets = ByteBuffer.allocate(length);
            file.read(octets, position);
            if (octets.hasRemaining()) {
                throw new IOException("a segment of the journal became shorter while it was read");
            }
            return octets.flip();
        }
    }
}
