package org.postern.beside;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.opening.MessageVerdict;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// What is kept of letters of the clinic's server: octets for a moment, verdicts for long.
class KeptLettersTest {
    private static final byte[] HASH = new byte[32];

    @TempDir Path home;

    private static byte[] letter(int octets) {
        byte[] letter = new byte[octets];
        for (int i = 0; i < octets; i++) {
            letter[i] = (byte) (i * 31);
        }
        return letter;
    }

    @Test
    void aLetterIsReadFromAnyPlaceAndHasNoName() throws Exception {
        Spills spills = Spills.in(home.resolve("spills"), TestVault.one());
        byte[] letter = letter(200_000);
        try (Spills.Spill spill =
                spills.keep(
                                "a",
                                0,
                                out -> {
                                    out.write(letter);
                                    out.write('x');
                                    return true;
                                })
                        .orElseThrow()) {
            assertEquals(letter.length + 1, spill.size());
            try (InputStream in = spill.open()) {
                assertArrayEquals(letter, in.readNBytes(letter.length));
                assertEquals('x', in.read());
                assertEquals(-1, in.read());
            }
            for (int from : new int[] {0, 1, 65_535, 65_536, 150_000, 200_000}) {
                try (InputStream in = spill.open(from)) {
                    byte[] rest = in.readAllBytes();
                    assertEquals(letter.length + 1 - from, rest.length);
                    assertArrayEquals(
                            Arrays.copyOfRange(letter, from, letter.length),
                            Arrays.copyOf(rest, rest.length - 1));
                }
            }
            try (InputStream in = spill.open(spill.size())) {
                assertEquals(-1, in.read());
            }
            try (Stream<Path> names = Files.list(home.resolve("spills"))) {
                assertEquals(0, names.count());
            }
        }
    }

    @Test
    void whatDoesNotComeWholeIsNotKept() throws Exception {
        Spills spills = Spills.in(home.resolve("spills"), TestVault.one());
        assertTrue(spills.keep("a", 0, _ -> false).isEmpty());
        assertThrows(
                IOException.class,
                () ->
                        spills.keep(
                                "a",
                                0,
                                out -> {
                                    out.write("half".getBytes(US_ASCII));
                                    throw new IOException("the server is gone");
                                }));
    }

    @Test
    void oneReaderLeavesRoomForOthers() throws Exception {
        Room room = new Room(250_000, 150_000);
        Spills spills = Spills.in(home.resolve("spills"), TestVault.one(), room);
        byte[] letter = letter(100_000);
        try (Spills.Spill one = spill(spills, "a", letter)) {
            assertThrows(IOException.class, () -> spill(spills, "a", letter));
            try (Spills.Spill other = spill(spills, "b", letter)) {
                assertEquals(one.size(), other.size());
                assertThrows(IOException.class, () -> spill(spills, "c", letter));
            }
            spill(spills, "c", letter).close();
            List<String> asked = new ArrayList<>();
            Spills.Source source = _ -> asked.add("the server");
            assertThrows(IOException.class, () -> spills.keep("a", 60_000, source));
            assertEquals(List.of(), asked);
            spills.keep("a", 50_000, source).orElseThrow().close();
            assertEquals(1, asked.size());
        }
        for (String reader : List.of("a", "b", "c")) {
            spill(spills, reader, letter(150_000)).close();
        }
    }

    @Test
    void theFirstVerdictIsKept() throws Exception {
        ManualClock clock = new ManualClock(TestAuthority.NOW);
        try (Database database = TestDatabase.open(new FileDisk(), home.resolve("db"), clock)) {
            Verdicts verdicts = Verdicts.open(database, clock);
            for (MessageVerdict each : MessageVerdict.values()) {
                String letter = new Place("a", "b:993", each.name()).name(7, 1);
                assertEquals(Optional.empty(), verdicts.of(letter, HASH).before());
                assertEquals(each, verdicts.of(letter, HASH).first(each));
                assertEquals(each, verdicts.of(letter, HASH).first(MessageVerdict.PLAIN));
                assertEquals(Optional.of(each), verdicts.of(letter, HASH).before());
            }
            String read = new Place("a", "b:993", "read").name(7, 1);
            String unread = new Place("a", "b:993", "unread").name(7, 1);
            verdicts.of(read, HASH).first(MessageVerdict.SIGNED);
            verdicts.of(unread, HASH).first(MessageVerdict.SIGNED);
            clock.advance(Duration.ofDays(700));
            verdicts.of(read, HASH).before();
            clock.advance(Duration.ofDays(200));
            Verdicts later = Verdicts.open(database, clock);
            assertEquals(Optional.of(MessageVerdict.SIGNED), later.of(read, HASH).before());
            assertEquals(Optional.empty(), later.of(unread, HASH).before());
        }
    }

    /// A server may put another letter where the one lay that was judged.
    @Test
    void aVerdictIsOfTheOctetsThatWereJudged() throws Exception {
        ManualClock clock = new ManualClock(TestAuthority.NOW);
        Spills spills = Spills.in(home.resolve("spills"), TestVault.one());
        String letter = new Place("a", "b:993", "INBOX").name(7, 1);
        try (Database database = TestDatabase.open(new FileDisk(), home.resolve("db"), clock);
                Spills.Spill one = spill(spills, letter(100_000));
                Spills.Spill again = spill(spills, letter(100_000));
                Spills.Spill other = spill(spills, letter(100_001))) {
            Verdicts verdicts = Verdicts.open(database, clock);
            verdicts.of(letter, one.hash()).first(MessageVerdict.SIGNED_ENCRYPTED);
            assertEquals(
                    Optional.of(MessageVerdict.SIGNED_ENCRYPTED),
                    verdicts.of(letter, again.hash()).before());
            assertEquals(Optional.empty(), verdicts.of(letter, other.hash()).before());
            assertEquals(
                    MessageVerdict.ENCRYPTED,
                    verdicts.of(letter, other.hash()).first(MessageVerdict.ENCRYPTED));
        }
    }

    private static Spills.Spill spill(Spills spills, byte[] letter) throws IOException {
        return spill(spills, "a", letter);
    }

    private static Spills.Spill spill(Spills spills, String reader, byte[] letter)
            throws IOException {
        return spills.keep(
                        reader,
                        0,
                        out -> {
                            out.write(letter);
                            return true;
                        })
                .orElseThrow();
    }

    /// What differs in one thing has another name.
    @Test
    void eachLetterHasANameOfItsOwn() {
        String name = new Place("anna", "b:993", "INBOX").name(7, 1);
        assertEquals(22, name.length());
        assertEquals(name, new Place("anna", "b:993", "INBOX").name(7, 1));
        assertNotEquals(name, new Place("ann", "ab:993", "INBOX").name(7, 1));
        assertNotEquals(name, new Place("anna", "b:993", "INBOY").name(7, 1));
        assertNotEquals(name, new Place("anna", "b:993", "INBOX").name(8, 1));
        assertNotEquals(name, new Place("anna", "b:993", "INBOX").name(7, 2));
    }
}
