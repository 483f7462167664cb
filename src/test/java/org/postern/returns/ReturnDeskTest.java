package org.postern.returns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.follow.FollowWorld.ANNA;
import static org.postern.follow.FollowWorld.JOHN;
import static org.postern.follow.FollowWorld.MARIA;
import static org.postern.follow.FollowWorld.SAM;

import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.follow.FollowWorld;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.Reply;
import org.postern.mailbox.StoredMessage;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.SampleFacts;

/// What comes to the gateway's own addresses: T26, T27, T31, and a patient's ordinary answer.
class ReturnDeskTest {
    /// As a mail scanner writes it.
    private static final String WRAPPED =
            "https://safe.example/?u=https%3A%2F%2Fmail.clinic.example%2Fm%2F"
                    + "abcdefghijABCDEFGHIJ0123456789_-abcdefghijk&amp;x=1";

    private static final String LINK =
            "https://mail.clinic.example/m/abcdefghijABCDEFGHIJ0123456789_-abcdefghijk";

    @TempDir Path data;
    private FollowWorld world;
    private MemoryReception story;
    private ReturnDesk desk;
    private StoredMessage stored;

    @BeforeEach
    void open() throws IOException {
        world = new FollowWorld(data);
        story = MemoryReception.accepting();
        desk =
                new ReturnDesk(
                        story,
                        story,
                        SampleFacts.inspection(SampleFacts.INTERNAL, FollowWorld.HOST),
                        new ReturnDesk.Inside(world.addresses(), world.followUp()));
        stored = world.notified(ANNA, MARIA);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private Reply receive(Envelope envelope, String text) throws IOException {
        try (Draft draft = story.open()) {
            String lines = text.replace("\r\n", "\n").replace("\n", "\r\n");
            draft.out().write(lines.getBytes(StandardCharsets.UTF_8));
            return desk.receive(envelope, draft);
        }
    }

    private static Envelope submitted(Address who, Address to) {
        return new Envelope(
                new Arrival(
                        Listener.SUBMISSION, "192.0.2.7", who, new Arrival.Tls("TLSv1.3", "TLS_X")),
                who,
                List.of(to));
    }

    private static Envelope outside(@Nullable Address reversePath, Address... to) {
        return new Envelope(
                new Arrival(Listener.INBOUND, "198.51.100.7", null, null),
                reversePath,
                List.of(to));
    }

    private Address command() {
        return world.addresses().command(stored.key()).orElseThrow();
    }

    private Address reply() {
        return world.addresses().reply(stored.key()).orElseThrow();
    }

    private Address bounce() {
        return world.addresses().bounce(stored.key()).orElseThrow();
    }

    private static String mail(Address from, String body) {
        return """
        From: <%s>
        To: whoever
        Subject: Re: Your message was read
        Message-ID: <answer1@client.example>

        %s
        """
                .formatted(from, body);
    }

    // -- commands --

    @ParameterizedTest
    @CsvSource({
        "recall, recalled",
        "RECALL., recalled",
        "Retirar, recalled",
        "'  recall please, and thanks', recalled",
        "extend, extended",
        "ampliar, extended",
        "Remind!, reminded",
        "recordar, reminded",
    })
    void oneWordIsDoneAndConfirmed(String word, String act) throws IOException {
        world.mailbox().grant(stored.key(), world.clock().instant().plusSeconds(3_600));
        Reply reply = receive(submitted(ANNA, command()), mail(ANNA, word + "\n\n> remind\n"));
        assertEquals(250, reply.code(), reply.toString());
        assertTrue(
                world.audited().stream().anyMatch(line -> line.contains(act + " by " + ANNA)),
                world.audited().toString());
        String confirmation = world.letters("confirmation").getFirst();
        assertTrue(confirmation.contains("Done."), confirmation);
        assertTrue(confirmation.contains("In-Reply-To: <answer1@client.example>"), confirmation);
        assertTrue(confirmation.contains("Auto-Submitted: auto-replied"), confirmation);
        assertFalse(confirmation.contains("Knee"), confirmation);
        assertEquals(List.of(), story.received(), "it goes nowhere else");
    }

    @Test
    void recallDestroysTheMessage() throws IOException {
        receive(submitted(ANNA, command()), mail(ANNA, "recall"));
        assertTrue(world.now(stored.key()).recalled().isPresent());
        assertThrows(IOException.class, () -> world.mailbox().content(stored.key()));
        receive(submitted(ANNA, command()), mail(ANNA, "remind"));
        assertTrue(
                world.letters("confirmation").stream()
                        .anyMatch(it -> it.contains("taken back before")));
        assertEquals(List.of(), world.letters("reminder"));
    }

    @Test
    void theQuoteIsNoCommand() throws IOException {
        receive(submitted(ANNA, command()), mail(ANNA, "> recall\n>> recall\nthank you\n"));
        assertTrue(world.now(stored.key()).recalled().isEmpty());
        assertTrue(world.letters("confirmation").getFirst().contains("We did not understand"));
    }

    @Test
    void aProgramThatWritesNothingButHtmlIsUnderstood() throws IOException {
        receive(
                submitted(ANNA, command()),
                """
                From: <%s>
                Message-ID: <answer1@client.example>
                MIME-Version: 1.0
                Content-Type: text/html

                <html><head><style>p {}</style></head><body><p>Recall</p>
                <blockquote>remind</blockquote></body></html>
                """
                        .formatted(ANNA));
        assertTrue(world.now(stored.key()).recalled().isPresent());
    }

    /// T31: nobody but the author, and she only logged in.
    @Test
    void nobodyElseCommands() throws IOException {
        for (Envelope forged :
                List.of(
                        submitted(SAM, command()),
                        outside(ANNA, command()),
                        new Envelope(
                                new Arrival(Listener.RELAY, "127.0.0.1", null, null),
                                ANNA,
                                List.of(command())))) {
            Reply reply = receive(forged, mail(ANNA, "recall"));
            assertTrue(reply.isPermanent(), forged.arrival().listener() + " " + reply);
        }
        assertEquals(550, receive(submitted(SAM, command()), mail(SAM, "recall")).code());
        assertTrue(
                world.audited().stream().anyMatch(it -> it.contains("command-refused by " + SAM)),
                world.audited().toString());
        Address made =
                new Address("c" + reply().localPart().substring(1), world.addresses().host());
        receive(submitted(ANNA, made), mail(ANNA, "recall"));
        assertTrue(world.now(stored.key()).recalled().isEmpty());
        assertEquals(List.of(), world.kinds(), "and nobody gets mail for it");
    }

    @Test
    void aCommandGoesToNobodyElse() throws IOException {
        Envelope both =
                new Envelope(
                        new Arrival(
                                Listener.SUBMISSION,
                                "192.0.2.7",
                                ANNA,
                                new Arrival.Tls("TLSv1.3", "TLS_X")),
                        ANNA,
                        List.of(command(), MARIA));
        assertEquals(550, receive(both, mail(ANNA, "recall")).code());
        assertTrue(world.now(stored.key()).recalled().isEmpty());
        assertEquals(List.of(), story.received());
    }

    // -- ordinary answers --

    private static String answer() {
        return """
        From: Maria <%s>
        To: <%s>
        Subject: Re: New message from Anna Reyes, MD
        Message-ID: <hers@mail.example>
        In-Reply-To: <notice1@mail.clinic.example>
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary=b

        --b
        Content-Type: text/plain; charset=iso-8859-1; format=flowed
        Content-Transfer-Encoding: quoted-printable

        Gracias, ma=F1ana voy.

        > Read it here:
        > https://mail.clinic.example/m/abcdefghijABCDEFGHIJ0123456789_-abcde=
        fghijk
        > https://mail.clinic.example/notme/abcdefghijABCDEFGHIJ01234
        > 56789_-abcdefghijk
        > Questions? Call.
        --b
        Content-Type: text/html; charset=utf-8

        <html><body class="x"><p>Gracias</p><a href="LINK">Read message</a>
        <a href="WRAPPED">x</a>
        </body></html>
        --b--
        """;
    }

    private String answer(Address from) {
        return answer().formatted(from, reply()).replace("LINK", LINK).replace("WRAPPED", WRAPPED);
    }

    private static String part(String message, int index) throws IOException, MessagingException {
        MimeMessage mail =
                new MimeMessage(
                        Session.getInstance(new Properties()),
                        new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)));
        return (String) ((Multipart) mail.getContent()).getBodyPart(index).getContent();
    }

    @Test
    void anAnswerReachesTheAuthorWithoutTheLink() throws IOException, MessagingException {
        assertEquals(250, receive(outside(MARIA, reply()), answer(MARIA)).code());
        MemoryReception.Received received = story.received().getFirst();
        assertEquals(List.of(ANNA), received.envelope().recipients());
        assertEquals(MARIA, received.envelope().reversePath());
        String text = received.text();
        assertTrue(text.startsWith("X-Postern-Arrival: ordinary mail\r\n"), text);
        assertTrue(text.contains("To: <" + ANNA + ">"), "an answer to all comes not to us");
        assertTrue(text.contains("In-Reply-To: <" + stored.message().messageId() + ">\r\n"), text);
        String plain = part(text, 0);
        assertTrue(
                plain.startsWith(
                        "[This answer came by ordinary e-mail, not through the private page.]"),
                plain);
        assertTrue(plain.contains("Gracias, mañana voy."), plain);
        assertTrue(plain.contains("> Questions? Call."), plain);
        assertFalse(plain.contains("/m/"), plain);
        assertFalse(plain.contains("/notme/"), plain);
        assertFalse(plain.contains("56789_-abcdefghijk"), plain);
        String html = part(text, 1);
        assertTrue(html.contains("<body class=\"x\"><p><b>[This answer came by ordinary"), html);
        assertTrue(html.contains("href=\"[link removed]\""), html);
        assertFalse(html.contains("abcdefghijABCDEFGHIJ0123456789"), html);
    }

    /// What a patient writes is hers, even where it looks like a code; the code of the notice is
    /// not for her clinician.
    @Test
    void numbersOfHersStayAndTheCodeGoes() throws IOException, MessagingException {
        String words =
                """
                From: <%s>
                To: <%s>
                Content-Type: text/plain

                My insurance number is 4521-8836-0091-7742, my pump is A1B2-C3D4-E5F6-G7H8.

                > Read it here:
                > LINK
                > Or go to mail.clinic.example and type this code: K7QP-29FM-X4TD-8HWN
                > Or go to MAIL.clinic.example
                >  and type this code: k7qp-29fm-x4td-8hwm
                """;
        String message = words.formatted(MARIA, reply()).replace("LINK", LINK);
        assertEquals(250, receive(outside(MARIA, reply()), message).code());
        String received = story.received().getFirst().text();
        String body = received.substring(received.indexOf("\r\n\r\n") + 4);
        String text =
                new String(java.util.Base64.getMimeDecoder().decode(body), StandardCharsets.UTF_8);
        assertTrue(text.contains("number is 4521-8836-0091-7742, my pump is A1B2-C3D4"), text);
        assertFalse(text.contains("X4TD"), text);
        assertFalse(text.contains("x4td"), text);
    }

    @Test
    void aPlainMessageAndItsAttachmentsPassAsTheyAre() throws IOException {
        String message =
                """
                From: <%s>
                To: <%s>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                preamble
                --b

                My knee.
                --b
                Content-Type: image/png; name="knee.png"
                Content-Transfer-Encoding: base64

                iVBORw0KGgoAAAANSUhEUgAA
                --b
                Content-Type: text/csv; name="list.csv"

                a,b
                --b--
                epilogue
                """
                        .formatted(MARIA, reply());
        receive(outside(MARIA, reply()), message);
        String text = story.received().getFirst().text();
        assertTrue(text.contains("\r\n\r\niVBORw0KGgoAAAANSUhEUgAA\r\n--b\r\n"), text);
        assertTrue(text.contains("name=\"list.csv\"\r\n\r\na,b\r\n--b--\r\nepilogue"), text);
        assertTrue(text.contains("preamble\r\n--b\r\n"), text);
    }

    @Test
    void sheIsAnsweredOnceInSevenDays() throws IOException {
        for (int i = 0; i < 3; i++) {
            receive(outside(MARIA, reply()), answer(MARIA));
        }
        assertEquals(3, story.received().size(), "every answer reaches the author");
        assertEquals(List.of("answer"), world.kinds());
        String answer = world.letters("answer").getFirst();
        assertTrue(answer.contains("Auto-Submitted: auto-replied"), answer);
        assertTrue(answer.contains("In-Reply-To: <hers@mail.example>"), answer);
        assertTrue(answer.contains("https://mail.clinic.example/m/"), answer);
        assertEquals(List.of(MARIA), world.queued("answer").getFirst().envelope().recipients());
        assertEquals(null, world.queued("answer").getFirst().envelope().reversePath());
        world.clock().advance(Duration.ofDays(6));
        receive(outside(MARIA, reply()), answer(MARIA));
        assertEquals(1, world.letters("answer").size());
        world.clock().advance(Duration.ofDays(1));
        receive(outside(MARIA, reply()), answer(MARIA));
        assertEquals(2, world.letters("answer").size());
    }

    /// A link goes to the address on file and nowhere else.
    @Test
    void anotherAddressIsHeardAndNotAnswered() throws IOException, MessagingException {
        assertEquals(250, receive(outside(JOHN, reply()), answer(JOHN)).code());
        String text = story.received().getFirst().text();
        assertTrue(text.contains("X-Postern-Arrival: ordinary mail from another address"), text);
        assertTrue(part(text, 0).contains("another address"), text);
        assertEquals(List.of(), world.kinds());
    }

    @Test
    void whoWritesToAllIsHeardByAllOnce() throws IOException {
        receive(outside(MARIA, SAM, reply(), ANNA), answer(MARIA));
        assertEquals(1, story.received().size());
        assertEquals(List.of(SAM, ANNA), story.received().getFirst().envelope().recipients());
    }

    @Test
    void aMessageThatIsForgottenTakesNoAnswer() throws IOException {
        world.mailbox().forget(world.clock().instant().plusSeconds(1));
        assertEquals(550, receive(outside(MARIA, reply()), answer(MARIA)).code());
        assertEquals(List.of(), story.received());
    }

    @Test
    void whatTheStoryRefusesIsNotAnswered() throws IOException {
        desk =
                new ReturnDesk(
                        MemoryReception.ruling(_ -> new Reply(451, "4.3.0", "Later")),
                        story,
                        SampleFacts.inspection(Set.of(), FollowWorld.HOST),
                        new ReturnDesk.Inside(world.addresses(), world.followUp()));
        assertEquals(451, receive(outside(MARIA, reply()), answer(MARIA)).code());
        assertEquals(List.of(), world.kinds());
    }

    // -- T26: programs --

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Auto-Submitted: auto-replied",
                "Auto-Submitted: auto-generated (vacation)",
                "Precedence: bulk",
                "Precedence: junk",
                "List-Id: <news.example>",
                "X-Autoreply: yes",
                "From: Mail Delivery System <MAILER-DAEMON@mx.example>",
                "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
            })
    void programsAreNotAnsweredAndReachNobody(String field) throws IOException {
        Reply taken =
                receive(outside(MARIA, reply()), field + "\n" + mail(MARIA, "I am on holiday"));
        assertEquals(250, taken.code());
        assertEquals(List.of(), story.received());
        assertEquals(List.of(), world.kinds());
        assertTrue(
                world.audited().stream().anyMatch(it -> it.contains("automatic-mail")),
                "but the audit knows");
    }

    /// A provider's wish for no answers is no reason to lose what a person wrote.
    @ParameterizedTest
    @ValueSource(strings = {"X-Auto-Response-Suppress: OOF", "Feedback-ID: 1:mail:example"})
    void whoWantsNoAnswerIsHeardAndNotAnswered(String field) throws IOException {
        receive(outside(MARIA, reply()), field + "\n" + answer(MARIA));
        assertEquals(1, story.received().size());
        assertEquals(List.of(), world.kinds());
    }

    @Test
    void theEmptyPathIsAProgramToo() throws IOException {
        receive(outside(null, reply()), mail(MARIA, "I am on holiday"));
        assertEquals(List.of(), story.received());
        assertEquals(List.of(), world.kinds());
    }

    /// Two programs that answer each other: ours never begins.
    @Test
    void ourOwnAnswerStartsNoLoop() throws IOException {
        receive(outside(MARIA, reply()), answer(MARIA));
        String ours = world.letters("answer").getFirst();
        int received = story.received().size();
        receive(outside(null, reply()), ours);
        receive(outside(MARIA, reply()), ours);
        assertEquals(received, story.received().size());
        assertEquals(List.of("answer"), world.kinds());
    }

    // -- T27: what comes back --

    private static String report(String action, String status) {
        return """
        From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>
        To: <b@mail.clinic.example>
        Subject: Undelivered Mail
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary=r

        --r
        Content-Type: text/plain

        Sorry.
        --r
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; maria@patients.example
        Action: %s
        Status: %s
        --r--
        """
                .formatted(action, status);
    }

    @Test
    void aFailureStopsTheLinksAndTellsTheAuthorAtOnce() throws IOException {
        var link =
                world.mailbox()
                        .grant(stored.key(), world.clock().instant().plus(Duration.ofDays(30)));
        assertEquals(250, receive(outside(null, bounce()), report("failed", "5.1.1")).code());
        assertEquals(List.of("returned"), world.kinds());
        String line = world.letters("returned").getFirst();
        assertTrue(line.contains("There is no such mailbox."), line);
        assertTrue(line.contains("In-Reply-To: <" + stored.message().messageId() + ">"), line);
        assertEquals(Optional.empty(), world.mailbox().grant(link, world.clock().instant()));
        receive(outside(null, bounce()), report("failed", "5.1.1"));
        world.live(Duration.ofDays(8));
        assertEquals(List.of("returned"), world.kinds(), "once, and no reminder");
        receive(submitted(ANNA, command()), mail(ANNA, "remind"));
        assertTrue(world.mailbox().grant(link, world.clock().instant()).isPresent());
        receive(outside(null, bounce()), report("failed", "5.2.2"));
        assertEquals(2, world.letters("returned").size(), "the new link came back too");
    }

    @ParameterizedTest
    @CsvSource({"delayed, 4.4.1", "relayed, 2.0.0", "delivered, 2.0.0", "expanded, 2.0.0"})
    void otherReportsAreNoFailure(String action, String status) throws IOException {
        receive(outside(null, bounce()), report(action, status));
        assertEquals(List.of(), world.kinds());
        assertTrue(world.mailbox().newest(MARIA).isPresent());
    }

    @Test
    void anAbsenceNoteIsNoFailure() throws IOException {
        receive(
                outside(null, bounce()),
                "Auto-Submitted: auto-replied\n" + mail(MARIA, "Delivery failed to reach me"));
        assertEquals(List.of(), world.kinds());
        assertTrue(world.mailbox().newest(MARIA).isPresent());
    }

    @Test
    void aReportAfterReadingIsLate() throws IOException {
        world.read(stored);
        receive(outside(null, bounce()), report("failed", "5.1.1"));
        assertEquals(List.of(), world.letters("returned"));
    }
}
