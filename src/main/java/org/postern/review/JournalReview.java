package org.postern.review;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.condition.Condition;
import org.postern.condition.Who;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.policy.Decision;
import org.postern.policy.Extras;
import org.postern.policy.Policy;
import org.postern.policy.Protection;
import org.postern.policy.Rule;
import org.postern.policy.Settings;
import org.postern.review.PolicyReview.Remark;

/// Looks whether the rules that tell archives of mail and those for mail to these archives fit to
/// each other. Pure.
final class JournalReview {
    /// Stands for the number of a rule.
    private static final int SETTINGS = -1;

    private JournalReview() {}

    /// @param own the clinic's domains
    static List<Remark> of(Policy policy, Set<Domain> own) {
        List<Remark> remarks = new ArrayList<>();
        Map<Address, Integer> told = archives(policy);
        told.forEach((archive, place) -> {
            String telling =
                    place == SETTINGS
                            ? "a setting tells"
                            : "the rule \"%s\" tells".formatted(policy.rules().get(place).name());
            if (policy.rules().stream().noneMatch(it -> names(it.when(), archive, own))) {
                remarks.add(
                        new Remark(
                                Math.max(place, 0),
                                "%s %s of mail, and no rule names this address"
                                        .formatted(telling, archive),
                                "write a rule for it above: when: { recipient: { address: "
                                        + archive
                                        + " } }, then: { protect: smime }, or deliver: internal"));
            }
            waiting(policy, archive, own).ifPresent(remarks::add);
        });
        for (int i = 0; i < policy.rules().size(); i++) {
            untold(policy, i).ifPresent(remarks::add);
        }
        return remarks;
    }

    /// Each archive with the first rule that tells it, or [#SETTINGS]; what a rule only would do
    /// tells nobody.
    private static Map<Address, Integer> archives(Policy policy) {
        Map<Address, Integer> archives = new LinkedHashMap<>();
        for (int i = 0; i < policy.rules().size(); i++) {
            Rule rule = policy.rules().get(i);
            if (!rule.observed()) {
                for (Address archive : extras(rule).journal()) {
                    archives.putIfAbsent(archive, i);
                }
            }
        }
        for (Settings.Setting each : policy.settings().all()) {
            each.duties().journal().forEach(archive -> archives.putIfAbsent(archive, SETTINGS));
        }
        return archives;
    }

    private static Extras extras(Rule rule) {
        return rule.then().extras().orElse(Extras.NONE);
    }

    /// Whether a rule is for mail to an address, whatever else it asks.
    private static boolean names(Condition condition, Address address, Set<Domain> own) {
        List<Condition> parts =
                condition instanceof Condition.All(List<Condition> all)
                        ? all
                        : condition instanceof Condition.Any(List<Condition> any) ? any : List.of();
        return (condition instanceof Condition.RecipientIs(Who who) && who.names(address, own))
                || parts.stream().anyMatch(it -> names(it, address, own));
    }

    /// The first rule that takes all mail to an archive, if each report has to wait by it.
    private static Optional<Remark> waiting(Policy policy, Address archive, Set<Domain> own) {
        for (int i = 0; i < policy.rules().size(); i++) {
            Rule rule = policy.rules().get(i);
            if (!rule.observed()
                    && rule.when() instanceof Condition.RecipientIs(Who who)
                    && who.names(archive, own)) {
                int place = i;
                return why(rule.then())
                        .map(why ->
                                new Remark(
                                        place,
                                        "a report to %s waits for a person: by the rule \"%s\" %s"
                                                .formatted(archive, rule.name(), why),
                                        "write protect: smime or tls, or deliver: internal"));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> why(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(Decision.Route route, _)
                    when route == Decision.Route.UNPROTECTED ->
                    Optional.of("it would leave unprotected, which a report never does");
            case Decision.Protect(List<Protection> inOrder, _, _)
                    when inOrder.stream().allMatch(Protection.Pickup.class::isInstance) ->
                    Optional.of("a program would have to fetch it from the page");
            case Decision.Refuse _ -> Optional.of("it would be refused");
            case Decision.Deliver _, Decision.Protect _, Decision.Hold _, Decision.Return _ ->
                    Optional.empty();
        };
    }

    /// A rule for a journal that nobody writes to.
    private static Optional<Remark> untold(Policy policy, int place) {
        Rule rule = policy.rules().get(place);
        return Stream.of(rule.when())
                .filter(Condition.RecipientIs.class::isInstance)
                .flatMap(it -> ((Condition.RecipientIs) it).who().addresses().stream())
                .filter(key -> key.startsWith("journal"))
                .filter(key -> policy.rules().stream().noneMatch(it -> copiesTo(it, key)))
                .filter(key -> policy.settings().all().stream().noneMatch(it -> copiesTo(it, key)))
                .findFirst()
                .map(key ->
                        new Remark(
                                place,
                                "the rule \"%s\" is for %s, and no rule tells it of any mail"
                                        .formatted(rule.name(), key),
                                "write journal: "
                                        + key
                                        + " into the rules of whose mail it shall be told"));
    }

    private static boolean copiesTo(Settings.Setting setting, String key) {
        return Stream.concat(setting.duties().journal().stream(), setting.duties().bcc().stream())
                .anyMatch(it -> it.key().equals(key));
    }

    private static boolean copiesTo(Rule rule, String key) {
        Extras extras = extras(rule);
        return Stream.concat(extras.journal().stream(), extras.bcc().stream())
                .anyMatch(it -> it.key().equals(key));
    }
}
