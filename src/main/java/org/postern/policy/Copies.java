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

    /// Whom the rules name for copies.
    static Set<Address> named(List<Rule> rules) {
        return rules.stream()
                .flatMap(rule -> rule.then().extras().stream())
                .flatMap(it -> Stream.concat(it.bcc().stream(), it.journal().stream()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// What the rules say of a message, as far as copies hang on it.
    ///
    /// @param ruled of mail to an address
    /// @param journal the archives that the message shall be told to because of a recipient
    record Said(
            Function<Address, Ruling.ForRecipient> ruled,
            Function<Address, List<Address>> journal) {}

    /// @param originals the rulings of the message's own recipients
    static Ruling with(List<Ruling.ForRecipient> originals, Said said) {
        Map<String, Address> wanted = new LinkedHashMap<>();
        Map<String, Address> archives = new LinkedHashMap<>();
        boolean inClear = true;
        for (Ruling.ForRecipient each : originals) {
            Optional<Extras> extras = each.decision().extras();
            if (extras.isPresent() && !extras.get().bcc().isEmpty()) {
                extras.get().bcc().forEach(to -> wanted.putIfAbsent(to.key(), to));
                inClear &= isUnprotected(each.decision());
            }
            said.journal()
                    .apply(each.recipient())
                    .forEach(to -> archives.putIfAbsent(to.key(), to));
        }
        // Mail to an archive is not told to it, and so what comes back from it goes in no circle.
        originals.forEach(each -> {
            wanted.remove(each.recipient().key());
            archives.remove(each.recipient().key());
        });
        wanted.keySet().removeAll(archives.keySet());
        List<Ruling.ForRecipient> copies = new ArrayList<>();
        for (Address to : wanted.values()) {
            copies.add(of(said.ruled().apply(to), inClear));
        }
        for (Address to : archives.values()) {
            copies.add(reported(of(said.ruled().apply(to), false)));
        }
        return new Ruling(originals, copies, Set.copyOf(archives.values()), "");
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
