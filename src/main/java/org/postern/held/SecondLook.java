package org.postern.held;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.facts.Facts;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.policy.Decision;
import org.postern.policy.Policy;
import org.postern.policy.Ruling;
import org.postern.policy.Settings;
import org.postern.reach.Inquiry;
import org.postern.spool.QueuedMessage;
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
        Optional<Ruling.ForRecipient> ruling(Address recipient, Set<String> passed) {
            Policy left = policy.without(passed);
            return facts.map(it ->
                    copies.test(recipient)
                            ? left.ruleCopy(it, recipient)
                            : left.rule(it, recipient));
        }

        /// Whether it is to be decided at the end of its time by the rules that are left, and they
        /// hang on others who cannot answer now.
        boolean hangs(Address recipient, Review review) {
            Policy left = policy.without(Turn.passed(review));
            return facts.filter(_ -> Turn.isLetGoAtItsEnd(review))
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

    /// Where the rest of the policy is not asked.
    Seen nothing() {
        return new Seen(Optional.empty(), law.policy().get(), _ -> false);
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
