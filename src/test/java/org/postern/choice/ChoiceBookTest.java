package org.postern.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.choice.Recorded.State;
import org.postern.facts.Choices.Choice;
import org.postern.mail.Address;
import org.postern.store.FileDisk;
import org.postern.testkit.FailingDisk;
import org.postern.testkit.FailingDisk.Operation;
import org.postern.testkit.TestVault;

/// What is on record comes back; what cannot be read is never taken for an answer.
class ChoiceBookTest {
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final Address LEE = Address.of("\"lee;x\"@patients.example");
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    @TempDir Path data;
    private final FailingDisk disk = new FailingDisk(new FileDisk());
    private ChoiceBook book;

    @BeforeEach
    void open() throws IOException {
        book = ChoiceBook.open(disk, data, TestVault.one());
    }

    private static Recorded said(Address person, State state) {
        return new Recorded(person, state, NOON, "operator it", "form; signed on paper");
    }

    private Path file() {
        return data.resolve(ChoiceBook.FILE);
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    @Test
    void theLastWordOfEachPersonCountsAlsoAfterAStart() throws IOException {
        assertEquals(Choice.NONE, book.of(MARIA));
        book.record(said(MARIA, State.ORDINARY_MAIL));
        book.record(said(LEE, State.ORDINARY_MAIL));
        for (int start = 0; start < 2; start++) {
            assertEquals(Choice.ORDINARY_MAIL, book.of(Address.of("MARIA@patients.example")));
            assertEquals(Choice.ORDINARY_MAIL, book.of(LEE));
            assertEquals(Optional.of(said(MARIA, State.ORDINARY_MAIL)), book.recorded(MARIA));
            open();
        }
        book.record(said(MARIA, State.WITHDRAWN));
        for (int start = 0; start < 2; start++) {
            assertEquals(Choice.NONE, book.of(MARIA));
            assertEquals(
                    List.of(said(LEE, State.ORDINARY_MAIL), said(MARIA, State.WITHDRAWN)),
                    book.all());
            assertTrue(book.isWhole());
            open();
        }
    }

    @Test
    void theFileTellsNothingButTheAddress() throws IOException {
        book.record(said(MARIA, State.ORDINARY_MAIL));
        String text = Files.readString(file());
        assertTrue(text.startsWith("maria@patients.example;"), text);
        assertFalse(text.contains("ordinary") || text.contains("form"), text);
    }

    /// Somebody exchanged two lines, or cut one, or the keystore is another.
    @Test
    void aLineThatDoesNotOpenMakesItsPersonUnknownAndNobodyElse() throws IOException {
        book.record(said(MARIA, State.WITHDRAWN));
        book.record(said(LEE, State.ORDINARY_MAIL));
        String marias = lines().getFirst();
        String lees = lines().getLast();
        String sealed = lees.substring(lees.lastIndexOf(';'));
        for (String broken :
                List.of(
                        "maria@patients.example" + sealed,
                        marias.substring(0, marias.length() - 2),
                        "maria@patients.example;",
                        marias + "\n" + marias)) {
            Files.writeString(file(), broken + "\n" + lees + "\n");
            open();
            assertEquals(Choice.UNKNOWN, book.of(MARIA), broken);
            assertEquals(Choice.ORDINARY_MAIL, book.of(LEE));
            assertEquals(Choice.NONE, book.of(Address.of("jo@patients.example")));
            assertFalse(book.isWhole());
            book.record(said(LEE, State.WITHDRAWN));
            assertTrue(Files.readString(file()).contains(broken), "nothing is lost silently");
        }
        book = ChoiceBook.open(disk, data, TestVault.newVault());
        assertEquals(Choice.UNKNOWN, book.of(LEE));
        open();
        book.record(said(MARIA, State.WITHDRAWN));
        assertEquals(Choice.NONE, book.of(MARIA));
        assertTrue(book.isWhole(), "a new line stands in the place of all broken ones of hers");
    }

    @Test
    void aLineOfNobodyMakesAllUnknownWhoHaveNoneOfTheirOwn() throws IOException {
        book.record(said(LEE, State.ORDINARY_MAIL));
        Files.writeString(file(), "\0\0\0\n" + Files.readString(file()));
        open();
        assertEquals(Choice.UNKNOWN, book.of(MARIA));
        assertEquals(Choice.ORDINARY_MAIL, book.of(LEE));
    }

    /// Whatever fails: on the disk is the one before or the new one, and a choice that she wanted
    /// to take back is in doubt.
    @Test
    void aFailingDiskLeavesNoChoiceThatSheTookBack() throws IOException {
        book.record(said(MARIA, State.ORDINARY_MAIL));
        int failures = 0;
        for (int n = 1; n < 20; n++) {
            disk.failOnce(n, Operation.ANY);
            try {
                book.record(said(MARIA, State.WITHDRAWN));
                break;
            } catch (IOException _) {
                failures++;
                assertEquals(Choice.UNKNOWN, book.of(MARIA), "step " + n);
                disk.failOnce(Integer.MAX_VALUE, Operation.ANY);
                open();
                assertTrue(book.isWhole(), "step " + n);
            }
            disk.failOnce(Integer.MAX_VALUE, Operation.ANY);
            book.record(said(MARIA, State.ORDINARY_MAIL));
        }
        assertTrue(failures >= 4, "write, sync, name, sync of the folder: " + failures);
        assertEquals(Choice.NONE, book.of(MARIA));
    }

    /// Nobody knows what lies on the disk then: after a start she may have chosen.
    @Test
    void aChoiceThatWasPerhapsNotWrittenIsUnknownUntilSheSaysMore() throws IOException {
        disk.failOnce(1, Operation.WRITE);
        assertThrows(IOException.class, () -> book.record(said(MARIA, State.ORDINARY_MAIL)));
        assertEquals(Choice.UNKNOWN, book.of(MARIA));
        book.record(said(LEE, State.ORDINARY_MAIL));
        assertEquals(Choice.UNKNOWN, book.of(MARIA), "what others say clears no doubt about her");
        book.record(said(MARIA, State.WITHDRAWN));
        assertEquals(Choice.NONE, book.of(MARIA));
        assertTrue(book.isWhole());
    }

    /// Others go on writing; her old line is in the file still.
    @Test
    void aWithdrawalThatWasNotWrittenStaysInDoubtWhateverOthersSay() throws IOException {
        book.record(said(MARIA, State.ORDINARY_MAIL));
        disk.failOnce(1, Operation.WRITE);
        assertThrows(IOException.class, () -> book.record(said(MARIA, State.WITHDRAWN)));
        book.record(said(LEE, State.ORDINARY_MAIL));
        assertEquals(Choice.UNKNOWN, book.of(MARIA));
        assertFalse(book.isWhole());
        book.record(said(MARIA, State.WITHDRAWN));
        assertEquals(Choice.NONE, book.of(MARIA));
    }

    @Test
    void aSourceIsOneLineThatCanBeRead() {
        for (String bad : List.of("", "  ", "a\nb", "a\u202Eb", "x".repeat(201), "a\u0000")) {
            assertFalse(Recorded.isSource(bad), bad);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new Recorded(MARIA, State.WITHDRAWN, NOON, "page", bad));
        }
        assertTrue(Recorded.isSource("Formular vom 2. März; Müller"));
    }
}
