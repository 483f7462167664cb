package org.postern.writing;

import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a letter as far as it can be written, and what follows as well: a form is read to its end
/// also where the disk is full, so that its words can be given back.
final class EnduringOut extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(EnduringOut.class);

    private final OutputStream out;
    private boolean failed;

    EnduringOut(OutputStream out) {
        this.out = out;
    }

    /// Whether something could not be written.
    boolean hasFailed() {
        return failed;
    }

    @Override
    public void write(int octet) {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
        if (failed) {
            return;
        }
        try {
            out.write(octets, offset, length);
        } catch (IOException e) {
            LOG.warn("a letter cannot be written: {}", e.getMessage());
            failed = true;
        }
    }
}
