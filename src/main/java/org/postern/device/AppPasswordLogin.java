package org.postern.device;

import java.io.IOException;
import java.util.Optional;
import org.postern.sasl.Accounts;
import org.postern.sasl.Authenticator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets in whoever has a password of a device, and leaves every other secret to somebody else.
///
/// A secret that has the form of such a password is looked up by its hash, whoever the user is, and
/// nothing else is done with it: it takes the same time for users that exist and for others.
public final class AppPasswordLogin implements Authenticator {
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
        Optional<String> form = AppPasswords.form(secret);
        if (form.isEmpty()) {
            return others.authenticate(user, secret);
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
        use(password);
        return Optional.of(
                new Account(
                        owner.address(),
                        owner.sendAs(),
                        Means.DEVICE,
                        () ->
                                passwords.isGood(password)
                                        && accounts.account(user)
                                                .filter(owner::mayAsMuchAs)
                                                .isPresent()));
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
