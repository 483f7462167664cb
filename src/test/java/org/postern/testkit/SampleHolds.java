package org.postern.testkit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;

/// Messages that rules hold, as whoever asks about the queue finds them: from the doctor, arrived
/// at the epoch, without a content.
public final class SampleHolds {
    private SampleHolds() {}

    /// Queue ids in their order.
    public static QueueId id(int number) {
        return new QueueId("%016d".formatted(number));
    }

    /// Held for the patient by this rule, about which whoever runs the commands decides.
    public static QueuedMessage by(String rule, QueueId id) {
        return of(id, Map.of(SampleMail.PATIENT, held("why", rule, Hearing.OPEN)));
    }

    /// As it stands for each of these.
    public static QueuedMessage of(QueueId id, Map<Address, RecipientState> states) {
        List<Ruling.ForRecipient> ruling =
                states.entrySet().stream()
                        .map(each ->
                                new Ruling.ForRecipient(
                                        each.getKey(),
                                        new Decision.Hold("why"),
                                        rule(each.getValue())))
                        .toList();
        return new QueuedMessage(
                id,
                Instant.EPOCH,
                SampleMail.envelope(states.keySet().toArray(Address[]::new)),
                new Ruling(ruling),
                10,
                states);
    }

    private static String rule(RecipientState state) {
        return state instanceof RecipientState.Held held
                ? held.review().map(Review::rule).orElse("rule")
                : "rule";
    }

    /// Held for one recipient since the epoch.
    public static RecipientState held(String reason, String rule, Hearing hearing) {
        return new RecipientState.Held(reason, Review.of(rule, hearing, Instant.EPOCH, Set.of()));
    }

    /// Where the people of a list decide, without a limit.
    ///
    /// @param list null where nobody but whoever runs the commands does
    public static Hearing asking(@Nullable String list) {
        return new Hearing(list, null, Hearing.AtEnd.REJECT, false);
    }
}
