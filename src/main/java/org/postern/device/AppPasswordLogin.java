package org.postern.device;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.postern.mail.Address;
import org.postern.sasl.Accounts;
import org.postern.sasl.Authenticator;
import org.postern.sasl.ScramLogin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets in whoever has a password of a device, and leaves every other secret to somebody else.
///
/// A secret that has the form of such a password is looked up by its hash, whoever the user is, and
/// nothing else is done with it: it takes the same time for users that exist and for others. By
/// SCRAM nothing of it is sent, and the verifiers of the user's own are tried.
public final class AppPasswordLogin implements Authenticator, ScramLogin.Verifiers {
    private static final Logger LOG = LoggerFactory.getLogger(AppPasswordLogin.class);

    private final AppPasswords passwords;
    private final Accounts accounts;
    private final Authenticator others;

    /// @param accounts whose passwords count; whoever is none of them any more is not let in
    /// @param others checks what has another form
    public AppPasswordLogin(AppPasswords passwords, Accounts accounts, Authenticator others) {
        this.passwords = passwords;
        this.accounts = accounts;
        this.others = others;
    }

    @Override
    public Optional<Account> authenticate(String user, char[] secret) throws IOException {
        return authenticate(user, secret, () -> true);
    }

    @Override
    public Optional<Account> authenticate(String user, char[] secret, BooleanSupplier stillAsked)
            throws IOException {
        Optional<String> form = AppPasswords.form(secret);
        if (form.isEmpty()) {
            return others.authenticate(user, secret, stillAsked);
        }
        Optional<AppPassword> found = passwords.find(form.get());
        Optional<Account> account = accounts.account(user);
        if (found.isEmpty() || account.isEmpty()) {
            return Optional.empty();
        }
        AppPassword password = found.get();
        Account owner = account.get();
        if (!password.owner().key().equals(owner.address().key())) {
            return Optional.empty();
        }
        return Optional.of(opened(user, owner, password));
    }

    private Account opened(String user, Account owner, AppPassword password) {
        use(password);
        return new Account(
                owner.address(),
                owner.sendAs(),
                Means.DEVICE,
                () ->
                        passwords.isGood(password)
                                && accounts.account(user).filter(owner::mayAsMuchAs).isPresent());
    }

    /// Of the address that is meant, in whatever case it is written, and whosever it is.
    @Override
    public byte[] salt(String user) {
        return passwords.salt(key(accounts.account(user), user));
    }

    private static String key(Optional<Account> account, String user) {
        return account.map(Account::address)
                .or(() -> Address.parse(user))
                .map(Address::key)
                .orElseGet(() -> user.toLowerCase(Locale.ROOT));
    }

    @Override
    public List<ScramLogin.Candidate> of(String user) throws IOException {
        Optional<Account> account = accounts.account(user);
        List<ScramRows.Kept> kept = passwords.verifiers(key(account, user));
        if (account.isEmpty()) {
            return List.of();
        }
        Account owner = account.get();
        return kept.stream()
                .map(each ->
                        new ScramLogin.Candidate(
                                each.verifier(), () -> opened(user, owner, each.password())))
                .toList();
    }

    @Override
    public int most() {
        return AppPasswords.PERSON_MAX;
    }

    /// Nobody guesses 120 random bits.
    @Override
    public boolean isGuess(char[] secret) {
        return AppPasswords.form(secret).isEmpty();
    }

    private void use(AppPassword password) {
        try {
            passwords.use(password);
        } catch (IOException e) {
            // The day is for people to look at; a full disk shall not keep them from their mail.
            LOG.warn("the use of app password {} is not noted: {}", password.id(), e.toString());
        }
    }
}
