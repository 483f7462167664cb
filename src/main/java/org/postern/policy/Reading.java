package org.postern.policy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;

/// A condition's answer in words, with the value that it saw and the answers of its parts.
///
/// @param asked the condition, such as `recipient is stmary.example`
/// @param found the value it met, such as `maria@patient.example`; empty for all, any and not
public record Reading(String asked, String found, Match match, List<Reading> parts) {
    private static final Collector<CharSequence, ?, String> OR = Collectors.joining(" or ");

    public Reading {
        parts = List.copyOf(parts);
    }

    /// Reads one condition; the answer is the condition's own, never worked out anew.
    static Reading of(Condition condition, Facts facts, Address recipient) {
        Match match = condition.test(facts, recipient);
        return switch (condition) {
            case Condition.Always() -> new Reading("every message", "", match, List.of());
            case Condition.All(List<Condition> parts) ->
                    new Reading("all of these", "", match, ofAll(parts, facts, recipient));
            case Condition.Any(List<Condition> parts) ->
                    new Reading("any of these", "", match, ofAll(parts, facts, recipient));
            case Condition.Not(Condition part) ->
                    new Reading("not", "", match, List.of(of(part, facts, recipient)));
            case Condition.RecipientIs(Who who) ->
                    leaf("recipient is " + named(who, facts), "it is " + recipient, match);
            case Condition.OriginatorIs(Who who) ->
                    leaf("originator is " + named(who, facts), originator(facts), match);
            case Condition.ListenerIs(Set<Listener> listeners) ->
                    leaf(
                            "listener is " + words(listeners),
                            "it is " + word(facts.listener()),
                            match);
            case Condition.SubjectTag(String tag) ->
                    leaf("subject has [" + tag + "]", tags(facts.subject()), match);
            case Condition.HeaderField(String name, Condition.FieldTest test) ->
                    leaf("header field " + name + " " + words(test), values(name, facts), match);
        };
    }

    /// One line, such as `recipient is stmary.example: no, it is maria@patient.example`.
    public String sentence() {
        String answer = match.matches() ? "yes" : "no";
        if (!found.isEmpty()) {
            return asked + ": " + answer + ", " + found;
        }
        if (parts.isEmpty()) {
            return asked + ": " + answer;
        }
        return parts.stream()
                .map(Reading::sentence)
                .collect(Collectors.joining("; ", asked + " (", "): " + answer));
    }

    private static List<Reading> ofAll(List<Condition> conditions, Facts facts, Address recipient) {
        return conditions.stream().map(part -> of(part, facts, recipient)).toList();
    }

    private static Reading leaf(String asked, String found, Match match) {
        return new Reading(asked, found, match, List.of());
    }

    private static String named(Who who, Facts facts) {
        return who.internal() ? who.words() + " (" + domains(facts) + ")" : who.words();
    }

    private static String domains(Facts facts) {
        return facts.internal().stream().map(Domain::name).sorted().collect(OR);
    }

    private static String originator(Facts facts) {
        return facts.originator() == null ? "it is empty" : "it is " + facts.originator();
    }

    private static String words(Set<Listener> listeners) {
        return listeners.stream().sorted().map(Reading::word).collect(OR);
    }

    private static String word(Listener listener) {
        return listener.name().toLowerCase(Locale.ROOT);
    }

    private static String words(Condition.FieldTest test) {
        return switch (test) {
            case Condition.FieldTest.Present() -> "is present";
            case Condition.FieldTest.Is(String text) -> "is \"" + text + "\"";
            case Condition.FieldTest.Contains(String text) -> "contains \"" + text + "\"";
        };
    }

    private static String tags(SubjectTags subject) {
        if (!subject.readable()) {
            return "the subject cannot be read, so every tag counts as present";
        }
        if (subject.tags().isEmpty()) {
            return "it has no tags";
        }
        return subject.tags().stream()
                .sorted()
                .map(tag -> "[" + tag + "]")
                .collect(Collectors.joining(" ", "it has ", ""));
    }

    private static String values(String name, Facts facts) {
        List<Facts.Field> fields = facts.header().named(name);
        if (!facts.header().complete()) {
            return "the header section cannot be read, so every field counts as present";
        }
        if (fields.isEmpty()) {
            return "there is none";
        }
        return fields.stream()
                .map(Reading::value)
                .collect(Collectors.joining(" and ", "it is ", ""));
    }

    private static String value(Facts.Field field) {
        return field.readable()
                ? "\"" + field.value() + "\""
                : "unreadable, so it counts as present";
    }
}
