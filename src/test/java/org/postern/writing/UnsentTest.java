package org.postern.writing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;
import org.postern.writing.Unsent.Place;

class UnsentTest {
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final Address PABLO = Address.of("pablo@patients.example");

    private final ManualClock clock = ManualClock.atNoon();

    @TempDir Path data;
    private Database database;
    private Unsent unsent;

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock);
        unsent = new Unsent(database, TestVault.one());
    }

    @AfterEach
    void close() throws IOException {
        database.close();
    }

    private Optional<String> find(Address writer, String path) throws IOException {
        return unsent.find(new Place(writer, path), clock.instant()).map(Unsent.Kept::words);
    }

    private static Unsent.Tab tab(Address writer, String path) {
        return new Unsent.Tab(new Place(writer, path), "one", Optional.empty());
    }

    private void keep(Address writer, String path, String words) throws IOException {
        var _ = unsent.keep(tab(writer, path), words, clock.instant());
    }

    @Test
    void theNewestWordsOfAFormAreKept() throws IOException {
        keep(MARIA, "/t/a", "Hello");
        keep(MARIA, "/t/a", "Hello, ¿cómo está?\nMaría 🙂");
        keep(PABLO, "/t/a", "His");
        assertEquals(Optional.of("Hello, ¿cómo está?\nMaría 🙂"), find(MARIA, "/t/a"));
        assertEquals(Optional.of("His"), find(PABLO, "/t/a"));
        assertEquals(Optional.empty(), find(MARIA, "/t/b"));
        unsent.over(tab(MARIA, "/t/a"), clock.instant());
        assertEquals(Optional.empty(), find(MARIA, "/t/a"));
        assertEquals(Optional.of("His"), find(PABLO, "/t/a"));
    }

    @Test
    void theLongestAreKeptUpToTheirLimit() throws IOException {
        String longest = "漢".repeat(Writing.TEXT_CHARS_MAX);
        keep(MARIA, "/t/a", longest + "字");
        assertEquals(Optional.of(longest), find(MARIA, "/t/a"));
    }

    @Test
    void ofManyFormsThoseTypedLastAreKept() throws IOException {
        for (int i = 0; i <= Unsent.WRITER_MAX; i++) {
            keep(MARIA, "/t/" + i, "Words");
            clock.advance(Duration.ofSeconds(1));
        }
        assertEquals(Optional.empty(), find(MARIA, "/t/0"));
        assertEquals(Optional.of("Words"), find(MARIA, "/t/1"));
        assertEquals(Optional.of("Words"), find(MARIA, "/t/" + Unsent.WRITER_MAX));
    }

    @Test
    void oldWordsGo() throws IOException {
        Instant begun = clock.instant();
        keep(MARIA, "/t/a", "Words");
        clock.advance(Unsent.LIFE.minusMillis(1));
        assertEquals(Optional.of("Words"), find(MARIA, "/t/a"));
        clock.advance(Duration.ofMillis(1));
        assertEquals(Optional.empty(), find(MARIA, "/t/a"));
        unsent.forgetOld(clock.instant());
        assertEquals(Optional.empty(), unsent.find(new Place(MARIA, "/t/a"), begun));
    }

    @Test
    void theTabsOfAFormAreCountedToo() throws IOException {
        for (int i = 0; i <= Unsent.WRITER_MAX; i++) {
            var _ =
                    unsent.keep(
                            new Unsent.Tab(new Place(MARIA, "/t/a"), "tab" + i, Optional.empty()),
                            "Words " + i,
                            clock.instant());
            clock.advance(Duration.ofSeconds(1));
        }
        long rows =
                database.read(handle ->
                        handle.createQuery("SELECT COUNT(*) FROM unsent_words")
                                .mapTo(Long.class)
                                .one());
        assertEquals(Unsent.WRITER_MAX, rows);
        assertEquals(Optional.of("Words " + Unsent.WRITER_MAX), find(MARIA, "/t/a"));
    }

    /// The page was loaded anew, and its script saved once more: before the new page was there, and
    /// after it was sent.
    @Test
    void whatAReloadedPageHadOnTheWayDoesNotComeBack() throws IOException {
        Place place = new Place(MARIA, "/t/a");
        Unsent.Tab before = new Unsent.Tab(place, "before", Optional.empty());
        var _ = unsent.keep(before, "I have", clock.instant());
        clock.advance(Duration.ofSeconds(3));
        Unsent.Kept shown = unsent.find(place, clock.instant()).orElseThrow();
        clock.advance(Duration.ofSeconds(1));
        assertTrue(unsent.keep(before, "I have a fever", clock.instant()).isPresent());
        clock.advance(Duration.ofSeconds(4));
        unsent.over(new Unsent.Tab(place, "after", Optional.of(shown.version())), clock.instant());
        assertEquals(Optional.empty(), find(MARIA, "/t/a"));
        assertTrue(unsent.keep(before, "I have a fever", clock.instant()).isEmpty());
        assertEquals(Optional.empty(), find(MARIA, "/t/a"));
        clock.advance(Unsent.RELOAD.plusMillis(1));
        assertTrue(unsent.keep(before, "And a cough", clock.instant()).isPresent());
        assertEquals(Optional.of("And a cough"), find(MARIA, "/t/a"));
    }

    @Test
    void aSecondTabKeepsWhatIsTypedThereLater() throws IOException {
        Place place = new Place(MARIA, "/t/a");
        Unsent.Tab first = new Unsent.Tab(place, "first", Optional.empty());
        var _ = unsent.keep(first, "I have", clock.instant());
        Unsent.Kept shown = unsent.find(place, clock.instant()).orElseThrow();
        clock.advance(Unsent.RELOAD.plusSeconds(1));
        assertTrue(unsent.keep(first, "I have two tabs", clock.instant()).isPresent());
        unsent.over(new Unsent.Tab(place, "second", Optional.of(shown.version())), clock.instant());
        assertEquals(Optional.of("I have two tabs"), find(MARIA, "/t/a"));
    }

    @Test
    void aVersionIsReadAsItWasWritten() {
        Unsent.Version version =
                new Unsent.Version("a-_9", Instant.ofEpochMilli(17), Instant.ofEpochMilli(19));
        assertEquals(Optional.of(version), Unsent.Version.parse(version.toString()));
        for (String other :
                List.of("", "a", "a.1", ".1.2", "a.1.2x", "a b.1.2", "a.-1.2", "a.1.2.3")) {
            assertEquals(Optional.empty(), Unsent.Version.parse(other), other);
        }
    }

    /// A row that was put in the place of another opens nowhere else.
    @Test
    void wordsOpenInTheirPlaceAlone() throws IOException {
        keep(MARIA, "/t/a", "Hers");
        database.change(handle ->
                handle.createUpdate("UPDATE unsent_words SET writer_key = :other")
                        .bind("other", PABLO.key())
                        .execute());
        assertEquals(Optional.empty(), find(PABLO, "/t/a"));
    }
}
