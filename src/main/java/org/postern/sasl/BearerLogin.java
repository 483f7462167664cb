package org.postern.sasl;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.postern.bearer.BearerSettings;
import org.postern.bearer.BearerTokens;
import org.postern.bearer.BearerTokens.Verified;
import org.postern.sasl.Authenticator.Account;

/// Lets in whoever has an access token of the clinic's own provider, until the token ends.
public final class BearerLogin {
    private static final String CONFIGURATION = "/.well-known/openid-configuration";

    private final BearerTokens tokens;
    private final Accounts accounts;
    private final InstantSource clock;
    private final Optional<String> scope;
    private final String configuration;

    /// @param accounts who may log in; a token of somebody else opens nothing
    public BearerLogin(
            BearerSettings settings, BearerTokens tokens, Accounts accounts, InstantSource clock) {
        this.tokens = tokens;
        this.accounts = accounts;
        this.clock = clock;
        this.scope = settings.scope();
        // OpenID Connect Discovery §4.
        this.configuration = settings.issuer().replaceFirst("/$", "") + CONFIGURATION;
    }

    /// @throws IOException if the token cannot be checked now
    Optional<Account> authenticate(BearerMechanism.Message message) throws IOException {
        Optional<Verified> verified = tokens.verify(message.token());
        Optional<Account> owner = verified.flatMap(it -> accounts.account(it.mailbox().toString()));
        if (verified.isEmpty() || owner.isEmpty()) {
            return Optional.empty();
        }
        Account account = owner.get();
        boolean himself =
                message.user().isEmpty()
                        || accounts.account(message.user())
                                .filter(it -> it.address().key().equals(account.address().key()))
                                .isPresent();
        if (!himself) {
            return Optional.empty();
        }
        String name = account.address().toString();
        return Optional.of(
                new Account(
                        account.address(),
                        account.sendAs(),
                        Authenticator.Means.TOKEN,
                        () ->
                                clock.instant().isBefore(verified.get().ends())
                                        && accounts.account(name).isPresent()));
    }

    /// What a client hears before it is refused, in base64.
    public String challenge(BearerMechanism mechanism) {
        return mechanism.challenge(scope, configuration);
    }
}
