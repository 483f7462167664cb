package org.postern.smtp;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLSession;
import org.postern.allowance.SmtpLimits;
import org.postern.door.Wire;
import org.postern.mail.Arrival;
import org.postern.mail.Reply;
import org.postern.net.TlsMaterial;

/// The octets of one session: a block of input that is read whole and consumed in spans, replies
/// that are gathered and flushed before the next wait (RFC 2920 §3.2), and the time each wait may
/// take. What the octets mean it leaves to others.
///
/// It belongs to the session's thread.
final class Connection implements Closeable {
    /// Enough for commands and for most messages without attachments.
    private static final int SMALL_BLOCK_OCTETS = 8 * 1024;

    /// Taken once a client fills the small block in one read.
    private static final int LARGE_BLOCK_OCTETS = 64 * 1024;

    /// Replies of a pipelined group wait here, but no more than this.
    private static final int REPLY_OCTETS_MAX = 8 * 1024;

    /// Whatever begins at the start of a command line and is not a command.
    enum Fault implements Line {
        /// More than the limit; thrown away up to its end.
        TOO_LONG,
        /// A line feed without a carriage return before it, or a line without any end: where the
        /// next command begins is not certain, so there must not be one.
        NO_LINE,
        /// The client has gone.
        END
    }

    /// What `readLine` found.
    sealed interface Line {
        /// @param text without the CRLF, each octet a character; after AUTH it is a secret
        record Text(String text) implements Line {
            @Override
            public String toString() {
                return "a line";
            }
        }
    }

    /// Takes octets that are no commands.
    interface Reader {
        /// @return the position of the first octet that is not consumed
        int take(byte[] block, int from, int to);

        /// Whether the next octet belongs to a command again.
        boolean isDone();
    }

    private final Wire wire;
    private final SmtpLimits.Deadlines deadlines;
    private byte[] block = new byte[SMALL_BLOCK_OCTETS];
    private int lineMax = SmtpLimits.COMMAND_OCTETS_MAX;
    private int position;
    private int limit;
    private final byte[] replies = new byte[REPLY_OCTETS_MAX];
    private int pending;
    private long deadline;
    private long messageBegin;
    private long messageOctets;

    Connection(Wire wire, SmtpLimits.Deadlines deadlines) {
        this.wire = wire;
        this.deadlines = deadlines;
        this.deadline = System.nanoTime() + deadlines.client().command().toNanos();
    }

    InetAddress peer() {
        return wire.peer();
    }

