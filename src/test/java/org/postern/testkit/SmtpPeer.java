package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/// An SMTP client that says exactly what it is told, right or wrong, and reads replies line by
/// line. Nothing it reads takes longer than a minute.
public final class SmtpPeer implements Closeable {
    private static final int READ_MILLIS_MAX = 60_000;

    private Socket socket;
    private InputStream in;

    private SmtpPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        socket.setSoTimeout(READ_MILLIS_MAX);
        socket.setTcpNoDelay(true);
    }

    /// A connection to a port of this machine.
    public static SmtpPeer connect(int port) throws IOException {
        return new SmtpPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /// Goes over to TLS; the server's certificate must be for `localhost`.
    public void startTls(SSLContext context) throws IOException {
        SSLSocket secured =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, "localhost", socket.getPort(), true);
        secured.startHandshake();
        socket = secured;
        in = secured.getInputStream();
    }

    /// Where octets go that are said beside TLS, whatever comes of it.
    public OutputStream inClear() throws IOException {
        return socket.getOutputStream();
    }

    /// Sends octets as they are, each character one octet, in one write.
    public void send(String octets) throws IOException {
        send(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
    }

    /// Sends lines, each with its CRLF, in one write, and reads nothing.
    public void say(String... lines) throws IOException {
        send(String.join("\r\n", lines) + "\r\n");
    }

    /// Sends a line, reads the reply and checks its last line against a pattern in which `*` stands
    /// for anything.
    ///
    /// @return the reply's lines
    public List<String> ask(String line, String pattern) throws IOException {
        say(line);
        return expect(pattern);
    }

    /// Reads a whole reply and checks its last line.
    public List<String> expect(String pattern) throws IOException {
        List<String> reply = new ArrayList<>();
        do {
            reply.add(line());
        } while (reply.getLast().length() > 3 && reply.getLast().charAt(3) == '-');
        assertTrue(
                matches(pattern, reply.getLast()),
                () -> "expected \"" + pattern + "\", got " + reply);
        return reply;
    }

    /// Reads one line of a reply, without its CRLF; empty if the server has closed.
    public String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int octet = read();
            if (octet < 0 || octet == '\n') {
                return line.toString().replaceFirst("\r$", "");
            }
            line.append((char) octet);
        }
    }

    /// Whether the server closes without another octet.
    public boolean isClosed() throws IOException {
        return read() < 0;
    }

    /// A reset is an end like any other: a server that closes while we still talk sends one.
    private int read() throws IOException {
        try {
            return in.read();
        } catch (SocketException | SSLException reset) {
            return -1;
        }
    }

    /// Whether a line is what a pattern with `*` asks for.
    public static boolean matches(String pattern, String line) {
        String[] parts = pattern.split("\\*", -1);
        List<String> quoted = new ArrayList<>();
        for (String part : parts) {
            quoted.add(Pattern.quote(part));
        }
        return Pattern.matches(String.join(".*", quoted), line);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
