package org.postern.sasl;

import java.io.IOException;
import org.postern.entrance.Entrance;
import org.postern.entrance.Where;
import org.postern.net.HostLookup;

/// Asks an IMAP server whether a password is right: AUTHENTICATE PLAIN (RFC 9051 §6.2.2), and
/// LOGOUT.
final class ImapLogin {
    private ImapLogin() {}

    /// @throws IOException if it does not say so
    static boolean isRight(Where server, HostLookup lookup, String user, char[] secret)
            throws IOException {
        try (Entrance entrance = Entrance.to(server, lookup, MailServer.TIME)) {
            boolean right =
                    switch (entrance.logsIn(() -> Plain.octets(user, secret))) {
                        case Entrance.Verdict.In() -> true;
                        case Entrance.Verdict.Refused() -> false;
                        case Entrance.Verdict.Unclear(), Entrance.Verdict.NotNow _ ->
                                throw new IOException(
                                        "it does not say whether the password is right");
                    };
            entrance.leave();
            return right;
        }
    }
}
