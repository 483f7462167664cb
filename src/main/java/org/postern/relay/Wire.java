package org.postern.relay;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// One connection to a next hop, as lines and blocks: buffers, reply syntax, bounds, deadlines.
/// What the lines mean it leaves to others. One thread at a time uses it; `expire` and `close` may
/// come from another.
final class Wire implements Closeable {
    static final int BUFFER_OCTETS = 64 * 1024;

    /// RFC 5321 §4.5.3.1.5 allows 512; some servers say more.
    private static final int REPLY_LINE_OCTETS_MAX = 4 * 1024;

    private static final int REPLY_LINES_MAX = 100;

    private final Socket socket;
    private final Watchdog watchdog;
    private InputStream in;
    private OutputStream out;

    private final byte[] written = new byte[BUFFER_OCTETS];
    private int writtenEnd;
    private final byte[] read = new byte[8 * 1024];
    private int readAt;
    private int readEnd;

    private String step = "the connection";
    private Duration limit = Duration.ZERO;
    private long totalEnd;
    private boolean begun;
    private boolean utf8;
    private volatile long deadline;
    private volatile boolean bounded;
    private volatile @Nullable String expired;
    private volatile boolean broken;

    /// Takes over a connected socket.
    Wire(Socket socket, Watchdog watchdog) throws IOException {
        this.socket = socket;
        this.watchdog = watchdog;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        watchdog.watch(this);
    }

    /// Everything until `rest` must end within this time, however the steps divide it.
    void begin(Duration total) {
        totalEnd = System.nanoTime() + total.toNanos();
        begun = true;
    }

    /// From now on `name` must be done within `most`.
    void step(String name, Duration most) {
        step = name;
        limit = most;
        long until = System.nanoTime() + most.toNanos();
        deadline = begun && totalEnd - until < 0 ? totalEnd : until;
        bounded = true;
    }

    /// We are at work ourselves; only the whole is bounded.
    void pause() {
        if (begun) {
            step = "the content";
            deadline = totalEnd;
        } else {
            bounded = false;
        }
    }

    /// Nothing is awaited.
    void rest() {
        begun = false;
        bounded = false;
    }

    /// Closes the connection if its time is over; called by the watchdog.
    void expire(long now) {
        if (bounded && now - deadline > 0) {
            expired =
                    begun && deadline == totalEnd
                            ? "it took too long in all"
                            : "no end of " + step + " within " + limit.toSeconds() + " s";
            close();
        }
    }

    /// From now on commands may hold UTF-8: the server has offered SMTPUTF8 (RFC 6531 §3.1).
    void allowUtf8() {
        utf8 = true;
    }

    /// Appends a command line; nothing leaves before `flush` or a full buffer.
    void command(String line) throws WireException {
        if (!line.codePoints().allMatch(this::mayStand)) {
            throw new IllegalArgumentException("a command is one line of printable characters");
        }
        byte[] octets = (line + "\r\n").getBytes(StandardCharsets.UTF_8);
        if (writtenEnd + octets.length > BUFFER_OCTETS) {
            flush();
        }
        System.arraycopy(octets, 0, written, writtenEnd, octets.length);
        writtenEnd += octets.length;
    }

