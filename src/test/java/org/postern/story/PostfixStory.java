package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.smime.Opened;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.Peers;
import org.postern.testkit.PostfixPeer;

/// A real Postfix is the clinic's own mail server, another one the next hop: what the first hands
/// over reaches the second as the policy wants it, over TLS that both prove.
class PostfixStory {
    private static final Duration ARRIVAL_MAX = Duration.ofSeconds(60);

    /// Every kind of line that a mail server on the way could spoil: dots, 8-bit, blanks at the
    /// end, none at the end.
    private static final String BODY =
            """
            Blood pressure 128/82, caf\u00e9 au lait at noon.
            .
            ..
            .hidden

            From the ward: a line that begins with From.
            trailing blanks \s
            """
                    .replace("\n", "\r\n");

    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: Sam Okafor <sam.okafor@mapleclinic.example>, chidi.obi@stmary.example
            Date: Mon, 2 Mar 2026 12:00:00 +0000
            Message-ID: <rounds-1@mapleclinic.example>
            Subject: Rounds on ward seven
            MIME-Version: 1.0
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: 8bit

            """
                            .replace("\n", "\r\n")
                    + BODY;

    @TempDir Path home;

    @Test
    void onePostfixHandsMailToTheGatewayAndAnotherTakesItOn() throws Exception {
        Peers.program("postfix");
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                PostfixPeer hop = hop(staged)) {
            staged.write(hop.port(), "verified").open();
            try (PostfixPeer server =
                    PostfixPeer.relaying(
                            staged.clinic().ports().relay(),
                            "smtp_tls_security_level = verify",
                            "smtp_tls_verify_cert_match = localhost",
                            "smtp_tls_CAfile = " + staged.clinic().ca(),
                            "smtp_tls_loglevel = 1")) {
                try (MailClient ward = MailClient.greeted(server.port())) {
                    assertTrue(ward.offer(List.of(SAM, CHIDI, MARIA), LETTER).startsWith("250"));
                }
                List<String> arrived = hop.await(3, ARRIVAL_MAX);
                server.awaitLog("Verified TLS connection established", ARRIVAL_MAX);
                // It hears that the gateway took it before it writes so, and we may be faster.
                server.awaitLog("status=sent (250 2.0.0 Ok: queued as ", ARRIVAL_MAX);
                isWhole(copyFor(SAM, arrived));
                isForThePartnerAlone(staged, copyFor(CHIDI, arrived));
                isNotice(staged, copyFor(MARIA, arrived));
                for (String copy : arrived) {
                    assertTrue(copy.contains("using TLSv1.3 with cipher "), copy);
                }
            }
            staged.awaitEmptySpool();
            assertEquals(3, hop.messages().size(), "nothing twice");
        }
    }

    /// What a server refuses over proved TLS, for now or for ever, is audited with that TLS.
    @Test
    void whatIsRefusedOverTlsIsAuditedWithIt() throws Exception {
        Peers.program("postfix");
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                PostfixPeer hop =
                        PostfixPeer.keeping(
                                staged.clinic().outsideTls(),
                                "smtpd_tls_security_level = encrypt",
                                "smtpd_delay_reject = yes",
                                "smtpd_recipient_restrictions = check_recipient_access inline:{"
                                        + " {%s = 451 4.7.1 later} {%s = 550 5.1.1 nobody} }"
                                                .formatted(SAM, CHIDI))) {
            staged.write(hop.port(), "verified").open();
            try (MailClient doctor = staged.submission()) {
                doctor.send(List.of(SAM, CHIDI), LETTER);
            }
            String fingerprint =
                    HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256")
                                            .digest(
                                                    staged.clinic()
                                                            .outsideTls()
                                                            .certificate()
                                                            .getEncoded()));
            for (String entry :
                    List.of(
                            staged.awaitAudit(SAM, "delayed (", "said 451 4.7.1"),
                            staged.awaitAudit(CHIDI, "failed (smime over ", "): 550 5.1.1"))) {
                assertTrue(entry.contains(" over TLSv1.3 TLS_"), entry);
                assertTrue(entry.contains(" ca sha256:" + fingerprint + "): "), entry);
            }
        }
    }

    private static PostfixPeer hop(StagedClinic staged) throws IOException {
        return PostfixPeer.keeping(
                staged.clinic().outsideTls(),
                "smtpd_tls_security_level = encrypt",
                "smtpd_tls_received_header = yes");
    }

    private static String copyFor(String recipient, List<String> arrived) {
        return arrived.stream()
                .filter(copy -> copy.contains("\r\nX-Original-To: " + recipient + "\r\n"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing for " + recipient));
    }

    private static String body(String message) {
        return message.substring(message.indexOf("\r\n\r\n") + 4);
    }

    private static void isWhole(String copy) {
        assertEquals(BODY, body(copy));
        assertTrue(copy.contains("\r\nSubject: Rounds on ward seven\r\n"), copy);
        assertTrue(copy.contains("\r\nMessage-ID: <rounds-1@mapleclinic.example>\r\n"), copy);
    }

    private static void isForThePartnerAlone(StagedClinic staged, String copy) throws Exception {
        assertTrue(copy.contains("\r\nSubject: [...]\r\n"), copy);
        assertFalse(copy.contains("ward"), copy);
        Content content = Content.of(copy.getBytes(StandardCharsets.ISO_8859_1));
        Opened opened = new SmimeDecryptor(List.of(staged.clinic().partner())).open(content);
        Opened.Plain plain = assertInstanceOf(Opened.Plain.class, opened);
        try (InputStream in = plain.entity().open()) {
            String entity = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertEquals(BODY, body(entity));
            assertTrue(entity.contains("\r\nSubject: Rounds on ward seven\r\n"), entity);
        }
    }

    private static void isNotice(StagedClinic staged, String copy) throws Exception {
        String text = MailText.of(copy.getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(text.contains(staged.clinic().pickupUrl() + "/m/"), text);
        assertFalse(copy.contains("Rounds") || text.contains("pressure"), copy);
    }
}
