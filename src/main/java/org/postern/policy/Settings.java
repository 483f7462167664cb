package org.postern.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.postern.condition.Condition;
import org.postern.condition.Match;
import org.postern.condition.Reading;
import org.postern.condition.Who;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.mail.Address;
import org.postern.policy.Decision.Route;
import org.postern.policy.Extras.Added;
import org.postern.policy.Extras.Duties;
import org.postern.policy.Extras.Fetching;
import org.postern.policy.Protection.Level;
import org.postern.variable.Origin;

/// What holds for mail to somebody where the rule that decides says nothing of it: the word for
/// that person, else that for her domain, else the clinic's for all. Of levels the strictest
/// counts, whomever it is set for; signatures and copies that are demanded of some add up. It
/// changes how a message goes and never whether it goes. Pure.
///
/// @param all in the order of their file; within a scope, the first that says a word counts
public record Settings(List<Setting> all) {
    /// The rules alone say everything.
    public static final Settings NONE = new Settings(List.of());

    public Settings {
        all = List.copyOf(all);
    }

    /// Whom a setting is for; what is more particular comes first, and counts.
    public enum Scope {
        PERSON("for the person"),
        DOMAIN("for the domain"),
        CLINIC("for the whole clinic");

        private final String words;

        Scope(String words) {
            this.words = words;
        }

        /// For people, such as `for the domain`.
        public String words() {
            return words;
        }
    }

    /// @param who whom it is for; not asked for the clinic's
    /// @param level empty where it says none; another setting or a rule may be stricter, and is
    ///   never softened
    /// @param duties what is demanded besides; no other setting and no rule takes it back
    /// @param origin where it stands
    public record Setting(
            Scope scope,
            Who who,
            Optional<Level> level,
            Fetching fetching,
            Added added,
            Duties duties,
            Origin origin) {
        private boolean isFor(Facts facts, Address to) {
            return scope == Scope.CLINIC
                    || new Condition.RecipientIs(who).test(facts, to).matches();
        }

        /// The same, with whom it is for by kind.
        public String scopedWords() {
            return scope.words() + words();
        }

        /// For whom it is, such as `for the domain (recipient is at a.example)`.
        public String whom() {
            return scope.words() + named();
        }

        private String named() {
            return scope == Scope.CLINIC
                    ? ""
                    : " (" + Reading.words(new Condition.RecipientIs(who)) + ")";
        }

        /// As the file says it, without its place.
        public String words() {
            String said =
                    level.map(it -> ", level: " + it.word()).orElse("")
                            + duties.besides(Extras.NONE.with(fetching).with(added)).words()
                            + duties.threshold().map(it -> ", threshold: " + it).orElse("");
            return named() + said.replaceFirst(", ", ": ");
        }
    }

    /// One value that a setting gave.
    ///
    /// @param word such as `expiry`
    public record Effect(String word, String value, Scope scope, Origin origin) {}

    /// A decision with what the settings add to it.
    public record Applied(Decision decision, List<Effect> effects) {
        public Applied {
            effects = List.copyOf(effects);
        }
    }

    /// What becomes of a decision for one recipient.
    public Applied on(Decision decision, Facts facts, Address to) {
        if (all.isEmpty()) {
            return new Applied(decision, List.of());
        }
        Inheriting heir = new Inheriting(chain(facts, to));
        Decision settled =
                switch (decision) {
                    case Decision.Deliver(Route route, Extras extras) ->
                            // What stays inside is read by colleagues; a rule may say more.
                            new Decision.Deliver(
                                    route,
                                    heir.copies(
                                            route.isInside()
                                                    ? extras
                                                    : heir.signed(heir.words(extras))));
                    case Decision.Protect(var inOrder, var otherwise, Extras extras) ->
                            new Decision.Protect(
                                    heir.levels(inOrder),
                                    otherwise,
                                    heir.copies(heir.protecting(inOrder, extras)));
                    case Decision.Hold _, Decision.Refuse _, Decision.Return _ -> decision;
                };
        return new Applied(settled, heir.effects);
    }

