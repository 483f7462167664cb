package org.postern.spool;

import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.octets.OctetStore;

/// Memory for the contents of messages from their first octet to their first attempt, so that what
/// was just sealed is not read back and opened twice. What does not fit goes by the disk.
///
/// The bound holds for all messages together, drafts and queued ones.
final class PlainMemory {
    /// The largest message that stays in memory.
    static final int MESSAGE_OCTETS_MAX = 4 << 20;

    /// An eighth of the heap that the launcher gives.
    static final long OCTETS_MAX = 64L << 20;

    private final long octetsMax;
    private final AtomicLong taken = new AtomicLong();
    private final Map<QueueId, Kept> kept = new ConcurrentHashMap<>();

    /// @param octetsMax of all messages together
    PlainMemory(long octetsMax) {
        this.octetsMax = octetsMax;
    }

    /// Asks for room.
    ///
    /// @return false if there is none; nothing is taken then
    boolean take(long octets) {
        if (taken.addAndGet(octets) <= octetsMax) {
            return true;
        }
        giveBack(octets);
        return false;
    }

    void giveBack(long octets) {
        taken.addAndGet(-octets);
    }

    /// Keeps the content of a queued message, for which its room was taken.
    ///
    /// @param octets not changed any more
    void keep(QueueId id, OctetStore octets) {
        kept.put(id, new Kept(octets));
    }

    /// The content of a message, if it is still here.
    Optional<Content> content(QueueId id) {
        return Optional.ofNullable(kept.get(id));
    }

    /// Gives the room of a message free; a reader that has it open goes on.
    void forget(QueueId id) {
        @Nullable Kept gone = kept.remove(id);
        if (gone != null) {
            giveBack(gone.store().room());
        }
    }

    private record Kept(OctetStore store) implements Content {
        @Override
        public long size() {
            return store.size();
        }

        @Override
        public InputStream open() {
            return store.open();
        }
    }
}
