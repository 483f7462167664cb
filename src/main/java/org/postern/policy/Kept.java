package org.postern.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.condition.Condition;
import org.postern.condition.Match;
import org.postern.condition.Reading;
import org.postern.condition.Recallable;
import org.postern.facts.Attachment;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Makeup;
import org.postern.facts.Origin;
import org.postern.facts.Phi;
import org.postern.facts.Reach;
import org.postern.facts.SmimeLabel;

/// What is kept of a message's facts, so that other rules can be asked about it later. No word of
/// it and no name of a file: of a condition on those the answer is kept, under a name of its own.
///
/// @param at the clinic's clock on the wall, to the minute
/// @param files kinds, sizes and locks, without names; empty where no rule asked
/// @param phi kinds, score and patients; empty where no rule asked
/// @param forms a name of the forms by which record numbers were known then; empty for none
/// @param asked what others said then about people, as far as rules asked
/// @param answers to what the rules in force asked of texts and names
public record Kept(
        LocalDateTime at,
        SmimeLabel label,
        Optional<Makeup> files,
        Optional<Phi> phi,
        String forms,
        Optional<Origin> origin,
        Facts.Asked asked,
        Map<String, Match> answers) {
    /// Files of one message; of more nothing is kept.
    static final int FILES_MAX = 100;

    /// Answers of one message. What was asked besides is not known later.
    static final int ANSWERS_MAX = 200;

    /// Memberships of one message, choices, and answers about ways to recipients; of more nothing
    /// is kept.
    static final int MEMBERSHIPS_MAX = 2_000;

    private static final int NAME_OCTETS = 8;

    public Kept {
        answers = Map.copyOf(answers);
    }

    /// The conditions of some rules whose answers are kept, by the names of these.
    static Map<String, Condition> asked(List<Rule> rules) {
        Map<String, Condition> asked = new LinkedHashMap<>();
        rules.stream()
                .flatMap(rule -> leaves(rule.when()))
                .filter(Recallable::asksForWords)
                .limit(ANSWERS_MAX)
                .forEach(leaf -> nameOf(leaf).ifPresent(name -> asked.putIfAbsent(name, leaf)));
        return asked;
    }

    /// A defect of a condition that decided nothing must not keep the message out: what it would
    /// have said is not known later.
    private static Optional<Match> asked(Condition leaf, Facts facts) {
        try {
            return Optional.of(leaf.test(facts, facts.recipients().getFirst()));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /// Empty for a condition with a defect, which holds what it is asked about.
    private static Optional<String> nameOf(Condition leaf) {
        try {
            return Optional.of(name(leaf));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Stream<Condition> leaves(Condition condition) {
        List<Condition> inside = condition.inside();
        return inside.isEmpty() ? Stream.of(condition) : inside.stream().flatMap(Kept::leaves);
    }

    /// What is kept of a message about which a policy was asked.
    public static Kept of(Facts facts, Policy policy) {
        Map<String, Match> answers = new LinkedHashMap<>();
        policy.wordsAsked()
                .forEach((name, leaf) ->
                        asked(leaf, facts).ifPresent(match -> answers.put(name, match)));
        Makeup makeup = facts.makeup();
        boolean files = policy.asksForFiles() && makeup.attachments().size() <= FILES_MAX;
        return new Kept(
                facts.entry().at().truncatedTo(ChronoUnit.MINUTES),
                makeup.label(),
                files ? Optional.of(nameless(makeup)) : Optional.empty(),
                policy.asksForPhi() ? Optional.of(facts.phi()) : Optional.empty(),
                policy.recordForms().name(),
                facts.entry().origin(),
                new Facts.Asked(
                        groups(facts, policy), reach(facts, policy), choices(facts, policy)),
                answers);
    }

    private static Groups groups(Facts facts, Policy policy) {
        int count = facts.groups().answers().values().stream().mapToInt(Map::size).sum();
        return policy.asksForGroups() && count <= MEMBERSHIPS_MAX
                ? facts.groups()
                : Groups.NOT_ASKED;
    }

    private static Choices choices(Facts facts, Policy policy) {
        return policy.asksForChoices() && facts.choices().answers().size() <= MEMBERSHIPS_MAX
                ? facts.choices()
                : Choices.NOT_ASKED;
    }

    private static Reach reach(Facts facts, Policy policy) {
        int count = facts.reach().answers().values().stream().mapToInt(Map::size).sum();
        return policy.asksForReach() && count <= MEMBERSHIPS_MAX ? facts.reach() : Reach.NOT_ASKED;
    }

    private static Makeup nameless(Makeup makeup) {
        List<Attachment> files =
                makeup.attachments().stream()
                        .map(each -> new Attachment("", each.kind(), each.octets(), each.lock()))
                        .toList();
        return new Makeup(makeup.size(), makeup.label(), files, makeup.complete());
    }

    /// The answer that was given then; empty where it was not asked.
    public Optional<Match> answer(Condition leaf) {
        return Optional.ofNullable(answers.get(name(leaf)));
    }

    /// Names a condition by what it asks, so that rules of any file find it again.
    static String name(Condition leaf) {
        try {
            byte[] words = Reading.words(leaf).getBytes(StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(words);
            return HexFormat.of().formatHex(hash, 0, NAME_OCTETS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// What it knows is about somebody, and a log has no use for it.
    @Override
    public String toString() {
        return "Kept[" + answers.size() + " answers]";
    }
}
