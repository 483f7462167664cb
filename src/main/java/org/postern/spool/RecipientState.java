package org.postern.spool;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.DeliveryOutcome;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;

/// Where one recipient of a queued message stands.
public sealed interface RecipientState {
    /// Whether the next hop, or the secure mailbox, has taken it over.
    default boolean isDelivered() {
        return this instanceof Done(DeliveryOutcome outcome)
                && (outcome instanceof DeliveryOutcome.Relayed
                        || outcome instanceof DeliveryOutcome.Delivered);
    }

    /// To be attempted, not before the given time.
    ///
    /// @param attempts how many there were
    /// @param lastReason why the last one did not succeed; empty before the first
    /// @param waited until `notBefore`, as the retry schedule counts it
    /// @param told whether the return handler knows of the delay
    /// @param afresh what was decided since in the place of the ruling
    record Waiting(
            int attempts,
            Instant notBefore,
            String lastReason,
            Duration waited,
            boolean told,
            Optional<Afresh> afresh)
            implements RecipientState {
        /// One who has not waited yet.
        public Waiting(int attempts, Instant notBefore, String lastReason) {
            this(attempts, notBefore, lastReason, Duration.ZERO, false, Optional.empty());
        }

        /// One of whom was decided afresh, or who is to be tried again as it was decided.
        public static Waiting decided(Instant now, Optional<Afresh> afresh) {
            return new Waiting(0, now, "", Duration.ZERO, false, afresh);
        }

        /// The same with another time.
        public Waiting dueAt(Instant time) {
            return new Waiting(attempts, time, lastReason, waited, told, afresh);
        }

        /// The same with the return handler knowing of the delay.
        public Waiting whenTold() {
            return new Waiting(attempts, notBefore, lastReason, waited, true, afresh);
        }

        /// The same with the originator knowing of what was decided.
        public Waiting whenDecisionTold() {
            return new Waiting(
                    attempts, notBefore, lastReason, waited, told, afresh.map(Afresh::whenTold));
        }
    }

    /// A person decides.
    ///
    /// @param review where a rule holds it; empty where something else does: a doubt, an operator,
    ///   a protection that is not possible
    /// @param afresh what was decided before, and is to be tried when it is let go
    record Held(String reason, Optional<Review> review, Optional<Afresh> afresh)
            implements RecipientState {
        /// One whom no rule holds.
        public Held(String reason) {
            this(reason, Optional.empty(), Optional.empty());
        }

        /// One whom a rule holds.
        public Held(String reason, Review review) {
            this(reason, Optional.of(review), Optional.empty());
        }
    }

    /// Finished with this outcome: relayed, delivered, or failed and reported.
    record Done(DeliveryOutcome outcome) implements RecipientState {}

    /// What stands in the place of the ruling: a person let it go, gave it back or chose a way, or
    /// the time of a hold ended.
    ///
    /// @param rule that made the decision, where a rule did
    /// @param by who, as the audit has it
    /// @param hearing who is asked again if it cannot be done
    /// @param passed the rules that no longer count for this recipient
    /// @param told whether the originator knows
    record Afresh(
            Decision decision,
            String rule,
            String by,
            Hearing hearing,
            Set<String> passed,
            boolean told) {
        /// Who decides at the end of a hold's time.
        public static final String TIME = "the time limit";

        public Afresh {
            passed = Set.copyOf(passed);
        }

        Afresh whenTold() {
            return new Afresh(decision, rule, by, hearing, passed, true);
        }
    }

    /// What a rule holds, and how far those are who decide.
    ///
    /// @param since when, which also names this review: another has another time
    /// @param passed the rules that no longer count for this recipient
    /// @param agreed by person the way that she would let it go, where two people have to agree
    /// @param told whether the originator and those who are asked know
    record Review(
            String rule,
            Hearing hearing,
            Instant since,
            Set<String> passed,
            Map<String, String> agreed,
            boolean told) {
        public Review {
            passed = Set.copyOf(passed);
            agreed = Map.copyOf(agreed);
        }

        /// One that begins.
        public static Review of(String rule, Hearing hearing, Instant since, Set<String> passed) {
            return new Review(rule, hearing, since, passed, Map.of(), false);
        }

        /// When its time ends.
        public Optional<Instant> end() {
            return hearing.end(since);
        }

        /// The same with all knowing who have to.
        public Review whenTold() {
            return new Review(rule, hearing, since, passed, agreed, true);
        }

        /// The same for those who are asked, for as long as they take.
        public Review withoutEnd() {
            return new Review(rule, hearing.withoutEnd(), since, passed, agreed, told);
        }

        /// The same whoever has agreed: what a hold is, for all whom it holds a message for. People
        /// may have agreed about some of them alone.
        public Review whoeverAgreed() {
            return with(Map.of());
        }

        /// The same with these having agreed.
        public Review with(Map<String, String> people) {
            return new Review(rule, hearing, since, passed, people, told);
        }
    }
}
