package org.postern.auditor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.StoredMessage;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;

/// The gateway's stores after it has stopped, opened as its next start would open them. The spool
/// is read from a copy, because opening it tidies it up.
public final class Stores {
    private final RunFolder folder;
    private final Vault vault;

    public Stores(RunFolder folder) throws IOException {
        this.folder = folder;
        Path keys = folder.data().resolve("keys");
        this.vault =
                Vault.open(
                        keys.resolve("postern.p12"),
                        Secrets.firstLine(keys.resolve("password")).toCharArray());
    }

    Vault vault() {
        return vault;
    }

    /// A message of the queue with the number of the client's message; -1 for own mail.
    public record Queued(QueuedMessage message, int number) {}

    /// All that is in the queue.
    public List<Queued> queue() throws IOException {
        Path copy = Files.createTempDirectory("postern-spool");
        try {
            Path spool = folder.data().resolve("spool");
            // First the journal: what moves into a file meanwhile is found there as well.
            copy(spool.resolve("journal"), copy.resolve("journal"));
            copy(spool, copy);
            FileSpool.Settings settings = new FileSpool.Settings(copy, 0);
            try (FileSpool opened =
                    new FileSpool(
                            settings,
                            new FileDisk(),
                            vault,
                            Clock.systemUTC(),
                            new SecureRandom())) {
                List<Queued> queue = new ArrayList<>();
                List<QueuedMessage> messages = new ArrayList<>();
                opened.recover(messages::add);
                for (QueuedMessage message : messages) {
                    queue.add(new Queued(message, number(text(opened.content(message.id())))));
                }
                return queue;
            }
        } finally {
            try (Stream<Path> all = Files.walk(copy)) {
                for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        if (Files.isDirectory(from)) {
            try (Stream<Path> files = Files.list(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    copyIfThere(file, to.resolve(String.valueOf(file.getFileName())));
                }
            }
        }
    }

    /// A running gateway may retire a message meanwhile.
    private static void copyIfThere(Path from, Path to) throws IOException {
        try {
            Files.copy(from, to);
        } catch (java.nio.file.NoSuchFileException e) {
            return;
        }
    }

    private static int number(String text) {
        return new Copy("spool", 0, "", List.of(""), text).number();
    }

    private static String text(Content content) throws IOException {
        try (var in = content.open()) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /// What the secure mailbox holds of a patient.
    ///
    /// @param text the content, each octet a character
    record Kept(StoredMessage message, String text) {}

    /// Takes what the mailbox holds, patient by patient.
    @FunctionalInterface
    interface KeptReader {
        void take(String patient, List<Kept> kept);
    }

    /// @return how many bodies there are, read or not
    long mailbox(List<String> patients, KeptReader reader) throws IOException {
        Path bodies = folder.data().resolve("bodies");
        FileDisk disk = new FileDisk();
        Clock clock = Clock.systemUTC();
        try (Database database = Database.open(disk, folder.data().resolve("db"), clock);
                FileMailboxStore store =
                        FileMailboxStore.open(
                                new FileMailboxStore.Ground(
                                        disk,
                                        bodies,
                                        vault,
                                        database,
                                        new SecureRandom(),
                                        clock))) {
            for (String patient : patients) {
                Optional<StoredMessage> newest = store.newest(Address.of(patient));
                List<Kept> kept = new ArrayList<>();
                if (newest.isPresent()) {
                    for (StoredMessage each : store.thread(newest.get().thread())) {
                        kept.add(new Kept(each, text(store.content(each.key()))));
                    }
                }
                reader.take(patient, kept);
            }
        }
        try (Stream<Path> files = Files.list(bodies)) {
            return files.filter(file -> file.toString().endsWith(".body")).count();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
