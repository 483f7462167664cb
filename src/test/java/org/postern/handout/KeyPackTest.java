package org.postern.handout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.keyring.KeyFile;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.testkit.GnupgKeys;
import org.postern.testkit.Peers;
import org.postern.testkit.TestAuthority;

/// Other people's programs open the file with the passphrase, and with no other one.
final class KeyPackTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final String MARIA = "maria@homemail.example";

    private final Passphrase passphrase = Passphrase.fresh(new SecureRandom());

    @TempDir Path folder;

    private void pack(Identity identity) throws IOException {
        pack(identity, PackForm.MODERN);
    }

    private void pack(Identity identity, PackForm form) throws IOException {
        Files.write(
                folder.resolve("key.p12"),
                KeyPack.of(identity, "maria (Clinic)", passphrase, form));
    }

    private record Run(int exit, String said) {}

    /// What a program says that asks for the passphrase on its standard input.
    private Run run(String program, String... options) throws Exception {
        Path words = Files.writeString(folder.resolve("words"), passphrase.words() + "\n");
        List<String> command = new ArrayList<>(List.of(Peers.program(program).toString()));
        command.addAll(List.of(options));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(words.toFile())
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), said);
    }

    private String good(String program, String... words) throws Exception {
        Run run = run(program, words);
        assertEquals(0, run.exit(), run.said());
        return run.said();
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "RSA_3072", "P_256", "P_384"})
    void opensslOpensIt(KeyKind kind) throws Exception {
        Identity maria = AUTHORITY.person(MARIA, kind);
        pack(maria);
        String pass = "pass:" + passphrase.words();
        String said =
                good("openssl", "pkcs12", "-in", "key.p12", "-info", "-nodes", "-passin", pass);
        assertTrue(said.contains("MAC: sha256, Iteration 100000"), said);
        assertEquals(
                2,
                said.split(
                                        "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF"
                                                + " hmacWithSHA256",
                                        -1)
                                .length
                        - 1,
                said);
        assertTrue(said.contains("friendlyName: maria (Clinic)"), said);
        assertEquals(2, said.split("BEGIN CERTIFICATE", -1).length - 1, "hers, and its issuer's");
        Identity read = KeyFile.read(folder.resolve("key.p12"), passphrase.chars());
        assertEquals(maria.key(), read.key());
        assertEquals(maria.chain(), read.chain());
        Run wrong =
                run("openssl", "pkcs12", "-in", "key.p12", "-nodes", "-passin", "pass:abcd-efgh");
        assertNotEquals(0, wrong.exit());
        assertThrows(
                IOException.class,
                () -> KeyFile.read(folder.resolve("key.p12"), "abcd".toCharArray()));
    }

    /// NSS is what Thunderbird has.
    @ParameterizedTest
    @EnumSource(names = {"RSA_3072", "P_256"})
    void nssOpensIt(KeyKind kind) throws Exception {
        pack(AUTHORITY.person(MARIA, kind));
        good("certutil", "-N", "-d", "sql:.", "--empty-password");
        good("pk12util", "-i", "key.p12", "-d", "sql:.", "-W", passphrase.words());
        String listed = good("certutil", "-L", "-d", "sql:.");
        assertTrue(listed.contains("maria (Clinic)"), listed);
        assertTrue(good("certutil", "-K", "-d", "sql:.").contains("maria (Clinic)"));
    }

    /// The older form is read by what calls the passphrase of the other one wrong: GnuPG 2.2 is one
    /// such program.
    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "RSA_3072"})
    void olderProgramsOpenTheOlderForm(KeyKind kind) throws Exception {
        Identity maria = AUTHORITY.person(MARIA, kind);
        pack(maria, PackForm.OLDER);
        String pass = "pass:" + passphrase.words();
        String said =
                good("openssl", "pkcs12", "-in", "key.p12", "-info", "-nodes", "-passin", pass);
        assertTrue(said.contains("MAC: sha1, Iteration 2048"), said);
        assertEquals(2, said.split("pbeWithSHA1And3-KeyTripleDES-CBC", -1).length - 1, said);
        Identity read = KeyFile.read(folder.resolve("key.p12"), passphrase.chars());
        assertEquals(maria.key(), read.key());
        good("certutil", "-N", "-d", "sql:.", "--empty-password");
        good("pk12util", "-i", "key.p12", "-d", "sql:.", "-W", passphrase.words());
        Path home =
                Files.createDirectory(
                        folder.resolve("gnupg"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        GnupgKeys.take(() -> {
            pack(maria, PackForm.OLDER);
            Run imported =
                    run(
                            "gpgsm",
                            "--homedir",
                            home.toString(),
                            "--batch",
                            "--disable-crl-checks",
                            "--pinentry-mode",
                            "loopback",
                            "--passphrase-fd",
                            "0",
                            "--import",
                            "key.p12");
            return imported.said().contains("secret keys imported: 1") ? imported.exit() : 1;
        });
        good("gpgconf", "--homedir", home.toString(), "--kill", "all");
    }

    /// 99 bits, none of them from the clock; a log that is handed one shows nothing.
    @Test
    void passphrasesAreRandomAndReadable() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Passphrase fresh = Passphrase.fresh(new SecureRandom());
            assertTrue(
                    fresh.words().matches("[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){4}"),
                    fresh.words());
            assertTrue(seen.add(fresh.words()));
            assertEquals("a passphrase", fresh.toString());
        }
        String all = String.join("", seen);
        for (char sign : "abcdefghjkmnpqrstuvwxyz23456789".toCharArray()) {
            assertTrue(all.indexOf(sign) >= 0, "each sign is used: " + sign);
        }
    }
}
