package org.postern.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.policy.Decision.LastResort;
import org.postern.policy.Decision.Route;

/// The copies that rules ask for (`bcc`, `journal`). Each is decided about by the same rules as any
/// mail to its address, and by some more: what is protected for its recipient leaves nowhere in
/// clear, no program can fetch what waits for pickup, and a copy makes no further ones. Pure.
final class Copies {
    private Copies() {}

    /// Whom the rules and the settings name for copies.
    static Set<Address> named(List<Rule> rules, Settings settings) {
        Stream<Address> byRules =
                rules.stream()
                        .flatMap(rule -> rule.then().extras().stream())
                        .flatMap(it -> Stream.concat(it.bcc().stream(), it.journal().stream()));
        return Stream.concat(byRules, settings.copies()).collect(Collectors.toUnmodifiableSet());
    }

    /// What the rules say of a message, as far as copies hang on it.
    ///
    /// @param ruled of mail to an address
    /// @param besides what is done besides by the rule that decides about mail to a recipient, or
    ///   that would, were what is held let go
    record Said(Function<Address, Ruling.ForRecipient> ruled, Function<Address, Extras> besides) {}

    /// @param originals the rulings of the message's own recipients
    static Ruling with(List<Ruling.ForRecipient> originals, Said said) {
        Map<String, Address> wanted = new LinkedHashMap<>();
        Map<String, Address> archives = new LinkedHashMap<>();
        Map<String, Ruling.ForRecipient> waiting = new LinkedHashMap<>();
        boolean inClear = true;
        for (Ruling.ForRecipient each : originals) {
            Optional<Extras> extras = each.decision().extras();
            if (extras.isPresent() && !extras.get().bcc().isEmpty()) {
                extras.get().bcc().forEach(to -> wanted.putIfAbsent(to.key(), to));
                inClear &= isUnprotected(each.decision());
            }
            // What is refused goes nowhere, whoever would let it.
            Extras besides =
                    each.decision() instanceof Decision.Refuse
                            ? Extras.NONE
                            : said.besides().apply(each.recipient());
            besides.journal().forEach(to -> archives.putIfAbsent(to.key(), to));
            if (each.decision() instanceof Decision.Hold(_, Hearing hearing)) {
                besides.bcc()
                        .forEach(to -> waiting.putIfAbsent(to.key(), waiting(to, hearing, each)));
            }
        }
        // Mail to an archive is not told to it, and so what comes back from it goes in no circle.
        originals.forEach(each -> {
            wanted.remove(each.recipient().key());
            archives.remove(each.recipient().key());
            waiting.remove(each.recipient().key());
        });
        wanted.keySet().removeAll(archives.keySet());
        waiting.keySet().removeAll(archives.keySet());
        waiting.keySet().removeAll(wanted.keySet());
        List<Ruling.ForRecipient> copies = new ArrayList<>(waiting.values());
        for (Address to : wanted.values()) {
            copies.add(of(said.ruled().apply(to), inClear));
        }
        for (Address to : archives.values()) {
            copies.add(reported(of(said.ruled().apply(to), false)));
        }
        return new Ruling(originals, copies, Set.copyOf(archives.values()), "");
    }

    /// A copy of what is held waits with it: by the same rule, and whoever decides about the
    /// message decides about it. What is then done with it is asked of the rules for its address.
    private static Ruling.ForRecipient waiting(
            Address to, Hearing hearing, Ruling.ForRecipient held) {
        return new Ruling.ForRecipient(
                to,
                new Decision.Hold("This copy waits until the message is let go.", hearing),
                held.rule());
    }

    /// A report is ours: nothing that a rule does to a letter is done to it.
    private static Ruling.ForRecipient reported(Ruling.ForRecipient ruled) {
        return new Ruling.ForRecipient(ruled.recipient(), ruled.decision().alone(), ruled.rule());
    }

    /// @param inClear whether those for whom it was written get it in clear as well
    static Ruling.ForRecipient of(Ruling.ForRecipient ruled, boolean inClear) {
        return new Ruling.ForRecipient(
                ruled.recipient(), copied(ruled.decision(), inClear), ruled.rule());
    }

    private static boolean isUnprotected(Decision decision) {
        return decision instanceof Decision.Deliver(Route route, _) && route == Route.UNPROTECTED;
    }

    private static Decision copied(Decision decision, boolean inClear) {
        return switch (decision) {
            case Decision.Deliver _ when isUnprotected(decision) && !inClear ->
                    new Decision.Hold(
                            "This copy would leave unprotected, and the message is protected.");
            case Decision.Deliver(Route route, Extras extras) ->
                    new Decision.Deliver(route, extras.withoutCopies());
            case Decision.Protect(List<Protection> inOrder, _, Extras extras) -> {
                List<Protection> possible =
                        inOrder.stream()
                                .filter(each -> !(each instanceof Protection.Pickup))
                                .toList();
                yield possible.isEmpty()
                        ? new Decision.Hold("This copy could only be fetched by a person.")
                        : new Decision.Protect(possible, LastResort.HOLD, extras.withoutCopies());
            }
            // The message itself is not refused because of its copy.
            case Decision.Refuse(String text) ->
                    new Decision.Hold("This copy would be refused: " + text);
            case Decision.Hold _, Decision.Return _ -> decision;
        };
    }
}
