package org.postern.imap;

import org.postern.mail.Domain;

/// What is offered, by stage: RFC 3501 §6.1.1. Only what is complete stands here.
final class Capabilities {
    private static final String ALWAYS = "IMAP4rev1 SASL-IR LITERAL- ID ENABLE";
    private static final String KNOWN =
            " IDLE NAMESPACE UNSELECT UIDPLUS CHILDREN LIST-EXTENDED LIST-STATUS STATUS=SIZE"
                    + " SPECIAL-USE";

    private Capabilities() {}

    /// The first line, without its end: RFC 3501 §7.1.
    static String greeting(Stage stage, Domain hostname) {
        return "* OK [CAPABILITY %s] %s Postern is ready".formatted(of(stage), hostname);
    }

    static String of(Stage stage) {
        return ALWAYS
                + switch (stage) {
                    case Stage.Stranger(boolean secured) ->
                            secured ? " AUTH=PLAIN" : " STARTTLS LOGINDISABLED";
                    case Stage.Known _, Stage.Reading _ -> KNOWN;
                    case Stage.Over _ -> "";
                };
    }
}
