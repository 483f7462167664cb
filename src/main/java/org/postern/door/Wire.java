package org.postern.door;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postern.net.TlsMaterial;

/// The socket of one session, in clear or under TLS, deflated or not, and the time that each wait
/// on it may take. What the octets mean it leaves to others.
///
/// It belongs to the session's thread. `dismiss`, `closeIfOverdue` and `abort` may be called by
/// others, and so may `write`, if the session sees to it that nobody else writes then.
public final class Wire implements Closeable {
    /// What a session has to say its last word after its own time-out, before the socket is closed.
    private static final Duration GRACE = Duration.ofSeconds(5);

    /// How long and how much a client may go on talking after its last reply.
    private static final Duration LINGER = Duration.ofSeconds(2);

    private static final int LINGER_OCTETS_MAX = 1 << 20;
    private static final int LINGER_BLOCK_OCTETS = 8 * 1024;
    private static final long NEVER = Long.MAX_VALUE;

    private final Socket raw;
    private final Duration writeMax;
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private volatile @Nullable Deflated deflated;
    private volatile long readEnd = NEVER;
    private volatile long writeEnd = NEVER;
    private boolean idle;
    private boolean dismissed;

    /// @param writeMax until the client takes what is written at once; then the socket is closed
    public Wire(Socket socket, Duration writeMax) throws IOException {
        this.raw = socket;
        this.socket = socket;
        this.writeMax = writeMax;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        socket.setTcpNoDelay(true);
    }

    public InetAddress peer() {
        return raw.getInetAddress();
    }

    /// How many octets can be read without waiting, at least.
    public int available() throws IOException {
        Deflated through = deflated;
        return through == null ? in.available() : through.available();
    }

    /// Waits for octets.
    ///
    /// @param end by `System.nanoTime()`
    /// @return how many came; -1 at the end of the stream
    /// @throws SocketTimeoutException if none came in time
    public int read(byte[] block, int from, int length, long end) throws IOException {
        long left = end - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("the deadline has passed");
        }
        raw.setSoTimeout(Math.clamp(left / 1_000_000, 1, Integer.MAX_VALUE));
        readEnd = end + GRACE.toNanos();
        Deflated through = deflated;
        int read =
                through == null ? in.read(block, from, length) : through.read(block, from, length);
        readEnd = NEVER;
        return read;
    }

    /// What is read and written from now on is deflated: RFC 4978. Call it only when no octet lies
    /// read and not consumed, and once.
    public void deflate() {
        deflated = new Deflated(in, out);
    }

    public boolean isDeflated() {
        return deflated != null;
    }

    /// Writes octets, all of them, within the time for one write.
    public void write(byte[] octets, int from, int length) throws IOException {
        writeEnd = System.nanoTime() + writeMax.toNanos();
        send(octets, from, length);
        writeEnd = NEVER;
    }

    private void send(byte[] octets, int from, int length) throws IOException {
        Deflated through = deflated;
        if (through == null) {
            out.write(octets, from, length);
            out.flush();
        } else {
            through.write(octets, from, length);
        }
    }

    /// Ends the session so that its last reply arrives. If we closed while the client still talks,
    /// TCP would throw away what the client has not read, and it would not learn why; so what it
    /// says is read for a moment and thrown away.
    public void linger() throws IOException {
        socket.shutdownOutput();
        long end = System.nanoTime() + LINGER.toNanos();
        byte[] block = new byte[LINGER_BLOCK_OCTETS];
        int read = 0;
        for (int heard = 0; read >= 0 && heard < LINGER_OCTETS_MAX; heard += read) {
            read = read(block, 0, block.length, end);
        }
    }

    /// Goes over to TLS, as the server.
    ///
    /// Call it only when no octet lies read and not consumed. Octets that the client sent in clear
    /// behind its STARTTLS and that arrive later are read by the handshake, which fails on them.
    ///
    /// @param whole how long the handshake may take, however it is cut; then the socket is closed
    /// @return what was negotiated
    /// @throws IOException but no `SocketTimeoutException`, after which a session would say its
    ///   last word: there is no one who hears in clear any more, and none under TLS yet
    public SSLSession startTls(TlsMaterial material, Duration whole) throws IOException {
        SSLSocket secured = material.over(raw);
        raw.setSoTimeout(Math.toIntExact(whole.toMillis()));
        readEnd = System.nanoTime() + whole.toNanos();
        try {
            secured.startHandshake();
        } catch (SocketTimeoutException e) {
            throw new IOException("no TLS within " + whole.toSeconds() + " seconds", e);
        }
        readEnd = NEVER;
        socket = secured;
        in = secured.getInputStream();
        out = secured.getOutputStream();
        return secured.getSession();
    }

    /// Marks the time between two pieces of work in which `dismiss` may end the session at once.
    ///
    /// @return false if the session was dismissed and must end
    public synchronized boolean setIdle(boolean idleNow) {
        idle = idleNow;
        return !dismissed;
    }

    /// Ends the session if it waits for a command outside of any work: says `last` and closes.
    /// Otherwise nothing happens, and the session ends itself when its work is over.
    ///
    /// @param last a line in ASCII, without its end
    public void dismiss(String last) throws IOException {
        synchronized (this) {
            if (!idle) {
                return;
            }
            dismissed = true;
        }
        writeEnd = System.nanoTime() + GRACE.toNanos();
        byte[] line = (last + "\r\n").getBytes(StandardCharsets.US_ASCII);
        send(line, 0, line.length);
        raw.close();
    }

    /// Closes the socket under the session if a read, write or handshake takes too long, which ends
    /// the session with an IOException.
    void closeIfOverdue() throws IOException {
        if (isOver(readEnd) || isOver(writeEnd)) {
            raw.close();
        }
    }

    private static boolean isOver(long end) {
        return end != NEVER && System.nanoTime() - end > 0;
    }

    /// Closes the socket under the session, at once.
    public void abort() throws IOException {
        raw.close();
    }

    /// Closes the socket, under TLS with a closing alert.
    @Override
    public void close() throws IOException {
        writeEnd = System.nanoTime() + GRACE.toNanos();
        socket.close();
        Deflated through = deflated;
        if (through != null) {
            through.close();
        }
    }
}
