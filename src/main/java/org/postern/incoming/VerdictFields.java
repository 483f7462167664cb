package org.postern.incoming;

import org.postern.mail.Domain;
import org.postern.opening.MessageVerdict;
import org.postern.opening.Reading;

/// The fields above a message that say what its S/MIME is worth: Authentication-Results for
/// programs (RFC 8601, RFC 7281), and one of our own for people, which nobody else can write: such
/// fields are taken out of all mail that comes in.
final class VerdictFields {
    private static final int FIELD_CHARS_MAX = 900;

    private VerdictFields() {}

    /// Whole fields, each with its line end.
    ///
    /// @param verdict of the reading, or a worse one
    static String of(Domain hostname, Reading reading, MessageVerdict verdict) {
        return "X-Postern-Smime: "
                + verdict.code()
                + ";\r\n\t"
                + verdict.sentence()
                + (reading.headersDiffer()
                        ? "\r\n\tIts header fields are not those that its author wrote."
                        : "")
                + "\r\nAuthentication-Results: "
                + hostname
                + ";\r\n\tsmime="
                + result(verdict)
                + (verdict.isSigned() ? signer(reading) : "")
                + "\r\n";
    }

    /// RFC 7281 §3.1.
    private static String result(MessageVerdict verdict) {
        return switch (verdict) {
            case SIGNED, SIGNED_ENCRYPTED -> "pass";
            case PLAIN, PARTS_ONLY, ENCRYPTED, ENCRYPTED_UNAUTHENTICATED -> "none";
            case NOT_AUTHOR, WEAK, UNTRUSTED, CERTIFICATE -> "policy";
            case UNPROVED, NOT_OPENED -> "neutral";
            case ALTERED -> "fail";
            case UNREADABLE -> "permerror";
        };
    }

    /// RFC 7281 §3.2.1: the author, whoever else signed and whatever other names her certificate
    /// has. What needs quoting or is long stays out: From says the same.
    private static String signer(Reading reading) {
        return reading.provedAuthor()
                .filter(address -> address.matches("[A-Za-z0-9._+@-]+"))
                .filter(address -> address.length() < FIELD_CHARS_MAX)
                .map(address -> " body.smime-identifier=" + address)
                .orElse("");
    }
}
