package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.condition.Condition;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.mail.Address;
import org.postern.spool.QueuedMessage;

/// A hundred thousand random policies over random messages decide as a second, simple evaluator
/// does: whether each condition can be true, and whether it can be false, where what is in doubt
/// can be both (Kleene's logic); and for the decision, whether it is true if all that is in doubt
/// is there.
class RandomPolicyTest {
    /// The stricter the later.
    private static final List<String> LEVELS = List.of("open", "normal", "sensitive");

    private static final int POLICIES = 100_000;
    private static final long SEED = 20_261_127;

    private final RandomPolicies random = new RandomPolicies(SEED);

    @Test
    void decisionsAreThoseOfASecondEvaluator() {
        for (int i = 0; i < POLICIES; i++) {
            Policy policy = random.policy();
            Facts facts = random.facts();
            Ruling all = policy.rule(facts);
            assertEquals(copies(policy, facts), said(all.copies()), "policy " + i);
            String later = policy.ruleCopy(facts, random.copy(), false).decision().words();
            assertFalse(later.startsWith("deliver: unprotected"), later);
            assertFalse(later.contains("pickup"), later);
            for (Ruling.ForRecipient ruling : all.recipients()) {
                String said = ruling.rule() + " " + kind(ruling.decision());
                assertEquals(expected(policy, facts, ruling.recipient()), said, "policy " + i);
                ruling.decision()
                        .extras()
                        .ifPresent(_ ->
                                assertEquals(
                                        settled(policy, ruling.recipient(), ruling.rule()),
                                        ruling.decision().words()));
                assertEquals(ruling, policy.explain(facts, ruling.recipient()).ruling());
            }
        }
    }

    private static int rank(Protection.Level level) {
        return LEVELS.indexOf(level.word());
    }

    /// What the rule says, and where it says nothing the first setting of the narrowest scope that
    /// does.
    private static String settled(Policy policy, Address to, String name) {
        Decision then =
                policy.rules().stream()
                        .filter(rule -> rule.name().equals(name))
                        .map(Rule::then)
                        .findFirst()
                        .orElseThrow();
        List<Settings.Setting> chain = chain(policy, to);
        String expiry = "";
        String language = "";
        String banner = "";
        String note = "";
        String said = then.words();
        boolean pickup = said.startsWith("protect: [pickup]");
        boolean outside = !said.matches("deliver: (internal|mailbox|both).*");
        Protection.Level set = null;
        for (Settings.Setting each : chain) {
            String words = Extras.NONE.with(each.fetching()).with(each.added()).words();
            expiry = pickup && expiry.isEmpty() ? piece(words, "expiry") : expiry;
            language = pickup && language.isEmpty() ? piece(words, "language") : language;
            banner = outside && banner.isEmpty() ? piece(words, "banner") : banner;
            note = outside && note.isEmpty() ? piece(words, "note") : note;
            Protection.Level own = each.level().orElse(null);
            set = set == null || (own != null && rank(own) > rank(set)) ? own : set;
        }
        String level = piece(said, "level").isEmpty() ? ", level: normal" : piece(said, "level");
        int ruled = LEVELS.indexOf(level.replace(", level: ", ""));
        if (pickup && set != null && rank(set) > ruled) {
            level = ", level: " + set.word();
        }
        String rest = said;
        for (String key : List.of("level", "expiry", "language", "banner", "note")) {
            rest = rest.replace(piece(said, key), "");
        }
        int bcc = first(rest, ", bcc", ", journal");
        String head = bcc < 0 ? rest : rest.substring(0, bcc);
        boolean signs = chain.stream().anyMatch(each -> each.duties().sign());
        String tail =
                (signs && outside && !pickup ? ", sign: true" : "")
                        + named("bcc", added(policy, to, then, Extras::bcc))
                        + named("journal", added(policy, to, then, Extras::journal));
        return head
                + (pickup && !level.endsWith("normal") ? level : "")
                + tail
                + or(piece(said, "expiry"), expiry)
                + or(piece(said, "language"), language)
                + or(piece(said, "banner"), banner)
                + or(piece(said, "note"), note);
    }

