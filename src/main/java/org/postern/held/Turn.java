package org.postern.held;

import static java.util.stream.Collectors.joining;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditEvent;
import org.postern.held.SecondLook.Ground;
import org.postern.mail.Address;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Afresh;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.RecipientState.Waiting;

/// One decision about one message while it is made: for each recipient from the state of now to the
/// next. It touches nothing; who asks for it audits it and writes it down, with nobody between.
final class Turn {
    /// How many people let a message go together.
    private static final int PEOPLE = 2;

    private final Ask ask;
    private final SecondLook.Seen seen;
    private final Scope scope;
    private final Instant now;
    private final Set<String> decisions = new LinkedHashSet<>();
    private final Set<String> hearings = new LinkedHashSet<>();
    private final Set<String> rules = new LinkedHashSet<>();

    /// The states that are new; copies come last, and hang on those before them.
    private final Map<Address, RecipientState> changed = new LinkedHashMap<>();

    private int decided;
    private int noted;
    private int heldAgain;
    private int kept;

    /// Recipients whom she knows to wait and whom this decision is not about.
    private int left;

    /// Why nothing was done for somebody.
    private @Nullable Answer refused;

    /// Who is meant, as it is now.
    ///
    /// @param concerned for whom, and by which review, this decision may be
    /// @param asked whether the person of this name is still asked about a review
    /// @param returnable whether somebody hears of it if the message comes back
    /// @param authors whom the message itself names as such; not asked where no approver decides
    record Scope(
            BiPredicate<Address, Review> concerned,
            BiPredicate<Review, String> asked,
            Predicate<QueuedMessage> returnable,
            List<Address> authors) {}

    Turn(Ask ask, SecondLook.Seen seen, Scope scope, Instant now) {
        this.ask = ask;
        this.seen = seen;
        this.scope = scope;
        this.now = now;
    }

    /// The states that are new.
    Map<Address, RecipientState> of(QueuedMessage message) {
        changed.clear();
        Optional<String> leftOut = ask.filter().leftOut(message);
        if (leftOut.isPresent()) {
            refused = new Answer.Late(leftOut.get());
            return changed;
        }
        for (Address recipient : message.envelope().recipients()) {
            if (message.states().get(recipient) instanceof Held held) {
                next(message, recipient, held).ifPresent(state -> changed.put(recipient, state));
            }
        }
        return changed;
    }

    private Optional<RecipientState> next(QueuedMessage message, Address recipient, Held held) {
        if (ask.domain().filter(it -> !it.equals(recipient.domain())).isPresent()) {
            left++;
            return Optional.empty();
        }
        Optional<Review> found = message.review(recipient);
        if (found.isEmpty()) {
            return ask.by() instanceof Decider.Operator
                    ? withoutReview(message, recipient, held)
                    : Optional.empty();
        }
        Review review = found.get();
        boolean concerned = scope.concerned().test(recipient, review);
        if (!concerned || ask.review().filter(it -> !it.equals(review.since())).isPresent()) {
            left += concerned || isShownToAuthor(message, recipient) ? 1 : 0;
            return Optional.empty();
        }
        if (review.hearing().twoPeople()
                && ask.by() instanceof Decider.Approver approver
                && approver.isAuthor(message.envelope(), scope.authors())) {
            refused =
                    new Answer.Refused(
                            Answer.Why.OWN_MESSAGE, "two others decide about one's own message");
            return Optional.empty();
        }
        review.hearing().asked().ifPresent(hearings::add);
        rules.add(review.rule());
        if (review.hearing().twoPeople() && !agreesLast(review)) {
            noted++;
            return Optional.of(
                    new Held(
                            held.reason(),
                            Optional.of(review.with(agreed(review))),
                            held.afresh()));
        }
        Set<String> before = Set.copyOf(decisions);
        Optional<RecipientState> next = decided(message, recipient, review);
        // The clock gives nothing back of which nobody would hear: it waits for people then.
        boolean lost =
                ask.by() instanceof Decider.Time
                        && next.filter(SecondLook::isReturned).isPresent()
                        && !scope.returnable().test(message);
        if (!lost) {
            return next;
        }
        decided--;
        decisions.retainAll(before);
        kept++;
        return Optional.of(
                new Held(held.reason(), Optional.of(review.withoutEnd()), held.afresh()));
    }

