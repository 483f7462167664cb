package org.postern.operate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig.Storage;
import org.postern.vault.Vault;

/// `keys`: the keystore without which nothing stored can be read. It is made by this command and by
/// nothing else: a gateway that found it missing and made a new one would hide a loss.
public final class Keys implements Command {
    private static final int PASSWORD_OCTETS = 32;

    private final Console console;
    private final SecureRandom random;

    public Keys(Console console, SecureRandom random) {
        this.console = console;
        this.random = random;
    }

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public String summary() {
        return "makes the keys that protect everything stored";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "init",
                """
                keys init   makes the keystore and the file with its password, once

                Both stand in gateway.yaml under keys. Copy them to a safe place, apart from the
                backups of the data: whoever has the data and the keys can read all messages, and
                without the keys nobody can.\
                """);
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "init");
        arguments.atMostWords(1);
        if (!verb.equals("init")) {
            throw new UsageException("unknown word \"" + verb + "\"; write init");
        }
        return Configured.run(console, arguments, config -> init(config.storage()));
    }

    private int init(Storage storage) throws IOException {
        Path keystore = storage.keystore();
        Path password = storage.keystorePassword();
        for (Path file : Set.of(keystore, password)) {
            if (Files.exists(file)) {
                console.error(file + " is there already; it is left as it is.");
                return FAILED;
            }
        }
        makeFolderOf(keystore);
        makeFolderOf(password);
        byte[] octets = new byte[PASSWORD_OCTETS];
        random.nextBytes(octets);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
        Files.createFile(
                password,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, secret + "\n", StandardCharsets.UTF_8, StandardOpenOption.SYNC);
        Vault.create(keystore, secret.toCharArray());
        console.line("Made " + keystore + " and " + password + ".");
        console.line("Copy both to a safe place now, apart from the backups of the data.");
        return OK;
    }

    private static void makeFolderOf(Path file) throws IOException {
        Files.createDirectories(
                Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
}