    private static List<Settings.Setting> chain(Policy policy, Address to) {
        List<Settings.Setting> chain = new ArrayList<>();
        for (Settings.Scope scope : Settings.Scope.values()) {
            for (Settings.Setting each : policy.settings().all()) {
                boolean hers =
                        each.who().addresses().contains(to.key())
                                || each.who().domains().contains(to.domain());
                if (each.scope() == scope && (scope == Settings.Scope.CLINIC || hers)) {
                    chain.add(each);
                }
            }
        }
        return chain;
    }

    /// Copies that a rule asks for, and those that person, domain and clinic add.
    private static List<Address> added(
            Policy policy, Address to, Decision then, Function<Extras, List<Address>> of) {
        if (then.extras().isEmpty()) {
            return List.of();
        }
        List<Address> all = new ArrayList<>(of.apply(then.extras().get()));
        Set<Settings.Scope> said = new HashSet<>();
        for (Settings.Setting each : chain(policy, to)) {
            List<Address> more = of.apply(each.duties().besides(Extras.NONE));
            if (!more.isEmpty() && said.add(each.scope())) {
                List<Address> before = List.copyOf(all);
                more.stream().filter(it -> !before.contains(it)).forEach(all::add);
            }
        }
        return all;
    }

    private static String named(String key, List<Address> people) {
        return people.isEmpty() ? "" : ", " + key + ": " + people;
    }

    private static int first(String words, String... parts) {
        return Stream.of(parts).mapToInt(words::indexOf).filter(at -> at >= 0).min().orElse(-1);
    }

    private static String or(String first, String second) {
        return first.isEmpty() ? second : first;
    }

