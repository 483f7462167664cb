package org.postern.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postern.frame.SealedContent;
import org.postern.journal.Journal;
import org.postern.journal.JournalRecord;
import org.postern.journal.JournalRecord.Kind;
import org.postern.journal.Place;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.store.DiskFile;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Small messages whose home is the journal: most mail is taken, attempted and settled within a
/// second, and so never needs a file of its own. What is not settled at once is moved into one.
///
/// While a message has a file, the file is the truth, whatever the journal says. So the journal is
/// told that it has gone only when its file is durable, and before that file may be removed.
///
/// `FileSpool` sees to it that one thread at a time works on a message.
final class FreshMessages implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(FreshMessages.class);

    /// Messages at once; a further one gets a file.
    private static final int MESSAGES_MAX = 16_384;

    /// The largest content: from about here on a file of its own is the faster way.
    private static final int CONTENT_OCTETS_MAX = 256 << 10;

    /// Recipients of one message; with more it gets a file, since its records would be large.
    private static final int RECIPIENTS_EACH_MAX = 100;

    /// Recipients of all messages together; each takes less than 1 KiB of the heap.
    private static final int RECIPIENTS_MAX = 32_768;

    private final SpoolVolume volume;
    private final Vault vault;
    private final Journal journal;
    private final Map<QueueId, Fresh> messages = new ConcurrentHashMap<>();

    /// Messages that have left the journal, which has not been told yet.
    private final Set<QueueId> owed = ConcurrentHashMap.newKeySet();

    private final AtomicInteger recipients = new AtomicInteger();

    /// @param parts of what a file would hold: the message, and the results recorded since
    private record Fresh(SpoolEntry entry, List<Place> parts) {
        Fresh and(Place result) {
            List<Place> all = new ArrayList<>(parts);
            all.add(result);
            return new Fresh(entry, all);
        }

        int recipients() {
            return entry.message().envelope().recipients().size();
        }
    }

    /// @param segment octets after which the journal goes on in a new file
    /// @param stale is told which messages are to be moved; on a thread that must not wait
    FreshMessages(SpoolVolume volume, Vault vault, long segment, Consumer<List<QueueId>> stale)
            throws IOException {
        this.volume = volume;
        this.vault = vault;
        this.journal = new Journal(volume.journal(), segment, stale);
    }

    Collection<QueueId> ids() {
        return messages.keySet();
    }

    boolean contains(QueueId id) {
        return messages.containsKey(id);
    }

    @Nullable SpoolEntry get(QueueId id) {
        Fresh fresh = messages.get(id);
        return fresh == null ? null : fresh.entry();
    }

    private boolean takes(SpoolDraft draft, int itsRecipients) {
        return draft.isInMemory()
                && draft.size() <= CONTENT_OCTETS_MAX
                && itsRecipients <= RECIPIENTS_EACH_MAX
                && messages.size() < MESSAGES_MAX
                && recipients.get() < RECIPIENTS_MAX;
    }

    /// Makes a message durable, if it is small and there is room for it.
    ///
    /// @return false if not, and nothing was done
    boolean commit(SpoolDraft draft, QueuedMessage message) throws IOException {
        if (!takes(draft, message.envelope().recipients().size())) {
            return false;
        }
        SpoolDraft.Image image = draft.image(message);
        SpoolEntry entry = image.entry();
        QueueId id = entry.message().id();
        Place place = append(new JournalRecord(Kind.MESSAGE, id, image.octets()));
        Fresh fresh = new Fresh(entry, List.of(place));
        messages.put(id, fresh);
        recipients.addAndGet(fresh.recipients());
        return true;
    }

    private void forget(QueueId id) {
        Fresh gone = messages.remove(id);
        if (gone != null) {
            recipients.addAndGet(-gone.recipients());
        }
    }

    Content content(QueueId id) throws IOException {
        Fresh fresh = fresh(id);
        long size = fresh.entry().message().size();
        return new SealedContent(id, size, vault, () -> journal.open(fresh.parts().getFirst()));
    }

    /// Records new states where the message lies, if it is settled by them.
    ///
    /// @return false if it is not, so that it is to be moved first
    boolean record(QueueId id, Map<Address, RecipientState> states) throws IOException {
        Fresh fresh = fresh(id);
        SpoolEntry entry = fresh.entry();
        SpoolEntry.Change change = entry.change(vault, states);
        if (!change.message().isSettled()) {
            return false;
        }
        Place result = append(new JournalRecord(Kind.RESULT, id, change.octets()));
        entry.made(change);
        messages.put(id, fresh.and(result));
        return true;
    }

    /// Gives a message a file of its own; it is durable on return.
    SpoolEntry move(QueueId id) throws IOException {
        Fresh fresh = fresh(id);
        try {
            // What an earlier try has left.
            volume.discard(id);
            write(id, fresh.parts());
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
        owed.add(id);
        forget(id);
        try {
            settleDebt(id);
        } catch (IOException e) {
            LOG.warn("{} has a file, and the journal was not told: {}", id, e.getMessage());
        }
        return fresh.entry();
    }

    /// The results as well: the file is the truth from now on.
    private void write(QueueId id, List<Place> parts) throws IOException {
        try (DiskFile file = volume.disk().create(volume.draft(id))) {
            for (Place part : parts) {
                ByteBuffer octets = ByteBuffer.allocate(part.length());
                try (DiskFile image = journal.open(part)) {
                    image.read(octets, 0);
                }
                file.write(octets.flip());
            }
            volume.sync(file);
        }
    }

    /// Tells the journal that a message has left it, if that is still owed. To be called before the
    /// file of a message is removed.
    void settleDebt(QueueId id) throws IOException {
        if (owed.contains(id)) {
            append(JournalRecord.gone(id));
            owed.remove(id);
        }
    }

    /// Forgets a settled message, and has the journal told.
    void retire(QueueId id) {
        journal.appendLater(JournalRecord.gone(id), failure -> notTold(id, failure));
        forget(id);
    }

    /// A failed sync makes the volume bad, whoever waited for it.
    private void notTold(QueueId id, Throwable failure) {
        owed.add(id);
        if (failure instanceof IOException e) {
            LOG.warn(
                    "the journal was not told that {} has gone: {}",
                    id,
                    volume.judge(e).toString());
        }
    }

    /// Lets old segments of the journal go in which no message is left.
    void turn() throws IOException {
        try {
            journal.turn();
        } catch (IOException e) {
            throw volume.explain(volume.judge(e));
        }
    }

    /// Gives every message a file that an earlier run left in the journal.
    JournalRescue rescue() {
        return new JournalRescue(volume, journal);
    }

    private Place append(JournalRecord record) throws IOException {
        try {
            return journal.append(record);
        } catch (IOException e) {
            throw volume.explain(volume.judge(e));
        }
    }

    private Fresh fresh(QueueId id) throws IOException {
        Fresh fresh = messages.get(id);
        if (fresh == null) {
            throw new NoSuchFileException(id.value());
        }
        return fresh;
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
