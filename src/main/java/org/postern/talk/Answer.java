package org.postern.talk;

/// What a command comes to: RFC 3501 §7.1. What was said before it stands before it.
///
/// @param text for people, with a response code in front where there is one
public record Answer(Status status, String text) {
    public enum Status {
        OK,
        NO,
        BAD
    }

    public static final Answer NOT_NOW = bad("this command is not for now");
    public static final Answer NO_SUCH_FOLDER = no("[NONEXISTENT] there is no such folder");

    /// RFC 3501 §6.3.11, §6.4.7: the client may make it and try again.
    public static final Answer TRY_CREATE = no("[TRYCREATE] there is no such folder");

    public static final Answer UNAVAILABLE =
            no("[UNAVAILABLE] the mailbox cannot be reached now; try again later");
    public static final Answer NO_SUCH_NUMBER = bad("there is no message with such a number");
    public static final Answer READ_ONLY = no("[READ-ONLY] the folder was opened to look only");

    public static Answer ok(String text) {
        return new Answer(Status.OK, text);
    }

    public static Answer no(String text) {
        return new Answer(Status.NO, text);
    }

    public static Answer bad(String text) {
        return new Answer(Status.BAD, text);
    }

    /// RFC 7889 §3: a letter that is too large is no fault in the language.
    public static Answer tooBig(boolean letter) {
        return letter
                ? no("[TOOBIG] the letter is too big")
                : bad("[TOOBIG] a command or a literal is too big");
    }

    /// The line of the response, without its end.
    public String line(String tag) {
        return tag + " " + status + " " + text;
    }
}
