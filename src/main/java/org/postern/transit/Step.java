package org.postern.transit;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.postern.frame.DamagedException;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Failed;
import org.postern.mail.DeliveryOutcome.Held;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.mail.Reply;
import org.postern.mime.MimeException;
import org.postern.policy.Decision.LastResort;
import org.postern.policy.Protection;
import org.postern.reach.Possibility;
import org.postern.relay.RelayResult;
import org.postern.smime.SmimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One step that may fail: because the world does, then it is delayed; because the message or our
/// own code does, then a person looks at it, and the other recipients go on.
@FunctionalInterface
interface Step {
    Map<Address, DeliveryOutcome> run() throws IOException, MimeException, SmimeException;

    /// What came of trying one protection for one recipient.
    sealed interface Attempted {
        record Possible(DeliveryOutcome outcome) implements Attempted {}

        /// Not now: who should prove himself did not. A later protection may be taken in its place;
        /// where none is possible it waits, and only when it has waited for as long as mail waits
        /// does it count as impossible.
        ///
        /// @param tls of the connection on which he did not; null without one
        record NotYet(String reason, @Nullable Tls tls) implements Attempted {
            NotYet(String reason) {
                this(reason, null);
            }

            Delayed delayed() {
                return new Delayed(reason, tls);
            }
        }

        /// @param reason for the privacy officer: no certificate, an expired one, no proved next
        ///   hop
        record Impossible(String reason) implements Attempted {}

        /// Tries what is possible. What nobody can say now is waited for, as long as that is worth
        /// it: an answer about this recipient alone for its time, the way of all mail to the
        /// destination for as long as mail is tried.
        ///
        /// @param age of the message
        static <T> Attempted of(Possibility<T> possibility, Duration age, Trying<T> trying)
                throws DamagedException {
            return switch (possibility) {
                case Possibility.Possible<T>(T by) -> new Possible(trying.with(by));
                case Possibility.Impossible<T>(String reason) -> new Impossible(reason);
                case Possibility.Doubtful<T>(String reason) -> new Impossible(reason);
                case Possibility.Unknown<T>(String reason, Optional<Duration> patience) -> {
                    if (patience.isEmpty()) {
                        yield new Possible(new Delayed(reason));
                    }
                    yield age.compareTo(patience.get()) < 0
                            ? new Possible(Delayed.alone(reason))
                            : new Impossible(reason);
                }
            };
        }
    }

    /// Why protections were not possible, in their order: for people, and with what the audit keeps
    /// besides.
    final class Reasons {
        private final StringJoiner told = new StringJoiner("; ");
        private final StringJoiner audited = new StringJoiner("; ");

        /// @param tls of the connection on which it was found out; null without one
        void add(Protection protection, String reason, @Nullable Tls tls) {
            String one = protection.word() + ": " + reason;
            told.add(one);
            audited.add(tls == null ? one : one + " (over " + tls + ")");
        }

        String audited() {
            return audited.toString();
        }

        @Override
        public String toString() {
            return told.toString();
        }
    }

    /// What is done by what makes a protection possible.
    @FunctionalInterface
    interface Trying<T> {
        DeliveryOutcome with(T by) throws DamagedException;
    }

    /// What an attempt came to that demanded proof.
    ///
    /// @param result null where nothing was sent
    static Attempted proved(@Nullable RelayResult result, DeliveryOutcome outcome) {
        return switch (result) {
            case null -> new Attempted.Possible(outcome);
            case RelayResult.Sent _, RelayResult.Unreachable _ -> new Attempted.Possible(outcome);
            case RelayResult.Unproved(String reason, Tls tls) -> new Attempted.NotYet(reason, tls);
            case RelayResult.Unprovable(String reason) -> new Attempted.Impossible(reason);
        };
    }

    /// What becomes of a message that cannot be protected.
    static DeliveryOutcome lastResort(LastResort resort, String why) {
        String reason = "no protection that the policy asks for is possible: " + why;
        return switch (resort) {
            case HOLD -> new Held(reason);
            case FAIL -> new Failed(new Reply(550, "5.7.1", reason));
        };
    }

    /// What becomes of an attempt that was put off when it was the last one.
    static Transit.Attempt givenUp(Transit.Attempt last, Duration waited, Delayed put) {
        String words = "Given up after %d hours: %s".formatted(waited.toHours(), put.reason());
        DeliveryOutcome failed = new Failed(new Reply(554, put.overdue(), words), put.tls());
        return new Transit.Attempt(last.way(), last.atLast().orElse(failed), last.why());
    }

    /// What is done to a message for one recipient, before it leaves.
    @FunctionalInterface
    interface Protecting {
        ContentWriter protect(Content content) throws IOException, MimeException, SmimeException;
    }

    /// The step for one recipient.
    static DeliveryOutcome attempted(Address recipient, Step step) throws DamagedException {
        return Objects.requireNonNull(
                attempted(List.of(recipient), step).get(recipient),
                "every recipient has an outcome");
    }

    /// The step, with an outcome for each of these recipients whatever happens.
    static Map<Address, DeliveryOutcome> attempted(List<Address> recipients, Step step)
            throws DamagedException {
        try {
            return step.run();
        } catch (MimeException e) {
            return all(recipients, new Held("the message cannot be read: " + e.reason()));
        } catch (SmimeException e) {
            return all(recipients, new Held("the message cannot be protected: " + e.reason()));
        } catch (DamagedException e) {
            // It concerns the message and not this attempt: the story sets it aside.
            throw e;
        } catch (DeliveryOutcome.NotYetException e) {
            return all(recipients, Delayed.alone(e.reason()));
        } catch (IOException e) {
            return all(recipients, new Delayed("local storage is not to be had now"));
        } catch (RuntimeException e) {
            // The text of the exception may quote the message.
            String place = e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0];
            Logger log = LoggerFactory.getLogger(Step.class);
            log.error("a step ended by {}{}", e.getClass().getName(), place);
            return all(recipients, new Held("a fault of the gateway: " + e.getClass().getName()));
        }
    }

    /// What came of one transaction.
    static Map<Address, DeliveryOutcome> outcomes(List<Address> recipients, RelayResult result) {
        return switch (result) {
            case RelayResult.Sent(Map<Address, DeliveryOutcome> outcomes) -> outcomes;
            case RelayResult.Unproved(String reason, Tls tls) ->
                    all(recipients, new Delayed(reason, tls));
            case RelayResult.Unprovable(String reason) -> all(recipients, new Delayed(reason));
            case RelayResult.Unreachable(String reason, Tls tls) ->
                    all(recipients, new Delayed(reason, tls));
        };
    }

    /// The same outcome for each.
    static Map<Address, DeliveryOutcome> all(List<Address> recipients, DeliveryOutcome outcome) {
        Map<Address, DeliveryOutcome> outcomes = new LinkedHashMap<>();
        recipients.forEach(recipient -> outcomes.put(recipient, outcome));
        return outcomes;
    }
}
