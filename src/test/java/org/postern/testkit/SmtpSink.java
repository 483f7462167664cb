package org.postern.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The simplest next hop: takes every message in clear, keeps it, and keeps every octet that came
/// over the wire besides, so that a test can look for what must not be there.
public final class SmtpSink implements AutoCloseable {
    private final ServerSocket server;
    private final List<Taken> taken = new CopyOnWriteArrayList<>();
    private final List<ByteArrayOutputStream> wires = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /// One message that was answered 250.
    ///
    /// @param text the content, each octet a character, with the dots as the author wrote them
    public record Taken(String reversePath, List<String> recipients, String text) {
        public Taken {
            recipients = List.copyOf(recipients);
        }

        public byte[] content() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }

        /// The first field of that name, unfolded; empty if there is none.
        public String field(String name) {
            String wanted = "\r\n" + name.toLowerCase(Locale.ROOT) + ":";
            String header = "\r\n" + text.split("\r\n\r\n", 2)[0];
            String unfolded = header.replaceAll("\r\n[ \t]+", " ");
            int at = unfolded.toLowerCase(Locale.ROOT).indexOf(wanted);
            return at < 0
                    ? ""
                    : unfolded.substring(at + wanted.length()).split("\r\n", 2)[0].strip();
        }
    }

    private SmtpSink(ServerSocket server) {
        this.server = server;
    }

    public static SmtpSink start() throws IOException {
        return start(0);
    }

    /// On a port that was closed so far.
    public static SmtpSink start(int port) throws IOException {
        SmtpSink sink = new SmtpSink(new ServerSocket(port, 100, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("sink").start(sink::accept);
        return sink;
    }

    /// Answers 550 for this recipient from now on.
    public void refuse(String recipient) {
        refused.add(recipient);
    }

    public int port() {
        return server.getLocalPort();
    }

    public List<Taken> taken() {
        return List.copyOf(taken);
    }

    /// Forgets all of it; what is under way is still taken.
    public void forget() {
        taken.clear();
        wires.clear();
    }

    /// All octets that any client ever sent, connection by connection.
    public List<byte[]> wires() {
        return wires.stream().map(ByteArrayOutputStream::toByteArray).toList();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the test is over.
            return;
        }
    }

    private void serve(Socket socket) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wires.add(wire);
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            say(out, "220 sink ESMTP");
            converse(new Lines(in, wire), out);
        } catch (IOException e) {
            // The peer was killed in the middle: what it had not finished was not taken.
            return;
        } finally {
            sockets.remove(socket);
        }
    }

    private void converse(Lines lines, OutputStream out) throws IOException {
        String reversePath = "";
        List<String> recipients = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            String verb = line.toUpperCase(Locale.ROOT);
            if (verb.startsWith("EHLO")) {
                say(out, "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 104857600");
            } else if (verb.startsWith("MAIL FROM:")) {
                reversePath = path(line);
                recipients.clear();
                say(out, "250 2.1.0 Ok");
            } else if (verb.startsWith("RCPT TO:")) {
                if (refused.contains(path(line))) {
                    say(out, "550 5.1.1 Nobody of that name");
                } else {
                    recipients.add(path(line));
                    say(out, "250 2.1.5 Ok");
                }
            } else if (verb.equals("DATA") && recipients.isEmpty()) {
                say(out, "554 5.5.1 No recipients");
            } else if (verb.equals("DATA")) {
                say(out, "354 Go on");
                taken.add(new Taken(reversePath, recipients, lines.content()));
                say(out, "250 2.0.0 Taken");
            } else if (verb.equals("QUIT")) {
                say(out, "221 2.0.0 Bye");
                return;
            } else {
                say(out, "250 2.0.0 Ok");
            }
        }
    }

    private static String path(String line) {
        return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
    }

    private static void say(OutputStream out, String reply) throws IOException {
        out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /// Lines of the wire, every octet copied.
    private record Lines(InputStream in, ByteArrayOutputStream wire) {
        @Nullable String next() throws IOException {
            byte[] line = octets();
            return line == null ? null : new String(line, StandardCharsets.ISO_8859_1);
        }

        private byte @Nullable [] octets() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int before = -1;
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                wire.write(octet);
                if (before == '\r' && octet == '\n') {
                    byte[] all = line.toByteArray();
                    return Arrays.copyOf(all, all.length - 1);
                }
                line.write(octet);
                before = octet;
            }
            return null;
        }

        String content() throws IOException {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            for (byte[] line = octets(); line != null; line = octets()) {
                if (line.length == 1 && line[0] == '.') {
                    return content.toString(StandardCharsets.ISO_8859_1);
                }
                int from = line.length > 0 && line[0] == '.' ? 1 : 0;
                content.write(line, from, line.length - from);
                content.write('\r');
                content.write('\n');
            }
            throw new IOException("the connection ended inside the data");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
