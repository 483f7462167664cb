package org.postern.keycare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Storage;
import org.postern.mail.Domain;
import org.postern.operate.Configured;
import org.postern.operate.DkimKeys;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;
import org.postern.vault.Vault;

/// `keys`: the keystore without which nothing stored can be read. It is made by this command and by
/// nothing else: a gateway that found it missing and made a new one would hide a loss.
public final class Keys implements Command {
    private static final String VERBS = "init, list, rotate, backup, restore, token or dkim";
    private static final Set<String> ONE_WORD = Set.of("init", "list", "rotate");
    private static final int PASSWORD_OCTETS = 32;

    /// RFC 1035 §2.3.4: a label, with the end that each kind of key adds.
    private static final int SELECTOR_OCTETS_MAX = 50;

    private static final String EXPLANATION =
            """
            keys init            makes the keystore and the file with its password, once
            keys list            the keys that there are, since when, and what the running gateway
                                 finds under each key-encryption key; never a secret
            keys rotate          makes a new key-encryption key: the running gateway seals all new
                                 data under it at once, and brings under it what is stored
            keys rotate --finish destroys the former one for good, once nothing is under it
            keys backup FILE     all keys in one new file, sealed under a password that is asked for
            keys restore FILE    puts the keys of such a file back where they are missing
            keys token URI       puts the password of the keystores under a key that stays in a
                                 hardware token (PKCS#11); "keys token off" takes it out again
            keys dkim SELECTOR   makes a pair of keys to sign mail with, and prints what to publish
                                 in DNS; if the keys are there, only prints it

            Keystore and password stand in gateway.yaml under keys. Copy them to a safe place, apart
            from the backups of the data: whoever has the data and the keys can read all messages,
            and without the keys nobody can.

            The keys of DKIM lie in the folder dkim beside the keystore. A new pair under a new
            SELECTOR (such as p2027) replaces an old one: see src/docs/authentication.md. Rotation
            and backup: src/docs/keys.md.\
            """;

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
        return "makes, lists and rotates the keys that protect what is stored, and others";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "init | list [--json] | rotate [--finish] | backup FILE | restore FILE"
                                + " [--incomplete] | token URI | dkim SELECTOR [--json]",
                        EXPLANATION)
                .withSwitch("finish", "of rotate: destroys the keys that are retired")
                .withValue(
                        BackupPassword.OPTION,
                        "N",
                        "of backup and restore: the open file descriptor whose first line is the"
                                + " password")
                .withSwitch("incomplete", "of restore: also keys that do not open all of the data")
                .withSwitch("json", "the list, or the DNS records, as JSON");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, VERBS);
        return Configured.run(console, arguments, config -> run(verb, arguments, config));
    }

    private int run(String verb, Arguments arguments, GatewayConfig config)
            throws UsageException, IOException {
        Storage storage = config.storage();
        boolean json = arguments.has("json");
        BackupPassword password = new BackupPassword(console);
        arguments.atMostWords(ONE_WORD.contains(verb) ? 1 : 2);
        return switch (verb) {
            case "init" -> init(storage);
            case "list" -> new KeyList(console, json).run(config);
            case "rotate" -> new KeyRotation(console).run(storage, arguments.has("finish"));
            case "backup" -> {
                Path file = Path.of(arguments.word(1, "FILE"));
                yield new KeyBackup(console, random, Clock.systemUTC())
                        .run(storage, file, password.chosen(arguments));
            }
            case "restore" -> {
                Path file = Path.of(arguments.word(1, "FILE"));
                boolean incomplete = arguments.has("incomplete");
                yield new KeyRestore(console)
                        .run(storage, file, password.known(arguments), incomplete);
            }
            case "token" ->
                    new KeyToken(console, random).run(storage, arguments.word(1, "URI or off"));
            case "dkim" -> dkim(config, selector(arguments.word(1, "SELECTOR")), json);
            default -> throw new UsageException("unknown word \"" + verb + "\"; write " + VERBS);
        };
    }

    private static Domain selector(String text) throws UsageException {
        return Domain.parse(text)
                .filter(name -> name.name().length() <= SELECTOR_OCTETS_MAX)
                .orElseThrow(
                        () -> new UsageException("\"" + text + "\" is no selector like p2027"));
    }

    private int dkim(GatewayConfig config, Domain selector, boolean json) throws IOException {
        DkimKeys files = DkimKeys.of(config.storage(), selector);
        if (!files.exist()) {
            files.make();
            files.files().forEach(file -> console.error("Made " + file + "."));
        }
        GatewayConfig.Dkim set = config.site().dkim();
        List<DkimRecords> records =
                DkimRecords.of(set == null ? config.site().domains() : set.domains(), files.read());
        if (json) {
            console.line(DkimRecords.json(records));
        } else {
            records.forEach(record -> console.line(record.zoneLine()));
            console.error(
                    "Publish these in DNS, wait until they can be seen from outside, then write"
                            + " dkim: { selector: "
                            + selector
                            + " } into gateway.yaml.");
        }
        return OK;
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
        byte[] octets = new byte[PASSWORD_OCTETS];
        random.nextBytes(octets);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
        // Root may run the command; the gateway, which runs as somebody else, must read the files.
        Disk disk = FileDisk.forFolderOwner();
        Path folder =
                Objects.requireNonNull(
                        password.toAbsolutePath().getParent(), "a file has a folder");
        disk.createDirectories(folder);
        try (DiskFile file = disk.create(password)) {
            file.write(ByteBuffer.wrap((secret + "\n").getBytes(StandardCharsets.UTF_8)));
            file.sync();
        }
        disk.sync(folder);
        Vault.create(keystore, secret.toCharArray());
        console.line("Made " + keystore + " and " + password + ".");
        console.line("Copy both to a safe place now, apart from the backups of the data.");
        return OK;
    }
}
