package org.postern.mailbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.postern.mailbox.StoredMessage.Kept;
import org.postern.rewrap.Pace;
import org.postern.rewrap.Tally;
import org.postern.store.Database;
import org.postern.vault.SealBrokenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings bodies and rows together when the store is opened, and destroys both.
final class Upkeep {
    /// Messages whose time is over; held mail has none. Both has to be over, what the wall clock
    /// says of it and the time for which it was kept: one of them may be wrong.
    private static final String OVER =
            """
             FROM message WHERE direction <> 'HELD' AND (arrived < :arrived AND kept < :kept
                OR ends <= :ended AND kept + COALESCE(lasts, 0) <= :lived)
            """;

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /// Rows in one transaction: a sync for each would make the start of a big store slow.
    private static final int RESTORED_AT_ONCE = 1_000;

    /// Bodies whose wrapped keys are exchanged with one sync of the plan.
    private static final int REWRAPPED_AT_ONCE = 100;

    private final Database database;
    private final BodyFiles bodies;
    private final Path folder;
    private final InstantSource clock;
    private final InstantSource lived;

    Upkeep(FileMailboxStore.Ground ground, BodyFiles bodies) {
        this.database = ground.database();
        this.bodies = bodies;
        this.folder = ground.bodies();
        this.clock = ground.clock();
        this.lived = ground.lived();
    }

    /// The files go last: while one of them is there, the next start knows what is to be forgotten.
    void destroy(Collection<MessageKey> keys, Collection<MessageKey> rows) throws IOException {
        bodies.shred(keys);
        database.change(handle -> MailboxRows.forget(handle, rows));
        bodies.remove(keys);
    }

    /// The same for bodies that have no rows; the database may be what failed.
    void destroyWithoutRows(List<MessageKey> keys) throws IOException {
        bodies.begin(keys);
        bodies.shred(keys);
        bodies.remove(keys);
    }

    /// Finishes what was interrupted. A message that was stored again since then stays, and so does
    /// the row of one that was recalled.
    private void finish(BodyFiles.Found found, Set<String> recalled) throws IOException {
        Set<MessageKey> begun = new HashSet<>(found.begun());
        List<MessageKey> marked =
                found.whole().stream().filter(key -> recalled.contains(key.value())).toList();
        bodies.begin(marked);
        begun.addAll(marked);
        found.whole().removeAll(marked);
        if (!begun.isEmpty()) {
            Set<MessageKey> rows = new HashSet<>(begun);
            rows.removeAll(found.whole());
            rows.removeIf(key -> recalled.contains(key.value()));
            destroy(begun, rows);
            LOG.info("{} messages whose destruction was begun are gone", begun.size());
        }
    }

    /// Brings the data keys of all bodies under the active KEK. A body whose row was never written
    /// may be stored again at any moment: as another file, under the active KEK.
    ///
    /// @param forgetting held while keys are exchanged, so that nothing is destroyed meanwhile
    Tally rewrap(Pace pace, Object forgetting) throws IOException {
        List<Tally> tallies = new ArrayList<>(List.of(Tally.NONE));
        List<MessageKey> portion = new ArrayList<>();
        Portion exchange =
                part -> {
                    synchronized (forgetting) {
                        tallies.set(0, tallies.getFirst().plus(bodies.rewrap(part)));
                    }
                    part.clear();
                };
        bodies.forEachKey(key -> {
            pace.step();
            portion.add(new MessageKey(key));
            if (portion.size() == REWRAPPED_AT_ONCE) {
                exchange.done(portion);
            }
        });
        exchange.done(portion);
        return tallies.getFirst();
    }

    /// What is done with some bodies at once.
    @FunctionalInterface
    interface Portion {
        void done(List<MessageKey> part) throws IOException;
    }

