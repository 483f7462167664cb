package org.postern.spool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postern.frame.Frames;
import org.postern.mail.Content;
import org.postern.mail.Draft;
import org.postern.mail.QueueId;
import org.postern.store.DiskFile;
import org.postern.vault.DataKey;
import org.postern.vault.Sealing;
import org.postern.vault.SegmentCipher;
import org.postern.vault.SegmentCipher.Segment;
import org.postern.vault.Vault;

/// A message on its way into the spool. A small one stays in memory until it is committed, and is
/// then written in one piece; a larger one goes to the disk in pieces, sealed.
final class SpoolDraft implements Draft {
    /// What is kept in memory; a multiple of the segment.
    private static final int MEMORY_OCTETS_MAX = 2 * SegmentCipher.SEGMENT_OCTETS;

    private static final int MEMORY_OCTETS_MIN = 8 * 1024;

    /// Room for the records besides the content, of an ordinary message.
    private static final int RECORDS_OCTETS = 2 * 1024;

    private final QueueId id;
    private final SpoolVolume volume;
    private final Vault vault;
    private final Consumer<QueueId> onClose;
    private final DataKey key;
    private final byte[] prefix = SegmentCipher.newPrefix();
    private final byte[] wrappedKey;
    private final SegmentCipher cipher;
    private final OutputStream out = new Octets();

    private byte[] pending = new byte[MEMORY_OCTETS_MIN];
    private int filled;
    private long size;
    private int segments;
    private long written;
    private @Nullable DiskFile file;
    private @Nullable Content content;
    private boolean failed;
    private boolean closed;
    private boolean spent;
    private boolean kept;

    SpoolDraft(QueueId id, SpoolVolume volume, Vault vault, Consumer<QueueId> onClose) {
        this.id = id;
        this.volume = volume;
        this.vault = vault;
        this.onClose = onClose;
        this.key = vault.newDataKey();
        this.wrappedKey = vault.wrap(key);
        this.cipher = new SegmentCipher(key, prefix, Frames.context("content", id));
    }

    @Override
    public QueueId id() {
        return id;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public Content finish() throws IOException {
        if (content != null) {
            return content;
        }
        requireWritable();
        if (file == null) {
            content = new Memory(size);
        } else {
            Frames frames = new Frames(filled + RECORDS_OCTETS);
            sealPending(frames, true);
            write(file, frames);
            content = new SpooledContent(id, size, vault, this::reopen);
        }
        return content;
    }

    boolean belongsTo(SpoolVolume other) {
        return volume == other;
    }

    /// Whether all of it lies in memory.
    boolean isInMemory() {
        return file == null;
    }

    /// Completes the file under its draft's name and syncs it.
    SpoolEntry complete(QueuedMessage message) throws IOException {
        requireUnspent();
        Frames frames = new Frames(filled + RECORDS_OCTETS);
        DiskFile target = file;
        if (target == null) {
            target = volume.disk().create(volume.draft(id));
            file = target;
            frames.head(prefix, wrappedKey);
            sealPending(frames, true);
        }
        end(frames, message);
        write(target, frames);
        volume.sync(target);
        target.close();
        return new SpoolEntry(message, wrappedKey, written);
    }

    /// All that the file of a message would hold that lies in memory.
    Image image(QueuedMessage message) throws IOException {
        requireUnspent();
        Frames frames = new Frames(filled + RECORDS_OCTETS).head(prefix, wrappedKey);
        sealPending(frames, true);
        end(frames, message);
        SpoolEntry entry = new SpoolEntry(message, wrappedKey, frames.length());
        return new Image(entry, frames.take(), ByteBuffer.wrap(pending, 0, filled));
    }

    /// A message as it would lie in a file.
    ///
    /// @param plain its content, which does not change any more
    record Image(SpoolEntry entry, ByteBuffer octets, ByteBuffer plain) {}

    private void end(Frames frames, QueuedMessage message) {
        byte[] meta = MessageCodec.encode(message);
        frames.sealed(Frames.META, Sealing.seal(meta, key, Frames.context("meta", id)));
        frames.endOfMessage(written + frames.length(), segments);
    }

    private void requireUnspent() throws IOException {
        requireOpen();
        if (spent) {
            throw new IllegalStateException("the draft " + id + " was to be committed before");
        }
        spent = true;
    }

    /// From now on the file is the spool's.
    void keep() {
        kept = true;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        key.close();
        pending = new byte[0];
        try {
            if (file != null) {
                file.close();
            }
        } finally {
            onClose.accept(id);
            if (file != null && !kept) {
                volume.discard(id);
            }
        }
    }

    private void append(byte[] octets, int offset, int length) throws IOException {
        if (content != null) {
            throw new IOException("the draft " + id + " is finished");
        }
        requireWritable();
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == pending.length) {
                makeRoom(left);
            }
            int n = Math.min(left, pending.length - filled);
            System.arraycopy(octets, from, pending, filled, n);
            filled += n;
            from += n;
            left -= n;
        }
        size += length;
    }

    /// Called only when more octets follow, so that no segment written here is the last.
    private void makeRoom(int more) throws IOException {
        if (pending.length < MEMORY_OCTETS_MAX) {
            int wanted = Math.max(2 * pending.length, filled + more);
            pending = Arrays.copyOf(pending, Math.clamp(wanted, 0, MEMORY_OCTETS_MAX));
            return;
        }
        // A write that fails may have written a part; nothing can follow it.
        failed = true;
        volume.requireRoom(0);
        Frames frames = new Frames(filled + RECORDS_OCTETS);
        DiskFile target = file;
        if (target == null) {
            target = volume.disk().create(volume.draft(id));
            file = target;
            frames.head(prefix, wrappedKey);
        }
        sealPending(frames, false);
        write(target, frames);
        filled = 0;
        failed = false;
    }

    private void sealPending(Frames frames, boolean last) {
        int from = 0;
        do {
            int length = Math.min(filled - from, SegmentCipher.SEGMENT_OCTETS);
            boolean ends = last && from + length == filled;
            ByteBuffer plain = ByteBuffer.wrap(pending, from, length);
            frames.segment(cipher, plain, new Segment(segments++, ends));
            from += length;
        } while (from < filled);
    }

    private void write(DiskFile target, Frames frames) throws IOException {
        failed = true;
        int length = frames.length();
        try {
            target.write(frames.take());
        } catch (IOException e) {
            throw volume.explain(e);
        }
        written += length;
        failed = false;
    }

    private DiskFile reopen() throws IOException {
        requireOpen();
        return volume.disk().read(kept ? volume.message(id) : volume.draft(id));
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the draft " + id + " is closed");
        }
    }

    private void requireWritable() throws IOException {
        requireOpen();
        if (failed) {
            throw new IOException("a write of the draft " + id + " failed before");
        }
    }

    private final class Octets extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            append(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, octets.length);
            append(octets, offset, length);
        }
    }

    /// The content of a draft that is small enough to lie here.
    private final class Memory implements Content {
        private final long octets;

        Memory(long octets) {
            this.octets = octets;
        }

        @Override
        public long size() {
            return octets;
        }

        @Override
        public InputStream open() throws IOException {
            requireOpen();
            return new ByteArrayInputStream(pending, 0, (int) octets);
        }
    }
}
