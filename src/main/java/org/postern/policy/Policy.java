package org.postern.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.condition.Condition;
import org.postern.condition.Match;
import org.postern.condition.Prepared;
import org.postern.condition.Reading;
import org.postern.facts.Facts;
import org.postern.facts.Groups.Question;
import org.postern.facts.Phi;
import org.postern.facts.Reach;
import org.postern.mail.Address;

/// The clinic's rules in their order: for each recipient on its own, the first rule that matches
/// decides. It never throws, and whatever it cannot decide is held.
public final class Policy {
    /// What stands for a rule's name where no rule decided. A rule's name begins with a letter or a
    /// digit, so none can be called so.
    public static final String NO_RULE = "(no rule)";

    private static final Decision NOTHING = new Decision.Hold("no rule matches");

    private final List<Rule> rules;
    private final Map<String, List<Address>> approvers;

    /// The conditions of the rules, in their order.
    private final List<Prepared> conditions;

    /// Names of rules that hold nothing any more; see `without`.
    private final Set<String> passed;

    private final Settings settings;
    private final Phi.RecordForms recordForms;
    private final boolean asksForFiles;
    private final boolean asksForPhi;

    private final boolean asksForGroups;
    private final boolean asksForReach;
    private final boolean asksForChoices;

    /// Whom copies may go to: besides recipients nobody else has to be asked about.
    private final Set<Address> copies;

    private final Map<String, Condition> wordsAsked;

    /// One whose rules ask nobody.
    public Policy(List<Rule> rules) {
        this(rules, Map.of());
    }

    /// @param approvers the people of each list that a rule names for held mail
    public Policy(List<Rule> rules, Map<String, List<Address>> approvers) {
        this(rules, approvers, Settings.NONE, Phi.RecordForms.NONE);
    }

    /// @param settings what holds where a rule says nothing
    /// @param recordForms of the clinic's own record numbers
    public Policy(
            List<Rule> rules,
            Map<String, List<Address>> approvers,
            Settings settings,
            Phi.RecordForms recordForms) {
        this.settings = settings;
        this.recordForms = recordForms;
        this.rules = List.copyOf(rules);
        this.approvers = Map.copyOf(approvers);
        this.conditions = Prepared.of(rules.stream().map(Rule::when).toList());
        this.passed = Set.of();
        this.asksForFiles = rules.stream().anyMatch(rule -> rule.when().asksForFiles());
        this.asksForPhi = rules.stream().anyMatch(rule -> rule.when().asksForPhi());
        this.asksForGroups = rules.stream().anyMatch(rule -> rule.when().asksForGroups());
        this.asksForReach = rules.stream().anyMatch(rule -> rule.when().asksForReach());
        this.asksForChoices = rules.stream().anyMatch(rule -> rule.when().asksForChoices());
        this.copies = Copies.named(this.rules, settings);
        this.wordsAsked = Map.copyOf(Kept.asked(this.rules));
    }

    /// In their order.
    public List<Rule> rules() {
        return rules;
    }

    /// The people of each list that a rule names for held mail.
    public Map<String, List<Address>> approvers() {
        return approvers;
    }

    /// What holds where a rule says nothing.
    public Settings settings() {
        return settings;
    }

    /// The forms of the clinic's own record numbers.
    public Phi.RecordForms recordForms() {
        return recordForms;
    }

    private Policy(Policy all, Set<String> passed) {
        this.settings = all.settings;
        this.recordForms = all.recordForms;
        this.rules = all.rules;
        this.approvers = all.approvers;
        this.conditions = all.conditions;
        this.passed = Set.copyOf(passed);
        this.asksForFiles = all.asksForFiles;
        this.asksForPhi = all.asksForPhi;
        this.asksForGroups = all.asksForGroups;
        this.asksForReach = all.asksForReach;
        this.asksForChoices = all.asksForChoices;
        this.copies = all.copies;
        this.wordsAsked = all.wordsAsked;
    }

    /// The same policy, in which these rules hold nothing: what they held was let go. What else
    /// they decide was not decided by that, as where it was not known whether they match. What is
    /// doubtful about them stays so: nobody who lets a message go says that it is known by now.
    public Policy without(Set<String> names) {
        return new Policy(this, names);
    }

    /// The decision for one recipient.
    public Ruling.ForRecipient rule(Facts facts, Address recipient) {
        return ruleSafely(new Prepared.Answers(facts), recipient);
    }

    /// Whether a rule needs to know what is attached to a message.
    public boolean asksForFiles() {
        return asksForFiles;
    }

    /// Whether a rule needs to know what is said in a message.
    public boolean asksForPhi() {
        return asksForPhi;
    }

    /// Whether a rule needs to know who belongs to a group of the directory.
    public boolean asksForGroups() {
        return asksForGroups;
    }

