package org.postern.smtp;

import java.io.IOException;
import org.postern.allowance.SmtpLimits;
import org.postern.mail.NoRoomException;
import org.postern.mail.Reply;

/// What the server says, apart from what a `Reception` says. The words are for people who read a
/// log or an error window: what is wrong, and what would be right.
final class Replies {
    static final Reply STOPPING =
            new Reply(421, "4.3.2", "The service is stopping; try again later");
    static final Reply TIMED_OUT = new Reply(421, "4.4.2", "Waited too long for you");
    static final Reply OUR_FAULT =
            new Reply(421, "4.3.0", "Something went wrong here; try again later");
    static final Reply TOO_MANY_ERRORS = new Reply(421, "4.7.0", "Too many errors");
    static final Reply TOO_MUCH_TALK =
            new Reply(421, "4.7.0", "Too many commands without a message");
    static final Reply TOO_MANY_DEFERRALS =
            new Reply(421, "4.7.0", "Too much was put off in this session; try again later");
    static final Reply NO_PROGRESS =
            new Reply(421, "4.7.0", "Too long without a message; come again with one");
    static final Reply EARLY_TALKER = new Reply(554, "5.5.1", "You spoke before the greeting");
    static final Reply NOT_YOUR_SERVER = new Reply(554, "5.7.1", "Your network is not served here");
    static final Reply OUT_OF_STEP =
            new Reply(554, "5.5.0", "You must wait for the reply to this command");
    static final Reply NO_LINE = new Reply(500, "5.5.2", "Lines must end with CRLF");
    static final Reply COMMAND_TOO_LONG =
            new Reply(
                    500, "5.5.2", "Line longer than " + SmtpLimits.COMMAND_OCTETS_MAX + " octets");
    static final Reply NOT_ASCII = new Reply(500, "5.5.2", "A command must be printable ASCII");
    static final Reply UNKNOWN_COMMAND = new Reply(500, "5.5.1", "Unknown command");
    static final Reply NOT_OFFERED = new Reply(502, "5.5.1", "Not offered here");
    static final Reply BAD_ORDER = new Reply(503, "5.5.1", "Not at this point");
    static final Reply NO_ARGUMENT = new Reply(501, "5.5.4", "This command takes no argument");
    static final Reply NO_NAME = new Reply(501, "5.5.4", "Say your name");
    static final Reply TLS_FIRST = new Reply(530, "5.7.0", "Use STARTTLS first");
    static final Reply LOGIN_FIRST = new Reply(530, "5.7.0", "Authentication required");
    static final Reply LOGIN_ENDED =
            new Reply(421, "4.7.0", "This password was taken back or changed; log in again");
    static final Reply TLS_FOR_AUTH =
            new Reply(538, "5.7.11", "AUTH is for encrypted sessions; use STARTTLS first");
    static final Reply LOGGED_IN = new Reply(235, "2.7.0", "Authenticated");
    static final Reply READY_FOR_TLS = new Reply(220, "2.0.0", "Ready for TLS");
    static final Reply DONE = new Reply(250, "2.0.0", "OK");
    static final Reply NOT_VERIFIED =
            new Reply(252, "2.5.2", "Not verified; send a message to find out");
    static final Reply BYE = new Reply(221, "2.0.0", "Bye");

