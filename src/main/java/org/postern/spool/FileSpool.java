package org.postern.spool;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postern.frame.DamagedException;
import org.postern.frame.FrameReader;
import org.postern.frame.SealedContent;
import org.postern.journal.Journal;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.policy.Ruling;
import org.postern.rewrap.Pace;
import org.postern.rewrap.Tally;
import org.postern.spool.SpoolVolume.Purpose;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.vault.UnknownKeyException;
import org.postern.vault.Vault;

/// The spool in a folder of its own: one sealed file for each message, `<queue id>`, drafts of
/// large ones in `tmp/`, damaged ones in `corrupt/`. `Frames` tells what is in a file.
///
/// A commit is: write, sync the file, rename it into place, sync the directory, and only then
/// return. Small messages begin in the journal instead, which is written and synced for many of
/// them at once; see `FreshMessages`. All changes of a message happen under the lock of its id.
///
/// The files are the queue; memory holds the messages that were used last and nothing of the
/// others, so that a million of them can wait.
public final class FileSpool implements Spool {
    /// For all ids together. Two messages that share one wait for each other, no more.
    private static final int LOCKS = 1_024;

    /// @param directory of this spool alone
    /// @param reserve octets that stay free on its volume; less, and no new mail is taken
    /// @param journalSegment octets after which the journal goes on in a new file
    /// @param memory octets for contents of messages before their first attempt
    public record Settings(Path directory, long reserve, long journalSegment, long memory) {
        public Settings(Path directory, long reserve) {
            this(directory, reserve, Journal.SEGMENT_OCTETS, PlainMemory.OCTETS_MAX);
        }
    }

