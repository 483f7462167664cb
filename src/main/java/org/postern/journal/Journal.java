package org.postern.journal;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postern.journal.JournalRecord.Kind;
import org.postern.mail.QueueId;
import org.postern.store.DiskFile;
import org.postern.store.GroupCommit;

/// The journal while it is written: records go to the end of the last segment, those of many
/// threads in one write and one sync. A segment in which no message is left is removed; what keeps
/// an old one too long is named to the owner, who moves it elsewhere.
///
/// After a failed sync, or a failed write that cannot be taken back, nothing is written any more.
public final class Journal implements Closeable {
    /// Then a new segment begins.
    public static final long SEGMENT_OCTETS = 32L << 20;

    /// So many segments may wait for what is left in the oldest of them; then it is named as stale.
    private static final int SEGMENTS_KEPT = 8;

    /// What is kept of the buffer in which batches are put together.
    private static final int BUFFER_OCTETS_KEPT = 1 << 20;

    private final JournalFolder folder;
    private final long segmentOctets;
    private final Consumer<List<QueueId>> stale;
    private final GroupCommit<Pending> commits;
    private List<Long> before;

    /// The messages that are here, by the segment that holds them.
    private final TreeMap<Long, List<QueueId>> live = new TreeMap<>();

    private final Map<QueueId, Long> homes = new HashMap<>();

