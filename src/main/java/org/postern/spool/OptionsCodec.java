package org.postern.spool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Options;
import org.postern.mail.Options.Notify;
import org.postern.mail.Options.Recipient;
import org.postern.mail.Options.Reports;
import org.postern.mail.Options.Ret;

/// Writes what the client asked for as JSON and reads it back. Files written before there were
/// options have none, and neither have those of clients that asked for nothing.
final class OptionsCodec {
    private OptionsCodec() {}

    /// @param recipients of the envelope, by whose place a recipient is named
    /// @return empty if there is nothing to write
    static Optional<ObjectNode> encode(Options options, List<Address> recipients) {
        if (options.equals(Options.NONE)) {
            return Optional.empty();
        }
        Reports reports = options.reports();
        ObjectNode node =
                MessageCodec.object()
                        .put("smtpUtf8", options.smtpUtf8())
                        .put("eightBit", options.eightBit())
                        .put("requireTls", options.requireTls())
                        .put("ret", reports.ret() == null ? null : reports.ret().name())
                        .put("envid", reports.envid());
        ArrayNode wishes = node.putArray("recipients");
        for (int place = 0; place < recipients.size(); place++) {
            Recipient recipient = reports.recipients().get(recipients.get(place));
            if (recipient != null) {
                ObjectNode wish = wishes.addObject().put("to", place);
                wish.put("orcpt", recipient.orcpt());
                ArrayNode notify = wish.putArray("notify");
                recipient.wanted().forEach(report -> notify.add(report.name()));
            }
        }
        return Optional.of(node);
    }

    /// @param node missing where nothing was asked for
    /// @throws IllegalArgumentException if it is not what `encode` wrote
    /// @throws IndexOutOfBoundsException if it names a recipient that is none
    static Options decode(JsonNode node, List<Address> recipients) {
        if (node.isMissingNode()) {
            return Options.NONE;
        }
        Map<Address, Recipient> wishes = new LinkedHashMap<>();
        for (JsonNode wish : node.required("recipients")) {
            Set<Notify> notify = EnumSet.noneOf(Notify.class);
            wish.required("notify").forEach(report -> notify.add(Notify.valueOf(report.asText())));
            Address recipient = recipients.get(wish.required("to").intValue());
            wishes.put(recipient, new Recipient(notify, wish.required("orcpt").textValue()));
        }
        @Nullable String ret = node.required("ret").textValue();
        Reports reports =
                new Reports(
                        ret == null ? null : Ret.valueOf(ret),
                        node.required("envid").textValue(),
                        wishes);
        return new Options(
                flag(node, "smtpUtf8"), flag(node, "eightBit"), flag(node, "requireTls"), reports);
    }

    private static boolean flag(JsonNode node, String name) {
        JsonNode value = node.required(name);
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(name + " is neither true nor false");
        }
        return value.booleanValue();
    }
}