    private final SpoolVolume volume;
    private final Vault vault;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final EntryCache known = new EntryCache();
    private final Object[] locks = new Object[LOCKS];
    private final FreshMessages fresh;
    private final PlainMemory memory;
    private final SpoolMoves moves;
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
        this.memory = new PlainMemory(settings.memory());
        Arrays.setAll(locks, _ -> new Object());
        this.fresh = new FreshMessages(volume, vault, settings.journalSegment(), this::moveLater);
        this.moves = new SpoolMoves(volume, vault, fresh, known, this::lock);
    }

    @Override
    public Draft open() throws IOException {
        return open(Purpose.NEW_MAIL);
    }

    @Override
    public Draft openForHeldMail() throws IOException {
        return open(Purpose.HELD_MAIL);
    }

    @Override
    public Draft openForPages() throws IOException {
        return open(Purpose.PAGES);
    }

    private Draft open(Purpose purpose) throws IOException {
        volume.requireRoom(0, purpose);
        QueueId id;
        do {
            // Ids are made of the millisecond and 35 random bits; those of the last seconds are
            // known here.
            id = QueueId.next(clock.instant(), random);
        } while (known.contains(id) || fresh.contains(id) || !drafts.add(id));
        return new SpoolDraft(
                new SpoolDraft.Ground(volume, vault, memory, purpose), id, drafts::remove);
    }

    @Override
    public void requireRoom(long octets) throws IOException {
        volume.requireRoom(octets, Purpose.NEW_MAIL);
    }

    @Override
    public QueuedMessage commit(Draft draft, Envelope envelope, Ruling ruling) throws IOException {
        if (!(draft instanceof SpoolDraft mine) || !mine.belongsTo(volume)) {
            throw new IllegalArgumentException("a draft that another spool opened");
        }
        if (!ruling.covers(envelope.recipients())) {
            // A recipient without a decision would wait in the queue for ever.
            throw new IllegalArgumentException("the ruling does not cover every recipient");
        }
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
                        MessageCodec.untried(envelope, ruling, arrived));
        if (!fresh.commit(mine, message)) {
            commitToFile(mine, message);
        }
        mine.leavePlain();
        return message;
    }

    private void commitToFile(SpoolDraft mine, QueuedMessage message) throws IOException {
        QueueId id = mine.id();
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
    }

    private void moveLater(List<QueueId> ids) {
        moves.later(ids);
    }

    @Override
    public Tally rewrap(Pace pace) throws IOException {
        return moves.rewrap(Set.copyOf(drafts), pace);
    }

    @Override
    public Content content(QueueId id) throws IOException {
        volume.requireRoomForResults();
        Optional<Content> plain = memory.content(id);
        if (plain.isPresent()) {
            return plain.get();
        }
        if (fresh.contains(id)) {
            synchronized (lock(id)) {
                if (fresh.contains(id)) {
                    return fresh.content(id);
                }
            }
        }
        long size = entry(id).orElseThrow(() -> noSuch(id)).message().size();
        Path path = volume.message(id);
        return new SealedContent(id, size, vault, () -> volume.disk().read(path));
    }

    @Override
    public Optional<QueuedMessage> find(QueueId id) throws IOException {
        return entry(id).map(SpoolEntry::message);
    }

    @Override
    public QueuedMessage change(QueueId id, Change change) throws IOException {
        volume.requireSound();
        synchronized (lock(id)) {
            SpoolEntry entry = entry(id).orElseThrow(() -> noSuch(id));
            Map<Address, RecipientState> states = change.of(entry.message());
            memory.forget(id);
            if (fresh.contains(id) && !states.isEmpty()) {
                if (fresh.record(id, states)) {
                    return entry.message();
                }
                known.put(fresh.move(id));
            }
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
            memory.forget(id);
            if (fresh.contains(id)) {
                fresh.retire(id);
                return;
            }
            fresh.settleDebt(id);
            volume.disk().delete(volume.message(id));
            known.remove(id);
        }
    }

    @Override
    public void setAside(QueueId id) throws IOException {
        volume.requireSound();
        synchronized (lock(id)) {
            memory.forget(id);
            if (fresh.contains(id)) {
                fresh.move(id);
            }
            fresh.settleDebt(id);
            known.remove(id);
            try {
                volume.setAside(id);
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
        volume.sweepDrafts(drafts);
        // A message may be here whose name was not yet durable when the power failed.
        volume.syncNames();
        long messages = 0;
        JournalRescue.Faults faults = fresh.rescue().run(clock, random);
        List<QueueId> corrupt = new ArrayList<>(faults.aside());
        List<QueueId> unread = new ArrayList<>();
        for (QueueId id : ids()) {
            Optional<QueuedMessage> message = Optional.empty();
            try {
                message = look(id);
            } catch (DamagedException _) {
                setAside(id);
                corrupt.add(id);
            } catch (SpoolVolume.UnreadException _) {
                // One bad place of the disk must not keep the other messages from leaving.
                unread.add(id);
            }
            if (message.isPresent()) {
                messages++;
                visitor.visit(message.get());
            }
        }
        return new Recovered(messages, corrupt, unread, faults.missing());
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        for (QueueId id : ids()) {
            Optional<QueuedMessage> message;
            try {
                message = look(id);
            } catch (DamagedException | SpoolVolume.UnreadException _) {
                // The attempt finds it and does what is to be done.
                continue;
            }
            if (message.isPresent()) {
                visitor.visit(message.get());
            }
        }
    }

    /// All messages by age.
    private List<QueueId> ids() throws IOException {
        List<QueueId> ids = volume.ids();
        ids.addAll(fresh.ids());
        ids.sort(Comparator.naturalOrder());
        return ids;
    }

    @Override
    public void close() throws IOException {
        // Waits for the one that is being moved; the others are found at the next start.
        volume.refuse();
        moves.close();
        fresh.close();
        volume.close();
    }

    /// A message as it stands, for one look: it takes no place among those that are in use.
    private Optional<QueuedMessage> look(QueueId id) throws IOException {
        SpoolEntry entry = inMemory(id);
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
        } catch (IOException e) {
            throw e instanceof DamagedException ? e : new SpoolVolume.UnreadException(e);
        }
    }

    private SpoolEntry read(QueueId id) throws IOException {
        try (DiskFile file = volume.disk().read(volume.message(id))) {
            return SpoolEntry.read(file, id, vault);
        }
    }

    /// A message for work on it: from memory, or else from its file.
    ///
    /// @return empty if it was retired or set aside, or never was
    private Optional<SpoolEntry> entry(QueueId id) throws IOException {
        SpoolEntry entry = inMemory(id);
        if (entry != null) {
            return Optional.of(entry);
        }
        // Nobody may change the file between the reading of it and the note of what was read.
        synchronized (lock(id)) {
            entry = inMemory(id);
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

    private @Nullable SpoolEntry inMemory(QueueId id) {
        SpoolEntry entry = fresh.get(id);
        return entry == null ? known.get(id) : entry;
    }

    private Object lock(QueueId id) {
        return locks[Math.floorMod(id.hashCode(), LOCKS)];
    }

    private static IOException noSuch(QueueId id) {
        return new IOException("there is no message " + id + " in the queue");
    }
}
