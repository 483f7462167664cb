package org.postern.rotation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.contract.MailboxStoreContract.LETTER;
import static org.postern.contract.MailboxStoreContract.MARIA;
import static org.postern.contract.MailboxStoreContract.letter;
import static org.postern.contract.MailboxStoreContract.read;
import static org.postern.testkit.SampleMail.DOCTOR;
import static org.postern.testkit.SampleMail.PATIENT;
import static org.postern.testkit.SampleMail.envelope;
import static org.postern.testkit.SampleMail.ruling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.cabinet.Cabinet;
import org.postern.cabinet.Filing;
import org.postern.cabinet.Folder;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable;
import org.postern.check.PatientCheck;
import org.postern.check.PatientFile;
import org.postern.choice.ChoiceBook;
import org.postern.choice.Recorded;
import org.postern.control.RequestException;
import org.postern.facts.Choices.Choice;
import org.postern.mail.Address;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.recognition.PictureWords;
import org.postern.rewrap.SealedPlace;
import org.postern.rewrap.Tally;
import org.postern.spool.FileSpool;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.QuickKeystore;
import org.postern.testkit.TestDatabase;
import org.postern.vault.Vault;
import org.postern.vault.Vault.Kek;
import org.postern.writing.Unsent;

/// A rotation over real stores: every kind of sealed thing, put there under the first KEK, is
/// readable at each step and in the end needs the second one alone.
class RotationTest {
    private static final char[] PASSWORD = "korrekt Pferd".toCharArray();
    private static final String MOBILE = "+15550100199";
    private static final Unsent.Place FORM = new Unsent.Place(MARIA, "/w/1");
    private static final String LONG_TEXT = "What I wanted to ask. ".repeat(400);

    /// The keystore tells times of this machine.
    private final ManualClock clock = new ManualClock(Clock.systemUTC().instant());

    private final List<AuditEvent> audited = new ArrayList<>();

    @TempDir Path home;
    private Vault vault;
    private Database database;
    private FileSpool spool;
    private FileMailboxStore mailbox;
    private Rotation rotation;
    private ChoiceBook choices;

