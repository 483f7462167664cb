package org.postern.spool;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postern.mail.QueueId;

/// The messages of the spool that were used last. A fresh one is attempted, settled and retired out
/// of here, so that its file is not read again; an older one is read from its file when its time
/// has come. What this holds is bounded, however long the queue is.
final class EntryCache {
    /// Messages; an entry of one recipient takes about 2 KiB of the heap.
    private static final int ENTRIES_MAX = 4_096;

    /// Recipients of all these messages together; each takes less than 1 KiB.
    private static final int RECIPIENTS_MAX = 16_384;

    private final Map<QueueId, SpoolEntry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private int recipients;

    synchronized @Nullable SpoolEntry get(QueueId id) {
        return entries.get(id);
    }

    synchronized boolean contains(QueueId id) {
        return entries.containsKey(id);
    }

    synchronized void put(SpoolEntry entry) {
        SpoolEntry before = entries.put(entry.message().id(), entry);
        recipients += weight(entry) - (before == null ? 0 : weight(before));
        Iterator<SpoolEntry> eldest = entries.values().iterator();
        while (entries.size() > 1
                && (entries.size() > ENTRIES_MAX || recipients > RECIPIENTS_MAX)) {
            recipients -= weight(eldest.next());
            eldest.remove();
        }
    }

    synchronized void remove(QueueId id) {
        SpoolEntry removed = entries.remove(id);
        recipients -= removed == null ? 0 : weight(removed);
    }

    private static int weight(SpoolEntry entry) {
        return entry.message().envelope().recipients().size();
    }
}
