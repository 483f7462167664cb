package org.postern.held;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mime.DisplayAddress;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.policy.Policy;
import org.postern.queue.JudgedClock;
import org.postern.reach.Inquiry;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;
import org.postern.transit.Inspection;
import org.postern.transit.QueueDesk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where people decide about held mail, and where its time ends. Each decision is in the audit,
/// with a name, before it stands in the spool; it stands there before anybody is told of it; and
/// what was decided first stays. What it comes to, the queue does: after a crash at any line it
/// goes on with what stands in the spool.
public final class HeldDesk {
    private static final Logger LOG = LoggerFactory.getLogger(HeldDesk.class);

    /// How late the end of a time or a mail may be.
    public static final Duration EVERY = Duration.ofSeconds(2);

    /// So many parts of a flood are told of at one look.
    private static final int PARTS_MAX = 10;

    /// Messages of which people are told at one look.
    static final int TOLD_AT_A_LOOK_MAX = PARTS_MAX * Docket.TOLD_AT_ONCE_MAX;

    /// Decisions that are remembered so that whoever comes later hears who was first.
    private static final int REMEMBERED_MAX = 1_000;

    private final Stores stores;
    private final QueueDesk queue;
    private final SecondLook look;
    private final Supplier<Policy> policy;
    private final Predicate<QueuedMessage> returnable;
    private final HeldMail mail;
    private final Teller teller;
    private final Docket docket;
    private final Endings endings;
    private final InstantSource clock;
    private final BooleanSupplier believed;
    private final Map<QueueId, Verdict> decided = new LinkedHashMap<>();

    /// Where messages lie, and where it is written down what is done with them.
    public record Stores(Spool spool, AuditLog audit) {}

    /// What a message is judged by.
    ///
    /// @param returnable whether somebody hears of a message that comes back
    public record Law(
            Inspection inspection,
            Supplier<Policy> policy,
            Inquiry others,
            Predicate<QueuedMessage> returnable) {}

    /// @param clock the steady one of the queue
    public HeldDesk(
            Stores stores,
            QueueDesk queue,
            Law law,
            HeldMail mail,
            Docket docket,
            JudgedClock clock) {
        this.stores = stores;
        this.queue = queue;
        this.look = new SecondLook(stores.spool(), law);
        this.policy = law.policy();
        this.returnable = law.returnable();
        this.mail = mail;
        this.teller = new Teller(stores.spool(), mail, law.policy(), docket, clock.clock());
        this.docket = docket;
        this.endings = new Endings(docket, this::end, clock.clock());
        this.clock = clock.clock();
        this.believed = clock.believed();
    }

    /// What was decided, for whoever comes later.
    ///
    /// @param hearings names of the lists whose people may know it
    private record Verdict(String words, List<String> hearings) {}

    /// What waits, for whoever asks.
    public HeldList list() {
        return new HeldList(docket, stores.spool()::find, this::isAsked);
    }

    /// A message that somebody may decide about.
    public Optional<QueuedMessage> find(Decider decider, QueueId id) throws IOException {
        return stores.spool().find(id).filter(message -> mayDecide(decider, message));
    }

    /// What holds a message that this person may decide about; the first of several.
    public Optional<Review> review(Decider decider, QueuedMessage message) {
        return message.envelope().recipients().stream()
                .flatMap(recipient -> message.review(recipient).stream())
                .filter(review -> isAsked(decider, review))
                .findFirst();
    }

    /// What holds a message that this person may see: first what she is asked about. Of copies that
    /// a rule makes, their author does not hear.
    public Optional<Review> holding(Decider.Approver person, QueuedMessage message) {
        return review(person, message)
                .or(() ->
                        message.envelope().recipients().stream()
                                .filter(_ -> person.hasSubmitted(message.envelope()))
                                .filter(recipient -> !message.ruling().isCopy(recipient))
                                .flatMap(recipient -> message.review(recipient).stream())
                                .findFirst());
    }

    /// @param changed called after held mail has changed; it must not wait
    public void listen(Runnable changed) {
        docket.listen(changed);
    }

