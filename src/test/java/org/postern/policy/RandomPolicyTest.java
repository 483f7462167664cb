package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.postern.condition.Comparison;
import org.postern.condition.Condition;
import org.postern.condition.FileTest;
import org.postern.condition.TextTest;
import org.postern.condition.Who;
import org.postern.facts.Attachment;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.FileKind;
import org.postern.facts.Makeup;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// A hundred thousand random policies over random messages decide as a second, simple evaluator
/// does: whether each condition can be true, and whether it can be false, where what is in doubt
/// can be both (Kleene's logic); and for the decision, whether it is true if all that is in doubt
/// is there.
class RandomPolicyTest {
    private static final int POLICIES = 100_000;
    private static final long SEED = 20_261_127;

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

    private static final List<String> WORDS = List.of("secure", "lab", "leaflet");

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void decisionsAreThoseOfASecondEvaluator() {
        for (int i = 0; i < POLICIES; i++) {
            Policy policy = policy();
            Facts facts = facts();
            Ruling all = policy.rule(facts);
            assertEquals(copies(policy, facts), said(all.copies()), "policy " + i);
            String later = policy.ruleCopy(facts, any(COPIES)).decision().words();
            assertFalse(later.startsWith("deliver: unprotected"), later);
            assertFalse(later.contains("pickup"), later);
            for (Ruling.ForRecipient ruling : all.recipients()) {
                String said = ruling.rule() + " " + kind(ruling.decision());
                assertEquals(expected(policy, facts, ruling.recipient()), said, "policy " + i);
                assertEquals(ruling, policy.explain(facts, ruling.recipient()).ruling());
            }
        }
    }

    private static Map<String, String> said(List<Ruling.ForRecipient> rulings) {
        Map<String, String> said = new TreeMap<>();
        rulings.forEach(each -> {
            assertEquals(List.of(), each.decision().extras().map(Extras::bcc).orElse(List.of()));
            said.put(each.recipient().key(), each.rule() + " " + kind(each.decision()));
        });
        return said;
    }

    /// Whoever is named by the deciding rule of somebody gets a copy, once. It is decided about as
    /// any mail is; it goes in clear only beside others in clear, and never waits to be fetched.
    private static Map<String, String> copies(Policy policy, Facts facts) {
        Map<String, String> copies = new TreeMap<>();
        boolean clear = true;
        for (Address to : facts.recipients()) {
            String[] expected = expected(policy, facts, to).split(" (?=[a-z]+$)");
            for (Rule rule : policy.rules()) {
                List<Address> bcc = rule.then().extras().map(Extras::bcc).orElse(List.of());
                if (rule.name().equals(expected[0]) && !expected[1].equals("hold")) {
                    bcc.forEach(each -> copies.put(each.key(), ""));
                    clear &= bcc.isEmpty() || rule.then().words().startsWith("deliver: unpr");
                }
            }
        }
        facts.recipients().forEach(each -> copies.remove(each.key()));
        for (String key : List.copyOf(copies.keySet())) {
            String expected = expected(policy, facts, Address.of(key));
            boolean open = isRule(policy, expected, "deliver: unprotected") && !clear;
            boolean gone = isRule(policy, expected, "protect: [pickup]") || isRefused(expected);
            copies.put(key, open || gone ? expected.replaceAll(" [a-z]+$", " hold") : expected);
        }
        return copies;
    }

    private static boolean isRefused(String expected) {
        return expected.endsWith(" refuse");
    }

    /// Whether that rule decides it, and as its words begin.
    private static boolean isRule(Policy policy, String expected, String words) {
        return policy.rules().stream()
                .filter(rule -> expected.equals(rule.name() + " " + kind(rule.then())))
                .anyMatch(rule -> rule.then().words().startsWith(words));
    }

    private static String expected(Policy policy, Facts facts, Address to) {
        boolean doubted = false;
        for (Rule rule : policy.rules()) {
            doubted |= can(true, rule.when(), facts, to) && can(false, rule.when(), facts, to);
            if (!holds(rule.when(), facts, to)) {
                continue;
            }
            boolean doubt = doubted;
            boolean internal = to.domain().name().equals("clinic.example");
            return rule.name()
                    + switch (rule.then()) {
                        case Decision.Deliver(Decision.Route route, _)
                                when route == Decision.Route.INTERNAL ->
                                internal ? " deliver" : " hold";
                        case Decision.Deliver _ -> doubt ? " hold" : " deliver";
                        case Decision.Refuse _ when doubt -> " hold";
                        case Decision decision -> " " + kind(decision);
                    };
        }
        return Policy.NO_RULE + " hold";
    }

