package org.postern.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.policy.Decision;
import org.postern.policy.Extras;
import org.postern.policy.Hearing;
import org.postern.policy.Protection;
import org.postern.policy.Ruling;

/// How an event is written: JSON members, ASCII only, so that no line of the log can trick a
/// terminal. The names are read by others and do not change.
final class EventJson {
    /// What is kept of a reason or a name; whoever wrote more wrote content.
    private static final int TEXT_CHARS_MAX = 1_000;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    // Its buffers are kept for all threads: a virtual one makes each of its own.
                    .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
                    .build();

    private final JsonGenerator json;

    private EventJson(JsonGenerator json) {
        this.json = json;
    }

    /// The members of an event, without braces.
    static String members(AuditEvent event) {
        StringWriter written = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(written)) {
            json.writeStartObject();
            new EventJson(json).event(event);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        String object = written.toString();
        return object.substring(1, object.length() - 1);
    }

    private void event(AuditEvent event) throws IOException {
        switch (event) {
            case AuditEvent.Accepted accepted -> accepted(accepted);
            case AuditEvent.Refused(
                            Arrival arrival,
                            Address reversePath,
                            List<Address> recipients,
                            Reply reply) -> {
                text("event", "refused");
                arrival(arrival);
                address("reversePath", reversePath);
                json.writeArrayFieldStart("recipients");
                for (Address recipient : recipients) {
                    json.writeString(recipient.toString());
                }
                json.writeEndArray();
                text("reply", reply.toString());
            }
            case AuditEvent.Refusals refusals -> refusals(refusals);
            case AuditEvent.Attempted attempted -> {
                text("event", "attempted");
                text("id", attempted.id().value());
                text("recipient", attempted.recipient().toString());
                text("way", attempted.way());
                outcome(attempted.outcome());
                text("why", attempted.why());
            }
            case AuditEvent.Withdrawn(QueueId id, Reply reply) -> {
                text("event", "withdrawn");
                text("id", id.value());
                text("reply", reply.toString());
            }
            case AuditEvent.Derived derived -> {
                text("event", "derived");
                text("id", derived.id().value());
                text("cause", derived.cause().value());
                text("kind", derived.kind());
            }
            case AuditEvent.Pickup pickup -> {
                text("event", "pickup");
                text("id", pickup.id().value());
                text("reader", pickup.reader().toString());
                text("act", pickup.act());
                text("check", pickup.check());
                text("peer", pickup.peer());
                text("device", pickup.device());
            }
            case AuditEvent.Followed followed -> followed(followed);
            case AuditEvent.Fetched fetched -> fetched(fetched);
            case AuditEvent.Operated operated -> operated(operated);
            case AuditEvent.Chose chose -> chose(chose);
            case AuditEvent.Housekeeping(String act, String detail) -> {
                text("event", "housekeeping");
                text("act", act);
                text("detail", detail);
            }
        }
    }

    private void refusals(AuditEvent.Refusals refusals) throws IOException {
        text("event", "refusals");
        arrival(refusals.first());
        text("since", refusals.since().toString());
        json.writeNumberField("count", refusals.count());
        json.writeNumberField("sources", refusals.sources());
        json.writeObjectFieldStart("replies");
        for (Map.Entry<String, Long> reply : refusals.replies().entrySet()) {
            json.writeNumberField(reply.getKey(), reply.getValue());
        }
        json.writeEndObject();
        texts(
                "reversePaths",
                refusals.named().reversePaths().stream().map(Address::toString).toList());
        texts("recipients", refusals.named().recipients().stream().map(Address::toString).toList());
        json.writeNumberField("others", refusals.named().others());
    }

    private void followed(AuditEvent.Followed followed) throws IOException {
        text("event", "followed");
        text("id", followed.id().value());
        text("patient", followed.patient().toString());
        text("act", followed.act());
        text("by", followed.by());
    }

    private void fetched(AuditEvent.Fetched fetched) throws IOException {
        text("event", "fetched");
        text("id", fetched.id().value());
        text("reader", fetched.reader().toString());
    }

    private void chose(AuditEvent.Chose chose) throws IOException {
        text("event", "chose");
        text("patient", chose.patient().toString());
        text("act", chose.act());
        text("by", chose.by());
        text("source", chose.source());
    }

    private void operated(AuditEvent.Operated operated) throws IOException {
        text("event", "operated");
        text("id", operated.id().value());
        text("act", operated.act());
        text("operator", operated.operator());
        text("detail", operated.detail());
    }

    private void accepted(AuditEvent.Accepted accepted) throws IOException {
        text("event", "accepted");
        text("id", accepted.id().value());
        arrival(accepted.arrival());
        address("reversePath", accepted.reversePath());
        json.writeNumberField("size", accepted.size());
        text("sha256", accepted.sha256());
        if (!accepted.ruling().doubt().isEmpty()) {
            text("held", accepted.ruling().doubt());
        }
        ruling("ruling", accepted.ruling().recipients());
        if (!accepted.ruling().copies().isEmpty()) {
            ruling("copies", accepted.ruling().copies());
            texts(
                    "archives",
                    accepted.ruling().archives().stream().map(Address::toString).sorted().toList());
        }
        if (accepted.kept().isPresent()) {
            KeptJson.write(json, accepted.kept().get());
        }
    }

