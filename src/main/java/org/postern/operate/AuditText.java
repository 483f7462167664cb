package org.postern.operate;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postern.audit.AuditEntry;

/// One entry of the audit as a line for people. Every value is one of ours or was cleaned when it
/// was written, so a line stays a line.
public final class AuditText {
    private AuditText() {}

    /// Time, event, and what it says in words.
    public static String of(AuditEntry entry) {
        return entry.at().truncatedTo(ChronoUnit.SECONDS) + "  " + words(entry);
    }

    /// The same without the time.
    public static String words(AuditEntry entry) {
        String id = entry.text("id");
        return switch (entry.event()) {
            case "accepted" -> id + " accepted " + accepted(entry);
            case "refused" ->
                    "refused at "
                            + listener(entry)
                            + " to "
                            + list(entry.json().path("recipients"))
                            + ": "
                            + entry.text("reply");
            case "refusals" -> refusals(entry);
            case "attempted" ->
                    id + " to " + entry.text("recipient") + ": " + attempted(entry) + why(entry);
            case "withdrawn" -> id + " was not accepted: " + entry.text("reply");
            case "derived" -> id + " is the " + letter(entry) + " for " + entry.text("cause");
            case "operated" ->
                    id
                            + " "
                            + entry.text("act")
                            + " by "
                            + entry.text("operator")
                            + ": "
                            + entry.text("detail");
            case "followed" ->
                    id
                            + " to "
                            + entry.text("patient")
                            + ": "
                            + entry.text("act")
                            + " by "
                            + entry.text("by");
            case "chose" ->
                    entry.text("patient")
                            + " chose "
                            + entry.text("act")
                            + " by "
                            + entry.text("by")
                            + ": "
                            + entry.text("source");
            case "fetched" -> id + " read in a mail program by " + entry.text("reader");
            case "pickup" ->
                    id
                            + " "
                            + entry.text("act")
                            + " by "
                            + entry.text("reader")
                            + ", check "
                            + entry.text("check")
                            + ", "
                            + entry.text("device");
            default -> entry.text("act") + ": " + entry.text("detail");
        };
    }

