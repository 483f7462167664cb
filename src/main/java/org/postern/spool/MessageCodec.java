package org.postern.spool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.frame.DamagedException;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.Options;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Decision.LastResort;
import org.postern.policy.Decision.Route;
import org.postern.policy.Extras;
import org.postern.policy.Hearing;
import org.postern.policy.Protection;
import org.postern.policy.Protection.Level;
import org.postern.policy.Ruling;

/// Writes what a spool file says about its message as JSON and reads it back: envelope, ruling,
/// arrival. A value that it does not know is damage, never a guess.
final class MessageCodec {
    /// Its buffers are kept for all threads: a virtual one makes each of its own anew.
    private static final JsonMapper JSON =
            new JsonMapper(
                    JsonFactory.builder()
                            .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
                            .build());

    private MessageCodec() {}

    static byte[] encode(QueuedMessage message) {
        ObjectNode node = JSON.createObjectNode();
        node.put("arrived", message.arrived().toString());
        node.put("size", message.size());
        Envelope envelope = message.envelope();
        Arrival arrival = envelope.arrival();
        node.put("listener", arrival.listener().name());
        node.put("peer", arrival.peer());
        Arrival.Tls tls = arrival.tls();
        node.put("tls", tls == null ? null : tls.version());
        node.set("authenticated", nullable(arrival.authenticated()));
        node.set("reversePath", nullable(envelope.reversePath()));
        ArrayNode recipients = node.putArray("recipients");
        envelope.recipients().forEach(each -> recipients.add(encode(each)));
        OptionsCodec.encode(envelope.options(), envelope.recipients())
                .ifPresent(options -> node.set("options", options));
        // Files of before there were these have none.
        if (tls != null && tls.suite() != null) {
            node.put("tlsSuite", tls.suite());
        }
        if (arrival.helo() != null) {
            node.put("helo", arrival.helo());
        }
        if (!envelope.findings().isEmpty()) {
            node.put("findings", envelope.findings());
        }
        if (!message.ruling().doubt().isEmpty()) {
            node.put("doubt", message.ruling().doubt());
        }
        encode(message.ruling().recipients(), node.putArray("ruling"));
        if (!message.ruling().copies().isEmpty()) {
            encode(message.ruling().copies(), node.putArray("copies"));
        }
        if (!message.ruling().archives().isEmpty()) {
            addresses(List.copyOf(message.ruling().archives()), node, "archives");
        }
        return octets(node);
    }

    private static void encode(List<Ruling.ForRecipient> ruling, ArrayNode node) {
        for (Ruling.ForRecipient each : ruling) {
            node.addObject()
                    .put("rule", each.rule())
                    .<ObjectNode>set("recipient", encode(each.recipient()))
                    .set("decision", encode(each.decision()));
        }
    }

    private static List<Ruling.ForRecipient> ruling(JsonNode node) {
        List<Ruling.ForRecipient> ruling = new ArrayList<>();
        for (JsonNode each : node) {
            ruling.add(
                    new Ruling.ForRecipient(
                            address(each.required("recipient")),
                            decision(each.required("decision")),
                            text(each, "rule")));
        }
        return ruling;
    }

    /// @return the message as it was committed, all its recipients still to be attempted
    /// @throws DamagedException if the octets are not what `encode` wrote
    static QueuedMessage decode(QueueId id, byte[] octets) throws DamagedException {
        try {
            JsonNode node = JSON.readTree(octets);
            String version = node.required("tls").textValue();
            Arrival.Tls tls =
                    version == null
                            ? null
                            : new Arrival.Tls(version, node.path("tlsSuite").textValue());
            Arrival arrival =
                    new Arrival(
                            Listener.valueOf(text(node, "listener")),
                            text(node, "peer"),
                            node.path("helo").textValue(),
                            nullableAddress(node.required("authenticated")),
                            tls);
            List<Address> recipients = new ArrayList<>();
            for (JsonNode each : node.required("recipients")) {
                recipients.add(address(each));
            }
            Instant arrived = Instant.parse(text(node, "arrived"));
            Address reversePath = nullableAddress(node.required("reversePath"));
            Options options = OptionsCodec.decode(node.path("options"), recipients);
            String findings = node.path("findings").asText("");
            Envelope envelope = new Envelope(arrival, reversePath, recipients, options, findings);
            Ruling ruled =
                    new Ruling(
                            ruling(node.required("ruling")),
                            ruling(node.path("copies")),
                            Set.copyOf(addresses(node.path("archives"))),
                            node.path("doubt").asText(""));
            return new QueuedMessage(
                    id,
                    arrived,
                    envelope,
                    ruled,
                    node.required("size").longValue(),
                    untried(envelope, ruled, arrived));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw unreadable(e);
        }
    }