    /// What becomes of a decision where nobody can tell which settings are for the recipient: the
    /// reader has to show the most, and what is demanded for anybody is demanded here.
    public Decision strictest(Decision decision) {
        boolean signs = all.stream().anyMatch(each -> each.duties().sign());
        return switch (decision.atTheStrictest()) {
            case Decision.Protect(var inOrder, var otherwise, Extras extras)
                    when signs && leaves(inOrder) ->
                    new Decision.Protect(inOrder, otherwise, extras.signed());
            case Decision.Deliver(Route route, Extras extras) when signs && !route.isInside() ->
                    new Decision.Deliver(route, extras.signed());
            case Decision other -> other;
        };
    }

    /// Whether there is a way by which it leaves as mail.
    private static boolean leaves(List<Protection> inOrder) {
        return !inOrder.stream().allMatch(Protection.Pickup.class::isInstance);
    }

    /// What a rule asks by `score: threshold`: of several thresholds for somebody the lowest
    /// counts, so that none opens what another closes.
    ///
    /// @param from what is asked where one threshold counts
    /// @return empty without a threshold for the whole clinic, where for some there would be none
    public Optional<Condition> overThreshold(LongFunction<Condition> from) {
        List<Condition> any =
                thresholds()
                        .map(each -> {
                            Condition over = from.apply(each.duties().threshold().orElseThrow());
                            return each.scope() == Scope.CLINIC
                                    ? over
                                    : new Condition.All(
                                            List.of(new Condition.RecipientIs(each.who()), over));
                        })
                        .toList();
        return thresholds().noneMatch(each -> each.scope() == Scope.CLINIC)
                ? Optional.empty()
                : Optional.of(any.size() == 1 ? any.getFirst() : new Condition.Any(any));
    }

    /// Those that say from which score a message holds health information.
    public Stream<Setting> thresholds() {
        return all.stream().filter(each -> each.duties().threshold().isPresent());
    }

    /// Whom they name for copies.
    Stream<Address> copies() {
        return all.stream()
                .map(Setting::duties)
                .flatMap(it -> Stream.concat(it.bcc().stream(), it.journal().stream()));
    }

    /// The copies of mail to somebody, by the rule for it and by them.
    Extras copies(Extras ruled, Facts facts, Address to) {
        return all.isEmpty() ? ruled : new Inheriting(chain(facts, to)).copies(ruled);
    }

    /// What becomes of what a rule decides because the recipient chose ordinary mail: a choice
    /// makes nothing milder for which a setting demands the strictest check. The two contradict
    /// each other, and a person decides.
    ///
    /// @param walked the rules that were asked, in their order; the last of them decides
    Decision guarded(List<Rule> walked, Decision then, Facts facts, Address to) {
        boolean open = then instanceof Decision.Deliver(Route route, _) && !route.isInside();
        return open && hangsOnChoice(walked, facts, to) && isSensitive(facts, to)
                ? new Decision.Hold(
                        "The recipient chose ordinary mail, and a setting asks for level:"
                                + " sensitive, so it does not leave unprotected.")
                : then;
    }

    /// Whether the choice led to the last rule: it asks for one, or a rule above would have decided
    /// had she not chosen.
    private static boolean hangsOnChoice(List<Rule> walked, Facts facts, Address to) {
        if (walked.getLast().when().asksForChoices()) {
            return true;
        }
        if (facts.choices().of(to) != Choices.Choice.ORDINARY_MAIL) {
            return false;
        }
        Choices none = new Choices(Map.of(to.key(), Choices.Choice.NONE), Choices.Choice.NONE);
        Facts otherwise = facts.with(facts.choices().and(none));
        return walked.stream()
                .filter(rule -> !rule.observed() && rule.when().asksForChoices())
                .anyMatch(rule -> rule.when().test(otherwise, to) != Match.NO);
    }

    private boolean isSensitive(Facts facts, Address to) {
        return chain(facts, to).stream()
                .anyMatch(each -> each.level().filter(Level.SENSITIVE::equals).isPresent());
    }

    /// Those that are for somebody, the most particular first.
    private List<Setting> chain(Facts facts, Address to) {
        return Arrays.stream(Scope.values())
                .flatMap(scope -> all.stream().filter(each -> each.scope() == scope))
                .filter(each -> each.isFor(facts, to))
                .toList();
    }

    /// One decision while it is settled.
    private static final class Inheriting {
        private final List<Setting> chain;
        private final List<Effect> effects = new ArrayList<>();

        Inheriting(List<Setting> chain) {
            this.chain = chain;
        }

