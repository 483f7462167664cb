package org.postern.mailbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.rewrap.Pace;
import org.postern.rewrap.Tally;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.vault.Vault;

/// The secure mailbox of one machine: sealed body files, and rows that are written behind them.
///
/// A message's key is derived from its identity (queue id, patient, direction), so that a message
/// stored twice is one file, even if the database was lost in between.
public final class FileMailboxStore implements MailboxStore {
    private static final int KEY_OCTETS = 16;
    private static final int STRIPES = 64;

    /// Bodies destroyed with one sync of their names and one transaction.
    private static final int FORGOTTEN_AT_ONCE = 100;

    private final Ground ground;
    private final InstantSource clock;
    private final Database database;
    private final BodyFiles bodies;
    private final Upkeep upkeep;
    private final Reconciled reconciled;
    private final List<Object> stripes = Stream.generate(Object::new).limit(STRIPES).toList();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /// Two calls would destroy the same bodies.
    private final Object forgetting = new Object();

    /// What the store stands on. Closing the store closes none of it.
    ///
    /// @param bodies the folder of the sealed bodies
    /// @param random cryptographically strong
    /// @param lived time as it went by, which nobody sets; by it messages grow old
    public record Ground(
            Disk disk,
            Path bodies,
            Vault vault,
            Database database,
            RandomGenerator random,
            InstantSource clock,
            InstantSource lived) {
        /// Where the clock is set by nobody.
        public Ground(
                Disk disk,
                Path bodies,
                Vault vault,
                Database database,
                RandomGenerator random,
                InstantSource clock) {
            this(disk, bodies, vault, database, random, clock, clock);
        }
    }

    /// What was found when the store was opened. Anything in the last two belongs into the audit.
    ///
    /// @param restored bodies whose row was missing: it is there again, its marks are not
    /// @param lost keys of messages whose body is gone; the database forgets them
    /// @param unreadable bodies that do not open, left where they are
    public record Reconciled(
            List<MessageKey> restored, List<String> lost, List<MessageKey> unreadable) {
        public Reconciled {
            restored = List.copyOf(restored);
            lost = List.copyOf(lost);
            unreadable = List.copyOf(unreadable);
        }
    }

    private FileMailboxStore(Ground ground) throws IOException {
        this.ground = ground;
        this.clock = ground.clock();
        this.database = ground.database();
        this.bodies =
                new BodyFiles(ground.disk(), ground.bodies(), ground.vault(), ground.random());
        this.upkeep = new Upkeep(ground, bodies);
        this.reconciled = upkeep.reconcile();
    }

    /// Opens the store and brings bodies and rows together.
    ///
    /// @throws IOException if one of them cannot be read, or there are rows and not a single body,
    ///   as when the wrong volume is mounted
    public static FileMailboxStore open(Ground ground) throws IOException {
        ground.disk().createDirectories(ground.bodies());
        return new FileMailboxStore(ground);
    }

    /// What was found when this store was opened.
    public Reconciled reconciled() {
        return reconciled;
    }

    @Override
    public StoredMessage store(NewMessage message, Content content) throws IOException {
        NewMessage kept = message.trimmed();
        MessageKey key = MessageKey.of(kept, ground.vault());
        // Two calls for one message take turns; the second finds what the first one stored.
        synchronized (stripe(key)) {
            Optional<StoredMessage> known = database.read(handle -> MailboxRows.find(handle, kept));
            if (known.isPresent()) {
                return known.get();
            }
            ThreadId thread =
                    database.read(handle -> MailboxRows.threadOf(handle, kept))
                            .orElseGet(this::newThread);
            StoredMessage stored =
                    new StoredMessage(key, thread, kept, upkeep.keeping(kept), content.size());
            bodies.write(stored, content);
            List<Database.Change> beside = listeners.stream().map(it -> it.coming(stored)).toList();
            database.change(handle -> MailboxRows.insert(handle, stored, beside));
            listeners.forEach(it -> it.changed(stored.message().clinician()));
            return stored;
        }
    }

    @Override
    public StoredMessage keep(Address owner, Content content) throws IOException {
        Instant now = clock.instant();
        QueueId id = QueueId.next(now, ground.random());
        NewMessage own = NewMessage.own(id, owner, now).trimmed();
        MessageKey key = MessageKey.of(own, ground.vault());
        StoredMessage stored =
                new StoredMessage(key, newThread(), own, upkeep.keeping(own), content.size());
        BodyFiles.Draft draft = bodies.draft(stored, content);
        // Only now: the content may have come slowly, and a round of rewrapping takes every stripe.
        synchronized (stripe(key)) {
            bodies.finish(draft);
        }
        return stored;
    }

    @Override
    public void enter(Handle handle, Collection<StoredMessage> kept) {
        MailboxRows.insert(handle, kept);
    }

    @Override
    public void drop(Collection<StoredMessage> kept) throws IOException {
        inPortions(kept.stream().map(StoredMessage::key).toList(), upkeep::destroyWithoutRows);
    }

    private void inPortions(List<MessageKey> all, Upkeep.Portion portion) throws IOException {
        for (int i = 0; i < all.size(); i += FORGOTTEN_AT_ONCE) {
            synchronized (forgetting) {
                portion.done(all.subList(i, Math.min(all.size(), i + FORGOTTEN_AT_ONCE)));
            }
        }
    }

    @Override
    public void discard(Collection<MessageKey> keys) throws IOException {
        inPortions(List.copyOf(keys), upkeep::discard);
    }

    private Object stripe(MessageKey key) {
        return stripes.get(Math.floorMod(key.hashCode(), STRIPES));
    }

    @Override
    public Optional<StoredMessage> message(MessageKey key) throws IOException {
        return database.read(handle -> MailboxRows.find(handle, key));
    }

