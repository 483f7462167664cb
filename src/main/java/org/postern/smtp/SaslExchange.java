package org.postern.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.postern.mail.Reply;
import org.postern.sasl.Authenticator;
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

        /// Name or secret are wrong.
        record Denied(Reply reply) implements Result {}

        /// It could not be carried out, which says nothing about name and secret.
        record Failed(Reply reply) implements Result {}

        /// What came is no line; the session must end.
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

    private final Connection connection;
    private final Authenticator authenticator;

    SaslExchange(Connection connection, Authenticator authenticator) {
        this.connection = connection;
        this.authenticator = authenticator;
    }

    /// @param argument what follows AUTH: a mechanism and perhaps its first answer
    Result run(String argument) throws IOException {
        int space = argument.indexOf(' ');
        String mechanism = space < 0 ? argument : argument.substring(0, space);
        Optional<String> first =
                space < 0 ? Optional.empty() : Optional.of(argument.substring(space + 1).strip());
        return switch (mechanism.toUpperCase(Locale.ROOT)) {
            case "PLAIN" -> plain(first);
            case "LOGIN" -> login(first);
            default -> new Result.Failed(Replies.UNKNOWN_MECHANISM);
        };
    }

    private Result plain(Optional<String> first) throws IOException {
        return switch (first.isPresent() ? decode(first.get()) : ask("")) {
            case Answer.None(Result result) -> result;
            case Answer.Octets(byte[] octets) -> {
                int user = indexOfNul(octets, 0);
                int secret = user < 0 ? -1 : indexOfNul(octets, user + 1);
                if (secret < 0) {
                    yield new Result.Denied(Replies.AUTH_DENIED);
                }
                byte[] authorized = Arrays.copyOfRange(octets, 0, user);
                byte[] name = Arrays.copyOfRange(octets, user + 1, secret);
                byte[] password = Arrays.copyOfRange(octets, secret + 1, octets.length);
                Arrays.fill(octets, (byte) 0);
                // Nobody may act for somebody else.
                boolean himself = authorized.length == 0 || Arrays.equals(authorized, name);
                yield check(himself ? name : new byte[0], password);
            }
        };
    }

    private Result login(Optional<String> first) throws IOException {
        return switch (first.isPresent() ? decode(first.get()) : ask(NAME_CHALLENGE)) {
            case Answer.None(Result result) -> result;
            case Answer.Octets(byte[] name) ->
                    switch (ask(SECRET_CHALLENGE)) {
                        case Answer.None(Result result) -> result;
                        case Answer.Octets(byte[] password) -> check(name, password);
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

    private Result check(byte[] name, byte[] password) {
        char[] secret = characters(password);
        Arrays.fill(password, (byte) 0);
        try {
            return authenticator
                    .authenticate(new String(characters(name)), secret)
                    .filter(account -> secret.length > 0)
                    .<Result>map(Result.LoggedIn::new)
                    .orElseGet(() -> new Result.Denied(Replies.AUTH_DENIED));
        } catch (IOException e) {
            LOG.error("a password cannot be checked: {}", e.toString());
            return new Result.Failed(Replies.AUTH_NOT_NOW);
        } finally {
            Arrays.fill(secret, '\0');
        }
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
