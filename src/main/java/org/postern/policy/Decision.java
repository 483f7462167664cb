package org.postern.policy;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.postern.policy.Protection.Level;

/// What shall happen to a message for one recipient.
public sealed interface Decision {
    /// Passed on as it is.
    record Deliver(Route route) implements Decision {}

    /// The first of the list that is possible for this recipient, proved at the attempt; if none
    /// is, the last resort.
    record Protect(List<Protection> inOrder, LastResort otherwise) implements Decision {
        public Protect {
            inOrder = List.copyOf(inOrder);
            if (inOrder.isEmpty()) {
                throw new IllegalArgumentException("protect names at least one protection");
            }
        }
    }

    /// Kept until a person decides.
    ///
    /// @param hearing who that is
    record Hold(String reason, Hearing hearing) implements Decision {
        /// Whoever runs the commands decides.
        public Hold(String reason) {
            this(reason, Hearing.OPEN);
        }
    }

    /// Refused in the session, with a text the originator understands.
    record Refuse(String text) implements Decision {}

    /// Given back to the originator, who had been told that it was taken: what a person decided
    /// about held mail, or the end of its time. No policy file can say it.
    record Return(String reason) implements Decision {}

    /// The decision as a policy file says it, such as `protect: [smime, tls], otherwise: hold`.
    default String words() {
        return switch (this) {
            case Deliver(Route route) -> "deliver: " + route.name().toLowerCase(Locale.ROOT);
            case Protect(List<Protection> inOrder, LastResort otherwise) ->
                    inOrder.stream()
                            .map(Protection::word)
                            .collect(
                                    Collectors.joining(
                                            ", ",
                                            "protect: [",
                                            "], otherwise: "
                                                    + otherwise.name().toLowerCase(Locale.ROOT)
                                                    + levelWords(inOrder)));
            case Hold(String reason, Hearing hearing) ->
                    "hold: \"" + reason + "\"" + (hearing.isOpen() ? "" : ", " + hearing.words());
            case Refuse(String text) -> "refuse: \"" + text + "\"";
            case Return(String reason) -> "reject: \"" + reason + "\"";
        };
    }

    /// How well the reader of a pickup shows who she is; the usual way where there is no pickup.
    static Level level(List<Protection> inOrder) {
        return inOrder.stream()
                .map(protection ->
                        protection instanceof Protection.Pickup(Level level) ? level : Level.NORMAL)
                .filter(level -> level != Level.NORMAL)
                .findFirst()
                .orElse(Level.NORMAL);
    }

    private static String levelWords(List<Protection> inOrder) {
        Level level = level(inOrder);
        return level == Level.NORMAL ? "" : ", level: " + level.word();
    }

    /// Where a message goes that needs no protection.
    enum Route {
        /// To the clinic's own mail server.
        INTERNAL,
        /// To wherever the domain's mail goes, in clear if need be. For what is public anyway.
        UNPROTECTED
    }

    /// What happens if no protection of the list is possible.
    enum LastResort {
        HOLD,
        /// The originator gets a failure report.
        FAIL
    }
}
