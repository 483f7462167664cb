package org.postern.dkim;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/// The hash of a body in canonical form, taken while the body passes: RFC 6376 §3.4.3, §3.4.4,
/// §3.7. Memory does not grow with the body.
final class BodyHash extends OutputStream {
    /// No `l=`: the whole body counts.
    static final long ALL = Long.MAX_VALUE;

    private static final int BUFFER_OCTETS = 8 * 1_024;

    /// What a hash depends on besides the body.
    ///
    /// @param length octets of the canonical body that count: `l=`
    record Manner(Canonical form, long length) {}

    private final boolean relaxed;
    private final MessageDigest digest;
    private final byte[] buffer = new byte[BUFFER_OCTETS];
    private int filled;
    private long left;
    private long octets;

    /// Line ends that count only if text follows.
    private long lineEnds;

    private boolean white;
    private boolean afterCr;
    private boolean anyText;

    BodyHash(Manner manner) {
        this.relaxed = manner.form() == Canonical.RELAXED;
        this.left = manner.length();
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public void write(int octet) {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] block, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, block.length);
        int end = offset + length;
        int at = offset;
        while (at < end) {
            byte octet = block[at];
            if (afterCr) {
                afterCr = false;
                if (octet == '\n') {
                    white = false;
                    lineEnds++;
                    at++;
                    continue;
                }
                text(new byte[] {'\r'}, 0, 1);
            }
            if (octet == '\r') {
                afterCr = true;
                at++;
            } else if (relaxed && (octet == ' ' || octet == '\t')) {
                white = true;
                at++;
            } else {
                int from = at;
                while (at < end && isText(block[at])) {
                    at++;
                }
                text(block, from, at);
            }
        }
    }

    private boolean isText(byte octet) {
        return octet != '\r' && (!relaxed || (octet != ' ' && octet != '\t'));
    }

    /// Text proper, and whatever was held back until it was known that some follows.
    private void text(byte[] block, int from, int end) {
        for (; lineEnds > 0; lineEnds--) {
            emit('\r');
            emit('\n');
        }
        if (white) {
            emit(' ');
            white = false;
        }
        anyText = true;
        int at = from;
        while (at < end) {
            if (filled == buffer.length) {
                digest();
            }
            int n = Math.min(end - at, buffer.length - filled);
            System.arraycopy(block, at, buffer, filled, n);
            filled += n;
            at += n;
        }
    }

    private void emit(char octet) {
        if (filled == buffer.length) {
            digest();
        }
        buffer[filled++] = (byte) octet;
    }

    private void digest() {
        int counted = (int) Math.min(filled, left);
        digest.update(buffer, 0, counted);
        left -= counted;
        octets += filled;
        filled = 0;
    }

    /// Ends the body. Once only.
    byte[] finish() {
        if (afterCr) {
            afterCr = false;
            text(new byte[] {'\r'}, 0, 1);
        }
        // Empty lines at the end do not count, and the last line has its end. A body without any
        // text is an empty line in the simple form, and nothing in the relaxed one.
        if (anyText || !relaxed) {
            emit('\r');
            emit('\n');
        }
        digest();
        return digest.digest();
    }

    /// Octets of the whole body in canonical form; after `finish`.
    long octets() {
        return octets;
    }
}
