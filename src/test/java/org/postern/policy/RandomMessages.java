package org.postern.policy;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.postern.facts.Attachment;
import org.postern.facts.Choices;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Makeup;
import org.postern.facts.Origin;
import org.postern.facts.Phi;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.facts.SubjectTags;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// Random messages: all kinds of what rules ask, readable or not, asked before or not.
final class RandomMessages {
    private static final List<String> NAMES =
            List.of("", "run.exe", "scan.pdf", "lab.pdf", "=_3f.exe");

    private final SplittableRandom random;

    RandomMessages(SplittableRandom random) {
        this.random = random;
    }

    /// Of some the directory says it, of some it cannot, and of some nobody asked it.
    private Groups groups() {
        Map<String, Map<String, Groups.Membership>> answers = new HashMap<>();
        for (String group : RandomPolicies.GROUPS) {
            Map<String, Groups.Membership> people = new HashMap<>();
            RandomPolicies.PEOPLE.forEach(person -> {
                int said = random.nextInt(5);
                people.put(
                        person.key(),
                        said == 0
                                ? Groups.Membership.UNKNOWN
                                : said < 3
                                        ? Groups.Membership.MEMBER
                                        : Groups.Membership.NOT_MEMBER);
            });
            answers.put(group, people);
        }
        return new Groups(
                answers,
                Groups.Membership.NOT_ASKED,
                Optional.of(new Groups.Trouble("It does not say it.", false)));
    }

    /// Of some it is known whether they can be reached, of some it is not, and of some nobody
    /// asked.
    private Reach reach() {
        Map<Means, Map<String, Reach.Answer>> answers = new EnumMap<>(Means.class);
        for (Means means : Means.values()) {
            Map<String, Reach.Answer> people = new HashMap<>();
            RandomPolicies.PEOPLE.forEach(person -> {
                Reach.Answer said = any(List.of(Reach.Answer.values()));
                if (said != Reach.Answer.SEEMS_NOT) {
                    people.put(person.key(), said);
                }
            });
            answers.put(means, people);
        }
        return new Reach(answers, Reach.Answer.NOT_ASKED, Optional.of("It is not known."));
    }

    /// Of some it is on record, of some it cannot be read, and of some nobody looked.
    private Choices choices() {
        Map<String, Choices.Choice> answers = new HashMap<>();
        RandomPolicies.PEOPLE.forEach(person ->
                answers.put(
                        person.key(),
                        switch (random.nextInt(5)) {
                            case 0 -> Choices.Choice.UNKNOWN;
                            case 1, 2 -> Choices.Choice.ORDINARY_MAIL;
                            default -> Choices.Choice.NONE;
                        }));
        return new Choices(answers, Choices.Choice.NOT_ASKED);
    }

    /// What is known of a message.
    Facts facts() {
        List<Facts.Field> one =
                List.of(
                        new Facts.Field(
                                "x-" + any(RandomPolicies.WORDS),
                                subject(),
                                random.nextInt(4) != 0));
        Facts.Fields header =
                random.nextInt(4) == 0 ? Facts.Fields.incomplete(one) : Facts.Fields.of(one);
        List<Attachment> files =
                random.nextBoolean()
                        ? List.of()
                        : List.of(
                                new Attachment(
                                        any(NAMES),
                                        any(RandomPolicies.KINDS),
                                        random.nextInt(4),
                                        any(List.of(Attachment.Lock.values()))));
        Makeup makeup =
                new Makeup(
                        random.nextInt(4),
                        any(List.of(SmimeLabel.values())),
                        files,
                        random.nextInt(4) != 0);
        return new Facts(
                entry(),
                RandomPolicies.PEOPLE.subList(
                        0, random.nextInt(1, RandomPolicies.PEOPLE.size() + 1)),
                subjectSeen(),
                header,
                makeup,
                phi(),
                SampleFacts.INTERNAL,
                new Facts.Asked(groups(), reach(), choices()));
    }

    private Entry entry() {
        Listener door = any(RandomPolicies.DOORS);
        Optional<Origin> origin =
                door == Listener.INBOUND && random.nextInt(4) != 0
                        ? Optional.of(
                                new Origin(
                                        new Origin.Spf(
                                                any(RandomPolicies.VERDICTS),
                                                Origin.Spf.Identity.MAILFROM,
                                                null),
                                        random.nextBoolean()
                                                ? List.of()
                                                : List.of(signature(), signature()),
                                        new Origin.Dmarc(
                                                any(RandomPolicies.VERDICTS),
                                                null,
                                                Origin.Dmarc.Policy.NONE)))
                        : Optional.empty();
        return new Entry(
                door,
                random.nextInt(4) == 0 ? null : any(RandomPolicies.PEOPLE),
                null,
                SampleFacts.NOON
                        .plusDays(random.nextInt(7))
                        .withHour(random.nextInt(24))
                        .withMinute(random.nextInt(2)),
                origin);
    }

    private Origin.Dkim signature() {
        return new Origin.Dkim(any(RandomPolicies.VERDICTS), null, "", "");
    }

    private Subject subjectSeen() {
        return switch (random.nextInt(5)) {
            case 0 -> Subject.UNREADABLE;
            case 1 -> new Subject(SubjectTags.UNREADABLE, subject(), false);
            case 2 -> Subject.of(subject());
            default ->
                    Subject.of(
                            "Re: [" + any(RandomPolicies.WORDS) + "] " + any(RandomPolicies.WORDS));
        };
    }

    private String subject() {
        return any(List.of("about ", "all ")) + any(RandomPolicies.WORDS);
    }

    private Phi phi() {
        return new Phi(
                random.nextInt(4),
                random.nextInt(4),
                random.nextBoolean() ? Map.of() : Map.of(any(RandomPolicies.FOUND), 1),
                random.nextInt(3) != 0);
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
