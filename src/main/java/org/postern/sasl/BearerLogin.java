package org.postern.sasl;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.postern.bearer.BearerSettings;
import org.postern.bearer.BearerTokens;
import org.postern.bearer.BearerTokens.Outcome;
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

    /// What a token opens.
    ///
    /// @param account empty if nothing
    /// @param status why nothing: RFC 6750 §3.1
    record Opened(Optional<Account> account, Status status) {}

    static final Opened NOTHING = new Opened(Optional.empty(), Status.INVALID_TOKEN);

    /// What is wrong with a token: RFC 6750 §3.1.
    public enum Status {
        INVALID_TOKEN,
        INSUFFICIENT_SCOPE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @throws IOException if the token cannot be checked now
    Opened authenticate(BearerMechanism.Message message) throws IOException {
        return switch (tokens.verify(message.token())) {
            case Outcome.Verified verified ->
                    new Opened(account(message, verified), Status.INVALID_TOKEN);
            case Outcome.Narrow() -> new Opened(Optional.empty(), Status.INSUFFICIENT_SCOPE);
            case Outcome.Invalid() -> NOTHING;
        };
    }

    private Optional<Account> account(BearerMechanism.Message message, Outcome.Verified verified) {
        Optional<Account> owner = accounts.account(verified.mailbox().toString());
        if (owner.isEmpty()) {
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
                                clock.instant().isBefore(verified.ends())
                                        && accounts.account(name)
                                                .filter(account::mayAsMuchAs)
                                                .isPresent()));
    }

    /// What a client hears before it is refused, in base64.
    public String challenge(BearerMechanism mechanism, Status status) {
        return mechanism.challenge(status, scope, configuration);
    }
}
