package org.postern.command;

import java.util.Map;
import java.util.Optional;

/// A service extension (RFC 5321 §2.2): a line of the answer to EHLO, and the parameters of MAIL
/// and RCPT that it allows. One set of these makes both, so that nothing is announced that does not
/// work, and nothing works that was not announced.
public enum Extension {
    /// RFC 2920.
    PIPELINING("PIPELINING"),
    /// RFC 1870.
    SIZE("SIZE"),
    /// RFC 6152.
    EIGHT_BIT("8BITMIME"),
    /// RFC 2034.
    STATUS_CODES("ENHANCEDSTATUSCODES"),
    /// RFC 3461.
    DSN("DSN"),
    /// RFC 6531.
    SMTPUTF8("SMTPUTF8"),
    /// RFC 3030, without BINARYMIME.
    CHUNKING("CHUNKING"),
    /// RFC 8689.
    REQUIRETLS("REQUIRETLS"),
    /// RFC 3207.
    STARTTLS("STARTTLS"),
    /// RFC 4954.
    AUTH("AUTH");

    private static final Map<String, Extension> OF_MAIL =
            Map.of(
                    "SIZE", SIZE,
                    "BODY", EIGHT_BIT,
                    "RET", DSN,
                    "ENVID", DSN,
                    "SMTPUTF8", SMTPUTF8,
                    "REQUIRETLS", REQUIRETLS,
                    "AUTH", AUTH);

    private static final Map<String, Extension> OF_RCPT = Map.of("NOTIFY", DSN, "ORCPT", DSN);

    private final String keyword;

    Extension(String keyword) {
        this.keyword = keyword;
    }

    /// As the answer to EHLO names it.
    public String keyword() {
        return keyword;
    }

    /// The extension that brought a parameter of MAIL, which is in upper case.
    static Optional<Extension> ofMail(String parameter) {
        return Optional.ofNullable(OF_MAIL.get(parameter));
    }

    /// The same for RCPT.
    static Optional<Extension> ofRcpt(String parameter) {
        return Optional.ofNullable(OF_RCPT.get(parameter));
    }
}
