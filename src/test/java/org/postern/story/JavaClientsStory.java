package org.postern.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import com.icegreen.greenmail.server.AbstractServer;
import com.icegreen.greenmail.server.ProtocolHandler;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.Retriever;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.event.MessageCountAdapter;
import jakarta.mail.event.MessageCountEvent;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.search.AndTerm;
import jakarta.mail.search.BodyTerm;
import jakarta.mail.search.FlagTerm;
import jakarta.mail.search.SearchTerm;
import jakarta.mail.search.SubjectTerm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.eclipse.angus.mail.imap.AppendUID;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.eclipse.angus.mail.imap.IMAPStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs in Java at the secure mailbox, by Angus Mail and by GreenMail's client side.
class JavaClientsStory {
    private static final String ANSWER = "Thank you, the knee is better.";
    private static final int SECONDS_MAX = 60;

    @TempDir static Path home;
    private static MailDesk desk;

    @BeforeAll
    static void open() throws Exception {
        desk = MailDesk.open(home);
        desk.annaWrites("knee");
        desk.mariaAnswers(ANSWER);
    }

    @AfterAll
    static void close() throws IOException {
        desk.close();
    }

    private static Properties verified() throws IOException, GeneralSecurityException {
        Properties settings = new Properties();
        settings.put(
                "mail.imaps.ssl.socketFactory",
                RunningClinic.trusting(desk.clinic().clinic()).getSocketFactory());
        settings.setProperty("mail.imaps.ssl.checkserveridentity", "true");
        settings.setProperty("mail.imaps.timeout", Integer.toString(SECONDS_MAX * 1000));
        return settings;
    }

    private static IMAPStore connected(ByteArrayOutputStream said) throws Exception {
        Session session = Session.getInstance(verified());
        session.setDebug(true);
        session.setDebugOut(new PrintStream(said, true, UTF_8));
        IMAPStore store = (IMAPStore) session.getStore("imaps");
        store.connect("localhost", desk.imaps(), ANNA, MailDesk.PASSWORD);
        return store;
    }

    private static IMAPFolder opened(IMAPStore store, String name) throws MessagingException {
        IMAPFolder folder = (IMAPFolder) store.getFolder(name);
        folder.open(Folder.READ_WRITE);
        return folder;
    }

