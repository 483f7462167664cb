package org.postern.sasl;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.postern.entrance.Entrance;
import org.postern.entrance.Where;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.net.HostLookup;

/// Asks the clinic's own mail server whether a password is right, by logging in there and out
/// again, so that staff keep the one they have. It keeps no password and remembers no answer.
///
/// The password goes to a server that has proved its name, and to no other. A server that cannot be
/// asked, or that does not say that name or password are wrong, is a reason to come again (454) and
/// never one to let anybody in or to call the password wrong. Whether it had been shown the
/// password by then is told apart.
public final class MailServer implements Authenticator, Accounts {
    /// Connections to the server at once; further log-ins wait.
    private static final int QUESTIONS_AT_ONCE = 16;

    /// Longer than this nobody waits for a turn; the client is told to come again.
    private static final int TURN_SECONDS_MAX = 20;

    /// From the connection to the answer; a server may be slow to say that a password is wrong.
    static final Duration TIME = Duration.ofSeconds(15);

    /// Longer names and passwords nobody has, and a command has to hold both.
    private static final int NAME_CHARS_MAX = 254;

    private static final int SECRET_CHARS_MAX = 512;

    /// What the server speaks.
    public enum Protocol {
        /// RFC 9051.
        IMAP,
        /// RFC 6409.
        SMTP
    }

    /// Where the server is, and what it speaks.
    public record Server(Protocol protocol, Where at) {}

    /// Whose names they are.
    ///
    /// @param domains of the clinic; nobody of another one logs in
    /// @param usual the domain of a name without one
    public record Names(Set<Domain> domains, Domain usual) {
        public Names {
            domains = Set.copyOf(domains);
        }

        /// Only the plain form of an address is a name: nothing quoted, and nothing that a server
        /// may understand as two names.
        private Optional<Address> address(String user) {
            String whole = user.indexOf('@') < 0 ? user + "@" + usual : user;
            return Address.parse(whole)
                    .filter(address -> domains.contains(address.domain()))
                    .filter(address -> isPlain(whole.substring(0, whole.lastIndexOf('@'))));
        }

        private static boolean isPlain(String localPart) {
            return localPart
                    .codePoints()
                    .allMatch(c -> Character.isLetterOrDigit(c) || ".-_+'".indexOf(c) >= 0);
        }
    }

    private final Server server;
    private final Names names;
    private final HostLookup lookup;
    private final String ownName;
    private final Semaphore turns = new Semaphore(QUESTIONS_AT_ONCE, true);

    /// @param hostname the gateway's own, for EHLO
    public MailServer(Server server, Names names, HostLookup lookup, Domain hostname) {
        this.server = server;
        this.names = names;
        this.lookup = lookup;
        this.ownName = hostname.name();
    }

    @Override
    public Optional<Account> authenticate(String user, char[] secret) throws IOException {
        return authenticate(user, secret, () -> true);
    }

    @Override
    public Optional<Account> authenticate(String user, char[] secret, BooleanSupplier stillAsked)
            throws IOException {
        Optional<Address> address = names.address(user);
        if (address.isEmpty() || user.length() > NAME_CHARS_MAX || !isCarried(secret)) {
            return Optional.empty();
        }
        return inTurn(user, secret, stillAsked)
                ? address.map(who -> new Account(who, Set.of()))
                : Optional.empty();
    }

    /// Whether the server knows somebody cannot be asked without a password: everybody of the
    /// clinic's domains counts.
    @Override
    public Optional<Account> account(String user) {
        return user.length() > NAME_CHARS_MAX
                ? Optional.empty()
                : names.address(user).map(who -> new Account(who, Set.of()));
    }

    /// RFC 4616 §2: no NUL; and no line end, whatever a server may make of it.
    private static boolean isCarried(char[] secret) {
        if (secret.length == 0 || secret.length > SECRET_CHARS_MAX) {
            return false;
        }
        for (char c : secret) {
            if (c == 0 || c == '\r' || c == '\n') {
                return false;
            }
        }
        return true;
    }

    private boolean inTurn(String user, char[] secret, BooleanSupplier stillAsked)
            throws IOException {
        try {
            if (!turns.tryAcquire(TURN_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("too many log-ins at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before a password was checked", e);
        }
        try {
            if (!stillAsked.getAsBoolean()) {
                throw new IOException("too many like it were not answered while it waited");
            }
            return isRight(user, secret);
        } finally {
            turns.release();
        }
    }

    private boolean isRight(String user, char[] secret) throws IOException {
        AtomicBoolean shown = new AtomicBoolean();
        Entrance.Secret showing =
                () -> {
                    shown.set(true);
                    return Plain.octets(user, secret);
                };
        try {
            return switch (server.protocol()) {
                case IMAP -> ImapLogin.isRight(server.at(), lookup, showing);
                case SMTP -> new SmtpLogin(server.at(), lookup, ownName).isRight(showing);
            };
        } catch (IOException e) {
            String place = server.at().host() + ":" + server.at().port() + ": " + e.getMessage();
            // A server that is away is nobody's guess; one that falls silent behind it may be.
            throw shown.get() ? new UnansweredException(place, e) : new IOException(place, e);
        }
    }
}
