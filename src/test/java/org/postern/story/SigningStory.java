package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.CHIDI;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cert.OwnKeys;
import org.postern.config.Configuration;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.pki.Pem;
import org.postern.smime.KeyTransport;
import org.postern.smime.SmimeEncryptor;
import org.postern.testkit.Accepted;
import org.postern.testkit.OpensslCms;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// A clinician writes as ever; what leaves bears her signature, which OpenSSL verifies under the
/// clinic's authority, inside the encryption and without one.
class SigningStory {
    private static final String MESSAGE =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            Subject: Results
            Message-ID: <signing@mapleclinic.example>
            Date: Mon, 2 Mar 2026 12:00:00 +0000
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            All is well, Fran\u00e7ois.
            """
                    .replace("\n", "\r\n");
    private static final String PUBLIC_RULE =
            """
              - name: what is public
                when: { recipient: { domain: world.example } }
                then: { deliver: unprotected }
            """;

    @TempDir Path home;

    @Test
    void whatLeavesIsSignedByItsAuthor() throws Exception {
        OpensslCms openssl = OpensslCms.in(home);
        StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
        try (SmtpSink sink = SmtpSink.start();
                staged) {
            staged.write(sink.port(), "none");
            staged.settings("signing: { relayed: true }\n").rules(PUBLIC_RULE).open();
            try (MailClient doctor = staged.submission()) {
                taken(doctor.offer(List.of(CHIDI), MESSAGE));
                await("the encrypted copy", () -> sink.taken().size() == 1);
                byte[] signed =
                        openssl.decrypt(
                                sink.taken().getFirst().content(), staged.clinic().partner());
                verified(openssl, staged, signed);

                taken(doctor.offer(List.of("a@world.example"), MESSAGE));
                await("the copy in clear", () -> sink.taken().size() == 2);
                Taken clear = sink.taken().getLast();
                assertEquals("Results", clear.field("Subject"));
                assertTrue(clear.field("Content-Type").startsWith("multipart/signed"));
                verified(openssl, staged, clear.content());
            }
            staged.awaitEmptySpool();
        }
    }

    /// What she encrypted herself goes out as it is to whoever can open it, and to nobody else.
    @Test
    void whatWasEncryptedByItsAuthorIsPassedOn() throws Exception {
        StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
        try (SmtpSink sink = SmtpSink.start();
                staged) {
            staged.write(sink.port(), "none").settings("signing: {}\n").open();
            ByteArrayOutputStream encrypted = new ByteArrayOutputStream();
            new SmimeEncryptor(KeyTransport.PKCS1_V15)
                    .encrypt(
                            Content.of(MESSAGE.getBytes(StandardCharsets.ISO_8859_1)),
                            List.of(staged.clinic().partner().certificate()))
                    .writeTo(encrypted);
            try (MailClient doctor = staged.submission()) {
                taken(
                        doctor.offer(
                                List.of(StagedClinic.CHIDI, StagedClinic.MARIA),
                                encrypted.toString(StandardCharsets.ISO_8859_1)));
            }
            staged.awaitAudit(StagedClinic.CHIDI, "relayed (smime)");
            staged.awaitAudit(StagedClinic.MARIA, "(pickup)");
            byte[] sent = encrypted.toByteArray();
            byte[] arrived =
                    sink.taken().stream()
                            .filter(it -> it.recipients().contains(StagedClinic.CHIDI))
                            .findFirst()
                            .orElseThrow()
                            .content();
            assertArrayEquals(body(sent), body(arrived));
        }
    }

    private static byte[] body(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        return text.substring(text.indexOf("\r\n\r\n")).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Never unsigned by silence: without a key the message is held, and goes on once there is one.
    @Test
    void withoutAKeyTheMessageIsHeld() throws Exception {
        StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
        try (SmtpSink sink = SmtpSink.start();
                staged) {
            staged.write(sink.port(), "none").settings("signing: { new-keys: by-hand }\n").open();
            try (MailClient doctor = staged.submission()) {
                taken(doctor.offer(List.of(CHIDI), MESSAGE));
            }
            staged.awaitAudit("held", "cert issue " + ANNA);
            assertEquals(List.of(), sink.taken());
        }
    }

    /// Whoever looks at the queue reads what to do, and not of a disk that is in order.
    @Test
    void withoutTheBookOfWhatWasRevokedTheMessageWaits() throws Exception {
        StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
        try (SmtpSink sink = SmtpSink.start();
                staged) {
            staged.write(sink.port(), "none").settings("signing: {}\n").open();
            try (MailClient doctor = staged.submission()) {
                taken(doctor.offer(List.of(CHIDI), MESSAGE));
                await("the first one", () -> sink.taken().size() == 1);
                Path book = keyring(staged).revoked().file();
                Files.move(book, home.resolve("lost"));
                taken(doctor.offer(List.of(CHIDI), MESSAGE.replace("<sig", "<two")));
                staged.awaitAudit(
                        "delayed", "the list of revoked certificates is missing: run ./gateway");
                assertEquals(1, sink.taken().size());
            }
        }
    }

    private static void taken(String reply) {
        assertTrue(reply.startsWith("250"), reply);
    }

    private static Keyring keyring(StagedClinic staged) {
        return OwnKeys.of(
                        Accepted.value(Configuration.gateway(staged.clinic().config())),
                        Clock.systemUTC())
                .keyring();
    }

    private void verified(OpensslCms openssl, StagedClinic staged, byte[] signed) throws Exception {
        Path folder = Files.createTempDirectory(home, "verify");
        Path authority = folder.resolve("authority.pem");
        Keyring.Entry root =
                keyring(staged).newest(Owner.of("authority").orElseThrow()).orElseThrow();
        Pem.write(authority, List.of(root.certificate()));
        Path message = Files.write(folder.resolve("message.eml"), signed);
        Path signer = folder.resolve("signer.pem");
        String[] verify = {
            "-verify",
            "-in",
            message.toString(),
            "-CAfile",
            authority.toString(),
            "-signer",
            signer.toString(),
            "-out",
            folder.resolve("content").toString()
        };
        assertEquals(0, openssl.run(verify).exit());
        Keyring.Entry anna =
                keyring(staged).newest(new Owner.Person(Address.of(ANNA))).orElseThrow();
        assertEquals(List.of(anna.certificate()), Pem.certificates(signer));
        String changed =
                new String(signed, StandardCharsets.ISO_8859_1)
                        .replace("Subject: Results", "Subject: Resulte");
        Files.writeString(message, changed, StandardCharsets.ISO_8859_1);
        assertNotEquals(0, openssl.run(verify).exit());
    }
}