    /// Those whom a decision of this person would be about.
    public List<Address> recipients(Decider decider, QueuedMessage message) {
        return message.envelope().recipients().stream()
                .filter(recipient ->
                        message.review(recipient)
                                .filter(review -> isAsked(decider, review))
                                .isPresent())
                .toList();
    }

    private boolean mayDecide(Decider decider, QueuedMessage message) {
        return review(decider, message).isPresent();
    }

    /// Whether a rule asks this person; the list counts as it is now.
    private boolean isAsked(Decider decider, Review review) {
        return switch (decider) {
            case Decider.Operator _ -> true;
            case Decider.Approver approver ->
                    review.hearing()
                            .asked()
                            .filter(list -> isOn(list, approver.name()))
                            .isPresent();
            case Decider.Time() ->
                    review.end().filter(end -> !end.isAfter(clock.instant())).isPresent();
        };
    }

    /// @param person by the key of an address
    private boolean isOn(String list, String person) {
        return policy.get().approvers().getOrDefault(list, List.of()).stream()
                .anyMatch(it -> it.key().equals(person));
    }

    /// Whether a rule holds something of a message, whoever decides about it.
    public boolean isHeld(QueueId id) throws IOException {
        // Thousands are asked about one after the other; those of which nothing is new need no
        // look at the disk.
        return docket.isSurelyOpen(id)
                || stores.spool().find(id).filter(Docket::isReviewed).isPresent();
    }

    /// Whether this person wrote a message.
    ///
    /// @throws IOException if it cannot be read who did
    public boolean isOwn(Decider.Approver approver, QueuedMessage message) throws IOException {
        return approver.isAuthor(message.envelope(), authors(message));
    }

    private List<Address> authors(QueuedMessage message) throws IOException {
        try {
            HeaderSection header = HeaderSection.read(stores.spool().content(message.id()));
            return Stream.of("From", "Sender")
                    .flatMap(name -> header.all(name).stream())
                    .flatMap(field -> DisplayAddress.list(field.body()).stream())
                    .flatMap(shown -> shown.mailbox().stream())
                    .toList();
        } catch (MimeException e) {
            throw new IOException("it cannot be read who wrote the message: " + e.reason(), e);
        }
    }

    /// Whether any rule asks this person.
    public boolean isApprover(Decider.Approver approver) {
        return policy.get().approvers().keySet().stream()
                .anyMatch(list -> isOn(list, approver.name()));
    }

    /// The lists whose people rules ask, by their whole names.
    public Set<String> lists() {
        return policy.get().approvers().keySet();
    }

    /// Somebody looks at the content: that is in the audit before it is shown.
    public void noteLooking(Decider decider, QueueId id) throws IOException {
        stores.audit().append(looking(decider, id));
    }

    /// What the audit says of somebody who looks at the content.
    public static AuditEvent looking(Decider decider, QueueId id) {
        return new AuditEvent.Operated(id, "look", decider.name(), "read while held");
    }

    /// Decides about those recipients of a message that the person is asked about; all that are
    /// held, where it is an operator.
    ///
    /// @throws IOException if it could not be audited or written down; nothing has changed then
    public Answer decide(Ask ask) throws IOException {
        Optional<QueuedMessage> found = stores.spool().find(ask.id());
        if (found.isEmpty()) {
            return late(ask);
        }
        SecondLook.Seen seen =
                ask.way() instanceof Ask.Way.Reject
                        ? look.rejecting(found.get())
                        : look.at(found.get());
        return decide(ask, found.get(), seen, (_, review) -> isAsked(ask.by(), review));
    }

    private Answer decide(
            Ask ask,
            QueuedMessage found,
            SecondLook.Seen seen,
            BiPredicate<Address, Review> concerned)
            throws IOException {
        Turn.Scope scope =
                new Turn.Scope(
                        concerned,
                        (review, person) ->
                                review.hearing().asked().filter(it -> isOn(it, person)).isPresent(),
                        returnable,
                        ask.by() instanceof Decider.Approver ? authors(found) : List.of());
        Turn turn = new Turn(ask, seen, scope, clock.instant());
        QueuedMessage after;
        try {
            after =
                    stores.spool()
                            .change(
                                    ask.id(),
                                    now -> {
                                        Map<Address, RecipientState> changed = turn.of(now);
                                        for (AuditEvent event : turn.events()) {
                                            stores.audit().append(event);
                                        }
                                        // Before anybody can find it decided.
                                        remember(ask, turn);
                                        return changed;
                                    });
        } catch (IOException e) {
            if (stores.spool().find(ask.id()).isEmpty()) {
                return late(ask);
            }
            forget(ask.id());
            throw e;
        }
        if (!turn.hasChanged()) {
            return turn.answer().orElseGet(() -> late(ask));
        }
        // Told first, so that nobody gets an answer to a message of whose release its originator
        // has not heard.
        queue.changed(teller.told(after));
        return turn.answer().orElseThrow();
    }