    private static boolean holds(Condition condition, Facts facts, Address to) {
        return switch (condition) {
            case Condition.All(List<Condition> parts) ->
                    parts.stream().allMatch(part -> holds(part, facts, to));
            case Condition.Any(List<Condition> parts) ->
                    parts.stream().anyMatch(part -> holds(part, facts, to));
            case Condition.Not(Condition part) -> !holds(part, facts, to);
            case Condition leaf -> isSeen(leaf, facts, to) || isHidden(leaf, facts);
        };
    }

    private static boolean can(boolean be, Condition condition, Facts facts, Address to) {
        return switch (condition) {
            case Condition.All(List<Condition> parts) ->
                    be
                            ? parts.stream().allMatch(part -> can(true, part, facts, to))
                            : parts.stream().anyMatch(part -> can(false, part, facts, to));
            case Condition.Any(List<Condition> parts) ->
                    be
                            ? parts.stream().anyMatch(part -> can(true, part, facts, to))
                            : parts.stream().allMatch(part -> can(false, part, facts, to));
            case Condition.Not(Condition part) -> can(!be, part, facts, to);
            case Condition leaf ->
                    be == isSeen(leaf, facts, to)
                            || (!isSeen(leaf, facts, to) && isHidden(leaf, facts));
        };
    }

    /// What the condition asks for is there.
    private static boolean isSeen(Condition leaf, Facts facts, Address to) {
        return switch (leaf) {
            case Condition.SubjectTag(String tag) ->
                    facts.subject().text().contains("[" + tag + "]");
            case Condition.AttachmentHas(FileTest test) ->
                    facts.makeup().attachments().stream()
                            .anyMatch(file -> test.kinds().contains(file.kind()));
            case Condition.RecipientIs(Who who) ->
                    (who.internal() && to.domain().name().equals("clinic.example"))
                            || who.domains().contains(to.domain());
            case Condition.RecipientCount(Comparison count) ->
                    facts.recipients().size() > count.than();
            case Condition.HeaderField(String name, TextTest _) ->
                    !facts.header().named(name).isEmpty();
            case Condition.Always() -> true;
            case Condition other -> throw new AssertionError("not made here: " + other);
        };
    }

    /// It may be there, where it was not seen.
    private static boolean isHidden(Condition leaf, Facts facts) {
        return switch (leaf) {
            case Condition.SubjectTag _ -> !facts.subject().readable();
            case Condition.AttachmentHas _ -> !facts.makeup().complete();
            case Condition.HeaderField _ -> !facts.header().complete();
            case Condition _ -> false;
        };
    }

    private static String kind(Decision decision) {
        return decision.words().split(":", 2)[0];
    }

    private Policy policy() {
        List<Rule> rules = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            rules.add(new Rule("rule " + i, condition(3), decision()));
        }
        return new Policy(rules);
    }

    private Decision decision() {
        return switch (random.nextInt(5)) {
            case 0 -> new Decision.Deliver(Decision.Route.INTERNAL, extras());
            case 1 -> new Decision.Hold("x");
            case 2 -> new Decision.Refuse("x");
            case 3 ->
                    new Decision.Protect(
                            List.of(
                                    random.nextBoolean()
                                            ? new Protection.Pickup()
                                            : new Protection.Tls()),
                            Decision.LastResort.HOLD,
                            extras());
            default -> new Decision.Deliver(Decision.Route.UNPROTECTED, extras());
        };
    }

    private Extras extras() {
        List<Address> bcc = random.nextBoolean() ? List.of() : List.of(any(COPIES), any(COPIES));
        return new Extras(Set.of(), Extras.Signing.AS_CONFIGURED, bcc);
    }

    private Condition condition(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
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
            case 6 -> new Condition.Not(condition(depth - 1));
            case 7 -> new Condition.All(List.of(condition(depth - 1), condition(depth - 1)));
            default -> new Condition.Any(List.of(condition(depth - 1), condition(depth - 1)));
        };
    }

    private Facts facts() {
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
                SampleFacts.INTERNAL);
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