    private static MimeMessage letter(String subject) throws MessagingException {
        return new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(
                        """
                        From: =?utf-8?q?Anna_Rey=C3=A9s?= <%s>
                        To: <%s>
                        Cc: "Files, old" <files@mapleclinic.example>
                        Subject: %s
                        Date: Mon, 02 Mar 2026 09:00:00 +0100
                        Message-ID: <%s@mapleclinic.example>
                        MIME-Version: 1.0
                        Content-Type: multipart/mixed; boundary="=_b"

                        --=_b
                        Content-Type: text/plain; charset=utf-8
                        Content-Transfer-Encoding: 8bit

                        Señora, for the files.
                        --=_b
                        Content-Type: application/octet-stream; name="x.bin"
                        Content-Disposition: attachment; filename="x.bin"
                        Content-Transfer-Encoding: base64

                        AAECAw==
                        --=_b--
                        """
                                .formatted(ANNA, MARIA, subject, subject)
                                .replace("\n", "\r\n")
                                .getBytes(UTF_8)));
    }

    /// What lists and previews show, each asked for by itself.
    @Test
    void angusReadsEnvelopeStructureAndParts() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (IMAPStore store = connected(said);
                IMAPFolder drafts = opened(store, "Drafts")) {
            AppendUID[] uids = drafts.appendUIDMessages(new Message[] {letter("parts")});
            assertEquals(drafts.getUIDValidity(), uids[0].uidvalidity);
            IMAPMessage message = (IMAPMessage) drafts.getMessageByUID(uids[0].uid);
            FetchProfile list = new FetchProfile();
            list.add(FetchProfile.Item.ENVELOPE);
            list.add(FetchProfile.Item.CONTENT_INFO);
            list.add(FetchProfile.Item.FLAGS);
            drafts.fetch(new Message[] {message}, list);

            InternetAddress from = (InternetAddress) message.getFrom()[0];
            assertEquals("Anna Reyés", from.getPersonal());
            assertEquals(ANNA, from.getAddress());
            InternetAddress cc =
                    (InternetAddress) message.getRecipients(Message.RecipientType.CC)[0];
            assertEquals("Files, old", cc.getPersonal());
            assertEquals("parts", message.getSubject());
            assertEquals("<parts@mapleclinic.example>", message.getMessageID());
            assertEquals(letter("parts").getSentDate(), message.getSentDate());
            assertTrue(message.isMimeType("multipart/mixed"), message.getContentType());

            MimeMultipart parts = (MimeMultipart) message.getContent();
            assertEquals(2, parts.getCount());
            assertEquals("x.bin", parts.getBodyPart(1).getFileName());
            assertEquals("attachment", parts.getBodyPart(1).getDisposition());
            assertEquals("Señora, for the files.", parts.getBodyPart(0).getContent());
            assertEquals(
                    List.of((byte) 0, (byte) 1, (byte) 2, (byte) 3),
                    bytes(parts.getBodyPart(1).getInputStream().readAllBytes()));
            message.setFlag(Flags.Flag.DELETED, true);
            assertEquals(1, drafts.expunge().length);
        }
        String dialogue = said.toString(UTF_8);
        assertTrue(dialogue.contains("(BODY[2]<0."), "the part alone was asked for: " + dialogue);
    }

    private static List<Byte> bytes(byte[] octets) {
        List<Byte> all = new ArrayList<>();
        for (byte octet : octets) {
            all.add(octet);
        }
        return all;
    }

    @Test
    void angusSearchesFlagsAndFilesByUid() throws Exception {
        try (IMAPStore store = connected(new ByteArrayOutputStream());
                IMAPFolder trash = opened(store, "Trash");
                IMAPFolder archive = opened(store, "Archive")) {
            AppendUID[] uids =
                    trash.appendUIDMessages(new Message[] {letter("first"), letter("second")});
            Message second = trash.getMessageByUID(uids[1].uid);
            second.setFlag(Flags.Flag.FLAGGED, true);
            second.setFlags(new Flags("work"), true);
            SearchTerm flagged =
                    new AndTerm(
                            new SearchTerm[] {
                                new SubjectTerm("second"),
                                // Of characters beyond ASCII Angus 2.0 writes the last octet alone
                                // where UTF8=ACCEPT is on.
                                new BodyTerm("ora"),
                                new FlagTerm(new Flags(Flags.Flag.FLAGGED), true)
                            });
            Message[] found = trash.search(flagged);
            assertEquals(1, found.length);
            assertEquals(uids[1].uid, trash.getUID(found[0]));
            found[0].setFlag(Flags.Flag.FLAGGED, false);
            assertEquals(0, trash.search(flagged).length);

            AppendUID[] copied = archive(trash, archive, second);
            askForNews(archive);
            Message copy = archive.getMessageByUID(copied[0].uid);
            assertEquals("second", copy.getSubject());
            assertTrue(copy.getFlags().contains("work"), "a copy keeps its keywords");
            Message first = trash.getMessageByUID(uids[0].uid);
            AppendUID[] moved = trash.moveUIDMessages(new Message[] {first}, archive);
            askForNews(archive);
            assertEquals("first", archive.getMessageByUID(moved[0].uid).getSubject());
            assertTrue(first.isExpunged(), "it went out of the other folder");
            assertEquals("", desk.found("Trash", "SUBJECT first"));
            assertEquals(copied[0].uid + 1, moved[0].uid);
        }
    }

    private static AppendUID[] archive(IMAPFolder from, IMAPFolder to, Message message)
            throws MessagingException {
        AppendUID[] uids = from.copyUIDMessages(new Message[] {message}, to);
        assertEquals(to.getUIDValidity(), uids[0].uidvalidity);
        return uids;
    }

    /// A session need not know of what another has put there since its last command.
    private static void askForNews(IMAPFolder folder) throws MessagingException {
        folder.doCommand(protocol -> {
            protocol.noop();
            return true;
        });
    }

    /// IDLE ends with the first news of a letter that another connection puts there.
    @Test
    void angusHearsOfALetterWhileItIdles() throws Exception {
        List<String> news = new CopyOnWriteArrayList<>();
        try (IMAPStore store = connected(new ByteArrayOutputStream());
                IMAPStore other = connected(new ByteArrayOutputStream());
                IMAPFolder inbox = opened(store, "INBOX");
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            inbox.addMessageCountListener(
                    new MessageCountAdapter() {
                        @Override
                        public void messagesAdded(MessageCountEvent event) {
                            news.add("added " + event.getMessages().length);
                        }
                    });
            int before = inbox.getMessageCount();
            Future<?> idle =
                    executor.submit(() -> {
                        inbox.idle(true);
                        return "";
                    });
            other.getFolder("INBOX").appendMessages(new Message[] {letter("news")});
            idle.get(SECONDS_MAX, TimeUnit.SECONDS);
            assertEquals(before + 1, inbox.getMessageCount());
            assertEquals("news", inbox.getMessage(before + 1).getSubject());
            // Listeners are called on a thread of Angus'.
            await("word of the letter", () -> !news.isEmpty());
        }
        assertEquals(List.of("added 1"), news);
    }

    /// GreenMail knows a server by its own class; this one says where ours is.
    private static final class Ours extends AbstractServer {
        Ours() {
            super(new ServerSetup(desk.imaps(), "localhost", ServerSetup.PROTOCOL_IMAPS), null);
        }

        @Override
        public int getPort() {
            return getServerSetup().getPort();
        }

        @Override
        public String getBindTo() {
            return "localhost";
        }

        /// GreenMail's own settings trust every certificate.
        @Override
        public Session createSession(@Nullable Properties settings) {
            try {
                return super.createSession(verified());
            } catch (IOException | GeneralSecurityException e) {
                throw new AssertionError("no trust", e);
            }
        }

        @Override
        protected ProtocolHandler createProtocolHandler(Socket socket) {
            throw new AssertionError("it is no server");
        }
    }

    @Test
    void greenMailRetrievesTheLetters() throws Exception {
        try (Retriever retriever = new Retriever(new Ours())) {
            String whole = "";
            for (Message message : retriever.getMessages(ANNA, MailDesk.PASSWORD)) {
                String letter = GreenMailUtil.getWholeMessage(message);
                if (letter.contains(ANSWER)) {
                    whole = letter;
                    assertEquals("Re: knee", message.getSubject());
                    assertTrue(GreenMailUtil.getHeaders(message).contains(MARIA));
                    assertTrue(GreenMailUtil.getBody(message).contains(ANSWER));
                }
            }
            String uid = desk.found("INBOX", "BODY \"" + ANSWER + "\"");
            // GreenMail strips what it reads.
            String theirs = new String(desk.curl("INBOX;UID=" + uid), UTF_8);
            assertEquals(theirs.strip(), whole);
        }
    }
}
