package org.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.FolderCopy;
import org.postern.mail.Address;
import org.postern.sasl.Authenticator.Account;
import org.postern.sasl.PasswordFile;

class UserTest {
    private static final String ANNA = "anna.reyes@mapleclinic.example";
    private static final String WORDS = "maple bicycle rain seven\n";

    @TempDir Path temporary;

    private FolderCopy folder;
    private Path users = Path.of("");

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        users = temporary.resolve("data/users");
    }

    /// The file that the command writes is the one that the submission listener reads.
    @Test
    void whoIsAddedMaySend() throws IOException {
        assertEquals(
                Command.OK,
                user(WORDS, "add", ANNA, "--send-as", "info@mapleclinic.example").exit());
        Account account = login("maple bicycle rain seven").orElseThrow();
        assertTrue(account.maySendAs(Address.of("info@mapleclinic.example")));
        assertEquals(Optional.empty(), login("maple bicycle rain eight"));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(users)));
    }

    /// S25: hashed the one way, so that each keyboard opens it.
    @Test
    void aPasswordOfAnotherKeyboardIsTheSame() throws IOException {
        String apart = "cafe\u0301 in Zu\u0308rich\u00A0seven";
        assertEquals(Command.OK, user(apart + "\n", "add", ANNA).exit());
        for (String typed :
                List.of(
                        apart,
                        "caf\u00E9 in Z\u00FCrich seven",
                        "caf\u00E9 in Zu\u0308rich seven")) {
            assertTrue(login(typed).isPresent(), typed);
        }
        assertEquals(Optional.empty(), login("cafe in Zurich seven"));
    }

    @Test
    void aNewPasswordKeepsTheRest() throws IOException {
        user(WORDS, "add", ANNA, "--send-as", "info@mapleclinic.example,a@mapleclinic.example");
        Files.writeString(users, "# our people\n" + Files.readString(users));
        assertEquals(Command.OK, user("four other plain words\n", "password", ANNA).exit());
        Account account = login("four other plain words").orElseThrow();
        assertEquals(2, account.sendAs().size());
        assertEquals("# our people", Files.readAllLines(users).getFirst());
    }

    @Test
    void whoIsRemovedMayNot() throws IOException {
        user(WORDS, "add", ANNA);
        user(WORDS, "add", "sam.okafor@mapleclinic.example");
        assertEquals(Command.OK, user("", "remove", "Anna.Reyes@mapleclinic.example").exit());
        assertEquals(Optional.empty(), login("maple bicycle rain seven"));
        assertEquals("sam.okafor@mapleclinic.example\n", user("", "list").out());
    }

    @Test
    void theListShowsNoHash() {
        user(WORDS, "add", ANNA, "--send-as", "info@mapleclinic.example");
        assertEquals(ANNA + "   also as info@mapleclinic.example\n", user("", "list").out());
    }

    @Test
    void weakPasswordsAreRefused() {
        bad("has 14 characters and needs 15", "12345678901234\n", "add", ANNA);
        bad("repeats too few characters", "abababababababababab\n", "add", ANNA);
        bad("the address itself", ANNA + "\n", "add", ANNA);
        bad("more than 256", "word ".repeat(60) + "\n", "add", ANNA);
        bad("more than 256", "word ".repeat(300) + "\n", "add", ANNA);
        bad("no password was given", "", "add", ANNA);
        bad("the password is empty", "\n", "add", ANNA);
        bad("a character that nobody sees", "maple bicycle\train seven\n", "add", ANNA);
        bad("a character that nobody sees", "\uFEFFmaple bicycle rain seven\n", "add", ANNA);
        // Fourteen letters, however many units they take.
        bad("has 14 characters", "e\u0301\u00E8u\u0308abcdefghijk\n", "add", ANNA);
        assertFalse(Files.exists(users));
    }

    @Test
    void slipsAreRefused() {
        bad("not in one of the clinic's own domains", WORDS, "add", "x@other.example");
        bad("not an address", WORDS, "add", "anna");
        bad("the ADDRESS is missing", WORDS, "add");
        bad("unknown word \"delete\"", WORDS, "delete", ANNA);
        bad("there is no user", WORDS, "remove", ANNA);
        bad("there is no user", WORDS, "password", ANNA);
        bad("cannot be a user", WORDS, "add", "\"a:b\"@mapleclinic.example");
        user(WORDS, "add", ANNA);
        bad("is there already", WORDS, "add", ANNA);
    }

    /// A password on the command line would be seen by everybody on the machine.
    @Test
    void thePasswordIsNoArgument() {
        bad("is too much", WORDS, "add", ANNA, "maple bicycle rain seven");
        bad("unknown option --password", WORDS, "add", ANNA, "--password", "x");
    }

    @Test
    void thePasswordMayStandInAFile() throws IOException {
        Path file = Files.writeString(temporary.resolve("pw"), WORDS);
        assertEquals(Command.OK, user("", "add", ANNA, "--password-file", file.toString()).exit());
        assertTrue(login("maple bicycle rain seven").isPresent());
        assertEquals(List.of(), strays());
    }

    private List<String> strays() throws IOException {
        try (var files = Files.list(temporary.resolve("data"))) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> !name.equals("users"))
                    .toList();
        }
    }

    private Optional<Account> login(String password) throws IOException {
        return new PasswordFile(users).authenticate(ANNA, password.toCharArray());
    }

    private void bad(String text, String input, String... words) {
        Typed typed = user(input, words);
        assertFalse(typed.exit() == Command.OK);
        assertTrue(typed.err().contains(text), text + " is not in " + typed.err());
    }

    private Typed user(String input, String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "user";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--config";
        all[words.length + 2] = folder.path().toString();
        return Typed.in(input, all);
    }
}