    /// Her own mail stays in her sight until others have decided about all of it.
    private boolean isShownToAuthor(QueuedMessage message, Address recipient) {
        return ask.by() instanceof Decider.Approver approver
                && approver.hasSubmitted(message.envelope())
                && !message.ruling().isCopy(recipient);
    }

    /// What something else than a rule holds is tried again as it was decided; what was to come
    /// back and cannot, as the rules say.
    private Optional<RecipientState> withoutReview(
            QueuedMessage message, Address recipient, Held held) {
        Optional<Afresh> back = held.afresh().filter(SecondLook::isReturn);
        boolean inClear = originals(message).goInClear(recipient);
        if (ask.way() instanceof Ask.Way.Release && back.isPresent()) {
            Ground ground = new Ground(back.get().hearing(), back.get().passed(), inClear);
            return released(recipient, ground, false);
        }
        if (ask.way() instanceof Ask.Way.Release) {
            decisions.add("tried again");
            decided++;
            return Optional.of(Waiting.decided(now, held.afresh()));
        }
        Set<String> passed = held.afresh().map(Afresh::passed).orElse(Set.of());
        return chosen(recipient, new Ground(Hearing.OPEN, passed, inClear), false);
    }

    private SecondLook.Originals originals(QueuedMessage message) {
        return new SecondLook.Originals(message, changed);
    }

    /// Whether nobody else is needed. One person gives a message back.
    private boolean agreesLast(Review review) {
        if (ask.by() instanceof Decider.Time || ask.way() instanceof Ask.Way.Reject) {
            return true;
        }
        return agreed(review).values().stream().filter(ask.way().words()::equals).count() >= PEOPLE;
    }

    /// With this person's word; who changes her mind is counted once, and who is not asked any more
    /// not at all. Operators are on no list: their word stays.
    private Map<String, String> agreed(Review review) {
        Map<String, String> agreed = new LinkedHashMap<>(review.agreed());
        agreed.keySet()
                .removeIf(voter ->
                        ask.by().gave(voter)
                                || (!Decider.Operator.isVoter(voter)
                                        && !scope.asked().test(review, voter)));
        agreed.put(ask.by().voter(), ask.way().words());
        return agreed;
    }

    private Optional<RecipientState> decided(
            QueuedMessage message, Address recipient, Review review) {
        SecondLook.Originals originals = originals(message);
        Ground ground = Ground.of(review, originals.goInClear(recipient));
        boolean late = ask.by() instanceof Decider.Time;
        boolean back = late && !SecondLook.isLetGoAtItsEnd(review);
        if (seen.copies().test(recipient) && (back || ask.way() instanceof Ask.Way.Reject)) {
            Optional<Held> others = originals.waitingOn();
            if (others.isPresent()) {
                decisions.add("a copy waits with the others");
                return Optional.of(others.get());
            }
            if (originals.goInPart()) {
                return released(recipient, ground, late);
            }
        }
        return back
                ? gone(new Decision.Return("Nobody decided about it in time."), "", ground)
                : chosen(recipient, ground, late);
    }

    /// What the person chose instead of leaving it to the rules; the settings hold all the same.
    private Optional<RecipientState> chosen(Address recipient, Ground ground, boolean late) {
        Optional<Decision> chosen =
                switch (ask.way()) {
                    case Ask.Way.Reject(String reason) -> Optional.of(new Decision.Return(reason));
                    case Ask.Way.Send(var inOrder) -> seen.sent(recipient, inOrder, ground);
                    case Ask.Way.Release() -> Optional.empty();
                };
        return chosen.isPresent()
                ? gone(chosen.get(), "", ground)
                : released(recipient, ground, late);
    }

    /// As the rules say that are left. Where none says anything, whatever protection is possible.
    private Optional<RecipientState> released(Address recipient, Ground ground, boolean late) {
        Decision usual =
                seen.settled(
                        seen.copies().test(recipient)
                                ? QueuedMessage.RELEASED_COPY
                                : QueuedMessage.RELEASED,
                        recipient);
        Ruling.ForRecipient ruling =
                seen.ruling(recipient, ground)
                        .filter(it -> !it.rule().equals(Policy.NO_RULE))
                        .orElseGet(() -> new Ruling.ForRecipient(recipient, usual, Policy.NO_RULE));
        String rule = ruling.rule();
        return switch (ruling.decision()) {
            // Nothing goes out in clear because nobody looked at it.
            case Decision.Deliver(Decision.Route route, _)
                    when late && route == Decision.Route.UNPROTECTED ->
                    gone(usual, rule, ground);
            case Decision.Deliver _, Decision.Protect _ -> gone(ruling.decision(), rule, ground);
            case Decision.Hold(String reason, Hearing hearing) -> {
                heldAgain++;
                decisions.add("held by rule \"" + rule + "\"");
                yield Optional.of(new Held(reason, Review.of(rule, hearing, now, ground.passed())));
            }
            case Decision.Refuse(String text) when late ->
                    gone(new Decision.Return(text), rule, ground);
            case Decision.Refuse _, Decision.Return _ -> {
                refused =
                        new Answer.Refused(
                                Answer.Why.POLICY,
                                "the rule \""
                                        + rule
                                        + "\" would refuse it; reject it, or send it protected");
                yield Optional.empty();
            }
        };
    }

