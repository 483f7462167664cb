package org.postern.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.postern.condition.Comparison;
import org.postern.condition.Condition;
import org.postern.condition.FileTest;
import org.postern.condition.TextTest;
import org.postern.condition.Who;
import org.postern.facts.Attachment;
import org.postern.facts.Choices;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.FileKind;
import org.postern.facts.Groups;
import org.postern.facts.Makeup;
import org.postern.facts.Phi;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// Random rules and random messages that they are about: enough of both to meet one another.
public final class RandomPolicies {
    private static final List<Address> PEOPLE =
            List.of(
                    Address.of("anna@clinic.example"),
                    Address.of("lee@partner.example"),
                    Address.of("ward@eu.partner.example"),
                    Address.of("maria@mail.example"));

    private static final List<Address> COPIES =
            List.of(
                    Address.of("ARCHIVE@clinic.example"),
                    Address.of("archive@partner.example"),
                    Address.of("archive@mail.example"),
                    Address.of("maria@mail.example"));

    private static final List<String> GROUPS = List.of("nurses", "temps");

    private static final List<String> WORDS = List.of("secure", "lab", "leaflet");

    private final SplittableRandom random;

    public RandomPolicies(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /// Some rules.
    public Policy policy() {
        List<Rule> rules = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            rules.add(new Rule("rule " + i, condition(3), decision()));
        }
        return new Policy(rules, Map.of(), settings(), Phi.RecordForms.NONE);
    }

    private Settings settings() {
        List<Settings.Setting> all = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            Settings.Scope scope = any(List.of(Settings.Scope.values()));
            Who who =
                    new Who(
                            false,
                            Set.of(any(PEOPLE).domain()),
                            Set.of(),
                            Set.of(any(PEOPLE).key()));
            Optional<Protection.Level> level =
                    random.nextBoolean()
                            ? Optional.empty()
                            : Optional.of(any(List.of(Protection.Level.values())));
            Extras said = extras();
            all.add(
                    new Settings.Setting(
                            scope, who, level, said.fetching(), said.added(), "here:" + i));
        }
        return new Settings(all);
    }

    private Decision decision() {
        return switch (random.nextInt(5)) {
            case 0 -> new Decision.Deliver(inside(), extras());
            case 1 -> new Decision.Hold("x");
            case 2 -> new Decision.Refuse("x");
            case 3 ->
                    new Decision.Protect(
                            List.of(
                                    random.nextBoolean()
                                            ? new Protection.Pickup(
                                                    any(List.of(Protection.Level.values())))
                                            : new Protection.Tls()),
                            Decision.LastResort.HOLD,
                            extras());
            default -> new Decision.Deliver(Decision.Route.UNPROTECTED, extras());
        };
    }

    private Decision.Route inside() {
        return switch (random.nextInt(3)) {
            case 0 -> Decision.Route.MAILBOX;
            case 1 -> Decision.Route.BOTH;
            default -> Decision.Route.INTERNAL;
        };
    }

    private Extras extras() {
        List<Address> bcc = random.nextBoolean() ? List.of() : List.of(any(COPIES), any(COPIES));
        Extras.Fetching fetching =
                new Extras.Fetching(
                        random.nextBoolean()
                                ? Optional.empty()
                                : Optional.of(Duration.ofDays(random.nextInt(1, 90))),
                        random.nextBoolean() ? Optional.empty() : Optional.of("es"));
        Extras.Added added =
                random.nextBoolean()
                        ? Extras.Added.NOTHING
                        : new Extras.Added(any(List.of("", "above")), any(List.of("", "below")));
        List<Address> journal = random.nextInt(3) == 0 ? List.of(any(COPIES)) : List.of();
        return new Extras(Set.of(), Extras.Signing.AS_CONFIGURED, bcc, journal, fetching, added);
    }

    private Condition condition(int depth) {
        return switch (random.nextInt(depth > 0 ? 13 : 10)) {
            case 0 -> new Condition.SubjectTag(any(WORDS));
            case 1 ->
                    new Condition.AttachmentHas(
                            new FileTest(
                                    Set.of(any(List.of(FileKind.values()))),
                                    List.of(),
                                    Optional.empty(),
                                    false));
            case 2 ->
                    new Condition.RecipientIs(
                            new Who(
                                    random.nextBoolean(),
                                    Set.of(new Domain("partner.example")),
                                    Set.of(),
                                    Set.of()));
            case 3 ->
                    new Condition.RecipientCount(
                            new Comparison(Comparison.Sign.MORE, random.nextInt(4)));
            case 4 -> new Condition.HeaderField("X-" + any(WORDS), new TextTest.Present());
            case 5 -> new Condition.Always();
            case 6 -> new Condition.RecipientIs(inGroup());
            case 7 -> new Condition.OriginatorIs(inGroup());
            case 8 ->
                    new Condition.RecipientCan(
                            random.nextBoolean()
                                    ? Set.of(Means.values())
                                    : Set.of(any(List.of(Means.values()))));
            case 9 -> new Condition.RecipientChose(Choices.Channel.ORDINARY_MAIL);
            case 10 -> new Condition.Not(condition(depth - 1));
            case 11 -> new Condition.All(List.of(condition(depth - 1), condition(depth - 1)));
            default -> new Condition.Any(List.of(condition(depth - 1), condition(depth - 1)));
        };
    }

    private Who inGroup() {
        Who named = new Who(random.nextInt(4) == 0, Set.of(), Set.of(), Set.of());
        return named.with(
                List.of(), random.nextBoolean() ? Set.copyOf(GROUPS) : Set.of(any(GROUPS)));
    }

    /// Of some the directory says it, of some it cannot, and of some nobody asked it.
    private Groups groups() {
        Map<String, Map<String, Groups.Membership>> answers = new HashMap<>();
        for (String group : GROUPS) {
            Map<String, Groups.Membership> people = new HashMap<>();
            PEOPLE.forEach(person -> {
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
            PEOPLE.forEach(person -> {
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
        PEOPLE.forEach(person ->
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
    public Facts facts() {
        Entry entry = SampleFacts.entry(Listener.SUBMISSION, PEOPLE.getFirst());
        Subject subject =
                random.nextInt(4) == 0
                        ? Subject.UNREADABLE
                        : Subject.of("Re: [" + any(WORDS) + "] " + any(WORDS));
        List<Facts.Field> one = List.of(new Facts.Field("x-" + any(WORDS), "y", true));
        Facts.Fields header =
                random.nextInt(4) == 0 ? Facts.Fields.incomplete(one) : Facts.Fields.of(one);
        List<Attachment> files =
                random.nextBoolean()
                        ? List.of()
                        : List.of(
                                new Attachment(
                                        "x",
                                        any(List.of(FileKind.values())),
                                        1,
                                        Attachment.Lock.OPEN));
        Makeup makeup = new Makeup(1, SmimeLabel.NONE, files, random.nextInt(4) != 0);
        return new Facts(
                entry,
                PEOPLE.subList(0, random.nextInt(1, PEOPLE.size() + 1)),
                subject,
                header,
                makeup,
                SampleFacts.NO_PHI,
                SampleFacts.INTERNAL,
                new Facts.Asked(groups(), reach(), choices()));
    }

    /// An address that rules may send copies to.
    Address copy() {
        return any(COPIES);
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
