package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.FakeZone;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// The certificate of a patient ends: she hears of it twice, and from that day on her mail comes to
/// her page again.
class KeyEndStory {
    private static final String RULE =
            """
              - name: patients with keys
                when: { recipient: { domain: homemail.example } }
                then: { protect: [smime, pickup] }
            """;

    @TempDir Path home;
    private final ManualClock clock = new ManualClock(Clock.systemUTC().instant());
    private SmtpSink sink;
    private StagedClinic clinic;

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic =
                StagedClinic.in(home, clock)
                        .write(sink.port(), "none")
                        .names(new FakeZone())
                        .settings("postmaster: it@mapleclinic.example\n")
                        .rules(RULE)
                        .open();
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    private void after(Duration time) throws IOException {
        clinic.awaitEmptySpool();
        clinic.stop();
        sink.forget();
        clock.advance(time);
        clinic.open();
    }

    @Test
    void sheIsToldAndLosesNothing() throws Exception {
        cert("issue", MARIA, "--pickup");
        cert("activate", MARIA);
        after(Duration.ofDays(701));
        awaitNotice();
        clinic.awaitAudit("end of a key told", MARIA, "30 days ahead");
        assertEquals(1, told());
        send();
        await("the letter", () -> encrypted().findAny().isPresent());

        after(Duration.ofDays(23));
        awaitNotice();
        clinic.awaitAudit("end of a key told", MARIA, "7 days ahead");
        after(Duration.ofHours(1));
        send();
        await("the letter", () -> encrypted().findAny().isPresent());
        assertEquals(2, told(), "a restart tells nothing twice");
        assertEquals(0, notices().count());

        after(Duration.ofDays(7));
        send();
        Taken notice = awaitNotice();
        assertFalse(notice.text().contains("canaryletter"));
        clinic.awaitAudit("maria.gomez", "pickup");
        clinic.awaitEmptySpool();
        assertEquals(2, told());
    }

    /// The domain of hers gets mail by S/MIME alone.
    @Test
    void nothingComesOntoThePageOfWhomThePolicyGivesNone() throws Exception {
        String joe = "joe@zebra.example";
        clinic.stop();
        clinic.rules(RULE.replace("homemail", "zebra").replace("patients", "others"));
        clinic.rules(RULE.replace("smime, pickup", "smime").replace("patients", "some"));
        clinic.open();
        for (String each : new String[] {MARIA, joe}) {
            cert("issue", each, "--pickup");
            cert("activate", each);
        }
        after(Duration.ofDays(701));
        clinic.awaitAudit("end of a key told", joe, "30 days ahead");
        assertEquals(1, told(), "she comes before him");
        assertEquals(0, notices().count());
        await(
                "the mail to IT",
                () -> sink.taken().stream().anyMatch(it -> it.text().contains(MARIA)));
    }

    private void cert(String... words) {
        Answer answer = Answer.to(clinic.clinic().config(), "cert", words);
        assertEquals(0, answer.code(), answer.out() + answer.err());
    }

    private long told() {
        return clinic.audit().stream().filter(it -> it.contains("end of a key told")).count();
    }

    private void send() throws IOException, GeneralSecurityException {
        try (MailClient client = clinic.submission()) {
            client.send(
                    MARIA,
                    "From: Anna Reyes <%s>\r\nTo: <%s>\r\nSubject: x\r\n\r\ncanaryletter\r\n"
                            .formatted(ANNA, MARIA));
        }
    }

    private Taken awaitNotice() {
        await("a notice", () -> notices().findAny().isPresent());
        Taken notice = notices().findFirst().orElseThrow();
        assertTrue(notice.field("Content-Type").contains("multipart/alternative"));
        return notice;
    }

    private Stream<Taken> notices() {
        return toHer().filter(it -> it.field("Auto-Submitted").equals("auto-generated"));
    }

    private Stream<Taken> encrypted() {
        return toHer().filter(it -> it.field("Content-Type").contains("pkcs7-mime"));
    }

    private Stream<Taken> toHer() {
        return sink.taken().stream().filter(it -> it.recipients().contains(MARIA));
    }
}
