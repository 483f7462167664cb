package org.postern.allowance;

import java.util.Map;
import java.util.Objects;
import org.postern.mail.Listener;

/// How much at once.
///
/// @param message octets of one message
/// @param smtp for each listener of SMTP
/// @param imap of mail programs that read
public record Limits(long message, Map<Listener, SmtpLimits> smtp, Shares imap) {
    /// At once: from one IP address, behind which a whole clinic may stand, and of one user.
    public record Shares(int source, int user) {}

    public Limits {
        smtp = Map.copyOf(smtp);
    }

    /// What a client of this listener of SMTP may use.
    public SmtpLimits of(Listener listener) {
        return Objects.requireNonNull(smtp.get(listener), "a listener of SMTP");
    }
}
