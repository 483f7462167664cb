package org.postern.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.notice.ClinicianMail.About;
import org.postern.notice.ClinicianMail.Done;
import org.postern.notice.ClinicianMail.Reading;
import org.postern.notice.PickupNotice.Question;
import org.postern.testkit.Golden;
import org.postern.testkit.ManualClock;
import org.postern.testkit.ReadingLevel;
import org.postern.wording.NoticeKind;

/// Every mail that follows a notice, as its readers see it, in both languages.
class ClinicianMailTest {
    private static final Domain HOST = new Domain("mail.mapleclinic.example");
    private static final Instant SENT = Instant.parse("2026-03-02T15:30:00Z");

    static ClinicianMail mail(String language) {
        return new ClinicianMail(
                HOST,
                new ClinicianMail.Setting(
                        clinic(), Locale.of(language), ZoneId.of("America/New_York")),
                ManualClock.atNoon(),
                new SecureRandom());
    }

    private static Letterhead clinic() {
        return new Letterhead(
                Address.of("postmaster@mail.mapleclinic.example"),
                "",
                "Maple Street Clinic",
                "+1 555 0100",
                "#0a6c74",
                Optional.empty());
    }

    static About about() {
        return new About(
                Address.of("anna.reyes@mapleclinic.example"),
                Address.of("maria@patients.example"),
                "0123456789ABCDEF",
                SENT,
                "original@mapleclinic.example",
                List.of("before@mapleclinic.example"),
                Optional.of(Address.of("c+opaque@mail.mapleclinic.example")));
    }

    static Reading reading(String check) {
        return new Reading(SENT.plusSeconds(420), check, "iPhone, Safari");
    }

    /// All of them by name.
    static Map<String, Content> all(String language) {
        ClinicianMail mail = mail(language);
        Optional<String> phone = Optional.of("+1 555 0199");
        Map<String, Content> all = new LinkedHashMap<>();
        all.put("receipt", mail.receipt(about(), reading("birth-date")));
        all.put("receipt-mailbox", mail.receipt(about(), reading("code")));
        all.put("receipt-known", mail.receipt(about(), reading("session")));
        Map<About, Reading> readings = new LinkedHashMap<>();
        readings.put(about(), reading("pin"));
        readings.put(
                new About(
                        about().clinician(),
                        Address.of("john@patients.example"),
                        "0",
                        SENT,
                        "",
                        List.of(),
                        Optional.empty()),
                reading("sms"));
        all.put("digest", mail.digest(about().clinician(), readings));
        all.put("unread", mail.unread(about(), 3, phone));
        all.put("unread-no-phone", mail.unread(about(), 3, Optional.empty()));
        all.put("returned", mail.returned(about(), "5.1.1", phone));
        all.put("returned-full", mail.returned(about(), "5.2.2", phone));
        all.put("returned-other", mail.returned(about(), "5.7.1", phone));
        all.put("stranger", mail.stranger(about(), phone));
        for (Done done : Done.values()) {
            Optional<Instant> until =
                    done == Done.EXTENDED
                            ? Optional.of(SENT.plusSeconds(2_592_000))
                            : Optional.empty();
            all.put(
                    "done-" + done.name().toLowerCase(Locale.ROOT),
                    mail.done(about(), done, "command@client.example", until));
        }
        return all;
    }

    static Map<String, Content> toPatients(String language) throws IOException {
        NoticeComposer composer =
                new NoticeComposer(HOST, ManualClock.atNoon(), new SecureRandom());
        Map<String, Content> all = new LinkedHashMap<>();
        all.put("reminder", composer.pickup(notice(NoticeKind.REMINDER, language)));
        all.put(
                "answer",
                composer.answer(notice(NoticeKind.ANSWER, language), "hers@mail.example"));
        return all;
    }

