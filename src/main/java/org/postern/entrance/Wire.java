package org.postern.entrance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.postern.net.PeerProof;
import org.postern.net.TlsClient;

/// A connection to the clinic's server, with a deadline for each answer: one that drips octets
/// meets the same end as one that is silent. What is said over it others know.
public final class Wire implements Closeable {
    /// To one address.
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /// Of one name; others are not tried.
    private static final int ADDRESSES_MAX = 3;

    private static final int BUFFER_OCTETS = 32 * 1_024;

    private final Socket raw;
    private Socket socket;
    private InputStream in;

    // Of the watch, guarded by it.
    private final Object watch = new Object();
    private long end;
    private boolean waiting;
    private boolean closed;
    private boolean late;

    private Wire(Socket raw) throws IOException {
        this.raw = raw;
        this.socket = raw;
        this.in = new BufferedInputStream(raw.getInputStream(), BUFFER_OCTETS);
    }

    /// @param addresses of the server, tried in this order, the first ones alone
    static Wire connect(List<InetAddress> addresses, int port) throws UpstreamException {
        IOException last = new IOException("it has no address");
        for (InetAddress address : addresses.stream().limit(ADDRESSES_MAX).toList()) {
            Socket socket = new Socket();
            try {
                socket.connect(
                        new InetSocketAddress(address, port), Math.toIntExact(CONNECT.toMillis()));
                socket.setTcpNoDelay(true);
                Wire wire = new Wire(socket);
                Thread.ofVirtual().name("upstream-watch").start(wire::cut);
                return wire;
            } catch (IOException e) {
                last = e;
                closeQuietly(socket);
            }
        }
        throw new UpstreamException("the clinic's server is not reached", last);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that was not used cannot be closed", e);
        }
    }

    private void cut() {
        synchronized (watch) {
            try {
                while (!closed && !late) {
                    long left = waiting ? end - System.nanoTime() : 0;
                    if (!waiting) {
                        watch.wait();
                    } else if (left > 0) {
                        watch.wait(Math.max(1, Duration.ofNanos(left).toMillis()));
                    } else {
                        late = true;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            raw.close();
        } catch (IOException e) {
            // It is closed all the same.
            return;
        }
    }

    /// What is read and written until `rest` has this much time, all of it.
    public void within(Duration time) {
        synchronized (watch) {
            end = System.nanoTime() + time.toNanos();
            waiting = true;
            watch.notifyAll();
        }
    }

    /// Nothing is awaited.
    public void rest() {
        synchronized (watch) {
            waiting = false;
            watch.notifyAll();
        }
    }

    /// Goes over to TLS with a server that proves to be `host`.
    public void secure(String host, PeerProof proof) throws UpstreamException {
        try {
            if (in.available() > 0) {
                throw new UpstreamException("it spoke in clear behind its word to begin TLS");
            }
            switch (TlsClient.verified(raw, host, proof)) {
                case TlsClient.Handshake.Established(var secured, _) -> {
                    socket = secured;
                    in = new BufferedInputStream(secured.getInputStream(), BUFFER_OCTETS);
                }
                case TlsClient.Handshake.Broken(String reason, _) ->
                        throw new UpstreamException(reason);
            }
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /// @param line without its end; octets as characters
    public void say(String line) throws UpstreamException {
        try {
            socket.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /// The same of what nobody else may read; it is overwritten.
    public void sayOnce(byte[] line) throws UpstreamException {
        byte[] whole = Arrays.copyOf(line, line.length + 2);
        Arrays.fill(line, (byte) 0);
        whole[whole.length - 2] = '\r';
        whole[whole.length - 1] = '\n';
        try {
            socket.getOutputStream().write(whole);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw lost(e);
        } finally {
            Arrays.fill(whole, (byte) 0);
        }
    }

    /// The next octet.
    public int read() throws UpstreamException {
        int octet;
        try {
            octet = in.read();
        } catch (IOException e) {
            throw lost(e);
        }
        if (octet < 0) {
            throw lost(new EOFException());
        }
        return octet;
    }

    /// Copies so many octets.
    ///
    /// @throws IOException if `out` does not take them
    void read(long octets, OutputStream out) throws IOException {
        byte[] block = new byte[(int) Math.min(BUFFER_OCTETS, Math.max(1, octets))];
        long left = octets;
        while (left > 0) {
            int count;
            try {
                count = in.read(block, 0, (int) Math.min(block.length, left));
            } catch (IOException e) {
                throw lost(e);
            }
            if (count < 0) {
                throw lost(new EOFException());
            }
            out.write(block, 0, count);
            left -= count;
        }
    }

    private UpstreamException lost(IOException e) {
        synchronized (watch) {
            if (late) {
                return UpstreamException.late(e);
            }
            String sentence =
                    e instanceof EOFException
                            ? "it closed the connection"
                            : "the connection to it is lost";
            return UpstreamException.lost(sentence, e);
        }
    }

    @Override
    public void close() {
        synchronized (watch) {
            closed = true;
            watch.notifyAll();
        }
    }
}
