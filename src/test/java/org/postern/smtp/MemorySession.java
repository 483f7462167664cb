package org.postern.smtp;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.postern.door.Wire;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Logins;
import org.postern.testkit.Faults;
import org.postern.testkit.ManualClock;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.MemorySocket;

/// A whole session on the caller's thread, without a socket: the client says what it is told and
/// hangs up. Whatever the session logs as an error is kept, a fault of ours above all.
public final class MemorySession {
    private static final Faults FAULTS = Faults.in("org.postern.smtp");

    private MemorySession() {}

    /// How far the session has come before the first octet in question.
    public enum State {
        CONNECTED(),
        GREETED("EHLO far.example"),
        MAIL("EHLO far.example", "MAIL FROM:<a@far.example>"),
        RCPT("EHLO far.example", "MAIL FROM:<a@far.example>", "RCPT TO:<alice@clinic.example>"),
        DATA(
                "EHLO far.example",
                "MAIL FROM:<a@far.example>",
                "RCPT TO:<alice@clinic.example>",
                "DATA");

        private final String prelude;

        State(String... commands) {
            prelude = Stream.of(commands).map(command -> command + "\r\n").collect(joining());
        }

        private List<byte[]> segments() {
            return prelude.lines()
                    .map(line -> (line + "\r\n").getBytes(StandardCharsets.US_ASCII))
                    .toList();
        }
    }

    /// What came of a session.
    ///
    /// @param said what the server said, each octet a character
    /// @param dataBegins how many octets the client had said at each 354
    /// @param received in their order
    /// @param openDrafts that nobody has closed
    /// @param faults what was logged as an error
    public record Outcome(
            String said,
            List<Integer> dataBegins,
            List<MemoryReception.Received> received,
            int openDrafts,
            List<String> faults) {}

    /// Plays a session to its end.
    ///
    /// @param segments what the client says after the prelude of the state, a segment for each read
    public static Outcome play(SmtpListener.Kind kind, State state, List<byte[]> segments) {
        FAULTS.forget();
        MemoryReception reception = MemoryReception.accepting();
        SmtpListener listener = World.listener(kind, limits -> limits);
        SmtpServer.Parts parts =
                new SmtpServer.Parts(
                        listener,
                        reception,
                        reception,
                        new Receiving(1),
                        new Logins(Authenticator.nobody(), ManualClock.atNoon()),
                        RecipientList.everybody(),
                        RefusalJournal.none(),
                        ManualClock.atNoon());
        List<byte[]> all = new ArrayList<>(state.segments());
        all.addAll(segments);
        MemorySocket socket = new MemorySocket(all, state.prelude.length());
        try (Connection connection =
                new Connection(
                        new Wire(socket, listener.limits().deadlines().write()),
                        listener.limits().deadlines())) {
            new SmtpSession(connection, parts, "memory", new CountDownLatch(1)).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Outcome(
                socket.heard(),
                socket.dataBegins(),
                reception.received(),
                reception.openDrafts(),
                FAULTS.messages());
    }
}
