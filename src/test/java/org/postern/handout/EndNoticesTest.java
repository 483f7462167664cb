package org.postern.handout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// Whoever has a key of the clinic's making hears 30 and 7 days ahead that it ends, once each,
/// whatever is restarted and wherever it stops.
class EndNoticesTest {
    private static final Owner.Person MARIA =
            new Owner.Person(Address.of("maria@homemail.example"));
    private static final Owner.Person JOE = new Owner.Person(Address.of("joe@homemail.example"));
    private static final Duration LIFE = Duration.ofDays(730);

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final List<NewMessage> kept = new ArrayList<>();
    private final List<String> letters = new ArrayList<>();
    private final List<String> audit = new ArrayList<>();
    private Language language = Language.ENGLISH;
    private Predicate<Address> mayWrite = _ -> true;
    private int failures;
    private ClinicBooks books;

    @BeforeEach
    void open() throws IOException {
        books = ClinicBooks.in(home, clock);
    }

    private IssuedBook.Issued used(Owner.Person owner) throws Exception {
        IssuedBook.Issued issued = books.issue(owner);
        books.issued().use(issued, IssuedBook.Use.BY_HAND, clock.instant());
        return issued;
    }

    /// As after a restart.
    private void look() {
        new EndNotices(
                        books.books(),
                        plan(),
                        new Handout.Clinic(
                                "Maple Clinic",
                                Address.of("it@clinic.example"),
                                ZoneOffset.UTC,
                                new Handout.Voice(_ -> Languages.shipped().in(language), mayWrite)),
                        new Handout.Outlets(
                                this::keep,
                                (act, detail) -> audit.add(act + ": " + detail),
                                () -> {}),
                        clock,
                        RandomGenerator.getDefault())
                .look();
    }

    private Path plan() {
        return home.resolve("key-end-told");
    }

    private void keep(NewMessage message, Content content) throws IOException {
        kept.add(message);
        letters.add(new String(content.open().readAllBytes(), UTF_8));
        if (failures > 0) {
            failures--;
            throw new IOException("stopped");
        }
    }

    private List<QueueId> ids() {
        return kept.stream().map(NewMessage::queueId).toList();
    }

    private String text(int which) throws MessagingException, IOException {
        MimeMessage message =
                new MimeMessage(
                        Session.getInstance(new Properties()),
                        new ByteArrayInputStream(letters.get(which).getBytes(UTF_8)));
        return message.getSubject() + "\n" + message.getContent();
    }

    @Test
    void eachIsToldTwice() throws Exception {
        IssuedBook.Issued issued = used(MARIA);
        clock.advance(LIFE.minusDays(31));
        look();
        assertEquals(List.of(), kept);
        clock.advance(Duration.ofDays(2));
        look();
        look();
        assertEquals(1, kept.size(), "and a restart repeats nothing");
        assertEquals(MARIA.address(), kept.getFirst().patient());
        assertEquals(NewMessage.Direction.TO_PATIENT, kept.getFirst().direction());
        String text = text(0);
        assertTrue(text.startsWith("Your key for private mail ends soon\n"), text);
        assertTrue(text.contains("from Maple Clinic ends on "), text);
        assertTrue(text.contains("It may come to this page again."), text);
        assertFalse(text.contains("Nothing is lost"), "where policy knows no other way, it is");
        assertTrue(text.contains("Do you want a new key?"), text);
        clock.advance(Duration.ofDays(23));
        look();
        look();
        assertEquals(2, kept.size());
        clock.advance(Duration.ofDays(20));
        look();
        assertEquals(2, kept.size(), "it has ended, and she knows");
        String serial = issued.entry().certificate().getSerialNumber().toString(16);
        assertEquals(
                List.of(
                        "end of a key told: maria@homemail.example, certificate %s, message %s, 30"
                                        .formatted(serial, ids().get(0))
                                + " days ahead",
                        "end of a key told: maria@homemail.example, certificate %s, message %s, 7"
                                        .formatted(serial, ids().get(1))
                                + " days ahead"),
                audit);
    }

    /// The second attempt bears the name of the first: the mailbox keeps it once.
    @Test
    void aStopLosesNothingAndDoublesNothing() throws Exception {
        used(MARIA);
        used(JOE);
        clock.advance(LIFE.minusDays(5));
        failures = 1;
        look();
        assertEquals(2, kept.size(), "the other one hears of hers all the same");
        look();
        assertEquals(3, kept.size());
        assertEquals(kept.get(0).patient(), kept.get(2).patient());
        assertEquals(ids().get(0), ids().get(2));
        look();
        assertEquals(3, kept.size());
        assertFalse(Files.readString(plan()).contains("homemail"), "it names nobody");
    }

    @Test
    void onlyWhatMailIsEncryptedToIsToldOf() throws Exception {
        books.issue(MARIA);
        IssuedBook.Issued revoked = used(JOE);
        books.keyring()
                .revoked()
                .add(revoked.entry(), RevokedBook.Reason.SUPERSEDED, clock.instant());
        clock.advance(LIFE.minusDays(20));
        look();
        assertEquals(List.of(), kept);
    }

    @Test
    void theNextOneEndsTheMatter() throws Exception {
        used(MARIA);
        clock.advance(LIFE.minusDays(20));
        IssuedBook.Issued next = books.issue(MARIA);
        books.issued().tell(next, clock.instant());
        look();
        assertTrue(text(0).contains("Your new key is already here"), text(0));
        books.issued().use(next, IssuedBook.Use.BY_HAND, clock.instant());
        clock.advance(Duration.ofDays(15));
        look();
        assertEquals(1, kept.size(), "mail goes to the new one");
        assertTrue(Files.readString(plan()).endsWith(" told\n"), "it stays in the record");
    }

