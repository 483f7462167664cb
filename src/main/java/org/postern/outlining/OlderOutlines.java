package org.postern.outlining;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Content;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mime.MimeException;
import org.postern.outline.Outline;
import org.postern.outline.OutlineCodec;
import org.postern.outline.OutlineReader;
import org.postern.outlining.SealedOutlines.Sealed;
import org.postern.store.Database;
import org.postern.vault.DataKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives messages that came without an outline the one that they lack, in the background, once
/// their owner has logged in: those that came to an earlier release, or while no mail program could
/// read. So her first list opens few bodies, and sizes of folders become exact. Nothing rests on
/// it: what is not made here the first list makes.
public final class OlderOutlines {
    private static final Logger LOG = LoggerFactory.getLogger(OlderOutlines.class);

    /// What is worked in one look; the pause between two looks is the caller's. So it takes a small
    /// part of one processor, and the disk is left to those who wait for it.
    static final Duration WORKED_MAX = Duration.ofMillis(200);

    /// Persons of whom it is remembered that they were looked after. Of others it is asked again.
    private static final int PERSONS_MAX = 5_000;

    /// Persons who wait; further ones come when they log in again.
    private static final int WAITING_MAX = 1_000;

    /// Messages that one question names.
    static final int NAMED_MAX = 5_000;

    /// Of messages that are there, were not taken back and whose owner reads here: those that
    /// nobody has filed and that have no outline, and those of which a folder does not know how
    /// large they are to everybody.
    private static final String LACKING =
            """
            SELECT m.message_key FROM message m
            WHERE m.clinician_key = :owner AND m.direction <> 'HELD' AND m.told = TRUE
                AND m.recalled IS NULL
                AND NOT EXISTS (SELECT 1 FROM imap_outline_ahead a
                    WHERE a.message_key = m.message_key)
                AND (NOT EXISTS (SELECT 1 FROM imap_filed f WHERE f.message_key = m.message_key)
                    OR EXISTS (SELECT 1 FROM imap_filed f WHERE f.message_key = m.message_key
                        AND f.expunged = FALSE AND f.ascii IS NULL))
            ORDER BY m.message_key LIMIT :most
            """;

    /// It stands by the message until a list takes it to the places that have none.
    private static final String AHEAD =
            """
            INSERT INTO imap_outline_ahead (message_key, outline, ascii)
            SELECT m.message_key, CAST(:outline AS VARCHAR(200000)), CAST(:ascii AS BOOLEAN)
            FROM message m WHERE m.message_key = :key AND m.recalled IS NULL
                AND NOT EXISTS (SELECT 1 FROM imap_outline_ahead a
                    WHERE a.message_key = m.message_key)
                AND (NOT EXISTS (SELECT 1 FROM imap_filed f WHERE f.message_key = m.message_key)
                    OR EXISTS (SELECT 1 FROM imap_filed f WHERE f.message_key = m.message_key
                        AND f.expunged = FALSE
                        AND NOT EXISTS (SELECT 1 FROM imap_outline o
                            WHERE o.folder_id = f.folder_id AND o.uid = f.uid)))
            """;

    private final Database database;
    private final MailboxStore mailbox;
    private final SealedOutlines outlines;

    // Guarded by this: who waits, and who was looked after, the longest ago first.
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Set<String> known = new LinkedHashSet<>();

    // Of the one who looks: whose messages are under way, which they are, which of them cannot be
    // given an outline now, and whether one was given an outline since it was asked for them.
    private @Nullable String owner;
    private final Queue<MessageKey> lacking = new ArrayDeque<>();
    private final Set<MessageKey> failed = new HashSet<>();
    private boolean gained;
    private long made;

    public OlderOutlines(Database database, MailboxStore mailbox, SealedOutlines outlines) {
        this.database = database;
        this.mailbox = mailbox;
        this.outlines = outlines;
    }

    /// Somebody has logged in: what her messages lack is made at the next looks, once in the life
    /// of this process.
    public synchronized void want(String person) {
        if (known.contains(person) || waiting.size() >= WAITING_MAX) {
            return;
        }
        waiting.add(person);
        known.add(person);
        Iterator<String> eldest = known.iterator();
        while (known.size() > PERSONS_MAX) {
            eldest.next();
            eldest.remove();
        }
    }

