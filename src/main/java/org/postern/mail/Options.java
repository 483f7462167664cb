package org.postern.mail;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the client asked for with the parameters of MAIL and RCPT, as far as it matters after the
/// session: what a next hop must be able to do, and who is told what became of the message.
///
/// @param smtpUtf8 the envelope or the header section holds UTF-8: RFC 6531 §3.4
/// @param eightBit the body holds octets above 127: BODY=8BITMIME of RFC 6152
/// @param requireTls no hop may take it but over proved TLS: RFC 8689 §4.2
/// @param reports which reports were asked for: RFC 3461
public record Options(boolean smtpUtf8, boolean eightBit, boolean requireTls, Reports reports) {
    /// What holds for a client that asked for nothing.
    public static final Options NONE = new Options(false, false, false, Reports.USUAL);

    /// The parameters of RFC 3461: RET and ENVID of the message, NOTIFY and ORCPT of a recipient.
    ///
    /// @param ret what a failure report returns; null if the client did not say
    /// @param envid the client's own name for the message, decoded from xtext; null for none
    /// @param recipients those for whom the client gave a parameter
    public record Reports(
            @Nullable Ret ret, @Nullable String envid, Map<Address, Recipient> recipients) {
        public static final Reports USUAL = new Reports(null, null, Map.of());

        public Reports {
            recipients = Map.copyOf(recipients);
        }

        /// What holds for a recipient, asked for or not.
        public Recipient of(Address recipient) {
            return recipients.getOrDefault(recipient, Recipient.USUAL);
        }
    }

    /// RFC 3461 §4.3.
    public enum Ret {
        FULL,
        HDRS
    }

    /// RFC 3461 §4.1; `NEVER` is the empty set.
    public enum Notify {
        SUCCESS,
        FAILURE,
        DELAY
    }

    /// @param wanted when the return handler wants a report; empty for never
    /// @param orcpt the original recipient, `type;address` with the address decoded from xtext;
    ///   null for none
    public record Recipient(Set<Notify> wanted, @Nullable String orcpt) {
        /// RFC 3461 §4.1: a server may take no NOTIFY for failure and delay.
        public static final Recipient USUAL =
                new Recipient(EnumSet.of(Notify.FAILURE, Notify.DELAY), null);

        public Recipient {
            wanted = Set.copyOf(wanted);
        }

        public boolean wants(Notify report) {
            return wanted.contains(report);
        }
    }
}
