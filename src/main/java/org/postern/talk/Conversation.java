package org.postern.talk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postern.door.Wire;
import org.postern.grammar.AppendParser;
import org.postern.grammar.Command.Posting;
import org.postern.grammar.Command.Tagged;
import org.postern.net.TlsMaterial;

/// The octets of one session: commands that are read whole, literals included, and responses that
/// are gathered and flushed before the next wait. What a literal holds can never become a command:
/// it is taken, or thrown away, before anything behind it is looked at.
///
/// It belongs to the session's thread; what is written in IDLE is written by one other.
public final class Conversation implements Closeable {
    private static final int IN_OCTETS = 4 * 1024;

    /// What is held of each connection that waits: thousands do, and a command is seldom longer.
    private static final int WAITING_OCTETS = 256;

    /// The lines of a command after a log-in; `* BYE` above it.
    static final int LINE_OCTETS_MAX = 64 * 1024;

    /// RFC 7888 §5: what a client may send without being asked; `BAD [TOOBIG]` above it.
    static final int UNASKED_OCTETS_MAX = 4 * 1024;

    /// What is read and thrown away of literals that nobody asked for, in one command, so that the
    /// refusal can be told and nothing of them is taken for a command; `* BYE` above it.
    static final int DRAINED_OCTETS_MAX = 1 << 20;

    /// Letters of one APPEND; `NO [LIMIT]` above it.
    static final int LETTERS_MAX = 1_000;

    /// Of the lines between them, all together; the connection ends above it.
    static final int LETTER_LINES_OCTETS_MAX = 256 << 10;

    /// Some octets that were read, to be used before the next read.
    ///
    /// @param from the first of them
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Block(byte[] octets, int from, int length) {}

    /// An announced literal was begun and cannot be finished: whatever was written now would be
    /// read as a part of it, so nothing more is, and the connection is closed.
    public static final class CutShortException extends IOException {
        private static final long serialVersionUID = 1;

        public CutShortException(Exception cause) {
            super("a literal was cut short", cause);
        }
    }

    private final Wire wire;
    private final Outgoing out;
    private byte[] in = new byte[WAITING_OCTETS];
    private int position;
    private int limit;
    private long deadline;
    private boolean utf8;

    public Conversation(Wire wire) {
        this.wire = wire;
        this.out = new Outgoing(wire);
    }

    public InetAddress peer() {
        return wire.peer();
    }

    /// From the next command on UTF-8 may stand in quoted strings, and names of folders are written
    /// in it: RFC 9051 §4.3, §5.1.
    public void useUtf8() {
        utf8 = true;
    }

    public boolean usesUtf8() {
        return utf8;
    }

    /// Begins to count the time of a command; every read until the next call must end before it is
    /// over.
    public void expectWithin(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /// Every read until the next `expectWithin` must end before this as well.
    ///
    /// @param end by `System.nanoTime()`
    public void expectBefore(long end) {
        if (deadline - end > 0) {
            deadline = end;
        }
    }

    /// Whether octets lie here that no command has consumed.
    public boolean hasInput() {
        return position < limit;
    }

    public boolean setIdle(boolean idle) {
        return wire.setIdle(idle);
    }

    /// Reads one command whole, asking for its literals.
    ///
    /// @param budget small before a log-in
    /// @throws SocketTimeoutException if it is not there in time
    public Heard readCommand(CommandBudget budget) throws IOException {
        boolean stranger = budget != CommandBudget.KNOWN;
        int max = budget.octets();
        int lineMax = budget.lineOctets();
        ByteArrayOutputStream command = new ByteArrayOutputStream(128);
        if (!hasInput() && in.length > WAITING_OCTETS) {
            in = new byte[WAITING_OCTETS];
            limit = 0;
            position = 0;
        }
        while (true) {
            int lineBegin = command.size();
            Heard.Fault fault = line(command, lineBegin + lineMax);
            if (fault != null) {
                return fault;
            }
            byte[] soFar = command.toByteArray();
            Announced announced = Announced.at(soFar, lineBegin);
            if (announced == null) {
                return new Heard.Octets(soFar);
            }
            boolean tooBig =
                    announced.octets() > max - soFar.length
                            || (announced.unasked() && announced.octets() > UNASKED_OCTETS_MAX);
            if (!stranger && !(tooBig && announced.unasked())) {
                Optional<Tagged> append = AppendParser.letter(soFar, utf8);
                if (append.isPresent()) {
                    return new Heard.LetterComes(
                            Letter.first(
                                    this,
                                    append.get(),
                                    new Letter.Literal(announced.octets(), announced.unasked())));
                }
            }
            if (tooBig) {
                boolean goesOn = !stranger && (!announced.unasked() || drain(announced.octets()));
                return new Heard.TooBig(soFar, goesOn);
            }
            command.write('\r');
            command.write('\n');
            if (!announced.unasked()) {
                write("+ OK\r\n");
            }
            octets(command, (int) announced.octets());
        }
    }

    /// Reads one line that is no command: the answer to a challenge, or the end of IDLE.
    ///
    /// @param flushing false while somebody else writes
    public Heard readLine(boolean flushing) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        Heard.Fault fault = line(line, CommandBudget.TOKENS.lineOctets(), flushing);
        return fault == null ? new Heard.Octets(line.toByteArray()) : fault;
    }

