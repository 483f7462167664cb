package org.postern.held;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.facts.Facts;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.policy.Protection;
import org.postern.policy.Ruling;
import org.postern.policy.Settings;
import org.postern.reach.Inquiry;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Afresh;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;
import org.postern.transit.Inspection;

/// What the rest of the policy says now about a message that a rule held.
final class SecondLook {
    private final Spool spool;
    private final HeldDesk.Law law;

    SecondLook(Spool spool, HeldDesk.Law law) {
        this.spool = spool;
        this.law = law;
    }

    /// A message that was looked at.
    ///
    /// @param facts empty if it would not even be taken any more
    /// @param copies whether a recipient gets a copy that a rule asked for
    record Seen(Optional<Facts> facts, Policy policy, Predicate<Address> copies) {
        /// The decision of the rules that still count. It asks nobody: others wait for this
        /// message.
        ///
        /// @return empty if nothing is known that a rule could ask for
        Optional<Ruling.ForRecipient> ruling(Address recipient, Ground ground) {
            Policy left = policy.without(ground.passed());
            return facts.map(it ->
                    copies.test(recipient)
                            ? left.ruleCopy(it, recipient, ground.inClear())
                            : left.rule(it, recipient));
        }

        /// What becomes of it by the ways that a person chose. A copy goes as the rules say for its
        /// address; where they hold it by those ways, and onto a page never: its author reads
        /// there.
        ///
        /// @return empty where the rules decide
        Optional<Decision> sent(Address recipient, List<Protection> inOrder, Ground ground) {
            boolean copy = copies.test(recipient);
            List<Protection> ways =
                    inOrder.stream()
                            .filter(it -> !copy || !(it instanceof Protection.Pickup))
                            .toList();
            boolean ruled =
                    copy
                            && ruling(recipient, ground)
                                    .flatMap(it -> it.decision().extras())
                                    .isPresent();
            return ruled || ways.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            settled(
                                    new Decision.Protect(ways, Decision.LastResort.HOLD),
                                    recipient));
        }

        /// Whether it is to be decided at the end of its time by the rules that are left, and they
        /// hang on others who cannot answer now.
        boolean hangs(Address recipient, Review review) {
            Policy left = policy.without(passed(review));
            return facts.filter(_ -> isLetGoAtItsEnd(review))
                    .filter(Inquiry::isSilent)
                    .filter(it -> left.hangsOnOthers(it, recipient))
                    .isPresent();
        }

