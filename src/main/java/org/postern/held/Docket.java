package org.postern.held;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which messages people decide about, when the time of each ends, and of what somebody has still
/// to be told. It hears of every message at the start and after each change, and it is a hint: what
/// is true stands in the spool, and is looked up before anything is done.
public final class Docket implements Consumer<QueuedMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(Docket.class);

    private final NavigableMap<QueueId, Glance> open =
            new ConcurrentSkipListMap<>(Comparator.comparing(QueueId::value));

    /// Those of which it has heard since they were looked up last.
    private final Set<QueueId> unsure = ConcurrentHashMap.newKeySet();

    /// Those of which the log says that they cannot be read.
    private final Set<QueueId> unreadable = ConcurrentHashMap.newKeySet();

    /// Those that it met as holds of which people were told before. Usually by an earlier run, of
    /// which the book may know nothing. Each with the time from which on it can be compared.
    private final Map<QueueId, Instant> met = new ConcurrentHashMap<>();

    private final NavigableSet<End> ends =
            new ConcurrentSkipListSet<>(
                    Comparator.comparing(End::at).thenComparing(end -> end.id().value()));
    private final NavigableMap<QueueId, QueuedMessage> untold =
            new ConcurrentSkipListMap<>(Comparator.comparing(QueueId::value));

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Map<QueueId, Pause> pauses = new ConcurrentHashMap<>();

    /// The pause after the first failure to tell; it doubles with each further one.
    private static final Duration PAUSE_FIRST = Duration.ofMinutes(1);

    private static final Duration PAUSE_MAX = Duration.ofHours(1);

    /// Messages of which people are told together. A flood must not keep a look from what is to be
    /// done at the end of a time.
    static final int TOLD_AT_ONCE_MAX = 200;

    private record End(Instant at, QueueId id) {}

    /// @param until when nobody is told of the message
    private record Pause(Instant until, Duration length) {}

    @Override
    public void accept(QueuedMessage message) {
        Glance glance = Glance.of(message);
        boolean known =
                (glance.holds().isEmpty()
                                ? open.remove(message.id())
                                : open.put(message.id(), glance))
                        != null;
        if (known || !glance.holds().isEmpty()) {
            unsure.add(message.id());
        }
        if (!known && glance.holds().stream().anyMatch(hold -> hold.review().told())) {
            met.put(message.id(), Instant.MIN);
        }
        for (Address recipient : message.envelope().recipients()) {
            Optional<Review> review = message.review(recipient);
            if (review.isPresent()) {
                review.get().end().ifPresent(at -> ends.add(new End(at, message.id())));
            }
            if (isUntold(message.states().get(recipient))) {
                untold.put(message.id(), message);
            }
        }
        // Also of one that nobody decides about any more.
        if (known || !glance.holds().isEmpty()) {
            listeners.forEach(Runnable::run);
        }
    }

    /// @param changed called after held mail has changed; it must not wait
    void listen(Runnable changed) {
        listeners.add(changed);
    }

    private static boolean isUntold(@Nullable RecipientState state) {
        return switch (state) {
            case RecipientState.Held held ->
                    held.review().filter(review -> !review.told()).isPresent();
            case RecipientState.Waiting waiting ->
                    waiting.afresh().filter(afresh -> !afresh.told()).isPresent();
            case RecipientState.Done _ -> false;
            case null -> false;
        };
    }

    /// Messages that people may decide about; some of them may be decided already.
    List<QueueId> open() {
        return List.copyOf(open.keySet());
    }

    /// Whether people may decide about a message, and nothing has been heard of it since it was
    /// looked up. False says nothing.
    boolean isSurelyOpen(QueueId id) {
        return open.containsKey(id) && !unsure.contains(id);
    }

    /// The same with what is known of them, oldest first.
    Collection<Glance> glances() {
        return Collections.unmodifiableCollection(open.values());
    }

    /// Takes out those that it met as told; who cannot compare them with the book gives them back.
    /// Also what could not be read at the start comes here, whenever it is read.
    Set<QueueId> takeMet(Instant now) {
        Set<QueueId> taken =
                met.entrySet().stream()
                        .filter(each -> !each.getValue().isAfter(now))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toUnmodifiableSet());
        met.keySet().removeAll(taken);
        return taken;
    }

    /// Has them compared again.
    void giveBackMet(Set<QueueId> ids, Instant at) {
        ids.forEach(id -> met.putIfAbsent(id, at));
    }

    /// Looks those up of which it has heard: two who tell it of one message may do so in the wrong
    /// order.
    void verify(Finder spool) {
        for (QueueId id : Set.copyOf(unsure)) {
            try {
                unsure.remove(id);
                Optional<QueuedMessage> message = current(spool, id);
                if (message.isPresent()) {
                    open.put(id, Glance.of(message.get()));
                }
                unreadable.remove(id);
            } catch (IOException | RuntimeException | Error e) {
                // What it knows of it may be old.
                unsure.add(id);
                if (unreadable.add(id)) {
                    LOG.error("{} is held and cannot be read: {}", id, Teller.words(e));
                }
            }
        }
    }

    /// A message that people decide about; empty, and closed, if it is not one any more.
    Optional<QueuedMessage> current(Finder spool, QueueId id) throws IOException {
        Optional<QueuedMessage> message = spool.find(id).filter(Docket::isReviewed);
        if (message.isEmpty()) {
            close(id);
            // A rule may have held it again in between.
            spool.find(id).filter(Docket::isReviewed).ifPresent(this);
        }
        return message;
    }

    /// Where messages are looked up.
    @FunctionalInterface
    interface Finder {
        Optional<QueuedMessage> find(QueueId id) throws IOException;
    }

    static boolean isReviewed(QueuedMessage message) {
        return message.envelope().recipients().stream()
                .anyMatch(recipient -> message.review(recipient).isPresent());
    }

    /// Nothing of it is for people to decide any more.
    void close(QueueId id) {
        if (open.remove(id) != null) {
            unsure.add(id);
            // Whoever decided has not come so far yet, and would find that nobody listens.
            listeners.forEach(Runnable::run);
        }
    }

    /// Takes out the messages of which a time has ended; who cannot deal with one gives it back.
    List<QueueId> takeEnded(Instant now) {
        Set<QueueId> ended = new LinkedHashSet<>();
        while (!ends.isEmpty() && !ends.first().at().isAfter(now)) {
            End end = ends.pollFirst();
            if (end != null) {
                ended.add(end.id());
            }
        }
        return List.copyOf(ended);
    }

    /// Has a message looked at again.
    void giveBack(QueueId id, Instant at) {
        ends.add(new End(at, id));
    }

    /// Takes out messages of which somebody has to be told, as they stood, the oldest first and a
    /// bounded number, but for those that wait for another try.
    List<QueuedMessage> takeUntold(Instant now) {
        List<QueuedMessage> taken =
                untold.values().stream()
                        .filter(message -> !isPaused(message.id(), now))
                        .limit(TOLD_AT_ONCE_MAX)
                        .toList();
        taken.forEach(message -> untold.remove(message.id(), message));
        return taken;
    }

    private boolean isPaused(QueueId id, Instant now) {
        Pause pause = pauses.get(id);
        return pause != null && pause.until().isAfter(now);
    }

    /// Everybody was told.
    void told(QueueId id) {
        pauses.remove(id);
    }

    /// Has a message taken out again of which nobody could be told at all: as nobody hears of it
    /// twice because of that, the pause does not become longer.
    void askLater(QueuedMessage message, Instant now) {
        Pause before = pauses.get(message.id());
        Duration length = before == null ? PAUSE_FIRST : before.length();
        pauses.put(message.id(), new Pause(now.plus(PAUSE_FIRST), length));
        untold.putIfAbsent(message.id(), message);
    }

    /// Has somebody told later, unless more has happened since: some were told already and will
    /// hear it again, so the pauses become longer.
    void tellLater(QueuedMessage message, Instant now) {
        Pause before = pauses.get(message.id());
        Duration length = before == null ? PAUSE_FIRST : before.length().multipliedBy(2);
        Duration most = length.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : length;
        pauses.put(message.id(), new Pause(now.plus(most), most));
        untold.putIfAbsent(message.id(), message);
    }
}
