package org.postern;

import java.io.IOException;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Authentication;
import org.postern.config.GatewayConfig.Listeners;
import org.postern.config.GatewayConfig.NextTls;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Logins;
import org.postern.sasl.MailServer;
import org.postern.sasl.PasswordFile;

/// Who checks the passwords of those who submit or read, as `gateway.yaml` says: the users file, or
/// the clinic's own mail server.
final class SubmissionLogins {
    private SubmissionLogins() {}

    /// One for all listeners, so that guesses count wherever they are made.
    static Logins of(GatewayConfig config, World world) throws IOException {
        return new Logins(authenticator(config, world), world.clock());
    }

    private static Authenticator authenticator(GatewayConfig config, World world)
            throws IOException {
        Listeners listeners = config.listeners();
        boolean reading =
                listeners.imap().starttls() != null || listeners.imap().implicit() != null;
        // Whoever decides about held mail signs in on the pages.
        boolean deciding = listeners.pickup() != null;
        if (listeners.submission() == null
                && listeners.submissions() == null
                && !reading
                && !deciding) {
            return Authenticator.nobody();
        }
        Authentication asked = listeners.authentication();
        return asked == null
                ? new PasswordFile(config.storage().users())
                : new MailServer(
                        server(asked, world),
                        new MailServer.Names(config.site().domains(), asked.domain()),
                        world.lookup(),
                        config.site().hostname());
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
                asked.server().host(),
                asked.server().port(),
                implicit ? MailServer.Tls.IMPLICIT : MailServer.Tls.STARTTLS,
                new NextHops(world.clock()).proof(asked.server()));
    }
}
