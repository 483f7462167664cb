package org.postern.sasl;

import java.io.IOException;
import org.postern.entrance.Entrance;
import org.postern.entrance.UpstreamException;
import org.postern.entrance.Where;
import org.postern.net.HostLookup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks an IMAP server whether a password is right: AUTHENTICATE PLAIN (RFC 9051 §6.2.2), and
/// LOGOUT.
final class ImapLogin {
    private static final Logger LOG = LoggerFactory.getLogger(ImapLogin.class);

    private ImapLogin() {}

    /// @param secret asked for when it is shown, and not before
    /// @throws IOException if it does not say so
    static boolean isRight(Where server, HostLookup lookup, Entrance.Secret secret)
            throws IOException {
        try (Entrance entrance = Entrance.to(server, lookup, MailServer.TIME)) {
            boolean right =
                    switch (entrance.logsIn(secret)) {
                        case Entrance.Verdict.In() -> true;
                        case Entrance.Verdict.Refused() -> false;
                        case Entrance.Verdict.Unclear(), Entrance.Verdict.NotNow _ ->
                                throw new IOException(
                                        "it does not say whether the password is right");
                    };
            leave(entrance);
            return right;
        }
    }

    /// It has answered: a server that hangs up behind a wrong password has called it wrong.
    private static void leave(Entrance entrance) {
        try {
            entrance.leave();
        } catch (UpstreamException e) {
            LOG.debug("the clinic's server did not wait for the end: {}", e.getMessage());
        }
    }
}
