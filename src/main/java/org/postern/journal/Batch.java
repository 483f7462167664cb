package org.postern.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.postern.journal.JournalRecord.Kind;
import org.postern.mail.QueueId;

/// The form of what is written and synced at once: a head (magic | number of the batch | length of
/// the body | CRC-32C of the body | CRC-32C of the head), and the body, a sequence of records
/// (letter | queue id | length of the payload | payload).
///
/// The head has a checksum of its own, so that a batch that the power cut short can be told from
/// one that was damaged later.
final class Batch {
    private static final int MAGIC = 0x504A4E4C;
    static final int HEAD_OCTETS = 3 * Integer.BYTES + Long.BYTES + Integer.BYTES;
    private static final int ID_OCTETS = 16;
    private static final int RECORD_OVERHEAD = 1 + ID_OCTETS + Integer.BYTES;

    /// Far above what the spool puts into one batch.
    private static final int BODY_OCTETS_MAX = 256 << 20;

    private Batch() {}

    /// What the head of a batch says.
    record Head(long number, int bodyOctets, int bodyChecksum) {}

    /// One record as it lies in a body.
    ///
    /// @param at of the payload, counted from the begin of the body
    record Found(Kind kind, QueueId id, int at, int length) {}

    static int octets(List<JournalRecord> records) {
        long octets = HEAD_OCTETS;
        for (JournalRecord each : records) {
            octets += RECORD_OVERHEAD + each.payload().remaining();
        }
        return Math.toIntExact(octets);
    }

    /// Writes a whole batch into the buffer.
    ///
    /// @param positions takes for each record where its payload begins, counted from the begin of
    ///   the batch
    static void encode(long number, List<JournalRecord> records, ByteBuffer out, int[] positions) {
        int begin = out.position();
        out.position(begin + HEAD_OCTETS);
        int i = 0;
        for (JournalRecord each : records) {
            out.put(each.kind().letter());
            out.put(each.id().value().getBytes(StandardCharsets.US_ASCII));
            out.putInt(each.payload().remaining());
            positions[i++] = out.position() - begin;
            out.put(each.payload().duplicate());
        }
        int end = out.position();
        int body = begin + HEAD_OCTETS;
        out.putInt(begin, MAGIC);
        out.putLong(begin + 4, number);
        out.putInt(begin + 12, end - body);
        out.putInt(begin + 16, checksum(out.duplicate().flip().position(body)));
        out.putInt(begin + 20, checksum(out.duplicate().flip().limit(begin + 20).position(begin)));
    }

    /// @param head exactly `HEAD_OCTETS`
    /// @return empty if it is not a head, whole and true
    static Optional<Head> head(ByteBuffer head) {
        int at = head.position();
        if (head.getInt(at) != MAGIC
                || checksum(head.duplicate().limit(at + 20)) != head.getInt(at + 20)) {
            return Optional.empty();
        }
        int length = head.getInt(at + 12);
        return length < 0 || length > BODY_OCTETS_MAX
                ? Optional.empty()
                : Optional.of(new Head(head.getLong(at + 4), length, head.getInt(at + 16)));
    }

    static boolean isWhole(Head head, ByteBuffer body) {
        return checksum(body.duplicate()) == head.bodyChecksum();
    }

    /// The records of a body, as far as they can be told: all of them if the body is whole.
    static List<Found> records(ByteBuffer body) {
        List<Found> records = new ArrayList<>();
        ByteBuffer rest = body.slice();
        byte[] id = new byte[ID_OCTETS];
        while (rest.remaining() >= RECORD_OVERHEAD) {
            @Nullable Kind kind = kind(rest.get());
            rest.get(id);
            String name = new String(id, StandardCharsets.US_ASCII);
            int length = rest.getInt();
            if (kind == null || !QueueId.isValid(name) || length < 0 || length > rest.remaining()) {
                return records;
            }
            records.add(new Found(kind, new QueueId(name), rest.position(), length));
            rest.position(rest.position() + length);
        }
        return records;
    }

    private static @Nullable Kind kind(byte letter) {
        for (Kind kind : Kind.values()) {
            if (kind.letter() == letter) {
                return kind;
            }
        }
        return null;
    }

    private static int checksum(ByteBuffer octets) {
        CRC32C crc = new CRC32C();
        crc.update(octets);
        return (int) crc.getValue();
    }
}