    /// Begins to count the time of a whole command or message; every read until the next call must
    /// end before it is over.
    void expectWithin(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /// Whether the client sends before it was greeted (RFC 5321 §4.3.1: it waits for the greeting).
    ///
    /// @param pause how long to look; zero looks at what has arrived
    boolean talksWithin(Duration pause) throws IOException {
        if (pause.isZero()) {
            return wire.available() > 0;
        }
        expectWithin(pause);
        try {
            // The end of the stream is no talk, and the greeting finds it again.
            return fill();
        } catch (SocketTimeoutException quiet) {
            return false;
        }
    }

    /// Whether octets lie in the block that no command has consumed.
    boolean hasInput() {
        return position < limit;
    }

    /// Whether lines are as long as access tokens need from now on.
    void takeTokens(boolean taken) {
        lineMax = taken ? SmtpLimits.TOKEN_LINE_OCTETS_MAX : SmtpLimits.COMMAND_OCTETS_MAX;
    }

    /// Reads one line that ends in CRLF, waiting for it.
    ///
    /// @throws SocketTimeoutException if it is not there in time
    Line readLine() throws IOException {
        int seen = position;
        while (true) {
            for (int i = seen; i < limit; i++) {
                if (block[i] == '\n') {
                    return lineUntil(i);
                }
            }
            if (limit - position >= lineMax) {
                return discardLine();
            }
            if (limit - position == block.length) {
                block = Arrays.copyOf(block, lineMax);
            }
            int length = limit - position;
            if (!fill()) {
                return Fault.END;
            }
            seen = position + length;
        }
    }

    private Line lineUntil(int lineFeed) {
        int from = position;
        position = lineFeed + 1;
        if (lineFeed == from || block[lineFeed - 1] != '\r') {
            return Fault.NO_LINE;
        }
        if (position - from > lineMax) {
            return Fault.TOO_LONG;
        }
        return new Line.Text(
                new String(block, from, lineFeed - 1 - from, StandardCharsets.ISO_8859_1));
    }

    private Line discardLine() throws IOException {
        int discarded = 0;
        byte last = 0;
        while (discarded <= SmtpLimits.COMMAND_OCTETS_DISCARDED_MAX) {
            while (position < limit) {
                byte octet = block[position++];
                discarded++;
                if (octet == '\n') {
                    return last == '\r' ? Fault.TOO_LONG : Fault.NO_LINE;
                }
                last = octet;
            }
            if (!fill()) {
                return Fault.END;
            }
        }
        return Fault.NO_LINE;
    }

    /// Begins to count the time and the octets of a whole message.
    void expectMessage() {
        messageBegin = System.nanoTime();
        messageOctets = 0;
    }

    /// The next command must come in the usual time, and no later than the message within which it
    /// comes may take: whoever sends a message in many chunks has no more time than others.
    void expectNextChunk() {
        expectWithin(deadlines.client().command());
        long last = messageDeadline();
        if (last - deadline < 0) {
            deadline = last;
        }
    }

    private long messageDeadline() {
        return messageBegin + deadlines.message().untilNextOctet(messageOctets).toNanos();
    }

    /// Lets `reader` consume what is there, reading until it has seen the end of its data.
    ///
    /// @throws EOFException if the client goes before
    void read(Reader reader) throws IOException {
        while (!reader.isDone()) {
            int from = position;
            position = reader.take(block, position, limit);
            messageOctets += position - from;
            if (reader.isDone()) {
                break;
            }
            if (limit == block.length && block.length < LARGE_BLOCK_OCTETS) {
                takeBlock(LARGE_BLOCK_OCTETS);
            }
            deadline = messageDeadline();
            if (!fill()) {
                throw new EOFException("the client went before the end of its message");
            }
        }
        if (!hasInput() && block.length > SMALL_BLOCK_OCTETS) {
            takeBlock(SMALL_BLOCK_OCTETS);
        }
    }

    /// Replaces the block, all of which has been consumed.
    private void takeBlock(int octets) {
        block = new byte[octets];
        position = 0;
        limit = 0;
    }

    /// Writes what is pending, then waits for octets and appends them to the block.
    ///
    /// @return false at the end of the stream
    private boolean fill() throws IOException {
        flush();
        makeRoom();
        int read = wire.read(block, limit, block.length - limit, deadline);
        if (read < 0) {
            return false;
        }
        limit += read;
        return true;
    }

    private void makeRoom() {
        System.arraycopy(block, position, block, 0, limit - position);
        limit -= position;
        position = 0;
    }

    /// Adds a reply to what is written at the next wait.
    void reply(Reply reply) throws IOException {
        line(reply.toString());
    }

    /// Adds a line of a reply.
    ///
    /// @param text ASCII without line ends
    void line(String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        if (pending + octets.length + 2 > replies.length) {
            flush();
        }
        System.arraycopy(octets, 0, replies, pending, octets.length);
        pending += octets.length;
        replies[pending++] = '\r';
        replies[pending++] = '\n';
    }

    void flush() throws IOException {
        if (pending > 0) {
            wire.write(replies, 0, pending);
            pending = 0;
        }
    }

    /// Ends the session so that its last reply arrives. If we closed while the client still talks,
    /// TCP would throw away what the client has not read, and it would not learn why; so what it
    /// says is read for a moment and thrown away.
    void hangUp() throws IOException {
        flush();
        if (hasInput() || wire.available() > 0) {
            wire.linger();
        }
    }

    /// Goes over to TLS, as the server. Call it only when `hasInput` is false.
    ///
    /// @return what was negotiated
    Arrival.Tls startTls(TlsMaterial material) throws IOException {
        SSLSession session = wire.startTls(material, deadlines.handshake());
        return new Arrival.Tls(session.getProtocol(), session.getCipherSuite());
    }

    /// Marks the time between two transactions in which the server may end the session at once.
    ///
    /// @return false if the session was dismissed and must end
    boolean setIdle(boolean idle) {
        return wire.setIdle(idle);
    }

    /// Closes the socket, under TLS with a closing alert; what is pending is lost.
    @Override
    public void close() throws IOException {
        wire.close();
    }
}
