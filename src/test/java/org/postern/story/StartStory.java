package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.cli.PrintCard;
import org.postern.operate.Caregivers;
import org.postern.testkit.FakeZone;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// Patients write first, and others read along, on the whole gateway: what the pages ask to be
/// mailed is mailed, what is written arrives, and nothing of it stands in any notice (T28).
class StartStory {
    private static final String NORA = "nora@patients.example";
    private static final String ANA = "ana@family.example";
    private static final String CANARY = "canarytext9";

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;
    private final HttpClient browser = HttpClient.newHttpClient();

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic =
                StagedClinic.in(home, Clock.systemUTC())
                        .write(sink.port(), "none")
                        .names(new FakeZone())
                        .open();
    }

    @AfterEach
    void close() throws IOException {
        browser.close();
        clinic.close();
        sink.close();
    }

    private String site() {
        return clinic.clinic().pickupUrl();
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        return browser.send(
                HttpRequest.newBuilder(URI.create(site() + path))
                        .header("Content-Type", type)
                        .header("Origin", site())
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(site() + path));
        return browser.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                BodyHandlers.ofString());
    }

    private Taken awaitMail(String to, String subject) {
        await(subject + " to " + to, () -> !find(to, subject).isEmpty());
        return find(to, subject).getLast();
    }

    private List<Taken> find(String to, String subject) {
        return sink.taken().stream()
                .filter(it -> it.recipients().contains(to))
                .filter(it -> it.field("Subject").contains(subject))
                .toList();
    }

    private static String token(Taken mail, String way) throws Exception {
        Matcher link =
                Pattern.compile("/" + way + "/([\\w-]{43})").matcher(MailText.of(mail.content()));
        assertTrue(link.find(), "the mail has a link");
        return link.group(1);
    }

    /// As from a program: RFC 3834, and nobody hears if it cannot be delivered.
    private static void assertIsNotice(Taken mail) throws Exception {
        assertEquals("auto-generated", mail.field("Auto-Submitted"));
        assertEquals("", mail.reversePath());
        assertFalse(MailText.of(mail.content()).contains(CANARY));
    }

    @Test
    void aStrangerWritesAndIsAnswered() throws Exception {
        assertTrue(get("/to/anna-reyes").body().contains("Anna Reyes"));
        String form = "application/x-www-form-urlencoded";
        assertEquals(200, post("/to/anna-reyes", form, "lang=en&address=" + NORA).statusCode());
        Taken mail = awaitMail(NORA, "Your link to write to Anna Reyes, MD");
        assertIsNotice(mail);
        String token = token(mail, "w");
        String parts =
                """
                --b
                Content-Disposition: form-data; name="token"

                %s
                --b
                Content-Disposition: form-data; name="name"

                Nora Noone
                --b
                Content-Disposition: form-data; name="text"

                %s
                --b--
                """
                        .formatted(token, CANARY)
                        .replace("\n", "\r\n");
        HttpResponse<String> sent = post("/w", "multipart/form-data; boundary=b", parts);
        assertEquals(303, sent.statusCode(), sent.body());
        Taken message = awaitMail(ANNA, "Message from Nora Noone");
        assertEquals(NORA, message.reversePath());
        String words = MailText.of(message.content());
        assertTrue(words.contains("Only the mailbox was checked"), words);
        assertTrue(words.contains(CANARY), words);
        assertEquals("started; check=mailbox", message.field("X-Postern-Arrival"));
        clinic.awaitAudit("start-asked", NORA);
        clinic.awaitAudit("started", NORA);
        try (MailClient client = clinic.submission()) {
            client.send(
                    NORA,
                    "From: Anna Reyes <%s>\r\nTo: <%s>\r\nSubject: Re: x\r\nMessage-ID: <a@x.e>\r\n"
                                    .formatted(ANNA, NORA)
                            + "In-Reply-To: %s\r\n\r\n".formatted(message.field("Message-ID"))
                            + CANARY
                            + " too\r\n");
        }
        Taken notice = awaitMail(NORA, "New message");
        assertFalse(MailText.of(notice.content()).contains(CANARY));
        assertEquals(200, get("/m/" + token(notice, "m")).statusCode());
        assertTrue(get("/w/" + token).body().contains("Sent to Anna Reyes, MD on"));
        clinic.awaitEmptySpool();
    }

    @Test
    void somebodyReadsAlongUntilTheClinicEndsIt() throws Exception {
        String told = command(0, "caregiver", "add", MARIA, ANA, "Ana Lopez");
        Matcher code = Pattern.compile("this code: ([0-9]{8})\\.").matcher(told);
        assertTrue(code.find(), told);
        Taken alert = awaitMail(MARIA, "A note about your messages");
        assertTrue(MailText.of(alert.content()).contains("Someone was invited to read"));
        assertTrue(command(0, "caregiver", "list", MARIA).contains("Ana Lopez"));
        try (MailClient client = clinic.submission()) {
            client.send(
                    MARIA,
                    "From: Anna Reyes <%s>\r\nTo: <%s>\r\nSubject: %s\r\nMessage-ID: <b@x.ex>\r\n"
                                    .formatted(ANNA, MARIA, CANARY)
                            + "\r\n"
                            + CANARY
                            + "\r\n");
        }
        awaitMail(MARIA, "New message");
        Taken mail = awaitMail(ANA, "that you may read");
        assertIsNotice(mail);
        assertFalse(MailText.of(mail.content()).contains("maria"), "nor who the patient is");
        String form = "lang=en&token=" + token(mail, "k") + "&answer=" + code.group(1);
        HttpResponse<String> in = post("/k", "application/x-www-form-urlencoded", form);
        assertEquals(303, in.statusCode(), in.body());
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        String thread =
                in.headers().firstValue("Location").orElseThrow().replaceFirst("[?#].*", "");
        assertTrue(get(thread, "Cookie", cookie).body().contains(CANARY));
        clinic.awaitAudit("caregiver-opened", ANA);
        answer(thread, cookie);
        awaitMail(ANNA, "Re: " + CANARY);
        await(
                "the word of the clinic's server",
                () -> says(thread, cookie, "Delivered to the clinic"));
        assertTrue(command(0, "caregiver", "end", MARIA, ANA).contains("ended"));
        assertEquals(403, get(thread, "Cookie", cookie).statusCode());
        assertTrue(command(1, "caregiver", "end", MARIA, ANA).contains("does not read for"));
        clinic.awaitAudit("caregiver ended", ANA);
        assertEquals(1, find(ANA, "that you may read").size());
        assertEquals(0, find(ANNA, "was read").size(), "the patient has not read");
        clinic.awaitEmptySpool();
    }

    private void answer(String thread, String cookie) throws Exception {
        String page = get(thread, "Cookie", cookie).body();
        StringBuilder parts = new StringBuilder();
        for (String field : List.of("form", "once")) {
            Matcher value =
                    Pattern.compile("name=\"" + field + "\" value=\"([^\"]+)\"").matcher(page);
            assertTrue(value.find(), page);
            parts.append(part(field, value.group(1)));
        }
        parts.append(part("text", "Thank you")).append("--b--\r\n");
        HttpResponse<String> sent =
                browser.send(
                        HttpRequest.newBuilder(URI.create(site() + thread + "/reply"))
                                .header("Content-Type", "multipart/form-data; boundary=b")
                                .header("Origin", site())
                                .header("Cookie", cookie)
                                .POST(BodyPublishers.ofString(parts.toString()))
                                .build(),
                        BodyHandlers.ofString());
        assertEquals(303, sent.statusCode(), sent.body());
    }

    private static String part(String name, String value) {
        return "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                .formatted(name, value);
    }

    private boolean says(String thread, String cookie, String words) {
        try {
            return get(thread, "Cookie", cookie).body().contains(words);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// No link could be mailed to it, so nobody is asked to tell a code.
    @Test
    void whoCannotBeMailedIsNotAdded() {
        String said = command(1, "caregiver", "add", MARIA, "añá@family.example", "Ana Lopez");
        assertTrue(said.contains("ASCII letters alone"), said);
        assertFalse(command(0, "caregiver", "list", MARIA).contains("Ana Lopez"));
    }

    @Test
    void aCardIsPrinted() throws Exception {
        Path out = home.resolve("card.pdf");
        String said = command(0, "card", "anna-reyes", "--out", out.toString());
        assertTrue(said.contains(site() + "/to/anna-reyes"), said);
        assertTrue(Files.size(out) > 5_000);
        assertTrue(command(2, "card", "nobody").contains("there are: anna-reyes, nurses"));
    }

    private String command(int expected, String... words) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        Console console = new Console(out, out, InputStream.nullInputStream());
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--config", clinic.clinic().config().toString()));
        int code =
                new CommandLineTool(
                                console, List.of(new Caregivers(console), new PrintCard(console)))
                        .run(all.toArray(String[]::new));
        String text = said.toString(StandardCharsets.UTF_8);
        assertEquals(expected, code, text);
        return text;
    }
}
