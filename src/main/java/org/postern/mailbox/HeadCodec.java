package org.postern.mailbox;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.StoredMessage.Kept;
import org.postern.policy.Protection.Level;
import org.postern.vault.SealBrokenException;

/// What stands in the sealed head of a body: all that the database must know, as JSON.
final class HeadCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HeadCodec() {}

    /// Marks (notified, read) are not in the head, because a body is written once, and then only
    /// destroyed.
    static byte[] octets(StoredMessage message) throws IOException {
        NewMessage inner = message.message();
        ObjectNode json = JSON.createObjectNode();
        json.put("thread", message.thread().value());
        json.put("queueId", inner.queueId().value());
        json.put("direction", inner.direction().name());
        json.put("clinician", inner.clinician().toString());
        json.put("patient", inner.patient().toString());
        json.put("messageId", inner.messageId());
        inner.references().forEach(json.putArray("references")::add);
        json.put("arrived", inner.arrived().toString());
        inner.stay().ends().ifPresent(ends -> json.put("ends", ends.toString()));
        inner.stay().language().ifPresent(language -> json.put("language", language));
        if (!inner.stay().told()) {
            json.put("told", false);
        }
        json.put("kept", message.kept().since().toString());
        message.kept().lasts().ifPresent(lasts -> json.put("lasts", lasts.toString()));
        json.put("size", message.size());
        json.put("level", inner.guard().level().word());
        inner.guard().pin().ifPresent(pin -> json.put("pin", pin));
        return JSON.writeValueAsBytes(json);
    }

    /// Bodies from before there were guards have the usual one.
    private static NewMessage.Guard guard(JsonNode json) {
        Level level = json.has("level") ? Level.of(json.required("level").asText()) : Level.NORMAL;
        return new NewMessage.Guard(level, text(json, "pin"));
    }

    /// Bodies from before this was known are as old as their messages.
    private static Kept kept(JsonNode json, NewMessage message) {
        return text(json, "kept")
                .map(since ->
                        new Kept(Instant.parse(since), text(json, "lasts").map(Duration::parse)))
                .orElseGet(() -> Kept.since(message));
    }

    private static Optional<String> text(JsonNode json, String key) {
        return Optional.ofNullable(json.get(key)).map(JsonNode::asText);
    }

    /// @throws SealBrokenException if it is none; it was authentic, so a newer release wrote it
    static StoredMessage message(MessageKey key, byte[] octets) throws IOException {
        try {
            JsonNode json = JSON.readTree(octets);
            List<String> references = new ArrayList<>();
            json.required("references").forEach(each -> references.add(each.asText()));
            NewMessage message =
                    new NewMessage(
                            new QueueId(json.required("queueId").asText()),
                            NewMessage.Direction.valueOf(json.required("direction").asText()),
                            Address.of(json.required("clinician").asText()),
                            Address.of(json.required("patient").asText()),
                            json.required("messageId").asText(),
                            references,
                            new NewMessage.Stay(
                                    Instant.parse(json.required("arrived").asText()),
                                    text(json, "ends").map(Instant::parse),
                                    text(json, "language"),
                                    json.path("told").asBoolean(true)),
                            guard(json));
            return new StoredMessage(
                    key,
                    new ThreadId(json.required("thread").asText()),
                    message,
                    kept(json, message),
                    json.required("size").asLong());
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw new SealBrokenException("the head of body " + key + " cannot be understood");
        }
    }
}
