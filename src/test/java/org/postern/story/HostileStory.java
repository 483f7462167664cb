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

/// Hostile inputs that only the whole gateway can answer: who may relay, who may write as whom, and
/// what goes in circles.
class HostileStory {
    private static final String STRANGER = "stranger@far.example";
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

    /// S21: two gateways that take each other for the next hop. The message comes to an end, and so
    /// does the report of it.
    @Test
    void whatGoesInCirclesEnds() throws Exception {
        try (StagedClinic one = StagedClinic.in(home.resolve("one"), Clock.systemUTC());
                StagedClinic other = StagedClinic.in(home.resolve("other"), Clock.systemUTC())) {
            one.write(other.clinic().ports().relay(), "none").open();
            other.write(one.clinic().ports().relay(), "none").open();
            try (MailClient ward = one.relay()) {
                ward.send(SAM, "From: " + ANNA + "\r\nSubject: round and round\r\n\r\nx\r\n");
            }
            RunningClinic.await(
                    "the end of the circle",
                    () -> ends(one) + ends(other) > 0 && one.queued() + other.queued() == 0);
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
