package org.postern.cabinet;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The folders that are in memory: those that somebody uses, one object for all who do, and for a
/// while those that nobody uses any more, because a mail program that saves letters one by one
/// opens their folder for each.
final class OpenFolders {
    /// In folders that nobody uses, about 20 octets each.
    private static final int UNUSED_MESSAGES_MAX = 500_000;

    private static final int UNUSED_MAX = 200;

    private final Map<Long, Folder> all = new LinkedHashMap<>();

    /// Those of all that nobody uses, the longest unused first.
    private final Map<Long, Folder> unused = new LinkedHashMap<>();

    /// A folder that is to be used, unless it is not in memory, or not the one any more that it
    /// was. Numbers are given again, so the number alone does not say that it is.
    synchronized @Nullable Folder take(FolderRows.View view) {
        long id = view.folder();
        Folder folder = all.get(id);
        if (folder == null || folder.isLost() || !folder.view().equals(view)) {
            return null;
        }
        if (folder.users == 0) {
            unused.remove(id);
            // Time has passed, by which a message may have expired.
            folder.doubt();
        }
        folder.users++;
        return folder;
    }

    /// One that was made to be used, in the place of a lost one.
    synchronized Folder add(long id, Folder folder) {
        unused.remove(id);
        all.put(id, folder);
        folder.users++;
        return folder;
    }

    /// Somebody does not use it any more.
    synchronized void release(Folder folder) {
        long id = folder.view().folder();
        if (--folder.users > 0 || all.get(id) != folder) {
            return;
        }
        unused.put(id, folder);
        long messages = unused.values().stream().mapToLong(Folder::count).sum();
        Iterator<Map.Entry<Long, Folder>> eldest = unused.entrySet().iterator();
        while (unused.size() > UNUSED_MAX || messages > UNUSED_MESSAGES_MAX) {
            Map.Entry<Long, Folder> next = eldest.next();
            messages -= next.getValue().count();
            all.remove(next.getKey());
            eldest.remove();
        }
    }

    /// A folder, not to be used.
    ///
    /// @return null if it is not in memory
    synchronized @Nullable Folder find(long id) {
        return all.get(id);
    }

    /// It was deleted.
    synchronized void remove(long id) {
        unused.remove(id);
        all.remove(id);
    }

    /// All at this moment.
    synchronized List<Folder> now() {
        return new ArrayList<>(all.values());
    }
}
