package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.ClamdPeer;
import org.postern.testkit.SmtpSink;

/// What holds a virus is refused at the door; what cannot be looked through waits for a person.
class VirusStory {
    private static final String SAM = "sam.okafor@mapleclinic.example";
    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: Sam Okafor <sam.okafor@mapleclinic.example>
            Message-ID: <virus-1@mapleclinic.example>
            Subject: canarysubject
            """
                    .replace("\n", "\r\n");

    @TempDir Path home;
    @TempDir Path daemon;

    @Test
    void aVirusIsRefusedAndAScannerThatIsDownHolds() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                ClamdPeer clamd = ClamdPeer.start(daemon);
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none")
                    .settings("virus-scanner: { clamd: %s }\n".formatted(clamd.at()))
                    .open();
            try (MailClient doctor = staged.submission()) {
                String refused = doctor.offer(SAM, LETTER + ClamdPeer.infected());
                assertTrue(refused.startsWith("554 5.7.1 Refused: the message holds a virus"));
                doctor.send(SAM, LETTER + "\r\nclean\r\n");
                staged.awaitAudit(SAM, "relayed (internal)");
                clamd.stop();
                doctor.send(SAM, LETTER + "\r\nunseen\r\n");
            }
            assertEquals(1, staged.queued(), "held");
            staged.awaitAudit("accepted", "the virus scanner is not to be had");
            Answer list = QueueStory.queue(staged, "list", "--state", "held");
            assertTrue(list.out().contains("the virus scanner is not to be had"), list.out());
            staged.stop();
            staged.open();
            assertEquals(1, staged.queued(), "still held behind a restart");
            assertEquals(1, sink.taken().size());
            assertEquals(0, QueueStory.queue(staged, "release", list.id()).code());
            staged.awaitEmptySpool();
            assertEquals(2, sink.taken().size());
        }
    }
}
