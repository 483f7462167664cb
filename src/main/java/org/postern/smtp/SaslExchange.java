package org.postern.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.postern.mail.Listener;
import org.postern.mail.Reply;
import org.postern.sasl.Authenticator;
import org.postern.sasl.BearerLogin;
import org.postern.sasl.BearerMechanism;
import org.postern.sasl.Logins;
import org.postern.sasl.ScramDialogue;
import org.postern.sasl.SlowLogins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The exchange that AUTH begins: RFC 4954, with PLAIN (RFC 4616), with LOGIN, which has no RFC and
/// which old clients want, and where they are taken with an access token (RFC 7628) and with a
/// proof (RFC 7677). Whether AUTH is allowed now the session knows.
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

    private final Connection connection;
    private final SmtpServer.Parts parts;
    private final String session;
    private final SlowLogins logins;
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
        this.logins =
                new SlowLogins(
                        parts.logins(),
                        parts.listener().limits().deadlines().authPause(),
                        stopping);
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
            case ScramDialogue.MECHANISM -> scram(client, first);
            default -> token(client, mechanism.toUpperCase(Locale.ROOT), first);
        };
    }

    /// RFC 7628 §3.2.3: whoever is refused hears why, answers something, and then hears that it
    /// failed.
    private Result token(Client client, String name, Optional<String> first) throws IOException {
        Optional<BearerLogin> taker = logins.bearer();
        Optional<BearerMechanism> mechanism = BearerMechanism.of(name);
        if (taker.isEmpty() || mechanism.isEmpty()) {
            return new Result.Failed(Replies.UNKNOWN_MECHANISM);
        }
        return switch (first.isPresent() ? decode(first.get()) : ask("")) {
            case Answer.None(Result result) -> result;
            case Answer.Octets(byte[] message) -> {
                Logins.Attempted attempted =
                        logins.bearer(client.source(), mechanism.get(), message);
                if (attempted instanceof Logins.Attempted.Denied(_, BearerLogin.Status status)
                        && ask(taker.get().challenge(mechanism.get(), status))
                                instanceof Answer.None(Result.Broken broken)) {
                    yield broken;
                }
                yield result(client, attempted);
            }
        };
    }

    /// RFC 5802 §5; what the client hears last is a challenge that it answers with nothing.
    private Result scram(Client client, Optional<String> first) throws IOException {
        Optional<ScramDialogue> dialogue = logins.scram(client.source());
        if (dialogue.isEmpty()) {
            return new Result.Failed(Replies.UNKNOWN_MECHANISM);
        }
        Answer answer = first.isPresent() ? decode(first.get()) : ask("");
        while (answer instanceof Answer.Octets(byte[] said)) {
            switch (dialogue.get().next(said)) {
                case ScramDialogue.Step.Ask(String challenge) -> answer = ask(challenge);
                case ScramDialogue.Step.Done(Logins.Attempted attempted) -> {
                    return result(client, attempted);
                }
            }
        }
        return ((Answer.None) answer).result();
    }

    private Result plain(Client client, Optional<String> first) throws IOException {
        return switch (first.isPresent() ? decode(first.get()) : ask("")) {
            case Answer.None(Result result) -> result;
            case Answer.Octets(byte[] message) ->
                    result(client, logins.plain(client.source(), message));
        };
    }

    private Result login(Client client, Optional<String> first) throws IOException {
        return switch (first.isPresent() ? decode(first.get()) : ask(NAME_CHALLENGE)) {
            case Answer.None(Result result) -> result;
            case Answer.Octets(byte[] name) ->
                    switch (ask(SECRET_CHALLENGE)) {
                        case Answer.None(Result result) -> result;
                        case Answer.Octets(byte[] password) ->
                                result(client, logins.check(client.source(), name, password));
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

    private Result result(Client client, Logins.Attempted attempted) throws IOException {
        return switch (attempted) {
            case Logins.Attempted.LoggedIn(Authenticator.Account account) ->
                    new Result.LoggedIn(account);
            case Logins.Attempted.Denied _ -> refused(client, Replies.AUTH_DENIED);
            case Logins.Attempted.Locked() -> {
                LOG.warn("{} {} failed to log in too often", session, client.addressText());
                yield refused(client, Replies.AUTH_LOCKED);
            }
            case Logins.Attempted.Unavailable(IOException why) -> {
                LOG.error("{} a password cannot be checked: {}", session, why.toString());
                yield new Result.Failed(Replies.AUTH_NOT_NOW);
            }
        };
    }

    private Result refused(Client client, Reply reply) throws IOException {
        Listener listener = parts.listener().kind().listener();
        parts.journal().refused(client.arrival(listener), null, List.of(), reply);
        failures++;
        if (failures < parts.listener().limits().talk().authFailures()) {
            return new Result.Failed(reply);
        }
        connection.reply(reply);
        return new Result.Broken(Replies.TOO_MANY_ERRORS);
    }
}