    // What follows belongs to the writer.
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_OCTETS_KEPT / 8);
    private @Nullable DiskFile file;
    private @Nullable SegmentEnd end;
    private long segment;
    private long octets;
    private long batches;
    private @Nullable IOException broken;

    /// A record on its way, and where it went; without a record, a new segment is to begin.
    private static final class Pending {
        final @Nullable JournalRecord record;
        @Nullable Place place;

        Pending(@Nullable JournalRecord record) {
            this.record = record;
        }
    }

    /// Begins a new segment behind those that are there; the file is made at the first record.
    ///
    /// @param stale is told, on the writer's thread, which messages keep an old segment from being
    ///   removed; it must not wait for the journal
    /// @throws IOException if the folder cannot be made or read
    public Journal(JournalFolder folder, long segmentOctets, Consumer<List<QueueId>> stale)
            throws IOException {
        folder.disk().createDirectories(folder.directory());
        this.folder = folder;
        this.segmentOctets = segmentOctets;
        this.stale = stale;
        this.before = folder.segments();
        this.segment = Math.max(last(before), last(folder.ends()));
        this.commits = new GroupCommit<>("spool journal", this::write);
    }

    private static long last(List<Long> numbers) {
        return numbers.isEmpty() ? 0 : numbers.getLast();
    }

    /// The segments that were there before this journal began: the recovery reads and removes them.
    public List<Long> before() {
        return before;
    }

    /// Appends a record; it is durable on return.
    ///
    /// @return where its payload lies
    /// @throws java.io.SyncFailedException if the disk failed, or nobody knows whether it did
    /// @throws IOException if it is not in the journal
    public Place append(JournalRecord record) throws IOException {
        Pending pending = new Pending(record);
        commits.commit(pending);
        if (pending.place == null) {
            throw new IllegalStateException("a record without a place was reported as written");
        }
        return pending.place;
    }

    /// Appends a record that nobody waits for: it goes with whatever is written next.
    ///
    /// @param failed is told on the writer's thread if it is not in the journal; must not wait
    public void appendLater(JournalRecord record, Consumer<Throwable> failed) {
        var _ =
                commits.begin(new Pending(record))
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                failed.accept(failure);
                            }
                        });
    }

    /// Begins a new segment, and removes the oldest ones as far as no message is left in them.
    ///
    /// @throws IOException if that failed; the journal is as good as it was, unless it says
    ///   otherwise at the next record
    public void turn() throws IOException {
        commits.commit(new Pending(null));
    }

    /// Opens what lies at a place for reading, as if it were a file of its own.
    public DiskFile open(Place place) throws IOException {
        return folder.open(place);
    }

    /// Removes the segments that were there before; durable on return.
    public void removeBefore() throws IOException {
        folder.removeEnds(before);
        folder.removeEnds(JournalReader.missing(folder));
        folder.disk().sync(folder.directory());
        folder.remove(before);
        before = List.of();
    }

    /// Writes what waits and ends. Messages that are still here are found at the next start.
    @Override
    public void close() throws IOException {
        commits.close();
        closeSegment();
    }

    private void closeSegment() throws IOException {
        SegmentEnd oldEnd = end;
        DiskFile oldFile = file;
        end = null;
        file = null;
        if (oldEnd != null) {
            oldEnd.close();
        }
        if (oldFile != null) {
            oldFile.close();
        }
    }

    private void closeAfter(IOException cause) {
        try {
            closeSegment();
        } catch (IOException second) {
            cause.addSuppressed(second);
        }
    }

    private void write(List<Pending> batch) throws IOException {
        if (broken != null) {
            throw forGood(broken);
        }
        List<Pending> written = batch.stream().filter(each -> each.record != null).toList();
        boolean turns = written.size() < batch.size();
        if (file == null ? !written.isEmpty() : turns || octets >= segmentOctets) {
            beginSegment();
        }
        if (!written.isEmpty()) {
            append(written);
        }
    }

    private void append(List<Pending> batch) throws IOException {
        List<JournalRecord> records =
                batch.stream().map(each -> requireNonNull(each.record)).toList();
        int length = Batch.octets(records);
        int[] positions = new int[records.size()];
        if (length > buffer.capacity()) {
            buffer = ByteBuffer.allocate(Math.max(length, 2 * buffer.capacity()));
        }
        buffer.clear();
        Batch.encode(batches, records, buffer, positions);
        writeSynced(buffer.flip());
        for (int i = 0; i < positions.length; i++) {
            int payload = records.get(i).payload().remaining();
            batch.get(i).place = new Place(segment, octets + positions[i], payload);
            note(records.get(i));
        }
        octets += length;
        requireNonNull(end).note(octets);
        batches++;
        if (buffer.capacity() > BUFFER_OCTETS_KEPT) {
            buffer = ByteBuffer.allocate(BUFFER_OCTETS_KEPT);
        }
    }

    private void writeSynced(ByteBuffer batch) throws IOException {
        DiskFile open = requireNonNull(file);
        try {
            open.write(batch);
        } catch (IOException e) {
            if (!cutBack(open, e)) {
                broken = e;
                throw forGood(e);
            }
            throw e;
        }
        try {
            open.sync();
        } catch (IOException e) {
            // The kernel forgets the failed pages and would report the next sync as good. Nobody of
            // this batch is told that it is kept, so a restart should not find it.
            broken = e;
            cutBack(open, e);
            throw e;
        }
    }

    /// A failure after which nothing is written any more, whichever operation it was.
    private static IOException forGood(IOException cause) {
        SyncFailedException failure =
                new SyncFailedException("the journal's volume failed: " + cause.getMessage());
        failure.initCause(cause);
        return failure;
    }

    /// Takes a batch back that was not acknowledged, as far as the disk still lets us.
    private boolean cutBack(DiskFile open, IOException cause) {
        try {
            open.truncate(octets);
            return true;
        } catch (IOException second) {
            cause.addSuppressed(second);
            return false;
        }
    }

    private void note(JournalRecord record) {
        if (record.kind() == Kind.MESSAGE) {
            requireNonNull(live.get(segment)).add(record.id());
            homes.put(record.id(), segment);
        } else if (record.kind() == Kind.GONE) {
            homes.remove(record.id());
        }
    }

    private void beginSegment() throws IOException {
        List<Long> empty = empty();
        folder.removeEnds(empty);
        closeSegment();
        try {
            // Files of that name can only be left from a try that failed here, and are empty.
            file = folder.disk().append(folder.segment(segment + 1));
            end = SegmentEnd.begin(folder, segment + 1);
            folder.disk().sync(folder.directory());
        } catch (IOException e) {
            if (e instanceof SyncFailedException) {
                broken = e;
            }
            closeAfter(e);
            throw e;
        }
        segment++;
        octets = 0;
        live.put(segment, new ArrayList<>());
        remove(empty);
    }

    /// The oldest segments, as long as nothing is left in them. What keeps the next one is named to
    /// the owner. A segment that was there before this journal began is the recovery's.
    private List<Long> empty() {
        List<Long> empty = new ArrayList<>();
        for (Map.Entry<Long, List<QueueId>> each : live.entrySet()) {
            long number = each.getKey();
            List<QueueId> left =
                    each.getValue().stream()
                            .filter(id -> homes.getOrDefault(id, -1L) == number)
                            .toList();
            if (!left.isEmpty()) {
                each.setValue(new ArrayList<>(left));
                if (live.size() - empty.size() >= SEGMENTS_KEPT) {
                    stale.accept(left);
                }
                break;
            }
            empty.add(number);
        }
        return empty;
    }

    private void remove(List<Long> segments) throws IOException {
        for (long number : segments) {
            try {
                folder.remove(List.of(number));
            } catch (SyncFailedException e) {
                broken = e;
                throw e;
            }
            live.remove(number);
        }
    }
}
