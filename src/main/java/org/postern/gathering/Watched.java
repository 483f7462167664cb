package org.postern.gathering;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.postern.files.SecondFile;

/// A picture, sound or film on its way to whoever reads it, with an eye on whether another file
/// lies in it.
final class Watched extends FilterInputStream {
    private final SecondFile second = new SecondFile();
    private final Runnable found;

    /// @param found is called when there is one
    Watched(InputStream in, Runnable found) {
        super(in);
        this.found = found;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int read = read(one, 0, 1);
        return read < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
        int read = super.read(to, at, length);
        if (read > 0) {
            second.look(to, at, read);
            if (second.found()) {
                found.run();
            }
        }
        return read;
    }

    /// What is skipped is seen as well.
    @Override
    public long skip(long octets) throws IOException {
        byte[] passed = new byte[Math.clamp(octets, 0, 1 << 13)];
        return Math.max(0, read(passed, 0, passed.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