    /// Appends octets of the content; each full buffer leaves within `most`.
    void content(byte[] octets, int offset, int length, Duration most) throws WireException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (writtenEnd == BUFFER_OCTETS) {
                step("a block of the content", most);
                flush();
                pause();
            }
            int part = Math.min(left, BUFFER_OCTETS - writtenEnd);
            System.arraycopy(octets, from, written, writtenEnd, part);
            writtenEnd += part;
            from += part;
            left -= part;
        }
    }

    /// No control character, and none that could end a line for somebody; half a surrogate pair is
    /// no character at all.
    private boolean mayStand(int c) {
        boolean ascii = c >= 0x20 && c <= 0x7E;
        int type = Character.getType(c);
        return ascii
                || (utf8
                        && c >= 0xA0
                        && type != Character.SURROGATE
                        && type != Character.LINE_SEPARATOR
                        && type != Character.PARAGRAPH_SEPARATOR);
    }

    void flush() throws WireException {
        try {
            out.write(written, 0, writtenEnd);
            out.flush();
            writtenEnd = 0;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /// Reads one reply.
    ///
    /// @throws WireException if the connection breaks, the deadline passes, or what comes is not a
    ///   reply within the bounds
    PeerReply reply() throws WireException {
        List<String> texts = new ArrayList<>(1);
        int code = 0;
        while (true) {
            String line = line();
            int lineCode = code(line);
            if (lineCode < 0 || (code != 0 && code != lineCode)) {
                throw fault("it answered " + step + " with what is not an SMTP reply");
            }
            code = lineCode;
            texts.add(line.length() > 4 ? line.substring(4) : "");
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return new PeerReply(code, texts);
            }
            if (texts.size() == REPLY_LINES_MAX) {
                throw fault("its reply to " + step + " has more than 100 lines");
            }
        }
    }

    /// Whether octets came that nobody asked for. Under TLS the octets of any record count, even of
    /// an alert: a server at rest is silent.
    boolean hasSurplus() {
        try {
            return readAt < readEnd || socket.getInputStream().available() > 0;
        } catch (IOException e) {
            return true;
        }
    }

    /// Whether a reply came before the time for it. Under TLS only what was decrypted counts: a
    /// record that waits may be a session ticket as well as a reply.
    boolean hasEarlyReply() {
        try {
            return readAt < readEnd || in.available() > 0;
        } catch (IOException e) {
            return true;
        }
    }

    /// The socket below TLS.
    Socket plain() {
        return socket;
    }

    /// Goes on over TLS. What was read or written in clear and not used is gone.
    void secure(SSLSocket tls) throws WireException {
        readAt = 0;
        readEnd = 0;
        writtenEnd = 0;
        try {
            in = tls.getInputStream();
            out = tls.getOutputStream();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /// Whether its time was over.
    boolean hasExpired() {
        return expired != null;
    }

    /// Whether an operation on the connection itself has failed.
    boolean isBroken() {
        return broken;
    }

    /// The connection works, but what the peer does makes it useless.
    WireException fault(String sentence) {
        broken = true;
        return new WireException(sentence, null);
    }

    /// Ends the connection as it stands. TLS says no farewell, so a peer does not take a cut
    /// message for a whole one.
    @Override
    public void close() {
        broken = true;
        watchdog.forget(this);
        try {
            socket.close();
        } catch (IOException e) {
            // It is out of use either way.
        }
    }

    WireException broken(@Nullable IOException cause) {
        broken = true;
        String late = expired;
        if (late != null) {
            return new WireException(late, cause);
        }
        return new WireException("the connection broke at " + step, cause);
    }

    private String line() throws WireException {
        StringBuilder line = new StringBuilder(80);
        while (true) {
            if (readAt == readEnd) {
                fill();
            }
            byte octet = read[readAt++];
            if (octet == '\n') {
                int end = line.length();
                if (end > 0 && line.charAt(end - 1) == '\r') {
                    line.setLength(end - 1);
                }
                return line.toString();
            }
            if (line.length() == REPLY_LINE_OCTETS_MAX) {
                throw fault("a line of its reply to " + step + " is longer than 4096 octets");
            }
            line.append((char) (octet & 0xFF));
        }
    }

    private void fill() throws WireException {
        try {
            int count = in.read(read, 0, read.length);
            if (count < 0) {
                throw broken(null);
            }
            readAt = 0;
            readEnd = count;
        } catch (WireException e) {
            throw e;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /// The code of a reply line, or -1.
    private static int code(String line) {
        if (line.length() < 3 || (line.length() > 3 && " -".indexOf(line.charAt(3)) < 0)) {
            return -1;
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            char digit = line.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            code = code * 10 + (digit - '0');
        }
        return code >= 200 && code <= 599 ? code : -1;
    }

    /// The connection to the next hop is of no further use: broken, too slow, or not SMTP. The
    /// message is a sentence for people, without the hop's name.
    static final class WireException extends IOException {
        private static final long serialVersionUID = 1;

        WireException(String sentence, @Nullable Throwable cause) {
            super(sentence, cause);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }
}
