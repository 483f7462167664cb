package org.postern.cabinet;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.postern.cabinet.FolderRows.View;
import org.postern.mime.HeaderSection;
import org.postern.snapshot.Flags;

/// How many octets each person may still put into folders, without a look at all that lies there
/// for each letter: it counts what was added since it last looked, and looks again before it says
/// no. What was taken out meanwhile is found then.
final class Room {
    private final long max;
    private final Counter counter;

    /// At least what each person has; one number for each who has added something.
    private final Map<String, Long> atMost = new ConcurrentHashMap<>();

    /// What each person has on its way: room that was taken, for letters that nobody counts yet.
    private final Map<String, Long> coming = new ConcurrentHashMap<>();

    /// What counts.
    @FunctionalInterface
    interface Counter {
        long octets(String owner) throws IOException;
    }

    /// @param max octets of one person
    Room(long max, Counter counter) {
        this.max = max;
        this.counter = counter;
    }

    /// Takes room for a letter. Where nothing comes of the letter, that is found at the next look.
    ///
    /// @return false if there is none; otherwise `settle` has to follow
    boolean take(String owner, long octets) throws IOException {
        // First, so that whoever looks meanwhile counts it.
        coming.merge(owner, octets, Long::sum);
        boolean taken = false;
        try {
            taken = fits(owner, octets) || look(owner, octets);
            return taken;
        } finally {
            if (!taken) {
                settle(owner, octets);
            }
        }
    }

    /// Letters are entered, or nothing comes of them.
    void settle(String owner, long octets) {
        coming.computeIfPresent(owner, (_, before) -> before == octets ? null : before - octets);
    }

    private boolean fits(String owner, long octets) {
        boolean[] fits = new boolean[1];
        atMost.computeIfPresent(
                owner,
                (_, before) -> {
                    fits[0] = octets <= max - before;
                    return fits[0] ? before + octets : before;
                });
        return fits[0];
    }

    /// One at a time, so that nobody else's letter is forgotten between look and note. One that is
    /// entered while somebody looks may be counted twice, until the next look.
    private synchronized boolean look(String owner, long octets) throws IOException {
        if (fits(owner, octets)) {
            return true;
        }
        // What is on its way first: of what is entered meanwhile nothing is missed.
        long others = coming.getOrDefault(owner, 0L) - octets;
        atMost.put(owner, counter.octets(owner) + others);
        return fits(owner, octets);
    }

    /// How large the letters are that one person put into folders.
    static long octets(Handle handle, String owner) {
        return handle.createQuery(
                        """
                        SELECT COALESCE(SUM(octets), 0) FROM message
                        WHERE clinician_key = :owner AND direction = 'OWN'
                        """)
                .bind("owner", owner)
                .mapTo(Long.class)
                .one();
    }

    /// How many octets the messages of a folder have together.
    static long octets(Handle handle, View view) {
        return handle.createQuery(
                        """
                        SELECT COALESCE(SUM(octets), 0) FROM imap_filed
                        WHERE folder_id = :folder AND expunged = FALSE
                        """)
                .bind("folder", view.folder())
                .mapTo(Long.class)
                .one();
    }

    /// The same as far as surrogates of them are shown: RFC 8438 §3 allows more than there is, and
    /// nothing less. How much longer one is its outline alone knows, and a folder is not opened for
    /// it; a header section that is known to be in ASCII has none, nearly all are, and no header
    /// section grows beyond its limit.
    static long octetsAtMost(Handle handle, View view) {
        long unsure =
                handle.createQuery(
                                """
                                SELECT COUNT(*) FROM imap_filed
                                WHERE folder_id = :folder AND expunged = FALSE
                                    AND (ascii IS NULL OR ascii = FALSE)
                                """)
                        .bind("folder", view.folder())
                        .mapTo(Long.class)
                        .one();
        return octets(handle, view) + unsure * HeaderSection.OCTETS_MAX;
    }

    /// How large the letters are that would be destroyed if what is marked as deleted in a folder
    /// were expunged: RFC 9208 §4.1.4.
    static long deletedOctets(Handle handle, View view) {
        return handle.createQuery(
                        """
                        SELECT COALESCE(SUM(m.octets), 0) FROM message m
                        WHERE m.clinician_key = :owner AND m.direction = 'OWN'
                            AND EXISTS (SELECT 1 FROM imap_filed f
                                WHERE f.message_key = m.message_key AND f.folder_id = :folder
                                    AND f.expunged = FALSE AND BITAND(f.flags, :deleted) <> 0)
                            AND NOT EXISTS (SELECT 1 FROM imap_filed f
                                WHERE f.message_key = m.message_key AND f.expunged = FALSE
                                    AND (f.folder_id <> :folder
                                        OR BITAND(f.flags, :deleted) = 0))
                        """)
                .bind("owner", view.owner())
                .bind("folder", view.folder())
                .bind("deleted", Flags.DELETED)
                .mapTo(Long.class)
                .one();
    }
}
