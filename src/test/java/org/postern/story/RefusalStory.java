package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.SmtpSink;

/// What no policy can make acceptable is refused in the session, with a reason; nothing of it is
/// kept, and the next message of the same session is taken.
class RefusalStory {
    private static final String FROM_ANNA = "From: Anna Reyes <" + ANNA + ">\r\n";
    private static final String LETTER = FROM_ANNA + "Subject: x\r\n\r\nbody\r\n";
    private static final int KIB = 1 << 10;

    @TempDir Path home;

    @Test
    void whatCannotBeTakenIsRefusedAndNothingIsKept() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none")
                    .settings("limits: { message: 1 MiB }\n")
                    .rules(
                            """
                              - name: closed
                                when: { recipient: { domain: closed.example } }
                                then: { refuse: "Write to the ward's fax instead" }
                            """)
                    .open();
            try (MailClient server = staged.relay()) {
                // The header section, the nesting, the hops, the size: one more than may be.
                bad(server, longHeader(256 * KIB + 1), "554 5.6.0 *header section*");
                bad(server, nested(101), "554 5.6.0 *");
                bad(server, received(51) + LETTER, "554 5.4.6 *");
                bad(server, LETTER + lines(1024 * KIB), "552 5.3.4 *1048576 octets");
                String refused = server.offer(List.of(MARIA, "ann@closed.example", SAM), LETTER);
                matches("550 5.7.1 ann@closed.example: Write to the ward's fax instead", refused);
            }
            try (MailClient doctor = staged.submission()) {
                bad(doctor, LETTER.replace(ANNA, SAM), "554 5.7.1 *From*");
                bad(doctor, "Subject: nobody wrote it\r\n\r\nbody\r\n", "554 5.7.1 *");
                bad(doctor, FROM_ANNA + LETTER, "554 5.7.1 *");
                bad(doctor, nested(101), "554 5.6.0 *");
                doctor.command("MAIL FROM:<" + SAM + ">", "553");
                doctor.command("RSET", "250");
            }
            assertEquals(Set.of(), StagedClinic.queuedIn(staged.clinic()));
            assertEquals(List.of(), sink.taken());
            assertTrue(staged.audit().stream().noneMatch(line -> line.contains("accepted")));
            String entry = staged.awaitAudit("refused at relay", "552 5.3.4");
            assertTrue(entry.contains(SAM), entry);
            staged.awaitAudit("refused at submission", "554 5.7.1");
        }
    }

    /// Each session ends after twenty errors, and more of them come: the audit names the first, and
    /// counts the rest.
    @Test
    void aFloodOfRefusalsIsCountedInTheAudit() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").open();
            for (int session = 0; session < 10; session++) {
                try (MailClient stranger = MailClient.greeted(staged.clinic().ports().inbound())) {
                    stranger.command("MAIL FROM:<a@far.example>", "250");
                    for (int i = 0; i < 19; i++) {
                        String to = "victim" + session + "-" + i + "@elsewhere.example";
                        stranger.command("RCPT TO:<" + to + ">", "550 5.7.1");
                    }
                }
            }
            staged.stop();
            List<String> told =
                    staged.audit().stream()
                            .filter(line -> line.startsWith("refused at inbound"))
                            .toList();
            // A minute may have ended meanwhile.
            assertTrue(told.size() <= 2 * 6, told::toString);
            long each = told.stream().filter(line -> !line.contains("times more")).count();
            long summed =
                    told.stream()
                            .map(Pattern.compile(" (\\d+) times more since .*")::matcher)
                            .filter(Matcher::find)
                            .mapToLong(line -> Long.parseLong(line.group(1)))
                            .sum();
            assertTrue(summed > 0, told::toString);
            assertEquals(
                    190, told.stream().filter(line -> !line.contains("more")).count() + summed);
            assertTrue(told.getLast().contains("victim"), told::toString);
            assertTrue(told.getLast().contains("550 5.7.1 Relaying denied ("), told::toString);
            assertTrue(each >= 5, told::toString);
        }
    }

    /// Programs that only send speak at once, and others wait for the greeting.
    @Test
    void aListenerHasTheLimitsThatItsEntrySets() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none")
                    .settings("session-limits: [{ for: inbound, banner-pause-seconds: 2,")
                    .settings(" errors: 5 }]\n")
                    .open();
            int inbound = staged.clinic().ports().inbound();
            try (SmtpPeer early = SmtpPeer.connect(inbound)) {
                early.say("EHLO far.example");
                early.expect("554 5.5.1 *");
                assertTrue(early.isClosed());
            }
            try (SmtpPeer patient = SmtpPeer.connect(inbound)) {
                patient.expect("220 *");
                for (int i = 0; i < 4; i++) {
                    patient.ask("NONSENSE", "500 *");
                }
                patient.say("NONSENSE");
                patient.expect("500 *");
                patient.expect("421 4.7.0 Too many errors*");
                assertTrue(patient.isClosed());
            }
            try (SmtpPeer server = SmtpPeer.connect(staged.clinic().ports().relay())) {
                server.expect("220 *");
                for (int i = 0; i < 6; i++) {
                    server.ask("NONSENSE", "500 *");
                }
            }
        }
    }

    @Test
    void whatIsJustWithinTheLimitsIsTaken() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").settings("limits: { message: 1 MiB }\n").open();
            try (MailClient server = staged.relay()) {
                good(server, longHeader(255 * KIB));
                good(server, nested(90));
                // With our own there are fifty.
                good(server, received(49) + LETTER);
                good(server, LETTER + lines(1023 * KIB));
            }
            staged.awaitEmptySpool();
            assertEquals(4, sink.taken().size());
        }
    }

    /// The message is refused, and the session goes on.
    private static void bad(MailClient client, String message, String pattern) throws Exception {
        matches(pattern, client.offer(List.of(SAM), message));
        client.command("NOOP", "250");
    }

    private static void good(MailClient client, String message) throws Exception {
        matches("250 2.0.0 Ok: queued as *", client.offer(List.of(SAM), message));
    }

    private static void matches(String pattern, String reply) {
        assertTrue(SmtpPeer.matches(pattern, reply), "expected " + pattern + ", got " + reply);
    }

    /// A message whose header section has at least so many octets.
    private static String longHeader(int octets) {
        StringBuilder header = new StringBuilder(FROM_ANNA);
        String field = "X-Filler: " + "x".repeat(888) + "\r\n";
        while (header.length() < octets) {
            header.append(field);
        }
        return header.append("\r\nbody\r\n").toString();
    }

    /// Multiparts, one in the other.
    private static String nested(int depth) {
        StringBuilder message = new StringBuilder(FROM_ANNA).append("MIME-Version: 1.0\r\n");
        for (int i = 0; i < depth; i++) {
            message.append(
                    "Content-Type: multipart/mixed; boundary=b%1$d\r\n\r\n--b%1$d\r\n"
                            .formatted(i));
        }
        message.append("\r\ntext\r\n");
        for (int i = depth - 1; i >= 0; i--) {
            message.append("--b%d--\r\n".formatted(i));
        }
        return message.toString();
    }

    private static String received(int count) {
        return "Received: from a.example by b.example; Mon, 2 Mar 2026 12:00:00 +0000\r\n"
                .repeat(count);
    }

    /// So many octets, or a few less.
    private static String lines(int octets) {
        String line = "x".repeat(76) + "\r\n";
        return line.repeat(octets / line.length());
    }
}