    /// The message is gone, or nobody knows the passphrase.
    @Test
    void aNextOneThatNobodyCanOpenIsNone() throws Exception {
        used(MARIA);
        used(JOE);
        clock.advance(LIFE.minusDays(22));
        books.issued().tell(books.issue(MARIA), clock.instant());
        books.issue(JOE);
        clock.advance(Duration.ofDays(16));
        look();
        assertEquals(2, kept.size());
        assertTrue(text(0).contains("Do you want a new key?"), text(0));
        assertTrue(text(1).contains("Do you want a new key?"), text(1));
    }

    @Test
    void aNextOneOfWhichNobodyKnowsThePassphraseIsNone() throws Exception {
        used(MARIA);
        clock.advance(LIFE.minusDays(6));
        books.issue(MARIA);
        look();
        assertTrue(text(0).contains("Do you want a new key?"), text(0));
    }

    /// The first look after a start may find a file that cannot be read, because of the disk, say.
    @Test
    void whatCannotBeReadForAWhileIsNotToldTwice() throws Exception {
        used(MARIA);
        used(JOE);
        clock.advance(LIFE.minusDays(20));
        look();
        assertEquals(2, kept.size());
        Path file = books.folder().resolve("maria@homemail.example-1.issued");
        String certificate = Files.readString(file);
        Files.writeString(file, "");
        look();
        Files.writeString(file, certificate);
        look();
        assertEquals(2, kept.size());
        clock.advance(Duration.ofDays(14));
        Files.writeString(file, "");
        look();
        assertEquals(3, kept.size(), "the other one hears of hers all the same");
        Files.writeString(file, certificate);
        look();
        look();
        assertEquals(4, kept.size());
    }

    /// Her mail is encrypted to the newer one, as soon as that can be read again.
    @Test
    void whoMayHaveANewerOneThatCannotBeReadIsNotTold() throws Exception {
        used(MARIA);
        used(JOE);
        clock.advance(LIFE.minusDays(20));
        used(MARIA);
        Path newer = books.folder().resolve("maria@homemail.example-2.issued");
        String certificate = Files.readString(newer);
        Files.writeString(newer, "");
        look();
        assertEquals(List.of(JOE.address()), kept.stream().map(NewMessage::patient).toList());
        Files.delete(newer);
        look();
        assertEquals(1, kept.size(), "nor while it is away");
        Files.writeString(newer, certificate);
        look();
        assertEquals(1, kept.size());
        assertEquals(1, audit.size(), audit.toString());
    }

    /// IT hears of it all the same, as of every certificate of people outside.
    @Test
    void whomThePolicyLetsHaveNoPageIsNotWrittenTo() throws Exception {
        used(MARIA);
        used(JOE);
        clock.advance(LIFE.minusDays(20));
        mayWrite = it -> !it.equals(MARIA.address());
        look();
        assertEquals(List.of(JOE.address()), kept.stream().map(NewMessage::patient).toList());
        mayWrite = _ -> true;
        look();
        assertEquals(2, kept.size(), "she hears once she may");
        assertEquals(MARIA.address(), kept.getLast().patient());
    }

    @Test
    void whatGoesWrongForOneKeepsNothingFromTheOthers() throws Exception {
        used(MARIA);
        used(JOE);
        clock.advance(LIFE.minusDays(20));
        mayWrite =
                it -> {
                    if (it.equals(MARIA.address())) {
                        throw new IllegalStateException("broken");
                    }
                    return true;
                };
        look();
        assertEquals(List.of(JOE.address()), kept.stream().map(NewMessage::patient).toList());
    }

    @Test
    void aClockThatWasSetTellsNothingTwice() throws Exception {
        used(MARIA);
        clock.advance(LIFE.minusDays(5));
        look();
        for (int days : new int[] {50, -50, -100, 100}) {
            clock.advance(Duration.ofDays(days));
            look();
        }
        assertEquals(1, kept.size());
    }

    /// A key that is gone from the record is gone for good.
    @Test
    void whatIsInTheRecordNoMoreIsForgotten() throws Exception {
        used(MARIA);
        clock.advance(LIFE.minusDays(5));
        look();
        Files.delete(books.folder().resolve("maria@homemail.example-1.used"));
        Files.delete(books.folder().resolve("maria@homemail.example-1.issued"));
        look();
        assertEquals("", Files.readString(plan()));
    }

    @Test
    void itSpeaksHerLanguage() throws Exception {
        language = Language.SPANISH;
        used(MARIA);
        clock.advance(LIFE.minusDays(3));
        look();
        assertTrue(text(0).contains("Su llave para el correo privado de Maple Clinic termina el"));
        assertTrue(text(0).contains(" de "), "the day in her language");
    }

    /// Told twice, or not at all: nobody could say which.
    @Test
    void withoutAWholeFileNobodyIsTold() throws Exception {
        used(MARIA);
        clock.advance(LIFE.minusDays(3));
        Files.writeString(plan(), "what is this\n");
        look();
        assertEquals(List.of(), kept);
        Files.delete(plan());
        Files.delete(books.keyring().revoked().file());
        look();
        assertEquals(List.of(), kept, "it may have been revoked");
    }
}
