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
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.opening.MessageVerdict;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestVault;

/// What is kept of letters of the clinic's server: octets for a moment, verdicts for long.
class KeptLettersTest {
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
        assertTrue(spills.keep(_ -> false).isEmpty());
        assertThrows(
                IOException.class,
                () ->
                        spills.keep(out -> {
                            out.write("half".getBytes(US_ASCII));
                            throw new IOException("the server is gone");
                        }));
    }

    @Test
    void theFirstVerdictIsKept() throws Exception {
        ManualClock clock = new ManualClock(TestAuthority.NOW);
        try (Database database = Database.open(new FileDisk(), home.resolve("db"), clock)) {
            Verdicts verdicts = Verdicts.open(database, clock);
            for (MessageVerdict each : MessageVerdict.values()) {
                String letter = new Place("a", "b:993", each.name()).name(7, 1);
                assertEquals(each, verdicts.of(letter).first(each));
                assertEquals(each, verdicts.of(letter).first(MessageVerdict.PLAIN));
            }
            String read = new Place("a", "b:993", "read").name(7, 1);
            String unread = new Place("a", "b:993", "unread").name(7, 1);
            verdicts.of(read).first(MessageVerdict.SIGNED);
            verdicts.of(unread).first(MessageVerdict.SIGNED);
            clock.advance(Duration.ofDays(700));
            verdicts.of(read).first(MessageVerdict.ALTERED);
            clock.advance(Duration.ofDays(200));
            Verdicts later = Verdicts.open(database, clock);
            assertEquals(MessageVerdict.SIGNED, later.of(read).first(MessageVerdict.ALTERED));
            assertEquals(MessageVerdict.ALTERED, later.of(unread).first(MessageVerdict.ALTERED));
        }
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
