package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.dkim.DkimVerifier;
import org.postern.dkim.SigningKey;
import org.postern.facts.Origin.Verdict;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mime.HeaderSection;
import org.postern.operate.DkimKeys;
import org.postern.testkit.FakeZone;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// What comes from outside is looked at, and what leaves is signed.
class OriginStory {
    private static final Domain CLINIC = new Domain("mapleclinic.example");

    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: undisclosed-recipients:;
            Message-ID: <origin-1@mapleclinic.example>
            Subject: canarysubject

            canarybody
            """
                    .replace("\n", "\r\n");

    private static final String FORGED =
            "Authentication-Results: mail.mapleclinic.example; dkim=pass header.d=bank.example\r\n"
                    + "X-Postern-Verdict: good\r\n"
                    + LETTER;

    @TempDir Path home;

    private static FakeZone zone(String spf) {
        return new FakeZone()
                .txt("mapleclinic.example", "v=spf1 " + spf)
                .txt("_dmarc.mapleclinic.example", "v=DMARC1; p=reject");
    }

    @Test
    void theClinicReadsWhatIsTrueOfAMessage() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").names(zone("ip4:127.0.0.1 -all")).open();
            try (MailClient stranger = MailClient.greeted(staged.clinic().ports().inbound())) {
                stranger.send(SAM, FORGED);
            }
            staged.awaitAudit(SAM, "relayed (internal)");
            String text = sink.taken().getFirst().text();
            assertTrue(
                    text.startsWith(
                            """
                            Authentication-Results: mail.mapleclinic.example;
                            \tspf=pass smtp.mailfrom=mapleclinic.example;
                            \tdkim=none;
                            \tdmarc=pass (p=reject) header.from=mapleclinic.example
                            Received: from\
                            """
                                    .replace("\n", "\r\n")),
                    text);
            assertFalse(text.contains("bank.example"), text);
            assertFalse(text.contains("X-Postern-Verdict"), text);
        }
    }

    @Test
    void aMessageIsRefusedOnlyWhereTheConfigurationSaysSo() throws Exception {
        for (String dmarc : List.of("record", "refuse")) {
            try (SmtpSink sink = SmtpSink.start();
                    StagedClinic staged = StagedClinic.in(home.resolve(dmarc), Clock.systemUTC())) {
                staged.write(sink.port(), "none").names(zone("-all"));
                Path file = staged.clinic().config().resolve("gateway.yaml");
                String yaml = Files.readString(file);
                Files.writeString(
                        file,
                        yaml.replaceAll(
                                "(?m)^( *inbound: \\{.*) \\}$", "$1, dmarc: " + dmarc + " }"));
                staged.open();
                try (MailClient stranger = MailClient.greeted(staged.clinic().ports().inbound())) {
                    String reply = stranger.offer(SAM, LETTER);
                    String expected = dmarc.equals("refuse") ? "550 5.7.1" : "250 2.0.0";
                    assertTrue(reply.startsWith(expected), reply);
                }
            }
        }
    }

    @Test
    void whatLeavesIsSigned() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").settings("dkim: { selector: t1 }\n");
            // Without its keys the gateway does not start: nothing leaves unsigned.
            IOException refusal = assertThrows(IOException.class, staged::open);
            assertTrue(String.valueOf(refusal.getMessage()).contains("t1-rsa.pem"));
            DkimKeys keys =
                    new DkimKeys(
                            staged.clinic().config().resolve("../data/keys/dkim").normalize(),
                            new Domain("t1"));
            keys.make();
            staged.open();
            try (MailClient doctor = staged.submission()) {
                assertTrue(doctor.offer(List.of(MARIA, CHIDI, SAM), LETTER).startsWith("250"));
            }
            staged.awaitAudit(SAM, "relayed (internal)");
            staged.awaitAudit(CHIDI, "relayed (smime)");
            staged.awaitAudit(MARIA, "relayed (unprotected)");
            Map<String, String> published = new HashMap<>();
            for (SigningKey key : keys.read()) {
                published.put(key.recordName(CLINIC), key.record());
            }
            assertEquals(List.of(Verdict.PASS, Verdict.PASS), verdicts(sink, MARIA, published));
            assertEquals(List.of(Verdict.PASS, Verdict.PASS), verdicts(sink, CHIDI, published));
            assertEquals(List.of(), verdicts(sink, SAM, published), "it stays inside");
        }
    }

    private static List<Verdict> verdicts(
            SmtpSink sink, String recipient, Map<String, String> published) throws Exception {
        Taken taken =
                sink.taken().stream()
                        .filter(it -> it.recipients().contains(recipient))
                        .findFirst()
                        .orElseThrow();
        Content content = Content.of(taken.content());
        return new DkimVerifier(Clock.systemUTC())
                        .verify(
                                HeaderSection.read(content),
                                content,
                                name ->
                                        published.containsKey(name)
                                                ? List.of(published.get(name))
                                                : List.of())
                        .stream()
                        .map(it -> it.verdict())
                        .toList();
    }
}
