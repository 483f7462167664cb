package org.postern.auditor;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a sink took once.
///
/// @param life of the gateway whose connection it was
/// @param text the content, each octet a character
record Copy(String sink, int life, String reversePath, List<String> recipients, String text) {
    private static final Pattern NUMBER =
            Pattern.compile("^Message-ID: <t-(\\d+)@", Pattern.MULTILINE);
    private static final Pattern TRACE =
            Pattern.compile("^Received: (?:.|\r\n[ \t])*? id ([0-9A-Z]{16});", Pattern.MULTILINE);
    private static final Pattern OWN_ID =
            Pattern.compile("^Message-ID: (<[^>]+>)", Pattern.MULTILINE);
    private static final Pattern REPORT =
            Pattern.compile("^X-Postern-Queue-ID: ([0-9A-Z]{16})", Pattern.MULTILINE);
    private static final Pattern REPORTED =
            Pattern.compile("^Final-Recipient: rfc822; (\\S+)", Pattern.MULTILINE);

    Copy {
        recipients = List.copyOf(recipients);
    }

    private String header() {
        int end = text.indexOf("\r\n\r\n");
        return end < 0 ? text : text.substring(0, end + 2);
    }

    /// The number of the client's message, by its Message-ID; -1 for mail of the gateway's own.
    int number() {
        Matcher matcher = NUMBER.matcher(header());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    /// By the gateway's trace field; empty if it has none.
    String queueId() {
        Matcher matcher = TRACE.matcher(header());
        return matcher.lookingAt() ? matcher.group(1) : "";
    }

    String messageId() {
        Matcher matcher = OWN_ID.matcher(header());
        return matcher.find() ? matcher.group(1) : "";
    }

    boolean isReport() {
        return header().contains("multipart/report");
    }

    /// Of a report: the message it is about.
    String reportedQueueId() {
        Matcher matcher = REPORT.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    /// Of a report: the number of the message it is about, or -1.
    int reportedNumber() {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    /// Of a report: the recipients that it says failed.
    List<String> reportedRecipients() {
        return REPORTED.matcher(text).results().map(found -> found.group(1)).toList();
    }

    byte[] octets() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
