package org.postern;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.postern.audit.AuditLog;
import org.postern.bearer.BearerSettings;
import org.postern.bearer.JwtTokens;
import org.postern.beside.Clinic;
import org.postern.beside.Spills;
import org.postern.beside.Verdicts;
import org.postern.cert.OwnKeys;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Authentication;
import org.postern.config.GatewayConfig.Listeners;
import org.postern.config.GatewayConfig.NextTls;
import org.postern.device.AppPasswordLogin;
import org.postern.device.AppPasswordRequests;
import org.postern.device.AppPasswords;
import org.postern.entrance.Entrance;
import org.postern.entrance.Where;
import org.postern.pki.PartnerDirectory;
import org.postern.sasl.Accounts;
import org.postern.sasl.Authenticator;
import org.postern.sasl.BearerLogin;
import org.postern.sasl.Logins;
import org.postern.sasl.MailServer;
import org.postern.sasl.PasswordFile;
import org.postern.sasl.ScramLogin;

/// Who checks the passwords of those who submit or read, as `gateway.yaml` says: the users file, or
/// the clinic's own mail server.
final class SubmissionLogins {
    private SubmissionLogins() {}

    /// One for each kind of door; guesses count together, wherever they are made.
    ///
    /// @param reading of mail programs that read
    /// @param submitting of those that submit
    /// @param deciding of people on the pages, where no password of a device counts: whoever finds
    ///   a telephone shall not let held mail go
    /// @param appPasswords the same for all
    /// @param accounts who may have one
    record Doors(
            Logins reading,
            Logins submitting,
            Logins deciding,
            AppPasswords appPasswords,
            Accounts accounts) {
        /// What the operator asks for.
        AppPasswordRequests requests(AuditLog audit) {
            return new AppPasswordRequests(appPasswords, accounts, audit);
        }
    }

    static Doors of(GatewayConfig config, World world, Ground ground) throws IOException {
        Path revoked = config.storage().keys().resolve(AppPasswords.REVOKED);
        AppPasswords own =
                AppPasswords.open(
                        ground.database(),
                        new AppPasswords.Revoked(world.disk(), revoked),
                        world.random(),
                        world.clock());
        Known known = known(config, world);
        AppPasswordLogin any = new AppPasswordLogin(own, known.accounts(), known.passwords());
        AppPasswordLogin device =
                new AppPasswordLogin(own, known.accounts(), Authenticator.nobody());
        Logins deciding = new Logins(known.passwords(), world.clock());
        Logins tokens = withTokens(deciding, config, world, known.accounts());
        Logins programs =
                config.listeners().scram()
                        ? tokens.with(new ScramLogin(device, world.random()))
                        : tokens;
        return new Doors(
                programs.with(config.listeners().imap().appOnly() ? device : any),
                programs.with(any),
                deciding,
                own,
                known.accounts());
    }

    private static Logins withTokens(
            Logins logins, GatewayConfig config, World world, Accounts accounts)
            throws IOException {
        BearerSettings settings = config.listeners().tokens();
        if (settings == null) {
            return logins;
        }
        JwtTokens tokens = JwtTokens.of(settings, Outward.fetcher(config, world), world.clock());
        return logins.with(new BearerLogin(settings, tokens, accounts, world.clock()));
    }

    /// Who there is.
    private record Known(Authenticator passwords, Accounts accounts) {}

    private static Known known(GatewayConfig config, World world) throws IOException {
        Listeners listeners = config.listeners();
        boolean reading =
                listeners.imap().starttls() != null || listeners.imap().implicit() != null;
        // Whoever decides about held mail signs in on the pages.
        boolean deciding = listeners.pickup() != null;
        if (listeners.submission() == null
                && listeners.submissions() == null
                && !reading
                && !deciding) {
            return new Known(Authenticator.nobody(), _ -> Optional.empty());
        }
        Authentication asked = listeners.authentication();
        if (asked == null) {
            PasswordFile file = new PasswordFile(config.storage().users());
            return new Known(file, file);
        }
        MailServer server =
                new MailServer(
                        server(asked, world),
                        new MailServer.Names(config.site().domains(), asked.domain()),
                        world.lookup(),
                        config.site().hostname());
        return new Known(server, server);
    }

    /// The clinic's own folders, shown to those who log in with the password of their mailbox
    /// there; empty if that was not asked for.
    static Optional<Clinic> clinic(
            GatewayConfig config, World world, Ground ground, PartnerDirectory partners)
            throws IOException {
        Authentication asked = config.listeners().authentication();
        if (asked == null || asked.folders() == null) {
            return Optional.empty();
        }
        return Optional.of(
                new Clinic(
                        new Clinic.Server(
                                server(asked, world).at(),
                                world.lookup(),
                                asked.folders(),
                                Clinic.Pace.USUAL),
                        new Clinic.Reading(
                                OwnKeys.of(config, world.clock())
                                        .lying(partners, Story.scanner(config)),
                                Verdicts.open(ground.database(), world.clock()),
                                Spills.in(
                                        config.storage().data().resolve("spills"), ground.vault()),
                                config.limits().message(),
                                world.clock()),
                        Clinic.Messages.USUAL));
    }

    /// What the server says of itself that checks the passwords, where it is asked by IMAP.
    static Entrance.Self self(GatewayConfig config, World world) throws IOException {
        Authentication asked = Objects.requireNonNull(config.listeners().authentication());
        try (Entrance entrance =
                Entrance.to(server(asked, world).at(), world.lookup(), Entrance.TIME)) {
            return entrance.self();
        }
    }

    private static MailServer.Server server(Authentication asked, World world) throws IOException {
        MailServer.Protocol protocol =
                switch (asked.protocol()) {
                    case IMAP -> MailServer.Protocol.IMAP;
                    case SMTP -> MailServer.Protocol.SMTP;
                };
        boolean implicit = asked.server().tls() == NextTls.VERIFIED_IMPLICIT;
        return new MailServer.Server(
                protocol,
                new Where(
                        asked.server().host(),
                        asked.server().port(),
                        implicit ? Where.Tls.IMPLICIT : Where.Tls.STARTTLS,
                        new NextHops(world.clock()).proof(asked.server())));
    }
}
