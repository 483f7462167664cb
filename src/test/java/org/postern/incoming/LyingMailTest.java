package org.postern.incoming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mime.HeaderSection;
import org.postern.opening.MessageVerdict;
import org.postern.origin.OwnFields;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.scan.Scanner;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.TestAuthority;

/// Mail at the clinic's own server, as one of its people sees it.
class LyingMailTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity ANN = AUTHORITY.person("ann@partner.example", KeyKind.RSA_2048);
    private static final Identity SAMS = AUTHORITY.person("sam@clinic.example", KeyKind.RSA_2048);
    private static final Identity MIAS = AUTHORITY.person("mia@clinic.example", KeyKind.RSA_2048);
    private static final Address SAM = Address.of("sam@clinic.example");
    private static final Domain GATEWAY = new Domain("gate.clinic.example");
    private static final String FROM = SmimeMail.from("ann@partner.example");
    private static final String FORGED = "X-Postern-Smime: signed-encrypted; forged\r\n";
    private static final String OURS =
            "Authentication-Results: gate.clinic.example; smime=pass\r\n";
    private static final String THEIRS = "Authentication-Results: mx.other.example; dkim=pass\r\n";
    private static final String TEXT = "Content-Type: text/plain\r\n\r\ncanarybody\r\n";
    private static final String VIRUS = "Content-Type: text/plain\r\n\r\nvirusbody\r\n";

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private Keyring keyring;
    private LyingMail mail;

    @BeforeEach
    void keys() throws IOException {
        Files.writeString(home.resolve("password"), "one long secret\n");
        keyring =
                Keyring.of(
                        new Keyring.Places(
                                home.resolve("smime"),
                                home.resolve("password"),
                                home.resolve("crl"),
                                "Our Clinic"),
                        clock);
        keyring.add(new Owner.Person(SAM), SAMS);
        keyring.add(new Owner.Person(Address.of("mia@clinic.example")), MIAS);
        Files.createDirectories(home.resolve("partners/anchors"));
        Pem.write(
                home.resolve("partners/anchors/root.pem"),
                List.of(AUTHORITY.authority().certificate()));
        mail = mail(partners());
    }

    private PartnerDirectory partners() {
        return PartnerDirectory.load(home.resolve("partners"));
    }

    private LyingMail mail(PartnerDirectory partners) {
        return new LyingMail(
                keyring,
                partners,
                new Incoming.Voice(GATEWAY, new OwnFields(Set.of(GATEWAY))),
                Optional.of(LyingMailTest::scan));
    }

    private static Scanner.Result scan(Content content) {
        try {
            return text(content).contains("virusbody")
                    ? new Scanner.Result.Infected("Test-Virus")
                    : new Scanner.Result.Clean();
        } catch (IOException e) {
            return new Scanner.Result.NotScanned("it cannot be read");
        }
    }

    private static String text(Content content) throws IOException {
        try (InputStream in = content.open()) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }

    /// As Sam sees it, with its size as it is told.
    private String shown(String message, LyingMail.Memory memory) throws Exception {
        Content lying = Content.of(message.getBytes(ISO_8859_1));
        Content shown = mail.shown(lying, SAM, clock.instant(), memory);
        String text = text(shown);
        assertEquals(shown.size(), text.length());
        return text;
    }

    private String shown(String message) throws Exception {
        return shown(message, new Remembered());
    }

    /// As it is remembered by a database.
    private static final class Remembered implements LyingMail.Memory {
        private Optional<MessageVerdict> kept = Optional.empty();

        @Override
        public Optional<MessageVerdict> before() {
            return kept;
        }

        @Override
        public MessageVerdict first(MessageVerdict found) {
            kept = Optional.of(kept.orElse(found));
            return kept.get();
        }
    }

    @Test
    void whatIsNoEnvelopeIsShownAsItLies() throws Exception {
        for (String message :
                List.of(
                        FROM + TEXT,
                        THEIRS + FROM + TEXT,
                        FROM + SmimeMail.clear(TEXT, By.rsa(ANN)),
                        FROM + SmimeMail.opaque(TEXT, By.rsa(ANN)))) {
            assertEquals(message, shown(message));
        }
    }

    /// Mail that came past the gateway may hold what only the gateway writes.
    @Test
    void whatNobodyElseMayWriteIsNotShown() throws Exception {
        String many = "A: b\r\n".repeat(HeaderSection.FIELDS_MAX + 1);
        String enveloped = SmimeMail.object("enveloped-data", new byte[] {1, 2, 3});
        for (String message :
                List.of(
                        FROM + TEXT,
                        FROM + SmimeMail.clear(TEXT, By.rsa(ANN)),
                        FROM + SmimeMail.opaque(TEXT, By.rsa(ANN)),
                        many + FROM + TEXT,
                        many + FROM + enveloped)) {
            for (String forged : List.of(FORGED, OURS, FORGED + OURS)) {
                assertEquals(message, shown(forged + message));
            }
        }
        String odd = "From: a@b.example\r\nno field\r\n%sSubject: c\r\n\r\nd\r\n";
        assertEquals(odd.formatted(""), shown(odd.formatted(FORGED)));
        assertEquals("", shown(FORGED));
        for (String head : List.of(FROM + TEXT, FORGED + OURS + FROM + TEXT)) {
            assertFalse(mail.isWrapped(Content.of(head.getBytes(ISO_8859_1))));
        }
        // Of what breaks a limit the whole letter has to tell.
        for (String head : List.of(FROM + enveloped, many + enveloped, many + FROM + TEXT)) {
            assertTrue(mail.isWrapped(Content.of(head.getBytes(ISO_8859_1))));
        }
    }

    /// Over SMTP none comes in; some readers take it for the end of a line.
    @Test
    void aCrEndsNoField() throws Exception {
        String field = FORGED.strip();
        for (String begin : List.of("Subject: hi", "Subject: hi\r\n")) {
            assertEquals(
                    "%s %s\r\n%s".formatted(begin, field, FROM + TEXT),
                    shown("%s\r%s\r\n%s".formatted(begin, field, FROM + TEXT)));
        }
        String opened = shown("Subject: x\rFrom: boss\r\n" + FROM + SmimeMail.gcm(TEXT, SAMS));
        assertTrue(opened.contains("Subject: x From: boss\r\n"), opened);
        String closed = shown("Subject: x\rFrom: boss\r\n" + FROM + SmimeMail.gcm(TEXT, MIAS));
        assertTrue(closed.contains("Subject: x From: boss\r\n"), closed);
    }

    @Test
    void aHeaderSectionWithoutEndIsNotShown() {
        String endless = ("A: " + "b".repeat(900) + "\r\n").repeat(300);
        assertThrows(IOException.class, () -> shown(endless + FORGED + FROM + TEXT));
    }

    @Test
    void whatIsEncryptedToTheReaderIsOpened() throws Exception {
        String shown =
                shown(FORGED + FROM + SmimeMail.gcm(SmimeMail.clear(TEXT, By.rsa(ANN)), SAMS));
        assertTrue(shown.startsWith("X-Postern-Smime: signed-encrypted;\r\n"), shown);
        assertTrue(shown.contains("canarybody"), shown);
        assertFalse(shown.contains("forged"), shown);
    }

    /// C03: nobody can tell by what is shown why it does not open.
    @Test
    void whatDoesNotOpenLooksAlike() throws Exception {
        String good = SmimeMail.gcm(TEXT, SAMS);
        int middle = good.length() * 3 / 4;
        String damaged = good.substring(0, middle) + good.substring(middle + 8);
        for (String message :
                List.of(
                        SmimeMail.gcm(TEXT, MIAS),
                        damaged,
                        SmimeMail.object("enveloped-data", new byte[] {1, 2, 3}),
                        SmimeMail.gcm(VIRUS, SAMS))) {
            String shown = shown(FORGED + FROM + message);
            assertTrue(shown.startsWith("X-Postern-Smime: not-opened;\r\n"), shown);
            assertFalse(shown.contains("forged"), shown);
            assertTrue(shown.endsWith("\r\n" + FROM + message), shown);
        }
        assertFalse(shown(FROM + SmimeMail.gcm(VIRUS, SAMS)).contains("virusbody"));
    }

    /// RFC 3501 §2.3.4: what was found later changes no octet.
    @Test
    void theFirstVerdictCountsEachTime() throws Exception {
        String message = FROM + SmimeMail.gcm(SmimeMail.clear(TEXT, By.rsa(ANN)), SAMS);
        String first = shown(message);
        String stranger = FROM + SmimeMail.gcm(TEXT, SAMS);
        assertFalse(shown(stranger).contains("smime-identifier"));
        Remembered untrusted = new Remembered();
        untrusted.first(MessageVerdict.UNTRUSTED);
        String later = shown(message, untrusted);
        assertTrue(later.startsWith("X-Postern-Smime: untrusted;"), later);
        assertFalse(later.contains("smime-identifier"), later);
        Remembered signed = new Remembered();
        assertEquals(first, shown(message, signed));
        assertEquals(first, shown(message, signed));
        assertEquals(Optional.of(MessageVerdict.SIGNED_ENCRYPTED), signed.before());
    }

    /// Her key for what lies inside may come later, or be taken away.
    @Test
    void whatDoesNotOpenInsideIsNoLastingVerdict() throws Exception {
        Identity another = AUTHORITY.person("sam@clinic.example", KeyKind.RSA_2048);
        String inside = SmimeMail.gcm(SmimeMail.clear(TEXT, By.rsa(ANN)), another);
        String message = FROM + SmimeMail.gcm(inside, SAMS);
        Remembered memory = new Remembered();
        String closed = shown(message, memory);
        assertTrue(closed.startsWith("X-Postern-Smime: not-opened;"), closed);
        assertEquals(Optional.empty(), memory.before());
        Remembered signed = new Remembered();
        signed.first(MessageVerdict.SIGNED_ENCRYPTED);
        assertEquals(closed, shown(message, signed));
        Remembered older = new Remembered();
        older.first(MessageVerdict.NOT_OPENED);
        keyring.add(new Owner.Person(SAM), another);
        for (Remembered each : List.of(memory, older)) {
            String opened = shown(message, each);
            assertTrue(opened.startsWith("X-Postern-Smime: signed-encrypted;"), opened);
        }
    }

    /// What stands of certificates is said in this order, the last word for ever.
    private void standing(PartnerDirectory.Standing... words) throws IOException {
        Queue<PartnerDirectory.Standing> left = new ArrayDeque<>(List.of(words));
        mail = mail(partners().asking((_, _) -> left.size() > 1 ? left.remove() : left.element()));
    }

    /// A signature whose authority could not be asked once must not stay unproved for ever.
    @Test
    void aVerdictThatLacksTheAuthorityIsNotKept() throws Exception {
        String message = FROM + SmimeMail.gcm(SmimeMail.clear(TEXT, By.rsa(ANN)), SAMS);
        Remembered memory = new Remembered();
        standing(new PartnerDirectory.Standing.Unknown("the authority is silent"));
        String before = shown(message, memory);
        assertTrue(before.startsWith("X-Postern-Smime: unproved;"), before);
        assertEquals(Optional.empty(), memory.before());
        standing(new PartnerDirectory.Standing.Good());
        String after = shown(message, memory);
        assertTrue(after.startsWith("X-Postern-Smime: signed-encrypted;"), after);
        standing(new PartnerDirectory.Standing.Unknown("the authority is silent"));
        assertEquals(after, shown(message, memory));
    }

    @Test
    void theFirstWordOfAnAuthorityIsAwaited() throws Exception {
        String message = FROM + SmimeMail.gcm(SmimeMail.clear(TEXT, By.rsa(ANN)), SAMS);
        PartnerDirectory.Standing awaited = new PartnerDirectory.Standing.Awaited(false);
        standing(awaited, awaited, new PartnerDirectory.Standing.Good());
        String shown = shown(message);
        assertTrue(shown.startsWith("X-Postern-Smime: signed-encrypted;"), shown);
        standing(awaited);
        mail = mail.waiting(Duration.ZERO);
        Remembered memory = new Remembered();
        assertThrows(IOException.class, () -> shown(message, memory));
        assertEquals(Optional.empty(), memory.before());
    }
}
