package org.postern.signature;

import java.io.IOException;
import java.io.InputStream;
import org.postern.octets.OctetScan;

/// Whether octets pass every hop as they are: seven bits, no NUL, each CR before an LF and each LF
/// behind a CR, lines of at most 998 octets (RFC 5321 §4.5.3.1.6, RFC 8551 §3.1.3).
final class OctetCheck {
    private static final int LINE_OCTETS_MAX = 998;
    private static final int BLOCK_OCTETS = 32 * 1_024;

    /// Whatever needs a look lies below this or above 0x7F; a blank and what follows it does not.
    private static final int LOW = '\r' + 1;

    private static final long NOWHERE = -2;

    private long position;
    private long lineBegin;
    private long carriageReturn = NOWHERE;
    private boolean clean = true;

    /// Checks the next octets of a stream.
    static boolean passes(InputStream in, long octets) throws IOException {
        OctetCheck check = new OctetCheck();
        byte[] block = new byte[(int) Math.min(BLOCK_OCTETS, octets)];
        for (long left = octets; left > 0; ) {
            int count = in.readNBytes(block, 0, (int) Math.min(block.length, left));
            if (count == 0) {
                break;
            }
            check.take(block, 0, count);
            left -= count;
        }
        return check.passed();
    }

    void take(byte[] block, int from, int length) {
        int to = from + length;
        int at = OctetScan.firstBelowOrHigh(block, from, to, LOW);
        while (at < to && clean) {
            look(block[at], position + at - from);
            at = OctetScan.firstBelowOrHigh(block, at + 1, to, LOW);
        }
        position += length;
    }

    private void look(byte octet, long here) {
        boolean afterReturn = carriageReturn == here - 1;
        boolean bareReturn = carriageReturn != NOWHERE && !afterReturn;
        switch (octet) {
            case '\r' -> {
                clean = carriageReturn == NOWHERE;
                carriageReturn = here;
            }
            case '\n' -> {
                clean = afterReturn && here - 1 - lineBegin <= LINE_OCTETS_MAX;
                carriageReturn = NOWHERE;
                lineBegin = here + 1;
            }
            // 0 is NUL; a negative octet has its eighth bit.
            default -> clean = octet > 0 && !afterReturn && !bareReturn;
        }
    }

    /// At the end.
    boolean passed() {
        return clean && carriageReturn == NOWHERE && position - lineBegin <= LINE_OCTETS_MAX;
    }
}
