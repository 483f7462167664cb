package org.postern.relay;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Reply;
import org.postern.octets.OctetScan;

/// The content on its way onto the wire: dots are stuffed (RFC 5321 §4.5.2), and a CR or LF that is
/// not part of a CRLF never leaves (§2.3.8), since a server that took it for a line end could be
/// made to see a second message in it.
///
/// Once a write has failed, every later call fails, so a writer that swallows an exception cannot
/// complete a message that lacks octets.
final class DotStuffer extends OutputStream {
    /// RFC 5321 §4.5.3.1.6, without the CRLF. Longer lines pass, because cutting them would break
    /// signatures; they are noted.
    static final int LINE_OCTETS_MAX = 998;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] DOT = {'.'};
    private static final byte[] END = {'.', '\r', '\n'};

    private final Sink sink;
    private final boolean eightBit;

    private boolean atLineStart = true;
    private boolean afterCr;
    private long lineOctets;
    private long longestLine;
    private @Nullable Reply refusal;
    private boolean failed;

    /// Where stuffed octets go.
    @FunctionalInterface
    interface Sink {
        void write(byte[] octets, int offset, int length) throws IOException;
    }

    /// @param eightBit whether octets above 127 may leave (RFC 6152)
    DotStuffer(Sink sink, boolean eightBit) {
        this.sink = sink;
        this.eightBit = eightBit;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, octets.length);
        demandUnfailed();
        failed = true;
        stuff(octets, offset, offset + length);
        failed = false;
    }

    /// The final dot. A last line without its line end gets one: without it the dot would not stand
    /// alone (RFC 5321 §4.1.1.4).
    ///
    /// @throws IOException if any write before has failed, whoever has seen it
    void finish() throws IOException {
        demandUnfailed();
        if (afterCr) {
            throw refuse(bareLineEnd());
        }
        if (!atLineStart) {
            sink.write(CRLF, 0, CRLF.length);
        }
        sink.write(END, 0, END.length);
    }

    /// What the content itself lacks, as the permanent failure that it is; null if nothing.
    @Nullable Reply refusal() {
        return refusal;
    }

    /// Octets of the longest line, without its line end.
    long longestLine() {
        return Math.max(longestLine, lineOctets);
    }

    private void stuff(byte[] octets, int from, int end) throws IOException {
        int at = from;
        int runStart = from;
        while (at < end) {
            if (afterCr) {
                // The CR was held back at the end of the last block.
                if (octets[at] != '\n') {
                    throw refuse(bareLineEnd());
                }
                sink.write(CRLF, 0, CRLF.length);
                endLine();
                at++;
                runStart = at;
                continue;
            }
            if (atLineStart) {
                if (octets[at] == '.') {
                    sink.write(octets, runStart, at - runStart);
                    sink.write(DOT, 0, DOT.length);
                    runStart = at;
                }
                atLineStart = false;
            }
            int stop = plainUntil(octets, at, end);
            lineOctets += stop - at;
            at = stop;
            if (at == end) {
                break;
            }
            byte octet = octets[at];
            if (octet < 0) {
                throw refuse(eightBitRefused());
            } else if (octet == '\r' && at + 1 < end && octets[at + 1] == '\n') {
                at += 2;
                endLine();
            } else if (octet == '\r' && at + 1 == end) {
                sink.write(octets, runStart, at - runStart);
                afterCr = true;
                return;
            } else {
                throw refuse(bareLineEnd());
            }
        }
        sink.write(octets, runStart, end - runStart);
    }

    private void endLine() {
        longestLine = Math.max(longestLine, lineOctets);
        lineOctets = 0;
        atLineStart = true;
        afterCr = false;
    }

    /// The first position at or behind `at` that is CR, LF or an octet that must not leave; `end`
    /// if there is none.
    private int plainUntil(byte[] octets, int at, int end) {
        int i = suspect(octets, at, end);
        while (i < end && !isSpecial(octets[i])) {
            // A tab, mostly.
            i = suspect(octets, i + 1, end);
        }
        return i;
    }

    private int suspect(byte[] octets, int at, int end) {
        return eightBit
                ? OctetScan.firstBelow(octets, at, end, '\r' + 1)
                : OctetScan.firstBelowOrHigh(octets, at, end, '\r' + 1);
    }

    private boolean isSpecial(byte octet) {
        return octet == '\r' || octet == '\n' || (octet < 0 && !eightBit);
    }

    /// RFC 6152 §3: converting would break signatures, and 8-bit octets must not go to a server
    /// that does not take them.
    private static Reply eightBitRefused() {
        return new Reply(
                554, "5.6.3", "the message has 8-bit octets, and the next hop takes 7-bit only");
    }

    private void demandUnfailed() throws IOException {
        if (failed) {
            throw new IOException("a write of this content has failed before");
        }
    }

    private static Reply bareLineEnd() {
        return new Reply(550, "5.6.0", "the message has a CR or LF that is not part of a CRLF");
    }

    private IOException refuse(Reply reply) {
        failed = true;
        refusal = reply;
        return new IOException("the content is refused: " + reply);
    }
}
