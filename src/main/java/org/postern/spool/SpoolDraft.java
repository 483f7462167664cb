package org.postern.spool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postern.frame.Frames;
import org.postern.frame.SealedContent;
import org.postern.mail.Content;
import org.postern.mail.Draft;
import org.postern.mail.QueueId;
import org.postern.octets.OctetStore;
import org.postern.store.DiskFile;
import org.postern.vault.DataKey;
import org.postern.vault.Sealing;
import org.postern.vault.SegmentCipher;
import org.postern.vault.SegmentCipher.Segment;
import org.postern.vault.Vault;

/// A message on its way into the spool. It stays in memory until it is committed, as far as there
/// is room for it: its first chunk without asking. A larger one goes to the disk in pieces, sealed.
final class SpoolDraft implements Draft {
    /// Sealed octets that are written at once.
    private static final int WRITE_OCTETS = 4 * SegmentCipher.SEGMENT_OCTETS;

    /// Room for the records besides the content, of an ordinary message.
    private static final int RECORDS_OCTETS = 2 * 1024;

    private final QueueId id;
    private final SpoolVolume volume;
    private final Vault vault;
    private final PlainMemory memory;
    private final SpoolVolume.Purpose purpose;
    private final Consumer<QueueId> onClose;
    private final DataKey key;
    private final byte[] prefix = SegmentCipher.newPrefix();
    private final byte[] wrappedKey;
    private final SegmentCipher cipher;
    private final OutputStream out = new Octets();

    private final OctetStore pending = new OctetStore();
    private long taken;
    private long size;
    private int segments;
    private long written;
    private @Nullable DiskFile file;
    private @Nullable Content content;
    private boolean failed;
    private boolean closed;
    private boolean spent;
    private boolean kept;

    SpoolDraft(Ground ground, QueueId id, Consumer<QueueId> onClose) {
        this.id = id;
        this.volume = ground.volume();
        this.vault = ground.vault();
        this.memory = ground.memory();
        this.purpose = ground.purpose();
        this.onClose = onClose;
        this.key = vault.newDataKey();
        this.wrappedKey = vault.wrap(key);
        this.cipher = new SegmentCipher(key, prefix, Frames.context("content", id));
    }

    /// What all drafts of a spool share.
    record Ground(
            SpoolVolume volume, Vault vault, PlainMemory memory, SpoolVolume.Purpose purpose) {}

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
            content = new Memory(pending);
        } else {
            write(file, sealPending(file, true));
            content = new SealedContent(id, size, vault, this::reopen);
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

    /// Octets of the content so far.
    long size() {
        return size;
    }

    /// Completes the file under its draft's name and syncs it.
    SpoolEntry complete(QueuedMessage message) throws IOException {
        requireUnspent();
        DiskFile target = file;
        Frames frames;
        if (target == null) {
            volume.requireRoom(pending.size(), purpose);
            target = volume.disk().create(volume.draft(id));
            file = target;
            frames = sealPending(target, true);
        } else {
            frames = new Frames(RECORDS_OCTETS);
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
        Frames frames = sealPending(null, true);
        end(frames, message);
        return new Image(new SpoolEntry(message, wrappedKey, frames.length()), frames.take());
    }

    /// A message as it would lie in a file.
    record Image(SpoolEntry entry, ByteBuffer octets) {}

    /// Leaves the content in memory for the first attempt, if it is there and there is room.
    void leavePlain() {
        if (content instanceof Memory && memory.take(pending.room() - taken)) {
            memory.keep(id, pending);
            taken = 0;
        }
    }

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
        memory.giveBack(taken);
        taken = 0;
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
        int done = pending.put(octets, offset, length);
        while (done < length) {
            makeRoom();
            done += pending.put(octets, offset + done, length - done);
        }
        size += length;
    }

    /// Called only when more octets follow, so that no segment written here is the last.
    private void makeRoom() throws IOException {
        if (file == null && grows()) {
            return;
        }
        // A write that fails may have written a part; nothing can follow it.
        failed = true;
        volume.requireRoom(0, purpose);
        DiskFile target = file;
        if (target == null) {
            target = volume.disk().create(volume.draft(id));
            file = target;
        }
        write(target, sealPending(target, false));
        pending.clear();
        memory.giveBack(taken);
        taken = 0;
        failed = false;
    }

    private boolean grows() {
        if (pending.size() >= PlainMemory.MESSAGE_OCTETS_MAX
                || !memory.take(OctetStore.CHUNK_OCTETS)) {
            return false;
        }
        taken += OctetStore.CHUNK_OCTETS;
        pending.addChunk();
        return true;
    }

    /// Seals what is pending, and writes all of it but the last records.
    ///
    /// @param target null to have all records returned
    /// @return what is not written yet
    private Frames sealPending(@Nullable DiskFile target, boolean last) throws IOException {
        int all = (int) pending.size();
        int room = target == null ? all : Math.min(all, WRITE_OCTETS);
        Frames frames = new Frames(room + RECORDS_OCTETS);
        if (segments == 0) {
            frames.head(prefix, wrappedKey);
        }
        List<ByteBuffer> pieces = pending.pieces(SegmentCipher.SEGMENT_OCTETS);
        for (int i = 0; i < pieces.size(); i++) {
            boolean end = i == pieces.size() - 1;
            frames.segment(cipher, pieces.get(i), new Segment(segments++, last && end));
            if (target != null && !end && frames.length() >= WRITE_OCTETS) {
                write(target, frames);
                frames = new Frames(room + RECORDS_OCTETS);
            }
        }
        return frames;
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
        private final OctetStore octets;

        Memory(OctetStore octets) {
            this.octets = octets;
        }

        @Override
        public long size() {
            return octets.size();
        }

        @Override
        public InputStream open() throws IOException {
            requireOpen();
            return octets.open();
        }
    }
}