    @Override
    public List<StoredMessage> thread(ThreadId thread) throws IOException {
        return database.read(handle -> MailboxRows.thread(handle, thread, clock.instant()));
    }

    @Override
    public Optional<StoredMessage> newest(Address patient) throws IOException {
        return database.read(handle -> MailboxRows.newest(handle, patient, clock.instant()));
    }

    @Override
    public Content content(MessageKey key) throws IOException {
        return bodies.content(key, null);
    }

    @Override
    public Content content(MessageKey key, String clinician) throws IOException {
        return bodies.content(key, clinician);
    }

    @Override
    public void markNotified(MessageKey key) throws IOException {
        database.change(handle -> MailboxRows.markNotified(handle, key));
    }

    @Override
    public void markRead(MessageKey key, Instant at) throws IOException {
        tellOf(key, handle -> FateRows.markRead(handle, key, at));
    }

    @Override
    public void markAnswered(MessageKey key, Instant at) throws IOException {
        tellOf(key, handle -> FateRows.markAnswered(handle, key, at));
    }

    @Override
    public void tellEnded(Instant after, Instant until) throws IOException {
        tell(database.read(handle -> FateRows.ended(handle, after, until)));
    }

    private void tellOf(MessageKey key, Database.Change change) throws IOException {
        tell(
                database.write(handle -> {
                    change.on(handle);
                    return FateRows.clinician(handle, key);
                }));
    }

    private void tell(List<Address> clinicians) {
        clinicians.forEach(clinician -> listeners.forEach(it -> it.changed(clinician)));
    }

    @Override
    public void noteFate(QueueId letter, Optional<Fate> fate, Instant at) throws IOException {
        database.change(handle -> FateRows.note(handle, letter, fate, at));
    }

    @Override
    public Map<QueueId, Fate> fates(ThreadId thread) throws IOException {
        return database.read(handle -> FateRows.of(handle, thread));
    }

    @Override
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    // -- retention --

    @Override
    public Duration ahead() {
        return upkeep.ahead();
    }

    @Override
    public int count(Over over) throws IOException {
        return upkeep.count(over);
    }

    @Override
    public int forget(Over over) throws IOException {
        synchronized (forgetting) {
            int forgotten = upkeep.forget(over, FORGOTTEN_AT_ONCE);
            if (forgotten > 0) {
                listeners.forEach(Listener::changed);
            }
            return forgotten;
        }
    }

    // -- recall and pause --

    @Override
    public void recall(MessageKey key, Instant at) throws IOException {
        synchronized (forgetting) {
            // The mark goes first: with it, the next start finishes what was begun here.
            database.change(handle -> MailboxRows.markRecalled(handle, key, at));
            bodies.begin(List.of(key));
            upkeep.destroy(List.of(key), List.of());
            listeners.forEach(Listener::changed);
        }
    }

    @Override
    public void pauseLinks(Address patient, Instant at) throws IOException {
        pause(patient, at);
    }

    private void pause(Address patient, @Nullable Instant at) throws IOException {
        tell(
                database.write(handle -> {
                    FateRows.pause(handle, patient, at);
                    return FateRows.clinicians(handle, patient);
                }));
    }

    @Override
    public void resumeLinks(Address patient) throws IOException {
        pause(patient, null);
    }

    @Override
    public boolean isPaused(Address patient) throws IOException {
        return database.read(handle -> FateRows.isPaused(handle, patient));
    }

    // -- keys --

    @Override
    public Tally rewrap(Pace pace) throws IOException {
        for (Object stripe : stripes) {
            synchronized (stripe) {
                // A body that was being written under the former KEK has its name now.
            }
        }
        return upkeep.rewrap(pace, forgetting);
    }

    // -- grants --

    @Override
    public PickupToken grant(MessageKey key, Instant expires) throws IOException {
        PickupToken token = PickupToken.next(ground.random());
        boolean over = database.mayForget();
        tellOf(
                key,
                handle -> {
                    // Written down and not only skipped: a clock that is set back revives no link.
                    // One that is doubted ends none for good.
                    if (over) {
                        MailboxRows.expireGrants(handle, clock.instant());
                    }
                    MailboxRows.insertGrant(handle, token.hash(), key, expires);
                });
        return token;
    }

    @Override
    public Optional<Grant> grant(PickupToken token, Instant now) throws IOException {
        return database.read(handle -> MailboxRows.grant(handle, token.hash(), now));
    }

    @Override
    public Optional<Instant> extendGrants(MessageKey key, Instant now, Instant expires)
            throws IOException {
        AtomicReference<Optional<Instant>> end = new AtomicReference<>(Optional.empty());
        tellOf(key, handle -> end.set(MailboxRows.extendGrants(handle, key, now, expires)));
        return end.get();
    }

    @Override
    public Optional<Link> link(PickupToken token, Instant now) throws IOException {
        return database.read(handle -> MailboxRows.link(handle, token.hash(), now));
    }

    @Override
    public void replaceGrants(MessageKey key, PickupToken fresh) throws IOException {
        database.change(handle -> MailboxRows.replaceGrants(handle, key, fresh.hash()));
    }

    @Override
    public void pauseGrant(PickupToken token) throws IOException {
        database.change(handle -> MailboxRows.pauseGrant(handle, token.hash()));
    }

    @Override
    public void revokeGrants(MessageKey key) throws IOException {
        database.change(handle -> MailboxRows.deleteGrants(handle, key));
    }

    /// The database belongs to whoever opened it; no file stays open between calls.
    @Override
    public void close() {}

    private ThreadId newThread() {
        byte[] octets = new byte[KEY_OCTETS];
        ground.random().nextBytes(octets);
        return new ThreadId(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }
}
