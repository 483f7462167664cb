package org.postern.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A web server in clear on a loopback port that says exactly what a test wants, and notes what it
/// was asked.
public final class FakeWeb implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /// What is said at one path; it may go on for ever, until the client has gone.
    @FunctionalInterface
    public interface Page {
        void say(byte[] posted, OutputStream out) throws IOException;
    }

    private FakeWeb() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    public static FakeWeb start() throws IOException {
        return new FakeWeb();
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// A whole answer 200 with this body.
    public void put(String path, byte[] body) {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
        say(
                path,
                (_, out) -> {
                    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
                    out.write(body);
                });
    }

    public void say(String path, Page page) {
        pages.put(path, page);
    }

    /// Octets as they are, for an answer that a test spells out.
    public static Page raw(String answer) {
        return (_, out) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// The request lines and fields of all questions.
    public List<String> asked() {
        return List.copyOf(asked);
    }

    private void serve() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            asked.add(head);
            int at = head.indexOf("Content-Length: ");
            int length =
                    at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
            byte[] posted = client.getInputStream().readNBytes(length);
            String path = head.split(" ", 3)[1];
            pages.getOrDefault(path, raw("HTTP/1.1 404 Not Found\r\n\r\n"))
                    .say(posted, client.getOutputStream());
        } catch (IOException gone) {
            // What a client does not want to hear is one of the things to be tested.
            open.remove(client);
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("closed");
            }
            head.write(octet);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket each : open) {
            each.close();
        }
    }
}
