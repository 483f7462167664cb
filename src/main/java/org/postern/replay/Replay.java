package org.postern.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditEntry;
import org.postern.audit.KeptJson;
import org.postern.condition.Condition;
import org.postern.condition.Match;
import org.postern.condition.Recallable;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.Makeup;
import org.postern.facts.Phi;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.policy.Decision;
import org.postern.policy.Kept;
import org.postern.policy.Policy;
import org.postern.policy.Rule;
import org.postern.policy.Ruling;

/// A message that the audit knows, to be decided about anew. Pure.
final class Replay {
    private final Facts facts;
    private final Kept kept;

    private Replay(Facts facts, Kept kept) {
        this.facts = facts;
        this.kept = kept;
    }

    /// What a policy says about one of its recipients.
    sealed interface Verdict {
        record Decided(String rule, Decision decision) implements Verdict {}

        /// @param rule the first one that asks for something that was not kept, on which it hangs
        /// @param missing what was not kept of it
        record NotKnown(String rule, Set<Missing> missing) implements Verdict {
            public NotKnown {
                missing = Set.copyOf(missing);
            }
        }
    }

    /// What a rule may ask for that was not kept of a message.
    enum Missing {
        PHI("health information, for which no rule asked then"),
        OTHER_PHI("health information, found then by other forms of record numbers"),
        FILES("what is attached, for which no rule asked then"),
        WORDS("words or names of files, for which no rule asked then"),
        PEOPLE("groups, ways to the recipient or her choice, which nobody looked up then");

        private final String words;

        Missing(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /// @param internal the clinic's own domains, now
    /// @return empty where the entry does not hold what rules saw
    static Optional<Replay> of(AuditEntry accepted, Set<Domain> internal) {
        List<Address> recipients = new ArrayList<>();
        for (JsonNode each : accepted.json().path("ruling")) {
            Address.parse(each.path("recipient").asText()).ifPresent(recipients::add);
        }
        Optional<Kept> kept = KeptJson.read(accepted.json());
        boolean whole =
                recipients.size() == accepted.json().path("ruling").size()
                        && isAddress(accepted.json().path("reversePath"));
        return recipients.isEmpty() || !whole
                ? Optional.empty()
                : kept.map(it -> of(accepted, it, recipients, internal));
    }

    private static Replay of(
            AuditEntry accepted, Kept kept, List<Address> recipients, Set<Domain> internal) {
        JsonNode arrival = accepted.json().path("arrival");
        Entry entry =
                new Entry(
                        Listener.valueOf(
                                arrival.path("listener").asText().toUpperCase(Locale.ROOT)),
                        address(accepted.json().path("reversePath")),
                        address(arrival.path("authenticated")),
                        kept.at(),
                        kept.origin());
        long size = accepted.json().path("size").asLong();
        Facts facts =
                new Facts(
                        entry,
                        recipients,
                        Subject.UNREADABLE,
                        Facts.Fields.incomplete(List.of()),
                        kept.files().orElse(new Makeup(size, kept.label(), List.of(), false)),
                        kept.phi().orElse(Phi.UNSEEN),
                        internal,
                        kept.asked());
        return new Replay(facts, kept);
    }

    /// What was found in the texts is known to a policy that knows record numbers by the same forms
    /// as the one of then.
    private Recallable recallable(Policy policy) {
        boolean phi = kept.phi().isPresent() && kept.forms().equals(policy.recordForms().name());
        Recallable.Known known = new Recallable.Known(kept.files().isPresent(), phi);
        return new Recallable(facts, known, kept::answer);
    }

    private static boolean isAddress(JsonNode text) {
        return text.asText("").isEmpty() || address(text) != null;
    }

    private static @Nullable Address address(JsonNode text) {
        return Address.parse(text.asText("")).orElse(null);
    }

    List<Address> recipients() {
        return facts.recipients();
    }

    /// What keeps a condition from its answer, in each of its parts.
    private Set<Missing> missing(Condition condition, Recallable recallable, Address recipient) {
        if (recallable.answer(condition, recipient).isPresent()) {
            return Set.of();
        }
        if (condition.inside().isEmpty()) {
            return Set.of(missing(condition));
        }
        return condition.inside().stream()
                .flatMap(part -> missing(part, recallable, recipient).stream())
                .collect(Collectors.toSet());
    }

    private Missing missing(Condition leaf) {
        if (leaf.asksForPhi()) {
            return kept.phi().isEmpty() ? Missing.PHI : Missing.OTHER_PHI;
        }
        if (leaf.asksForFiles() && kept.files().isEmpty()) {
            return Missing.FILES;
        }
        return Recallable.asksForWords(leaf) ? Missing.WORDS : Missing.PEOPLE;
    }

    /// What a policy says of one of them.
    Verdict by(Policy policy, Address recipient) {
        Recallable recallable = recallable(policy);
        List<Match> known = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            // What is only observed decides nothing, so nobody has to know what it says.
            Optional<Match> answer =
                    rule.observed()
                            ? Optional.of(Match.NO)
                            : recallable.answer(rule.when(), recipient);
            if (answer.isEmpty()) {
                return new Verdict.NotKnown(
                        rule.name(), missing(rule.when(), recallable, recipient));
            }
            known.add(answer.get());
            // Nothing below was asked then: what is not known holds.
            if (answer.get().matches() || answer.get() == Match.UNKNOWN) {
                break;
            }
        }
        Ruling.ForRecipient ruling = policy.rule(facts, recipient, known);
        return new Verdict.Decided(ruling.rule(), ruling.decision());
    }
}
