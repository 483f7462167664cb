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

    /// From fields with an author whom her domain does not stand behind.
    private static final List<String> UNPROVED =
            List.of(
                    "From: Anna Reyes <anna.reyes@mapleclinic.example>\r\n",
                    "fRoM \t:\r\n  \"Anna, Reyes\" (Dr.)\r\n\t<anna@MAPLECLINIC.example>\r\n",
                    "From: <ward@ward.mapleclinic.example>\r\n",
                    "From: Reyes, Anna <anna.reyes@mapleclinic.example>\r\n",
                    "From: anna@mapleclinic.example, Bob <b@mapleclinic.example>\r\n",
                    "From: a@far.example,\r\n Anna <anna@mapleclinic.example>\r\n",
                    "From: Anna <anna@mapleclinic.example>, , a@far.example\r\n");

    /// What names no author, or leaves it to its reader who that is.
    private static final List<String> UNNAMED =
            List.of(
                    "From: a@far.example\r\nFrom: anna@mapleclinic.example\r\n",
                    "From : a@far.example\r\nTo: b@x.example\r\nFROM:anna@mapleclinic.example\r\n",
                    "from:\r\n a@far.example\r\nFrom\t \t:\r\n\t<anna@mapleclinic.example>\r\n",
                    "",
                    " From: anna@mapleclinic.example\r\n",
                    "X\r\nFrom: anna@mapleclinic.example\r\n",
                    "From:\r\n",
                    "From: <>\r\n",
                    "From: anna.reyes\r\n",
                    "From: anna@mapleclinic.example Reyes, Anna <anna@far.example>\r\n",
                    "From: Reyes, Anna <anna@far.example> (anna@mapleclinic.example)\r\n",
                    "From: =?utf-8?q?anna=40mapleclinic=2Eexample?=\r\n",
                    "From: undisclosed:;\r\n",
                    "From: Ward: anna@mapleclinic.example;\r\n",
                    "From: anna@mapleclinic.example <a@@far.example>\r\n",
                    "From: <a@far.example> anna@mapleclinic.example\r\n",
                    "From: a@far.example <b@far.example> <anna@mapleclinic.example>\r\n",
                    "From: <@far.example:anna@mapleclinic.example>\r\n",
                    "From: anna . reyes @ mapleclinic . example\r\n",
                    "From: anna@(far.example)mapleclinic.example(\r\n",
                    "From: anna@[127.0.0.1]\r\n",
                    "From: " + "a@far.example, ".repeat(10) + "anna@mapleclinic.example\r\n");

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
                String expected = dmarc.equals("refuse") ? "550 5.7.1" : "250 2.0.0";
                for (String from : UNPROVED) {
                    answered(staged, from, expected);
                }
                for (String from : UNNAMED) {
                    answered(staged, from, "550 5.6.0");
                }
                answered(staged, "From: a@far.example, b@far2.example\r\n", "250 2.0.0");
                theClinicsOwnServerIsAnswered(staged);
            }
        }
    }

    private static void answered(StagedClinic staged, String from, String expected)
            throws IOException {
        try (MailClient stranger = MailClient.greeted(staged.clinic().ports().inbound())) {
            String reply = stranger.offer(SAM, from + "Subject: x\r\n\r\nx\r\n");
            assertTrue(reply.startsWith(expected), from + reply);
        }
    }

    /// What her server hands on without an author is taken as before; two of them are nobody.
    private static void theClinicsOwnServerIsAnswered(StagedClinic staged) throws IOException {
        try (MailClient ward = staged.relay()) {
            String two = ward.offer(SAM, UNNAMED.getFirst() + "\r\nx\r\n");
            assertTrue(two.startsWith("550 5.6.0"), two);
            assertTrue(two.contains("there are 2 From fields"), two);
            String none = ward.offer(SAM, "Subject: x\r\n\r\nx\r\n");
            assertTrue(none.startsWith("250 2.0.0"), none);
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
