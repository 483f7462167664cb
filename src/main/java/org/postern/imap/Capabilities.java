package org.postern.imap;

/// What is offered, by stage: RFC 3501 §6.1.1. Only what is complete stands here.
final class Capabilities {
    private static final String ALWAYS = "IMAP4rev1 SASL-IR LITERAL- ID ENABLE";
    private static final String KNOWN =
            " IDLE NAMESPACE UNSELECT UIDPLUS CHILDREN LIST-EXTENDED LIST-STATUS STATUS=SIZE"
                    + " SPECIAL-USE MOVE CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN SORT"
                    + " THREAD=REFERENCES CREATE-SPECIAL-USE OBJECTID SAVEDATE QUOTA"
                    + " QUOTA=RES-STORAGE QUOTA=RES-MAILBOX APPENDLIMIT=";

    private Capabilities() {}

    /// What the client has switched on, until the connection ends: RFC 5161.
    static final class Enabled {
        private volatile boolean modseqs;
        private volatile boolean vanished;

        /// Whether it hears of mod-sequences: RFC 7162 §3.1.
        boolean modseqs() {
            return modseqs;
        }

        void enableModseqs() {
            modseqs = true;
        }

        /// Whether it hears of messages that are gone by their UIDs: RFC 7162 §3.2.3.
        boolean vanished() {
            return vanished;
        }

        void enableVanished() {
            vanished = true;
        }
    }

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
