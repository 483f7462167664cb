package org.postern.condition;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Attachment;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Makeup;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.facts.SubjectTags;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;

/// A condition's answer in words, with the value that it saw and the answers of its parts.
///
/// @param asked the condition, such as `recipient is stmary.example`
/// @param found the value it met, such as `maria@patient.example`; empty for all, any and not. The
///   words of a subject and the names of files are never among them.
public record Reading(String asked, String found, Match match, List<Reading> parts) {
    public Reading {
        parts = List.copyOf(parts);
    }

    /// Reads one condition; the answer is the condition's own, never worked out anew.
    public static Reading of(Condition condition, Facts facts, Address recipient) {
        return new Reading(
                asked(condition, facts.internal()),
                found(condition, facts, recipient),
                condition.test(facts, recipient),
                condition.inside().stream().map(part -> of(part, facts, recipient)).toList());
    }

    /// One line, such as `recipient is stmary.example: no, it is maria@patient.example`.
    public String sentence() {
        String answer = answer();
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

    /// `yes`, `no` or `not known`.
    public String answer() {
        return switch (match) {
            case YES, DOUBTFUL_YES -> "yes";
            case NO, DOUBTFUL_NO -> "no";
            case UNKNOWN -> "not known";
        };
    }

    /// What a condition asks, in one line, whatever it is asked about. Two conditions of which one
    /// line is said ask the same.
    public static String words(Condition condition) {
        List<Condition> inside = condition.inside();
        String asked = asked(condition, Set.of());
        return inside.isEmpty()
                ? asked
                : inside.stream()
                        .map(Reading::words)
                        .collect(Collectors.joining("; ", asked + " (", ")"));
    }

    /// @param internal the clinic's own domains; empty where it does not matter which they are
    private static String asked(Condition condition, Set<Domain> internal) {
        return switch (condition) {
            case Condition.Always() -> "every message";
            case Condition.All _ -> "all of these";
            case Condition.Any _ -> "any of these";
            case Condition.Not _ -> "not";
            case Condition.RecipientIs(Who who) -> "recipient is " + named(who, internal);
            case Condition.RecipientCan(Set<Means> means) ->
                    "recipient can get " + Words.or(means.stream().sorted().map(Means::word));
            case Condition.RecipientChose(Choices.Channel channel) ->
                    "recipient chose " + channel.word();
            case Condition.OriginatorIs(Who who) -> "originator is " + named(who, internal);
            case Condition.ListenerIs(Set<Listener> listeners) ->
                    "listener is " + Words.or(listeners.stream().sorted().map(Reading::word));
            case Condition.SubjectTag(String tag) -> "subject has [" + tag + "]";
            case Condition.SubjectText(TextTest test) -> "subject " + test.words();
            case Condition.HeaderField(String name, TextTest test) ->
                    "header field " + name + " " + test.words();
            case Condition.RecipientCount(Comparison count) -> "recipients " + count.words();
            case Condition.Size(Comparison octets) -> "size " + octets.sizeWords();
            case Condition.AttachmentHas(FileTest test) -> "attachment " + test.words();
            case Condition.SmimeIs(Set<SmimeLabel> labels) ->
                    "S/MIME is " + Words.or(labels.stream().sorted().map(SmimeLabel::word));
            case Condition.OriginHas(OriginTest test) -> "authentication says " + test.words();
            case Condition.PhiHas(PhiTest test) -> "PHI " + test.words();
            case Condition.CameAt(TimeTest test) -> "it came " + test.words();
        };
    }

    private static String found(Condition condition, Facts facts, Address recipient) {
        return switch (condition) {
            case Condition.Always _, Condition.All _, Condition.Any _, Condition.Not _ -> "";
            case Condition.RecipientIs(Who who) -> person(who, facts, recipient);
            case Condition.RecipientCan(Set<Means> means) ->
                    means.stream()
                            .sorted()
                            .map(each -> means(each, facts.reach().of(each, recipient)))
                            .collect(Collectors.joining(", "));
            case Condition.RecipientChose _ -> chosen(facts.choices().of(recipient), recipient);
            case Condition.OriginatorIs(Who who) -> person(who, facts, facts.originator());
            case Condition.ListenerIs _ -> "it is " + word(facts.listener());
            case Condition.SubjectTag _ -> tags(facts.subject().tags());
            case Condition.SubjectText _ ->
                    facts.subject().readable()
                            ? ""
                            : "the subject cannot be read, so every word counts as present";
            case Condition.HeaderField(String name, TextTest _) -> values(name, facts);
            case Condition.RecipientCount _ -> "there are " + facts.recipients().size();
            case Condition.Size _ -> "it has " + Words.size(facts.makeup().size());
            case Condition.AttachmentHas _ -> files(facts.makeup());
            case Condition.SmimeIs _ -> "it says " + facts.makeup().label().word();
            case Condition.OriginHas _ -> OriginTest.found(facts.entry().origin());
            case Condition.PhiHas _ -> PhiTest.found(facts.phi());
            case Condition.CameAt _ ->
                    "it came on "
                            + TimeTest.word(facts.entry().at().getDayOfWeek())
                            + " at "
                            + facts.entry().at().toLocalTime().withSecond(0).withNano(0);
        };
    }

    private static String person(Who who, Facts facts, @Nullable Address address) {
        return address == null
                ? "it is empty"
                : who.groups().stream()
                        .sorted()
                        .map(group -> member(group, facts.groups().of(group, address)))
                        .collect(Collectors.joining("", "it is " + address, ""));
    }

    private static String member(String group, Groups.Membership membership) {
        return switch (membership) {
            case MEMBER -> ", of group " + group;
            case NOT_MEMBER -> ", not of group " + group;
            case UNKNOWN -> ", and the directory could not say whether of group " + group;
            case NOT_ASKED -> ", and nobody was asked whether of group " + group;
        };
    }

    private static String means(Means means, Reach.Answer answer) {
        String word = means.word();
        return switch (answer) {
            case CAN -> word + " is possible";
            case CANNOT -> word + " is not possible";
            case SEEMS_NOT -> word + " is not possible as far as is known";
            case UNKNOWN -> "whether " + word + " is possible is not known now";
            case NOT_ASKED -> "nobody was asked whether " + word + " is possible";
        };
    }

    private static String chosen(Choices.Choice choice, Address recipient) {
        return switch (choice) {
            case ORDINARY_MAIL -> "the choice of " + recipient + " is on record";
            case NONE -> "no choice of " + recipient + " is on record";
            case UNKNOWN -> "the record of what " + recipient + " chose could not be read";
            case NOT_ASKED -> "nobody looked up what " + recipient + " chose";
        };
    }

    private static String named(Who who, Set<Domain> internal) {
        return who.internal() && !internal.isEmpty()
                ? who.words() + " (" + Words.or(internal.stream().map(Domain::name).sorted()) + ")"
                : who.words();
    }

    private static String word(Listener listener) {
        return listener.name().toLowerCase(Locale.ROOT);
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
        if (!facts.header().complete()) {
            return "the header section cannot be read, so every field counts as present";
        }
        if (facts.header().named(name).isEmpty()) {
            return "there is none";
        }
        return facts.header().named(name).stream()
                .map(Reading::value)
                .collect(Collectors.joining(" and ", "it is ", ""));
    }

    private static String value(Facts.Field field) {
        return field.readable()
                ? "\"" + field.value() + "\""
                : "unreadable, so it counts as present";
    }

    private static String files(Makeup makeup) {
        if (!makeup.complete()) {
            return "not all can be seen, so any may be there";
        }
        return makeup.attachments().isEmpty()
                ? "there is none"
                : makeup.attachments().stream()
                        .map(Reading::file)
                        .collect(Collectors.joining(" and ", "there is ", ""));
    }

    private static String file(Attachment file) {
        String lock =
                switch (file.lock()) {
                    case OPEN -> "";
                    case LOCKED -> " under a password";
                    case UNKNOWN -> " that may be under a password";
                };
        return file.kind().word() + " of " + Words.size(file.octets()) + lock;
    }
}
