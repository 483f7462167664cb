package org.postern.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.postern.store.DiskFile;

/// What lies at a place of the journal, as if it were a file of its own that can only be read.
final class JournaledFile implements DiskFile {
    private final DiskFile segment;
    private final Place place;

    JournaledFile(DiskFile segment, Place place) {
        this.segment = segment;
        this.place = place;
    }

    @Override
    public int read(ByteBuffer octets, long position) throws IOException {
        long left = place.length() - position;
        if (left <= 0) {
            return 0;
        }
        ByteBuffer part = octets.slice();
        part.limit((int) Math.min(left, part.remaining()));
        int read = segment.read(part, place.position() + position);
        octets.position(octets.position() + read);
        return read;
    }

    @Override
    public long size() {
        return place.length();
    }

    @Override
    public void write(ByteBuffer octets) {
        throw new UnsupportedOperationException("a place of the journal is not written again");
    }

    @Override
    public void truncate(long length) {
        throw new UnsupportedOperationException("a place of the journal is not cut");
    }

    @Override
    public void sync() {
        throw new UnsupportedOperationException("nothing was written");
    }

    @Override
    public void close() throws IOException {
        segment.close();
    }
}
