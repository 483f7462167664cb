package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.PickupWalk;
import org.postern.demo.SampleClinic;
import org.postern.testkit.Marionette;
import org.postern.testkit.Peers;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;
import org.postern.testkit.Thunderbird;

/// A real Thunderbird over a running gateway: it is set up with address, password, host and ports,
/// shows what a patient answered, and replies; the patient reads the reply on her page.
class ThunderbirdStory {
    private static final Pattern LINK = Pattern.compile("(http://localhost:\\d+/m/[\\w-]{43})");
    private static final String PASSWORD = "a long demo password";
    private static final String ANSWER = "Thank you, the knee is better.";
    private static final String REPLY = "Good. Come again in two weeks.";

    /// Waits for what a program does by itself. Parts of its windows that are not there yet are
    /// waited for like all else.
    private static final String UNTIL =
            """
            const { setTimeout } = ChromeUtils.importESModule(
                "resource://gre/modules/Timer.sys.mjs");
            const until = async (what, test) => {
                let last = "";
                for (let i = 0; i < 400; i++) {
                    try {
                        const found = test();
                        if (found) return found;
                    } catch (e) {
                        last = ": " + e;
                    }
                    await new Promise(r => setTimeout(r, 200));
                }
                throw new Error("not in time: " + what + last);
            };
            """;

    /// The account, as the assistant of the program makes it.
    private static final String SET_UP =
            """
            const [user, password, imap, smtp, authority] = args;
            const { MailServices } = ChromeUtils.importESModule(
                "resource:///modules/MailServices.sys.mjs");
            Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB)
                .addCertFromBase64(authority, "C,C,");
            const login = (origin) => {
                const info = Cc["@mozilla.org/login-manager/loginInfo;1"]
                    .createInstance(Ci.nsILoginInfo);
                info.init(origin, null, origin, user, password, "", "");
                return Services.logins.addLoginAsync(info);
            };
            await login("imap://localhost");
            await login("smtp://localhost");
            const server = MailServices.accounts.createIncomingServer(user, "localhost", "imap");
            server.port = imap;
            server.socketType = Ci.nsMsgSocketType.alwaysSTARTTLS;
            server.authMethod = Ci.nsMsgAuthMethod.passwordCleartext;
            server.loginAtStartUp = true;
            server.doBiff = true;
            const outgoing = MailServices.outgoingServer.createServer("smtp");
            outgoing.QueryInterface(Ci.nsISmtpServer);
            outgoing.hostname = "localhost";
            outgoing.port = smtp;
            outgoing.username = user;
            outgoing.socketType = Ci.nsMsgSocketType.alwaysSTARTTLS;
            outgoing.authMethod = Ci.nsMsgAuthMethod.passwordCleartext;
            const identity = MailServices.accounts.createIdentity();
            identity.email = user;
            identity.fullName = "Anna Reyes";
            identity.smtpServerKey = outgoing.key;
            identity.doFcc = false;
            identity.composeHtml = false;
            const account = MailServices.accounts.createAccount();
            account.addIdentity(identity);
            account.incomingServer = server;
            MailServices.accounts.defaultAccount = account;
            """;

    /// The first message of INBOX, opened.
    private static final String SHOW =
            """
            const { MailServices } = ChromeUtils.importESModule(
                "resource:///modules/MailServices.sys.mjs");
            const win = await until("a window",
                () => Services.wm.getMostRecentWindow("mail:3pane"));
            const root = MailServices.accounts.defaultAccount.incomingServer.rootFolder;
            root.server.performExpand(null);
            const tabmail = await until("tabs", () => win.document.getElementById("tabmail"));
            const pane = await until("a pane", () => tabmail.currentAbout3Pane);
            const inbox = await until("INBOX",
                () => root.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox));
            pane.displayFolder(inbox);
            inbox.updateFolder(null);
            await until("a message", () => inbox.getTotalMessages(false) > 0
                && pane.gDBView && pane.gDBView.rowCount > 0);
            pane.threadTree.selectedIndex = 0;
            const shown = await until("the message", () => {
                const about = pane.messageBrowser.contentWindow;
                return about && about.msgLoaded
                    && about.document.getElementById("messagepane").contentDocument;
            });
            return shown.body ? shown.body.textContent : "";
            """;