    /// Whether a rule needs to know by which means recipients can be reached.
    public boolean asksForReach() {
        return asksForReach;
    }

    /// Whether a rule needs to know what a recipient chose.
    public boolean asksForChoices() {
        return asksForChoices;
    }

    /// The groups that its rules name.
    public Set<String> groups() {
        return rules.stream()
                .flatMap(rule -> rule.when().groups())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// What has to be known of groups, beyond what is, so that the rules can decide about this
    /// message: nothing that a rule above settles anyhow.
    public Set<Question> questions(Facts facts) {
        return asksForGroups ? walk(new Prepared.Answers(facts)).questions(copies) : Set.of();
    }

    /// The same of means by which recipients can be reached, where all is known of groups.
    public Set<Reach.Question> reachQuestions(Facts facts) {
        return asksForReach ? walk(new Prepared.Answers(facts)).reachQuestions(copies) : Set.of();
    }

    /// Whose choice has to be known, beyond what is, in the same way.
    public Set<Address> choosers(Facts facts) {
        return asksForChoices ? walk(new Prepared.Answers(facts)).choosers(copies) : Set.of();
    }

    /// Whether a decision about somebody hangs on what others were asked, and that is not known.
    public boolean hangsOnOthers(Facts facts) {
        return (asksForGroups || asksForReach) && walk(new Prepared.Answers(facts)).hangs();
    }

    /// The same of the decision about one.
    public boolean hangsOnOthers(Facts facts, Address recipient) {
        return (asksForGroups || asksForReach)
                && walk(new Prepared.Answers(facts)).hangs(recipient);
    }

    /// Whether a message of which only this is known can come onto somebody's page by these rules.
    public boolean canBePickedUp(Facts facts, Address recipient) {
        return walk(new Prepared.Answers(facts)).canBePickedUp(recipient);
    }

    private Walk walk(Prepared.Answers answers) {
        return new Walk(rules, conditions, passed, answers);
    }

    /// What its rules ask of texts and of names of files, as far as answers are kept.
    Map<String, Condition> wordsAsked() {
        return wordsAsked;
    }

    /// The decision where the answers to the conditions of the rules are known, in their order, up
    /// to the one that matches at least.
    ///
    /// @param facts asked only for the recipients, what they chose, and the clinic's own domains
    public Ruling.ForRecipient rule(Facts facts, Address recipient, List<Match> known) {
        boolean doubt = false;
        for (int i = 0; i < known.size(); i++) {
            Rule rule = rules.get(i);
            if (!rule.observed()) {
                doubt |= known.get(i).doubtful();
                if (known.get(i) == Match.UNKNOWN) {
                    return new Ruling.ForRecipient(
                            recipient, rule.unknown(facts, recipient), rule.name());
                }
                if (known.get(i).matches()) {
                    Decision decision = settled(i, facts, recipient, doubt);
                    return new Ruling.ForRecipient(recipient, decision, rule.name());
                }
            }
        }
        return new Ruling.ForRecipient(recipient, NOTHING, NO_RULE);
    }

    /// Whether the other has the same rules in the same order, and asks the same people.
    @Override
    public boolean equals(Object other) {
        return other instanceof Policy policy
                && rules.equals(policy.rules)
                && passed.equals(policy.passed)
                && settings.equals(policy.settings)
                && recordForms.equals(policy.recordForms)
                && approvers.equals(policy.approvers);
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }

    /// The decision for a copy that a rule asked for, where it is not known any more which one did.
    ///
    /// @param inClear whether all whose message goes get it in clear
    public Ruling.ForRecipient ruleCopy(Facts facts, Address to, boolean inClear) {
        return Copies.of(rule(facts, to), inClear);
    }

    /// The decisions for all recipients of a message, and for the copies that these ask for.
    public Ruling rule(Facts facts) {
        List<Ruling.ForRecipient> rulings = new ArrayList<>(facts.recipients().size());
        Prepared.Answers answers = new Prepared.Answers(facts);
        for (Address recipient : facts.recipients()) {
            rulings.add(ruleSafely(answers, recipient));
        }
        return Copies.with(
                rulings,
                new Copies.Said(
                        address -> ruleSafely(answers, address),
                        recipient ->
                                copies.isEmpty()
                                        ? Extras.NONE
                                        : walk(answers).besides(recipient, settings)));
    }

    /// The same decision for one recipient, with the reasons.
    public Explanation explain(Facts facts, Address recipient) {
        return explain(facts, rule(facts, recipient));
    }

    /// The reasons of a decision that this policy made of these facts.
    public Explanation explain(Facts facts, Ruling.ForRecipient ruling) {
        List<Explanation.Step> steps = new ArrayList<>();
        for (Rule rule : rules) {
            steps.add(
                    new Explanation.Step(rule, Reading.of(rule.when(), facts, ruling.recipient())));
            if (rule.name().equals(ruling.rule()) && !rule.observed()) {
                break;
            }
        }
        return new Explanation(ruling, steps, effects(facts, ruling));
    }

    /// What the settings gave to a decision; nothing where it is another than its rule's.
    private List<Settings.Effect> effects(Facts facts, Ruling.ForRecipient ruling) {
        return rules.stream()
                .filter(rule -> rule.name().equals(ruling.rule()))
                .map(Rule::then)
                .filter(then -> then.getClass() == ruling.decision().getClass())
                .flatMap(then -> settings.on(then, facts, ruling.recipient()).effects().stream())
                .toList();
    }

    /// What a rule decides, with what the settings add.
    private Decision settled(int place, Facts facts, Address recipient, boolean doubt) {
        List<Rule> walked = rules.subList(0, place + 1);
        Decision then = guarded(rules.get(place), facts, recipient, doubt);
        return settings.on(settings.guarded(walked, then, facts, recipient), facts, recipient)
                .decision();
    }

    private Ruling.ForRecipient ruleSafely(Prepared.Answers answers, Address recipient) {
        String rule = NO_RULE;
        boolean doubt = false;
        List<Ruling.Observed> observed = new ArrayList<>();
        try {
            for (int i = 0; i < rules.size(); i++) {
                Rule candidate = rules.get(i);
                if (candidate.observed()) {
                    observe(i, answers, recipient, doubt).ifPresent(observed::add);
                    continue;
                }
                rule = candidate.name();
                Match match = conditions.get(i).test(answers, recipient);
                doubt |= match.doubtful();
                if (match == Match.UNKNOWN && !passed.contains(rule)) {
                    return new Ruling.ForRecipient(
                            recipient,
                            candidate.unknown(answers.facts(), recipient),
                            rule,
                            observed);
                }
                if (match.matches()) {
                    Decision decision = settled(i, answers.facts(), recipient, doubt);
                    if (!passed.contains(rule) || !(decision instanceof Decision.Hold)) {
                        return new Ruling.ForRecipient(recipient, decision, rule, observed);
                    }
                }
            }
        } catch (RuntimeException e) {
            return new Ruling.ForRecipient(recipient, defect(e), rule, observed);
        }
        return new Ruling.ForRecipient(recipient, NOTHING, NO_RULE, observed);
    }

    /// What it would have decided here, were it not only observed. It changes nothing, not even by
    /// its doubts or defects.
    private Optional<Ruling.Observed> observe(
            int place, Prepared.Answers answers, Address recipient, boolean doubt) {
        Rule rule = rules.get(place);
        try {
            Match match = conditions.get(place).test(answers, recipient);
            if (match == Match.UNKNOWN) {
                return Optional.of(
                        new Ruling.Observed(rule.name(), rule.unknown(answers.facts(), recipient)));
            }
            if (!match.matches()) {
                return Optional.empty();
            }
            boolean inDoubt = doubt || match.doubtful();
            Decision decision = settled(place, answers.facts(), recipient, inDoubt);
            return Optional.of(new Ruling.Observed(rule.name(), decision));
        } catch (RuntimeException e) {
            return Optional.of(new Ruling.Observed(rule.name(), defect(e)));
        }
    }

    /// A defect of ours must not send anything. The reason names the class alone: the text of an
    /// exception may quote the message.
    private static Decision defect(RuntimeException e) {
        return new Decision.Hold(
                "The rule could not be evaluated: " + e.getClass().getSimpleName());
    }

    /// Three decisions are too much to be believed without a second look.
    private static Decision guarded(Rule rule, Facts facts, Address recipient, boolean doubt) {
        return switch (rule.then()) {
            case Decision.Deliver deliver -> delivered(deliver, facts, recipient, doubt);
            // A refusal is final, and would also hit all mail that nobody can look into.
            case Decision.Refuse(String text) when doubt ->
                    new Decision.Hold(
                            "The rule would refuse this, but something that the rules ask for"
                                    + " cannot be known for certain: "
                                    + text);
            case Decision.Refuse _, Decision.Return _, Decision.Protect _, Decision.Hold _ ->
                    rule.then();
        };
    }

    private static Decision delivered(
            Decision.Deliver then, Facts facts, Address recipient, boolean doubt) {
        return switch (then.route()) {
            case INTERNAL, MAILBOX, BOTH ->
                    facts.internal().contains(recipient.domain())
                            ? then
                            : new Decision.Hold(
                                    "The rule delivers inside the clinic, but "
                                            + recipient.domain()
                                            + " is not one of the clinic's own domains.");
            case UNPROTECTED ->
                    doubt
                            ? new Decision.Hold(
                                    "The rule would send this unprotected, but something that the"
                                            + " rules ask for cannot be known for certain.")
                            : then;
        };
    }
}
