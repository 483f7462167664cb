package org.postern.imap;

/// What is offered, by stage: RFC 3501 §6.1.1. Only what is complete stands here.
final class Capabilities {
    private static final String ALWAYS = "IMAP4rev1 IMAP4rev2 SASL-IR LITERAL- ID ENABLE";
    private static final String KNOWN =
            " IDLE NAMESPACE UNSELECT UIDPLUS CHILDREN LIST-EXTENDED LIST-STATUS STATUS=SIZE"
                    + " SPECIAL-USE MOVE CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN SORT"
                    + " THREAD=REFERENCES CREATE-SPECIAL-USE OBJECTID SAVEDATE BINARY"
                    + " MULTIAPPEND PREVIEW COMPRESS=DEFLATE QUOTA QUOTA=RES-STORAGE"
                    + " QUOTA=RES-MAILBOX INPROGRESS APPENDLIMIT=";

    private Capabilities() {}

    /// The first line, without its end: RFC 3501 §7.1.
    static String greeting(Stage stage, ImapListener listener) {
        return "* OK [CAPABILITY %s] %s Postern is ready"
                .formatted(of(stage, listener.limits()), listener.hostname());
    }

    static String of(Stage stage, ImapLimits limits) {
        return ALWAYS
                + switch (stage) {
                    case Stage.Stranger(boolean secured) ->
                            secured ? " AUTH=PLAIN" : " STARTTLS LOGINDISABLED";
                    case Stage.Known _, Stage.Reading _ -> KNOWN + limits.letter();
                    case Stage.Over _ -> "";
                };
    }
}
