package org.postern.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.contract.MailboxStoreContract;
import org.postern.mail.Content;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;
import org.postern.vault.Vault;

class FileMailboxStoreTest implements MailboxStoreContract {
    private final SecureRandom random = new SecureRandom();
    private final ManualClock clock = new ManualClock(NOON);
    private Vault vault = TestVault.one();
    private @Nullable Database database;

    @TempDir Path data;

    @Override
    public FileMailboxStore store() throws IOException {
        stop();
        Database opened = TestDatabase.open(new FileDisk(), data.resolve("db"), clock);
        database = opened;
        return FileMailboxStore.open(
                new FileMailboxStore.Ground(
                        new FileDisk(), bodies(), vault, opened, random, clock));
    }

    @AfterEach
    void stop() throws IOException {
        Database open = database;
        database = null;
        if (open != null) {
            open.close();
        }
    }

    private Path bodies() {
        return data.resolve("bodies");
    }

    private Path body(StoredMessage message) {
        return bodies().resolve(message.key() + ".body");
    }

    private void deleteDatabase() throws IOException {
        stop();
        try (Stream<Path> files = Files.list(data.resolve("db"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(data.resolve("db"));
    }

    @Test
    void everythingSurvivesARestart() throws IOException {
        FileMailboxStore store = store();
        StoredMessage letter = store.store(MailboxStoreContract.letter(1), LETTER);
        store.markNotified(letter.key());
        store.markRead(letter.key(), NOON);
        PickupToken token = store.grant(letter.key(), NOON.plus(Duration.ofDays(1)));

        FileMailboxStore again = store();
        assertEquals(
                new FileMailboxStore.Reconciled(List.of(), List.of(), List.of()),
                again.reconciled());
        StoredMessage found = again.message(letter.key()).orElseThrow();
        assertTrue(found.notified());
        assertEquals(Optional.of(NOON), found.read());
        assertEquals(letter.message(), found.message());
        assertEquals(found, again.grant(token, NOON).orElseThrow().message());
        assertArrayEquals(
                MailboxStoreContract.read(LETTER),
                MailboxStoreContract.read(again.content(letter.key())));
    }

    @Test
    void aLostDatabaseIsRebuiltFromTheBodies() throws IOException {
        FileMailboxStore store = store();
        NewMessage first = MailboxStoreContract.letter(1, "x@y.example");
        Stay stay = new Stay(first.arrived(), Optional.of(NOON.plusSeconds(90)), Optional.of("es"));
        StoredMessage letter =
                store.store(
                        new NewMessage(
                                first.queueId(),
                                first.direction(),
                                first.clinician(),
                                first.patient(),
                                first.messageId(),
                                first.references(),
                                stay.untold(),
                                first.guard()),
                        LETTER);
        StoredMessage reply =
                store.store(MailboxStoreContract.letter(2, "m1@clinic.example"), LETTER);
        deleteDatabase();

        FileMailboxStore rebuilt = store();
        assertEquals(2, rebuilt.reconciled().restored().size());
        assertEquals(List.of(letter, reply), rebuilt.thread(letter.thread()));
        assertEquals(letter, rebuilt.store(MailboxStoreContract.letter(1), LETTER), "stored once");
        assertEquals(
                letter.thread(),
                rebuilt.store(MailboxStoreContract.letter(3, "m2@clinic.example"), LETTER)
                        .thread());
        assertArrayEquals(
                MailboxStoreContract.read(LETTER),
                MailboxStoreContract.read(rebuilt.content(reply.key())));
    }

    /// The name of the body depends on the message alone, so even a store that knows nothing of the
    /// first copy does not make a second one.
    @Test
    void aMessageStoredAgainAfterTheLossOfTheDatabaseIsOneFile() throws IOException {
        StoredMessage letter = store().store(MailboxStoreContract.letter(1), LETTER);
        deleteDatabase();
        Path aside = data.resolve("aside");
        Files.move(bodies(), aside);
        StoredMessage again = store().store(MailboxStoreContract.letter(1), LETTER);
        assertEquals(letter.key(), again.key());
    }

    @Test
    void aBodyWithoutARowAndARowWithoutABodyAreBroughtTogether() throws IOException {
        FileMailboxStore store = store();
        StoredMessage one = store.store(MailboxStoreContract.letter(1), LETTER);
        StoredMessage two = store.store(MailboxStoreContract.letter(2), LETTER);
        Files.move(body(one), data.resolve("one"));

        FileMailboxStore without = store();
        assertEquals(List.of(one.key().value()), without.reconciled().lost());
        assertEquals(Optional.empty(), without.message(one.key()));
        assertEquals(Optional.of(two), without.message(two.key()));

        Files.move(data.resolve("one"), body(one));
        FileMailboxStore with = store();
        assertEquals(List.of(one.key()), with.reconciled().restored());
        assertEquals(Optional.of(one), with.message(one.key()));
    }

    @Test
    void anEmptyFolderOfBodiesIsNotTakenForTheLossOfAll() throws IOException {
        StoredMessage one = store().store(MailboxStoreContract.letter(1), LETTER);
        Files.move(body(one), data.resolve("one"));
        IOException refused = assertThrows(IOException.class, this::store);
        assertTrue(String.valueOf(refused.getMessage()).contains("volume"));
        Files.move(data.resolve("one"), body(one));
        assertEquals(Optional.of(one), store().message(one.key()));
    }

    /// Another name of the same octets shows what a thief finds on the disk.
    @Test
    void theKeyOfAForgottenBodyIsWrittenOver() throws IOException {
        FileMailboxStore store = store();
        byte[] longText = new byte[200_000];
        StoredMessage letter = store.store(MailboxStoreContract.letter(1), Content.of(longText));
        Path other = Files.createLink(data.resolve("other"), body(letter));
        byte[] before = Files.readAllBytes(other);
        assertEquals(1, store.forget(NOON.plusSeconds(60)));
        byte[] after = Files.readAllBytes(other);
        assertArrayEquals(new byte[4_096], Arrays.copyOf(after, 4_096));
        assertEquals(before.length, after.length);
        try (Stream<Path> left = Files.list(bodies())) {
            assertEquals(List.of(), left.toList());
        }
        deleteDatabase();
        assertEquals(
                new FileMailboxStore.Reconciled(List.of(), List.of(), List.of()),
                store().reconciled());
    }

    @Test
    void aPortionOfForgettingIsBounded() throws IOException {
        FileMailboxStore store = store();
        for (int number = 1; number <= 101; number++) {
            store.store(MailboxStoreContract.letter(number), LETTER);
        }
        Instant limit = NOON.plusSeconds(1_000);
        assertEquals(100, store.forget(limit));
        assertEquals(1, store.forget(limit));
        assertEquals(0, store.forget(limit));
    }

    /// The file of the first one could not be deleted, and then the message came again.
    @Test
    void aMessageStoredAgainSurvivesTheEndOfItsFirstDestruction() throws IOException {
        FileMailboxStore store = store();
        StoredMessage letter = store.store(MailboxStoreContract.letter(1), LETTER);
        Path begun = bodies().resolve(letter.key() + ".gone");
        Files.copy(body(letter), begun);
        FileMailboxStore again = store();
        assertFalse(Files.exists(begun));
        assertEquals(Optional.of(letter), again.message(letter.key()));
        assertArrayEquals(
                MailboxStoreContract.read(LETTER),
                MailboxStoreContract.read(again.content(letter.key())));
    }

    @Test
    void halfWrittenBodiesAreDeletedAndForeignFilesAreNot() throws IOException {
        store().store(MailboxStoreContract.letter(1), LETTER);
        Path draft = Files.writeString(bodies().resolve("A".repeat(22) + ".17.new"), "POST");
        Path foreign = Files.writeString(bodies().resolve("lost+found"), "?");
        store();
        assertFalse(Files.exists(draft));
        assertTrue(Files.exists(foreign));
    }

    @Test
    void aContentOfAnotherLengthThanItSaysIsNotStored() throws IOException {
        FileMailboxStore store = store();
        Content lying =
                new Content() {
                    @Override
                    public long size() {
                        return LETTER.size() + 1;
                    }

                    @Override
                    public InputStream open() throws IOException {
                        return LETTER.open();
                    }
                };
        assertThrows(IOException.class, () -> store.store(MailboxStoreContract.letter(1), lying));
        try (Stream<Path> left = Files.list(bodies())) {
            assertEquals(List.of(), left.toList());
        }
        assertEquals(LETTER.size(), store.store(MailboxStoreContract.letter(1), LETTER).size());
    }

    /// One octet changed at each place of the file: either the head or the content must not open,
    /// and nothing that is not true may be handed out.
    @Test
    void everyChangedOctetOfABodyIsNoticed() throws IOException {
        FileMailboxStore store = store();
        StoredMessage letter = store.store(MailboxStoreContract.letter(1), LETTER);
        byte[] whole = Files.readAllBytes(body(letter));
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x10;
            Files.write(body(letter), changed);
            int at = i;
            assertThrows(
                    IOException.class,
                    () -> MailboxStoreContract.read(store.content(letter.key())),
                    () -> "octet " + at);
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(body(letter), Arrays.copyOf(whole, length));
            int cut = length;
            assertThrows(
                    IOException.class,
                    () -> MailboxStoreContract.read(store.content(letter.key())),
                    () -> "cut to " + cut);
        }
    }

    @Test
    void exchangedBodiesDoNotOpen() throws IOException {
        FileMailboxStore store = store();
        StoredMessage one = store.store(MailboxStoreContract.letter(1), LETTER);
        StoredMessage two = store.store(MailboxStoreContract.letter(2), LETTER);
        Files.copy(body(one), body(two), StandardCopyOption.REPLACE_EXISTING);
        assertThrows(IOException.class, () -> MailboxStoreContract.read(store.content(two.key())));
    }

    @Test
    void bodiesUnderAnUnknownKeyAreLeftAndReported() throws IOException {
        StoredMessage one = store().store(MailboxStoreContract.letter(1), LETTER);
        deleteDatabase();
        vault = TestVault.newVault();
        FileMailboxStore foreign = store();
        assertEquals(List.of(one.key()), foreign.reconciled().unreadable());
        assertThrows(
                IOException.class, () -> MailboxStoreContract.read(foreign.content(one.key())));
        vault = TestVault.one();
        assertEquals(Optional.of(one), store().message(one.key()));
    }

    /// Random words in every part of a message, looked for in every file of the data folder, as
    /// text and as UTF-16, while the store is open and after.
    @Test
    void nothingOfAMessageIsReadableInAnyFile() throws IOException {
        String subject = canary();
        String text = canary();
        String fileName = canary();
        FileMailboxStore store = store();
        String mail =
                """
                Subject: %s\r
                Content-Disposition: attachment; filename=%s.pdf\r
                \r
                %s\r
                """
                        .formatted(subject, fileName, text);
        StoredMessage stored =
                store.store(MailboxStoreContract.letter(1), MailboxStoreContract.content(mail));
        PickupToken token = store.grant(stored.key(), NOON.plus(Duration.ofDays(1)));
        List<String> secrets = List.of(subject, text, fileName, token.value());
        assertNoneIn(secrets);
        opened().checkpoint();
        assertNoneIn(secrets);
        stop();
        assertNoneIn(secrets);
    }

    private Database opened() {
        Database open = database;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        return open;
    }

    private String canary() {
        byte[] octets = new byte[16];
        random.nextBytes(octets);
        return "canary" + HexFormat.of().formatHex(octets);
    }

    private void assertNoneIn(List<String> words) throws IOException {
        try (Stream<Path> files = Files.walk(data).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                byte[] octets = Files.readAllBytes(file);
                String narrow = new String(octets, StandardCharsets.ISO_8859_1);
                for (String word : words) {
                    String wide =
                            new String(
                                    word.getBytes(StandardCharsets.UTF_16BE),
                                    StandardCharsets.ISO_8859_1);
                    assertFalse(narrow.contains(word), file + " holds a secret");
                    assertFalse(narrow.contains(wide), file + " holds a secret");
                }
            }
        }
    }

    @Test
    void keysAreNotGuessedFromTheMessage() throws IOException {
        StoredMessage one = store().store(MailboxStoreContract.letter(1), LETTER);
        deleteDatabase();
        Files.delete(body(one));
        vault = TestVault.newVault();
        assertNotEquals(one.key(), store().store(MailboxStoreContract.letter(1), LETTER).key());
    }
}
