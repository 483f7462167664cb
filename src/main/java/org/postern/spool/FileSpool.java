package org.postern.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.policy.Ruling;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.vault.UnknownKeyException;
import org.postern.vault.Vault;

/// The spool in a folder of its own: one sealed file for each message, `<queue id>`, drafts of
/// large ones in `tmp/`, damaged ones in `corrupt/`. `Frames` tells what is in a file.
///
/// A commit is: write, sync the file, rename it into place, sync the directory, and only then
/// return. All changes of a message's file happen under the monitor of its entry.
public final class FileSpool implements Spool {
    /// @param directory of this spool alone
    /// @param reserve octets that stay free on its volume; less, and no new mail is taken
    public record Settings(Path directory, long reserve) {}

    private final SpoolVolume volume;
    private final Vault vault;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<QueueId, SpoolEntry> entries = new ConcurrentHashMap<>();
    private final Set<QueueId> drafts = ConcurrentHashMap.newKeySet();

    /// Takes possession of the folder; `recover` reads what lies in it.
    ///
    /// @param random a cryptographically strong one
    /// @throws IOException if another gateway works in this folder, or it cannot be made
    public FileSpool(
            Settings settings, Disk disk, Vault vault, InstantSource clock, RandomGenerator random)
            throws IOException {
        this.volume = new SpoolVolume(disk, settings.directory(), settings.reserve());
        this.vault = vault;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public Draft open() throws IOException {
        volume.requireRoom();
        QueueId id;
        do {
            id = QueueId.next(clock.instant(), random);
        } while (entries.containsKey(id) || !drafts.add(id));
        return new SpoolDraft(id, volume, vault, drafts::remove);
    }

    @Override
    public QueuedMessage commit(Draft draft, Envelope envelope, Ruling ruling) throws IOException {
        if (!(draft instanceof SpoolDraft mine) || !mine.belongsTo(volume)) {
            throw new IllegalArgumentException("a draft that another spool opened");
        }
        requireDecisions(envelope, ruling);
        volume.requireSound();
        QueueId id = mine.id();
        long size = mine.finish().size();
        Instant arrived = clock.instant();
        QueuedMessage message =
                new QueuedMessage(
                        id,
                        arrived,
                        envelope,
                        ruling,
                        size,
                        MessageCodec.untried(envelope, arrived));
        SpoolEntry entry;
        try {
            entry = mine.complete(message);
            volume.disk().rename(volume.draft(id), volume.message(id));
            volume.syncNames();
        } catch (IOException e) {
            IOException explained = volume.explain(e);
            try {
                volume.discard(id);
            } catch (IOException second) {
                explained.addSuppressed(second);
            }
            throw explained;
        }
        mine.keep();
        entries.put(id, entry);
        return message;
    }

    @Override
    public Content content(QueueId id) throws IOException {
        SpoolEntry entry = entry(id);
        Path path = volume.message(id);
        return new SpooledContent(
                id, entry.message().size(), vault, () -> volume.disk().read(path));
    }

    @Override
    public Optional<QueuedMessage> find(QueueId id) {
        return Optional.ofNullable(entries.get(id)).map(SpoolEntry::message);
    }

    @Override
    public QueuedMessage record(QueueId id, Map<Address, RecipientState> states)
            throws IOException {
        volume.requireSound();
        SpoolEntry entry = entry(id);
        synchronized (entry) {
            if (entry.isGone()) {
                throw noSuch(id);
            }
            return states.isEmpty() ? entry.message() : entry.record(volume, vault, states);
        }
    }

    @Override
    public void retire(QueueId id) throws IOException {
        volume.requireSound();
        SpoolEntry entry = entries.get(id);
        if (entry == null) {
            return;
        }
        synchronized (entry) {
            if (!entry.message().isSettled()) {
                throw new IllegalStateException(id + " is not settled");
            }
            if (!entry.isGone()) {
                volume.disk().delete(volume.message(id));
                entry.markGone();
                entries.remove(id);
            }
        }
        volume.syncNames();
    }

    @Override
    public void setAside(QueueId id) throws IOException {
        volume.requireSound();
        SpoolEntry entry = entries.get(id);
        if (entry == null) {
            return;
        }
        synchronized (entry) {
            if (!entry.isGone()) {
                moveToCorrupt(id);
                entry.markGone();
                entries.remove(id);
            }
        }
        volume.syncCorrupt();
        volume.syncNames();
    }

    @Override
    public Recovered recover() throws IOException {
        volume.requireSound();
        for (Path path : volume.disk().list(volume.drafts())) {
            String name = path.getFileName().toString();
            if (!QueueId.isValid(name) || !drafts.contains(new QueueId(name))) {
                volume.disk().delete(path);
            }
        }
        List<QueueId> corrupt = new ArrayList<>();
        List<SpoolEntry> found = new ArrayList<>();
        for (Path path : volume.disk().list(volume.directory())) {
            String name = path.getFileName().toString();
            if (QueueId.isValid(name) && !entries.containsKey(new QueueId(name))) {
                readOrSetAside(new QueueId(name))
                        .ifPresentOrElse(found::add, () -> corrupt.add(new QueueId(name)));
            }
        }
        volume.syncCorrupt();
        // A message may be here whose name was not yet durable when the power failed.
        volume.syncNames();
        found.forEach(entry -> entries.putIfAbsent(entry.message().id(), entry));
        List<QueuedMessage> messages = new ArrayList<>();
        entries.values().forEach(entry -> messages.add(entry.message()));
        messages.sort(
                Comparator.comparing(QueuedMessage::arrived).thenComparing(QueuedMessage::id));
        return new Recovered(messages, corrupt);
    }

    @Override
    public void close() throws IOException {
        volume.close();
    }

    /// @return empty if the message was set aside, or cannot be read for now and stays in its place
    private Optional<SpoolEntry> readOrSetAside(QueueId id) throws IOException {
        try {
            return Optional.of(read(id));
        } catch (DamagedException _) {
            moveToCorrupt(id);
            return Optional.empty();
        } catch (UnknownKeyException | FrameReader.NewerException e) {
            // Every file will be like this one, and all of them are whole.
            throw new IOException("the spool cannot be opened: " + e.getMessage(), e);
        } catch (IOException _) {
            // One bad place of the disk must not keep the other messages from leaving.
            return Optional.empty();
        }
    }

    private SpoolEntry read(QueueId id) throws IOException {
        try (DiskFile file = volume.disk().read(volume.message(id))) {
            return SpoolEntry.read(file, id, vault);
        }
    }

    private void moveToCorrupt(QueueId id) throws IOException {
        Set<Path> taken = new HashSet<>(volume.disk().list(volume.corrupt()));
        Path free = volume.corrupt().resolve(id.value());
        for (int i = 1; taken.contains(free); i++) {
            free = volume.corrupt().resolve(id.value() + "." + i);
        }
        volume.disk().rename(volume.message(id), free);
    }

    private SpoolEntry entry(QueueId id) throws IOException {
        SpoolEntry entry = entries.get(id);
        if (entry == null) {
            throw noSuch(id);
        }
        return entry;
    }

    private static IOException noSuch(QueueId id) {
        return new IOException("there is no message " + id + " in the queue");
    }

    /// A recipient without a decision would wait in the queue for ever.
    private static void requireDecisions(Envelope envelope, Ruling ruling) {
        Set<Address> decided = new HashSet<>();
        ruling.recipients().forEach(each -> decided.add(each.recipient()));
        if (!decided.containsAll(envelope.recipients())) {
            throw new IllegalArgumentException("the ruling does not cover every recipient");
        }
    }
}