    private final Map<QueueId, byte[]> queued = new HashMap<>();
    private final List<MessageKey> bodies = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        Files.writeString(home.resolve("password"), "korrekt Pferd\n");
        QuickKeystore.create(keystore(), PASSWORD);
        open();
        for (int i = 1; i <= 3; i++) {
            bodies.add(mailbox.store(letter(i), LETTER).key());
        }
        queue(3_000);
        queue(140_000);
        assertEquals(Cabinet.Altered.DONE, cabinet().create(DOCTOR, "García", ""));
        assertEquals(Cabinet.Altered.DONE, cabinet().subscribe(DOCTOR, "García", true));
        Folder folder = cabinet().open(DOCTOR, "García").orElseThrow();
        Iterator<Filing.Arriving> one =
                List.of(new Filing.Arriving(LETTER, List.of(), null)).iterator();
        Filing.append(folder, () -> one.hasNext() ? one.next() : null);
        readFolder();
        PatientFile.add(
                patients(), vault, new PatientFile.Fact(MARIA, PatientCheck.MOBILE, MOBILE));
        PatientFile.add(patients(), vault, new PatientFile.Fact(MARIA, PatientCheck.PIN, "483920"));
        new PictureWords(database, vault).choose(MARIA, "otter", clock.instant());
        choices.record(
                new Recorded(
                        MARIA,
                        Recorded.State.ORDINARY_MAIL,
                        clock.instant(),
                        Recorded.PAGE,
                        "her page"));
        new Unsent(database, vault).keep(tab("a"), LONG_TEXT, clock.instant());
        caregivers()
                .invite(
                        new CaregiverTable.Invitation(
                                MARIA,
                                Address.of("son@family.example"),
                                "Luis García",
                                false,
                                Caregiver.By.PATIENT,
                                Duration.ofDays(30)),
                        clock.instant());
    }

    private Path keystore() {
        return home.resolve("keys/vault.p12");
    }

    private Path patients() {
        return home.resolve("patients.csv");
    }

    private CaregiverTable caregivers() {
        return new CaregiverTable(database, vault, new SecureRandom());
    }

    private Cabinet cabinet() throws IOException {
        return Cabinet.open(
                new Cabinet.Ground(
                        mailbox,
                        database,
                        vault,
                        clock,
                        new FileDisk(),
                        home.resolve("folders.mark")));
    }

    /// Its name, what is kept of the letter for lists, and the letter itself.
    private void readFolder() throws IOException {
        Folder folder = cabinet().open(DOCTOR, "García").orElseThrow();
        Filed filed = folder.filed(folder.look().uids(), Detail.OUTLINE).getFirst();
        assertNotNull(filed.outline());
        assertArrayEquals(read(LETTER), read(folder.content(filed)));
    }

    private static Unsent.Tab tab(String name) {
        return new Unsent.Tab(FORM, name, Optional.empty());
    }

    private void open() throws IOException {
        vault = Vault.open(keystore(), PASSWORD);
        database = TestDatabase.open(new FileDisk(), home.resolve("db"), clock);
        spool =
                new FileSpool(
                        new FileSpool.Settings(home.resolve("spool"), 0, 1 << 20, 0),
                        new FileDisk(),
                        vault,
                        clock,
                        new SecureRandom());
        spool.recover(_ -> {});
        mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                new FileDisk(),
                                home.resolve("bodies"),
                                vault,
                                database,
                                new SecureRandom(),
                                clock));
        Map<String, SealedPlace> files = new LinkedHashMap<>();
        files.put("queue", spool);
        files.put("bodies", mailbox);
        choices = ChoiceBook.open(new FileDisk(), home, vault);
        files.put("choices", choices.place());
        rotation =
                new Rotation(
                        vault,
                        new Rotation.Files(keystore(), home.resolve("password")),
                        SealedPlaces.of(files, database, vault, patients()),
                        new KekCount(new FileDisk(), home, patients(), database),
                        new Trail(),
                        clock);
    }

    @AfterEach
    void close() throws IOException {
        rotation.close();
        spool.close();
        mailbox.close();
        database.close();
    }

    private QueueId queue(int size) throws IOException {
        byte[] octets = new byte[size];
        try (Draft draft = spool.open()) {
            draft.out().write(octets);
            draft.finish();
            return commit(draft, octets);
        }
    }

    private QueueId commit(Draft draft, byte[] octets) throws IOException {
        Envelope envelope = envelope(DOCTOR, PATIENT);
        QueueId id = spool.commit(draft, envelope, ruling(envelope)).id();
        queued.put(id, octets);
        return id;
    }

    /// All that was put there, as its readers see it.
    private void readAll() throws IOException {
        for (MessageKey key : bodies) {
            assertArrayEquals(read(LETTER), read(mailbox.content(key)));
        }
        for (Map.Entry<QueueId, byte[]> each : queued.entrySet()) {
            assertArrayEquals(each.getValue(), read(spool.content(each.getKey())));
        }
        readFolder();
        PatientFile facts = PatientFile.open(patients(), vault);
        assertEquals(Optional.of(MOBILE), facts.number(MARIA));
        assertTrue(facts.matches(MARIA, PatientCheck.PIN, "483920"));
        assertEquals(Choice.ORDINARY_MAIL, choices.of(MARIA));
        assertEquals(Choice.ORDINARY_MAIL, ChoiceBook.open(new FileDisk(), home, vault).of(MARIA));
        assertEquals(Optional.of("otter"), new PictureWords(database, vault).of(MARIA));
        assertEquals(
                LONG_TEXT,
                new Unsent(database, vault).find(FORM, clock.instant()).orElseThrow().words());
        assertEquals("Luis García", caregivers().of(MARIA, clock.instant()).getFirst().name());
    }

    @Test
    void everythingComesUnderTheNewKeyAndTheFormerOneCanGo() throws Exception {
        Kek first = vault.keks().getFirst();
        KekCount.Uses before = rotation.uses();
        assertEquals(Map.of(), before.of(first.id() + 1));
        assertEquals(
                Map.ofEntries(
                        Map.entry("bodies", 4L),
                        Map.entry("choices", 1L),
                        Map.entry("imap_outline_key.line", 1L),
                        Map.entry("imap_own_folder.name", 1L),
                        Map.entry("imap_subscription.name", 1L),
                        Map.entry("journal", 1L),
                        Map.entry("queue", 1L),
                        Map.entry("patients", 1L),
                        Map.entry("patient_word.word", 1L),
                        Map.entry("unsent_words.words", 1L),
                        Map.entry("caregiver.name", 1L)),
                before.of(first.id()));
        Kek second = rotation.begin("it");
        assertEquals(second.id(), vault.active());
        queue(2_000);
        readAll();
        says("a rotation is under way", () -> rotation.begin("it"));
        says("no key is retired", () -> rotation.finish("it"));

        rotation.look();
        readAll();
        assertEquals(0, rotation.uses().sum(first.id()), rotation.uses().of(first.id())::toString);
        assertEquals(Optional.empty(), vault.keks().getFirst().retired());
        rotation.look();
        assertTrue(vault.keks().getFirst().retired().isPresent(), "clean twice");
        assertEquals(first.made(), vault.keks().getFirst().made());

        says("retired a moment ago", () -> rotation.finish("it"));
        clock.advance(Rotation.RETIRED_MIN.plusHours(1));
        assertEquals(List.of(first.id()), rotation.finish("it").stream().map(Kek::id).toList());
        assertEquals(List.of(second.id()), vault.keks().stream().map(Kek::id).toList());
        readAll();
        close();
        open();
        assertEquals(second.id(), vault.active());
        readAll();
        assertEquals(
                List.of("key rotation", "key retired", "key destroyed"),
                audited.stream().map(event -> ((Housekeeping) event).act()).toList());
    }

    /// The rounds are stopped and started again in the middle, as by a stop of the gateway.
    @Test
    void aStopInTheMiddleIsFollowedByMoreRounds() throws Exception {
        Kek first = vault.keks().getFirst();
        rotation.begin("it");
        rotation.close();
        rotation.look();
        assertTrue(rotation.uses().sum(first.id()) > 0, "it was ended");
        close();
        open();
        readAll();
        says("a rotation is under way", () -> rotation.begin("it"));
        rotation.look();
        rotation.look();
        assertTrue(vault.keks().getFirst().retired().isPresent());
        readAll();
    }

    @Test
    void whatIsBeingReceivedKeepsTheFormerKey() throws Exception {
        try (Draft draft = spool.open()) {
            draft.out().write(new byte[100]);
            rotation.begin("it");
            for (int i = 0; i < 4; i++) {
                rotation.look();
            }
            assertEquals(Optional.empty(), vault.keks().getFirst().retired());
            draft.finish();
            commit(draft, new byte[100]);
        }
        for (int i = 0; i < 3; i++) {
            rotation.look();
        }
        assertTrue(vault.keks().getFirst().retired().isPresent());
        readAll();
    }

    /// A body of a backup, and a place that nobody told the rotation of.
    @Test
    void whatIsFoundUnderARetiredKeyKeepsItFromBeingDestroyed() throws Exception {
        Path body = home.resolve("bodies").resolve(bodies.getFirst() + ".body");
        byte[] old = Files.readAllBytes(body);
        rotation.begin("it");
        rotation.look();
        rotation.look();
        Files.write(body, old);
        clock.advance(Rotation.RETIRED_MIN.plusHours(1));
        says("{bodies=1}", () -> rotation.finish("it"));
        readAll();
        rotation.look();
        assertEquals(1, rotation.finish("it").size());
        readAll();
    }

    @Test
    void aPlaceThatNobodyRewrapsKeepsTheFormerKey() throws Exception {
        database.change(handle -> {
            handle.execute("CREATE TABLE other (id INTEGER PRIMARY KEY, note VARCHAR(500))");
            handle.execute("INSERT INTO other SELECT 1, word FROM patient_word");
        });
        rotation.begin("it");
        for (int i = 0; i < 4; i++) {
            rotation.look();
        }
        assertEquals(Optional.empty(), vault.keks().getFirst().retired());
        assertTrue(
                String.valueOf(rotation.progress().trouble()).contains("{other.note=1}"),
                String.valueOf(rotation.progress()));
    }

    /// What is damaged and names another key takes nothing off what needs this one.
    @Test
    void whatIsDamagedUnderAnotherKeyIsNotSetAgainstThisOne() throws Exception {
        database.change(handle -> {
            handle.execute("CREATE TABLE other (id INTEGER PRIMARY KEY, note VARCHAR(500))");
            handle.execute("INSERT INTO other SELECT 1, word FROM patient_word");
        });
        Path body = home.resolve("bodies").resolve(bodies.removeLast() + ".body");
        byte[] octets = Files.readAllBytes(body);
        octets[22] ^= 1;
        Files.write(body, octets);
        rotation.begin("it");
        for (int i = 0; i < 4; i++) {
            rotation.look();
        }
        assertEquals(
                1, rotation.progress().tallies().values().stream().mapToLong(Tally::damaged).sum());
        assertEquals(Optional.empty(), vault.keks().getFirst().retired());
    }

    @Test
    void whatNoKeyOpensIsCountedAndHoldsNothingUp() throws Exception {
        Path body = home.resolve("bodies").resolve(bodies.removeLast() + ".body");
        byte[] octets = Files.readAllBytes(body);
        octets[40] ^= 1;
        Files.write(body, octets);
        rotation.begin("it");
        rotation.look();
        rotation.look();
        assertTrue(
                rotation.progress()
                        .tallies()
                        .containsValue(
                                new Tally(4, 0, 1, 0, Map.of(vault.keks().getFirst().id(), 1L))),
                () -> rotation.progress().toString());
        assertTrue(vault.keks().getFirst().retired().isPresent());
        clock.advance(Rotation.RETIRED_MIN.plusHours(1));
        says("or is damaged", () -> rotation.finish("it"));
        assertArrayEquals(octets, Files.readAllBytes(body));
    }

    @Test
    void withoutTheAuditNoKeyIsMade() throws Exception {
        audited.add(new Housekeeping("full", ""));
        assertThrows(IOException.class, () -> rotation.begin("it"));
        assertEquals(1, vault.keks().size());
        assertEquals(1, Vault.open(keystore(), PASSWORD).keks().size());
    }

    @Test
    void aKeystoreThatAnotherProcessChangedIsLeftAlone() throws Exception {
        Vault other = Vault.open(keystore(), PASSWORD);
        other.renew(keystore(), PASSWORD);
        byte[] theirs = Files.readAllBytes(keystore());
        assertThrows(IOException.class, () -> rotation.begin("it"));
        assertArrayEquals(theirs, Files.readAllBytes(keystore()));
        assertEquals(1, vault.keks().size());
    }

    @FunctionalInterface
    private interface Order {
        void run() throws RequestException, IOException;
    }

    private static void says(String words, Order order) {
        RequestException refused = assertThrows(RequestException.class, order::run);
        assertTrue(String.valueOf(refused.getMessage()).contains(words), refused.getMessage());
    }

    private final class Trail implements AuditLog {
        @Override
        public void append(AuditEvent... events) throws IOException {
            if (audited.contains(new Housekeeping("full", ""))) {
                throw new IOException("the audit volume is full (test)");
            }
            audited.addAll(List.of(events));
        }

        @Override
        public void attempts(Instant since, Set<QueueId> of, Consumer<AuditEntry> to) {}

        @Override
        public void close() {}
    }
}