    /// All recipients as they stand before the first attempt.
    static Map<Address, RecipientState> untried(Envelope envelope, Ruling ruling, Instant arrived) {
        RecipientState first =
                ruling.doubt().isEmpty()
                        ? new RecipientState.Waiting(0, arrived, "")
                        : new RecipientState.Held(ruling.doubt());
        Map<Address, RecipientState> states = new LinkedHashMap<>();
        for (Address recipient : envelope.recipients()) {
            states.put(recipient, first);
        }
        return states;
    }

    /// The recipients whose states changed, by their place in the envelope.
    static byte[] encodeStates(List<Address> recipients, Map<Address, RecipientState> states) {
        ArrayNode node = JSON.createArrayNode();
        states.forEach((recipient, state) ->
                node.addObject()
                        .put("to", recipients.indexOf(recipient))
                        .set("state", StateCodec.encode(state)));
        return octets(node);
    }

    /// @throws DamagedException if the octets are not what `encodeStates` wrote
    static Map<Address, RecipientState> decodeStates(List<Address> recipients, byte[] octets)
            throws DamagedException {
        try {
            Map<Address, RecipientState> states = new LinkedHashMap<>();
            for (JsonNode each : JSON.readTree(octets)) {
                Address recipient = recipients.get(each.required("to").intValue());
                states.put(recipient, StateCodec.decode(each.required("state")));
            }
            return states;
        } catch (IOException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | DateTimeException e) {
            throw unreadable(e);
        }
    }

