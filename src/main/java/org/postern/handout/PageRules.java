package org.postern.handout;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.postern.facts.Choices;
import org.postern.facts.Choices.Choice;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.Makeup;
import org.postern.facts.Phi;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.policy.Policy;

/// What the policy says of letters that the clinic itself writes: whether anything that comes from
/// it can come onto somebody's page. What a letter says is left open, because a rule may tell
/// private mail from other mail by any word, and these letters are about private mail. When and by
/// which door it comes is not: it is asked for this hour, and for mail that is handed in.
public final class PageRules {
    private final Supplier<Policy> policy;
    private final Asking others;
    private final Set<Domain> internal;
    private final Supplier<LocalDateTime> clock;
    private final Function<Address, Choice> chosen;

    /// Asks others what rules need to know of a recipient.
    @FunctionalInterface
    public interface Asking {
        Facts in(Policy policy, Facts facts);
    }

    /// @param policy the one in force
    /// @param others who says by which means the patient can be reached
    /// @param internal the clinic's own domains
    /// @param clock the clinic's clock on the wall
    /// @param chosen what somebody chose about the way of her mail
    public PageRules(
            Supplier<Policy> policy,
            Asking others,
            Set<Domain> internal,
            Supplier<LocalDateTime> clock,
            Function<Address, Choice> chosen) {
        this.policy = policy;
        this.others = others;
        this.internal = Set.copyOf(internal);
        this.clock = clock;
        this.chosen = chosen;
    }

    /// @param author who answers for the letter
    public boolean allow(Address author, Address patient) {
        Entry entry = new Entry(Listener.SUBMISSION, author, author, clock.get(), Optional.empty());
        Facts facts =
                new Facts(
                        entry,
                        List.of(patient),
                        Subject.UNREADABLE,
                        Facts.Fields.incomplete(List.of()),
                        new Makeup(0, SmimeLabel.NONE, List.of(), false),
                        Phi.UNSEEN,
                        internal);
        Choices choices =
                new Choices(Map.of(patient.key(), chosen.apply(patient)), Choice.NOT_ASKED);
        Policy rules = policy.get();
        return rules.canBePickedUp(others.in(rules, facts.with(choices)), patient);
    }
}
