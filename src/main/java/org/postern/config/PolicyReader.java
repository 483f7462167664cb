package org.postern.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postern.condition.Condition;
import org.postern.condition.Who;
import org.postern.facts.Phi;
import org.postern.mail.Address;
import org.postern.naming.GroupNames;
import org.postern.naming.Values;
import org.postern.naming.WhoReader;
import org.postern.policy.Decision;
import org.postern.policy.Extras.Added;
import org.postern.policy.Extras.Duties;
import org.postern.policy.Extras.Fetching;
import org.postern.policy.Policy;
import org.postern.policy.Protection.Level;
import org.postern.policy.Rule;
import org.postern.policy.Settings;
import org.postern.policy.Settings.Scope;
import org.postern.policy.Settings.Setting;
import org.postern.roster.Roster;
import org.postern.roster.Rosters;
import org.postern.variable.Origin;
import org.postern.variable.Used;
import org.postern.variable.Variables;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Turns `policy.yaml` into a [Policy].
final class PolicyReader {
    static final String FILE = "policy.yaml";

    static final int RULES_MAX = 1_000;

    /// Names stand in the audit, in explanations and in parentheses.
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][^\\p{C}()]{0,79}");

    private static final int SETTINGS_MAX = 1_000;

    /// What a setting may say.
    private static final List<String> WORDS =
            List.of(
                    "level",
                    "expiry",
                    "language",
                    "banner",
                    "note",
                    "sign",
                    "bcc",
                    "journal",
                    "threshold");

    private static final Map<String, Boolean> YES = Map.of("true", true, "false", false);

    private final ConfigErrors errors;
    private final Rosters rosters;
    private final WhoReader people;
    private final Variables variables;

    /// A policy that names no lists.
    PolicyReader(ConfigErrors errors) {
        this(errors, Rosters.none(), GroupNames.any(), Variables.none(errors));
    }

    /// @param rosters the lists that rules name
    /// @param groups those of the directory that rules may name
    /// @param variables those that rules and settings may refer to
    PolicyReader(ConfigErrors errors, Rosters rosters, GroupNames groups, Variables variables) {
        this.variables = variables;
        this.errors = errors;
        this.rosters = rosters;
        this.people = new WhoReader(errors, rosters, groups);
    }

    /// @return empty with errors noted
    Optional<Policy> read(YamlNode written) {
        YamlNode root = variables.in(written);
        return Section.of("policy", root, errors).flatMap(this::policy);
    }

    private Optional<Policy> policy(Section top) {
        if (!top.has("rules")) {
            top.wrong("rules", "there are no rules, so all mail would be held", "write rules:");
        }
        List<Section> sections = top.sections("rules");
        if (sections.size() > RULES_MAX) {
            top.wrong("rules", "there are more than " + RULES_MAX + " rules", "merge some");
        }
        Settings settings = settings(top);
        boolean threshold = false;
        List<Rule> rules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Optional<String> open = Optional.empty();
        for (Section section : sections) {
            Optional<String> above = open;
            if (above.isPresent()) {
                errors.add(
                        section.place(),
                        "this rule can never decide: the rule \""
                                + above.get()
                                + "\" above it has no \"when\" and takes everything",
                        "move it up, or remove it");
            }
            ConditionReader conditions = new ConditionReader(errors, people, settings);
            Optional<Rule> rule = rule(section, conditions, names);
            threshold |= conditions.asksForThreshold();
            rule.ifPresent(rules::add);
            open = open.or(() -> rule.filter(PolicyReader::takesAll).map(Rule::name));
        }
        if (!threshold && settings.thresholds().findAny().isPresent()) {
            top.wrong(
                    "settings",
                    "a threshold is set, and no rule asks for it",
                    "write phi: { score: threshold } into a rule, or remove it");
        }
        Phi.RecordForms forms =
                top.section("phi").flatMap(this::recordForms).orElse(Phi.RecordForms.NONE);
        return top.build(() -> new Policy(rules, approvers(rules), settings, forms));
    }

    private Optional<Phi.RecordForms> recordForms(Section section) {
        List<String> forms = section.list("mrn", PolicyReader::recordForm);
        if (!section.has("mrn")) {
            errors.add(section.place(), "nothing is said here", "write mrn, or remove the key");
        }
        if (forms.size() > Phi.RecordForms.FORMS_MAX) {
            section.wrong(
                    "mrn",
                    "there are more than " + Phi.RecordForms.FORMS_MAX + " forms",
                    "put several into one, as in (?:A|B)[0-9]{6}");
        }
        Phi.RecordForms.faultOfAll(forms)
                .ifPresent(fault -> section.wrong("mrn", fault, "repeat less, or merge some"));
        return section.build(() -> new Phi.RecordForms(forms));
    }

    private static Parsed<String> recordForm(YamlNode.Text text) {
        return Values.line(Phi.RecordForms.CHARACTERS_MAX)
                .apply(text)
                .then(form ->
                        Phi.RecordForms.fault(form)
                                .map(fault ->
                                        Parsed.<String>bad(
                                                "the form \"" + form + "\" " + fault,
                                                "write an RE2 expression with an end, such as"
                                                        + " MRN-?[0-9]{7}"))
                                .orElseGet(() -> Parsed.good(form)));
    }

    private Settings settings(Section top) {
        List<Section> sections = top.has("settings") ? top.sections("settings") : List.of();
        if (sections.size() > SETTINGS_MAX) {
            top.wrong(
                    "settings",
                    "there are more than " + SETTINGS_MAX + " settings",
                    "name several people or domains in one");
        }
        List<Setting> all = new ArrayList<>();
        for (Section section : sections) {
            Optional<Setting> setting = setting(section);
            boolean second =
                    setting.filter(it -> it.scope() == Scope.CLINIC).isPresent()
                            && all.stream().anyMatch(it -> it.scope() == Scope.CLINIC);
            if (second) {
                errors.add(
                        section.place(),
                        "settings for the whole clinic stand above already",
                        "write \"for\", or put them together");
            }
            setting.ifPresent(all::add);
        }
        return new Settings(all);
    }

    private Optional<Setting> setting(Section section) {
        Optional<Section> whom = section.section("for", "address");
        Scope scope =
                whom.map(it -> it.has("address") || it.has("list") ? Scope.PERSON : Scope.DOMAIN)
                        .orElse(Scope.CLINIC);
        if (scope == Scope.PERSON && whom.filter(it -> it.has("domain")).isPresent()) {
            section.wrong(
                    "for",
                    "it is for people or for domains, which count differently",
                    "write two settings");
        }
        if (whom.filter(it -> it.has("group")).isPresent()) {
            section.wrong(
                    "for",
                    "settings are not for groups: they hold also where a message is let go when"
                            + " nobody can ask the directory",
                    "write the same words into a rule with recipient: { group: … }, or a list:"
                            + " list: lists/NAME.txt");
        }
        Optional<Who> who = whom.flatMap(people::read);
        Optional<Level> level = section.optional("level", Values.word(DecisionReader.LEVELS));
        Fetching fetching = DecisionReader.fetching(section);
        Added added = DecisionReader.added(section);
        Duties duties = duties(section);
        if (WORDS.stream().noneMatch(section::has)) {
            errors.add(
                    section.place(),
                    "nothing is set here",
                    "write one of: " + String.join(", ", WORDS));
        }
        return section.build(() ->
                new Setting(
                        scope,
                        who.orElse(Who.INTERNAL),
                        level,
                        fetching,
                        added,
                        duties,
                        new Origin(section.place().toString(), variables.of(section.place()))));
    }

    private static Duties duties(Section section) {
        boolean sign = section.or("sign", ConditionReader::yes, false);
        return new Duties(
                sign,
                DecisionReader.copies(section, "bcc"),
                DecisionReader.copies(section, "journal"),
                section.optional("threshold", Values.number(1, 10_000)).map(Long::valueOf));
    }

    private List<Used> used(Section section, ConditionReader conditions) {
        Stream<Used> thresholds =
                conditions.asksForThreshold()
                        ? conditions.settings().thresholds().flatMap(PolicyReader::threshold)
                        : Stream.of();
        return Stream.concat(variables.of(section.place()).stream(), thresholds)
                .distinct()
                .toList();
    }

    private static Stream<Used> threshold(Setting setting) {
        Used threshold =
                new Used(
                        "the threshold " + setting.whom(),
                        setting.duties().threshold().map(String::valueOf).orElse(""),
                        setting.origin().place());
        return Stream.concat(Stream.of(threshold), setting.origin().used().stream());
    }

    /// The people of all lists that are asked about held mail.
    private Map<String, List<Address>> approvers(List<Rule> rules) {
        Map<String, List<Address>> approvers = new HashMap<>();
        for (Rule rule : rules) {
            if (rule.then() instanceof Decision.Hold hold) {
                hold.hearing()
                        .asked()
                        .ifPresent(list ->
                                rosters.of(list, errors)
                                        .flatMap(Roster::people)
                                        .ifPresent(people -> approvers.put(list, people)));
            }
        }
        return approvers;
    }

    private Optional<Rule> rule(Section section, ConditionReader conditions, Set<String> names) {
        Optional<String> name = section.required("name", PolicyReader::name);
        if (name.isPresent() && !names.add(name.get().toLowerCase(Locale.ROOT))) {
            section.wrong(
                    "name",
                    "a rule \"" + name.get() + "\" stands above already",
                    "give this one another name");
        }
        Condition when =
                section.node("when").flatMap(conditions::read).orElse(new Condition.Always());
        Optional<Decision> then =
                section.requiredSection("then", "then").flatMap(new DecisionReader(rosters)::read);
        boolean observed = section.or("observe", Values.word(YES), false);
        return section.build(() ->
                new Rule(
                        name.orElseThrow(),
                        when,
                        then.orElseThrow(),
                        observed,
                        used(section, conditions)));
    }

    private static boolean takesAll(Rule rule) {
        return rule.when() instanceof Condition.Always && rule.isAnEnd();
    }

    private static Parsed<String> name(YamlNode.Text text) {
        return Values.line(80)
                .apply(text)
                .then(name ->
                        NAME.matcher(name).matches()
                                ? Parsed.good(name)
                                : Parsed.bad(
                                        "\"" + name + "\" is not a rule's name",
                                        "begin with a letter or digit, without" + " parentheses"));
    }
}
