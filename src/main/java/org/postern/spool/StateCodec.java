package org.postern.spool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Duty;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.mail.Reply;

/// Writes where a recipient stands as JSON and reads it back.
final class StateCodec {
    private StateCodec() {}

    static ObjectNode encode(RecipientState state) {
        ObjectNode node = MessageCodec.object();
        return switch (state) {
            case RecipientState.Waiting waiting ->
                    node.put("is", "waiting")
                            .put("attempts", waiting.attempts())
                            .put("notBefore", waiting.notBefore().toString())
                            .put("reason", waiting.lastReason())
                            .put("waited", waiting.waited().toString())
                            .put("told", waiting.told())
                            .put("released", waiting.released());
            case RecipientState.Held(String reason) -> node.put("is", "held").put("reason", reason);
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
                            node.path("released").booleanValue());
            case "held" -> new RecipientState.Held(MessageCodec.text(node, "reason"));
            case "done" -> new RecipientState.Done(outcome(node.required("outcome")));
            default -> throw new IllegalArgumentException("an unknown state");
        };
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
            case DeliveryOutcome.Delayed(String reason, _) ->
                    node.put("is", "delayed").put("reason", reason);
            case DeliveryOutcome.Held(String reason) ->
                    node.put("is", "held").put("reason", reason);
            case DeliveryOutcome.Failed(Reply reply) -> put(node.put("is", "failed"), reply);
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
            case "delayed" -> new DeliveryOutcome.Delayed(MessageCodec.text(node, "reason"));
            case "held" -> new DeliveryOutcome.Held(MessageCodec.text(node, "reason"));
            case "failed" -> new DeliveryOutcome.Failed(reply(node));
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
        return node.isNull()
                ? null
                : new Tls(
                        MessageCodec.text(node, "version"),
                        MessageCodec.text(node, "suite"),
                        Proof.of(MessageCodec.text(node, "proof")),
                        MessageCodec.text(node, "fingerprint"));
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
