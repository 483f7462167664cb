package org.postern.reach;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.postern.mail.Address;
import org.postern.pki.Lookup;
import org.postern.policy.Decision.LastResort;
import org.postern.policy.Decision.Protect;
import org.postern.policy.Protection;
import org.postern.reach.Possibility.Doubtful;
import org.postern.reach.Possibility.Impossible;
import org.postern.reach.Possibility.Possible;
import org.postern.reach.Possibility.Unknown;
import org.postern.relay.NextHop;
import org.postern.route.Prospect;

/// Which protection of a decision would be chosen for somebody now, in words, and why none before
/// it.
///
/// @param steps one for each protection, in the order of the decision
/// @param otherwise what happens if none is possible
public record Choice(List<Step> steps, LastResort otherwise) {
    public Choice {
        steps = List.copyOf(steps);
    }

    /// @param why a clause for people
    public record Step(Protection protection, Standing standing, String why) {}

    /// How a protection fares.
    public enum Standing {
        CHOSEN("would be chosen"),
        /// The message would wait for an answer before anything else is tried.
        AWAITED("not known now"),
        /// A later one would be taken in its place. Where none is possible the message would wait,
        /// and the last resort comes only when it has waited for as long as mail waits.
        IN_DOUBT("in doubt"),
        IMPOSSIBLE("not possible"),
        NOT_ASKED("not asked");

        private final String words;

        Standing(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }

        private boolean ends() {
            return this == CHOSEN || this == AWAITED;
        }

        private boolean waits() {
            return this == AWAITED || this == IN_DOUBT;
        }
    }

    /// Asks in the order of the decision, and no further than delivery would.
    ///
    /// @param isEncrypted whether the author's own program encrypted the message to the recipient,
    ///   which then goes on as it is
    public static Choice of(
            Protect decision,
            Address recipient,
            Possibilities possible,
            Predicate<Address> isEncrypted) {
        List<Step> steps = new ArrayList<>();
        String before = "";
        for (Protection each : decision.inOrder()) {
            Step step =
                    before.isEmpty()
                            ? step(each, recipient, possible, isEncrypted)
                            : new Step(each, Standing.NOT_ASKED, before);
            steps.add(step);
            if (before.isEmpty() && step.standing().ends()) {
                before = each.word() + " comes before it";
            }
        }
        return new Choice(steps, decision.otherwise());
    }

    private static Step step(
            Protection protection,
            Address recipient,
            Possibilities possible,
            Predicate<Address> isEncrypted) {
        return switch (protection) {
            case Protection.Smime() ->
                    isEncrypted.test(recipient)
                            ? new Step(
                                    protection,
                                    Standing.CHOSEN,
                                    "its author has encrypted it to this recipient")
                            : step(protection, possible.smime(recipient), Choice::words);
            case Protection.Tls() -> tls(protection, possible.tls(recipient));
            case Protection.Pickup _ ->
                    step(
                            protection,
                            possible.pickup(),
                            _ -> "there is a page on which it can be picked up");
        };
    }

    /// Nobody takes a doubt about proof for a no, as delivery does not. Of certificates it is one:
    /// where no message waits for a directory, its absence decides.
    private static Step tls(Protection protection, Possibility<Prospect> seen) {
        return seen instanceof Doubtful<Prospect>(String reason)
                ? new Step(protection, Standing.IN_DOUBT, clause(reason))
                : step(protection, seen, Choice::words);
    }

    private static <T> Step step(
            Protection protection, Possibility<T> possibility, Function<T, String> words) {
        return switch (possibility) {
            case Possible<T>(T by) -> new Step(protection, Standing.CHOSEN, words.apply(by));
            case Impossible<T>(String reason) ->
                    new Step(protection, Standing.IMPOSSIBLE, clause(reason));
            case Doubtful<T>(String reason) ->
                    new Step(protection, Standing.IMPOSSIBLE, clause(reason));
            case Unknown<T>(String reason, Optional<Duration> patience) ->
                    new Step(protection, Standing.AWAITED, clause(reason) + "; " + waits(patience));
        };
    }

    private static String words(Lookup.Found found) {
        String trust =
                switch (found.trust()) {
                    case PATH -> "under an authority of partners/anchors";
                    case PINNED -> "pinned";
                    case ISSUED -> "issued by the clinic";
                };
        return "a certificate is known (" + found.file() + ", " + trust + ")";
    }

    private static String words(Prospect seen) {
        return switch (seen) {
            case Prospect.Hosts(String _, List<NextHop> hops, var _) ->
                    hops.stream().map(Choice::words).distinct().collect(Collectors.joining(" or "))
                            + " has to prove itself when it is connected";
            case Prospect.Nowhere(var reply) -> "it fails for good: " + reply.text();
            case Prospect.Unproved nobody -> nobody.reason();
            case Prospect.Unknown(String reason) -> reason;
        };
    }

    private static String words(NextHop hop) {
        return hop.name()
                + Optional.ofNullable(hop.proof())
                        .map(proof -> " (" + proof.word().word() + ")")
                        .orElse("");
    }

    private static String waits(Optional<Duration> patience) {
        return patience.map(time -> "the message waits for it, " + minutes(time) + " at most")
                .orElse("the message waits for it");
    }

    private static String minutes(Duration time) {
        return time.toMinutes() % 60 == 0 && !time.isZero()
                ? time.toHours() + " h"
                : time.toMinutes() + " min";
    }

    /// Reasons are sentences where they stand alone.
    private static String clause(String reason) {
        return reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
    }

    /// The protection that would be chosen, if one is possible and none before it is awaited.
    public Optional<Protection> chosen() {
        return steps.stream()
                .filter(step -> step.standing() == Standing.CHOSEN)
                .map(Step::protection)
                .findFirst();
    }

    /// For which of them the message would wait, if it would.
    public Optional<Protection> awaited() {
        return chosen().isPresent()
                ? Optional.empty()
                : steps.stream()
                        .filter(step -> step.standing().waits())
                        .map(Step::protection)
                        .reduce((_, last) -> last);
    }

    /// Whether all of them are impossible, so that the last resort is what happens.
    public boolean isLastResort() {
        return steps.stream().allMatch(step -> step.standing() == Standing.IMPOSSIBLE);
    }
}
