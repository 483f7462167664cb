package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.CHIDI;
import static org.postern.story.StagedClinic.SAM;

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

    /// The clinic's words are in the letter before it is signed and encrypted: the signature of its
    /// author is over them too.
    @Test
    void theWordsOfTheClinicAreSignedToo() throws Exception {
        OpensslCms openssl = OpensslCms.in(home);
        StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
        try (SmtpSink sink = SmtpSink.start();
                staged) {
            staged.write(sink.port(), "none").settings("signing: {}\n");
            staged.inherited("  - { note: Call us. }\n").open();
            try (MailClient doctor = staged.submission()) {
                taken(doctor.offer(List.of(CHIDI), MESSAGE.replace("\u00e7", "c")));
            }
            await("the encrypted copy", () -> sink.taken().size() == 1);
            byte[] signed =
                    openssl.decrypt(sink.taken().getFirst().content(), staged.clinic().partner());
            verified(openssl, staged, signed);
            String text = new String(signed, StandardCharsets.ISO_8859_1);
            assertTrue(text.contains("Francois.\r\n\r\nCall us.\r\n"), text);
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

    /// Each damage stops the signing; the delay, the doctor and the command name the file and the
    /// command that mends it, and that one does.
    @Test
    void whatIsDamagedIsNamedWithItsCure() throws Exception {
        StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
        try (SmtpSink sink = SmtpSink.start();
                staged) {
            staged.write(sink.port(), "none").settings("signing: {}\n").open();
            Path config = staged.clinic().config();
            try (MailClient doctor = staged.submission()) {
                taken(doctor.offer(List.of(CHIDI), MESSAGE));
                await("the first one", () -> sink.taken().size() == 1);
                assertEquals(0, cert(config, "issue", SAM).code());
                assertEquals(0, cert(config, "revoke", SAM, "--reason", "superseded").code());
                assertEquals(0, cert(config, "book").code());
                Path book = keyring(staged).revoked().file();
                String whole = Files.readString(book);

                byte[] spoilt = Files.readAllBytes(book);
                spoilt[60] = (byte) 0xE9;
                Files.write(book, spoilt);
                taken(doctor.offer(List.of(CHIDI), MESSAGE.replace("<sig", "<two")));
                staged.awaitAudit("delayed", "is damaged: run ./gateway cert book restore");
                told(config, book + " cannot be read in line 1", "cert book restore --sure");
                assertEquals(1, cert(config, "book", "restore").code(), "a person has to be sure");
                Answer mended = cert(config, "book", "restore", "--sure");
                assertEquals(0, mended.code(), mended.err());
                // Lists tell the second.
                assertEquals(
                        whole.replaceAll("\\.[0-9]+Z", "Z"),
                        Files.readString(book).replaceAll("\\.[0-9]+Z", "Z"));
                assertArrayEquals(
                        spoilt, Files.readAllBytes(book.resolveSibling("revoked.damaged-1")));
                goesOut(sink, doctor, "<three");

                Path lists = staged.clinic().data().resolve("crl");
                Path list = lists.resolve("authority-1.crl");
                Files.delete(list);
                Files.createDirectory(list);
                taken(doctor.offer(List.of(CHIDI), MESSAGE.replace("<sig", "<four")));
                staged.awaitAudit("delayed", "cannot be read: run ./gateway cert book");
                told(config, list + " (", "./gateway cert book restore --sure");
                assertEquals(1, cert(config, "book", "restore").code(), "a person has to be sure");
                assertTrue(Files.isDirectory(list));
                assertEquals(0, cert(config, "book", "restore", "--sure").code());
                assertTrue(Files.isRegularFile(list), "the list is made anew");
                assertEquals(0, cert(config, "book").code());
                goesOut(sink, doctor, "<five");

                Files.move(lists, home.resolve("lists"));
                Files.writeString(lists, "no folder");
                told(config, lists + " (it is no folder)", "./gateway cert book restore --sure");
                assertEquals(0, cert(config, "book", "restore", "--sure").code());
                assertTrue(Files.isRegularFile(list));
                assertEquals(
                        "no folder", Files.readString(lists.resolveSibling("crl.unreadable-1")));
                goesOut(sink, doctor, "<six");
                staged.awaitAudit("restored", "without 1 lines that cannot be read");
                staged.awaitAudit("restored", "said to be sure of the rest");
            }
        }
    }

    private static Answer cert(Path config, String... words) {
        return Answer.to(config, "cert", words);
    }

    /// By the doctor, and by the command that looks and the one that needs it.
    private static void told(Path config, String... words) {
        Answer doctor = Answer.to(config, "doctor");
        Answer book = cert(config, "book");
        Answer revoke = cert(config, "revoke", ANNA, "--reason", "superseded");
        assertEquals(1, doctor.code(), doctor.out());
        assertEquals(1, book.code(), book.out());
        assertEquals(1, revoke.code(), revoke.out());
        for (String word : words) {
            assertTrue(doctor.out().contains(word), doctor.out());
            assertTrue(book.err().contains(word), book.err());
            assertTrue(revoke.err().contains(word), revoke.err());
        }
    }

    private static void goesOut(SmtpSink sink, MailClient doctor, String id) throws Exception {
        int before = sink.taken().size();
        taken(doctor.offer(List.of(CHIDI), MESSAGE.replace("<sig", id)));
        await("mail after the cure", () -> sink.taken().size() > before);
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
