package org.postern.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postern.mail.Listener;
import org.postern.mail.Reply;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Logins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The exchange that AUTH begins: RFC 4954, with PLAIN (RFC 4616) and LOGIN, which has no RFC and
/// which old clients want. Whether AUTH is allowed now the session knows.
///
/// Every wrong name or secret, however it is wrong, gets the same answer.
final class SaslExchange {
    private static final Logger LOG = LoggerFactory.getLogger(SaslExchange.class);

    /// How an exchange ends.
    sealed interface Result {
        record LoggedIn(Authenticator.Account account) implements Result {}

        /// Nobody has logged in.
        record Failed(Reply reply) implements Result {}

        /// The session must end: what came is no line, or it has failed too often.
        record Broken(Reply reply) implements Result {}
    }

    /// One answer of the client to a challenge.
    private sealed interface Answer {
        @SuppressWarnings("ArrayRecordComponent") // never compared, and overwritten after use
        record Octets(byte[] octets) implements Answer {}

        record None(Result result) implements Answer {}
    }

    /// "Username:" and "Password:", as clients expect them.
    private static final String NAME_CHALLENGE = "VXNlcm5hbWU6";

    private static final String SECRET_CHALLENGE = "UGFzc3dvcmQ6";

    /// The doublings of the pause after failed AUTHs end here.
    private static final int PAUSE_DOUBLINGS_MAX = 5;

    private final Connection connection;
    private final SmtpServer.Parts parts;
    private final String session;
    private final CountDownLatch stopping;
    private int failures;

    /// @param session its name in the log
    /// @param stopping at zero once the server stops
    SaslExchange(
            Connection connection,
            SmtpServer.Parts parts,
            String session,
            CountDownLatch stopping) {
        this.connection = connection;
        this.parts = parts;
        this.session = session;
        this.stopping = stopping;
    }

    /// @param client as it is known; it has not logged in
    /// @param argument what follows AUTH: a mechanism and perhaps its first answer
    Result run(Client client, String argument) throws IOException {
        int space = argument.indexOf(' ');
        String mechanism = space < 0 ? argument : argument.substring(0, space);
        Optional<String> first =
                space < 0 ? Optional.empty() : Optional.of(argument.substring(space + 1).strip());
        return switch (mechanism.toUpperCase(Locale.ROOT)) {
            case "PLAIN" -> plain(client, first);
            case "LOGIN" -> login(client, first);
            default -> new Result.Failed(Replies.UNKNOWN_MECHANISM);
        };
    }

    private Result plain(Client client, Optional<String> first) throws IOException {
        return switch (first.isPresent() ? decode(first.get()) : ask("")) {
            case Answer.None(Result result) -> result;
            case Answer.Octets(byte[] octets) -> {
                int user = indexOfNul(octets, 0);
                int secret = user < 0 ? -1 : indexOfNul(octets, user + 1);
                if (secret < 0) {
                    yield check(client, new byte[0], new byte[0]);
                }
                byte[] authorized = Arrays.copyOfRange(octets, 0, user);
                byte[] name = Arrays.copyOfRange(octets, user + 1, secret);
                byte[] password = Arrays.copyOfRange(octets, secret + 1, octets.length);
                Arrays.fill(octets, (byte) 0);
                // Nobody may act for somebody else.
                boolean himself = authorized.length == 0 || Arrays.equals(authorized, name);
                yield check(client, himself ? name : new byte[0], password);
            }
        };
    }

    private Result login(Client client, Optional<String> first) throws IOException {
        return switch (first.isPresent() ? decode(first.get()) : ask(NAME_CHALLENGE)) {
            case Answer.None(Result result) -> result;
            case Answer.Octets(byte[] name) ->
                    switch (ask(SECRET_CHALLENGE)) {
                        case Answer.None(Result result) -> result;
                        case Answer.Octets(byte[] password) -> check(client, name, password);
                    };
        };
    }

    private Answer ask(String challenge) throws IOException {
        connection.line("334 " + challenge);
        return switch (connection.readLine()) {
            case Connection.Line.Text(String text) -> decode(text);
            case Connection.Fault fault ->
                    new Answer.None(
                            switch (fault) {
                                case TOO_LONG -> new Result.Failed(Replies.ANSWER_TOO_LONG);
                                case NO_LINE -> new Result.Broken(Replies.NO_LINE);
                                case END -> throw new EOFException("the client went during AUTH");
                            });
        };
    }

    private static Answer decode(String text) {
        if (text.equals("*")) {
            return new Answer.None(new Result.Failed(Replies.AUTH_CANCELLED));
        }
        if (text.equals("=")) {
            // RFC 4954 §4: an initial response of no octets.
            return new Answer.Octets(new byte[0]);
        }
        try {
            return new Answer.Octets(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            return new Answer.None(new Result.Failed(Replies.NOT_BASE64));
        }
    }

    private Result check(Client client, byte[] name, byte[] password) throws IOException {
        char[] secret = characters(password);
        Arrays.fill(password, (byte) 0);
        String user = new String(characters(name));
        try {
            return switch (parts.logins().attempt(client.source(), user, secret)) {
                case Logins.Attempted.LoggedIn(Authenticator.Account account) ->
                        new Result.LoggedIn(account);
                case Logins.Attempted.Denied(int lately) -> {
                    pause(lately);
                    yield refused(client, Replies.AUTH_DENIED);
                }
                case Logins.Attempted.Locked() -> {
                    LOG.warn("{} {} failed to log in too often", session, client.addressText());
                    yield refused(client, Replies.AUTH_LOCKED);
                }
                case Logins.Attempted.Unavailable(IOException why) -> {
                    LOG.error("{} a password cannot be checked: {}", session, why.toString());
                    yield new Result.Failed(Replies.AUTH_NOT_NOW);
                }
            };
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /// The pause comes before the answer, and its length is remembered beyond the session, so that
    /// guessing faster by hanging up gains nothing.
    private void pause(int lately) {
        int doublings = Math.min(lately - 1, PAUSE_DOUBLINGS_MAX);
        Duration first = parts.listener().limits().deadlines().authPause();
        try {
            if (stopping.await(first.toNanos() << doublings, TimeUnit.NANOSECONDS)) {
                LOG.debug("{} pause cut short by the stop", session);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Result refused(Client client, Reply reply) throws IOException {
        Listener listener = parts.listener().kind().listener();
        parts.journal().refused(client.arrival(listener), null, List.of(), reply);
        failures++;
        if (failures < parts.listener().limits().authFailures()) {
            return new Result.Failed(reply);
        }
        connection.reply(reply);
        return new Result.Broken(Replies.TOO_MANY_ERRORS);
    }

    /// Octets that are not UTF-8 (RFC 4616 §2) become no characters at all, which nobody's name or
    /// secret may be; they still take the time of a check.
    private static char[] characters(byte[] octets) {
        try {
            CharBuffer decoded =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
            char[] characters = new char[decoded.remaining()];
            decoded.get(characters);
            Arrays.fill(decoded.array(), '\0');
            return characters;
        } catch (CharacterCodingException notUtf8) {
            return new char[0];
        }
    }

    private static int indexOfNul(byte[] octets, int from) {
        for (int i = from; i < octets.length; i++) {
            if (octets[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
