package org.postern.explain;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.postern.cli.Console;
import org.postern.condition.Reading;
import org.postern.facts.Facts;
import org.postern.mail.Address;
import org.postern.policy.Explanation;
import org.postern.policy.Policy;
import org.postern.policy.Ruling;
import org.postern.policy.Settings;
import org.postern.reach.Choice;

/// Writes explanations for people: the facts first, then for each recipient the rules in their
/// order, each with what it asked and what it found, and the decision.
final class ExplanationText {
    private static final String HELD_FIRST =
            "A gateway holds this message for all, before any rule: ";

    private final Console console;
    private final Choices choices;
    private final Remarks remarks;

    ExplanationText(Console console, Choices choices, Remarks remarks) {
        this.console = console;
        this.choices = choices;
        this.remarks = remarks;
    }

    void show(Facts facts, List<Explanation> explanations) {
        remarks.heldFirst().ifPresent(doubt -> console.line(HELD_FIRST + doubt));
        String from =
                facts.originator() == null ? "the empty address" : facts.originator().toString();
        String listener = facts.listener().name().toLowerCase(Locale.ROOT);
        console.line(
                "From %s, by %s, %,d octets.".formatted(from, listener, facts.makeup().size()));
        console.line("Subject: " + tags(facts));
        for (Explanation explanation : explanations) {
            console.line("");
            show(explanation);
        }
        if (!choices.problem().isEmpty()) {
            console.line("");
            console.line("Which protection would be chosen is not known: " + choices.problem());
        }
        if (!choices.made().isEmpty()) {
            console.line("");
            console.line(Choices.NOT_SEEN_HERE);
        }
        if (!remarks.sentences().isEmpty()) {
            console.line("");
            remarks.sentences().forEach(console::line);
        }
    }

    private static String tags(Facts facts) {
        if (!facts.subject().tags().readable()) {
            return "cannot be read, so every tag counts as present";
        }
        return facts.subject().tags().tags().isEmpty()
                ? "no tags"
                : facts.subject().tags().tags().stream()
                        .sorted()
                        .map(tag -> "[" + tag + "]")
                        .collect(Collectors.joining(" ", "tags ", ""));
    }

    private void show(Explanation explanation) {
        Address to = explanation.ruling().recipient();
        String copy = choices.isCopy(to) ? " (a copy that a rule asks for)" : "";
        console.line("To " + console.strong(to.toString()) + copy);
        int number = 0;
        for (Explanation.Step step : explanation.steps()) {
            number++;
            boolean decides = step.rule().name().equals(explanation.ruling().rule());
            String name =
                    "%3d  %s%s"
                            .formatted(
                                    number,
                                    step.rule().name(),
                                    step.rule().observed() ? " (observed: decides nothing)" : "");
            console.line(decides ? console.strong(name) : name);
            show(step.reading(), 1);
            step.rule().used().stream()
                    .map(used -> "       where " + used.words())
                    .forEach(line -> console.line(console.faint(line)));
        }
        if (explanation.ruling().rule().equals(Policy.NO_RULE)) {
            console.line("     no rule matches");
        }
        for (Ruling.Observed observed : explanation.ruling().observed()) {
            console.line(
                    "     observed \"%s\" would decide: %s"
                            .formatted(observed.rule(), observed.decision().words()));
        }
        console.line("  => " + console.good(explanation.ruling().decision().words()));
        for (Settings.Effect effect : explanation.effects()) {
            console.line(
                    "     %s is set %s: %s"
                            .formatted(
                                    effect.word(),
                                    effect.scope().words(),
                                    effect.origin().words()));
        }
        choices.of(to).ifPresent(this::show);
    }

    private void show(Choice choice) {
        for (Choice.Step step : choice.steps()) {
            boolean chosen = step.standing() == Choice.Standing.CHOSEN;
            String words = step.protection().word() + ": " + step.standing().words();
            console.line("     " + (chosen ? console.strong(words) : words) + ", " + step.why());
        }
        String last = choice.otherwise().name().toLowerCase(Locale.ROOT);
        if (choice.isLastResort()) {
            console.line("     " + console.strong("none is possible: " + last));
        }
        choice.awaited()
                .filter(_ -> isInDoubt(choice))
                .ifPresent(it ->
                        console.line(
                                "     "
                                        + console.strong("waits for " + it.word())
                                        + ", and only when it has waited as long as mail waits: "
                                        + last));
    }

    /// What is awaited for another reason says so itself, and for how long.
    private static boolean isInDoubt(Choice choice) {
        return choice.steps().stream()
                .noneMatch(step -> step.standing() == Choice.Standing.AWAITED);
    }

    private void show(Reading reading, int depth) {
        String answer = reading.answer();
        String doubt = reading.match().doubtful() ? " (in doubt)" : "";
        String found = reading.found().isEmpty() ? "" : ", " + reading.found();
        String line =
                "  ".repeat(depth) + "     " + reading.asked() + ": " + answer + doubt + found;
        console.line(console.faint(line));
        reading.parts().forEach(part -> show(part, depth + 1));
    }
}
