package org.postern.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.language.Arabic;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.notice.PickupNotice.Question;
import org.postern.testkit.Gallery;
import org.postern.testkit.MailProgram;
import org.postern.testkit.ManualClock;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;
import org.postern.wording.NoticeKind;

/// Notices as a mail program draws them, light and dark: nothing runs over its edge, nothing is
/// loaded. With `-Dgallery=FOLDER` it leaves pictures there.
class NoticeScreenTest {
    private static final Path FACE = Path.of("policy-config/photos/anna-reyes.png");
    private static final Address MARIA = Address.of("maria@patients.example");

    private static final List<Look> LOOKS =
            List.of(
                    Look.PHONE,
                    Look.PHONE.inTheDark(),
                    Look.PHONE.in("es-MX"),
                    Look.PHONE.inTheDark().in("es-MX"),
                    Look.PHONE.sized(320, 640).in("es-MX"),
                    Look.PHONE.sized(800, 600),
                    Look.PHONE.sized(800, 600).inTheDark());

    private static final Set<String> SHOWN =
            Set.of("receipt", "digest", "unread", "returned", "stranger", "done-recalled");

    private final NoticeComposer composer =
            new NoticeComposer(
                    new Domain("mail.clinic.example"), ManualClock.atNoon(), new SecureRandom());

    @Test
    void noticesFitAndLoadNothing() throws IOException {
        try (PatientBrowser browser = PatientBrowser.start()) {
            for (Look look : LOOKS) {
                Page page = browser.page(look.forGallery());
                String language = look.locale().substring(0, 2);
                take(page, look, "notice", pickup(language));
                take(page, look, "notice-word", composer.pickup(known(language)));
                take(page, look, "code", code(language));
                for (var each : ClinicianMailTest.toPatients(language).entrySet()) {
                    take(page, look, each.getKey(), each.getValue());
                }
                for (var each : ClinicianMailTest.all(language).entrySet()) {
                    if (SHOWN.contains(each.getKey())) {
                        take(page, look, each.getKey(), each.getValue());
                    }
                }
            }
            Gallery.index();
            assertEquals(List.of(), browser.requests());
            assertEquals(List.of(), browser.faults());
        }
    }

    @Test
    void noticesFromRightToLeftFitToo() throws IOException {
        try (PatientBrowser browser = PatientBrowser.start()) {
            for (Look look : List.of(Look.PHONE.in("ar-US"), Look.PHONE.inTheDark().in("ar-US"))) {
                Page page = browser.page(look.forGallery());
                take(page, look, "notice", pickup("ar"));
                take(page, look, "code", code("ar"));
            }
            Gallery.index();
        }
    }

    private static NoticeTemplate words(NoticeKind kind, String language) throws IOException {
        if (!language.equals("ar")) {
            return NoticeComposerTest.words(kind, language);
        }
        String file = kind.word() + ".ar";
        return NoticeTemplate.of(
                        kind,
                        Files.readString(Arabic.NOTICES.resolve(file + ".txt")),
                        Files.readString(Arabic.NOTICES.resolve(file + ".html")))
                .in(new NoticeTemplate.Tongue("ar", "rtl"));
    }

    private Content pickup(String language) throws IOException {
        return composer.pickup(notice(language));
    }

    /// One for a patient who chose a word, and who may type instead of tapping.
    private static PickupNotice known(String language) throws IOException {
        PickupNotice notice = notice(language);
        return new PickupNotice(
                notice.words(),
                notice.from(),
                notice.to(),
                new PickupNotice.Ways(
                        notice.ways().link(),
                        notice.ways().notMe(),
                        Optional.of("K7QP-29FM-X4TD-8HWN")),
                notice.question(),
                notice.thread(),
                Optional.empty(),
                Optional.of("bicycle"));
    }

    private static PickupNotice notice(String language) throws IOException {
        Letterhead from =
                new Letterhead(
                        Address.of("ana.ruiz@clinic.example"),
                        "Dr. Ana Ruiz",
                        "Maple Street Clinic",
                        "+1 555 0100",
                        "#0a6c74",
                        Optional.of(Letterhead.Photo.fitting(Files.readAllBytes(FACE))));
        URI link = URI.create("https://mail.mapleclinic.example/m/" + "x".repeat(43));
        return new PickupNotice(
                List.of(words(NoticeKind.PICKUP, language)),
                from,
                MARIA,
                link,
                URI.create("https://mail.mapleclinic.example/notme/" + "x".repeat(43)),
                Question.BIRTH_DATE,
                "thread");
    }

    private Content code(String language) throws IOException {
        Letterhead from =
                new Letterhead(
                        Address.of("no-reply@clinic.example"),
                        "",
                        "Maple Street Clinic",
                        "+1 555 0100",
                        "#0a6c74",
                        Optional.empty());
        return composer.code(
                new CodeNotice(
                        List.of(words(NoticeKind.CODE, language)),
                        from,
                        MARIA,
                        "482915",
                        "mail.mapleclinic.example",
                        Duration.ofMinutes(10)));
    }

    private static void take(Page page, Look look, String name, Content content)
            throws IOException {
        page.setContent(MailProgram.html(content));
        Gallery.take(page, look.name(), "notice-" + name);
        Object over =
                page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth");
        assertEquals(0, Math.max(0, ((Number) over).intValue()), look.name());
    }
}
