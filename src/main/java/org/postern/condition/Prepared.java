package org.postern.condition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Facts;
import org.postern.mail.Address;

/// Conditions made ready for messages with many recipients: what does not depend on the recipient
/// has a place in the memory of a message, and is worked out once for all of them, when it is first
/// asked for.
public final class Prepared {
    private static final int PLACES_AT_FIRST = 64;

    private final Node root;

    private Prepared(Node root) {
        this.root = root;
    }

    /// All conditions of one policy share the memory of a message.
    public static List<Prepared> of(List<Condition> conditions) {
        Places places = new Places();
        return conditions.stream().map(each -> new Prepared(node(each, places))).toList();
    }

    /// The same answer as that of the condition itself.
    ///
    /// @param answers of this message so far
    public Match test(Answers answers, Address recipient) {
        return root.test(answers, recipient);
    }

    /// What is known of one message. For one thread.
    public static final class Answers {
        private final Facts facts;
        private @Nullable Match[] known = new Match[PLACES_AT_FIRST];

        public Answers(Facts facts) {
            this.facts = facts;
        }

        public Facts facts() {
            return facts;
        }

        private Match of(Once once, Address recipient) {
            if (once.place >= known.length) {
                known = Arrays.copyOf(known, Math.max(once.place + 1, known.length * 2));
            }
            Match answer = known[once.place];
            if (answer == null) {
                answer = once.condition.test(facts, recipient);
                known[once.place] = answer;
            }
            return answer;
        }
    }

    /// Each kind answers for itself: a switch over them would be asked by each rule for each
    /// recipient, and took a fifth of the time of a decision.
    private sealed interface Node {
        Match test(Answers answers, Address recipient);
    }

    /// It says the same of every recipient.
    private record Once(Condition condition, int place) implements Node {
        @Override
        public Match test(Answers answers, Address recipient) {
            return answers.of(this, recipient);
        }
    }

    /// It has to be asked for each recipient.
    private record Each(Condition condition) implements Node {
        @Override
        public Match test(Answers answers, Address recipient) {
            return condition.test(answers.facts, recipient);
        }
    }

    private record Every(List<Node> parts) implements Node {
        @Override
        public Match test(Answers answers, Address recipient) {
            Match match = Match.YES;
            for (Node part : parts) {
                match = match.and(part.test(answers, recipient));
                if (match == Match.NO) {
                    return match;
                }
            }
            return match;
        }
    }

    private record Some(List<Node> parts) implements Node {
        @Override
        public Match test(Answers answers, Address recipient) {
            Match match = Match.NO;
            for (Node part : parts) {
                match = match.or(part.test(answers, recipient));
                if (match == Match.YES) {
                    return match;
                }
            }
            return match;
        }
    }

    private record Opposite(Node part) implements Node {
        @Override
        public Match test(Answers answers, Address recipient) {
            return part.test(answers, recipient).not();
        }
    }

    private static final class Places {
        private int next;
    }

    private static Node node(Condition condition, Places places) {
        if (!condition.asksForRecipient()) {
            return new Once(condition, places.next++);
        }
        return switch (condition) {
            case Condition.RecipientIs _, Condition.RecipientCan _, Condition.RecipientChose _ ->
                    new Each(condition);
            case Condition.All(List<Condition> parts) -> new Every(nodes(parts, places));
            case Condition.Any(List<Condition> parts) -> new Some(nodes(parts, places));
            case Condition.Not(Condition part) -> new Opposite(node(part, places));
            case Condition.Always _,
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
                    new Once(condition, places.next++);
        };
    }

    private static List<Node> nodes(List<Condition> parts, Places places) {
        List<Node> nodes = new ArrayList<>();
        parts.forEach(part -> nodes.add(node(part, places)));
        return List.copyOf(nodes);
    }
}
