package org.postern.writing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
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
        database = Database.open(new FileDisk(), data.resolve("db"), clock);
        unsent = new Unsent(database, TestVault.one());
    }

    @AfterEach
    void close() throws IOException {
        database.close();
    }

    private Optional<String> find(Address writer, String path) throws IOException {
        return unsent.find(new Place(writer, path), clock.instant());
    }

    private void keep(Address writer, String path, String words) throws IOException {
        unsent.keep(new Place(writer, path), words, clock.instant());
    }

    @Test
    void theNewestWordsOfAFormAreKept() throws IOException {
        keep(MARIA, "/t/a", "Hello");
        keep(MARIA, "/t/a", "Hello, ¿cómo está?\nMaría 🙂");
        keep(PABLO, "/t/a", "His");
        assertEquals(Optional.of("Hello, ¿cómo está?\nMaría 🙂"), find(MARIA, "/t/a"));
        assertEquals(Optional.of("His"), find(PABLO, "/t/a"));
        assertEquals(Optional.empty(), find(MARIA, "/t/b"));
        unsent.forget(new Place(MARIA, "/t/a"));
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

    /// A row that was put in the place of another opens nowhere else.
    @Test
    void wordsOpenInTheirPlaceAlone() throws IOException {
        keep(MARIA, "/t/a", "Hers");
        database.change(handle ->
                handle.createUpdate("UPDATE unsent SET writer_key = :other")
                        .bind("other", PABLO.key())
                        .execute());
        assertEquals(Optional.empty(), find(PABLO, "/t/a"));
    }
}