    /// A reply in the window that the program opens for it.
    private static final String ANSWER_IT =
            """
            const win = Services.wm.getMostRecentWindow("mail:3pane");
            const pane = win.document.getElementById("tabmail").currentAbout3Pane;
            const folder = await until("a row", () => pane.gDBView.getMsgHdrAt(0).folder);
            const uri = pane.gDBView.getURIForViewIndex(0);
            win.ComposeMessage(Ci.nsIMsgCompType.ReplyToSender,
                Ci.nsIMsgCompFormat.PlainText, folder, [uri]);
            const compose = await until("a reply",
                () => Services.wm.getMostRecentWindow("msgcompose"));
            await until("the editor", () => compose.gMsgCompose && compose.gMsgCompose.editor
                && compose.composeEditorReady !== false
                && compose.document.getElementById("messageEditor").contentDocument.body
                    .textContent.length > 0);
            const editor = compose.GetCurrentEditor();
            editor.beginningOfDocument();
            editor.insertText(args[0]);
            const to = compose.gMsgCompose.compFields.to;
            compose.goDoCommand("cmd_sendNow");
            await until("the end of the reply", () => compose.closed);
            return to;
            """;

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;
    private int imap;

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none");
        imap = clinic.imap();
        clinic.open();
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    private List<Taken> notices() {
        return sink.taken().stream().filter(it -> it.recipients().contains(MARIA)).toList();
    }

    private PickupWalk.Page mariaReads(PickupWalk walk) throws Exception {
        Matcher link = LINK.matcher(MailText.of(notices().getLast().content()));
        assertTrue(link.find(), "the notice has a link");
        PickupWalk.Page door = walk.open(URI.create(link.group(1)));
        return door.html().contains("How is the knee?") ? door : walk.answer(door, "1972-04-09");
    }

    @Test
    void aPatientsAnswerIsReadAndAnsweredInThunderbird() throws Exception {
        Peers.program("thunderbird");
        try (MailClient client = clinic.submission()) {
            client.send(
                    MARIA,
                    """
                    From: Anna Reyes <%s>
                    To: <%s>
                    Subject: Your knee
                    Message-ID: <knee@mapleclinic.example>

                    How is the knee?
                    """
                            .formatted(ANNA, MARIA)
                            .replace("\n", "\r\n"));
        }
        await("a notice", () -> notices().size() == 1);
        try (PickupWalk walk = new PickupWalk(URI.create(clinic.clinic().pickupUrl()))) {
            assertEquals(200, walk.reply(mariaReads(walk), ANSWER).status());
        }
        try (Thunderbird program = Thunderbird.start(home, SampleClinic.Ports.one())) {
            Marionette driver = program.driver();
            String authority =
                    Base64.getEncoder().encodeToString(clinic.clinic().authority().getEncoded());
            driver.run(
                    SET_UP, ANNA, PASSWORD, imap, clinic.clinic().ports().submission(), authority);
            String shown = driver.run(UNTIL + SHOW).asText();
            assertTrue(shown.contains(ANSWER), shown);
            Files.write(Path.of("target/thunderbird.png"), driver.screenshot());
            assertTrue(driver.run(UNTIL + ANSWER_IT, REPLY + "\n").asText().contains(MARIA));
        }
        await("a second notice", () -> notices().size() == 2);
        try (PickupWalk walk = new PickupWalk(URI.create(clinic.clinic().pickupUrl()))) {
            PickupWalk.Page page = mariaReads(walk);
            assertTrue(page.html().contains(REPLY), page.html());
        }
    }
}
