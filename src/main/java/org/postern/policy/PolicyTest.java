package org.postern.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.condition.Reading;
import org.postern.facts.Facts;
import org.postern.mail.Address;

/// One of the clinic's own examples: a message, and what shall be decided for its recipients.
///
/// @param place where it stands, `file:line:column`, for the report
/// @param rule the rule that shall decide; null if any may
/// @param decision what shall be decided; null if only the rule matters
public record PolicyTest(
        String name,
        String place,
        Message message,
        @Nullable String rule,
        @Nullable ExpectedDecision decision) {
    public PolicyTest {
        if (rule == null && decision == null) {
            throw new IllegalArgumentException("a test expects a rule or a decision");
        }
    }

    /// What stands for a rule's name where a message is held before any rule is asked.
    public static final String BEFORE_RULES = "(before any rule)";

    /// The message of an example.
    ///
    /// @param doubt why a person has to look at it first, whatever the rules say; empty for none
    public record Message(Facts facts, String doubt) {}

    /// What a test expects to be decided.
    ///
    /// @param anyText whether the text of a hold or refusal does not matter
    public record ExpectedDecision(Decision decision, boolean anyText) {
        boolean isMetBy(Decision decided) {
            if (!anyText) {
                return decision.equals(decided)
                        || decision.equals(decided.alone())
                        || isSameReason(decided);
            }
            return switch (decision) {
                case Decision.Hold _ -> decided instanceof Decision.Hold;
                case Decision.Refuse _ -> decided instanceof Decision.Refuse;
                case Decision.Deliver _, Decision.Protect _, Decision.Return _ ->
                        decision.equals(decided);
            };
        }

        /// An example may leave out what is done besides, and names the reason of a hold, and not
        /// who is asked about it.
        private boolean isSameReason(Decision decided) {
            return decision instanceof Decision.Hold expected
                    && expected.hearing().isOpen()
                    && decided instanceof Decision.Hold held
                    && expected.reason().equals(held.reason());
        }

        String words() {
            return switch (decision) {
                case Decision.Hold _ when anyText -> "hold: any";
                case Decision.Refuse _ when anyText -> "refuse: any";
                default -> decision.words();
            };
        }
    }

    /// Something that was decided otherwise than expected.
    ///
    /// @param why what the rule found that decided, and what the one that was expected to
    public record Difference(
            Address recipient, String expected, String decided, List<Explanation.Step> why) {
        public Difference {
            why = List.copyOf(why);
        }
    }

    /// What came of a test.
    ///
    /// @param rules the rules that decided, one for each recipient
    /// @param observed the rules that would have decided, were they not only observed
    public record Result(
            PolicyTest test,
            List<Difference> differences,
            List<String> rules,
            List<String> observed) {
        public Result {
            differences = List.copyOf(differences);
            rules = List.copyOf(rules);
            observed = List.copyOf(observed);
        }

        public boolean passed() {
            return differences.isEmpty();
        }
    }

    /// Rules the example's message and compares.
    public Result run(Policy policy) {
        List<Difference> differences = new ArrayList<>();
        List<String> rules = new ArrayList<>();
        List<String> observed = new ArrayList<>();
        for (Ruling.ForRecipient ruled : policy.rule(message.facts()).recipients()) {
            Ruling.ForRecipient ruling = ruled(ruled);
            rules.add(ruling.rule());
            ruling.observed().forEach(each -> observed.add(each.rule()));
            compare(policy, ruling).ifPresent(differences::add);
        }
        return new Result(this, differences, rules, observed);
    }

    /// A refusal is spoken before the message is taken at all, so no doubt holds it.
    private Ruling.ForRecipient ruled(Ruling.ForRecipient ruling) {
        boolean held =
                !message.doubt().isEmpty() && !(ruling.decision() instanceof Decision.Refuse);
        return held
                ? new Ruling.ForRecipient(
                        ruling.recipient(), new Decision.Hold(message.doubt()), BEFORE_RULES)
                : ruling;
    }

    private Optional<Difference> compare(Policy policy, Ruling.ForRecipient ruling) {
        boolean ruleMet = rule == null || rule.equalsIgnoreCase(ruling.rule());
        boolean decisionMet = decision == null || decision.isMetBy(ruling.decision());
        if (ruleMet && decisionMet) {
            return Optional.empty();
        }
        String expected = words(rule, decision == null ? null : decision.words());
        String decided = words(ruling.rule(), ruling.decision().words());
        return Optional.of(
                new Difference(ruling.recipient(), expected, decided, why(policy, ruling)));
    }

    private List<Explanation.Step> why(Policy policy, Ruling.ForRecipient ruling) {
        return policy.rules().stream()
                .filter(each ->
                        each.name().equals(ruling.rule()) || each.name().equalsIgnoreCase(rule))
                .map(each ->
                        new Explanation.Step(
                                each, Reading.of(each.when(), message.facts(), ruling.recipient())))
                .toList();
    }

    private static String words(@Nullable String rule, @Nullable String decision) {
        if (rule == null) {
            return String.valueOf(decision);
        }
        return decision == null ? "rule \"" + rule + "\"" : decision + "  (rule \"" + rule + "\")";
    }
}
