package org.postern.spool;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.postern.frame.DamagedException;
import org.postern.frame.FrameReader;
import org.postern.frame.FreshHead;
import org.postern.mail.QueueId;
import org.postern.rewrap.Pace;
import org.postern.rewrap.Tally;
import org.postern.store.DiskFile;
import org.postern.vault.SealBrokenException;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves messages to other files: out of the journal into one of their own, and from under an old
/// KEK under the active one. Each is moved under the lock of its id, and is in its old place or in
/// its new one at every moment.
final class SpoolMoves {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolMoves.class);

    private final SpoolVolume volume;
    private final Vault vault;
    private final FreshMessages fresh;
    private final EntryCache known;
    private final Function<QueueId, Object> lock;
    private final ExecutorService mover =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("spool-move").factory());

    // What follows belongs to the one thread that rewraps.
    private final Set<QueueId> writing = new HashSet<>();
    private OptionalInt waitedFor = OptionalInt.empty();

    /// @param lock of an id, as the spool has it
    SpoolMoves(
            SpoolVolume volume,
            Vault vault,
            FreshMessages fresh,
            EntryCache known,
            Function<QueueId, Object> lock) {
        this.volume = volume;
        this.vault = vault;
        this.fresh = fresh;
        this.known = known;
        this.lock = lock;
    }

    /// Moves messages out of the journal on a thread of its own: the journal must not wait for it.
    void later(List<QueueId> ids) {
        mover.execute(() -> ids.forEach(this::moveOrLeave));
    }

    private void moveOrLeave(QueueId id) {
        try {
            move(id);
        } catch (IOException e) {
            LOG.warn("{} stays in the journal: {}", id, e.getMessage());
        }
    }

    private void move(QueueId id) throws IOException {
        volume.requireSound();
        synchronized (lock.apply(id)) {
            if (fresh.contains(id)) {
                known.put(fresh.move(id));
            } else {
                fresh.settleDebt(id);
            }
        }
    }

    /// Brings all that lies here under the active KEK. What is being received when the KEK changes
    /// was begun under the old one: as long as one of these is open, the journal may still get it.
    ///
    /// @param open drafts
    Tally rewrap(Set<QueueId> open, Pace pace) throws IOException {
        if (waitedFor.isEmpty() || waitedFor.getAsInt() != vault.active()) {
            waitedFor = OptionalInt.of(vault.active());
            writing.clear();
            writing.addAll(open);
        }
        writing.retainAll(open);
        Tally tally = Tally.ofBusy(writing.size());
        // Old segments hold wrapped keys of messages that have gone, until they go too.
        fresh.turn();
        for (QueueId id : List.copyOf(fresh.ids())) {
            pace.step();
            move(id);
        }
        fresh.turn();
        for (QueueId id : volume.ids()) {
            pace.step();
            synchronized (lock.apply(id)) {
                Path message = volume.message(id);
                Tally each = rewrap(message, volume.draft(id));
                if (each.rewrapped() > 0) {
                    volume.syncNames();
                    known.remove(id);
                }
                tally = tally.plus(each);
            }
        }
        for (Path aside : volume.disk().list(volume.corrupt())) {
            pace.step();
            tally = tally.plus(rewrap(aside, volume.drafts().resolve(aside.getFileName())));
            volume.syncCorrupt();
        }
        return tally;
    }

    /// A copy takes the place of the file. Whoever reads the old one reads on in it.
    private Tally rewrap(Path path, Path draft) throws IOException {
        volume.requireSound();
        OptionalInt kek = OptionalInt.empty();
        try (DiskFile file = volume.disk().read(path)) {
            kek = FreshHead.kekOf(file);
            if (kek.isPresent() && kek.getAsInt() == vault.active()) {
                return Tally.ofCurrent();
            }
            // Mail that comes in has the room first.
            volume.requireRoom(file.size(), SpoolVolume.Purpose.NEW_MAIL);
            deleteIfThere(draft);
            try (DiskFile copy = volume.disk().create(draft)) {
                FreshHead.copy(file, copy, vault);
                volume.sync(copy);
            } catch (IOException e) {
                deleteIfThere(draft);
                throw volume.explain(e);
            }
        } catch (NoSuchFileException _) {
            // It was settled and has gone.
            return Tally.NONE;
        } catch (DamagedException | SealBrokenException | FrameReader.NewerException _) {
            return Tally.ofDamaged(kek);
        }
        volume.disk().rename(draft, path);
        return Tally.ofRewrapped();
    }

    private void deleteIfThere(Path draft) throws IOException {
        try {
            volume.disk().delete(draft);
        } catch (NoSuchFileException _) {
            // The usual case: no earlier try has left one.
        }
    }

    /// Returns when the message that is being moved, if any, is where it belongs.
    void close() {
        mover.close();
    }
}