    /// That key with its value, and the comma before it.
    private static String piece(String words, String key) {
        Matcher found = Pattern.compile(", " + key + ": (\"[^\"]*\"|[^,]*)").matcher(words);
        return found.find() ? found.group() : "";
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
            String[] expected = expected(policy, facts, to).split(" (?=[a-z]+$)", -1);
            for (Rule rule : policy.rules()) {
                List<Address> bcc = added(policy, to, rule.then(), Extras::bcc);
                if (rule.name().equals(expected[0]) && !expected[1].equals("hold")) {
                    bcc.forEach(each -> copies.put(each.key(), ""));
                    clear &= bcc.isEmpty() || rule.then().words().startsWith("deliver: unpr");
                }
            }
        }
        // Every archive of a rule that decides, or would behind what holds the message.
        Set<String> archives = new TreeSet<>();
        for (Address to : facts.recipients()) {
            if (!isRefused(expected(policy, facts, to))) {
                besides(policy, facts, to, Extras::journal)
                        .forEach(each -> archives.add(each.key()));
            }
        }
        archives.forEach(each -> copies.put(each, ""));
        facts.recipients().forEach(each -> copies.remove(each.key()));
        for (String key : List.copyOf(copies.keySet())) {
            String expected = expected(policy, facts, Address.of(key));
            boolean open =
                    isRule(policy, expected, "deliver: unprotected")
                            && (!clear || archives.contains(key));
            boolean gone = isRule(policy, expected, "protect: [pickup]") || isRefused(expected);
            copies.put(key, open || gone ? expected.replaceAll(" [a-z]+$", " hold") : expected);
        }
        waiting(policy, facts).forEach(copies::putIfAbsent);
        facts.recipients().forEach(each -> copies.remove(each.key()));
        return copies;
    }

    /// What is held has its copies wait with it, by the rule that holds it.
    private static Map<String, String> waiting(Policy policy, Facts facts) {
        Map<String, String> waiting = new TreeMap<>();
        for (Address to : facts.recipients()) {
            String held = expected(policy, facts, to);
            if (held.endsWith(" hold")) {
                besides(policy, facts, to, Extras::bcc)
                        .forEach(each -> waiting.putIfAbsent(each.key(), held));
            }
        }
        return waiting;
    }

    /// Those of each rule that could decide, up to one that surely does and is held by no doubt;
    /// where none lets it go, those that the settings demand of what a person lets go.
    private static List<Address> besides(
            Policy policy, Facts facts, Address to, Function<Extras, List<Address>> of) {
        List<Address> all = new ArrayList<>();
        boolean doubted = false;
        for (Rule rule : policy.rules()) {
            boolean open = open(rule.when(), facts, to);
            doubted |= can(true, rule.when(), facts, to) && can(false, rule.when(), facts, to);
            if (!open && !holds(rule.when(), facts, to)) {
                continue;
            }
            all.addAll(added(policy, to, rule.then(), of));
            String kind = kind(rule.then());
            boolean clear = rule.then().words().startsWith("deliver: unprotected");
            boolean asked = doubted && (clear || kind.equals("refuse"));
            if (!open && !asked && !kind.equals("hold")) {
                if (!kind.equals("refuse")) {
                    return all;
                }
                break;
            }
        }
        all.addAll(added(policy, to, QueuedMessage.RELEASED, of));
        return all;
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
            if (open(rule.when(), facts, to)) {
                return rule.name() + " hold";
            }
            doubted |= can(true, rule.when(), facts, to) && can(false, rule.when(), facts, to);
            if (!holds(rule.when(), facts, to)) {
                continue;
            }
            boolean doubt = doubted;
            boolean internal = to.domain().name().equals("clinic.example");
            return rule.name()
                    + switch (rule.then()) {
                        case Decision.Deliver(Decision.Route route, _) when route.isInside() ->
                                internal ? " deliver" : " hold";
                        case Decision.Deliver _ ->
                                doubt || isChosenAgainst(policy, rule, facts, to)
                                        ? " hold"
                                        : " deliver";
                        case Decision.Refuse _ when doubt -> " hold";
                        case Decision decision -> " " + kind(decision);
                    };
        }
        return Policy.NO_RULE + " hold";
    }

    /// Whether it could be yes and could be no by who belongs to a group, whatever else is in
    /// doubt: no certain part settles it.
    private static boolean open(Condition condition, Facts facts, Address to) {
        boolean yes = can(true, condition, facts, to);
        boolean no = can(false, condition, facts, to);
        return yes && no && hasOpenPart(condition, facts, to);
    }

    /// Looks into what no certain part beside it settles.
    private static boolean hasOpenPart(Condition condition, Facts facts, Address to) {
        return switch (condition) {
            case Condition.Not(Condition part) -> open(part, facts, to);
            case Condition.All(List<Condition> parts) ->
                    parts.stream().anyMatch(part -> open(part, facts, to));
            case Condition.Any(List<Condition> parts) ->
                    parts.stream().anyMatch(part -> open(part, facts, to));
            case Condition leaf -> LeafTruth.isNotSaid(leaf, facts, to);
        };
    }

    private static boolean holds(Condition condition, Facts facts, Address to) {
        return switch (condition) {
            case Condition.All(List<Condition> parts) ->
                    parts.stream().allMatch(part -> holds(part, facts, to));
            case Condition.Any(List<Condition> parts) ->
                    parts.stream().anyMatch(part -> holds(part, facts, to));
            case Condition.Not(Condition part) -> !holds(part, facts, to);
            case Condition leaf -> LeafTruth.holds(leaf, facts, to);
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
            case Condition leaf -> LeafTruth.can(be, leaf, facts, to);
        };
    }

    /// Whether a setting demands the strictest check of what she chose to get as ordinary mail.
    private static boolean isChosenAgainst(Policy policy, Rule rule, Facts facts, Address to) {
        return (rule.when().asksForChoices() || isLedPast(policy, rule, facts, to))
                && policy.settings().all().stream()
                        .filter(it -> it.level().equals(Optional.of(Protection.Level.SENSITIVE)))
                        .anyMatch(it ->
                                it.scope() == Settings.Scope.CLINIC
                                        || it.who().addresses().contains(to.key())
                                        || it.who().domains().contains(to.domain()));
    }

    /// Whether a rule above could have decided, had she not chosen.
    private static boolean isLedPast(Policy policy, Rule rule, Facts facts, Address to) {
        Map<String, Choices.Choice> answers = new TreeMap<>(facts.choices().answers());
        if (answers.put(to.key(), Choices.Choice.NONE) != Choices.Choice.ORDINARY_MAIL) {
            return false;
        }
        Facts otherwise = facts.with(new Choices(answers, Choices.Choice.NOT_ASKED));
        return policy.rules().subList(0, policy.rules().indexOf(rule)).stream()
                .filter(above -> above.when().asksForChoices())
                .anyMatch(above -> can(true, above.when(), otherwise, to));
    }

    private static String kind(Decision decision) {
        return decision.words().split(":", 2)[0];
    }
}
