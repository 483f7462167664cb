package org.postern.sasl;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postern.net.PeerProof;
import org.postern.net.TlsClient;

/// A conversation in lines with the clinic's mail server: bounded in time and in what is read, and
/// sure of whom it talks to once `secure` has returned. What the lines mean it leaves to others.
final class Talk implements Closeable {
    /// To one address.
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /// From the connection to the answer.
    private static final Duration TIME = Duration.ofSeconds(15);

    private static final int LINE_OCTETS_MAX = 8 * 1024;

    /// More than any server says until the password is checked.
    private static final int OCTETS_MAX = 64 * 1024;

    private final CountDownLatch done = new CountDownLatch(1);
    private Socket socket;
    private InputStream in;
    private final byte[] block = new byte[LINE_OCTETS_MAX];
    private int position;
    private int limit;
    private int total;

    private Talk(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /// @param addresses of the server, tried in this order
    static Talk connect(List<InetAddress> addresses, int port) throws IOException {
        IOException last = new IOException("it has no address");
        for (InetAddress address : addresses) {
            try {
                return connect(new InetSocketAddress(address, port));
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private static Talk connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, Math.toIntExact(CONNECT.toMillis()));
            socket.setTcpNoDelay(true);
            Talk talk = new Talk(socket);
            Thread.ofVirtual().name("login-watch").start(() -> talk.cutAfter(socket));
            return talk;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// A server that drips octets meets the same end as one that is silent.
    private void cutAfter(Socket raw) {
        try {
            if (!done.await(TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                raw.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // It is closed all the same.
            done.countDown();
        }
    }

    /// Goes over to TLS with a server that proves to be `host`.
    ///
    /// @throws IOException if it does not, or has said something in clear that nobody asked for
    void secure(String host, PeerProof proof) throws IOException {
        if (position < limit) {
            throw new IOException("it spoke in clear behind its word to begin TLS");
        }
        switch (TlsClient.verified(socket, host, proof)) {
            case TlsClient.Handshake.Established(var secured, _) -> {
                socket = secured;
                in = secured.getInputStream();
            }
            case TlsClient.Handshake.Broken(String reason) -> throw new IOException(reason);
        }
    }

    /// @param line without its end; ASCII or UTF-8
    void say(String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /// The next line without its end.
    String line() throws IOException {
        int seen = position;
        while (true) {
            for (int i = seen; i < limit; i++) {
                if (block[i] == '\n') {
                    int end = i > position && block[i - 1] == '\r' ? i - 1 : i;
                    String line =
                            new String(
                                    block, position, end - position, StandardCharsets.ISO_8859_1);
                    position = i + 1;
                    return line;
                }
            }
            seen = limit - position;
            fill();
        }
    }

    private void fill() throws IOException {
        System.arraycopy(block, position, block, 0, limit - position);
        limit -= position;
        position = 0;
        if (limit == block.length || total > OCTETS_MAX) {
            throw new IOException("it says more than it should");
        }
        int read = in.read(block, limit, block.length - limit);
        if (read < 0) {
            throw new IOException("it closed the connection");
        }
        limit += read;
        total += read;
    }

    @Override
    public void close() throws IOException {
        done.countDown();
        socket.close();
    }
}
