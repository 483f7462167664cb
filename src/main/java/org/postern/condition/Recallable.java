package org.postern.condition;

import java.util.Optional;
import java.util.function.Function;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Reach;
import org.postern.mail.Address;

/// Answers a condition from what was kept of a message, where nothing of its content was: each part
/// that asks for content has the answer that was given then, or none.
public final class Recallable {
    private final Facts facts;
    private final Function<Condition, Optional<Match>> given;
    private final Known known;

    /// What is known of the message as it was then.
    ///
    /// @param files what is attached, names excepted
    /// @param phi what was found in its texts
    public record Known(boolean files, boolean phi) {}

    /// @param facts of which no text and no name is asked
    /// @param given the answers to conditions on texts and names that were given then
    public Recallable(Facts facts, Known known, Function<Condition, Optional<Match>> given) {
        this.facts = facts;
        this.known = known;
        this.given = given;
    }

    /// Whether it asks for words, which are content and not kept.
    public static boolean asksForWords(Condition leaf) {
        return switch (leaf) {
            case Condition.SubjectTag _, Condition.SubjectText _, Condition.HeaderField _ -> true;
            case Condition.AttachmentHas(FileTest test) -> !test.names().isEmpty();
            case Condition.Always _,
                    Condition.All _,
                    Condition.Any _,
                    Condition.Not _,
                    Condition.RecipientIs _,
                    Condition.RecipientCan _,
                    Condition.RecipientChose _,
                    Condition.OriginatorIs _,
                    Condition.ListenerIs _,
                    Condition.RecipientCount _,
                    Condition.Size _,
                    Condition.SmimeIs _,
                    Condition.OriginHas _,
                    Condition.PhiHas _,
                    Condition.CameAt _ ->
                    false;
        };
    }

    /// The answer; empty where it hangs on what was not kept.
    public Optional<Match> answer(Condition condition, Address recipient) {
        return switch (condition) {
            case Condition.All(var parts) -> {
                Optional<Match> all = Optional.of(Match.YES);
                for (Condition part : parts) {
                    all = and(all, answer(part, recipient));
                }
                yield all;
            }
            case Condition.Any(var parts) -> {
                Optional<Match> none = Optional.of(Match.YES);
                for (Condition part : parts) {
                    none = and(none, answer(part, recipient).map(Match::not));
                }
                yield none.map(Match::not);
            }
            case Condition.Not(Condition part) -> answer(part, recipient).map(Match::not);
            case Condition.PhiHas _ when !known.phi() -> Optional.empty();
            case Condition.AttachmentHas _ when !known.files() -> Optional.empty();
            case Condition leaf when isUnasked(leaf, recipient) -> Optional.empty();
            case Condition leaf ->
                    asksForWords(leaf)
                            ? given.apply(leaf)
                            : Optional.of(leaf.test(facts, recipient));
        };
    }

    /// Nobody was asked about a person, or about ways to the recipient, and without it there is no
    /// answer.
    private boolean isUnasked(Condition leaf, Address recipient) {
        if (leaf instanceof Condition.RecipientChose) {
            return facts.choices().of(recipient) == Choices.Choice.NOT_ASKED;
        }
        return (leaf.questions(facts, recipient)
                                .anyMatch(
                                        it -> facts.groups().of(it) == Groups.Membership.NOT_ASKED)
                        || leaf.reachQuestions(recipient)
                                .anyMatch(it -> facts.reach().of(it) == Reach.Answer.NOT_ASKED))
                && leaf.test(facts, recipient) == Match.UNKNOWN;
    }

    /// A certain no settles it, whatever is not known beside it.
    private static Optional<Match> and(Optional<Match> one, Optional<Match> other) {
        if (one.equals(Optional.of(Match.NO)) || other.equals(Optional.of(Match.NO))) {
            return Optional.of(Match.NO);
        }
        return one.isEmpty() || other.isEmpty()
                ? Optional.empty()
                : Optional.of(one.get().and(other.get()));
    }
}
