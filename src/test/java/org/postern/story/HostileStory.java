package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.HostileTable;
import org.postern.testkit.HostileWords;
import org.postern.testkit.LogBook;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.SmtpSink;

/// Hostile inputs that only the whole gateway can answer: who may relay, who may write as whom,
/// what goes in circles, and who must never get an answer.
class HostileStory {
    private static final String STRANGER = "stranger@far.example";
    private static final String NOBODY = "nobody@mapleclinic.example";
    private static final int ROWS_OF_A_SESSION = 15;
    private static final int STRANGERS = Integer.getInteger("backscatter", 100);

    /// Mail that asks for an answer, and mail that no program may answer (RFC 3834 §2).
    private static final List<String> KINDS =
            List.of(
                    "Subject: x\r\n",
                    "Auto-Submitted: auto-replied\r\n",
                    "Precedence: bulk\r\nList-Id: <news.far.example>\r\n",
                    "Disposition-Notification-To: <a@far.example>\r\n",
                    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n");

    private static final String KINDS_END = "From: a@far.example\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n";

    @TempDir Path home;

    /// S18 and G3.
    @Test
    void nothingIsRelayedForStrangers() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").open();
            for (String from : List.of(STRANGER, "", ANNA, "postmaster@[127.0.0.1]")) {
                for (HostileTable.Row row : HostileTable.rows("relay", 3)) {
                    String to = row.octets(1).replace("clinic.example", "mapleclinic.example");
                    try (SmtpPeer peer = greeted(staged)) {
                        assertFalse(isTaken(peer, from, to, "x\r\n"), from + " to " + to);
                    }
                }
            }
            assertEquals(0, staged.queued());
            assertEquals(List.of(), sink.taken());
        }
    }

    /// S19, A09.
    @Test
    void anAuthorIsWhoLoggedIn() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").open();
            List<HostileTable.Row> rows = HostileTable.rows("author", 3);
            int taken = 0;
            // A session ends after so many errors.
            for (int from = 0; from < rows.size(); from += ROWS_OF_A_SESSION) {
                int to = Math.min(rows.size(), from + ROWS_OF_A_SESSION);
                try (MailClient anna = staged.submission()) {
                    for (HostileTable.Row row : rows.subList(from, to)) {
                        String reply = anna.offer(SAM, row.octets(1) + "\r\nhello\r\n");
                        boolean wanted = row.cells().get(2).equals("taken");
                        assertEquals(wanted, reply.startsWith("250"), row + ": " + reply);
                        assertTrue(wanted || reply.startsWith("55"), row + ": " + reply);
                        taken += wanted ? 1 : 0;
                    }
                }
            }
            int all = taken;
            RunningClinic.await("what was taken", () -> sink.taken().size() >= all);
            assertEquals(all, sink.taken().size());
        }
    }

    /// S20, S21, S22 and G4: what the world sends and the clinic's server refuses is reported to
    /// nobody, whoever is named as its sender; the postmaster hears of it, or it is held.
    /// `-Dbackscatter=10000` sends as many as the goal asks for.
    @Test
    void noStrangerGetsAnAnswer() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            sink.refuse(NOBODY);
            staged.write(sink.port(), "none").open();
            int all = 0;
            while (all < STRANGERS) {
                // A session for each round: none of them is known from the one before.
                try (SmtpPeer peer = greeted(staged)) {
                    for (String from : List.of("", STRANGER, "noreply@far.example", ANNA)) {
                        for (String kind : KINDS) {
                            assertTrue(isTaken(peer, from, NOBODY, kind + KINDS_END), from + kind);
                            all++;
                        }
                    }
                }
            }
            int sent = all;
            RunningClinic.await("all held", () -> held(staged) == sent);
            assertEquals(sent, staged.queued(), "nothing but what came");
            assertEquals(List.of(), sink.taken());
        }
    }

    private static long held(StagedClinic staged) {
        return staged.audit().stream()
                .filter(line -> line.contains("nobody could be told that it failed"))
                .count();
    }

    /// S21: two gateways that take each other for the next hop. The message comes to an end, and so
    /// does the report of it, which is held, because nobody else can be told. That somebody has
    /// delivered it to the same person already is no matter, and not what ends it.
    @Test
    void whatGoesInCirclesEnds() throws Exception {
        try (StagedClinic one = StagedClinic.in(home.resolve("one"), Clock.systemUTC());
                StagedClinic other = StagedClinic.in(home.resolve("other"), Clock.systemUTC())) {
            one.write(other.clinic().ports().relay(), "none").open();
            other.write(one.clinic().ports().relay(), "none").open();
            try (MailClient ward = one.relay()) {
                ward.send(
                        SAM,
                        "Delivered-To: %s\r\nFrom: %s\r\nSubject: round and round\r\n\r\nx\r\n"
                                .formatted(SAM, ANNA));
            }
            RunningClinic.await(
                    "the end of the circle",
                    () ->
                            ends(one) + ends(other) > 1
                                    && held(one) + held(other) == 1
                                    && one.queued() + other.queued() == 1);
        }
    }

    private static long ends(StagedClinic staged) {
        return staged.audit().stream().filter(line -> line.contains("5.4.6")).count();
    }

    /// S32: words that a log or a terminal would act on, in all that a stranger can say, through
    /// the whole gateway: each line of the log and of the audit stays one, and shows what it says.
    /// The author's own fields arrive as they were sent.
    @Test
    void strangeWordsAreOnlyShown() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                LogBook log = LogBook.ofAll("org.postern")) {
            sink.refuse(NOBODY);
            staged.write(sink.port(), "none").open();
            int sent = 0;
            for (String words : HostileWords.ALL) {
                for (String to : List.of(SAM, NOBODY)) {
                    sent += isSaid(staged, words, to) ? 1 : 0;
                }
            }
            // But for NUL, which is in no message, each comes into one.
            assertEquals(2 * (HostileWords.ALL.size() - 1), sent);
            int each = sent / 2;
            RunningClinic.await("all arrived", () -> sink.taken().size() == each);
            RunningClinic.await("all held", () -> held(staged) == each);
            for (SmtpSink.Taken taken : sink.taken()) {
                String id = taken.field("Message-ID");
                String words = id.substring(1, id.indexOf("@far.example>"));
                assertTrue(HostileWords.ALL.contains(words), words);
                String trace = taken.field("Received").replace("\t", " ");
                HostileWords.assertHarmless(trace);
                assertTrue(trace.contains(" by mail.mapleclinic.example (Postern)"), trace);
            }
            log.rendered().forEach(HostileWords::assertHarmless);
            assertTrue(log.lines().size() > each, "it was listened to");
            staged.audit().forEach(HostileWords::assertHarmless);
            try (Stream<Path> files = Files.list(staged.clinic().data().resolve("audit"))) {
                for (Path file : files.filter(it -> it.toString().endsWith(".jsonl")).toList()) {
                    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                        HostileWords.assertHarmlessReplies(line);
                    }
                }
            }
        }
    }

    /// Says the words wherever there is room for them. Where they are refused, others follow.
    private static boolean isSaid(StagedClinic staged, String words, String to) throws IOException {
        try (SmtpPeer peer = inbound(staged)) {
            peer.expect("220 *");
            ask(peer, "EHLO " + words);
            ask(peer, "EHLO far.example");
            ask(peer, "VRFY " + words);
            ask(peer, words);
            if (!ask(peer, "MAIL FROM:<\"" + words + "\"@far.example> ENVID=" + words)
                    && !ask(peer, "MAIL FROM:<\"" + words + "\"@far.example>")) {
                ask(peer, "MAIL FROM:<a@far.example>");
            }
            ask(peer, "RCPT TO:<\"" + words + "\"@far.example>");
            ask(peer, "RCPT TO:<" + to + ">");
            ask(peer, "DATA");
            return ask(
                    peer,
                    "Received: from * (*) by *; Mon, 2 Mar 2026 12:00:00 +0000\r\n"
                                    .replace("*", words)
                            + "From: a@far.example\r\n"
                            + "Message-ID: <*@far.example>\r\nSubject: *\r\n\r\n*\r\n."
                                    .replace("*", words));
        }
    }

    private static boolean ask(SmtpPeer peer, String line) throws IOException {
        peer.say(line);
        String reply;
        do {
            reply = peer.line();
        } while (reply.length() > 3 && reply.charAt(3) == '-');
        return reply.startsWith("2");
    }

    private static SmtpPeer inbound(StagedClinic staged) throws IOException {
        return SmtpPeer.connect(staged.clinic().ports().inbound());
    }

    private static SmtpPeer greeted(StagedClinic staged) throws IOException {
        SmtpPeer peer = inbound(staged);
        peer.expect("220 *");
        peer.ask("EHLO far.example", "250 *");
        return peer;
    }

    /// Plays a transaction until something of it is refused.
    private static boolean isTaken(SmtpPeer peer, String from, String to, String text)
            throws IOException {
        for (String command : List.of("MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA")) {
            peer.say(command);
            String reply = peer.line();
            if (!reply.startsWith("2") && !reply.startsWith("354")) {
                return false;
            }
        }
        peer.send(text + ".\r\n");
        return peer.line().startsWith("250");
    }
}