    private Optional<RecipientState> gone(Decision decision, String rule, Ground ground) {
        decided++;
        boolean back = decision instanceof Decision.Return;
        // The words of a rejection are for its originator alone.
        String said = back ? "back to the originator" : decision.words();
        decisions.add(rule.isEmpty() ? said : said + " (rule \"" + rule + "\")");
        // What comes back is told by the report of its failure.
        Afresh afresh =
                new Afresh(
                        decision, rule, ask.by().name(), ground.hearing(), ground.passed(), back);
        return Optional.of(Waiting.decided(now, Optional.of(afresh)));
    }

    boolean hasChanged() {
        return decided + noted + heldAgain + kept > 0;
    }

    /// What is written down before it is true.
    List<AuditEvent> events() {
        List<AuditEvent> events = new ArrayList<>();
        if (hasChanged()) {
            String act = decided + heldAgain + kept > 0 ? word() : "agree";
            events.add(
                    new AuditEvent.Operated(ask.id(), act, ask.by().name(), summary() + detail()));
        }
        return events;
    }

    private String word() {
        return switch (ask.way()) {
            case Ask.Way.Release() -> ask.by() instanceof Decider.Time ? "time-out" : "release";
            case Ask.Way.Reject _ -> "reject";
            case Ask.Way.Send _ -> "send";
        };
    }

    private String summary() {
        List<String> parts = new ArrayList<>();
        if (decided > 0) {
            parts.add(
                    about(decided)
                            + switch (ask.way()) {
                                case Ask.Way.Release() ->
                                        ask.by() instanceof Decider.Time ? " decided" : " released";
                                case Ask.Way.Reject _ -> " rejected";
                                case Ask.Way.Send _ -> " released";
                            });
        }
        if (heldAgain > 0) {
            parts.add(about(heldAgain) + " held by another rule");
        }
        if (noted > 0) {
            parts.add(
                    about(noted)
                            + " agreed to, another person has to agree ("
                            + ask.way().words()
                            + ")");
        }
        if (kept > 0) {
            parts.add(about(kept) + " kept, because nobody would hear that it comes back");
        }
        if (left > 0) {
            parts.add(count(left) + " held still");
        }
        return String.join(", ", parts);
    }

    private String detail() {
        String held = rules.stream().map(rule -> "\"" + rule + "\"").collect(joining(", "));
        String to = String.join("; ", decisions);
        return (held.isEmpty() ? "" : "; was held by rule " + held)
                + (to.isEmpty() ? "" : ": " + to);
    }

    /// So many whom it was about.
    private String about(int recipients) {
        return count(recipients) + where();
    }

    private String where() {
        return ask.domain().map(domain -> " in " + domain).orElse("");
    }

    private static String count(int recipients) {
        return recipients + (recipients == 1 ? " recipient" : " recipients");
    }

    /// For whoever comes later; empty if nothing is decided yet.
    String verdict() {
        return decided == 0
                ? ""
                : word()
                        + where()
                        + " by "
                        + ask.by().name()
                        + " at "
                        + now.truncatedTo(ChronoUnit.SECONDS);
    }

    List<String> hearings() {
        return List.copyOf(hearings);
    }

    /// What the person hears; empty if there was nothing to do for her.
    Optional<Answer> answer() {
        boolean staysInPart = heldAgain + noted + kept + left > 0 || refused != null;
        if (decided > 0 && !staysInPart) {
            return Optional.of(new Answer.Done(summary()));
        }
        if (decided + heldAgain > 0) {
            return Optional.of(new Answer.StillHeld(summary()));
        }
        if (noted + kept > 0) {
            return Optional.of(new Answer.Noted(summary()));
        }
        return Optional.ofNullable(refused);
    }
}
