package org.postern.auditor;

import java.util.List;

/// One message as its client knows it.
///
/// @param sha256 of its content
/// @param reply what the client read after the final dot; empty if it read nothing
record Offer(int number, String messageId, String sha256, List<String> recipients, String reply) {
    Offer {
        recipients = List.copyOf(recipients);
    }

    Offer answered(String line) {
        return new Offer(number, messageId, sha256, recipients, line);
    }

    boolean isAcknowledged() {
        return reply.startsWith("250");
    }

    boolean isRefused() {
        return !reply.isEmpty() && !isAcknowledged();
    }

    /// The queue id that the client was told; empty if it was told none.
    String queueId() {
        String[] words = reply.split(" ", -1);
        return isAcknowledged() ? words[words.length - 1] : "";
    }
}
