package org.postern.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.postern.mail.Address;
import org.postern.policy.Decision.LastResort;
import org.postern.policy.Decision.Route;

/// The copies that rules ask for (`bcc`). Each is decided about by the same rules as any mail to
/// its address, and by some more: what is protected for its recipient leaves nowhere in clear, no
/// program can fetch what waits for pickup, and a copy makes no further ones. Pure.
final class Copies {
    private Copies() {}

    /// @param originals the rulings of the message's own recipients
    /// @param byRules what the rules say of mail to an address
    static List<Ruling.ForRecipient> of(
            List<Ruling.ForRecipient> originals, Function<Address, Ruling.ForRecipient> byRules) {
        Map<String, Address> wanted = new LinkedHashMap<>();
        boolean inClear = true;
        for (Ruling.ForRecipient each : originals) {
            Optional<Extras> extras = each.decision().extras();
            if (extras.isPresent() && !extras.get().bcc().isEmpty()) {
                extras.get().bcc().forEach(to -> wanted.putIfAbsent(to.key(), to));
                inClear &= isUnprotected(each.decision());
            }
        }
        originals.forEach(each -> wanted.remove(each.recipient().key()));
        List<Ruling.ForRecipient> copies = new ArrayList<>();
        for (Address to : wanted.values()) {
            copies.add(of(byRules.apply(to), inClear));
        }
        return copies;
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
                    new Decision.Deliver(route, extras.withoutBcc());
            case Decision.Protect(List<Protection> inOrder, _, Extras extras) -> {
                List<Protection> possible =
                        inOrder.stream()
                                .filter(each -> !(each instanceof Protection.Pickup))
                                .toList();
                yield possible.isEmpty()
                        ? new Decision.Hold("This copy could only be fetched by a person.")
                        : new Decision.Protect(possible, LastResort.HOLD, extras.withoutBcc());
            }
            // The message itself is not refused because of its copy.
            case Decision.Refuse(String text) ->
                    new Decision.Hold("This copy would be refused: " + text);
            case Decision.Hold _, Decision.Return _ -> decision;
        };
    }
}
