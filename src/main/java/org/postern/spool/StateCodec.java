package org.postern.spool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Duty;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.mail.Reply;
import org.postern.policy.Hearing;
import org.postern.spool.RecipientState.Afresh;
import org.postern.spool.RecipientState.Review;

/// Writes where a recipient stands as JSON and reads it back.
final class StateCodec {
    private StateCodec() {}

    static ObjectNode encode(RecipientState state) {
        ObjectNode node = MessageCodec.object();
        return switch (state) {
            case RecipientState.Waiting waiting -> {
                node.put("is", "waiting")
                        .put("attempts", waiting.attempts())
                        .put("notBefore", waiting.notBefore().toString())
                        .put("reason", waiting.lastReason())
                        .put("waited", waiting.waited().toString())
                        .put("told", waiting.told());
                waiting.afresh().ifPresent(it -> node.set("afresh", encode(it)));
                yield node;
            }
            case RecipientState.Held held -> {
                node.put("is", "held").put("reason", held.reason());
                held.review().ifPresent(it -> node.set("review", encode(it)));
                held.afresh().ifPresent(it -> node.set("afresh", encode(it)));
                yield node;
            }
            case RecipientState.Done(DeliveryOutcome outcome) ->
                    node.put("is", "done").set("outcome", encode(outcome));
        };
    }

    /// @throws IllegalArgumentException if it is not what `encode` wrote
    static RecipientState decode(JsonNode node) {
        return switch (MessageCodec.text(node, "is")) {
            case "waiting" ->
                    new RecipientState.Waiting(
                            node.required("attempts").intValue(),
                            Instant.parse(MessageCodec.text(node, "notBefore")),
                            MessageCodec.text(node, "reason"),
                            // Files of the first release have none of these.
                            Duration.parse(node.path("waited").asText("PT0S")),
                            node.path("told").booleanValue(),
                            afresh(node));
            case "held" ->
                    new RecipientState.Held(
                            MessageCodec.text(node, "reason"), review(node), afresh(node));
            case "done" -> new RecipientState.Done(outcome(node.required("outcome")));
            default -> throw new IllegalArgumentException("an unknown state");
        };
    }

    private static ObjectNode encode(Afresh afresh) {
        ObjectNode node = MessageCodec.object();
        node.put("rule", afresh.rule()).put("by", afresh.by()).put("told", afresh.told());
        afresh.passed().forEach(node.putArray("passed")::add);
        node.set("hearing", MessageCodec.encode(afresh.hearing()));
        return node.set("decision", MessageCodec.encode(afresh.decision()));
    }

    /// A file of an earlier release says no more than that it was let go.
    private static Optional<Afresh> afresh(JsonNode state) {
        if (state.path("released").booleanValue()) {
            return Optional.of(
                    new Afresh(QueuedMessage.RELEASED, "", "", Hearing.OPEN, Set.of(), true));
        }
        JsonNode node = state.path("afresh");
        return node.isMissingNode()
                ? Optional.empty()
                : Optional.of(
                        new Afresh(
                                MessageCodec.decision(node.required("decision")),
                                MessageCodec.text(node, "rule"),
                                MessageCodec.text(node, "by"),
                                MessageCodec.hearing(node.required("hearing")),
                                words(node.required("passed")),
                                node.required("told").booleanValue()));
    }

    private static ObjectNode encode(Review review) {
        ObjectNode node = MessageCodec.object();
        node.put("rule", review.rule())
                .put("since", review.since().toString())
                .put("told", review.told());
        review.passed().forEach(node.putArray("passed")::add);
        ObjectNode agreed = node.putObject("agreed");
        review.agreed().forEach(agreed::put);
        return node.set("hearing", MessageCodec.encode(review.hearing()));
    }

    private static Optional<Review> review(JsonNode state) {
        JsonNode node = state.path("review");
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        Map<String, String> agreed = new LinkedHashMap<>();
        node.required("agreed")
                .properties()
                .forEach(each -> agreed.put(each.getKey(), each.getValue().asText()));
        return Optional.of(
                new Review(
                        MessageCodec.text(node, "rule"),
                        MessageCodec.hearing(node.required("hearing")),
                        Instant.parse(MessageCodec.text(node, "since")),
                        words(node.required("passed")),
                        agreed,
                        node.required("told").booleanValue()));
    }

    private static Set<String> words(JsonNode array) {
        Set<String> words = new LinkedHashSet<>();
        array.forEach(each -> words.add(each.asText()));
        return words;
    }

    private static ObjectNode encode(DeliveryOutcome outcome) {
        ObjectNode node = MessageCodec.object();
        return switch (outcome) {
            case DeliveryOutcome.Relayed relayed -> {
                node.put("is", "relayed").put("hop", relayed.hop());
                node.put("reports", relayed.reports().name());
                node.set("tls", encode(relayed.tls()));
                yield put(node, relayed.reply());
            }
            case DeliveryOutcome.Delivered() -> node.put("is", "delivered");
            case DeliveryOutcome.Delayed(String reason, Tls tls, _, _) ->
                    put(node.put("is", "delayed").put("reason", reason), tls);
            case DeliveryOutcome.Held(String reason, Tls tls) ->
                    put(node.put("is", "held").put("reason", reason), tls);
            case DeliveryOutcome.Failed(Reply reply, Tls tls) ->
                    put(put(node.put("is", "failed"), reply), tls);
        };
    }

    private static DeliveryOutcome outcome(JsonNode node) {
        return switch (MessageCodec.text(node, "is")) {
            case "relayed" ->
                    new DeliveryOutcome.Relayed(
                            reply(node),
                            MessageCodec.text(node, "hop"),
                            tls(node.required("tls")),
                            Duty.valueOf(MessageCodec.text(node, "reports")));
            case "delivered" -> new DeliveryOutcome.Delivered();
            // Files of earlier releases say nothing of TLS where nothing was relayed.
            case "delayed" ->
                    new DeliveryOutcome.Delayed(
                            MessageCodec.text(node, "reason"), tls(node.path("tls")));
            case "held" ->
                    new DeliveryOutcome.Held(
                            MessageCodec.text(node, "reason"), tls(node.path("tls")));
            case "failed" -> new DeliveryOutcome.Failed(reply(node), tls(node.path("tls")));
            default -> throw new IllegalArgumentException("an unknown outcome");
        };
    }

    private static @Nullable ObjectNode encode(@Nullable Tls tls) {
        return tls == null
                ? null
                : MessageCodec.object()
                        .put("version", tls.version())
                        .put("suite", tls.suite())
                        .put("proof", tls.proof().word())
                        .put("fingerprint", tls.fingerprint());
    }

    private static @Nullable Tls tls(JsonNode node) {
        return node.isNull() || node.isMissingNode()
                ? null
                : new Tls(
                        MessageCodec.text(node, "version"),
                        MessageCodec.text(node, "suite"),
                        Proof.of(MessageCodec.text(node, "proof")),
                        MessageCodec.text(node, "fingerprint"));
    }

    private static ObjectNode put(ObjectNode node, @Nullable Tls tls) {
        return tls == null ? node : node.set("tls", encode(tls));
    }

    private static ObjectNode put(ObjectNode node, Reply reply) {
        return node.put("code", reply.code())
                .put("enhanced", reply.enhanced())
                .put("text", reply.text());
    }

    private static Reply reply(JsonNode node) {
        return new Reply(
                node.required("code").intValue(),
                MessageCodec.text(node, "enhanced"),
                MessageCodec.text(node, "text"));
    }
}
