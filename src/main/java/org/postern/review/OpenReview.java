package org.postern.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.condition.Condition;
import org.postern.policy.Decision;
import org.postern.policy.Policy;
import org.postern.policy.Protection.Level;
import org.postern.policy.Rule;
import org.postern.policy.Settings.Setting;
import org.postern.review.PolicyReview.Remark;

/// Looks at rules by which mail leaves unprotected, beside what the policy says of stricter mail:
/// what an author marked, and what settings demand. Pure.
final class OpenReview {
    private OpenReview() {}

    static List<Remark> of(Policy policy, int place) {
        Rule rule = policy.rules().get(place);
        if (!(rule.then() instanceof Decision.Deliver(Decision.Route route, _))
                || route != Decision.Route.UNPROTECTED
                || rule.observed()) {
            return List.of();
        }
        List<Remark> remarks = new ArrayList<>();
        policy.rules().stream()
                .skip(place + 1L)
                .filter(OpenReview::isStricter)
                .filter(below -> isMark(below.when()))
                .filter(below -> canMeet(rule.when(), below.when()))
                .findFirst()
                .ifPresent(below -> remarks.add(above(place, rule, below)));
        sensitive(policy)
                .filter(_ -> rule.when().asksForChoices() || hangsOnChoice(policy, place))
                .ifPresent(setting -> remarks.add(against(place, rule, setting)));
        return remarks;
    }

    /// Whether a rule above may decide about whoever did not choose: then a choice leads past it.
    private static boolean hangsOnChoice(Policy policy, int place) {
        return policy.rules().stream()
                .limit(place)
                .filter(above -> !above.observed())
                .anyMatch(above -> asksForNone(above.when(), false));
    }

    private static boolean asksForNone(Condition condition, boolean negated) {
        return switch (condition) {
            case Condition.RecipientChose _ -> negated;
            case Condition.Not(Condition part) -> asksForNone(part, !negated);
            case Condition other ->
                    other.inside().stream().anyMatch(part -> asksForNone(part, negated));
        };
    }

    private static boolean isStricter(Rule rule) {
        return !rule.observed()
                && (rule.then() instanceof Decision.Protect
                        || rule.then() instanceof Decision.Hold
                        || rule.then() instanceof Decision.Refuse);
    }

    /// What an author writes or sets: a tag, a word of the subject, a header field; whichever way
    /// it is asked for, but not that it is not there.
    private static boolean isMark(Condition condition) {
        return switch (condition) {
            case Condition.SubjectTag _, Condition.SubjectText _, Condition.HeaderField _ -> true;
            case Condition.Not _ -> false;
            case Condition other -> other.inside().stream().anyMatch(OpenReview::isMark);
        };
    }

    /// Whether a message may match both, as far as that is seen from what they ask.
    private static boolean canMeet(Condition above, Condition below) {
        List<Condition> all = Stream.concat(parts(above), parts(below)).toList();
        return !Implication.contradictsItself(new Condition.All(all));
    }

    /// `not: any` is several `not`.
    private static Stream<Condition> parts(Condition condition) {
        return switch (condition) {
            case Condition.All(List<Condition> parts) -> parts.stream().flatMap(OpenReview::parts);
            case Condition.Not(Condition.Any(List<Condition> parts)) ->
                    parts.stream().map(Condition.Not::new);
            case Condition other -> Stream.of(other);
        };
    }

    private static Optional<Setting> sensitive(Policy policy) {
        return policy.settings().all().stream()
                .filter(each -> each.level().filter(Level.SENSITIVE::equals).isPresent())
                .findFirst();
    }

    private static Remark above(int place, Rule rule, Rule below) {
        return new Remark(
                place,
                "the rule \"%s\" stands above \"%s\": what is marked so can leave unprotected by it"
                        .formatted(rule.name(), below.name()),
                "move it below, or ask for not: with the same mark");
    }

    private static Remark against(int place, Rule rule, Setting setting) {
        return new Remark(
                place,
                "the rule \"%s\" sends unprotected what the recipient chose, and a setting %s asks"
                                .formatted(rule.name(), setting.scope().words())
                        + " for level: sensitive; such mail is held",
                "ask the people whom both concern, and take one of the two back");
    }
}
