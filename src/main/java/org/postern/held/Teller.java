package org.postern.held;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.policy.Policy;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells people what holds a message or how it was decided, in this order: who is asked stands in
/// the book, mail to the author is on disk, and then the spool has that all know. What does not
/// work is tried again.
final class Teller {
    private static final Logger LOG = LoggerFactory.getLogger(Teller.class);

    /// Messages that are told of at the same time, so that their writes share syncs.
    private static final int SIDE_BY_SIDE = 16;

    private final Spool spool;
    private final HeldMail mail;
    private final Supplier<Policy> policy;
    private final Docket docket;
    private final InstantSource clock;

    /// @param policy whose lists say who is asked
    /// @param docket knows of whom nobody was told yet
    Teller(
            Spool spool,
            HeldMail mail,
            Supplier<Policy> policy,
            Docket docket,
            InstantSource clock) {
        this.spool = spool;
        this.mail = mail;
        this.policy = policy;
        this.docket = docket;
        this.clock = clock;
    }

    /// Tells of a decision. What cannot be told now is told later.
    ///
    /// @return the message as it stands then
    QueuedMessage told(QueuedMessage message) {
        try {
            mail.tell(message, policy.get());
            return mark(message).orElse(message);
        } catch (IOException | RuntimeException e) {
            // The queue has to hear of the decision, whatever becomes of the mail about it.
            LOG.warn("{} what was decided is told later: {}", message.id(), words(e));
            return message;
        }
    }

    /// A message of which nobody was told yet.
    ///
    /// @param known as the docket gave it
    /// @param asked as it stood when it was written down who is asked
    private record Untold(QueuedMessage known, QueuedMessage asked) {}

    /// Tells of a bounded number of messages of which nobody was told yet, the oldest first. In a
    /// flood they share writes: who is asked about all of them is one, and the others go side by
    /// side.
    ///
    /// @return whether more may wait that can be told now; not where anything has failed
    boolean tellSome() {
        Policy lists = policy.get();
        List<QueuedMessage> known = docket.takeUntold(clock.instant());
        Set<QueueId> handedOut = new HashSet<>();
        AtomicInteger left = new AtomicInteger(known.size());
        Semaphore places = new Semaphore(SIDE_BY_SIDE);
        Faults faults = new Faults();
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Untold each : askTogether(known, lists, faults)) {
                places.acquireUninterruptibly();
                tasks.execute(() -> {
                    try {
                        left.addAndGet(tell(each, lists, faults) ? -1 : 0);
                    } finally {
                        places.release();
                    }
                });
                handedOut.add(each.known().id());
            }
        } finally {
            // Also where a defect ends it: nothing else brings them back before the next start.
            known.stream()
                    .filter(each -> !handedOut.contains(each.id()))
                    .forEach(each -> docket.askLater(each, clock.instant()));
            faults.log(known.size());
        }
        return left.get() == 0 && known.size() == Docket.TOLD_AT_ONCE_MAX;
    }

    /// Writes down who is asked about all of these at once. Where that fails, it is done for each
    /// by itself: one that cannot be written keeps nobody from the others.
    ///
    /// @return those of which it is on disk; the others come again
    private List<Untold> askTogether(List<QueuedMessage> known, Policy lists, Faults faults) {
        List<Untold> all = new ArrayList<>();
        for (QueuedMessage each : known) {
            try {
                // What has left in the meantime is told of as it stood.
                all.add(new Untold(each, spool.find(each.id()).orElse(each)));
            } catch (IOException | RuntimeException | Error e) {
                faults.of(each.id(), e);
            }
        }
        try {
            mail.ask(all.stream().map(Untold::asked).toList(), lists);
            return all;
        } catch (IOException | RuntimeException | Error e) {
            faults.ofAll(e);
            return all.stream().filter(each -> askAlone(each, lists, faults)).toList();
        }
    }

    private boolean askAlone(Untold message, Policy lists, Faults faults) {
        try {
            mail.ask(List.of(message.asked()), lists);
            return true;
        } catch (IOException | RuntimeException | Error e) {
            faults.of(message.known().id(), e);
            return false;
        }
    }

    /// Tells the author of a message, and writes down that all know.
    private boolean tell(Untold message, Policy lists, Faults faults) {
        QueueId id = message.known().id();
        boolean told = false;
        try {
            QueuedMessage now = spool.find(id).orElse(message.known());
            if (!now.states().equals(message.asked().states())) {
                // Somebody has decided, or another rule holds it: others may be asked.
                mail.ask(List.of(now), lists);
            }
            mail.tellAuthor(now, lists);
            mark(now);
            docket.told(id);
            told = true;
        } catch (IOException | RuntimeException | Error e) {
            // Whoever catches it otherwise prints its text, which may quote the message.
            faults.of(id, e);
        } finally {
            if (!told) {
                docket.tellLater(message.known(), clock.instant());
            }
        }
        return told;
    }

    /// Writes down what was told.
    private Optional<QueuedMessage> mark(QueuedMessage told) throws IOException {
        if (spool.find(told.id()).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(spool.change(told.id(), now -> marked(told, now)));
    }

    private static Map<Address, RecipientState> marked(QueuedMessage told, QueuedMessage now) {
        Map<Address, RecipientState> marked = new LinkedHashMap<>();
        now.states()
                .forEach((recipient, state) -> {
                    RecipientState before = told.states().get(recipient);
                    if (state instanceof RecipientState.Held held
                            && before instanceof RecipientState.Held was
                            && held.review().isPresent()
                            && was.review().isPresent()
                            && held.review().get().since().equals(was.review().get().since())) {
                        marked.put(
                                recipient,
                                new RecipientState.Held(
                                        held.reason(),
                                        held.review().map(Review::whenTold),
                                        held.afresh()));
                    } else if (state instanceof RecipientState.Waiting waiting
                            && before instanceof RecipientState.Waiting was
                            && waiting.afresh().equals(was.afresh())) {
                        marked.put(recipient, waiting.whenDecisionTold());
                    }
                });
        marked.entrySet().removeIf(each -> each.getValue().equals(now.states().get(each.getKey())));
        return marked;
    }

    /// What went wrong with some of many messages: one line in the log, however many they are.
    static final class Faults {
        private final Set<QueueId> about = new LinkedHashSet<>();
        private String all = "";
        private String first = "";

        /// Of all of them together, so that each was tried by itself.
        synchronized void ofAll(Throwable e) {
            all = words(e);
        }

        synchronized void of(QueueId id, Throwable e) {
            if (about.isEmpty()) {
                first = words(e);
            }
            about.add(id);
        }

        /// Those with which something is wrong by themselves.
        synchronized Set<QueueId> about() {
            return Set.copyOf(about);
        }

        /// @param count of all messages that were tried
        synchronized void log(int count) {
            if (!about.isEmpty()) {
                LOG.error(
                        "{} of {} held messages: nobody is told of them yet; the first is {}: {}",
                        about.size(),
                        count,
                        about.iterator().next(),
                        first);
            } else if (!all.isEmpty()) {
                LOG.warn(
                        "who is asked about {} held messages was written down one by one: {}",
                        count,
                        all);
            }
        }
    }

    /// The text of a defect may quote the message.
    static String words(Throwable e) {
        return e instanceof IOException ? String.valueOf(e.getMessage()) : e.getClass().getName();
    }
}
