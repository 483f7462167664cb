package org.postern.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.allowance.SmtpLimits;
import org.postern.mail.Reply;
import org.postern.octets.OctetScan;

/// Reads the message after DATA or in the chunks of BDAT, block by block, however the network has
/// cut it, and hands whole spans on. After DATA it finds the one true end (CRLF.CRLF) and removes
/// dot-stuffing (RFC 5321 §4.5.2); in chunks a dot is a dot, and the end is told by `end`.
///
/// A bare CR, a bare LF and a NUL are refused wherever they stand (RFC 5321 §2.3.8): they are what
/// SMTP smuggling is made of. Whatever is wrong, it reads on to the true end before it says so, so
/// that no octet of a refused message is ever taken for a command.
final class DataReader implements Connection.Reader {
    /// Every octet that needs a look (NUL, LF, CR) is below this one.
    private static final int FIRST_HARMLESS = 0x0E;

    /// A refused message is read to its end, but not for ever: this many times the size limit.
    private static final int DRAIN_FACTOR = 4;

    /// What that factor is applied to at least, however small the size limit is.
    private static final long DRAIN_UNIT_MIN = 1L << 20;

    private static final byte[] CRLF = {'\r', '\n'};

    /// Where in a line the next octet stands.
    private enum Place {
        LINE_BEGIN,
        /// Behind a dot that begins a line.
        DOT,
        /// Behind a dot and a CR that begin a line.
        DOT_CR,
        TEXT,
        /// Behind a CR that does not follow a beginning dot.
        CR,
        END
    }

    /// How the end of the message is told.
    enum Framing {
        DOT,
        CHUNKS
    }

    private final Framing framing;
    private final OutputStream out;
    private final long octetsMax;
    private Place place = Place.LINE_BEGIN;
    private long lineOctets;
    private long octets;
    private long drained;
    private @Nullable Reply refusal;
    private @Nullable IOException storeFailure;

    /// @param framing of the command that began the message
    /// @param out takes the message; not written any more once something is wrong
    /// @param octetsMax the largest message that is taken
    DataReader(Framing framing, OutputStream out, long octetsMax) {
        this.framing = framing;
        this.out = out;
        this.octetsMax = octetsMax;
    }

    /// Whether the end has been seen, or so much has been thrown away that the session must end.
    @Override
    public boolean isDone() {
        return place == Place.END || isEndless();
    }

    /// Whether the client goes on and on after its message was refused; the session must end then,
    /// because the end of the data is not known.
    boolean isEndless() {
        return drained > drainOctets(octetsMax);
    }

    /// What is read and thrown away at most, so that a refusal can be told.
    static long drainOctets(long messageOctets) {
        return DRAIN_FACTOR * Math.max(messageOctets, DRAIN_UNIT_MIN);
    }

    /// Octets handed on, without stuffing and the final dot.
    long octets() {
        return octets;
    }

    /// Why the message cannot be taken; empty if it can.
    Optional<Reply> refusal() {
        return Optional.ofNullable(refusal);
    }

    /// Why `out` failed, for the log.
    Optional<IOException> storeFailure() {
        return Optional.ofNullable(storeFailure);
    }

    /// Consumes a block, all of it unless the end of the data lies in it.
    ///
    /// @return the position of the first octet that is not consumed
    @Override
    public int take(byte[] block, int from, int to) {
        int position = from;
        int span = from;
        while (position < to && place != Place.END) {
            switch (place) {
                case LINE_BEGIN -> {
                    lineOctets = 0;
                    place = Place.TEXT;
                    if (framing == Framing.DOT && block[position] == '.') {
                        handOn(block, span, position);
                        place = Place.DOT;
                        span = ++position;
                    }
                }
                case DOT -> {
                    place = Place.TEXT;
                    if (block[position] == '\r') {
                        // Not handed on: it belongs to the end, or it is a lone one and refused.
                        place = Place.DOT_CR;
                        span = ++position;
                    }
                }
                case DOT_CR -> {
                    if (block[position] == '\n') {
                        place = Place.END;
                        span = ++position;
                    } else {
                        place = afterLoneCr();
                    }
                }
                case TEXT -> position = text(block, position, to);
                case CR -> {
                    if (block[position] == '\n') {
                        place = Place.LINE_BEGIN;
                        position++;
                    } else {
                        place = afterLoneCr();
                    }
                }
                case END -> throw new IllegalStateException("read behind the end");
            }
        }
        if (place != Place.END) {
            handOn(block, span, position);
        }
        return position;
    }

    /// The last chunk has been taken. A last line without its CRLF gets one, as it would have had
    /// after DATA; a CR at the very end stands alone.
    void end() {
        if (place == Place.CR) {
            refuse(Replies.BARE_OCTET);
        } else if (place == Place.TEXT) {
            handOn(CRLF, 0, CRLF.length);
        }
        place = Place.END;
    }

    /// What follows is text, or another CR, which `text` finds.
    private Place afterLoneCr() {
        refuse(Replies.BARE_OCTET);
        return Place.TEXT;
    }

    /// Goes on to behind the next CR, or to the end of the block.
    private int text(byte[] block, int from, int to) {
        int position = from;
        while (true) {
            int found = OctetScan.firstBelow(block, position, to, FIRST_HARMLESS);
            lineOctets += found - position;
            if (lineOctets > SmtpLimits.TEXT_LINE_OCTETS_MAX - 2) {
                refuse(Replies.TEXT_LINE_TOO_LONG);
            }
            if (found == to) {
                return to;
            }
            position = found + 1;
            lineOctets++;
            switch (block[found]) {
                case '\r' -> {
                    place = Place.CR;
                    return position;
                }
                case '\n' -> refuse(Replies.BARE_OCTET);
                case 0 -> refuse(Replies.NUL_OCTET);
                default -> {
                    // A tab or another control character, which a message may hold.
                }
            }
        }
    }

    private void handOn(byte[] block, int from, int to) {
        int length = to - from;
        if (refusal == null && octets + length > octetsMax) {
            refuse(Replies.tooLarge(octetsMax));
        }
        if (refusal != null) {
            drained += length;
            return;
        }
        try {
            out.write(block, from, length);
            octets += length;
        } catch (IOException e) {
            storeFailure = e;
            refuse(Replies.notStored(e));
        }
    }

    /// The first thing that is wrong decides.
    private void refuse(Reply reply) {
        if (refusal == null) {
            refusal = reply;
        }
    }
}
