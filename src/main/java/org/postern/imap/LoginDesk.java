package org.postern.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postern.grammar.Command;
import org.postern.net.PerSource;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Authenticator.Account;
import org.postern.sasl.BearerLogin;
import org.postern.sasl.BearerMechanism;
import org.postern.sasl.Logins.Attempted;
import org.postern.sasl.ScramDialogue;
import org.postern.sasl.SlowLogins;
import org.postern.talk.Answer;
import org.postern.talk.Conversation;
import org.postern.talk.Heard;
import org.postern.upstream.Credentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who is let in: LOGIN, and AUTHENTICATE (RFC 4959) with PLAIN (RFC 4616), or where they are taken
/// with an access token (RFC 7628) or a proof (RFC 7677). Whether it is allowed now the session
/// knows. Every wrong name or secret gets the same answer.
final class LoginDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoginDesk.class);

    private static final Answer WRONG =
            Answer.no("[AUTHENTICATIONFAILED] name or password are wrong");

    private static final Result CLEAR =
            new Result.Refused(Answer.no("[PRIVACYREQUIRED] begin TLS first"));

    private final Conversation conversation;
    private final ImapServer.Parts parts;
    private final String session;
    private final SlowLogins logins;
    private int failures;
    private boolean stranger = true;
    private @Nullable String user;

    /// What comes of it.
    sealed interface Result {
        /// @param credentials of one who may be shown the clinic's own folders; null for others
        record LoggedIn(Account account, @Nullable Credentials credentials) implements Result {}

        record Refused(Answer answer) implements Result {}

        /// The session must end.
        record Broken(Answer answer) implements Result {}
    }

    LoginDesk(
            Conversation conversation,
            ImapServer.Parts parts,
            String session,
            CountDownLatch stopping) {
        this.conversation = conversation;
        this.parts = parts;
        this.session = session;
        this.logins =
                new SlowLogins(
                        parts.logins(),
                        parts.listener().limits().deadlines().authPause(),
                        stopping);
    }

    /// @param secured whether it is under TLS: RFC 8314 §3.2
    Result login(Command.OfLogin command, boolean secured) throws IOException {
        return switch (command) {
            case Command.Login login -> {
                if (!secured) {
                    Arrays.fill(login.secret(), '\0');
                    yield CLEAR;
                }
                yield login(login);
            }
            case Command.Authenticate authenticate -> secured ? authenticate(authenticate) : CLEAR;
        };
    }

    private Result login(Command.Login login) throws IOException {
        byte[] secret = octets(login.secret());
        Arrays.fill(login.secret(), '\0');
        byte[] name = login.name().getBytes(ISO_8859_1);
        Credentials kept = parts.clinic().map(_ -> Credentials.of(name, secret)).orElse(null);
        return result(() -> logins.check(source(), name, secret), kept);
    }

    /// One for each character, so that no string of them stays in memory.
    private static byte[] octets(char[] characters) {
        byte[] octets = new byte[characters.length];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) characters[i];
        }
        return octets;
    }

    private Result authenticate(Command.Authenticate command) throws IOException {
        Optional<ScramDialogue> scram =
                command.mechanism().equals(ScramDialogue.MECHANISM)
                        ? logins.scram(source())
                        : Optional.empty();
        if (scram.isPresent()) {
            return scram(scram.get(), command.initial());
        }
        Optional<BearerMechanism> bearer =
                logins.bearer().flatMap(_ -> BearerMechanism.of(command.mechanism()));
        if (bearer.isEmpty() && !command.mechanism().equals("PLAIN")) {
            return new Result.Refused(Answer.no("[CANNOT] this mechanism is not offered"));
        }
        return switch (command.initial().isPresent() ? decode(command.initial().get()) : ask("")) {
            case Said.Nothing(Result result) -> result;
            case Said.Octets(byte[] octets) ->
                    bearer.isPresent() ? token(bearer.get(), octets) : plain(octets);
        };
    }

    /// RFC 5802 §5; what the client hears last is a challenge that it answers with nothing.
    private Result scram(ScramDialogue dialogue, Optional<String> initial) throws IOException {
        Said said = initial.isPresent() ? decode(initial.get()) : ask("");
        while (said instanceof Said.Octets(byte[] octets)) {
            switch (dialogue.next(octets)) {
                case ScramDialogue.Step.Ask(String challenge) -> said = ask(challenge);
                case ScramDialogue.Step.Done(Attempted attempted) -> {
                    return result(attempted);
                }
            }
        }
        return ((Said.Nothing) said).result();
    }

    private Result plain(byte[] message) {
        Credentials kept = parts.clinic().flatMap(_ -> Credentials.plain(message)).orElse(null);
        return result(() -> logins.plain(source(), message), kept);
    }

    /// One answer of the client.
    private sealed interface Said {
        @SuppressWarnings("ArrayRecordComponent") // never compared, and overwritten after use
        record Octets(byte[] octets) implements Said {}

        record Nothing(Result result) implements Said {}
    }

    /// @param challenge in base64
    private Said ask(String challenge) throws IOException {
        conversation.write("+ " + challenge + "\r\n");
        return switch (conversation.readLine(true)) {
            case Heard.Octets(byte[] octets) -> decode(new String(octets, ISO_8859_1));
            case Heard.TooBig _, Heard.LetterComes _ ->
                    throw new IllegalStateException("a line has no literal");
            case Heard.Fault fault -> {
                if (fault == Heard.Fault.END) {
                    throw new EOFException("the client went during a log-in");
                }
                yield new Said.Nothing(new Result.Broken(Answer.bad("this is no line")));
            }
        };
    }

    private static Said decode(String text) {
        if (text.equals("*")) {
            return new Said.Nothing(new Result.Refused(Answer.bad("the log-in was cancelled")));
        }
        try {
            return new Said.Octets(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            return new Said.Nothing(new Result.Refused(Answer.bad("this is not base64")));
        }
    }

    /// RFC 7628 §3.2.3: whoever is refused hears why, answers something, and then hears that it
    /// failed.
    private Result token(BearerMechanism mechanism, byte[] message) throws IOException {
        Attempted attempted = logins.bearer(source(), mechanism, message);
        Optional<BearerLogin> taker = logins.bearer();
        if (attempted instanceof Attempted.Denied(_, BearerLogin.Status status)
                && taker.isPresent()) {
            Said said = ask(taker.get().challenge(mechanism, status));
            if (said instanceof Said.Nothing(Result.Broken broken)) {
                return broken;
            }
        }
        return result(attempted);
    }

    private String source() {
        return PerSource.of(conversation.peer());
    }

    /// @param credentials with which it was tried; wiped, unless the ordinary password let somebody
    ///   in
    private Result result(Supplier<Attempted> attempt, @Nullable Credentials credentials) {
        boolean kept = false;
        try {
            Result result = result(attempt.get());
            if (credentials != null
                    && result instanceof Result.LoggedIn(Account account, _)
                    && account.means() == Authenticator.Means.ORDINARY) {
                kept = true;
                return new Result.LoggedIn(account, credentials);
            }
            return result;
        } finally {
            if (credentials != null && !kept) {
                credentials.close();
            }
        }
    }

    private Result result(Attempted attempted) {
        return switch (attempted) {
            case Attempted.LoggedIn(Account account) -> admit(account);
            case Attempted.Denied _ -> refuse(WRONG);
            case Attempted.Locked() -> {
                LOG.warn("{} failed to log in too often", session);
                yield refuse(Answer.no("[LIMIT] too many failures; try again later"));
            }
            case Attempted.Unavailable(IOException why) -> {
                LOG.error("{} a log-in cannot be checked: {}", session, why.toString());
                yield new Result.Refused(
                        Answer.no("[UNAVAILABLE] the log-in cannot be checked now"));
            }
        };
    }

    private Result admit(Account account) {
        String name = account.address().key();
        if (!parts.users().take(name)) {
            return new Result.Refused(
                    Answer.no("[LIMIT] you have too many connections; close some"));
        }
        user = name;
        beKnown();
        parts.cabinet().cameIn(account.address());
        return new Result.LoggedIn(account, null);
    }

    private Result refuse(Answer answer) {
        failures++;
        return failures < parts.listener().limits().authFailures()
                ? new Result.Refused(answer)
                : new Result.Broken(answer);
    }

    /// The place among those who have not logged in is free again.
    private void beKnown() {
        if (stranger) {
            stranger = false;
            parts.strangers().giveBack(source());
        }
    }

    /// The user's connection is over.
    @Override
    public void close() {
        beKnown();
        if (user != null) {
            parts.users().giveBack(user);
            user = null;
        }
    }
}
