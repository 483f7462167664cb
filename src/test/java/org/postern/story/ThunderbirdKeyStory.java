package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.keyring.KeyFile;
import org.postern.pki.Identity;
import org.postern.testkit.FakeZone;
import org.postern.testkit.Peers;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;
import org.postern.testkit.Thunderbird;

/// A patient takes the key that the clinic has made for her into a real Thunderbird, and reads a
/// letter of the running gateway in it: it says itself that the letter is encrypted and signed.
class ThunderbirdKeyStory {
    private static final String LETTER = "The knee is healing well.";
    private static final String RULE =
            """
              - name: patients with keys
                when: { recipient: { domain: homemail.example } }
                then: { protect: [smime, pickup] }
            """;

    /// Her key, the clinic's authority, and the letter in a folder of the program's own.
    private static final String TAKE =
            """
            const { MailServices } = ChromeUtils.importESModule(
                "resource:///modules/MailServices.sys.mjs");
            const [path, passphrase, authority, letter] = args;
            const certificates = Cc["@mozilla.org/security/x509certdb;1"]
                .getService(Ci.nsIX509CertDB);
            const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
            file.initWithPath(path);
            const code = certificates.importPKCS12File(file, passphrase);
            if (code !== Ci.nsIX509CertDB.Success) throw new Error("the key: " + code);
            certificates.addCertFromBase64(authority, "C,C,");
            try {
                MailServices.accounts.localFoldersServer;
            } catch (e) {
                MailServices.accounts.createLocalMailAccount();
            }
            const root = MailServices.accounts.localFoldersServer.rootFolder;
            root.QueryInterface(Ci.nsIMsgLocalMailFolder);
            const folder = root.createLocalSubfolder("Post");
            folder.QueryInterface(Ci.nsIMsgLocalMailFolder);
            folder.addMessage(letter);
            return folder.getTotalMessages(false);
            """;

    /// What the program shows, and what it says of it: 0 stands for good.
    private static final String READ =
            """
            const { setTimeout } = ChromeUtils.importESModule(
                "resource://gre/modules/Timer.sys.mjs");
            const { MailServices } = ChromeUtils.importESModule(
                "resource:///modules/MailServices.sys.mjs");
            const until = async (what, test) => {
                for (let i = 0; i < 400; i++) {
                    const found = test();
                    if (found) return found;
                    await new Promise(r => setTimeout(r, 200));
                }
                throw new Error("not in time: " + what);
            };
            const win = await until("a window",
                () => Services.wm.getMostRecentWindow("mail:3pane"));
            const tabmail = await until("tabs", () => win.document.getElementById("tabmail"));
            const pane = await until("a pane", () => tabmail.currentAbout3Pane);
            const root = MailServices.accounts.localFoldersServer.rootFolder;
            pane.displayFolder(root.getChildNamed("Post"));
            await until("a message", () => pane.gDBView && pane.gDBView.rowCount > 0);
            pane.threadTree.selectedIndex = 0;
            const about = await until("the message", () => {
                const it = pane.messageBrowser.contentWindow;
                return it && it.msgLoaded && it;
            });
            await until("its layers",
                () => about.gEncryptionStatus >= 0 && about.gSignatureStatus >= 0
                    && about.gSignatureStatus
                        !== Ci.nsICMSMessageErrors.VERIFY_NOT_YET_ATTEMPTED);
            const body = about.document.getElementById("messagepane").contentDocument.body;
            return {
                text: body ? body.textContent : "",
                encrypted: about.gEncryptionStatus,
                signed: about.gSignatureStatus,
            };
            """;

    @TempDir Path home;

    @Test
    void aPatientsThunderbirdSaysEncryptedAndSigned() throws Exception {
        Peers.program("thunderbird");
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic clinic = StagedClinic.in(home, Clock.systemUTC())) {
            clinic.write(sink.port(), "none")
                    .names(new FakeZone())
                    .settings("postmaster: it@mapleclinic.example\nsigning: {}\n")
                    .rules(RULE)
                    .open();
            JsonNode given =
                    new ObjectMapper().readTree(cert(clinic, "issue", "--pickup", "--json"));
            String passphrase = given.path("passphrase").asText();
            await("a notice", () -> sink.taken().stream().anyMatch(ThunderbirdKeyStory::isHers));
            Taken notice =
                    sink.taken().stream()
                            .filter(ThunderbirdKeyStory::isHers)
                            .findFirst()
                            .orElseThrow();
            Path key =
                    Files.write(
                            home.resolve("key.p12"),
                            KeyFetch.fetch(clinic.clinic().pickupUrl(), notice));
            cert(clinic, "activate");
            Taken letter = letter(clinic, sink);
            assertFalse(letter.text().contains(LETTER));
            Identity maria = KeyFile.read(key, passphrase.toCharArray());
            String authority =
                    Base64.getEncoder().encodeToString(maria.chain().getLast().getEncoded());
            try (Thunderbird program = Thunderbird.start(home, SampleClinic.Ports.one())) {
                assertEquals(
                        1,
                        program.driver()
                                .run(TAKE, key.toString(), passphrase, authority, letter.text())
                                .asInt());
                JsonNode read = program.driver().run(READ);
                Files.write(Path.of("target/thunderbird-key.png"), program.driver().screenshot());
                assertTrue(read.path("text").asText().contains(LETTER), read.toString());
                assertEquals(0, read.path("encrypted").asInt(), read.toString());
                assertEquals(0, read.path("signed").asInt(), read.toString());
            }
        }
    }

    private static String cert(StagedClinic clinic, String verb, String... options) {
        String[] words = new String[options.length + 2];
        words[0] = verb;
        words[1] = MARIA;
        System.arraycopy(options, 0, words, 2, options.length);
        Answer answer = Answer.to(clinic.clinic().config(), "cert", words);
        assertEquals(0, answer.code(), answer.out() + answer.err());
        return answer.out();
    }

    private static boolean isHers(Taken taken) {
        return taken.recipients().contains(MARIA);
    }

    /// The first one that leaves encrypted: the gateway looks at its records every few seconds.
    private static Taken letter(StagedClinic clinic, SmtpSink sink) {
        await(
                "an encrypted letter",
                () -> {
                    try (MailClient client = clinic.submission()) {
                        sink.forget();
                        client.send(
                                MARIA,
                                """
                                From: Anna Reyes <%s>
                                To: <%s>
                                Subject: Your knee
                                Date: %s
                                Message-ID: <knee@mapleclinic.example>
                                MIME-Version: 1.0

                                %s
                                """
                                        .formatted(ANNA, MARIA, now(), LETTER)
                                        .replace("\n", "\r\n"));
                    } catch (IOException | GeneralSecurityException e) {
                        throw new AssertionError(e);
                    }
                    await(
                            "the letter, or its notice",
                            () -> sink.taken().stream().anyMatch(ThunderbirdKeyStory::isHers));
                    return sink.taken().getLast().field("Content-Type").contains("pkcs7-mime");
                });
        return sink.taken().getLast();
    }

    /// The program compares it with the time of the signature.
    private static String now() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    }
}
