package org.postern.policy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.postern.condition.Comparison;
import org.postern.condition.Condition;
import org.postern.condition.FileTest;
import org.postern.condition.NamePattern;
import org.postern.condition.OriginTest;
import org.postern.condition.PhiTest;
import org.postern.condition.TextTest;
import org.postern.condition.TimeTest;
import org.postern.condition.Who;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.facts.FileKind;
import org.postern.facts.Origin;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;

/// Random rules and random messages that they are about: enough of both to meet one another.
public final class RandomPolicies {
    static final List<Address> PEOPLE =
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

    static final List<String> GROUPS = List.of("nurses", "temps");

    static final List<String> WORDS = List.of("secure", "lab", "leaflet");

    static final List<Listener> DOORS =
            List.of(Listener.SUBMISSION, Listener.RELAY, Listener.INBOUND);

    static final List<FileKind> KINDS = List.of(FileKind.values());

    /// Fewer than all, so that files of other kinds are met.
    private static final List<FileKind> OTHER_KINDS = List.of(FileKind.PDF, FileKind.ZIP);

    static final List<Origin.Verdict> VERDICTS =
            List.of(Origin.Verdict.NONE, Origin.Verdict.PASS, Origin.Verdict.FAIL);

    static final List<PhiKind> FOUND = List.of(PhiKind.MRN, PhiKind.ICD, PhiKind.NAME);

    /// Conditions that hold no others.
    private static final int LEAVES = 20;

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
                            scope,
                            who,
                            level,
                            said.fetching(),
                            said.added(),
                            duties(),
                            new org.postern.variable.Origin("here:" + i, List.of())));
        }
        return new Settings(all);
    }

    private Extras.Duties duties() {
        return new Extras.Duties(
                random.nextInt(4) == 0,
                random.nextInt(3) == 0 ? List.of(any(COPIES), any(COPIES)) : List.of(),
                random.nextInt(3) == 0 ? List.of(any(COPIES)) : List.of(),
                Optional.empty());
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
        return switch (random.nextInt(depth > 0 ? LEAVES + 3 : LEAVES)) {
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
            case 3 -> new Condition.RecipientCount(comparison(4));
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
            case 10 -> new Condition.ListenerIs(Set.of(any(DOORS)));
            case 11 -> new Condition.SubjectText(text());
            case 12 -> new Condition.HeaderField("X-" + any(WORDS), text());
            case 13 -> new Condition.Size(comparison(4));
            case 14 -> new Condition.AttachmentHas(file());
            case 15 -> new Condition.SmimeIs(Set.of(any(List.of(SmimeLabel.values()))));
            case 16 -> new Condition.OriginHas(new OriginTest(verdicts(), verdicts(), verdicts()));
            case 17 -> new Condition.PhiHas(phiTest());
            case 18 -> new Condition.CameAt(new TimeTest(days(), hour(), hour()));
            case 19 -> new Condition.RecipientIs(listed());
            case LEAVES -> new Condition.Not(condition(depth - 1));
            case LEAVES + 1 ->
                    new Condition.All(List.of(condition(depth - 1), condition(depth - 1)));
            default -> new Condition.Any(List.of(condition(depth - 1), condition(depth - 1)));
        };
    }

    private Comparison comparison(int most) {
        return new Comparison(any(List.of(Comparison.Sign.values())), random.nextInt(most));
    }

    private <T> Optional<T> perhaps(T value) {
        return random.nextBoolean() ? Optional.of(value) : Optional.empty();
    }

    private TextTest text() {
        return switch (random.nextInt(3)) {
            case 0 -> new TextTest.Contains(any(WORDS));
            case 1 -> new TextTest.Is("about " + any(WORDS));
            default -> TextTest.Matches.of("^about (lab|leaf)");
        };
    }

    private FileTest file() {
        return new FileTest(
                random.nextBoolean() ? Set.of() : Set.of(any(OTHER_KINDS)),
                random.nextBoolean()
                        ? List.of()
                        : List.of(NamePattern.of(any(List.of("*.exe", "s*n.pdf", "lab.pdf")))),
                perhaps(comparison(4)),
                random.nextInt(3) == 0);
    }

    private Set<Origin.Verdict> verdicts() {
        return random.nextBoolean() ? Set.of() : Set.of(any(VERDICTS));
    }

    private PhiTest phiTest() {
        return new PhiTest(
                perhaps(comparison(4)),
                perhaps(comparison(4)),
                random.nextBoolean() ? Set.of() : Set.of(any(FOUND)),
                random.nextInt(3) == 0);
    }

    private Set<DayOfWeek> days() {
        return random.nextBoolean() ? Set.of() : Set.of(any(List.of(DayOfWeek.values())));
    }

    private LocalTime hour() {
        return LocalTime.of(random.nextInt(24), random.nextInt(2));
    }

    private Who listed() {
        Who in = new Who(false, Set.of(any(PEOPLE).domain()), Set.of(), Set.of());
        return new Who(
                        false,
                        Set.of(),
                        Set.of(new Domain("partner.example")),
                        Set.of(any(PEOPLE).key()))
                .with(List.of(new Who.Listed("lists/some.txt", in)), Set.of());
    }

    private Who inGroup() {
        Who named = new Who(random.nextInt(4) == 0, Set.of(), Set.of(), Set.of());
        return named.with(
                List.of(), random.nextBoolean() ? Set.copyOf(GROUPS) : Set.of(any(GROUPS)));
    }

    /// What is known of a message.
    public Facts facts() {
        return new RandomMessages(random).facts();
    }

    /// An address that rules may send copies to.
    Address copy() {
        return any(COPIES);
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
