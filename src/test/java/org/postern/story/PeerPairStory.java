package org.postern.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cert.Cert;
import org.postern.cert.OwnKeys;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.Configuration;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.pki.Pem;
import org.postern.testkit.Accepted;
import org.postern.testkit.FakeZone;
import org.postern.testkit.SmtpSink;

/// Two clinics have a gateway each, and have given each other the certificate of the clinic as a
/// whole and the authority behind it. Whoever writes to anybody in the other one writes ordinary
/// mail, and so does whoever reads; between the two it is signed and encrypted.
class PeerPairStory {
    private static final String MAPLE = "mapleclinic.example";
    private static final String MARY = "stmary.example";
    private static final String ANNA = "anna.reyes@" + MAPLE;
    private static final String BEN = "ben.lee@" + MARY;

    @TempDir Path home;

    @Test
    void twoGatewaysEncryptToEachOthersDomain() throws Exception {
        StagedClinic maple = StagedClinic.in(home.resolve("maple"), Clock.systemUTC());
        StagedClinic mary = StagedClinic.in(home.resolve("mary"), Clock.systemUTC());
        try (SmtpSink mapleServer = SmtpSink.start();
                SmtpSink maryServer = SmtpSink.start();
                maple;
                mary) {
            stage(maple, mapleServer, mary);
            stage(mary, maryServer, maple).calledOtherwise(MAPLE, MARY);
            give(mary, maple, MARY);
            give(maple, mary, MAPLE);
            maple.open();
            mary.open();

            write(maple, ANNA, BEN);
            read(maryServer, BEN, ANNA);
            maple.awaitAudit(BEN, "relayed (smime)");
            mary.awaitAudit(BEN, "relayed (internal)", "S/MIME: signed-encrypted");

            write(mary, BEN, ANNA);
            read(mapleServer, ANNA, BEN);
            mary.awaitAudit(ANNA, "relayed (smime)");
            maple.awaitAudit(ANNA, "relayed (internal)", "S/MIME: signed-encrypted");
        }
    }

    private static StagedClinic stage(StagedClinic own, SmtpSink server, StagedClinic other)
            throws IOException {
        return own.write(server.port(), other.clinic().ports().inbound(), "none")
                .names(new FakeZone())
                .settings("signing: { relay: clinician }\n");
    }

    /// What `cert export organisation` and `cert export authority` print goes where the partner's
    /// IT puts it.
    private static void give(StagedClinic from, StagedClinic to, String domain) throws Exception {
        issue(from);
        Path partners = to.clinic().config().resolve("partners");
        Files.createDirectories(partners.resolve("anchors").resolve(domain));
        Keyring keyring =
                OwnKeys.of(
                                Accepted.value(Configuration.gateway(from.clinic().config())),
                                Clock.systemUTC())
                        .keyring();
        Pem.write(
                partners.resolve(domain + ".pem"),
                List.of(keyring.newest(new Owner.Organisation()).orElseThrow().certificate()));
        Pem.write(
                partners.resolve("anchors").resolve(domain).resolve("authority.pem"),
                List.of(keyring.newest(new Owner.Authority()).orElseThrow().certificate()));
    }

    private static void issue(StagedClinic clinic) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, UTF_8);
        Console console = new Console(print, print, InputStream.nullInputStream());
        int exit =
                new CommandLineTool(console, List.of(new Cert(console, _ -> List.of())))
                        .run(
                                "cert",
                                "--config",
                                clinic.clinic().config().toString(),
                                "issue",
                                "organisation");
        assertEquals(0, exit, out.toString(UTF_8));
    }

    private static void write(StagedClinic from, String author, String recipient)
            throws IOException {
        String message =
                """
                From: %s
                To: %s
                Subject: canarysubject
                Message-ID: <pair-%s>
                Date: Mon, 2 Mar 2026 12:00:00 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=us-ascii

                canarybody
                """
                        .replace("\n", "\r\n")
                        .formatted(author, recipient, author);
        try (MailClient server = from.relay()) {
            server.command("MAIL FROM:<" + author + ">", "250");
            server.command("RCPT TO:<" + recipient + ">", "250");
            server.command("DATA", "354");
            server.command(message + ".", "250");
        }
    }

    private static void read(SmtpSink server, String recipient, String author) {
        RunningClinic.await("the message to " + recipient, () -> !server.taken().isEmpty());
        String text = new String(server.taken().getFirst().content(), ISO_8859_1);
        assertEquals(List.of(recipient), server.taken().getFirst().recipients());
        assertTrue(text.contains("\r\nSubject: canarysubject\r\n"), text);
        assertTrue(text.contains("\r\n\r\ncanarybody"), text);
        assertTrue(text.contains("X-Postern-Smime: signed-encrypted;"), text);
        assertTrue(text.contains("smime=pass body.smime-identifier=" + author), text);
        assertFalse(text.contains("pkcs7-mime"), text);
    }
}
