package org.postern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
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
        String html = MailProgram.html(notice(faces.noticeWords(MARIA)));
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
        String html = MailProgram.html(notice(faces.noticeWords(MARIA)));
        assertTrue(html.contains("<div lang=\"ar\" dir=\"rtl\">"), html);
        assertFalse(html.contains("lang=\"en\""), html);
        assertEquals("ar", faces.texts(MARIA).language().tag());
        PatientFile.addLanguage(temporary.resolve("patients"), MARIA, "fr");
        assertEquals(3, faces.noticeWords(MARIA).size(), "a language that no notice has");
        assertEquals("en", faces.texts(MARIA).language().tag());
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
