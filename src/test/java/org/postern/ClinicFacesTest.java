package org.postern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.check.Ladder;
import org.postern.check.PatientFile;
import org.postern.config.Configuration;
import org.postern.config.FolderCopy;
import org.postern.config.LanguagesTest;
import org.postern.follow.ReturnAddresses;
import org.postern.language.Arabic;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage;
import org.postern.notice.NoticeComposer;
import org.postern.notice.NoticeTemplate;
import org.postern.notice.PickupNotice;
import org.postern.notice.PickupNotice.Question;
import org.postern.testkit.Accepted;
import org.postern.testkit.MailProgram;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestVault;

/// What a clinic that has added a language shows and sends.
class ClinicFacesTest {
    private static final Domain HOST = new Domain("mail.clinic.example");
    private static final Address MARIA = Address.of("maria@patients.example");

    private static final Address ANNA = Address.of("anna.reyes@mapleclinic.example");

    @TempDir Path temporary;

    private ClinicFaces faces;

    @BeforeEach
    void speakArabic() throws IOException {
        FolderCopy folder = FolderCopy.in(temporary).with("languages/ar.properties", Arabic.text());
        LanguagesTest.addNotices(folder);
        Configuration configuration = Accepted.value(Configuration.load(folder.path()));
        PatientFile patients = PatientFile.open(temporary.resolve("patients"), TestVault.one());
        faces =
                new ClinicFaces(
                        configuration,
                        configuration::people,
                        new Ladder(patients, _ -> false),
                        patients,
                        new ReturnAddresses(
                                TestVault.one(), HOST, new ReturnAddresses.Doors(false, false)));
    }

    @Test
    void thePagesSpeakIt() {
        assertEquals("en, es, ar", faces.clinic(Clock.systemUTC()).languages().toString());
    }

    /// The clinic's language, then the others, each in its own direction.
    @Test
    void theNoticesSpeakIt() throws IOException {
        String html = MailProgram.html(notice(faces.noticeWords(letter(null))));
        int english = html.indexOf("<div lang=\"en\" dir=\"ltr\">");
        int arabic = html.indexOf("<div lang=\"ar\" dir=\"rtl\">");
        assertTrue(english > 0 && arabic > english, html);
        assertTrue(html.contains("\u2068+1 555"), "the telephone number does not stand apart");
        assertTrue(html.length() < 20 * 1024, "more than 20 kB");
    }

    /// Of whom the clinic knows the language, that alone.
    @Test
    void aPatientGetsHerOwnLanguage() throws IOException {
        PatientFile.addLanguage(temporary.resolve("patients"), MARIA, "ar");
        String html = MailProgram.html(notice(faces.noticeWords(letter(null))));
        assertTrue(html.contains("<div lang=\"ar\" dir=\"rtl\">"), html);
        assertFalse(html.contains("lang=\"en\""), html);
        assertEquals("ar", faces.texts(MARIA).language().tag());
        PatientFile.addLanguage(temporary.resolve("patients"), MARIA, "fr");
        assertEquals(3, faces.noticeWords(letter(null)).size(), "a language that no notice has");
        assertEquals("en", faces.texts(MARIA).language().tag());
    }

    /// What a rule says of a message counts where she herself is not known.
    @Test
    void aRuleMayNameTheLanguage() throws IOException {
        String html = MailProgram.html(notice(faces.noticeWords(letter("ar"))));
        assertTrue(html.contains("<div lang=\"ar\" dir=\"rtl\">"), html);
        assertFalse(html.contains("lang=\"en\""), html);
        assertEquals(1, faces.reminderWords(letter("ar")).size(), "and so is she reminded");
        assertEquals(3, faces.noticeWords(letter("fr")).size(), "a language that no notice has");
        PatientFile.addLanguage(temporary.resolve("patients"), MARIA, "es");
        String hers = MailProgram.html(notice(faces.noticeWords(letter("ar"))));
        assertTrue(hers.contains("<div lang=\"es\" dir=\"ltr\">"), hers);
    }

    private static NewMessage letter(@Nullable String language) {
        return new NewMessage(
                new QueueId("0000000000000001"),
                NewMessage.Direction.TO_PATIENT,
                ANNA,
                MARIA,
                "",
                List.of(),
                new NewMessage.Stay(Instant.EPOCH, Optional.empty(), Optional.ofNullable(language)),
                NewMessage.Guard.USUAL);
    }

    private Content notice(List<NoticeTemplate> words) {
        NoticeComposer composer =
                new NoticeComposer(HOST, ManualClock.atNoon(), new SecureRandom());
        return composer.pickup(
                new PickupNotice(
                        words,
                        faces.letterhead(ANNA),
                        MARIA,
                        URI.create("https://mail.clinic.example/m/" + "x".repeat(43)),
                        URI.create("https://mail.clinic.example/notme/" + "x".repeat(43)),
                        Question.BIRTH_DATE,
                        "thread"));
    }
}
