package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// A patient asks for a key on her page: IT hears of it by mail and in a list, and declines, or
/// gives her one. Where the clinic has not allowed it, the page does not offer it.
class KeyAskedStory {
    private static final String IT = "it@mapleclinic.example";

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;

    @BeforeEach
    void stage() throws Exception {
        sink = SmtpSink.start();
        clinic =
                StagedClinic.in(home, Clock.systemUTC())
                        .write(sink.port(), "none")
                        .settings("postmaster: " + IT + "\n");
    }

    @AfterEach
    void close() throws Exception {
        clinic.close();
        sink.close();
    }

    @Test
    void itHearsAndAnswers() throws Exception {
        clinic.settings("pki: { patients-may-ask-for-keys: true }\n").open();
        assertTrue(cert(0, "asked").out().contains("Nobody asks for a key."));
        try (HttpClient browser = HttpClient.newHttpClient()) {
            KeyFetch.In maria = enter(browser);
            assertTrue(maria.get(maria.thread()).body().contains("href=\"/key?lang="));
            ask(maria);
            clinic.awaitAudit("key-asked", MARIA);
            await("mail to IT", () -> asked().findAny().isPresent());
            Taken told = asked().findFirst().orElseThrow();
            assertTrue(MailText.of(told.content()).contains("cert decline " + MARIA));
            assertTrue(cert(0, "asked").out().startsWith(MARIA + "  asks since "));

            sink.forget();
            cert(0, "decline", MARIA);
            clinic.awaitAudit("key declined", MARIA, "by ");
            await("a notice", () -> to(MARIA).findAny().isPresent());
            Taken notice = to(MARIA).findFirst().orElseThrow();
            assertFalse(notice.text().contains("your own mail program"), "only behind the check");
            KeyFetch.In again = KeyFetch.enter(browser, clinic.clinic().pickupUrl(), notice);
            String said = again.get(again.thread()).body();
            assertTrue(said.contains("We can not offer that to you now"), said);
            assertTrue(cert(1, "decline", MARIA).err().contains("does not ask for a key"));
            String other = "in\u00E9s@homemail.example";
            assertTrue(cert(1, "decline", other).err().contains("does not ask for a key"));

            ask(again);
            assertTrue(cert(0, "asked", "--json").out().contains(MARIA));
            cert(0, "issue", MARIA, "--pickup");
            assertTrue(cert(0, "asked").out().contains("Nobody asks for a key."));
        }
    }

    @Test
    void whereItIsNotAllowedThereIsNoSuchPage() throws Exception {
        clinic.open();
        try (HttpClient browser = HttpClient.newHttpClient()) {
            KeyFetch.In maria = enter(browser);
            assertFalse(maria.get(maria.thread()).body().contains("href=\"/key"));
            assertEquals(404, maria.get("/key").statusCode());
        }
    }

    private static void ask(KeyFetch.In maria) throws Exception {
        String page = maria.get("/key?lang=en").body();
        Matcher token = Pattern.compile("name=\"form\" value=\"([^\"]+)\"").matcher(page);
        assertTrue(token.find(), page);
        HttpResponse<String> asked = maria.post("/key/ask", "lang=en&form=" + token.group(1));
        assertEquals(303, asked.statusCode(), asked.body());
    }

    private KeyFetch.In enter(HttpClient browser) throws Exception {
        try (MailClient client = clinic.submission()) {
            client.send(
                    MARIA,
                    "From: Anna Reyes <%s>\r\nTo: <%s>\r\nSubject: [secure] x\r\n\r\nx\r\n"
                            .formatted(ANNA, MARIA));
        }
        await("a notice", () -> to(MARIA).findAny().isPresent());
        return KeyFetch.enter(
                browser, clinic.clinic().pickupUrl(), to(MARIA).findFirst().orElseThrow());
    }

    private Answer cert(int expected, String... words) {
        Answer answer = Answer.to(clinic.clinic().config(), "cert", words);
        assertEquals(expected, answer.code(), answer.out() + answer.err());
        return answer;
    }

    private Stream<Taken> asked() {
        return to(IT).filter(
                        it -> it.field("Subject").equals("A patient asks for a key of her own"));
    }

    private Stream<Taken> to(String address) {
        return sink.taken().stream().filter(it -> it.recipients().contains(address));
    }
}
