package org.postern.mailbox;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.postern.mail.Content;
import org.postern.store.DiskFile;
import org.postern.store.DiskStreams;
import org.postern.vault.DataKey;
import org.postern.vault.Sealing;

/// The content of one body file, from any octet on.
final class SealedBody implements Content {
    private static final int BUFFER_OCTETS = 1 << 16;

    private final BodyFiles files;
    private final MessageKey key;
    private final long size;
    private final long begin;

    /// A file and the key to it; both are closed with the stream.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Open(DiskFile file, DataKey dataKey, byte[] context) {}

    /// @param size of the plain text
    /// @param begin of the sealed content in the file
    SealedBody(BodyFiles files, MessageKey key, long size, long begin) {
        this.files = files;
        this.key = key;
        this.size = size;
        this.begin = begin;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() throws IOException {
        Open open = files.openFile(key);
        InputStream sealed =
                new BufferedInputStream(DiskStreams.in(open.file(), begin), BUFFER_OCTETS);
        return new BodyStream(Sealing.open(sealed, open.dataKey(), open.context()), open);
    }

    @Override
    public InputStream open(long from) throws IOException {
        if (from >= size) {
            return InputStream.nullInputStream();
        }
        Open open = files.openFile(key);
        try {
            InputStream plain =
                    Sealing.open(
                            at -> DiskStreams.in(open.file(), begin + at),
                            from,
                            open.dataKey(),
                            open.context());
            return new BodyStream(plain, open);
        } catch (IOException | RuntimeException e) {
            try (DataKey _ = open.dataKey();
                    DiskFile _ = open.file()) {
                throw e;
            }
        }
    }

    /// Takes the file and the key with it when it is closed.
    private static final class BodyStream extends FilterInputStream {
        private final Open open;

        BodyStream(InputStream plain, Open open) {
            super(plain);
            this.open = open;
        }

        @Override
        public void close() throws IOException {
            try (DataKey _ = open.dataKey();
                    DiskFile _ = open.file()) {
                super.close();
            }
        }
    }
}
