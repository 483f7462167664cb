package org.postern.keycare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.contract.MailboxStoreContract.LETTER;
import static org.postern.contract.MailboxStoreContract.letter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cert.Cert;
import org.postern.cert.OwnKeys;
import org.postern.cli.Command;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.Configuration;
import org.postern.config.FolderCopy;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Storage;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Issuing;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.mailbox.FileMailboxStore;
import org.postern.pki.KeyKind;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.Accepted;
import org.postern.testkit.TestDatabase;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;

/// All keys of a clinic go into one file and come back; nothing else is ever replaced by them.
class KeyBackupTest {
    private static final String PASSWORD = "apple tree by the river";

    /// Where the keys lie that one test has made for all: making them is slow by intent.
    @TempDir static Path once;

    @TempDir Path home;
    private FolderCopy folder;
    private Path keys;
    private Path backup;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void make() throws IOException {
        folder = FolderCopy.in(home);
        keys = home.resolve("data/keys");
        backup = home.resolve("keys.backup");
        Path made = once.resolve("keys");
        if (Files.exists(made)) {
            copy(made, keys);
        } else {
            assertEquals(Command.OK, run("", "keys", "init"), this::said);
            assertEquals(Command.OK, run("", "keys", "dkim", "p2027"), this::said);
            copy(keys, made);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(
                        path,
                        to.resolve(from.relativize(path)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private int run(String input, String... words) {
        out.reset();
        err.reset();
        Console console =
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(1, List.of("--config", folder.path().toString()));
        List<Command> commands =
                List.of(new Keys(console, new SecureRandom()), new Cert(console, _ -> List.of()));
        return new CommandLineTool(console, commands).run(all.toArray(String[]::new));
    }

    private int backs(String act, String password, String... more) {
        List<String> words = new ArrayList<>();
        words.addAll(List.of("keys", act, backup.toString(), "--password-fd", "0"));
        words.addAll(List.of(more));
        return run(password + "\n", words.toArray(String[]::new));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    /// All but those that are only locked.
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(keys)) {
            for (Path path :
                    all.filter(Files::isRegularFile)
                            .filter(it -> !it.toString().endsWith(".lock"))
                            .toList()) {
                files.put(
                        keys.relativize(path).toString(),
                        Files.readString(path, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    private void destroy() throws IOException {
        Files.move(keys, home.resolve("destroyed-" + Clock.systemUTC().millis()));
    }

    @Test
    void whatWasDestroyedComesBack() throws Exception {
        assertEquals(
                Command.OK, run("", "cert", "issue", "anna.reyes@mapleclinic.example"), this::said);
        Map<String, String> before = files();
        assertTrue(before.size() >= 8, before.keySet()::toString);
        assertEquals(Command.OK, backs("backup", PASSWORD), this::said);
        assertTrue(said().contains("2 keys of S/MIME, 2 of DKIM"), said());
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)));
        String secret = Secrets.firstLine(keys.resolve("password"));
        String sealed = Files.readString(backup, StandardCharsets.ISO_8859_1);
        assertFalse(sealed.contains(secret) || sealed.contains("p2027"));
        destroy();
        Files.createDirectories(keys);
        Path mark = Files.writeString(keys.resolve("folders.mark"), "of what was told");
        assertEquals(Command.OK, backs("restore", PASSWORD), this::said);
        assertEquals(before, files());
        assertFalse(Files.exists(mark), "the database may be an older one, too");
        try (Stream<Path> all = Files.walk(keys)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            }
        }
        assertEquals(Command.OK, backs("restore", PASSWORD), this::said);
        assertTrue(said().contains("0 files were put back, " + before.size()), said());
    }

    /// What is not in the backup could not be revoked by name, and a key that is in use would not
    /// be used any more.
    @Test
    void whatWasGivenAwayComesBackAsItWas() throws Exception {
        GatewayConfig config = Accepted.value(Configuration.gateway(folder.path()));
        Owner.Person maria = new Owner.Person(Address.of("maria@homemail.example"));
        Issuing issuing = OwnKeys.of(config, Clock.systemUTC()).issuing();
        for (int i = 0; i < 2; i++) {
            IssuedBook.Issued issued =
                    OwnKeys.issued(config)
                            .add(maria, issuing.issueOutside(maria, KeyKind.P_256).chain());
            OwnKeys.issued(config).tell(issued, Clock.systemUTC().instant());
        }
        IssuedBook.Issued newest = OwnKeys.issued(config).all().getFirst();
        OwnKeys.issued(config)
                .use(newest, IssuedBook.Use.BY_SIGNED_MAIL, Clock.systemUTC().instant());
        Map<String, String> before = files();
        assertEquals(
                List.of(
                        "smime/maria@homemail.example-1.issued",
                        "smime/maria@homemail.example-1.told",
                        "smime/maria@homemail.example-2.issued",
                        "smime/maria@homemail.example-2.told",
                        "smime/maria@homemail.example-2.used"),
                before.keySet().stream().filter(it -> it.contains("maria")).toList());
        assertEquals(Command.OK, backs("backup", PASSWORD), this::said);
        destroy();
        assertEquals(Command.OK, backs("restore", PASSWORD), this::said);
        assertEquals(before, files());
        assertEquals(
                List.of(IssuedBook.Use.BY_SIGNED_MAIL, IssuedBook.Use.NOT_YET),
                OwnKeys.issued(config).all().stream().map(IssuedBook.Issued::use).toList());
    }

    @Test
    void whoDoesNotKnowThePasswordGetsNothing() throws Exception {
        assertEquals(Command.MISUSED, backs("backup", "short"));
        assertEquals(Command.MISUSED, run("", "keys", "backup", backup.toString()));
        assertFalse(Files.exists(backup));
        assertEquals(Command.OK, backs("backup", PASSWORD), this::said);
        assertEquals(Command.FAILED, backs("backup", PASSWORD), "over another one");
        destroy();
        assertEquals(Command.FAILED, backs("restore", "another long password"));
        assertTrue(said().contains("wrong password, or it is damaged"), said());
        byte[] octets = Files.readAllBytes(backup);
        for (int at : List.of(5, 20, 30, 60, octets.length / 2, octets.length - 1)) {
            byte[] damaged = octets.clone();
            damaged[at] ^= 1;
            Files.write(backup, damaged);
            assertEquals(Command.FAILED, backs("restore", PASSWORD), "octet " + at);
        }
        assertFalse(Files.exists(keys));
    }

    /// RFC 8265: another keyboard makes its letters of other pieces, and other blanks.
    @Test
    void aPasswordIsTheSameOnEachKeyboard() throws Exception {
        assertEquals(Command.OK, backs("backup", "cafe\u0301\u00A0by the river"), this::said);
        destroy();
        assertEquals(Command.FAILED, backs("restore", "cafe by the river"));
        assertEquals(Command.OK, backs("restore", "caf\u00E9 by the\u202Friver"), this::said);
        Files.delete(backup);
        assertEquals(Command.MISUSED, backs("backup", "apple tree\tby the river"));
        assertEquals(Command.MISUSED, backs("backup", "apple tree by \u200Bthe river"));
        // Fourteen as they are typed, eleven as they are counted.
        assertEquals(Command.MISUSED, backs("backup", "abcdefgh" + "e\u0301".repeat(3)));
        assertFalse(Files.exists(backup));
    }

    /// Earlier releases sealed it under what was typed.
    @Test
    void anOlderBackupOpensByWhatWasTyped() throws Exception {
        Storage storage = Accepted.value(Configuration.gateway(folder.path())).storage();
        KeyArchive archive = new KeyFiles(storage).gather(Clock.systemUTC().instant());
        for (String typed : List.of("cafe\u0301\u00A0by the river", "apple tree\tby the river")) {
            KeySafe.write(backup, archive, typed.toCharArray(), new SecureRandom());
            assertEquals(Command.FAILED, backs("restore", "caf\u00E9 by the river"));
            assertEquals(Command.OK, backs("restore", typed), this::said);
            Files.delete(backup);
        }
    }

    @Test
    void noOtherKeyIsReplaced() throws Exception {
        assertEquals(Command.OK, backs("backup", PASSWORD), this::said);
        destroy();
        assertEquals(Command.OK, run("", "keys", "init"), this::said);
        Map<String, String> others = files();
        assertEquals(Command.FAILED, backs("restore", PASSWORD));
        assertTrue(said().contains("postern.p12 is there already, and is another one"), said());
        assertEquals(others, files());
    }

    /// The list of what was revoked has grown since: the longer one stays.
    @Test
    void whatWasRevokedSinceStaysRevoked() throws Exception {
        Path revoked = Files.createDirectories(keys.resolve("smime")).resolve("revoked");
        Files.writeString(revoked, "one\n");
        assertEquals(Command.OK, backs("backup", PASSWORD), this::said);
        Files.writeString(revoked, "one\ntwo\n");
        assertEquals(Command.OK, backs("restore", PASSWORD), this::said);
        assertEquals("one\ntwo\n", Files.readString(revoked));
        Files.writeString(revoked, "other\n");
        assertEquals(Command.FAILED, backs("restore", PASSWORD));
    }

    @Test
    void aBackupFromBeforeARotationSaysWhatItDoesNotOpen() throws Exception {
        assertEquals(Command.OK, backs("backup", PASSWORD), this::said);
        Path keystore = keys.resolve("postern.p12");
        char[] secret = Secrets.firstLine(keys.resolve("password")).toCharArray();
        Vault vault = Vault.open(keystore, secret);
        byte[] before = Files.readAllBytes(keystore);
        vault.renew(keystore, secret);
        try (Database database =
                TestDatabase.open(new FileDisk(), home.resolve("data/db"), Clock.systemUTC())) {
            FileMailboxStore.open(
                            new FileMailboxStore.Ground(
                                    new FileDisk(),
                                    home.resolve("data/bodies"),
                                    vault,
                                    database,
                                    new SecureRandom(),
                                    Clock.systemUTC()))
                    .store(letter(1), LETTER);
        }
        destroy();
        assertEquals(Command.FAILED, backs("restore", PASSWORD));
        assertTrue(
                said().contains(
                                "The data needs the key-encryption key "
                                        + vault.keks().getLast().name()
                                        + ", which is not in this backup: {bodies=1}"),
                said());
        assertFalse(Files.exists(keys));
        assertEquals(Command.FAILED, backs("restore", PASSWORD, "--incomplete"));
        assertArrayEquals(before, Files.readAllBytes(keystore));
    }

    @Test
    void theListShowsKeysAndNoSecret() throws Exception {
        assertEquals(Command.OK, run("", "keys", "list"), this::said);
        assertTrue(said().contains("active  made 20"), said());
        assertTrue(said().contains("p2027-rsa.pem"), said());
        assertTrue(said().contains("The gateway does not run"), said());
        assertFalse(said().contains(Secrets.firstLine(keys.resolve("password"))));
        assertEquals(Command.FAILED, run("", "keys", "rotate"), this::said);
    }
}
