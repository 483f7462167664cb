package org.postern.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// One of thousands of connections that say little and wait, with as little memory of its own as it
/// can have.
final class ImapWaiter implements Closeable {
    private static final int READ_MILLIS_MAX = 120_000;
    private static final int LINE_OCTETS_MAX = 8 * 1024;

    private final Socket socket;
    private final InputStream in;

    private ImapWaiter(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /// Connects in clear and hears the greeting.
    ///
    /// @param from the address to come from
    static ImapWaiter clear(InetAddress from, int port) throws IOException {
        ImapWaiter waiter = new ImapWaiter(connected(from, port));
        waiter.until("* OK");
        return waiter;
    }

    /// Connects over TLS and hears the greeting.
    static ImapWaiter secured(InetAddress from, int port, SSLContext tls) throws IOException {
        Socket raw = connected(from, port);
        SSLSocket over =
                (SSLSocket) tls.getSocketFactory().createSocket(raw, "localhost", port, true);
        over.startHandshake();
        ImapWaiter waiter = new ImapWaiter(over);
        waiter.until("* OK");
        return waiter;
    }

    private static Socket connected(InetAddress from, int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_MILLIS_MAX);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), READ_MILLIS_MAX);
        return socket;
    }

    /// Says a command, which must be answered by OK.
    void ask(String command) throws IOException {
        socket.getOutputStream().write(("a " + command + "\r\n").getBytes(ISO_8859_1));
        String answer = until("a ");
        if (!answer.startsWith("a OK")) {
            throw new IOException("the answer is " + answer.strip());
        }
    }

    /// Logs in, opens a folder and waits for news.
    void idle(String user, String password, String folder) throws IOException {
        ask("LOGIN " + user + " \"" + password + "\"");
        ask("SELECT " + folder);
        socket.getOutputStream().write("b IDLE\r\n".getBytes(ISO_8859_1));
        until("+ ");
    }

    /// Ends the wait, which shows that it was one.
    void done() throws IOException {
        socket.getOutputStream().write("DONE\r\n".getBytes(ISO_8859_1));
        until("b OK");
    }

    /// @return the first line that begins so
    private String until(String begin) throws IOException {
        while (true) {
            StringBuilder line = new StringBuilder();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0 || line.length() > LINE_OCTETS_MAX) {
                    throw new EOFException("the server has closed, behind: " + line);
                }
                line.append((char) octet);
            }
            if (line.indexOf(begin) == 0) {
                return line.toString();
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
