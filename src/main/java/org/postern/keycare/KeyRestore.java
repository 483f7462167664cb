package org.postern.keycare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postern.cabinet.Cabinet;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ControlClient;
import org.postern.control.RequestException;
import org.postern.operate.ControlWiring;
import org.postern.rewrap.Pace;
import org.postern.rotation.KekCount;
import org.postern.rotation.KeyRequests;
import org.postern.store.FileDisk;
import org.postern.vault.Vault;
import org.postern.vault.Vault.Kek;

/// `keys restore`: puts the keys of a backup back where they are missing. It replaces nothing, and
/// says which of the data that lies there the backup is too old for, or too new.
final class KeyRestore {
    private static final int COUNTED_PER_SECOND = 20_000;

    private final Console console;

    KeyRestore(Console console) {
        this.console = console;
    }

    /// @param passwords of which one is that of the backup
    /// @param incomplete whether keys are put back that do not open all data
    int run(Storage storage, Path file, List<char[]> passwords, boolean incomplete)
            throws IOException {
        KeyArchive archive = KeySafe.read(file, passwords);
        KeyFiles files = new KeyFiles(storage);
        Vault vault = files.verify(archive);
        console.line("The backup opens: " + KeyBackup.summary(archive, vault) + ".");
        if (runs(storage)) {
            console.error(
                    console.bad("gateway: ") + "the gateway runs; stop it first. Nothing changed.");
            return Command.FAILED;
        }
        List<Path> others = files.others(archive);
        if (!others.isEmpty()) {
            others.forEach(path -> console.error(path + " is there already, and is another one."));
            console.error(
                    "Nothing was changed. Move these away first if they are really of no use: no"
                            + " key is ever replaced.");
            return Command.FAILED;
        }
        boolean complete = opensAll(storage, archive, vault);
        if (!complete && !incomplete) {
            console.error(
                    "Nothing was changed. With --incomplete these keys are put back all the same,"
                            + " and what is listed above stays closed.");
            return Command.FAILED;
        }
        List<String> missing = files.missing(archive);
        files.restore(archive, missing);
        // Whoever puts keys back mostly puts back a database, too; without the mark nobody gets a
        // UID of it a second time.
        Files.deleteIfExists(storage.keys().resolve(Cabinet.MARK));
        files.verify(files.gather(archive.made()));
        console.line(
                "%d files were put back, %d were there already; all keystores open."
                        .formatted(missing.size(), archive.files().size() - missing.size()));
        return complete ? Command.OK : Command.FAILED;
    }

    private static boolean runs(Storage storage) throws IOException {
        try {
            Optional<?> end =
                    new ControlClient(ControlWiring.socket(storage))
                            .ask(KeyRequests.request("are you there"), _ -> {});
            return end.isPresent();
        } catch (RequestException _) {
            // Whoever refuses is there.
            return true;
        }
    }

    /// Compares the keys with what lies in the data folder; the database is left out, because it is
    /// opened by nothing but a gateway.
    private boolean opensAll(Storage storage, KeyArchive archive, Vault vault) throws IOException {
        KekCount.Uses uses =
                KekCount.ofFiles(new FileDisk(), storage.data(), storage.patients())
                        .count(new Pace(COUNTED_PER_SECOND));
        Map<String, Map<String, Long>> closed = new TreeMap<>();
        for (int id : uses.keks()) {
            if (vault.keks().stream().noneMatch(kek -> kek.id() == id)) {
                closed.put(Kek.name(id), uses.of(id));
            }
        }
        closed.forEach((key, places) ->
                console.error(
                        "The data needs the key-encryption key %s, which is not in this backup: %s."
                                .formatted(key, places)));
        if (!closed.isEmpty()) {
            console.error(
                    "The backup is of "
                            + archive.made()
                            + ". A key that was made by a rotation since is in a backup of the keys"
                            + " from after it; one that was destroyed by keys rotate --finish is in"
                            + " one from before.");
        }
        return closed.isEmpty();
    }
}
