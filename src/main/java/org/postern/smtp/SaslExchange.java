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

/// The exchange that AUTH begins: RFC 4954, with PLAIN (RFC 4616) and LOGIN, which has no RFC and
/// which old clients want. Whether AUTH is allowed now the session knows.
///
/// Every wrong name or secret, however it is wrong, gets the same answer.
final class SaslExchange {
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

    private static final Reply DENIED = new Reply(535, "5.7.8", "Name or password is wrong");
    private static final Reply NOT_NOW =
            new Reply(454, "4.7.0", "The password cannot be checked now; try again later");
    private static final Reply CANCELLED = new Reply(501, "5.7.0", "Authentication cancelled");
    private static final Reply NOT_BASE64 = new Reply(501, "5.5.2", "This is not base64");
    private static final Reply TOO_LONG = new Reply(500, "5.5.6", "The answer is too long");
    private static final Reply NO_LINE = new Reply(500, "5.5.2", "Lines must end with CRLF");
    private static final Reply UNKNOWN = new Reply(504, "5.5.4", "Use AUTH PLAIN or AUTH LOGIN");

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
            default -> new Result.Failed(UNKNOWN);
        };
    }

    private Result plain(Optional<String> first) throws IOException {
        return switch (first.isPresent() ? decode(first.get()) : ask("")) {
            case Answer.None(Result result) -> result;
            case Answer.Octets(byte[] octets) -> {
                int user = indexOfNul(octets, 0);
                int secret = user < 0 ? -1 : indexOfNul(octets, user + 1);
                if (secret < 0) {
                    yield new Result.Denied(DENIED);
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
                                case TOO_LONG -> new Result.Failed(TOO_LONG);
                                case NO_LINE -> new Result.Broken(NO_LINE);
                                case END -> throw new EOFException("the client went during AUTH");
                            });
        };
    }

    private static Answer decode(String text) {
        if (text.equals("*")) {
            return new Answer.None(new Result.Failed(CANCELLED));
        }
        if (text.equals("=")) {
            // RFC 4954 §4: an initial response of no octets.
            return new Answer.Octets(new byte[0]);
        }
        try {
            return new Answer.Octets(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            return new Answer.None(new Result.Failed(NOT_BASE64));
        }
    }

    private Result check(byte[] name, byte[] password) {
        char[] secret = characters(password);
        Arrays.fill(password, (byte) 0);
        try {
            return authenticator
                    .authenticate(new String(characters(name)), secret)
                    .<Result>map(Result.LoggedIn::new)
                    .orElseGet(() -> new Result.Denied(DENIED));
        } catch (IOException e) {
            return new Result.Failed(NOT_NOW);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /// Octets that are not UTF-8 (RFC 4616 §2) become no characters at all, which nobody's name or
    /// secret is; they still take the time of a check.
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
