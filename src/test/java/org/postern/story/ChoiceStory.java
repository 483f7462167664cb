package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
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

/// A patient chooses ordinary mail on her page, gets it by the rule that asks for that, takes it
/// back, and gets a notice again; or the clinic records what she said. A record that cannot be read
/// sends nothing.
class ChoiceStory {
    private static final String RULE =
            """
              - name: chose ordinary mail
                when:
                  recipient-chose: ordinary-mail
                  not: { any: [ { subject: { tag: private } }, { subject: { tag: secure } } ] }
                then: { deliver: unprotected }
            """;

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;

    @BeforeEach
    void stage() throws Exception {
        sink = SmtpSink.start();
        clinic = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none").rules(RULE);
    }

    @AfterEach
    void close() throws Exception {
        clinic.close();
        sink.close();
    }

    @Test
    void aPatientChoosesAndTakesItBack() throws Exception {
        clinic.settings("pickup: { patients-may-choose-ordinary-mail: true }\n").open();
        try (HttpClient browser = HttpClient.newHttpClient()) {
            send("Results one");
            Taken notice = awaitMail(MARIA);
            assertFalse(notice.text().contains("Results one"), "nobody chose yet");
            KeyFetch.In maria = KeyFetch.enter(browser, clinic.clinic().pickupUrl(), notice);
            assertTrue(maria.get(maria.thread()).body().contains("href=\"/mail-choice?lang="));

            sink.forget();
            press(maria, "/mail-choice/choose");
            clinic.awaitAudit(MARIA + " chose ordinary-mail by page", "check birth-date");
            clinic.awaitAudit("ordinary-mail-chosen", MARIA);
            String told = MailText.of(awaitMail(MARIA).content());
            assertTrue(told.contains("Ordinary mail was chosen"), told);

            sink.forget();
            send("Results two");
            assertTrue(awaitMail(MARIA).text().contains("Results two"));
            clinic.awaitAudit("accepted", "chose ordinary mail");
            sink.forget();
            send("[secure] Results three");
            assertFalse(awaitMail(MARIA).text().contains("Results three"), "it is marked");

            sink.forget();
            press(maria, "/mail-choice/keep");
            clinic.awaitAudit(MARIA + " chose withdrawn by page");
            send("Results four");
            assertFalse(awaitMail(MARIA).text().contains("Results four"));
        }
    }

    @Test
    void theClinicRecordsWhatSheSays() throws Exception {
        clinic.open();
        assertTrue(choice(0, "list").out().contains("Nobody's choice is on record."));
        assertTrue(choice(1, "withdraw", MARIA).err().contains("no choice of " + MARIA));
        assertTrue(choice(2, "record", MARIA).err().contains("--source"));
        choice(0, "record", MARIA, "--source", "form of 2026-03-02");
        clinic.awaitAudit(MARIA + " chose ordinary-mail by operator", "form of 2026-03-02");
        String told = MailText.of(awaitMail(MARIA).content());
        assertTrue(told.contains("Ordinary mail was chosen"), told);
        sink.forget();
        assertTrue(choice(0, "list", "--json").out().contains("\"state\":\"ordinary-mail\""));
        send("Results one");
        assertTrue(awaitMail(MARIA).text().contains("Results one"));

        sink.forget();
        choice(0, "withdraw", MARIA);
        clinic.awaitAudit(MARIA + " chose withdrawn by operator");
        assertTrue(choice(0, "list").out().startsWith(MARIA + "  withdrawn, "));
        send("Results two");
        Taken notice = awaitMail(MARIA);
        assertFalse(notice.text().contains("Results two"));
        try (HttpClient browser = HttpClient.newHttpClient()) {
            KeyFetch.In maria = KeyFetch.enter(browser, clinic.clinic().pickupUrl(), notice);
            assertFalse(maria.get(maria.thread()).body().contains("/mail-choice"));
            assertEquals(404, maria.get("/mail-choice").statusCode(), "it is not allowed here");
        }
    }

    @Test
    void whatCannotBeReadSendsNothing() throws Exception {
        Path record = clinic.clinic().data().resolve("choices");
        Files.createDirectories(record.getParent());
        Files.writeString(record, MARIA + ";2d01\n");
        clinic.open();
        send("Results one");
        clinic.awaitAudit("accepted", "the record of it could not be read");
        assertTrue(choice(0, "list").err().contains("cannot be read"));
        choice(0, "withdraw", MARIA, "--source", "telephone");
        send("Results two");
        Taken notice = awaitMail(MARIA);
        assertFalse(notice.text().contains("Results"));
    }

    private static void press(KeyFetch.In maria, String path) throws Exception {
        String page = maria.get("/mail-choice?lang=en").body();
        Matcher token = Pattern.compile("name=\"form\" value=\"([^\"]+)\"").matcher(page);
        assertTrue(token.find(), page);
        HttpResponse<String> done = maria.post(path, "lang=en&form=" + token.group(1));
        assertEquals(303, done.statusCode(), done.body());
    }

    private void send(String subject) throws Exception {
        try (MailClient client = clinic.submission()) {
            client.send(
                    MARIA,
                    "From: Anna Reyes <%s>\r\nTo: <%s>\r\nSubject: %s\r\n\r\nAll is well.\r\n"
                            .formatted(ANNA, MARIA, subject));
        }
    }

    private Taken awaitMail(String address) throws Exception {
        await("mail to " + address, () -> to(address).findAny().isPresent());
        return to(address).findFirst().orElseThrow();
    }

    private Answer choice(int expected, String... words) {
        Answer answer = Answer.to(clinic.clinic().config(), "choice", words);
        assertEquals(expected, answer.code(), answer.out() + answer.err());
        return answer;
    }

    private Stream<Taken> to(String address) {
        return sink.taken().stream().filter(it -> it.recipients().contains(address));
    }
}
