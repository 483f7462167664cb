package org.postern.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.notice.PickupNotice.Question;
import org.postern.testkit.MailProgram;
import org.postern.testkit.ManualClock;
import org.postern.wording.NoticeKind;

class NoticeComposerTest {
    private static final Path WORDS = Path.of("policy-config/notices");
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final String LINK = "https://mail.clinic.example/m/" + "x".repeat(43);

    private final NoticeComposer composer =
            new NoticeComposer(
                    new Domain("mail.clinic.example"), ManualClock.atNoon(), new SecureRandom());

    static NoticeTemplate words(NoticeKind kind, String language) throws IOException {
        String name = kind.name().toLowerCase(java.util.Locale.ROOT) + "." + language;
        return NoticeTemplate.of(
                kind,
                Files.readString(WORDS.resolve(name + ".txt")),
                Files.readString(WORDS.resolve(name + ".html")));
    }

    /// A face-like picture that does not compress to nothing.
    static byte[] photo(int side) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < side; x++) {
            for (int y = 0; y < side; y++) {
                int shade = (x * 7 + y * 13 + (x * y) % 17 * 3) % 256;
                image.setRGB(x, y, new Color(shade, (shade + 60) % 256, 120).getRGB());
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static Letterhead from(String clinician, String clinic) throws IOException {
        return new Letterhead(
                Address.of("ana.ruiz@clinic.example"),
                clinician,
                clinic,
                "+1 555 0100",
                "#0a6c74",
                Optional.of(Letterhead.Photo.fitting(photo(96))));
    }

    private static PickupNotice notice(Letterhead from, Question question, String... languages)
            throws IOException {
        List<NoticeTemplate> words = new java.util.ArrayList<>();
        for (String language : languages) {
            words.add(words(NoticeKind.PICKUP, language));
        }
        return new PickupNotice(
                words,
                from,
                MARIA,
                URI.create(LINK),
                URI.create(LINK.replace("/m/", "/notme/")),
                question,
                "thread22characterslong");
    }

    private static MimeMessage read(Content content) throws IOException, MessagingException {
        return new MimeMessage(Session.getInstance(new Properties()), content.open());
    }

    private static String text(Content content) throws IOException {
        return new String(content.open().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// T10: a copy by somebody else lacks the word; where there is none, no line speaks of one.
    @Test
    void theWordAndTheCodeStandInEachLanguage() throws IOException {
        for (String language : List.of("en", "es")) {
            PickupNotice bare = notice(from("Ana", "Clinic"), Question.BIRTH_DATE, language);
            PickupNotice known =
                    new PickupNotice(
                            bare.words(),
                            bare.from(),
                            bare.to(),
                            new PickupNotice.Ways(
                                    bare.ways().link(),
                                    bare.ways().notMe(),
                                    Optional.of("K7QP-29FM-X4TD-8HWN")),
                            bare.question(),
                            bare.thread(),
                            Optional.empty(),
                            Optional.of("lighthouse"));
            String without = MailProgram.html(composer.pickup(bare));
            String with = MailProgram.html(composer.pickup(known));
            assertTrue(with.contains("lighthouse"), with);
            assertTrue(with.contains("K7QP-29FM-X4TD-8HWN"), with);
            String asked = language.equals("en") ? "Your word" : "Su palabra";
            assertTrue(with.contains(asked));
            assertFalse(without.contains(asked), without);
            assertFalse(without.contains("{{"), without);
        }
    }

    @Test
    void aNoticeIsSmallAndSaysWhoItIsFrom() throws IOException, MessagingException {
        Content content =
                composer.pickup(
                        notice(
                                from("Dr. Ana Ruíz", "Maple Street Clinic"),
                                Question.BIRTH_DATE,
                                "en",
                                "es"));
        assertTrue(content.size() < 20_000, "octets: " + content.size());
        MimeMessage mail = read(content);
        assertEquals(
                "Dr. Ana Ruíz (Maple Street Clinic)",
                ((jakarta.mail.internet.InternetAddress) mail.getFrom()[0]).getPersonal());
        assertEquals(
                "New message from Dr. Ana Ruíz / Nuevo mensaje de Dr. Ana Ruíz", mail.getSubject());
        assertEquals("auto-generated", mail.getHeader("Auto-Submitted", null));
        assertEquals("All", mail.getHeader("X-Auto-Response-Suppress", null));
        assertEquals(
                "<thread.thread22characterslong@mail.clinic.example>",
                mail.getHeader("References", null));
        assertTrue(mail.getMessageID().endsWith("@mail.clinic.example>"));
        assertEquals(null, mail.getHeader("List-Unsubscribe", null));
        MimeMultipart alternatives = (MimeMultipart) mail.getContent();
        assertTrue(alternatives.getContentType().startsWith("multipart/alternative"));
        String plain = (String) alternatives.getBodyPart(0).getContent();
        assertTrue(plain.contains("Read it here:"), plain);
        assertTrue(plain.contains(LINK), plain);
        assertTrue(plain.contains("We will ask for your birth date."), plain);
        assertTrue(plain.contains("Le pediremos su fecha de nacimiento."), plain);
        assertFalse(plain.contains("PIN"), plain);
        assertFalse(plain.contains("{{"), plain);
        MimeMultipart related = (MimeMultipart) alternatives.getBodyPart(1).getContent();
        String page = (String) related.getBodyPart(0).getContent();
        assertTrue(page.contains("href=\"" + LINK + "\""), page);
        assertTrue(page.contains("cid:photo"), page);
        assertFalse(page.contains("http://"), page);
        assertTrue(related.getBodyPart(1).isMimeType("image/png"));
    }

    @Test
    void everyLineEndsAsMailDemands() throws IOException {
        String text =
                text(composer.pickup(notice(from("Ana", "Clinic"), Question.PIN, "en", "es")));
        assertFalse(text.replace("\r\n", "").contains("\n"));
        assertFalse(text.replace("\r\n", "").contains("\r"));
        text.lines().forEach(line -> assertTrue(line.length() <= 998, line));
    }

    @Test
    void namesAreEscapedInHtml() throws IOException, MessagingException {
        Content content =
                composer.pickup(
                        notice(
                                from("Ana <script>alert(1)</script>", "A & \"B\""),
                                Question.PIN,
                                "en"));
        MimeMultipart alternatives = (MimeMultipart) read(content).getContent();
        MimeMultipart related = (MimeMultipart) alternatives.getBodyPart(1).getContent();
        String page = (String) related.getBodyPart(0).getContent();
        assertFalse(page.contains("<script>"), page);
        assertTrue(page.contains("A &amp; &quot;B&quot;"), page);
    }

    @Test
    void nothingThatIsGivenCanBeginAFieldOfItsOwn() {
        for (String bad :
                List.of("Ana\r\nBcc: x@evil.example", "Ana\nX: y", "a\u0000b", "a\u2028b")) {
            assertThrows(IllegalArgumentException.class, () -> from(bad, "Clinic"));
            assertThrows(IllegalArgumentException.class, () -> from("Ana", bad));
        }
    }

    @Test
    void aNoticeWithoutAPhoneLeavesItsLineOut() throws IOException {
        Letterhead head =
                new Letterhead(
                        Address.of("a@clinic.example"),
                        "Ana",
                        "Clinic",
                        "",
                        "#000000",
                        Optional.empty());
        String text = text(composer.pickup(notice(head, Question.MAILED_CODE, "en")));
        assertFalse(text.contains("Call"), text);
        assertTrue(text.contains("send a code to this address"), text);
        assertFalse(text.contains("related"), text);
    }

    @Test
    void aCodeStandsInTheBodyAndNotInTheSubject() throws IOException, MessagingException {
        Letterhead clinic =
                new Letterhead(
                        Address.of("no-reply@clinic.example"),
                        "",
                        "Maple Street Clinic",
                        "+1 555 0100",
                        "#0a6c74",
                        Optional.empty());
        CodeNotice notice =
                new CodeNotice(
                        List.of(words(NoticeKind.CODE, "es")),
                        clinic,
                        MARIA,
                        "482915",
                        "mail.clinic.example",
                        Duration.ofMinutes(10));
        assertFalse(notice.toString().contains("482915"));
        MimeMessage mail = read(composer.code(notice));
        assertEquals("Su código para Maple Street Clinic", mail.getSubject());
        MimeMultipart alternatives = (MimeMultipart) mail.getContent();
        String plain = (String) alternatives.getBodyPart(0).getContent();
        assertTrue(plain.startsWith("Su código es 482915"), plain);
        assertTrue(plain.contains("10 minutos"), plain);
    }

    @Test
    void photosAreMadeSmallEnough() throws IOException {
        for (int side : new int[] {32, 96, 200, 400}) {
            byte[] fitting = Letterhead.Photo.fitting(photo(side)).png();
            assertTrue(fitting.length <= Letterhead.Photo.OCTETS_MAX, side + ": " + fitting.length);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> Letterhead.Photo.fitting("GIF89a, no PNG".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void templatesAreCheckedWhole() throws IOException {
        String text = "Subject: Hello\n\nRead {{link}}\n";
        String html = "<p>{{link}}</p>";
        NoticeTemplate.of(NoticeKind.PICKUP, text, html);
        bad("one line \"Subject:", "Hello\n\n{{link}}", html);
        bad("1 to 150", "Subject: \n\n{{link}}", html);
        bad("does not name {{link}}", "Subject: Hello\n\nRead", html);
        bad("HTML does not name {{link}}", text, "<p>Read</p>");
        bad("names {{subject}}", text, "<p>{{link}} {{subject}}</p>");
        bad("names {{code}}", text, "<p>{{link}} {{code}}</p>");
        bad("the subject must not name", "Subject: {{link}}\n\n{{link}}", html);
        bad("longer than", text, html + "x".repeat(9_000));
    }

    private static void bad(String why, String text, String html) {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> NoticeTemplate.of(NoticeKind.PICKUP, text, html));
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }
}
