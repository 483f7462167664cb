package org.postern.imap;

import org.postern.sasl.ScramDialogue;

/// What is offered, by stage: RFC 3501 §6.1.1. Only what is complete stands here.
final class Capabilities {
    private static final String ALWAYS = "IMAP4rev1 IMAP4rev2 SASL-IR LITERAL- ID ENABLE";
    private static final String PLAIN = " AUTH=PLAIN";
    private static final String SCRAM = " AUTH=" + ScramDialogue.MECHANISM;
    private static final String TOKENS = " AUTH=OAUTHBEARER AUTH=XOAUTH2";
    private static final String KNOWN =
            " IDLE NAMESPACE UNSELECT UIDPLUS CHILDREN LIST-EXTENDED LIST-STATUS STATUS=SIZE"
                    + " SPECIAL-USE MOVE CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN SORT"
                    + " THREAD=REFERENCES CREATE-SPECIAL-USE OBJECTID SAVEDATE BINARY"
                    + " MULTIAPPEND PREVIEW COMPRESS=DEFLATE QUOTA QUOTA=RES-STORAGE"
                    + " QUOTA=RES-MAILBOX INPROGRESS UTF8=ACCEPT APPENDLIMIT=";

    private Capabilities() {}

    /// The first line, without its end: RFC 3501 §7.1.
    static String greeting(Stage stage, ImapServer.Parts parts) {
        return "* OK [CAPABILITY %s] %s Postern is ready"
                .formatted(of(stage, parts), parts.listener().hostname());
    }

    static String of(Stage stage, ImapServer.Parts parts) {
        return ALWAYS
                + switch (stage) {
                    case Stage.Stranger(boolean secured) ->
                            secured
                                    ? PLAIN
                                            + parts.logins().scram().map(_ -> SCRAM).orElse("")
                                            + parts.logins().bearer().map(_ -> TOKENS).orElse("")
                                    : " STARTTLS LOGINDISABLED";
                    case Stage.Known _, Stage.Reading _ ->
                            KNOWN + parts.listener().limits().letter();
                    case Stage.Over _ -> "";
                };
    }
}