    private synchronized void forget(QueueId id) {
        decided.remove(id);
    }

    private synchronized void remember(Ask ask, Turn turn) {
        if (!turn.hasChanged() || turn.verdict().isEmpty()) {
            return;
        }
        decided.remove(ask.id());
        decided.put(ask.id(), new Verdict(turn.verdict(), turn.hearings()));
        if (decided.size() > REMEMBERED_MAX) {
            decided.remove(decided.keySet().iterator().next());
        }
    }

    /// What whoever comes later hears: who was first, if she may know it and it was lately.
    private synchronized Answer late(Ask ask) {
        List<String> words = new ArrayList<>();
        // What was decided before may have been about others.
        ask.domain().ifPresent(domain -> words.add("nothing in " + domain + " is held"));
        Verdict verdict = decided.get(ask.id());
        if (verdict != null && mayKnow(ask.by(), verdict)) {
            words.add("decided before: " + verdict.words());
        }
        return words.isEmpty() ? new Answer.Unknown() : new Answer.Late(String.join("; ", words));
    }

    private boolean mayKnow(Decider decider, Verdict verdict) {
        return switch (decider) {
            case Decider.Operator _ -> true;
            case Decider.Approver approver ->
                    verdict.hearings().stream().anyMatch(it -> isOn(it, approver.name()));
            case Decider.Time() -> false;
        };
    }

    /// Whether this person was asked about a message that is decided now.
    public Answer whatBecame(Decider decider, QueueId id) {
        return late(new Ask(id, decider, new Ask.Way.Release(), Optional.empty()));
    }

    /// Acts where a time has ended, and tells whoever was not told yet. What does not work now is
    /// tried again. A flood is gone through in parts, so that it keeps nothing else waiting.
    ///
    /// @param goesOn asked before each part: a stop waits for no more than the one under way
    public void look(BooleanSupplier goesOn) {
        Instant until = clock.instant().plus(Endings.LOOK_MAX);
        boolean more = true;
        for (int part = 0; part < PARTS_MAX && more && goesOn.getAsBoolean(); part++) {
            more = teller.tellSome();
            docket.verify(stores.spool()::find);
            write();
            if (believed.getAsBoolean()) {
                endings.look(until, goesOn);
            }
        }
    }

    /// The end of a time of one message. Where the rules that are left hang on others who cannot
    /// answer now, they would hold it without an end and ask nobody: those for whom it is so wait.
    private boolean end(QueueId id, boolean patience) throws IOException {
        Ask ask = new Ask(id, new Decider.Time(), new Ask.Way.Release(), Optional.empty());
        Optional<QueuedMessage> found = stores.spool().find(id);
        if (found.isEmpty()) {
            return true;
        }
        SecondLook.Seen seen = look.at(found.get());
        Set<Address> waiting =
                found.get().envelope().recipients().stream()
                        .filter(_ -> patience)
                        .filter(recipient ->
                                found.get()
                                        .review(recipient)
                                        .filter(review -> isAsked(ask.by(), review))
                                        .filter(review -> seen.hangs(recipient, review))
                                        .isPresent())
                        .collect(Collectors.toSet());
        decide(
                ask,
                found.get(),
                seen,
                (recipient, review) -> !waiting.contains(recipient) && isAsked(ask.by(), review));
        return waiting.isEmpty();
    }

    /// A mail that fails must not keep a time from ending.
    private void write() {
        try {
            mail.look(policy.get(), docket, clock.instant());
        } catch (RuntimeException | Error e) {
            LOG.error("those who decide about held mail hear of it later: {}", Teller.words(e));
        }
    }
}