    private synchronized @Nullable String next() {
        Iterator<String> first = waiting.iterator();
        if (!first.hasNext()) {
            return null;
        }
        String person = first.next();
        first.remove();
        return person;
    }

    /// Works for a moment; to be called again and again, by one at a time.
    ///
    /// @param goesOn whether the gateway goes on
    public void look(BooleanSupplier goesOn) {
        long begin = System.nanoTime();
        while (goesOn.getAsBoolean() && System.nanoTime() - begin < WORKED_MAX.toNanos()) {
            @Nullable String person = owner;
            if (person == null) {
                person = next();
                if (person == null) {
                    return;
                }
                owner = person;
                gained = true;
            }
            try {
                if (!goOn(person)) {
                    leave();
                }
            } catch (IOException e) {
                // Without the database, or the key of her outlines, nothing can be made for her.
                LOG.warn("older messages stay without outlines: {}", e.getMessage());
                forget(person);
                leave();
            } catch (RuntimeException e) {
                forget(person);
                leave();
                throw e;
            }
        }
    }

    /// What hindered it may pass: her next login asks again.
    private synchronized void forget(String person) {
        known.remove(person);
    }

    private void leave() {
        owner = null;
        lacking.clear();
        failed.clear();
        made = 0;
    }

    /// @return whether there may be more for this person
    private boolean goOn(String person) throws IOException {
        MessageKey key = lacking.poll();
        if (key != null) {
            if (give(person, key)) {
                gained = true;
            } else {
                failed.add(key);
            }
            return true;
        }
        if (gained && failed.size() < NAMED_MAX) {
            // What could not be made is named again and again, so each question has to help some,
            // and no message is tried twice.
            gained = false;
            lacking.addAll(database.read(handle -> lacking(handle, person)));
            lacking.removeAll(failed);
        }
        if (lacking.isEmpty() && made > 0) {
            LOG.info("{} older messages of one person have outlines now", made);
            made = 0;
        }
        return !lacking.isEmpty();
    }

    private static List<MessageKey> lacking(Handle handle, String person) {
        return handle.createQuery(LACKING)
                .bind("owner", person)
                .bind("most", NAMED_MAX)
                .map((row, _) -> new MessageKey(row.getString(1)))
                .list();
    }

    /// @return whether it lacks nothing any more
    /// @throws IOException if nothing can be made for anybody now
    private boolean give(String person, MessageKey key) throws IOException {
        DataKey all = outlines.key(person);
        Outline outline;
        try {
            outline = read(mailbox.content(key, person));
        } catch (IOException e) {
            // It is gone, damaged, or under a key that is not here now. The first list says so.
            LOG.debug("an older message stays without an outline: {}", e.toString());
            return false;
        }
        boolean ascii = SealedOutlines.isAscii(outline);
        Sealed sealed =
                SealedOutlines.seal(all, key, outline, OutlineCodec.encode(outline)).orElse(null);
        int changed = database.write(handle -> keep(handle, key, ascii, sealed));
        made += changed > 0 ? 1 : 0;
        return changed > 0;
    }

    private static Outline read(Content letter) throws IOException {
        try {
            return OutlineReader.read(letter);
        } catch (MimeException _) {
            // As lists show it.
            return OutlineReader.opaque(letter.size());
        }
    }

    /// @param sealed null if it is too long to be kept
    private static int keep(Handle handle, MessageKey key, boolean ascii, @Nullable Sealed sealed) {
        int noted =
                handle.createUpdate(
                                """
                                UPDATE imap_filed SET ascii = :ascii
                                WHERE message_key = :key AND ascii IS NULL
                                """)
                        .bind("ascii", ascii)
                        .bind("key", key.value())
                        .execute();
        if (sealed == null) {
            return noted;
        }
        return noted
                + handle.createUpdate(AHEAD)
                        .bind("outline", sealed.line())
                        .bind("ascii", ascii)
                        .bind("key", key.value())
                        .execute();
    }
}