    FileMailboxStore.Reconciled reconcile() throws IOException {
        bodies.finishRewrapping();
        BodyFiles.Found found = bodies.list();
        Set<String> recalled = database.read(MailboxRows::recalled);
        finish(found, recalled);
        Set<MessageKey> files = found.whole();
        Set<String> rows = database.read(MailboxRows::keys);
        rows.removeAll(recalled);
        if (files.isEmpty() && !rows.isEmpty()) {
            String what = "%s is empty, but %d messages are known: is the right volume mounted? %s";
            String all = "If all are lost, move the database away";
            throw new IOException(what.formatted(folder, rows.size(), all));
        }
        Set<String> without = new TreeSet<>(rows);
        files.forEach(key -> without.remove(key.value()));
        List<String> lost = List.copyOf(without);
        List<StoredMessage> restored = new ArrayList<>();
        List<MessageKey> unreadable = new ArrayList<>();
        for (MessageKey key : files) {
            if (!rows.contains(key.value())) {
                head(key).ifPresentOrElse(restored::add, () -> unreadable.add(key));
            }
        }
        database.change(handle -> MailboxRows.delete(handle, lost));
        for (int i = 0; i < restored.size(); i += RESTORED_AT_ONCE) {
            int end = Math.min(restored.size(), i + RESTORED_AT_ONCE);
            List<StoredMessage> part = restored.subList(i, end);
            database.change(handle -> MailboxRows.insert(handle, part));
        }
        lost.forEach(key -> LOG.error("the body of message {} is gone", key));
        return new FileMailboxStore.Reconciled(
                restored.stream().map(StoredMessage::key).toList(), lost, unreadable);
    }

    private Optional<StoredMessage> head(MessageKey key) throws IOException {
        try {
            return Optional.of(bodies.head(key));
        } catch (SealBrokenException e) {
            LOG.error("body {} cannot be opened and is left as it is: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    /// A message whose age counts from now on.
    Kept keeping(NewMessage message) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Kept(
                lived.instant().truncatedTo(ChronoUnit.MILLIS),
                message.stay().ends().map(end -> Duration.between(now, end)));
    }

    /// How many they are whose time is over.
    int count(MailboxStore.Over over) throws IOException {
        Duration ahead = ahead();
        return database.read(handle ->
                bound(handle.createQuery("SELECT COUNT(*)" + OVER), over, ahead)
                        .mapTo(Integer.class)
                        .one());
    }

    /// The oldest of them.
    List<MessageKey> keys(MailboxStore.Over over, int max) throws IOException {
        String sql =
                "SELECT message_key"
                        + OVER
                        + " ORDER BY kept, message_key FETCH FIRST :max ROWS ONLY";
        Duration ahead = ahead();
        return database.read(handle ->
                bound(handle.createQuery(sql), over, ahead)
                        .bind("max", max)
                        .map((row, _) -> MailboxRows.key(row.getString(1)))
                        .list());
    }

    /// Destroys so many of them.
    int forget(MailboxStore.Over over, int max) throws IOException {
        List<MessageKey> keys = keys(over, max);
        if (!keys.isEmpty()) {
            bodies.begin(keys);
            destroy(keys, keys);
            database.change(handle -> FateRows.forget(handle, over.arrivedBefore()));
        }
        return keys.size();
    }

    /// Destroys those of some messages that are a clinician's own.
    void discard(List<MessageKey> part) throws IOException {
        List<MessageKey> own = database.read(handle -> own(handle, part));
        if (!own.isEmpty()) {
            bodies.begin(own);
            destroy(own, own);
        }
    }

    /// How far the time that went by is ahead of the wall clock.
    Duration ahead() {
        return Duration.between(clock.instant(), lived.instant());
    }

    private static Query bound(Query query, MailboxStore.Over over, Duration ahead) {
        long arrived = over.arrivedBefore().toEpochMilli();
        long ended = over.endedBy().toEpochMilli();
        return query.bind("arrived", arrived)
                .bind("kept", arrived + ahead.toMillis())
                .bind("ended", ended)
                .bind("lived", ended + ahead.toMillis());
    }

    private static List<MessageKey> own(Handle handle, Collection<MessageKey> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        return handle.createQuery(
                        """
                        SELECT message_key FROM message
                        WHERE direction = :own AND message_key IN (<keys>)
                        """)
                .bind("own", NewMessage.Direction.OWN.name())
                .bindList("keys", keys.stream().map(MessageKey::value).toList())
                .map((row, _) -> MailboxRows.key(row.getString(1)))
                .list();
    }
}
