package org.postern.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.InboundEndpoint;
import org.postern.facts.Facts;
import org.postern.mail.Address;
import org.postern.mail.Listener;

/// What becomes of a message besides what the rules decide, as far as it is known before it comes.
///
/// @param heldFirst why a person would have to look at it first, whatever the rules say; empty if
///   nothing is against it
/// @param sentences for people
record Remarks(Optional<String> heldFirst, List<String> sentences) {
    private static final String NOT_SEEN_OF_INBOUND =
            "Not seen from here, as it hangs on who connects: SPF, DKIM and DMARC. A rule that asks"
                    + " for them is in doubt here, and counts as the gateway has it where nobody"
                    + " looked.";

    private static final String OBEYS =
            "dmarc: refuse is set: it would be refused (550) if the domain in From asks for that"
                    + " and the message fails DMARC.";

    private static final String RECORDS =
            "dmarc: record is set: whatever is found of it only stands in a field of the message.";

    private static final String RECIPIENTS =
            "The file of recipients is not looked at here: whoever does not stand in it is refused"
                    + " at RCPT (550).";

    private static final String OPENED =
            "What is encrypted to a recipient whose key lies here is opened when it is delivered.";

    private static final String CLOSED =
            "No listener inbound is named in gateway.yaml: no mail comes in this way.";

    Remarks {
        sentences = List.copyOf(sentences);
    }

    /// @param named whether somebody said by which listener it comes
    static Remarks of(
            Optional<String> heldFirst, Facts facts, GatewayConfig config, boolean named) {
        List<String> sentences = new ArrayList<>();
        if (facts.listener() == Listener.INBOUND) {
            fromOutside(facts, config, sentences);
        } else {
            @Nullable Address from = facts.originator();
            if (!named && from != null && !facts.internal().contains(from.domain())) {
                sentences.add(
                        from
                                + " is of no domain of the clinic. This is what would be decided if"
                                + " it came from a mail program of the clinic; mail from outside"
                                + " comes by --listener inbound.");
            }
        }
        if (config.listeners().clamd() != null) {
            sentences.add(
                    "The virus scanner is not asked: what holds a virus is refused (554), and what"
                            + " cannot be looked through is held.");
        }
        return new Remarks(heldFirst, sentences);
    }

    private static void fromOutside(Facts facts, GatewayConfig config, List<String> sentences) {
        @Nullable InboundEndpoint inbound = config.listeners().inbound();
        if (inbound == null) {
            sentences.add(CLOSED);
            return;
        }
        facts.recipients().stream()
                .filter(to -> !facts.internal().contains(to.domain()))
                .forEach(to ->
                        sentences.add(
                                to
                                        + " is of no domain of the clinic and would be refused at"
                                        + " RCPT (550), before any rule."));
        if (inbound.recipients() != null) {
            sentences.add(RECIPIENTS);
        }
        sentences.add(NOT_SEEN_OF_INBOUND);
        sentences.add(inbound.obeysDmarc() ? OBEYS : RECORDS);
        sentences.add(OPENED);
    }
}
