package org.postern.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// An IMAP client that reads whole responses, literals included, as octets (ISO 8859-1). Nothing it
/// reads takes longer than a minute.
public final class ImapPeer implements Closeable {
    private static final int READ_MILLIS_MAX = 60_000;
    private static final Pattern LITERAL = Pattern.compile("(?s).*\\{(\\d+)}\r\n");

    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private final Inflater inflater = new Inflater(true);
    private int tags;

    private ImapPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(READ_MILLIS_MAX);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /// A connection to a port of this machine, greeted and under TLS by STARTTLS.
    public static ImapPeer secured(int port, SSLContext context) throws IOException {
        ImapPeer peer = new ImapPeer(new Socket(InetAddress.getLoopbackAddress(), port));
        peer.response();
        peer.ask("STARTTLS");
        SSLSocket secured =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(peer.socket, "localhost", port, true);
        secured.startHandshake();
        peer.socket = secured;
        peer.in = new BufferedInputStream(secured.getInputStream());
        peer.out = secured.getOutputStream();
        return peer;
    }

    /// Deflates in both directions from now on: RFC 4978.
    public void deflate() throws IOException {
        ask("COMPRESS DEFLATE");
        in = new BufferedInputStream(new InflaterInputStream(in, inflater));
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        out = new DeflaterOutputStream(socket.getOutputStream(), deflater, true);
    }

    /// How many deflated octets have been read.
    public long octetsIn() {
        return inflater.getBytesRead();
    }

    /// Sends octets as they are, deflated or not.
    public void sendRaw(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
    }

    /// Sends a command and reads up to its tagged response, which must be OK.
    ///
    /// @return the untagged responses, each with its line ends
    public List<String> ask(String command) throws IOException {
        List<String> responses = new ArrayList<>();
        String last = any(command, responses);
        if (!last.startsWith("OK")) {
            throw new AssertionError(command + " got " + last);
        }
        return responses;
    }

    /// Sends a command and reads up to its tagged response.
    ///
    /// @param responses takes the untagged ones
    /// @return the tagged one, without its tag
    public String any(String command, List<String> responses) throws IOException {
        String tag = "t" + ++tags;
        send(tag + " " + command + "\r\n");
        while (true) {
            String response = response();
            if (response.startsWith(tag + " ")) {
                return response.substring(tag.length() + 1);
            }
            responses.add(response);
        }
    }

    public void send(String octets) throws IOException {
        out.write(octets.getBytes(ISO_8859_1));
        out.flush();
    }

    /// Reads one response.
    public String response() throws IOException {
        StringBuilder response = new StringBuilder(line());
        Matcher literal = LITERAL.matcher(response);
        while (literal.matches()) {
            byte[] octets = in.readNBytes(Integer.parseInt(literal.group(1)));
            String rest = line();
            response.append(new String(octets, ISO_8859_1)).append(rest);
            // A literal may follow in what stands behind this one, and not in this one itself.
            literal = LITERAL.matcher(rest);
        }
        return response.toString();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int octet;
        do {
            octet = in.read();
            if (octet < 0) {
                throw new EOFException("the server has closed");
            }
            line.append((char) octet);
        } while (octet != '\n');
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
