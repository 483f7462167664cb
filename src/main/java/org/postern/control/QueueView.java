package org.postern.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Done;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.RecipientState.Waiting;

/// A message of the queue as the operator sees it: addresses, decisions, states; nothing of its
/// content. Members are only ever added.
public final class QueueView {
    private QueueView() {}

    /// The message with all its recipients.
    public static ObjectNode of(QueuedMessage message) {
        Address from = message.envelope().reversePath();
        ObjectNode node =
                JsonLines.object()
                        .put("id", message.id().value())
                        .put("arrived", message.arrived().toString())
                        .put("size", message.size())
                        .put("from", from == null ? "<>" : from.toString())
                        .put("listener", lower(message.envelope().arrival().listener()));
        ArrayNode recipients = node.putArray("recipients");
        for (Address recipient : message.envelope().recipients()) {
            recipients.add(recipient(message, recipient));
        }
        return node;
    }

    private static ObjectNode recipient(QueuedMessage message, Address recipient) {
        Ruling.ForRecipient ruled = message.ruling().of(recipient);
        RecipientState state = message.states().getOrDefault(recipient, new Held("no state"));
        ObjectNode node =
                JsonLines.object()
                        .put("recipient", recipient.toString())
                        .put("rule", ruled.rule())
                        .put("decision", ruled.decision().words())
                        .put("state", word(state))
                        .put("reason", reason(state));
        if (state instanceof Waiting waiting) {
            node.put("attempts", waiting.attempts()).put("next", waiting.notBefore().toString());
        }
        message.review(recipient).ifPresent(review -> node.set("review", review(review)));
        return node;
    }

    private static ObjectNode review(Review review) {
        ObjectNode node =
                JsonLines.object()
                        .put("rule", review.rule())
                        .put("since", review.since().toString());
        review.hearing().asked().ifPresent(list -> node.put("approvers", list));
        review.end()
                .ifPresent(end ->
                        node.put("until", end.toString())
                                .put("then", review.hearing().then().word()));
        node.put("twoPeople", review.hearing().twoPeople());
        ObjectNode agreed = node.putObject("agreed");
        review.agreed().forEach(agreed::put);
        return node;
    }

    /// `waiting`, `held` or `done`.
    static String word(RecipientState state) {
        return switch (state) {
            case Waiting _ -> "waiting";
            case Held _ -> "held";
            case Done _ -> "done";
        };
    }

    static String reason(RecipientState state) {
        return switch (state) {
            case Waiting waiting -> waiting.lastReason();
            case Held held -> held.reason();
            case Done(DeliveryOutcome outcome) -> lower(outcome.getClass().getSimpleName());
        };
    }

    private static String lower(Object word) {
        return word.toString().toLowerCase(Locale.ROOT);
    }
}
