package org.postern.keycare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.config.GatewayConfig.Storage;
import org.postern.vault.Vault;
import org.postern.vault.Vault.Kek;

/// `keys backup`: all keys in one file, sealed under a password, and read back before it counts.
final class KeyBackup {
    private final Console console;
    private final SecureRandom random;
    private final InstantSource clock;

    KeyBackup(Console console, SecureRandom random, InstantSource clock) {
        this.console = console;
        this.random = random;
        this.clock = clock;
    }

    int run(Storage storage, Path file, char[] password) throws IOException {
        if (Files.exists(file)) {
            console.error(file + " is there already; it is left as it is.");
            return Command.FAILED;
        }
        KeyFiles files = new KeyFiles(storage);
        KeyArchive archive = files.gather(clock.instant());
        KeySafe.write(file, archive, password, random);
        Vault vault;
        try {
            KeyArchive back = KeySafe.read(file, password);
            requireSame(archive, back);
            vault = files.verify(back);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw new IOException(
                    "the backup did not open again, so it was deleted: " + e.getMessage(), e);
        }
        console.line("Made " + file + " and read it back: " + summary(archive, vault) + ".");
        console.line(
                "Keep it apart from the backups of the data, and its password apart from both. Make"
                        + " a new one after keys rotate and after each cert issue.");
        return Command.OK;
    }

    private static void requireSame(KeyArchive one, KeyArchive other) throws IOException {
        boolean same = one.files().keySet().equals(other.files().keySet());
        for (Map.Entry<String, byte[]> file : one.files().entrySet()) {
            same &= Arrays.equals(file.getValue(), other.files().get(file.getKey()));
        }
        if (!same) {
            throw new IOException("what was read is not what was written");
        }
    }

    /// What an archive holds, in words.
    static String summary(KeyArchive archive, Vault vault) {
        long smime =
                archive.files().keySet().stream().filter(name -> name.endsWith(".p12")).count();
        long dkim =
                archive.files().keySet().stream().filter(name -> name.startsWith("dkim/")).count();
        return "keystore with the key-encryption keys %s, %d keys of S/MIME, %d of DKIM, as of %s"
                .formatted(
                        vault.keks().stream().map(Kek::name).collect(Collectors.joining(", ")),
                        smime,
                        dkim,
                        archive.made());
    }
}
