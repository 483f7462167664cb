package org.postern.policy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.policy.Protection.Level;

/// What shall happen to a message for one recipient.
public sealed interface Decision {
    /// Passed on as it is.
    record Deliver(Route route, Extras besides) implements Decision {
        /// With nothing besides.
        public Deliver(Route route) {
            this(route, Extras.NONE);
        }
    }

    /// The first of the list that is possible for this recipient, proved at the attempt; if none
    /// is, the last resort.
    record Protect(List<Protection> inOrder, LastResort otherwise, Extras besides)
            implements Decision {
        /// With nothing besides.
        public Protect(List<Protection> inOrder, LastResort otherwise) {
            this(inOrder, otherwise, Extras.NONE);
        }

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
            case Deliver(Route route, Extras besides) ->
                    "deliver: " + route.word() + besides.words();
            case Protect(List<Protection> inOrder, LastResort otherwise, Extras besides) ->
                    inOrder.stream()
                            .map(Protection::word)
                            .collect(
                                    Collectors.joining(
                                            ", ",
                                            "protect: [",
                                            "], otherwise: "
                                                    + otherwise.name().toLowerCase(Locale.ROOT)
                                                    + levelWords(inOrder)
                                                    + besides.words()));
            case Hold(String reason, Hearing hearing) ->
                    "hold: \"" + reason + "\"" + (hearing.isOpen() ? "" : ", " + hearing.words());
            case Refuse(String text) -> "refuse: \"" + text + "\"";
            case Return(String reason) -> "reject: \"" + reason + "\"";
        };
    }

    /// What is done besides; empty for what goes nowhere.
    default Optional<Extras> extras() {
        return switch (this) {
            case Deliver(_, Extras besides) -> Optional.of(besides);
            case Protect(_, _, Extras besides) -> Optional.of(besides);
            case Hold _, Refuse _, Return _ -> Optional.empty();
        };
    }

    /// The same with nothing besides.
    default Decision alone() {
        return switch (this) {
            case Deliver(Route route, _) -> new Deliver(route);
            case Protect(var inOrder, LastResort otherwise, _) -> new Protect(inOrder, otherwise);
            case Hold _, Refuse _, Return _ -> this;
        };
    }

    /// The same, where whoever reads it as a pickup has to show the most.
    default Decision atTheStrictest() {
        return this instanceof Protect(var inOrder, LastResort otherwise, Extras besides)
                ? new Protect(
                        inOrder.stream()
                                .map(each ->
                                        each instanceof Protection.Pickup
                                                ? new Protection.Pickup(Level.SENSITIVE)
                                                : each)
                                .toList(),
                        otherwise,
                        besides)
                : this;
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
        /// Into the secure mailbox of one of the clinic's people, and nowhere else.
        MAILBOX,
        /// To the clinic's own mail server and into the secure mailbox.
        BOTH,
        /// To wherever the domain's mail goes, in clear if need be. For what is public anyway.
        UNPROTECTED;

        /// As a policy file says it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Whether it stays within the clinic.
        public boolean isInside() {
            return this != UNPROTECTED;
        }

        /// Whether it comes into the secure mailbox.
        public boolean keeps() {
            return this == MAILBOX || this == BOTH;
        }
    }

    /// What happens if no protection of the list is possible.
    enum LastResort {
        HOLD,
        /// The originator gets a failure report.
        FAIL
    }
}