    private static PickupNotice notice(NoticeKind kind, String language) throws IOException {
        Path face = Path.of("policy-config/photos/anna-reyes.png");
        String token = "x".repeat(43);
        return new PickupNotice(
                List.of(NoticeComposerTest.words(kind, language)),
                new Letterhead(
                        Address.of("anna.reyes@mapleclinic.example"),
                        "Anna Reyes, MD",
                        "Maple Street Clinic",
                        "+1 555 0100",
                        "#0a6c74",
                        Optional.of(Letterhead.Photo.fitting(Files.readAllBytes(face)))),
                Address.of("maria@patients.example"),
                new PickupNotice.Ways(
                        URI.create("https://mail.mapleclinic.example/m/" + token),
                        URI.create("https://mail.mapleclinic.example/notme/" + token),
                        Optional.empty()),
                Question.BIRTH_DATE,
                "thread",
                Optional.of(Address.of("r+opaque@mail.mapleclinic.example")),
                Optional.empty());
    }

    private static MimeMessage read(Content content) throws IOException, MessagingException {
        return new MimeMessage(Session.getInstance(new Properties()), content.open());
    }

    private static String words(Content content) throws IOException, MessagingException {
        MimeMultipart parts = (MimeMultipart) read(content).getContent();
        return ((String) parts.getBodyPart(0).getContent()).replace("\r\n", "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "es"})
    void theyReadAsTheyShall(String language) throws IOException, MessagingException {
        StringBuilder shown = new StringBuilder();
        Map<String, Content> every = new LinkedHashMap<>(toPatients(language));
        every.putAll(all(language));
        for (Map.Entry<String, Content> each : every.entrySet()) {
            MimeMessage mail = read(each.getValue());
            shown.append("==== ").append(each.getKey()).append('\n');
            for (String name : List.of("From", "To", "Reply-To", "In-Reply-To", "References")) {
                String value = mail.getHeader(name, null);
                if (value != null) {
                    shown.append(name).append(": ").append(value.replaceAll("\\s+", " "));
                    shown.append('\n');
                }
            }
            shown.append("Auto-Submitted: ").append(mail.getHeader("Auto-Submitted", null));
            shown.append("\nSubject: ").append(mail.getSubject()).append("\n\n");
            shown.append(words(each.getValue())).append('\n');
        }
        Golden.assertSame("notice/follow." + language + ".txt", shown.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "es"})
    void theWordsAreEasy(String language) throws IOException, MessagingException {
        StringBuilder prose = new StringBuilder();
        Stream<Content> every =
                Stream.concat(
                        toPatients(language).values().stream(), all(language).values().stream());
        for (Content each : every.toList()) {
            words(each)
                    .lines()
                    .filter(line -> line.split(" ").length > 3)
                    .map(line -> line.replaceAll("\\S+[@:/]\\S+", "Ana"))
                    .forEach(line ->
                            prose.append(line).append(line.matches(".*[.?!:]") ? " " : ". "));
        }
        if (language.equals("en")) {
            double grade = ReadingLevel.grade(prose.toString());
            assertTrue(grade <= ReadingLevel.GRADE_MAX, "English reads at grade " + grade);
        } else {
            double ease = ReadingLevel.ease(prose.toString());
            assertTrue(ease >= ReadingLevel.EASE_MIN, "Spanish reads at " + ease);
        }
    }

    @Test
    void aLongThreadStaysWithinTheLineLimit() throws IOException, MessagingException {
        List<String> references =
                Stream.iterate(1, n -> n + 1)
                        .limit(100)
                        .map(n -> n + "@" + "x".repeat(150))
                        .toList();
        About about =
                new About(
                        about().clinician(),
                        about().patient(),
                        "0",
                        SENT,
                        "y".repeat(900) + "@x",
                        references,
                        Optional.empty());
        Content content = mail("en").receipt(about, reading("pin"));
        String text =
                new String(content.open().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        text.lines().forEach(line -> assertTrue(line.length() <= 998, line));
        assertEquals(null, read(content).getHeader("In-Reply-To", null), "too long to be one");
        assertFalse(words(content).contains("recall"), "nobody takes commands");
    }
}