    /// Throws away what a client sends unasked, up to the end of its command.
    ///
    /// @return false if that is too much; then nothing more may be read
    private boolean drain(long first) throws IOException {
        long left = DRAINED_OCTETS_MAX;
        long next = first;
        while (true) {
            left -= next;
            if (left < 0) {
                return false;
            }
            for (long dropped = 0; dropped < next; ) {
                dropped += block(next - dropped).length();
            }
            ByteArrayOutputStream line = new ByteArrayOutputStream(128);
            if (line(line, LINE_OCTETS_MAX) != null) {
                return false;
            }
            Announced announced = Announced.at(line.toByteArray(), 0);
            if (announced == null) {
                return true;
            }
            if (!announced.unasked()) {
                // The client waits for a continuation that it will not get.
                return true;
            }
            next = announced.octets();
        }
    }

    private Heard.@Nullable Fault line(ByteArrayOutputStream into, int max) throws IOException {
        return line(into, max, true);
    }

    /// Appends a line without its end.
    ///
    /// @return null if it is one
    private Heard.@Nullable Fault line(ByteArrayOutputStream into, int max, boolean flushing)
            throws IOException {
        boolean carriageReturn = false;
        while (true) {
            while (position < limit) {
                byte octet = in[position++];
                if (octet == '\n') {
                    return carriageReturn ? null : Heard.Fault.NO_LINE;
                }
                if (carriageReturn) {
                    into.write('\r');
                }
                carriageReturn = octet == '\r';
                if (!carriageReturn) {
                    into.write(octet);
                }
                if (into.size() > max) {
                    return Heard.Fault.NO_LINE;
                }
            }
            if (!fill(flushing)) {
                return Heard.Fault.END;
            }
        }
    }

    private void octets(ByteArrayOutputStream into, int count) throws IOException {
        int left = count;
        while (left > 0) {
            Block block = block(left);
            into.write(block.octets(), block.from(), block.length());
            left -= block.length();
        }
    }

    /// Reads octets of a literal.
    ///
    /// @param max of them
    /// @throws EOFException if the client has gone
    Block block(long max) throws IOException {
        if (!hasInput() && !fill(true)) {
            throw new EOFException("the client went in the middle of a command");
        }
        int from = position;
        int length = (int) Math.min(limit - position, max);
        position += length;
        return new Block(in, from, length);
    }

    /// Reads on behind a letter, up to the next one or to the end of the command, whatever stands
    /// there.
    ///
    /// @param lineMax octets that the line may have
    /// @param more whether another letter may come
    /// @param closing whether a parenthesis belongs to the letter: RFC 6855 §4
    Behind behindLetter(int lineMax, boolean more, boolean closing) throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream(16);
        if (line(rest, lineMax) != null) {
            throw new EOFException("the client went, or its command has no end");
        }
        byte[] all = rest.toByteArray();
        boolean closed = !closing || (all.length > 0 && all[0] == ')');
        byte[] line = closing && closed ? Arrays.copyOfRange(all, 1, all.length) : all;
        if (closed && line.length == 0) {
            return new Behind.End();
        }
        Announced announced = Announced.at(line, 0);
        if (announced == null) {
            return new Behind.Stray(false);
        }
        boolean tooBig = announced.unasked() && announced.octets() > UNASKED_OCTETS_MAX;
        Optional<Posting> posting = AppendParser.further(line);
        if (more && closed && !tooBig && posting.isPresent()) {
            Letter.Literal literal = new Letter.Literal(announced.octets(), announced.unasked());
            return new Behind.More(posting.get(), literal, rest.size());
        }
        if (announced.unasked() && !drain(announced.octets())) {
            throw new EOFException("a command that is too big has no end");
        }
        return new Behind.Stray(tooBig);
    }

    /// Waits for octets, after what is pending was written.
    ///
    /// @return false at the end of the stream
    private boolean fill(boolean flushing) throws IOException {
        if (flushing) {
            flush();
        }
        if (limit == in.length && in.length < IN_OCTETS) {
            // There may be more where that came from.
            in = new byte[IN_OCTETS];
        }
        int read = wire.read(in, 0, in.length, deadline);
        position = 0;
        limit = Math.max(0, read);
        return read >= 0;
    }

    /// Adds to what is written at the next wait.
    ///
    /// @param text each character an octet
    public void write(String text) throws IOException {
        byte[] octets = text.getBytes(ISO_8859_1);
        out.write(octets, octets.length);
    }

    /// Writes exactly so many octets of a stream.
    ///
    /// @throws EOFException if it has fewer; then the session must end, because the client waits
    ///   for more
    public void write(InputStream stream, long octets) throws IOException {
        out.write(stream, octets);
    }

    /// Whether the client, and not the store, is what failed.
    public static boolean isLost(Throwable e) {
        return e instanceof SocketException
                || e instanceof EOFException
                || e instanceof SSLException;
    }

    /// Writes what was gathered.
    public void flush() throws IOException {
        out.flush();
    }

    /// Ends the session so that its last response arrives.
    public void hangUp() throws IOException {
        flush();
        if (hasInput() || wire.available() > 0) {
            wire.linger();
        }
    }

    /// Goes over to TLS, as the server. Call it only when `hasInput` is false.
    ///
    /// @param whole how long the handshake may take
    /// @return the protocol version
    public String startTls(TlsMaterial material, Duration whole) throws IOException {
        return wire.startTls(material, whole).getProtocol();
    }

    /// From here on what is said is deflated: RFC 4978. Call it only when `hasInput` is false.
    public void deflate() throws IOException {
        flush();
        wire.deflate();
    }

    /// What was said and what follows come from different people: they are not deflated together,
    /// so that the length of what one wrote tells nothing of the other's words.
    public void separate() throws IOException {
        if (isDeflated()) {
            out.send();
        }
    }

    public boolean isDeflated() {
        return wire.isDeflated();
    }

    /// Closes the socket under whoever reads, at once.
    public void abort() throws IOException {
        wire.abort();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