    private static String refusals(AuditEntry entry) {
        JsonNode json = entry.json();
        List<String> replies = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : json.path("replies").properties()) {
            replies.add(each.getKey() + " (" + each.getValue().asLong() + ")");
        }
        int sources = json.path("sources").asInt();
        return "refused at "
                + listener(entry)
                + " "
                + json.path("count").asLong()
                + " times more since "
                + entry.text("since")
                + ", by "
                + (sources == 1 ? "" : sources + " networks, the first ")
                + json.path("arrival").path("peer").asText()
                + ", to "
                + list(json.path("recipients"))
                + " and "
                + json.path("others").asLong()
                + " others: "
                + String.join("; ", replies);
    }

    /// What a letter of ours is; those about held mail are numbered.
    private static String letter(AuditEntry entry) {
        String kind = entry.text("kind");
        return switch (kind.replaceFirst("-[0-9]+$", "")) {
            case "held" -> "mail to its author that it waits,";
            case "held-ask" -> "mail to one who decides,";
            case "held-done" -> "mail to its author that it goes out,";
            default -> kind;
        };
    }

    private static String accepted(AuditEntry entry) {
        List<String> rulings = new ArrayList<>();
        entry.json().path("ruling").forEach(ruled -> rulings.add(ruled("", ruled)));
        entry.json().path("copies").forEach(ruled -> rulings.add(ruled("a copy for ", ruled)));
        String from = entry.text("reversePath");
        return "at "
                + listener(entry)
                + " from "
                + (from.isEmpty() ? "<>" : from)
                + "; "
                + String.join("; ", rulings)
                + (entry.json().has("held") ? "; held: " + entry.text("held") : "");
    }

    private static String ruled(String as, JsonNode ruled) {
        return as
                + ruled.path("recipient").asText()
                + " by rule \""
                + ruled.path("rule").asText()
                + "\": "
                + decision(ruled)
                + observed(ruled.path("observed"));
    }

    /// What rules would have decided that are only observed.
    private static String observed(JsonNode rules) {
        StringBuilder words = new StringBuilder();
        for (JsonNode rule : rules) {
            words.append(", observed \"")
                    .append(rule.path("rule").asText())
                    .append("\": ")
                    .append(decision(rule));
        }
        return words.toString();
    }

    private static String decision(JsonNode ruled) {
        return switch (ruled.path("decision").asText()) {
            case "deliver" -> "deliver " + ruled.path("route").asText() + besides(ruled);
            case "protect" ->
                    "protect by the first possible of "
                            + list(ruled.path("inOrder"))
                            + ", otherwise "
                            + ruled.path("otherwise").asText()
                            + level(ruled.path("level").asText("normal"))
                            + besides(ruled);
            case "hold" -> "hold: " + ruled.path("reason").asText();
            default -> "refuse: " + ruled.path("text").asText();
        };
    }

    private static String besides(JsonNode ruled) {
        String tags =
                ruled.has("stripTags") ? ", without tag " + list(ruled.path("stripTags")) : "";
        String sign = ruled.path("sign").asBoolean() ? ", signed" : "";
        String copy = ruled.has("bcc") ? ", copy to " + list(ruled.path("bcc")) : "";
        String journal = ruled.has("journal") ? ", journal to " + list(ruled.path("journal")) : "";
        String expiry =
                ruled.has("expiry")
                        ? ", readable for %d hours"
                                .formatted(Duration.parse(ruled.path("expiry").asText()).toHours())
                        : "";
        String language =
                ruled.has("language") ? ", notice in " + ruled.path("language").asText() : "";
        return tags
                + sign
                + copy
                + journal
                + expiry
                + language
                + added(ruled, "banner")
                + added(ruled, "note");
    }

    private static String added(JsonNode ruled, String kind) {
        String words = ruled.path(kind).asText();
        return words.isEmpty() ? "" : ", " + kind + " \"" + words.replace("\n", " / ") + '"';
    }

    private static String level(String word) {
        return word.equals("normal") ? "" : ", level " + word;
    }

    private static String attempted(AuditEntry entry) {
        String way = entry.text("way");
        return switch (entry.text("outcome")) {
            case "relayed" -> {
                JsonNode tls = entry.json().path("tls");
                yield "relayed ("
                        + way
                        + ") to "
                        + entry.text("hop")
                        + (tls.isObject() ? " over " + tls(tls) : ", without TLS");
            }
            case "delivered" -> "waits in the secure mailbox (" + way + ")";
            case "failed" -> "failed (" + way + over(entry) + "): " + entry.text("reply");
            default ->
                    entry.text("outcome") + " (" + way + over(entry) + "): " + entry.text("reason");
        };
    }

    /// Without it there was a session in clear, or none.
    private static String over(AuditEntry entry) {
        JsonNode tls = entry.json().path("tls");
        return tls.isObject() ? " over " + tls(tls) : "";
    }

    /// Version, cipher suite, by what the hop proved who it is, and whose certificate that was.
    private static String tls(JsonNode tls) {
        return tls.path("version").asText()
                + " "
                + tls.path("suite").asText()
                + " "
                + tls.path("proof").asText()
                + " sha256:"
                + tls.path("fingerprint").asText();
    }

    private static String why(AuditEntry entry) {
        String why = entry.text("why");
        return why.isEmpty() ? "" : " (not " + why + ")";
    }

    private static String listener(AuditEntry entry) {
        return entry.json().path("arrival").path("listener").asText();
    }

    private static String list(JsonNode array) {
        List<String> words = new ArrayList<>();
        array.forEach(node -> words.add(node.asText()));
        return String.join(", ", words);
    }
}
