package org.postern.spool;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.postern.frame.DamagedException;
import org.postern.frame.FrameReader;
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
/// return. All changes of a message's file happen under the lock of its id.
///
/// The files are the queue; memory holds the messages that were used last and nothing of the
/// others, so that a million of them can wait.
public final class FileSpool implements Spool {
    /// Locks for all ids together. Two messages that share one wait for each other, no more.
    private static final int LOCKS = 1_024;

    /// @param directory of this spool alone
    /// @param reserve octets that stay free on its volume; less, and no new mail is taken
    public record Settings(Path directory, long reserve) {}

    private final SpoolVolume volume;
    private final Vault vault;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final EntryCache known = new EntryCache();
    private final Object[] locks = new Object[LOCKS];
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
        Arrays.setAll(locks, _ -> new Object());
    }

    @Override
    public Draft open() throws IOException {
        volume.requireRoom();
        QueueId id;
        do {
            // Ids are made of the millisecond and 35 random bits; those of the last seconds are
            // known here.
            id = QueueId.next(clock.instant(), random);
        } while (known.contains(id) || !drafts.add(id));
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
        known.put(entry);
        return message;
    }

    @Override
    public Content content(QueueId id) throws IOException {
        long size = entry(id).orElseThrow(() -> noSuch(id)).message().size();
        Path path = volume.message(id);
        return new SpooledContent(id, size, vault, () -> volume.disk().read(path));
    }

    @Override
    public Optional<QueuedMessage> find(QueueId id) throws IOException {
        return entry(id).map(SpoolEntry::message);
    }

    @Override
    public QueuedMessage record(QueueId id, Map<Address, RecipientState> states)
            throws IOException {
        volume.requireSound();
        synchronized (lock(id)) {
            SpoolEntry entry = entry(id).orElseThrow(() -> noSuch(id));
            return states.isEmpty() ? entry.message() : entry.record(volume, vault, states);
        }
    }

    @Override
    public void retire(QueueId id) throws IOException {
        volume.requireSound();
        synchronized (lock(id)) {
            Optional<SpoolEntry> entry = entry(id);
            if (entry.isEmpty()) {
                return;
            }
            if (!entry.get().message().isSettled()) {
                throw new IllegalStateException(id + " is not settled");
            }
            volume.disk().delete(volume.message(id));
            known.remove(id);
        }
        volume.syncNames();
    }

    @Override
    public void setAside(QueueId id) throws IOException {
        volume.requireSound();
        synchronized (lock(id)) {
            known.remove(id);
            try {
                moveToCorrupt(id);
            } catch (NoSuchFileException _) {
                return;
            }
        }
        volume.syncCorrupt();
        volume.syncNames();
    }

    @Override
    public Recovered recover(Visitor visitor) throws IOException {
        volume.requireSound();
        volume.disk()
                .forEachName(
                        volume.drafts(),
                        name -> {
                            if (!QueueId.isValid(name) || !drafts.contains(new QueueId(name))) {
                                volume.disk().delete(volume.drafts().resolve(name));
                            }
                        });
        // A message may be here whose name was not yet durable when the power failed.
        volume.syncNames();
        long messages = 0;
        List<QueueId> corrupt = new ArrayList<>();
        List<QueueId> unread = new ArrayList<>();
        for (QueueId id : ids()) {
            Optional<QueuedMessage> message = Optional.empty();
            try {
                message = look(id);
            } catch (DamagedException _) {
                setAside(id);
                corrupt.add(id);
            } catch (UnreadException _) {
                // One bad place of the disk must not keep the other messages from leaving.
                unread.add(id);
            }
            if (message.isPresent()) {
                messages++;
                visitor.visit(message.get());
            }
        }
        return new Recovered(messages, corrupt, unread);
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        for (QueueId id : ids()) {
            Optional<QueuedMessage> message;
            try {
                message = look(id);
            } catch (DamagedException | UnreadException _) {
                // The attempt finds it and does what is to be done.
                continue;
            }
            if (message.isPresent()) {
                visitor.visit(message.get());
            }
        }
    }

    /// All messages by age, without a path object for each.
    private List<QueueId> ids() throws IOException {
        List<QueueId> ids = new ArrayList<>();
        volume.disk()
                .forEachName(
                        volume.directory(),
                        name -> {
                            if (QueueId.isValid(name)) {
                                ids.add(new QueueId(name));
                            }
                        });
        ids.sort(Comparator.naturalOrder());
        return ids;
    }

    @Override
    public void close() throws IOException {
        volume.close();
    }

    /// The disk could not read a file. What a visitor throws is another matter.
    private static final class UnreadException extends IOException {
        private static final long serialVersionUID = 1;

        UnreadException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /// A message as it stands, for one look: it takes no place among those that are in use.
    private Optional<QueuedMessage> look(QueueId id) throws IOException {
        SpoolEntry entry = known.get(id);
        if (entry != null) {
            return Optional.of(entry.message());
        }
        try {
            synchronized (lock(id)) {
                return Optional.of(read(id).message());
            }
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (UnknownKeyException | FrameReader.NewerException e) {
            // Every file will be like this one, and all of them are whole.
            throw new IOException("the spool cannot be opened: " + e.getMessage(), e);
        } catch (DamagedException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadException(e);
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

    /// A message for work on it: from memory, or else from its file.
    ///
    /// @return empty if it was retired or set aside, or never was
    private Optional<SpoolEntry> entry(QueueId id) throws IOException {
        SpoolEntry entry = known.get(id);
        if (entry != null) {
            return Optional.of(entry);
        }
        // Nobody may change the file between the reading of it and the note of what was read.
        synchronized (lock(id)) {
            entry = known.get(id);
            if (entry == null) {
                try {
                    entry = read(id);
                } catch (NoSuchFileException _) {
                    return Optional.empty();
                }
                known.put(entry);
            }
            return Optional.of(entry);
        }
    }

    private Object lock(QueueId id) {
        return locks[Math.floorMod(id.hashCode(), LOCKS)];
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
