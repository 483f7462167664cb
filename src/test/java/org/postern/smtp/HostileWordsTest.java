package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.smtp.MemorySession.Outcome;
import org.postern.smtp.MemorySession.State;
import org.postern.testkit.HostileWords;
import org.postern.testkit.LogBook;
import org.postern.testkit.MemoryReception.Received;

/// S32: strange words behind every verb, in the place of one, and in all that a message brings. No
/// log line, reply or trace field is changed by them.
class HostileWordsTest {
    /// `*` stands for the words; each command is said in its state.
    private static final List<String> GREETED =
            List.of(
                    "*",
                    "EHLO *",
                    "HELO *",
                    "NOOP *",
                    "RSET *",
                    "HELP *",
                    "QUIT *",
                    "VRFY *",
                    "EXPN *",
                    "XCLIENT NAME=*",
                    "STARTTLS *",
                    "AUTH *",
                    "AUTH PLAIN *",
                    "AUTH LOGIN\r\n*",
                    "DATA *",
                    "BDAT *",
                    "MAIL *",
                    "MAIL FROM:<*>",
                    "MAIL FROM:<*@far.example>",
                    "MAIL FROM:<\"*\"@far.example> SMTPUTF8",
                    "MAIL FROM:<a@*> SMTPUTF8",
                    "MAIL FROM:<@*:a@far.example>",
                    "MAIL FROM:<a@far.example> *",
                    "MAIL FROM:<a@far.example> SIZE=*",
                    "MAIL FROM:<a@far.example> BODY=*",
                    "MAIL FROM:<a@far.example> ENVID=*",
                    "MAIL FROM:<a@far.example> AUTH=*",
                    "MAIL FROM:<a@far.example> ENVID=+0D+0AX+1B+00");

    private static final List<String> IN_MAIL =
            List.of(
                    "RCPT *",
                    "RCPT TO:<*>",
                    "RCPT TO:<*@clinic.example>",
                    "RCPT TO:<\"*\"@clinic.example>",
                    "RCPT TO:<alice@*>",
                    "RCPT TO:<alice@clinic.example> *",
                    "RCPT TO:<alice@clinic.example> NOTIFY=*",
                    "RCPT TO:<alice@clinic.example> ORCPT=rfc822;*",
                    "RCPT TO:<alice@clinic.example> ORCPT=*;a",
                    "RCPT TO:<alice@clinic.example> ORCPT=rfc822;+0D+0AX+1B+00");

    @Test
    void noVerbIsMadeToDoMore() {
        for (SmtpListener.Kind kind : SmtpListener.Kind.values()) {
            List<State> begun =
                    kind.isSubmission()
                            ? List.of(State.GREETED, State.SECURED, State.KNOWN)
                            : List.of(State.CONNECTED, State.GREETED, State.SECURED);
            for (State state : begun) {
                GREETED.forEach(command -> behind(kind, state, command));
            }
            IN_MAIL.forEach(command -> behind(kind, State.MAIL, command));
        }
    }

    private static void behind(SmtpListener.Kind kind, State state, String command) {
        for (String words : HostileWords.ALL) {
            Outcome outcome = play(kind, state, command.replace("*", words) + "\r\nNOOP\r\n");
            assertEquals(List.of(), outcome.received(), kind + " " + command);
        }
    }

    /// Its own fields are the author's: they are kept as they are, and stand in no log.
    @Test
    void noFieldIsMadeToDoMore() {
        for (String words : HostileWords.ALL) {
            String fields =
                    """
                    Received: from * (*) by * with * id *; Mon, 2 Mar 2026 12:00:00 +0000
                    Message-ID: <*@far.example>
                    From: "*" <a@far.example>
                    Subject: *
                    Authentication-Results: mx.clinic.example; *
                    X-Postern-*: *
                    *: *

                    *
                    .
                    """
                            .replace("\n", "\r\n")
                            .replace("*", words);
            Outcome outcome = play(SmtpListener.Kind.INBOUND, State.DATA, fields);
            boolean zero = words.indexOf('\0') >= 0;
            assertEquals(zero ? 0 : 1, outcome.received().size(), words);
            for (String line : outcome.log()) {
                assertFalse(line.contains(words), line);
            }
        }
    }

    /// What the client calls itself is the one thing of these that the trace field repeats.
    @Test
    void theTraceFieldIsOneField() {
        int taken = 0;
        for (String verb : List.of("EHLO ", "HELO ")) {
            for (String words : HostileWords.ALL) {
                String mail =
                        verb
                                + words
                                + "\r\nMAIL FROM:<a@far.example>\r\nRCPT TO:<alice@clinic.example>"
                                + "\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\n";
                for (Received received :
                        play(SmtpListener.Kind.INBOUND, State.CONNECTED, mail).received()) {
                    String head = received.text().split("\r\nSubject: ", 2)[0];
                    String one = head.replace("\r\n\t", " ");
                    assertTrue(one.startsWith("Received: from "), one);
                    HostileWords.assertHarmless(one.replace('\t', ' '));
                    HostileWords.assertHarmlessReplies(one.replace('\t', ' '));
                    assertFalse(
                            one.contains("${") || one.contains("%n") || one.contains("<s"), one);
                    taken++;
                }
            }
        }
        assertTrue(taken >= 10, "some of these names are taken: " + taken);
    }

    private static Outcome play(SmtpListener.Kind kind, State state, String said) {
        List<byte[]> segments = new ArrayList<>();
        // A line each, for nobody may talk ahead of some of the replies.
        for (String line : said.split("(?<=\r\n)", 0)) {
            segments.add(line.getBytes(StandardCharsets.ISO_8859_1));
        }
        try (LogBook log = LogBook.of("org.postern")) {
            Outcome outcome = MemorySession.play(kind, state, segments);
            String where = kind + " " + state + " " + said;
            assertEquals(List.of(), outcome.faults(), where);
            assertFalse(log.rendered().isEmpty(), where);
            log.rendered().forEach(HostileWords::assertHarmless);
            HostileWords.assertHarmlessReplies(outcome.said());
            return outcome;
        }
    }
}
