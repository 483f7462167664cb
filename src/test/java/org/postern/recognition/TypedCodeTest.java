package org.postern.recognition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Address;
import org.postern.mailbox.PickupToken;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

class TypedCodeTest {
    private static final TypedCode CODE = new TypedCode("K7QP29FMX4TD81W0");

    @TempDir Path data;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "K7QP29FMX4TD81W0",
                "K7QP-29FM-X4TD-81W0",
                "k7qp-29fm-x4td-8lwo",
                " K7QP 29FM\tX4TD 8IWO ",
                "K7QP–29FM—X4TD‑81W0.",
                "\u200bK7QP\u00a029FM\u202fX4TD\u00ad81W0\ufeff"
            })
    void peopleTypeItInManyWays(String typed) {
        assertEquals(Optional.of(CODE), TypedCode.parse(typed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "K7QP-29FM-X4TD-81W",
                "K7QP-29FM-X4TD-81W00",
                "K7QP-29FM-X4TD-81WU", // no U in Crockford's base32
                "K7QP/29FM/X4TD/81W0",
                "Ｋ7QP29FMX4TD81W0"
            })
    void whatIsNoCode(String typed) {
        assertEquals(Optional.empty(), TypedCode.parse(typed));
    }

    @Test
    void itIsShownInGroups() {
        assertEquals("K7QP-29FM-X4TD-81W0", CODE.shown());
        assertFalse(CODE.toString().contains("K7QP"));
        SecureRandom random = new SecureRandom();
        assertNotEquals(TypedCode.next(random), TypedCode.next(random));
    }

    /// T13: neither the code nor the link lies anywhere.
    @Test
    void itLeadsToItsLinkUntilThatIsOver() throws IOException {
        ManualClock clock = ManualClock.atNoon();
        SecureRandom random = new SecureRandom();
        Instant end = clock.instant().plus(Duration.ofDays(30));
        PickupToken token = PickupToken.next(random);
        TypedCode code;
        try (Database database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock)) {
            TypedCodes codes = new TypedCodes(database, TestVault.one(), random);
            code = codes.make(token, clock.instant(), end);
            assertEquals(Optional.of(token), codes.link(code, end.minusMillis(1)));
            assertEquals(Optional.empty(), codes.link(code, end));
            assertEquals(Optional.empty(), codes.link(CODE, clock.instant()));
            database.checkpoint();
        }
        try (var files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String octets = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(octets.contains(code.value()), file.toString());
                assertFalse(octets.contains(token.value()), file.toString());
            }
        }
    }

    @Test
    void aWordIsHersAndSealed() throws IOException {
        ManualClock clock = ManualClock.atNoon();
        Address maria = Address.of("maria@patients.example");
        Address pablo = Address.of("pablo@patients.example");
        try (Database database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock)) {
            PictureWords words = new PictureWords(database, TestVault.one());
            assertEquals(Optional.empty(), words.of(maria));
            words.choose(maria, "lighthouse", clock.instant());
            words.choose(maria, "árbol", clock.instant());
            assertEquals(Optional.of("árbol"), words.of(maria));
            assertEquals(Optional.empty(), words.of(pablo));
            database.change(handle ->
                    handle.createUpdate("UPDATE patient_word SET patient_key = :other")
                            .bind("other", pablo.key())
                            .execute());
            assertEquals(Optional.empty(), words.of(pablo), "it opens in its place alone");
            database.checkpoint();
        }
        try (var files = Files.walk(data)) {
            assertTrue(files.filter(Files::isRegularFile).noneMatch(TypedCodeTest::tells));
        }
    }

    private static boolean tells(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains("lighthouse");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
