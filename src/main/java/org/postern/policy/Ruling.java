package org.postern.policy;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.mail.Address;

/// The policy's answer for one message: one decision for each recipient, in the envelope's order.
///
/// It is made once, before the message is acknowledged, and committed with it: a later change of
/// the policy does not alter queued mail.
///
/// @param recipients those whom the envelope named
/// @param copies for those who get a copy because a rule says so
/// @param archives those of the copies that tell of the envelope as well (`journal`)
/// @param doubt why nobody gets the message before a person has released it; empty if nothing is
///   against it
public record Ruling(
        List<ForRecipient> recipients,
        List<ForRecipient> copies,
        Set<Address> archives,
        String doubt) {
    public Ruling {
        recipients = List.copyOf(recipients);
        copies = List.copyOf(copies);
        archives = Set.copyOf(archives);
    }

    /// Without archives that get more than a copy.
    public Ruling(List<ForRecipient> recipients, List<ForRecipient> copies, String doubt) {
        this(recipients, copies, Set.of(), doubt);
    }

    public Ruling(List<ForRecipient> recipients) {
        this(recipients, List.of(), "");
    }

    /// The same for a message that must not leave yet.
    public Ruling doubted(String reason) {
        return new Ruling(recipients, copies, archives, reason);
    }

    /// Whether it is an address that nobody named and that gets a copy.
    public boolean isCopy(Address address) {
        return copies.stream().anyMatch(copy -> copy.recipient().equals(address));
    }

    /// Whether its copy is a report with the message in it.
    public boolean isArchive(Address address) {
        return archives.contains(address);
    }

    private Stream<ForRecipient> all() {
        return Stream.concat(recipients.stream(), copies.stream());
    }

    /// @param rule the name of the rule that decided
    /// @param observed what rules would have decided that are only observed, in their order
    public record ForRecipient(
            Address recipient, Decision decision, String rule, List<Observed> observed) {
        public ForRecipient {
            observed = List.copyOf(observed);
        }

        /// Where no rule is observed.
        public ForRecipient(Address recipient, Decision decision, String rule) {
            this(recipient, decision, rule, List.of());
        }
    }

    /// What a rule would have decided that is only observed.
    public record Observed(String rule, Decision decision) {}

    public ForRecipient of(Address recipient) {
        return all().filter(r -> r.recipient().equals(recipient))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a recipient of this message"));
    }

    /// Whether there is a decision for each of these.
    public boolean covers(Collection<Address> all) {
        Set<Address> decided = new HashSet<>();
        all().forEach(each -> decided.add(each.recipient()));
        return decided.containsAll(all);
    }
}
