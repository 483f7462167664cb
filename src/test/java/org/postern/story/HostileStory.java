package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.HostileTable;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.SmtpSink;

/// Hostile inputs that only the whole gateway can answer: who may relay, who may write as whom,
/// what goes in circles, and who must never get an answer.
class HostileStory {
    private static final String STRANGER = "stranger@far.example";
    private static final String NOBODY = "nobody@mapleclinic.example";
    private static final int ROWS_OF_A_SESSION = 15;

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
                    assertFalse(isTaken(inbound(staged), from, to, "x\r\n"), from + " to " + to);
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
    @Test
    void noStrangerGetsAnAnswer() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            sink.refuse(NOBODY);
            staged.write(sink.port(), "none").open();
            int sent = 0;
            for (String from : List.of("", STRANGER, "noreply@far.example", ANNA)) {
                for (String kind :
                        List.of(
                                "Subject: x\r\n",
                                "Auto-Submitted: auto-replied\r\n",
                                "Precedence: bulk\r\nList-Id: <news.far.example>\r\n",
                                "Disposition-Notification-To: <a@far.example>\r\n",
                                "Content-Type: multipart/report; report-type=delivery-status;"
                                        + " boundary=b\r\n")) {
                    String text =
                            "From: a@far.example\r\n" + kind + "\r\n--b\r\n\r\nx\r\n--b--\r\n";
                    assertTrue(isTaken(inbound(staged), from, NOBODY, text), from + kind);
                    sent++;
                }
            }
            int all = sent;
            RunningClinic.await("all held", () -> held(staged) == all);
            assertEquals(all, staged.queued(), "nothing but what came");
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

    private static SmtpPeer inbound(StagedClinic staged) throws IOException {
        return SmtpPeer.connect(staged.clinic().ports().inbound());
    }

    /// Plays a whole transaction and closes.
    private static boolean isTaken(SmtpPeer peer, String from, String to, String text)
            throws IOException {
        try (peer) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            for (String command :
                    List.of("MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA")) {
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
}