    private void ruling(String name, List<Ruling.ForRecipient> ruling) throws IOException {
        json.writeArrayFieldStart(name);
        for (Ruling.ForRecipient each : ruling) {
            json.writeStartObject();
            text("recipient", each.recipient().toString());
            text("rule", each.rule());
            decision(each.decision());
            observed(each.observed());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void observed(List<Ruling.Observed> observed) throws IOException {
        if (observed.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("observed");
        for (Ruling.Observed each : observed) {
            json.writeStartObject();
            text("rule", each.rule());
            decision(each.decision());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void arrival(Arrival arrival) throws IOException {
        json.writeObjectFieldStart("arrival");
        text("listener", word(arrival.listener()));
        text("peer", arrival.peer());
        address("authenticated", arrival.authenticated());
        Arrival.Tls tls = arrival.tls();
        textOrNull("tls", tls == null ? null : tls.version());
        if (tls != null && tls.suite() != null) {
            text("suite", tls.suite());
        }
        json.writeEndObject();
    }

    private void decision(Decision decision) throws IOException {
        switch (decision) {
            case Decision.Deliver(Decision.Route route, Extras besides) -> {
                text("decision", "deliver");
                text("route", word(route));
                besides(besides);
            }
            case Decision.Protect(
                            List<Protection> inOrder,
                            Decision.LastResort otherwise,
                            Extras besides) -> {
                text("decision", "protect");
                json.writeArrayFieldStart("inOrder");
                for (Protection protection : inOrder) {
                    json.writeString(protection.word());
                }
                json.writeEndArray();
                text("otherwise", word(otherwise));
                text("level", Decision.level(inOrder).word());
                besides(besides);
            }
            case Decision.Hold(String reason, Hearing hearing) -> {
                text("decision", "hold");
                text("reason", reason);
                hearing(hearing);
            }
            case Decision.Refuse(String why) -> {
                text("decision", "refuse");
                text("text", why);
            }
            case Decision.Return(String why) -> {
                text("decision", "return");
                text("reason", why);
            }
        }
    }

    private void besides(Extras besides) throws IOException {
        texts("stripTags", besides.stripTags().stream().sorted().toList());
        if (besides.signing() == Extras.Signing.DEMANDED) {
            json.writeBooleanField("sign", true);
        }
        texts("bcc", besides.bcc().stream().map(Address::toString).toList());
        texts("journal", besides.journal().stream().map(Address::toString).toList());
        if (besides.fetching().expiry().isPresent()) {
            text("expiry", besides.fetching().expiry().get().toString());
        }
        if (besides.fetching().language().isPresent()) {
            text("language", besides.fetching().language().get());
        }
        if (!besides.added().isNothing()) {
            text("banner", besides.added().banner());
            text("note", besides.added().note());
        }
    }

    private void texts(String name, List<String> values) throws IOException {
        if (!values.isEmpty()) {
            json.writeArrayFieldStart(name);
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
    }

    private void hearing(Hearing hearing) throws IOException {
        if (!hearing.isOpen()) {
            textOrNull("approvers", hearing.approvers());
            textOrNull("limit", hearing.limit() == null ? null : hearing.limit().toString());
            text("then", hearing.then().word());
            json.writeBooleanField("twoPeople", hearing.twoPeople());
        }
    }

    private void outcome(DeliveryOutcome outcome) throws IOException {
        switch (outcome) {
            case DeliveryOutcome.Relayed relayed -> {
                text("outcome", "relayed");
                text("reply", relayed.reply().toString());
                text("hop", relayed.hop());
                tls(relayed.tls());
            }
            case DeliveryOutcome.Delivered() -> text("outcome", "delivered");
            case DeliveryOutcome.Delayed(String reason, DeliveryOutcome.Tls tls, _, _) -> {
                text("outcome", "delayed");
                text("reason", reason);
                tlsIfAny(tls);
            }
            case DeliveryOutcome.Held(String reason, DeliveryOutcome.Tls tls) -> {
                text("outcome", "held");
                text("reason", reason);
                tlsIfAny(tls);
            }
            case DeliveryOutcome.Failed(Reply reply, DeliveryOutcome.Tls tls) -> {
                text("outcome", "failed");
                text("reply", reply.toString());
                tlsIfAny(tls);
            }
        }
    }

    /// Without it there was a session in clear, or none.
    private void tlsIfAny(DeliveryOutcome.@Nullable Tls tls) throws IOException {
        if (tls != null) {
            tls(tls);
        }
    }

    private void tls(DeliveryOutcome.@Nullable Tls tls) throws IOException {
        if (tls == null) {
            json.writeNullField("tls");
            return;
        }
        json.writeObjectFieldStart("tls");
        text("version", tls.version());
        text("suite", tls.suite());
        text("proof", tls.proof().word());
        text("fingerprint", tls.fingerprint());
        json.writeEndObject();
    }

    private void address(String name, @Nullable Address address) throws IOException {
        textOrNull(name, address == null ? null : address.toString());
    }

    private void text(String name, String value) throws IOException {
        json.writeStringField(
                name,
                value.length() <= TEXT_CHARS_MAX ? value : value.substring(0, TEXT_CHARS_MAX));
    }

    private void textOrNull(String name, @Nullable String value) throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            text(name, value);
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