        /// The strictest that is said anywhere: what the clinic demands of all, no word about a
        /// domain or a person opens.
        List<Protection> levels(List<Protection> inOrder) {
            Level ruled = Decision.level(inOrder);
            Level set =
                    chain.stream()
                            .flatMap(each -> each.level().stream())
                            .max(Comparator.naturalOrder())
                            .orElse(ruled);
            if (set.compareTo(ruled) <= 0) {
                return inOrder;
            }
            chain.stream()
                    .filter(each -> each.level().filter(set::equals).isPresent())
                    .findFirst()
                    .ifPresent(setting -> note("level", set.word(), setting));
            return inOrder.stream()
                    .map(each ->
                            each instanceof Protection.Pickup ? new Protection.Pickup(set) : each)
                    .toList();
        }

        Extras protecting(List<Protection> inOrder, Extras extras) {
            boolean fetched = inOrder.stream().anyMatch(Protection.Pickup.class::isInstance);
            Extras worded = words(fetched ? fetching(extras) : extras);
            return leaves(inOrder) ? signed(worded) : worded;
        }

        /// As soon as one demands it.
        Extras signed(Extras extras) {
            Optional<Setting> demands =
                    chain.stream().filter(each -> each.duties().sign()).findFirst();
            if (extras.signing() == Extras.Signing.DEMANDED || demands.isEmpty()) {
                return extras;
            }
            note("sign", "true", demands.get());
            return extras.signed();
        }

        /// Person, domain and clinic add theirs to what the rule says; within one of these the
        /// first that says it.
        Extras copies(Extras extras) {
            return extras.copiedTo(
                    more("bcc", extras.bcc(), Duties::bcc),
                    more("journal", extras.journal(), Duties::journal));
        }

        private List<Address> more(
                String word, List<Address> ruled, Function<Duties, List<Address>> said) {
            List<Address> to = new ArrayList<>(ruled);
            for (Scope scope : Scope.values()) {
                Optional<Setting> first =
                        chain.stream()
                                .filter(each -> each.scope() == scope)
                                .filter(each -> !said.apply(each.duties()).isEmpty())
                                .findFirst();
                List<Address> added =
                        first.stream()
                                .flatMap(each -> said.apply(each.duties()).stream())
                                .filter(each -> !to.contains(each))
                                .toList();
                to.addAll(added);
                if (!added.isEmpty()) {
                    first.ifPresent(each -> note(word, Extras.people(added), each));
                }
            }
            return to;
        }

        Extras fetching(Extras extras) {
            return extras.with(
                    new Fetching(
                            said(
                                    "expiry",
                                    extras.fetching().expiry(),
                                    each -> each.fetching().expiry(),
                                    Fetching::time),
                            said(
                                    "language",
                                    extras.fetching().language(),
                                    each -> each.fetching().language(),
                                    language -> language)));
        }

        Extras words(Extras extras) {
            return extras.with(
                    new Added(
                            text("banner", extras.added().banner(), each -> each.added().banner()),
                            text("note", extras.added().note(), each -> each.added().note())));
        }

        private String text(String word, String ruled, Function<Setting, String> setting) {
            return said(word, filled(ruled), each -> filled(setting.apply(each)), text -> text)
                    .orElse("");
        }

        private static Optional<String> filled(String text) {
            return Optional.of(text).filter(it -> !it.isEmpty());
        }

        /// What the rule says, else the first setting that says it.
        private <T> Optional<T> said(
                String word,
                Optional<T> ruled,
                Function<Setting, Optional<T>> setting,
                Function<T, String> words) {
            Optional<Setting> first =
                    ruled.isPresent()
                            ? Optional.empty()
                            : chain.stream()
                                    .filter(each -> setting.apply(each).isPresent())
                                    .findFirst();
            Optional<T> set = first.flatMap(setting);
            first.ifPresent(each -> note(word, set.map(words).orElse(""), each));
            return ruled.isPresent() ? ruled : set;
        }

        private void note(String word, String value, Setting setting) {
            effects.add(new Effect(word, value, setting.scope(), setting.origin()));
        }
    }

    /// In words, for comparing.
    public List<String> words() {
        return Stream.of(Scope.values())
                .flatMap(scope ->
                        all.stream()
                                .filter(each -> each.scope() == scope)
                                .map(Setting::scopedWords))
                .toList();
    }
}
