package org.postern.sasl;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.postern.mail.Address;

/// Checks a user's name and secret.
@FunctionalInterface
public interface Authenticator {
    /// Takes the same time whether the user exists or not, and says nothing about which of the two
    /// was wrong. Called by many threads at once.
    ///
    /// @param user as the client sent it, hostile until proved otherwise
    /// @param secret not kept; the caller overwrites it afterwards
    /// @return empty if user or secret is wrong
    /// @throws UnansweredException if somebody else was shown the secret and has not said whether
    ///   it is right; the client is told 454
    /// @throws IOException if it cannot be checked now; the client is told 454 as well
    Optional<Account> authenticate(String user, char[] secret) throws IOException;

    /// The same for a check that may have to wait for its turn.
    ///
    /// @param stillAsked asked when the turn has come; if it says no, nobody is shown the secret
    /// @throws IOException if it is not asked any more, as well
    default Optional<Account> authenticate(String user, char[] secret, BooleanSupplier stillAsked)
            throws IOException {
        return authenticate(user, secret);
    }

    /// Whether a wrong secret is a guess at the user's own. One that nobody can guess is what a
    /// device still has whose password was taken back, and shall not lock its owner out.
    default boolean isGuess(char[] secret) {
        return true;
    }

    /// For listeners on which nobody logs in.
    static Authenticator nobody() {
        return new Authenticator() {
            @Override
            public Optional<Account> authenticate(String user, char[] secret) {
                return Optional.empty();
            }
        };
    }

    /// The secret was shown to a server that said neither yes nor no. Some servers answer a wrong
    /// one so, so it may have been a guess.
    final class UnansweredException extends IOException {
        private static final long serialVersionUID = 1;

        /// @param sentence for the log: nothing that the server said
        public UnansweredException(String sentence, IOException cause) {
            super(sentence, cause);
        }
    }

    /// By what somebody logged in.
    enum Means {
        /// The password that she knows.
        ORDINARY,

        /// A password that a device keeps.
        DEVICE,

        /// An access token, which a device gets anew by itself as well.
        TOKEN
    }

    /// Somebody who logged in.
    ///
    /// @param address whom the user is
    /// @param sendAs the further addresses under which the user may write
    /// @param means by what; not everything is open to each
    /// @param good whether that by which the user logged in still counts; asked at each command
    record Account(Address address, Set<Address> sendAs, Means means, BooleanSupplier good) {
        public Account {
            sendAs = Set.copyOf(sendAs);
        }

        /// One that stays until the session ends, with the ordinary password.
        public Account(Address address, Set<Address> sendAs) {
            this(address, sendAs, Means.ORDINARY, Account::always);
        }

        private static boolean always() {
            return true;
        }

        /// Whether the session may go on.
        public boolean isGood() {
            return good.getAsBoolean();
        }

        /// Whether the same addresses are open to both.
        public boolean mayAsMuchAs(Account other) {
            return sendAs.equals(other.sendAs());
        }

        /// Whether this user may name `reversePath` as the return handler.
        public boolean maySendAs(Address reversePath) {
            return reversePath.key().equals(address.key())
                    || sendAs.stream().anyMatch(a -> a.key().equals(reversePath.key()));
        }
    }
}
