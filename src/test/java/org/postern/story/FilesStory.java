package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.SmtpSink;

/// Rules about what is attached, on mail that comes in: each file is looked at by its octets.
class FilesStory {
    private static final String RULES =
            """
              - name: programs
                when: { attachment: { kind: program } }
                then: { refuse: "Programs cannot be sent from here. Ask IT how to send this one." }
              - name: locked archives
                when: { attachment: { locked: true }, not: { recipient: { domain: internal } } }
                then: { hold: "Nobody can look into a locked file." }
            """;

    @TempDir Path home;

    @Test
    void filesAreWhatTheirOctetsSay() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").rules(RULES).open();
            try (MailClient doctor = staged.submission()) {
                String program =
                        doctor.offer(
                                List.of(MARIA),
                                letter(
                                        "notes.pdf",
                                        "MZ\u0090\0".getBytes(StandardCharsets.ISO_8859_1)));
                assertTrue(program.startsWith("550 "), program);
                assertTrue(program.contains("Programs cannot be sent from here."), program);
                assertTrue(
                        doctor.offer(List.of(CHIDI, SAM), letter("x.txt", locked()))
                                .startsWith("250"));
                assertTrue(doctor.offer(List.of(CHIDI), letter("x.txt", zip())).startsWith("250"));
            }
            staged.awaitAudit(CHIDI, "held (none): Nobody can look into a locked file.");
            staged.awaitAudit(SAM + ": relayed (internal)");
            staged.awaitAudit(CHIDI + ": relayed (smime)");
            RunningClinic.await("one held", () -> staged.queued() == 1);
            assertEquals(2, sink.taken().size(), "the colleague's, and the open archive");
        }
    }

    /// Much about many patients waits for a person, wherever in the message it stands.
    @Test
    void listsOfPatientsAreFound() throws Exception {
        String rule =
                """
                  - name: many patients
                    when: { phi: { patients: "> 2" }, not: { recipient: { domain: internal } } }
                    then: { hold: "The privacy officer looks at this first." }
                """;
        byte[] list =
                "MRN 100381 diabetes\r\nMRN 100382 asthma\r\nMRN 100383 gout\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] two =
                "MRN 100381 diabetes\r\nMRN 100382 asthma\r\n".getBytes(StandardCharsets.US_ASCII);
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").rules(rule).open();
            try (MailClient doctor = staged.submission()) {
                assertTrue(doctor.offer(List.of(CHIDI), letter("a.csv", list)).startsWith("250"));
                assertTrue(doctor.offer(List.of(CHIDI), letter("b.csv", two)).startsWith("250"));
            }
            staged.awaitAudit(CHIDI, "held (none): The privacy officer looks at this first.");
            staged.awaitAudit(CHIDI + ": relayed (smime)");
            assertEquals(1, sink.taken().size(), "the list of two");
        }
    }

    private static byte[] locked() throws IOException {
        byte[] archive = zip();
        archive[6] |= 1;
        return archive;
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("results.txt"));
            zip.write(new byte[1_000]);
        }
        return out.toByteArray();
    }

    private static String letter(String name, byte[] file) {
        return """
        From: Anna Reyes <anna.reyes@mapleclinic.example>
        Subject: Files
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=part

        --part
        Content-Type: text/plain

        See the file.
        --part
        Content-Type: application/octet-stream; name="%s"
        Content-Transfer-Encoding: base64

        %s
        --part--
        """
                .formatted(name, Base64.getMimeEncoder().encodeToString(file))
                .replace("\r\n", "\n")
                .replace("\n", "\r\n");
    }
}
