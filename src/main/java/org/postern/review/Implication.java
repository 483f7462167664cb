package org.postern.review;

import java.util.List;
import java.util.Optional;
import org.postern.condition.Comparison;
import org.postern.condition.Condition;
import org.postern.condition.PhiTest;
import org.postern.condition.Who;

/// Whether one condition can hold only where another holds. A yes is certain. A no says only that
/// this was not seen: texts and expressions are compared by nothing but equality.
final class Implication {
    private Implication() {}

    /// @param stronger what holds
    /// @param weaker what would hold then, too
    static boolean between(Condition stronger, Condition weaker) {
        if (stronger.equals(weaker) || weaker instanceof Condition.Always) {
            return true;
        }
        if (weaker instanceof Condition.All(List<Condition> parts)) {
            return parts.stream().allMatch(part -> between(stronger, part));
        }
        if (stronger instanceof Condition.Any(List<Condition> parts)) {
            return parts.stream().allMatch(part -> between(part, weaker));
        }
        if (weaker instanceof Condition.Any(List<Condition> parts)
                && parts.stream().anyMatch(part -> between(stronger, part))) {
            return true;
        }
        if (stronger instanceof Condition.All(List<Condition> parts)
                && parts.stream().anyMatch(part -> between(part, weaker))) {
            return true;
        }
        return ofSameKind(stronger, weaker);
    }

    /// Whether it cannot hold: one part of it is the opposite of another.
    static boolean contradictsItself(Condition condition) {
        return switch (condition) {
            case Condition.All(List<Condition> parts) ->
                    parts.stream().anyMatch(Implication::contradictsItself)
                            || parts.stream()
                                    .anyMatch(it ->
                                            it instanceof Condition.Not(Condition denied)
                                                    && parts.stream()
                                                            .anyMatch(p -> between(p, denied)));
            case Condition.Any(List<Condition> parts) ->
                    parts.stream().allMatch(Implication::contradictsItself);
            case Condition.Not(Condition part) -> part instanceof Condition.Always;
            case Condition.Always _,
                    Condition.RecipientIs _,
                    Condition.RecipientCan _,
                    Condition.RecipientChose _,
                    Condition.OriginatorIs _,
                    Condition.ListenerIs _,
                    Condition.SubjectTag _,
                    Condition.SubjectText _,
                    Condition.HeaderField _,
                    Condition.RecipientCount _,
                    Condition.Size _,
                    Condition.AttachmentHas _,
                    Condition.SmimeIs _,
                    Condition.OriginHas _,
                    Condition.PhiHas _,
                    Condition.CameAt _ ->
                    false;
        };
    }

    private static boolean ofSameKind(Condition stronger, Condition weaker) {
        return switch (weaker) {
            case Condition.Not(Condition denied) ->
                    stronger instanceof Condition.Not(Condition part) && between(denied, part);
            case Condition.RecipientIs(Who all) ->
                    stronger instanceof Condition.RecipientIs(Who some) && within(some, all);
            case Condition.OriginatorIs(Who all) ->
                    stronger instanceof Condition.OriginatorIs(Who some) && within(some, all);
            case Condition.RecipientCan(var all) ->
                    stronger instanceof Condition.RecipientCan(var some) && all.containsAll(some);
            case Condition.ListenerIs(var all) ->
                    stronger instanceof Condition.ListenerIs(var some) && all.containsAll(some);
            case Condition.SmimeIs(var all) ->
                    stronger instanceof Condition.SmimeIs(var some) && all.containsAll(some);
            case Condition.RecipientCount(Comparison wide) ->
                    stronger instanceof Condition.RecipientCount(Comparison narrow)
                            && within(narrow, wide);
            case Condition.Size(Comparison wide) ->
                    stronger instanceof Condition.Size(Comparison narrow) && within(narrow, wide);
            case Condition.PhiHas(PhiTest wide) ->
                    stronger instanceof Condition.PhiHas(PhiTest narrow) && within(narrow, wide);
            case Condition.Always _,
                    Condition.All _,
                    Condition.Any _,
                    Condition.RecipientChose _,
                    Condition.SubjectTag _,
                    Condition.SubjectText _,
                    Condition.HeaderField _,
                    Condition.AttachmentHas _,
                    Condition.OriginHas _,
                    Condition.CameAt _ ->
                    false;
        };
    }

    private static boolean within(Who some, Who all) {
        return (!some.internal() || all.internal())
                && some.domains().stream()
                        .allMatch(domain ->
                                all.domains().contains(domain)
                                        || all.below().stream().anyMatch(domain::isBelow))
                && some.below().stream()
                        .allMatch(parent ->
                                all.below().contains(parent)
                                        || all.below().stream().anyMatch(parent::isBelow))
                && all.addresses().containsAll(some.addresses())
                && all.groups().containsAll(some.groups())
                && some.lists().stream()
                        .allMatch(list -> all.lists().contains(list) || within(list.who(), all));
    }

    private static boolean within(PhiTest narrow, PhiTest wide) {
        boolean has =
                wide.has().isEmpty()
                        || (!narrow.has().isEmpty() && wide.has().containsAll(narrow.has()));
        return within(narrow.score(), wide.score())
                && within(narrow.patients(), wide.patients())
                && has
                && (!wide.uninspected() || narrow.uninspected());
    }

    private static boolean within(Optional<Comparison> narrow, Optional<Comparison> wide) {
        return wide.isEmpty() || (narrow.isPresent() && within(narrow.get(), wide.get()));
    }

    private static boolean within(Comparison narrow, Comparison wide) {
        return least(narrow) >= least(wide) && most(narrow) <= most(wide);
    }

    private static long least(Comparison it) {
        return switch (it.sign()) {
            case MORE -> it.than() + 1;
            case AT_LEAST, EQUAL -> it.than();
            case LESS, AT_MOST -> 0;
        };
    }

    private static long most(Comparison it) {
        return switch (it.sign()) {
            case MORE, AT_LEAST -> Long.MAX_VALUE;
            case LESS -> it.than() - 1;
            case AT_MOST, EQUAL -> it.than();
        };
    }
}