    static final Reply SENDER_OK = new Reply(250, "2.1.0", "Sender accepted");
    static final Reply RECIPIENT_OK = new Reply(250, "2.1.5", "Recipient accepted");
    static final Reply GO_AHEAD = new Reply(354, "", "End data with <CRLF>.<CRLF>");
    static final Reply BAD_MAIL =
            new Reply(501, "5.5.4", "Use MAIL FROM:<address> and known parameters");
    static final Reply BAD_RCPT = new Reply(501, "5.5.4", "Use RCPT TO:<address>");
    static final Reply BAD_PARAMETER = new Reply(501, "5.5.4", "A parameter has no valid value");
    static final Reply UNKNOWN_PARAMETER = new Reply(555, "5.5.4", "A parameter is not known here");
    static final Reply BAD_SENDER =
            new Reply(501, "5.1.7", "The reverse-path is not a mail address");
    static final Reply BAD_RECIPIENT =
            new Reply(501, "5.1.3", "The recipient is not a mail address");
    static final Reply SENDER_ENCODED =
            new Reply(553, "5.1.7", "The reverse-path holds an encoded word (RFC 2047)");
    static final Reply RECIPIENT_ENCODED =
            new Reply(553, "5.1.3", "The recipient holds an encoded word (RFC 2047)");
    static final Reply SENDER_NEEDS_SMTPUTF8 =
            new Reply(553, "5.6.7", "The reverse-path is not ASCII; SMTPUTF8 was not asked for");
    static final Reply RECIPIENT_NEEDS_SMTPUTF8 =
            new Reply(553, "5.6.7", "The recipient is not ASCII; SMTPUTF8 was not asked for");
    static final Reply NOT_YOU =
            new Reply(553, "5.7.1", "You may write under your own addresses only");
    static final Reply NO_RELAYING = new Reply(550, "5.7.1", "Relaying denied");
    static final Reply NO_SUCH_MAILBOX = new Reply(550, "5.1.1", "No such mailbox here");
    static final Reply NO_POSTMASTER = new Reply(550, "5.1.1", "Write to postmaster with a domain");
    static final Reply TOO_MANY_RECIPIENTS =
            new Reply(452, "4.5.3", "Too many recipients; send the others in another transaction");
    static final Reply NO_RECIPIENTS = new Reply(554, "5.5.1", "No valid recipients");
    static final Reply NO_ROOM =
            new Reply(452, "4.3.1", "No room for a message now; try again later");
    static final Reply NOT_STORED =
            new Reply(451, "4.3.0", "The message cannot be stored; try again later");
    static final Reply BAD_CHUNK =
            new Reply(501, "5.5.4", "Use BDAT and the number of octets, perhaps LAST");
    static final Reply CHUNKS_BEGUN =
            new Reply(503, "5.5.1", "The message has begun with BDAT and must end so");
    static final Reply CHUNK_TAKEN = new Reply(250, "2.0.0", "Chunk received");

    static final Reply AUTH_DENIED = new Reply(535, "5.7.8", "Name or password is wrong");
    static final Reply AUTH_NOT_NOW =
            new Reply(454, "4.7.0", "The password cannot be checked now; try again later");
    static final Reply AUTH_LOCKED =
            new Reply(454, "4.7.0", "Too many failed log-ins; try again later");
    static final Reply AUTH_CANCELLED = new Reply(501, "5.7.0", "Authentication cancelled");
    static final Reply NOT_BASE64 = new Reply(501, "5.5.2", "This is not base64");
    static final Reply ANSWER_TOO_LONG = new Reply(500, "5.5.6", "The answer is too long");
    static final Reply UNKNOWN_MECHANISM = new Reply(504, "5.5.4", "Use AUTH PLAIN or AUTH LOGIN");

    static final Reply TOO_MANY_CONNECTIONS =
            new Reply(421, "4.7.0", "Too many connections; try again later");

    static final Reply BARE_OCTET =
            new Reply(550, "5.5.2", "Lines must end with CRLF; bare CR or LF refused");
    static final Reply NUL_OCTET = new Reply(550, "5.6.0", "NUL is not allowed in a message");
    static final Reply TEXT_LINE_TOO_LONG =
            new Reply(
                    550,
                    "5.6.0",
                    "Line longer than " + SmtpLimits.TEXT_LINE_OCTETS_MAX + " octets");

    private Replies() {}

    /// A full disk is one that an operator makes room on; a broken one is not told as full.
    static Reply notStored(IOException failure) {
        return failure instanceof NoRoomException ? NO_ROOM : NOT_STORED;
    }

    /// RFC 1870 §6.1 and §6.3, for the size that was announced and for the size that came.
    static Reply tooLarge(long octetsMax) {
        return new Reply(552, "5.3.4", "The message is larger than " + octetsMax + " octets");
    }
}