    static String text(JsonNode node, String name) {
        String text = node.required(name).textValue();
        if (text == null) {
            throw new IllegalArgumentException(name + " is not a text");
        }
        return text;
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static ObjectNode encode(Decision decision) {
        ObjectNode node = object();
        return switch (decision) {
            case Decision.Deliver(Route route, Extras besides) ->
                    encode(besides, node.put("deliver", route.name()));
            case Decision.Hold(String reason, Hearing hearing) -> {
                node.put("hold", reason);
                yield hearing.isOpen() ? node : node.set("hearing", encode(hearing));
            }
            case Decision.Refuse(String text) -> node.put("refuse", text);
            case Decision.Return(String reason) -> node.put("return", reason);
            case Decision.Protect(
                            List<Protection> inOrder,
                            LastResort otherwise,
                            Extras besides) -> {
                ArrayNode protect = node.putArray("protect");
                inOrder.forEach(each -> protect.add(each.word()));
                node.put("level", Decision.level(inOrder).word());
                yield encode(besides, node.put("otherwise", otherwise.name()));
            }
        };
    }

    private static ObjectNode encode(Extras besides, ObjectNode node) {
        if (!besides.stripTags().isEmpty()) {
            besides.stripTags().stream().sorted().forEach(node.putArray("stripTags")::add);
        }
        if (besides.signing() == Extras.Signing.DEMANDED) {
            node.put("sign", true);
        }
        if (!besides.bcc().isEmpty()) {
            addresses(besides.bcc(), node, "bcc");
        }
        if (!besides.journal().isEmpty()) {
            addresses(besides.journal(), node, "journal");
        }
        besides.fetching().expiry().ifPresent(it -> node.put("expiry", it.toString()));
        besides.fetching().language().ifPresent(it -> node.put("language", it));
        if (!besides.added().isNothing()) {
            node.put("banner", besides.added().banner()).put("note", besides.added().note());
        }
        return node;
    }

    private static Extras besides(JsonNode node) {
        Set<String> tags = new HashSet<>();
        node.path("stripTags").forEach(each -> tags.add(each.asText()));
        boolean sign = node.path("sign").asBoolean();
        return new Extras(
                tags,
                sign ? Extras.Signing.DEMANDED : Extras.Signing.AS_CONFIGURED,
                addresses(node.path("bcc")),
                addresses(node.path("journal")),
                new Extras.Fetching(
                        said(node, "expiry").map(Duration::parse), said(node, "language")),
                new Extras.Added(said(node, "banner").orElse(""), said(node, "note").orElse("")));
    }

    private static void addresses(List<Address> all, ObjectNode node, String key) {
        ArrayNode array = node.putArray(key);
        all.forEach(each -> array.add(encode(each)));
    }

    private static List<Address> addresses(JsonNode array) {
        List<Address> all = new ArrayList<>();
        array.forEach(each -> all.add(address(each)));
        return all;
    }

    private static Optional<String> said(JsonNode node, String key) {
        return node.has(key) ? Optional.of(text(node, key)) : Optional.empty();
    }

    static ObjectNode encode(Hearing hearing) {
        Duration limit = hearing.limit();
        return object().put("approvers", hearing.approvers())
                .put("limit", limit == null ? null : limit.toString())
                .put("then", hearing.then().word())
                .put("twoPeople", hearing.twoPeople());
    }

    /// What was queued before there were approvers has none.
    static Hearing hearing(JsonNode node) {
        if (node.isMissingNode()) {
            return Hearing.OPEN;
        }
        String limit = node.required("limit").textValue();
        return new Hearing(
                node.required("approvers").textValue(),
                limit == null ? null : Duration.parse(limit),
                Hearing.AtEnd.of(text(node, "then")),
                node.required("twoPeople").booleanValue());
    }

    static Decision decision(JsonNode node) {
        if (node.has("deliver")) {
            return new Decision.Deliver(Route.valueOf(text(node, "deliver")), besides(node));
        }
        if (node.has("hold")) {
            return new Decision.Hold(text(node, "hold"), hearing(node.path("hearing")));
        }
        if (node.has("return")) {
            return new Decision.Return(text(node, "return"));
        }
        if (node.has("refuse")) {
            return new Decision.Refuse(text(node, "refuse"));
        }
        List<Protection> inOrder = new ArrayList<>();
        // What was queued before there were levels has the usual one.
        Level level = node.has("level") ? Level.of(text(node, "level")) : Level.NORMAL;
        for (JsonNode each : node.required("protect")) {
            inOrder.add(protection(each.asText(), level));
        }
        return new Decision.Protect(
                inOrder, LastResort.valueOf(text(node, "otherwise")), besides(node));
    }

    private static Protection protection(String word, Level level) {
        return switch (word) {
            case "smime" -> new Protection.Smime();
            case "tls" -> new Protection.Tls();
            case "pickup" -> new Protection.Pickup(level);
            default -> throw new IllegalArgumentException("an unknown protection");
        };
    }

    /// The two parts apart, so that an address comes back without being parsed.
    private static ArrayNode encode(Address address) {
        return JSON.createArrayNode().add(address.localPart()).add(address.domain().name());
    }

    private static @Nullable ArrayNode nullable(@Nullable Address address) {
        return address == null ? null : encode(address);
    }

    private static Address address(JsonNode node) {
        String localPart = node.required(0).asText();
        return new Address(localPart, new Domain(node.required(1).asText()));
    }

    private static @Nullable Address nullableAddress(JsonNode node) {
        return node.isNull() ? null : address(node);
    }

    private static byte[] octets(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree in memory could not be written", e);
        }
    }

    /// Without the cause: it may quote an address.
    private static DamagedException unreadable(Exception e) {
        return new DamagedException(
                "a record opens but cannot be read (" + e.getClass().getSimpleName() + ")");
    }
}
