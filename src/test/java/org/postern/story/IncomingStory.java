package org.postern.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.cms.CMSAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.testkit.FakeZone;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;
import org.postern.testkit.TestAuthority;

/// Encrypted and signed mail from outside reaches the clinic opened, with the gateway's word above
/// it; and whoever sends it learns nothing.
class IncomingStory {
    private static final String TEXT =
            """
            Content-Type: text/plain
            X-Postern-Smime: signed-encrypted; forged

            canarybody
            """
                    .replace("\n", "\r\n");

    private static final String OUTER =
            "From: Chidi <%s>\r\nTo: %s\r\nSubject: [...]\r\nMessage-ID: <in-1@stmary.example>\r\n"
                    .formatted(CHIDI, SAM);

    private static final Identity SAMS = TestAuthority.create().person(SAM, KeyKind.RSA_2048);

    @TempDir Path home;

    @Test
    void whatIsEncryptedToARecipientIsOpenedForHerAlone() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = open(sink)) {
            By chidi = By.rsa(staged.clinic().partner());
            String inner =
                    "Subject: canarysubject\r\nHP-Outer: From: Chidi <%s>\r\n".formatted(CHIDI)
                            + "HP-Outer: To: %s\r\nHP-Outer: Subject: [...]\r\n".formatted(SAM)
                            + "X-Postern-Smime: signed; forged\r\n"
                            + SmimeMail.clear(TEXT, chidi)
                                    .replace("boundary=edge", "boundary=edge; hp=\"cipher\"");
            send(staged, List.of(SAM, ANNA), OUTER + SmimeMail.gcm(inner, SAMS));
            String sams = taken(sink, SAM);
            assertTrue(sams.contains("canarybody"), sams);
            assertTrue(sams.contains("\r\nSubject: canarysubject\r\n"), sams);
            assertTrue(sams.contains("\r\nX-Postern-Smime: signed-encrypted;\r\n"), sams);
            assertTrue(sams.contains("smime=pass body.smime-identifier=" + CHIDI + "\r\n"), sams);
            String header = sams.substring(0, sams.indexOf("\r\n\r\n"));
            assertFalse(header.contains("forged"), header);
            assertFalse(header.contains("hp="), header);
            assertFalse(header.contains("HP-Outer"), header);
            assertEquals(2, header.split("(?m)^From: |^Subject: ", -1).length - 1, header);
            // C04: she has no key, and gets what came.
            String annas = taken(sink, ANNA);
            assertFalse(annas.contains("canary"), annas);
            assertTrue(annas.contains("X-Postern-Smime: not-opened;"), annas);
            assertTrue(annas.contains("smime-type=authEnveloped-data"), annas);
            // No report of the clinic's server tells whoever sent it what was inside.
            assertEquals(List.of("", ""), sink.taken().stream().map(Taken::reversePath).toList());
            staged.awaitAudit(SAM, "relayed (internal)", "signed-encrypted");
            staged.awaitAudit(ANNA, "relayed (internal)", "not-opened");
        }
    }

    @Test
    void signedMailIsJudgedAndLeftAsItCame() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = open(sink)) {
            String signed = SmimeMail.clear(TEXT, By.rsa(staged.clinic().partner()));
            send(staged, List.of(SAM), OUTER + signed);
            String text = taken(sink, SAM);
            assertTrue(text.contains("X-Postern-Smime: signed;"), text);
            assertTrue(text.endsWith(signed), text);
            assertFalse(sink.taken().getFirst().reversePath().isEmpty(), "it is no secret");
            staged.awaitAudit(SAM, "relayed (internal)", "S/MIME: signed");
        }
    }

    /// C03: no key, a damaged message, a wrong padding: one reply, one mark, and nothing but the
    /// message as it came.
    @Test
    void whatCannotBeOpenedLooksAlwaysTheSame() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = open(sink)) {
            byte[] cbc = SmimeMail.cbc(TEXT, CMSAlgorithm.AES256_CBC, SAMS);
            byte[] padding = cbc.clone();
            padding[padding.length - 10] ^= 1;
            byte[] key = cbc.clone();
            // The wrapped key: an OCTET STRING of 256 octets.
            key[HexFormat.of().formatHex(cbc).indexOf("04820100") / 2 + 100] ^= 1;
            Identity other = TestAuthority.create().person("x@y.example", KeyKind.RSA_2048);
            List<String> closed =
                    List.of(
                            SmimeMail.object("enveloped-data", padding),
                            SmimeMail.object("enveloped-data", key),
                            SmimeMail.gcm(TEXT, other),
                            SmimeMail.object(
                                    "enveloped-data",
                                    SmimeMail.cbc(TEXT, CMSAlgorithm.RC2_CBC, SAMS)));
            String marks = "";
            for (String entity : closed) {
                send(staged, List.of(SAM), OUTER + entity);
                String text = taken(sink, SAM);
                assertTrue(text.endsWith(entity), text);
                String mark = text.substring(0, text.indexOf("Received:"));
                assertTrue(mark.contains("X-Postern-Smime: not-opened;"), mark);
                assertTrue(marks.isEmpty() || marks.equals(mark), mark);
                marks = mark;
                sink.forget();
            }
        }
    }

    private StagedClinic open(SmtpSink sink) throws IOException {
        StagedClinic staged = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none");
        staged.names(new FakeZone());
        Path keys = staged.clinic().data().resolve("keys");
        Keyring.of(
                        new Keyring.Places(
                                keys.resolve("smime"),
                                keys.resolve("password"),
                                keys.resolve("../crl"),
                                "Maple Clinic"),
                        Clock.systemUTC())
                .add(new Owner.Person(Address.of(SAM)), SAMS);
        return staged.open();
    }

    private static void send(StagedClinic staged, List<String> to, String message)
            throws IOException {
        try (MailClient stranger = MailClient.greeted(staged.clinic().ports().inbound())) {
            String reply = stranger.offer(to, message);
            assertTrue(reply.startsWith("250 2.0.0 Ok: queued as"), reply);
        }
    }

    private static String taken(SmtpSink sink, String recipient) {
        RunningClinic.await(
                "a message to " + recipient,
                () -> sink.taken().stream().anyMatch(it -> it.recipients().contains(recipient)));
        return new String(
                sink.taken().stream()
                        .filter(it -> it.recipients().contains(recipient))
                        .findFirst()
                        .orElseThrow()
                        .content(),
                ISO_8859_1);
    }
}
