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
            farScore(i, rule).ifPresent(remarks::add);
            remarks.addAll(OpenReview.of(policy, i));
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

    /// Where a rule asks for a score that hardly any message has, or leaves out nothing else. A
    /// number of a patient beside a clear fact keeps a score that is more; where one is asked for,
    /// that is meant.
    private static Optional<Remark> farScore(int place, Rule rule) {
        boolean meant =
                phi(rule.when())
                        .anyMatch(test -> test.has().stream().anyMatch(Opinion::mayKeepMore));
        return meant
                ? Optional.empty()
                : scores(rule.when(), false)
                        .flatMap(score -> score.far().stream())
                        .findFirst()
                        .map(does -> far(place, rule, does));
    }

    private static Stream<PhiTest> phi(Condition condition) {
        return condition instanceof Condition.PhiHas(PhiTest test)
                ? Stream.of(test)
                : condition.inside().stream().flatMap(PolicyReview::phi);
    }

    /// A score as a rule names it.
    ///
    /// @param negated whether it stands below an odd number of `not`
    private record Score(Comparison named, boolean negated) {
        /// What the rule does, in words, where it is about scores above those of nearly all
        /// messages. Less than such a score, without `not`, is no trap: who writes it expects
        /// nearly every message.
        Optional<String> far() {
            if (!isAboveAll()) {
                return Optional.empty();
            }
            String score = "a PHI score above " + Opinion.most();
            String wanted = "asks for " + score + ", which hardly any message has";
            String unwanted =
                    "leaves out, by a not, the messages with " + score + ", which are hardly any";
            return switch (named.sign()) {
                case MORE, AT_LEAST, EQUAL -> Optional.of(negated ? unwanted : wanted);
                case LESS, AT_MOST -> negated ? Optional.of(wanted) : Optional.empty();
            };
        }

        private boolean isAboveAll() {
            return switch (named.sign()) {
                case MORE, AT_MOST -> named.than() >= Opinion.most();
                case AT_LEAST, LESS, EQUAL -> named.than() > Opinion.most();
            };
        }
    }

    private static Stream<Score> scores(Condition condition, boolean negated) {
        if (condition instanceof Condition.PhiHas(PhiTest test)) {
            return test.score().stream().map(score -> new Score(score, negated));
        }
        boolean inside = (condition instanceof Condition.Not) != negated;
        return condition.inside().stream().flatMap(part -> scores(part, inside));
    }

    private static Remark far(int place, Rule rule, String does) {
        return new Remark(
                place,
                "the rule \""
                        + rule.name()
                        + "\" "
                        + does
                        + ": by how a text reads the score becomes no more",
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
                .filter(Rule::isAnEnd)
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

    /// Whether only recipients that it names, or is one of, can pass, or those who chose it.
    private static boolean namesRecipients(Condition condition) {
        if (condition instanceof Condition.Any(List<Condition> parts)) {
            return parts.stream().allMatch(PolicyReview::namesRecipients);
        }
        return condition instanceof Condition.RecipientIs
                || condition instanceof Condition.RecipientChose
                || (condition instanceof Condition.All(List<Condition> all)
                        && all.stream().anyMatch(PolicyReview::namesRecipients));
    }
}
