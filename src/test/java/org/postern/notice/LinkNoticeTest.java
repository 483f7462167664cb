package org.postern.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.testkit.ManualClock;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;
import org.postern.wording.NoticeKind;

/// Links for those who are no readers of their own: who wants to write first, who reads along.
class LinkNoticeTest {
    private static final Path PICTURES = Path.of("target/screens");
    private static final String LINK = "https://mail.mapleclinic.example/w/" + "x".repeat(43);

    private final NoticeComposer composer =
            new NoticeComposer(
                    new Domain("mail.clinic.example"), ManualClock.atNoon(), new SecureRandom());

    private Content mail(NoticeKind kind, String language, String clinician) throws IOException {
        return composer.link(
                new LinkNotice(
                        List.of(NoticeComposerTest.words(kind, language)),
                        new Letterhead(
                                Address.of("ana.ruiz@clinic.example"),
                                "",
                                "Maple Street Clinic",
                                "+1 555 0100",
                                "#0a6c74",
                                Optional.empty()),
                        clinician,
                        Address.of("nora@patients.example"),
                        URI.create(LINK),
                        Duration.ofHours(24)));
    }

    private static MimeMessage parsed(Content content) throws IOException, MessagingException {
        return new MimeMessage(Session.getInstance(new Properties()), content.open());
    }

    private static String part(Content content, int index) throws IOException, MessagingException {
        return (String)
                ((MimeMultipart) parsed(content).getContent()).getBodyPart(index).getContent();
    }

    /// RFC 3834, and what the facts of a pickup notice ask of all such mail.
    @Test
    void theyAreMailOfAProgram() throws IOException, MessagingException {
        for (NoticeKind kind : List.of(NoticeKind.START, NoticeKind.CAREGIVER)) {
            for (String language : List.of("en", "es")) {
                Content content = mail(kind, language, "Dr. Ana Ruiz");
                MimeMessage mail = parsed(content);
                assertEquals("auto-generated", mail.getHeader("Auto-Submitted", null));
                assertEquals("All", mail.getHeader("X-Auto-Response-Suppress", null));
                assertNull(mail.getHeader("List-Unsubscribe", null));
                assertNull(mail.getHeader("Reply-To", null));
                assertTrue(mail.getSubject().contains("Dr. Ana Ruiz"), mail.getSubject());
                assertFalse(mail.getSubject().contains("http"));
                assertTrue(content.size() < 20_000, "octets: " + content.size());
                for (int i = 0; i < 2; i++) {
                    assertTrue(part(content, i).contains(LINK), language);
                    assertTrue(part(content, i).contains("+1 555 0100"), language);
                    assertFalse(part(content, i).contains("{{"), language);
                }
            }
        }
        assertTrue(part(mail(NoticeKind.START, "en", "Dr. Ana Ruiz"), 0).contains("for 24 hours"));
    }

    @Test
    void noNameBeginsAField() {
        assertThrows(
                IllegalArgumentException.class,
                () -> mail(NoticeKind.START, "en", "Dr. Ana\r\nBcc: evil@evil.example"));
    }

    /// To be looked at: `target/screens/*-start.png`, `*-caregiver.png`.
    @Test
    void theyFitAndLoadNothing() throws IOException, MessagingException {
        Files.createDirectories(PICTURES);
        try (PatientBrowser browser = PatientBrowser.start()) {
            for (Look look : List.of(Look.PHONE, Look.PHONE.inTheDark().in("es-MX"))) {
                for (NoticeKind kind : List.of(NoticeKind.START, NoticeKind.CAREGIVER)) {
                    Page page = browser.page(look);
                    Content content = mail(kind, look.locale().substring(0, 2), "Dr. Ana Ruiz");
                    page.setContent(part(content, 1));
                    String name = look.name() + "-mail-" + kind.word() + ".png";
                    page.screenshot(
                            new Page.ScreenshotOptions()
                                    .setPath(PICTURES.resolve(name))
                                    .setFullPage(true));
                    Object over =
                            page.evaluate(
                                    "() => document.documentElement.scrollWidth - innerWidth");
                    assertEquals(0, Math.max(0, ((Number) over).intValue()), look.name());
                    page.context().close();
                }
            }
            assertEquals(List.of(), browser.requests());
            assertEquals(List.of(), browser.faults());
        }
    }
}
