package org.postern.story;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The clinic's mail server under load: hands numbered messages to the relay listener and keeps a
/// ledger of those that were answered 250. It knows nothing of the gateway but SMTP.
final class LoadClient {
    private static final Duration REPLY_MAX = Duration.ofSeconds(60);
    private static final Duration AFTER_LOSS = Duration.ofMillis(50);

    private final int port;
    private final String canary;
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Map<Integer, Kind> acknowledged = new ConcurrentHashMap<>();
    private final Map<Integer, Kind> offered = new ConcurrentHashMap<>();

    /// Which way a message has to take, by its recipient.
    enum Kind {
        INTERNAL,
        PARTNER,
        PATIENT;

        static Kind of(int number) {
            return values()[number % values().length];
        }

        String recipient(int number) {
            return switch (this) {
                case INTERNAL -> "sam.okafor@mapleclinic.example";
                case PARTNER -> "chidi.obi@stmary.example";
                case PATIENT -> "patient-" + number + "@homemail.example";
            };
        }
    }

    /// @param canary stands in each message that has to be protected
    LoadClient(int port, String canary) {
        this.port = port;
        this.canary = canary;
    }

    static String messageId(int number) {
        return "<load-" + number + "@mapleclinic.example>";
    }

    Map<Integer, Kind> acknowledged() {
        return acknowledged;
    }

    /// All whose final dot may have left, acknowledged or not.
    Map<Integer, Kind> offered() {
        return offered;
    }

    void stop() {
        stopped.set(true);
    }

    /// Sends until it is stopped; begins again after each lost connection.
    void run() {
        while (!stopped.get()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout((int) REPLY_MAX.toMillis());
                session(socket);
            } catch (IOException e) {
                // The gateway was killed. What was not answered is not in the ledger.
                LockSupport.parkNanos(AFTER_LOSS.toNanos());
            }
        }
    }

    private void session(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                socket.getInputStream(), StandardCharsets.ISO_8859_1));
        OutputStream out = socket.getOutputStream();
        expect(in, "220");
        send(out, "EHLO mail.mapleclinic.example\r\n");
        expect(in, "250");
        while (!stopped.get()) {
            int number = numbers.incrementAndGet();
            Kind kind = Kind.of(number);
            send(out, "MAIL FROM:<anna.reyes@mapleclinic.example>\r\n");
            expect(in, "250");
            send(out, "RCPT TO:<" + kind.recipient(number) + ">\r\n");
            expect(in, "250");
            send(out, "DATA\r\n");
            expect(in, "354");
            offered.put(number, kind);
            send(out, message(number, kind) + ".\r\n");
            expect(in, "250");
            acknowledged.put(number, kind);
        }
        send(out, "QUIT\r\n");
    }

    private String message(int number, Kind kind) {
        String word = kind == Kind.INTERNAL ? "canteen" : canary;
        return """
        From: Anna Reyes <anna.reyes@mapleclinic.example>
        To: %s
        Subject: %s %d
        Message-ID: %s
        Date: Mon, 02 Mar 2026 12:00:00 +0000
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        %s
        """
                .formatted(kind.recipient(number), word, number, messageId(number), word)
                .replace("\n", "\r\n");
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static void expect(BufferedReader in, String code) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        if (line == null || !line.startsWith(code)) {
            throw new IOException("expected " + code);
        }
    }
}
