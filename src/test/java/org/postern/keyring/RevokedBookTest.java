package org.postern.keyring;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.rewrap.SealedLines;
import org.postern.testkit.TestAuthority;

/// Two writers of the book of what was revoked, and what is published between two of its readings.
class RevokedBookTest {
    private static final Instant NOW = TestAuthority.NOW;
    private static final String ANN = "ann@clinic.example";

    private final List<Runnable> atPublished = new ArrayList<>();
    private Set<BigInteger> published = Set.of();

    @TempDir Path folder;

    private final X509Certificate ann = TestAuthority.create().person(ANN).certificate();

    private final class Lists implements RevokedBook.Witness {
        @Override
        public boolean isAuthorityThere() {
            return false;
        }

        @Override
        public Set<BigInteger> published() {
            Set<BigInteger> said = published;
            List.copyOf(atPublished).forEach(Runnable::run);
            return said;
        }
    }

    private RevokedBook book() {
        return new RevokedBook(folder, new Lists());
    }

    private Keyring.Entry entry() {
        Address address = Address.parse(ANN).orElseThrow();
        return new Keyring.Entry(new Owner.Person(address), 1, List.of(ann));
    }

    private static RevokedBook.Line line(int serial) {
        return new RevokedBook.Line(
                BigInteger.valueOf(serial), NOW, RevokedBook.Reason.SUPERSEDED, ANN, serial);
    }

    @Test
    void whoeverChangesItIsAlone() throws IOException {
        RevokedBook book = book();
        book.begin();
        try (Closeable _ = SealedLines.lock(book.file())) {
            IOException held =
                    assertThrows(
                            IOException.class,
                            () -> book.add(entry(), RevokedBook.Reason.KEY_COMPROMISE, NOW));
            assertTrue(String.valueOf(held.getMessage()).contains("try again"), held.getMessage());
            assertThrows(IOException.class, () -> book.restore(List.of(line(1))));
        }
        assertEquals(List.of(), book.lines());
        assertTrue(book.add(entry(), RevokedBook.Reason.KEY_COMPROMISE, NOW));
        assertEquals(1, book.lines().size());
    }

    @Test
    void whatIsPublishedMeanwhileIsNoLoss() throws IOException {
        RevokedBook book = book();
        book.begin();
        // Between the two readings somebody revokes, and publishes that.
        atPublished.add(() -> {
            atPublished.clear();
            try {
                book().restore(List.of(line(7)));
                published = Set.of(BigInteger.valueOf(7));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        book.requireWhole();
        book.requireWhole();
        assertEquals(1, book.lines().size());
        published = Set.of(BigInteger.valueOf(7), BigInteger.valueOf(8));
        assertThrows(BookLostException.class, book::requireWhole);
    }

    /// An odd octet never passes as another name, serial number or line.
    @Test
    void whatWasSpoiltIsNotReadAsSomethingElse() {
        String good = "9f3c 2026-11-26T20:00:00Z key-compromise ann@clinic.example 2";
        BookText read = BookText.of((good + "\n" + good + "\n").getBytes(ISO_8859_1));
        assertEquals(2, read.lines().size());
        assertEquals(List.of(), read.unreadable());
        assertEquals(BookText.EMPTY, BookText.of(new byte[0]));
        for (String bad :
                List.of(
                        good.replace('@', '\u00e9'),
                        good.replace(' ', '\t'),
                        "-" + good,
                        "+" + good,
                        good.replace("key-compromise", "kex-compromise"),
                        good.replace("T20", "T99"),
                        good + "\r",
                        good + good,
                        "")) {
            BookText text = BookText.of((good + "\n" + bad + "\n").getBytes(ISO_8859_1));
            assertEquals(1, text.lines().size(), bad);
            assertEquals(List.of(2), text.unreadable(), bad);
        }
    }
}
