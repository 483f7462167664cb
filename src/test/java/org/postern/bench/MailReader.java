package org.postern.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A mail program that reads as fast as it can and looks at nothing but the last line: what it
/// costs itself is the same for every server.
final class MailReader implements Closeable {
    private static final int READ_MILLIS_MAX = 300_000;
    private static final int BLOCK_OCTETS = 64 * 1024;

    /// A tagged line is no longer; what stands before it is not kept.
    private static final int TAIL_OCTETS = 512;

    private final SSLSocket socket;
    private final InputStream in;
    private final byte[] block = new byte[TAIL_OCTETS + BLOCK_OCTETS];
    private int tags;

    /// What one command brought.
    ///
    /// @param seconds from its first octet sent to its last one read
    /// @param octets that the server said
    /// @param answer the tagged line without its tag
    record Heard(double seconds, long octets, String answer) {}

    private MailReader(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /// Logs in over TLS.
    static MailReader login(int port, SSLContext tls, String user, String password)
            throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(READ_MILLIS_MAX);
        socket.setTcpNoDelay(true);
        MailReader reader = new MailReader(socket);
        reader.untilLineBegins("* OK");
        reader.ask("LOGIN " + user + " \"" + password + "\"");
        return reader;
    }

    /// Sends a command and reads its answer, which must be OK.
    Heard ask(String command) throws IOException {
        Heard heard = any(command);
        if (!heard.answer().startsWith("OK")) {
            throw new IOException(command + " got " + heard.answer());
        }
        return heard;
    }

    /// Sends a command and reads its answer.
    Heard any(String command) throws IOException {
        String tag = "tag" + ++tags + "x";
        byte[] said = (tag + " " + command + "\r\n").getBytes(ISO_8859_1);
        long begin = System.nanoTime();
        socket.getOutputStream().write(said);
        return until(tag + " ", begin);
    }

    /// Begins to wait for news, and does not read on.
    void idle() throws IOException {
        socket.getOutputStream().write("idle IDLE\r\n".getBytes(ISO_8859_1));
        untilLineBegins("+ ");
    }

    private void untilLineBegins(String begin) throws IOException {
        until(begin, System.nanoTime());
    }

    private Heard until(String lineBegin, long begin) throws IOException {
        int kept = 0;
        long octets = 0;
        while (true) {
            int read = in.read(block, kept, BLOCK_OCTETS);
            if (read < 0) {
                throw new EOFException("the server has closed");
            }
            octets += read;
            int length = kept + read;
            int from = Math.max(0, length - TAIL_OCTETS);
            String tail = "\n" + new String(block, from, length - from, ISO_8859_1);
            int line = tail.lastIndexOf("\n" + lineBegin);
            if (line >= 0 && tail.endsWith("\r\n")) {
                String answer = tail.substring(line + 1 + lineBegin.length()).strip();
                return new Heard((System.nanoTime() - begin) / 1e9, octets, answer);
            }
            System.arraycopy(block, from, block, 0, length - from);
            kept = length - from;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
