package org.postern.notice;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;
import org.postern.notice.DeliveryReport.Action;
import org.postern.notice.DeliveryReport.Line;
import org.postern.notice.DeliveryReport.Returned;

/// What a report says to people. Its readers are clinicians: first what happened and what to do,
/// then what IT needs; the part for programs comes behind.
final class ReportWords {
    private static final DateTimeFormatter DAY_AND_HOUR =
            DateTimeFormatter.ofPattern("d MMMM yyyy 'at' HH:mm 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    /// What an enhanced status means (RFC 3463 §3); the first that it begins with counts.
    private enum Meaning {
        NO_MAILBOX(
                "5.1.1 5.1.0 5.1.3 5.1.6",
                "There is no mailbox of this name. Look whether the address is spelled right."),
        NO_DOMAIN(
                "5.1.2 5.1.10 5.4.4",
                "The part behind the @ takes no mail. Look whether the address is spelled right."),
        CLOSED("5.2.1", "This mailbox is closed. Ask the recipient for another address."),
        FULL("5.2.2", "This mailbox is full. Tell the recipient, and send again later."),
        TOO_LARGE(
                "5.2.3 5.3.4",
                "The message is too large for the recipient's mail server. Send less at once."),
        TIRED(
                "5.4.7 4.4.7",
                "The recipient's mail server could not be reached for several days, and we have"
                        + " stopped trying. Reach the recipient by another way."),
        UNSAFE(
                "5.7.30 5.7.10",
                "The recipient's mail server cannot take the message in a way that keeps it"
                        + " private. It was not sent. Reach the recipient by another way."),
        POLICY(
                "5.7.",
                "The message was not allowed through. Ask IT; the number below tells them which"
                        + " message it is."),
        OTHER("5.", "The recipient's mail server did not take it.");

        private final String statuses;
        private final String sentence;

        Meaning(String statuses, String sentence) {
            this.statuses = statuses;
            this.sentence = sentence;
        }

        private static String of(String status) {
            for (Meaning meaning : values()) {
                if (meaning.covers(status)) {
                    return meaning.sentence;
                }
            }
            return OTHER.sentence;
        }

        /// Each of ours is a whole status, or a class of them that ends in a dot.
        private boolean covers(String status) {
            return Stream.of(statuses.split(" "))
                    .anyMatch(ours ->
                            ours.endsWith(".") ? status.startsWith(ours) : status.equals(ours));
        }
    }

    private ReportWords() {}

    /// A subject that names nobody and nothing: it shows on locked phones.
    static String subject(Action worst) {
        return switch (worst) {
            case FAILED -> "Your message was not delivered";
            case DELAYED -> "Your message is delayed";
            case RELAYED -> "Your message was passed on";
            case DELIVERED -> "Your message was delivered";
        };
    }

    static String text(DeliveryReport report, Action worst) {
        StringBuilder text = new StringBuilder();
        String day = DAY_AND_HOUR.format(report.arrived());
        text.append(opening(worst).formatted(day)).append("\n\n");
        for (Line line : report.recipients()) {
            text.append("    ").append(line.recipient()).append('\n');
            text.append("    ").append(sentence(line)).append("\n\n");
        }
        if (report.returned() == Returned.REDACTED) {
            text.append("The subject and the text of your message are left out here on purpose:")
                    .append(" this report travels\nunprotected. You find the message in your Sent")
                    .append(" folder.\n\n");
        }
        return text.append(forIt(report)).toString();
    }

    /// What the postmaster reads about mail whose failure nobody else can be told.
    static String forPostmaster(DeliveryReport report) {
        StringBuilder text = new StringBuilder();
        text.append("A report, or another message whose sender must not be written to, could not")
                .append(" be delivered.\nNobody else is told of it.\n\n");
        for (Line line : report.recipients()) {
            text.append("    ").append(line.recipient()).append("\n\n");
        }
        return text.append(forIt(report)).toString();
    }

    private static String opening(Action worst) {
        return switch (worst) {
            case FAILED -> "Your message of %s was not delivered to:";
            case DELAYED ->
                    "Your message of %s is not yet delivered to the following. We keep trying;"
                            + " you need not\nsend it again.";
            case RELAYED -> "Your message of %s was passed on for:";
            case DELIVERED -> "Your message of %s was delivered to:";
        };
    }

    private static String sentence(Line line) {
        return switch (line.action()) {
            case FAILED -> line.said().orElseGet(() -> Meaning.of(line.reply().enhanced()));
            case DELAYED ->
                    "The recipient's mail server does not take it now."
                            + line.retryUntil()
                                    .map(until ->
                                            " We give up on " + DAY_AND_HOUR.format(until) + ".")
                                    .orElse("");
            case RELAYED ->
                    "The recipient's mail server has it now. Whether it is read we cannot tell.";
            case DELIVERED -> "It waits in the secure mailbox, and the recipient was told.";
        };
    }

    private static String forIt(DeliveryReport report) {
        StringBuilder text = new StringBuilder("For questions to IT: message ");
        text.append(report.id()).append('\n');
        for (Line line : report.recipients()) {
            if (!line.reply().text().isEmpty() || !line.hop().isEmpty()) {
                text.append(line.recipient()).append(": ").append(line.reply().toString().strip());
                text.append(line.hop().isEmpty() ? "" : " (" + line.hop() + ")").append('\n');
            }
        }
        return text.toString();
    }
}
