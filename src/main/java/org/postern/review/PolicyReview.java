package org.postern.review;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.condition.Comparison;
import org.postern.condition.Condition;
import org.postern.condition.PhiTest;
import org.postern.likeness.Opinion;
import org.postern.policy.Decision;
import org.postern.policy.Extras;
import org.postern.policy.Extras.Fetching;
import org.postern.policy.Policy;
import org.postern.policy.Rule;
import org.postern.policy.Settings;

/// Looks through rules that are without a mistake for what their writer will hardly have meant.
/// Pure.
public final class PolicyReview {
    private PolicyReview() {}

    /// One thing to look at again.
    ///
    /// @param rule the place of the rule or the setting in the policy, from 0
    /// @param text what is strange, without a dot at its end
    /// @param suggestion what to do about it
    public record Remark(int rule, String text, String suggestion) {}

    /// What the rest of the configuration says.
    ///
    /// @param keep how long any message is kept
    /// @param languages in which there are notices, as tags
    public record Around(Duration keep, List<String> languages) {
        public Around {
            languages = List.copyOf(languages);
        }
    }

    /// What a rule says of pickup that the rest of the configuration does not allow.
    public static List<Remark> of(Policy policy, Around around) {
        List<Remark> remarks = new ArrayList<>();
        for (int i = 0; i < policy.rules().size(); i++) {
            Rule rule = policy.rules().get(i);
            Fetching fetching = rule.then().extras().orElse(Extras.NONE).fetching();
            remarks.addAll(fetching(i, "rule \"" + rule.name() + '"', fetching, around));
        }
        return remarks;
    }

    /// The same of settings; the number of a remark is the setting's, from 0 in their order.
    public static List<Remark> of(Settings settings, Around around) {
        List<Remark> remarks = new ArrayList<>();
        for (int i = 0; i < settings.all().size(); i++) {
            Settings.Setting setting = settings.all().get(i);
            String name = "setting " + setting.scope().words();
            remarks.addAll(fetching(i, name, setting.fetching(), around));
        }
        return remarks;
    }

    private static List<Remark> fetching(int place, String name, Fetching fetching, Around around) {
        List<Remark> remarks = new ArrayList<>();
        if (fetching.expiry().filter(it -> it.compareTo(around.keep()) > 0).isPresent()) {
            remarks.add(
                    new Remark(
                            place,
                            "by the %s mail could be read for longer than %d days,"
                                            .formatted(name, around.keep().toDays())
                                    + " after which it is destroyed",
                            "write less, or more keep-days into gateway.yaml"));
        }
        if (fetching.language().filter(it -> !around.languages().contains(it)).isPresent()) {
            remarks.add(
                    new Remark(
                            place,
                            "the %s names a language in which there are no notices".formatted(name),
                            "there are " + String.join(", ", around.languages())));
        }
        return remarks;
    }

    /// What is worth a look, in the order of the rules.
    public static List<Remark> of(Policy policy) {
        List<Remark> remarks = new ArrayList<>();
        for (int i = 0; i < policy.rules().size(); i++) {
            Rule rule = policy.rules().get(i);
            idle(policy, i).ifPresent(remarks::add);
            if (asksForTooMuch(rule.when())) {
                remarks.add(tooMuch(i, rule));
            }
            if (rule.then() instanceof Decision.Deliver(Decision.Route route, _)
                    && route == Decision.Route.UNPROTECTED
                    && !namesRecipients(rule.when())) {
                remarks.add(
                        new Remark(
                                i,
                                "by the rule \""
                                        + rule.name()
                                        + "\" mail to anybody can leave unprotected: what it asks"
                                        + " says nothing of the recipient",
                                "ask for the recipient as well, or protect"));
            }
        }
        return remarks;
    }

    /// Whether it asks for a score that hardly any message has. A number of a patient beside a
    /// clear fact keeps a score that is more; where one is asked for, that is meant.
    private static boolean asksForTooMuch(Condition condition) {
        List<PhiTest> tests = phi(condition).toList();
        return tests.stream().noneMatch(test -> test.has().stream().anyMatch(Opinion::mayKeepMore))
                && tests.stream()
                        .flatMap(test -> test.score().stream())
                        .anyMatch(PolicyReview::isTooMuch);
    }

    private static Stream<PhiTest> phi(Condition condition) {
        return condition instanceof Condition.PhiHas(PhiTest test)
                ? Stream.of(test)
                : condition.inside().stream().flatMap(PolicyReview::phi);
    }

    private static boolean isTooMuch(Comparison score) {
        return switch (score.sign()) {
            case MORE -> score.than() >= Opinion.most();
            case AT_LEAST, EQUAL -> score.than() > Opinion.most();
            case LESS, AT_MOST -> false;
        };
    }

    private static Remark tooMuch(int place, Rule rule) {
        return new Remark(
                place,
                "the rule \""
                        + rule.name()
                        + "\" asks for a PHI score above "
                        + Opinion.most()
                        + ", which hardly any message has: by how a text reads the score becomes"
                        + " no more",
                "ask for patients instead, as in patients: \"> 20\", or for a lower score");
    }

    private static Optional<Remark> idle(Policy policy, int place) {
        Rule rule = policy.rules().get(place);
        if (Implication.contradictsItself(rule.when())) {
            return Optional.of(
                    new Remark(
                            place,
                            "the rule \""
                                    + rule.name()
                                    + "\" can never match: it asks for"
                                    + " something and for its opposite",
                            "remove one of the two"));
        }
        return policy.rules().subList(0, place).stream()
                // What is only observed takes nothing away from the rules below it.
                .filter(above -> !above.observed())
                .filter(above -> Implication.between(rule.when(), above.when()))
                .findFirst()
                .map(above ->
                        new Remark(
                                place,
                                "the rule \""
                                        + rule.name()
                                        + "\" can never decide: whatever it matches, the rule \""
                                        + above.name()
                                        + "\" above it matches first",
                                "move it up, or remove it"));
    }

    /// Whether only recipients that it names, or is one of, can pass.
    private static boolean namesRecipients(Condition condition) {
        if (condition instanceof Condition.Any(List<Condition> parts)) {
            return parts.stream().allMatch(PolicyReview::namesRecipients);
        }
        return condition instanceof Condition.RecipientIs
                || (condition instanceof Condition.All(List<Condition> all)
                        && all.stream().anyMatch(PolicyReview::namesRecipients));
    }
}
