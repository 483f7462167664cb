package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.CHIDI;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.testkit.OpensslCms;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// What leaves the gateway encrypted, `openssl cms` opens with the partner's key, and finds inside
/// every octet that the author submitted.
class OpensslStory {
    private static final String EVA = "eva.lind@stmary.example";
    private static final String SUBJECT =
            """
            Subject: Referral of a patient whose long subject line is folded
             and =?utf-8?Q?encod=C3=A9d?=
            """
                    .replace("\n", "\r\n");
    private static final String FROM = "From: Anna Reyes <anna.reyes@mapleclinic.example>\r\n";

    @TempDir Path home;

    @Test
    void opensslFindsInsideEveryOctetThatWasSubmitted() throws Exception {
        OpensslCms openssl = OpensslCms.in(home);
        StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
        try (SmtpSink sink = SmtpSink.start();
                staged) {
            staged.write(sink.port(), "none");
            Identity eva = addPartner(staged, EVA);
            Map<String, Identity> partners = Map.of(CHIDI, staged.clinic().partner(), EVA, eva);
            staged.open();
            int sent = 0;
            try (MailClient doctor = staged.submission()) {
                for (Map.Entry<String, Identity> partner : partners.entrySet()) {
                    for (int octets : new int[] {1 << 10, 3 << 20}) {
                        String body = body(octets);
                        String reply =
                                doctor.offer(
                                        List.of(partner.getKey()),
                                        message(partner.getKey(), ++sent, body));
                        assertTrue(reply.startsWith("250"), reply);
                        int count = sent;
                        await("copy " + sent, () -> sink.taken().size() == count);
                        Taken copy = sink.taken().getLast();
                        hidesEverything(copy, partner.getKey());
                        byte[] inner = openssl.decrypt(copy.content(), partner.getValue());
                        isWhole(inner, body, sent);
                    }
                }
            }
            staged.awaitEmptySpool();
            assertEquals(4, sink.taken().size());
        }
    }

    /// A second authority and a partner of its own, whose key is on an elliptic curve.
    private static Identity addPartner(StagedClinic staged, String address) throws IOException {
        Validity validity = Validity.from(Clock.systemUTC().instant(), Duration.ofDays(30));
        Authority authority = Authority.create("Another authority", KeyKind.P_256, validity);
        Identity partner =
                authority.issue(
                        CertificateRequest.person(KeyKind.P_256, validity, Address.of(address)));
        Path partners = staged.clinic().config().resolve("partners");
        Pem.write(partners.resolve("anchors/another.pem"), List.of(authority.certificate()));
        Pem.write(partners.resolve("eva.pem"), List.of(partner.certificate()));
        return partner;
    }

    private static String message(String recipient, int number, String body) {
        return FROM
                + "To: "
                + recipient
                + "\r\n"
                + SUBJECT
                + "Message-ID: <openssl-"
                + number
                + "@mapleclinic.example>\r\n"
                + "Date: Mon, 2 Mar 2026 12:00:00 +0000\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Transfer-Encoding: 8bit\r\n\r\n"
                + body;
    }

    /// Lines of any octets that SMTP takes, some of them beginning with dots, some empty.
    private static String body(int octets) {
        SplittableRandom random = new SplittableRandom(octets);
        StringBuilder body = new StringBuilder("canary in the body\r\n.\r\n..\r\n\r\n");
        while (body.length() < octets) {
            int length = random.nextInt(200);
            body.append(random.nextInt(8) == 0 ? "." : "");
            for (int i = 0; i < length; i++) {
                char octet = (char) random.nextInt(0x100);
                body.append(octet == '\r' || octet == '\n' || octet == 0 ? '\t' : octet);
            }
            body.append("\r\n");
        }
        return body.toString();
    }

    private static void hidesEverything(Taken copy, String recipient) {
        assertEquals(List.of(recipient), copy.recipients());
        assertEquals("[...]", copy.field("Subject"));
        assertFalse(copy.text().contains("Referral"), "the subject is inside only");
        assertFalse(copy.text().contains("canary"), "so is the body");
        assertTrue(copy.field("Content-Type").contains("authEnveloped-data"), "RFC 8551 §3.2.2");
    }

    private static void isWhole(byte[] inner, String body, int number) {
        String text = new String(inner, StandardCharsets.ISO_8859_1);
        int header = text.indexOf("\r\n\r\n") + 4;
        assertArrayEquals(
                body.getBytes(StandardCharsets.ISO_8859_1),
                Arrays.copyOfRange(inner, header, inner.length));
        String fields = "\r\n" + text.substring(0, header);
        assertTrue(fields.contains("\r\n" + SUBJECT), fields);
        assertTrue(fields.contains("\r\n" + FROM), fields);
        assertTrue(fields.contains("\r\nMessage-ID: <openssl-" + number + "@"), fields);
        assertTrue(fields.contains("hp=\"cipher\""), fields);
    }
}
