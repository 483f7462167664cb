package org.postern.smtp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.postern.allowance.SmtpLimits;
import org.postern.door.KnownSources;
import org.postern.door.Wire;
import org.postern.testkit.LogBook;
import org.postern.testkit.ManualClock;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.MemorySocket;

/// A whole session on the caller's thread, without a socket, under TLS where its state is: the
/// client says what it is told and hangs up. Whatever the session logs is kept, a fault of ours
/// above all.
public final class MemorySession {
    private MemorySession() {}

    /// How far the session has come before the first octet in question. A door on which nobody logs
    /// in has come as far as it can.
    public enum State {
        /// In clear, if the door begins so.
        CONNECTED(false),
        /// In clear, if the door begins so.
        GREETED(false, "EHLO far.example"),
        /// In a transaction. Whoever has to log in is under TLS and logged in.
        MAIL(false, "EHLO far.example", "AUTH PLAIN $password", "MAIL FROM:<$me>"),
        RCPT(
                false,
                "EHLO far.example",
                "AUTH PLAIN $password",
                "MAIL FROM:<$me>",
                "RCPT TO:<alice@clinic.example>"),
        DATA(
                false,
                "EHLO far.example",
                "AUTH PLAIN $password",
                "MAIL FROM:<$me>",
                "RCPT TO:<alice@clinic.example>",
                "DATA"),
        /// Under TLS at each door.
        SECURED(true, "EHLO far.example"),
        /// Logged in.
        KNOWN(true, "EHLO far.example", "AUTH PLAIN $password"),
        /// Asked for a message of PLAIN.
        PLAIN_ASKED(true, "EHLO far.example", "AUTH PLAIN"),
        /// Asked for a name.
        NAME_ASKED(true, "EHLO far.example", "AUTH LOGIN"),
        /// Asked for Alice's password.
        SECRET_ASKED(true, "EHLO far.example", "AUTH LOGIN $name"),
        /// Asked for the proof of Alice's device.
        PROOF_ASKED(true, "EHLO far.example", "AUTH SCRAM-SHA-256 $device");

        private final boolean secured;
        private final String commands;

        State(boolean secured, String... commands) {
            this.secured = secured;
            this.commands = String.join("\n", commands);
        }

        /// Whether the client speaks under TLS in this state.
        public boolean isSecured(SmtpListener.Kind kind) {
            return switch (kind) {
                case SUBMISSIONS -> true;
                case SUBMISSION -> this != CONNECTED && this != GREETED;
                case RELAY, INBOUND -> secured;
            };
        }

        /// Whether a client without TLS can speak under it, because it hides nothing. Where it is a
        /// real one, each handshake with such a client fails.
        public boolean isOpen(SmtpListener.Kind kind) {
            return kind.isSubmission() || secured;
        }

        private List<byte[]> segments(SmtpListener.Kind kind) {
            String me = kind.isSubmission() ? MemoryStaff.ALICE.toString() : "a@far.example";
            List<byte[]> segments = new ArrayList<>();
            if (isSecured(kind) && kind != SmtpListener.Kind.SUBMISSIONS) {
                segments.add(octets("EHLO far.example\r\n"));
                segments.add(octets("STARTTLS\r\n"));
            }
            for (String command : commands.lines().toList()) {
                if (kind.isSubmission() || !command.startsWith("AUTH")) {
                    String said =
                            command.replace("$password", Credentials.PASSWORD)
                                    .replace("$name", Credentials.NAME)
                                    .replace("$device", MemoryStaff.staff().deviceFirst())
                                    .replace("$me", me);
                    segments.add(octets(said + "\r\n"));
                }
            }
            return segments;
        }
    }

    /// In base64.
    private static final class Credentials {
        static final String NAME = base64(MemoryStaff.ALICE.toString());
        static final String PASSWORD =
                base64("\0" + MemoryStaff.ALICE + "\0" + MemoryStaff.ALICE_SECRET);
    }

    /// What came of a session.
    ///
    /// @param said what the server said, in clear and under TLS, each octet a character
    /// @param dataBegins how many octets the client had said at each 354
    /// @param received in their order
    /// @param openDrafts that nobody has closed
    /// @param log what was logged, a line for each event
    /// @param faults those of its lines that are errors
    public record Outcome(
            String said,
            List<Integer> dataBegins,
            List<MemoryReception.Received> received,
            int openDrafts,
            List<String> log,
            List<String> faults) {}

    /// Plays a session to its end.
    ///
    /// @param segments what the client says after the prelude of the state, a segment for each read
    public static Outcome play(SmtpListener.Kind kind, State state, List<byte[]> segments) {
        MemoryReception reception = MemoryReception.accepting();
        SmtpListener plain = World.listener(kind, limits -> limits);
        SmtpListener listener = state.isOpen(kind) ? plain.withTls(() -> World.OPEN_TLS) : plain;
        SmtpServer.Parts parts =
                new SmtpServer.Parts(
                        listener,
                        reception,
                        reception,
                        new Receiving(1),
                        MemoryStaff.staff().logins(),
                        RecipientList.everybody(),
                        RefusalJournal.none(),
                        ManualClock.atNoon());
        MemorySocket socket = socket(kind, state, segments);
        try (LogBook log = LogBook.of("org.postern")) {
            serve(socket, parts);
            return new Outcome(
                    socket.heard(),
                    socket.dataBegins(),
                    reception.received(),
                    reception.openDrafts(),
                    log.lines(),
                    log.errors());
        }
    }

    private static MemorySocket socket(SmtpListener.Kind kind, State state, List<byte[]> segments) {
        List<byte[]> all = new ArrayList<>(state.segments(kind));
        int prelude = all.stream().mapToInt(segment -> segment.length).sum();
        all.addAll(segments);
        return new MemorySocket(all, prelude);
    }

    private static void serve(MemorySocket socket, SmtpServer.Parts parts) {
        SmtpLimits.Deadlines deadlines = parts.listener().limits().deadlines();
        try (Connection connection =
                new Connection(new Wire(socket, deadlines.write()), deadlines)) {
            CountDownLatch running = new CountDownLatch(1);
            new SmtpSession(connection, parts, "memory", running, new KnownSources()).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