        /// What a person or the clock decided, with what the settings add. Where nobody can tell
        /// which of them are for the recipient, the reader has to show the most.
        Decision settled(Decision decision, Address recipient) {
            Settings settings = policy.settings();
            if (settings.all().isEmpty()) {
                return decision;
            }
            return facts.map(it -> settings.on(decision, it, recipient).decision())
                    .orElseGet(() -> settings.strictest(decision));
        }
    }

    /// What held it.
    ///
    /// @param passed the rules that no longer count
    /// @param inClear whether a copy may go in clear beside its message
    record Ground(Hearing hearing, Set<String> passed, boolean inClear) {
        static Ground of(Review review, boolean inClear) {
            return new Ground(review.hearing(), SecondLook.passed(review), inClear);
        }
    }

    /// The rules that do not count once it is let go.
    private static Set<String> passed(Review review) {
        return Stream.concat(review.passed().stream(), Stream.of(review.rule()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Whether the rules that are left decide at the end of its time.
    static boolean isLetGoAtItsEnd(Review review) {
        return review.hearing().then() != Hearing.AtEnd.REJECT;
    }

    static boolean isReturned(RecipientState state) {
        return state instanceof RecipientState.Waiting waiting
                && waiting.afresh().filter(SecondLook::isReturn).isPresent();
    }

    static boolean isReturn(Afresh afresh) {
        return afresh.decision() instanceof Decision.Return;
    }

    /// How those stand whom the author named, while one decision is made. Copies hang on them.
    ///
    /// @param changed what the decision has made of them by now
    record Originals(QueuedMessage message, Map<Address, RecipientState> changed) {
        private Stream<Address> all() {
            return HeldMail.hers(message, message.envelope().recipients()).stream();
        }

        private Optional<RecipientState> state(Address recipient) {
            return Optional.ofNullable(
                    changed.getOrDefault(recipient, message.states().get(recipient)));
        }

        private boolean isBack(Address recipient) {
            return state(recipient).filter(SecondLook::isReturned).isPresent();
        }

        private Decision decision(Address recipient) {
            return state(recipient)
                    .filter(RecipientState.Waiting.class::isInstance)
                    .flatMap(it -> ((RecipientState.Waiting) it).afresh())
                    .map(Afresh::decision)
                    .orElseGet(() -> message.decision(recipient));
        }

        /// Whether all get the message in clear to whom it goes. A report never does. Of those who
        /// wait still nobody knows.
        boolean goInClear(Address copy) {
            return message.ruling().isCopy(copy)
                    && !message.ruling().isArchive(copy)
                    && all().anyMatch(it -> !isBack(it))
                    && all().filter(it -> !isBack(it)).allMatch(it -> isInClear(decision(it)));
        }

        private static boolean isInClear(Decision decision) {
            return decision instanceof Decision.Deliver(Decision.Route route, _)
                    && route == Decision.Route.UNPROTECTED;
        }

        /// Those whom a rule has held and to whom it does not come back; nobody where it comes back
        /// to no one now, and so the decision is about the copy alone.
        private Stream<Address> others() {
            return all().filter(changed::containsKey).anyMatch(this::isBack)
                    ? all().filter(it ->
                                    message.ruling().of(it).decision() instanceof Decision.Hold)
                            .filter(it -> !isBack(it))
                    : Stream.empty();
        }

        /// What becomes of a copy whose message comes back in part, and waits in part: it waits
        /// with the first of those who wait still.
        Optional<RecipientState.Held> waitingOn() {
            return others().flatMap(it -> state(it).stream())
                    .filter(RecipientState.Held.class::isInstance)
                    .map(RecipientState.Held.class::cast)
                    .flatMap(it ->
                            it.review().stream()
                                    .map(review -> new RecipientState.Held(it.reason(), review)))
                    .findFirst();
        }

        /// Whether it was let go for some, and comes back in part.
        boolean goInPart() {
            return others().flatMap(it -> state(it).stream())
                    .anyMatch(it -> !(it instanceof RecipientState.Done) || it.isDelivered());
        }
    }

    /// Where it comes back: the rest of the policy is asked only for copies, if it may not come
    /// back in whole.
    Seen rejecting(QueuedMessage message) throws IOException {
        long hers = HeldMail.hers(message, message.envelope().recipients()).size();
        return hers > 1 && hers < message.envelope().recipients().size()
                ? at(message)
                : new Seen(Optional.empty(), law.policy().get(), message.ruling()::isCopy);
    }

    /// Reads the message; not to be called while anybody waits for it.
    Seen at(QueuedMessage message) throws IOException {
        Predicate<Address> copies = message.ruling()::isCopy;
        Envelope named = message.envelope().only(copies.negate());
        Policy rules = law.policy().get();
        Inspection.Inspected inspected =
                law.inspection().by(rules).inspectHeld(named, spool.content(message.id()));
        // Asked here, where nobody waits, for what is left when the rules that held it are passed.
        Policy left = rules.without(passed(message));
        return new Seen(
                inspected instanceof Inspection.Acceptable acceptable
                        ? Optional.of(law.others().in(left, acceptable.facts()))
                        : Optional.empty(),
                rules,
                copies);
    }

    /// All rules that do not count, or will not when this message is let go, for some recipient.
    /// The fewer rules end the walk, the more is asked: so it is enough for each of them.
    private static Set<String> passed(QueuedMessage message) {
        Stream<String> ruled =
                Stream.concat(
                                message.ruling().recipients().stream(),
                                message.ruling().copies().stream())
                        .map(Ruling.ForRecipient::rule);
        Stream<String> since =
                message.envelope().recipients().stream()
                        .flatMap(recipient ->
                                Stream.concat(
                                        message.review(recipient).stream()
                                                .flatMap(it ->
                                                        Stream.concat(
                                                                it.passed().stream(),
                                                                Stream.of(it.rule()))),
                                        message.afresh(recipient).stream()
                                                .flatMap(it -> it.passed().stream())));
        return Stream.concat(ruled, since).collect(Collectors.toUnmodifiableSet());
    }
}
