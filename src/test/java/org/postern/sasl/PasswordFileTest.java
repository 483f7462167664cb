package org.postern.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.vault.PasswordHash;

class PasswordFileTest {
    private static final RandomGenerator RANDOM =
            RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    private static final String ALICES = PasswordHash.of("alice's".toCharArray(), RANDOM);
    private static final String BOBS = PasswordHash.of("bob's".toCharArray(), RANDOM);

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("users");
    }

    @Test
    void whoIsInTheFileLogsIn() throws IOException {
        write(
                """
                # the ward
                alice@clinic.example:%s:reception@clinic.example, info@clinic.example

                bob@clinic.example:%s
                """
                        .formatted(ALICES, BOBS));
        PasswordFile users = new PasswordFile(file);
        Authenticator.Account alice = login(users, "Alice@CLINIC.example", "alice's").orElseThrow();
        assertEquals(Address.of("alice@clinic.example"), alice.address());
        assertTrue(alice.maySendAs(Address.of("ALICE@clinic.example")));
        assertTrue(alice.maySendAs(Address.of("reception@clinic.example")));
        assertFalse(alice.maySendAs(Address.of("bob@clinic.example")));
        assertTrue(login(users, "bob@clinic.example", "bob's").isPresent());
    }

    @Test
    void aFileThatIsNotThereYetLetsNobodyIn() throws IOException {
        PasswordFile users = new PasswordFile(file);
        assertTrue(login(users, "alice@clinic.example", "alice's").isEmpty());
        write("alice@clinic.example:" + ALICES + "\n");
        assertTrue(login(users, "alice@clinic.example", "alice's").isPresent());
    }

    @Test
    void nobodyElseDoes() throws IOException {
        write("alice@clinic.example:" + ALICES + "\nbob@clinic.example:" + BOBS + "\n");
        PasswordFile users = new PasswordFile(file);
        assertTrue(login(users, "alice@clinic.example", "bob's").isEmpty());
        assertTrue(login(users, "alice@clinic.example", "").isEmpty());
        // A stranger's secret is checked against a real hash, which must not let the stranger in.
        assertTrue(login(users, "carol@clinic.example", "bob's").isEmpty());
        assertTrue(login(users, "carol@clinic.example", "alice's").isEmpty());
        assertTrue(login(users, "bob", "bob's").isEmpty());
        assertTrue(login(users, "", "bob's").isEmpty());
        assertTrue(login(users, "bob@clinic.example\r\n", "bob's").isEmpty());
    }

    /// S25: one secret, however a keyboard writes it. Alice's hash is as `user` makes it.
    @Test
    void aPasswordIsTheSameFromEachKeyboard() throws IOException {
        write("alice@clinic.example:" + hash("Z\u00FCrich caf\u00E9 1") + "\n");
        PasswordFile users = new PasswordFile(file);
        for (String typed :
                List.of(
                        "Z\u00FCrich caf\u00E9 1",
                        "Zu\u0308rich cafe\u0301 1",
                        "Zu\u0308rich\u00A0caf\u00E9\u20031")) {
            assertTrue(login(users, "alice@clinic.example", typed).isPresent(), typed);
            assertTrue(login(users, "carol@clinic.example", typed).isEmpty(), typed);
        }
        for (String other :
                List.of(
                        "Zurich cafe 1",
                        "z\u00FCrich caf\u00E9 1",
                        "Z\u00FCrich caf\u00E9 \uFF11",
                        "Z\u00FCrich\tcaf\u00E9 1",
                        "Z\u00FCrich\u200B caf\u00E9 1")) {
            assertTrue(login(users, "alice@clinic.example", other).isEmpty(), other);
        }
    }

    /// Hashed as it was typed, before secrets were prepared: it opens as it did.
    @Test
    void anOldHashIsOpenedByWhatWasTyped() throws IOException {
        for (String old :
                List.of(
                        "Zu\u0308rich one",
                        "Z\u00FCrich\u00A0one",
                        "one\ttwo",
                        "one\u200Btwo",
                        "\u00FC".repeat(1_025))) {
            write("alice@clinic.example:" + hash(old) + "\n");
            PasswordFile users = new PasswordFile(file);
            assertTrue(login(users, "alice@clinic.example", old).isPresent(), old);
            assertTrue(login(users, "carol@clinic.example", old).isEmpty(), old);
            assertTrue(login(users, "alice@clinic.example", "Zurich one").isEmpty(), old);
        }
    }

    private static String hash(String password) {
        return PasswordHash.of(password.toCharArray(), RANDOM);
    }

    @Test
    void anEmptyFileHasNoUsers() throws IOException {
        write("");
        assertTrue(login(new PasswordFile(file), "alice@clinic.example", "alice's").isEmpty());
    }

    @Test
    void aBadLineIsNamed() throws IOException {
        bad("alice@clinic.example", ":2: a line is");
        bad("alice@clinic.example:" + ALICES + ":x@y.example:z", ":2: a line is");
        bad("alice:" + ALICES, ":2: \"alice\" is not a mail address");
        bad("alice@clinic.example:alice's", ":2: the second field is not an Argon2id hash");
        bad("alice@clinic.example:" + ALICES + ":reception", ":2: \"reception\" is not");
        bad(
                "alice@clinic.example:" + ALICES + "\nALICE@clinic.example:" + BOBS,
                ":3: ALICE@clinic.example stands here twice");
    }

    /// A password typed in clear must not end up in a log.
    private void bad(String lines, String error) throws IOException {
        write("# users\n" + lines + "\n");
        IOException e = assertThrows(IOException.class, () -> new PasswordFile(file));
        assertTrue(e.toString().contains("users" + error), e.getMessage());
        assertFalse(e.toString().contains("alice's"), e.getMessage());
        assertFalse(e.toString().contains("$argon2id"), e.getMessage());
    }

    @Test
    void aChangeIsReadAndABadOneIsNot() throws IOException {
        write("alice@clinic.example:" + ALICES + "\n");
        PasswordFile users = new PasswordFile(file);
        assertTrue(login(users, "bob@clinic.example", "bob's").isEmpty());
        change("alice@clinic.example:" + ALICES + "\nbob@clinic.example:" + BOBS + "\n", 1);
        assertTrue(login(users, "bob@clinic.example", "bob's").isPresent());
        change("bob@clinic.example\n", 2);
        assertTrue(login(users, "bob@clinic.example", "bob's").isPresent());
        assertTrue(login(users, "bob@clinic.example", "bob's").isPresent());
        change("bob@clinic.example:" + BOBS + "\n", 3);
        assertTrue(login(users, "alice@clinic.example", "alice's").isEmpty());
        Files.delete(file);
        assertTrue(login(users, "bob@clinic.example", "bob's").isPresent());
    }

    /// A session that goes on asks again.
    @Test
    void whoIsTakenOutOrGetsAnotherPasswordIsOut() throws IOException {
        String both = "alice@clinic.example:" + ALICES + "\nbob@clinic.example:" + BOBS + "\n";
        write(both);
        PasswordFile users = new PasswordFile(file);
        Authenticator.Account alice = login(users, "alice@clinic.example", "alice's").orElseThrow();
        Authenticator.Account bob = login(users, "bob@clinic.example", "bob's").orElseThrow();
        change("# as before\n" + both, 1);
        assertTrue(alice.isGood());
        change("bob@clinic.example:" + ALICES + "\n", 2);
        assertFalse(alice.isGood());
        assertFalse(bob.isGood());
        assertTrue(users.account("alice@clinic.example").isEmpty());
        assertTrue(users.account("BOB@clinic.example").isPresent());
        assertTrue(users.account("no address").isEmpty());
    }

    /// Somebody else's name is not hers for longer than the file says.
    @Test
    void whoMayWriteAsOthersThanBeforeLogsInAgain() throws IOException {
        String alone = "alice@clinic.example:" + ALICES;
        write(alone + ":info@clinic.example\n");
        PasswordFile users = new PasswordFile(file);
        Authenticator.Account alice = login(users, "alice@clinic.example", "alice's").orElseThrow();
        assertTrue(alice.isGood());
        change(alone + "\n", 1);
        assertFalse(alice.isGood());
        assertTrue(login(users, "alice@clinic.example", "alice's").orElseThrow().isGood());
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    /// A change within the clock's grain must be seen as well, so the time is set by hand.
    private void change(String text, int hours) throws IOException {
        write(text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(hours * 3_600_000L));
    }

    private static Optional<Authenticator.Account> login(
            PasswordFile users, String user, String secret) throws IOException {
        return users.authenticate(user, secret.toCharArray());
    }
}
