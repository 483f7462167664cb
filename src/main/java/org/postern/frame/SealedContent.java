package org.postern.frame;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.store.DiskFile;
import org.postern.vault.DataKey;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SegmentCipher;
import org.postern.vault.SegmentCipher.Segment;
import org.postern.vault.Vault;

/// The content of a spool file, read back through the seal.
public final class SealedContent implements Content {
    /// Where the file lies; a draft's moves when it is committed.
    @FunctionalInterface
    public interface Opener {
        DiskFile open() throws IOException;
    }

    private static final int HEAD_ROOM = 256;

    private final QueueId id;
    private final long size;
    private final Vault vault;
    private final Opener opener;

    /// @param size octets of the content
    public SealedContent(QueueId id, long size, Vault vault, Opener opener) {
        this.id = id;
        this.size = size;
        this.vault = vault;
        this.opener = opener;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() throws IOException {
        DiskFile file = opener.open();
        try {
            int segment = (int) Math.min(size, SegmentCipher.SEGMENT_OCTETS);
            FrameReader reader = new FrameReader(file, segment + HEAD_ROOM);
            FrameReader.Head head = reader.head();
            return new Stream(file, reader, vault.unwrap(head.wrappedKey), head.prefix);
        } catch (IOException e) {
            file.close();
            throw named(e);
        }
    }

    private IOException named(IOException e) {
        if (e instanceof DamagedException || e instanceof SealBrokenException) {
            return new DamagedException("the content of " + id + " is damaged", e);
        }
        return e;
    }

    /// Hands out one segment after the other, each only after it proved authentic.
    private final class Stream extends InputStream {
        private final DiskFile file;
        private final FrameReader reader;
        private final DataKey key;
        private final SegmentCipher cipher;
        private final byte[] plain;
        private int at;
        private int end;
        private int segments;
        private long handed;
        private boolean finished;
        private @Nullable IOException failure;

        Stream(DiskFile file, FrameReader reader, DataKey key, byte[] prefix) {
            this.file = file;
            this.reader = reader;
            this.key = key;
            this.cipher = new SegmentCipher(key, prefix, Frames.context("content", id));
            this.plain = new byte[(int) Math.min(size, SegmentCipher.SEGMENT_OCTETS)];
        }

        @Override
        public int read() throws IOException {
            return fill() ? plain[at++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] octets, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, octets.length);
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int n = Math.min(length, end - at);
            System.arraycopy(plain, at, octets, offset, n);
            at += n;
            return n;
        }

        @Override
        public int available() {
            return end - at;
        }

        @Override
        public void close() throws IOException {
            failure = new IOException("the stream is closed");
            at = 0;
            end = 0;
            Arrays.fill(plain, (byte) 0);
            key.close();
            file.close();
        }

        private boolean fill() throws IOException {
            if (failure != null) {
                throw failure;
            }
            while (at == end && !finished) {
                try {
                    openSegment();
                } catch (IOException e) {
                    failure = named(e);
                    throw failure;
                }
            }
            return at < end;
        }

        private void openSegment() throws IOException {
            boolean last = reader.isNext(Frames.LAST);
            ByteBuffer sealed = reader.next(last ? Frames.LAST : Frames.SEGMENT).payload();
            int length = sealed.remaining() - SegmentCipher.TAG_OCTETS;
            handed += length;
            if (length < 0 || length > plain.length || handed > size || (last && handed != size)) {
                throw new DamagedException("the content does not have its length");
            }
            cipher.open(sealed, new Segment(segments, last), ByteBuffer.wrap(plain));
            segments++;
            at = 0;
            end = length;
            finished = last;
        }
    }
}
