package org.postern.operate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditEntry;

/// What became of the messages whose patients were told since an instant: from the notice to the
/// answer, and where it ended before. It is counted from the audit alone, message by message and
/// patient by patient.
public final class Funnel {
    /// A check that was begun and not passed counts as given up after this.
    private static final Duration GIVEN_UP = Duration.ofHours(24);

    private static final Map<String, Duration> SPANS =
            Map.of(
                    "within1Hour", Duration.ofHours(1),
                    "within24Hours", Duration.ofHours(24),
                    "within72Hours", Duration.ofHours(72),
                    "within21Days", Duration.ofDays(21));

    private final Instant since;
    private final Map<String, Told> told = new LinkedHashMap<>();
    private final Map<String, List<Told>> byId = new LinkedHashMap<>();
    private long asked;
    private long begun;
    private final Map<String, Told> lastOpened = new LinkedHashMap<>();

    /// One patient of one message.
    private static final class Told {
        final Instant notified;
        @Nullable Instant opened;
        @Nullable Instant tried;
        boolean answered;
        boolean mailed;
        boolean reminded;
        boolean recalled;
        String stopped = "";

        Told(Instant notified) {
            this.notified = notified;
        }
    }

    /// @param since what was told before is not counted
    public Funnel(Instant since) {
        this.since = since;
    }

    /// Takes the next entry of the audit.
    public void take(AuditEntry entry) {
        switch (entry.event()) {
            case "attempted" -> attempted(entry);
            case "derived" -> derived(entry);
            case "pickup" -> {
                begun(entry);
                find(entry, "reader").ifPresent(it -> pickup(entry, it));
            }
            case "followed" -> find(entry, "patient").ifPresent(it -> followed(entry, it));
            default -> {
                // Nothing about a patient who was told.
            }
        }
    }

    private void attempted(AuditEntry entry) {
        boolean waits =
                entry.text("way").equals("pickup") && entry.text("outcome").equals("delivered");
        if (waits && !entry.at().isBefore(since)) {
            String patient = lower(entry.text("recipient"));
            Told one =
                    told.computeIfAbsent(key(entry.text("id"), patient), _ -> new Told(entry.at()));
            byId.computeIfAbsent(entry.text("id"), _ -> new ArrayList<>()).add(one);
        }
    }

    private void derived(AuditEntry entry) {
        if (entry.text("kind").startsWith("reminder")) {
            byId.getOrDefault(entry.text("cause"), List.of()).forEach(it -> it.reminded = true);
        }
    }

    private Optional<Told> find(AuditEntry entry, String who) {
        String patient = lower(entry.text(who));
        Optional<Told> exact = Optional.ofNullable(told.get(key(entry.text("id"), patient)));
        // An answer names the newest message of its conversation, which may be an answer itself.
        return entry.text("act").equals("replied")
                ? exact.or(() -> Optional.ofNullable(lastOpened.get(patient)))
                : exact;
    }

    private void pickup(AuditEntry entry, Told one) {
        switch (entry.text("act")) {
            case "opened" -> {
                one.opened = one.opened == null ? entry.at() : one.opened;
                lastOpened.put(lower(entry.text("reader")), one);
            }
            case "wrong-answer", "paused", "code-sent" -> one.tried = entry.at();
            case "replied" -> one.answered = true;
            default -> {
                // Attachments and the like tell nothing new.
            }
        }
    }

    /// What patients begin by themselves.
    private void begun(AuditEntry entry) {
        if (!entry.at().isBefore(since)) {
            asked += entry.text("act").equals("start-asked") ? 1 : 0;
            begun += entry.text("act").equals("started") ? 1 : 0;
        }
    }

    private static void followed(AuditEntry entry, Told one) {
        switch (entry.text("act")) {
            case "recalled" -> one.recalled = true;
            case "mail-answer" -> one.mailed = true;
            case "links-paused" -> one.stopped = entry.text("by");
            case "reminded" -> one.reminded = true;
            default -> {
                // Nothing that is counted.
            }
        }
    }

    private static String key(String id, String patient) {
        return id + " " + patient;
    }

    private static String lower(String address) {
        return address.toLowerCase(Locale.ROOT);
    }

    /// The figures; keys are only ever added.
    public ObjectNode json(Instant now) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("since", since.toString());
        node.put("until", now.toString());
        node.put("notified", told.size());
        node.put("opened", count(it -> it.opened != null));
        node.put("answered", count(it -> it.answered || it.mailed));
        node.put("answeredByMail", count(it -> it.mailed));
        node.put("abandoned", count(it -> isAbandoned(it, now)));
        node.put("reminded", count(it -> it.reminded));
        node.put("recalled", count(it -> it.recalled));
        node.put("undeliverable", count(it -> it.stopped.equals("returned")));
        node.put("notTheirs", count(it -> it.stopped.equals("not-me")));
        node.put("startAsked", asked);
        node.put("started", begun);
        median().ifPresentOrElse(
                        it -> node.put("medianSecondsToRead", it),
                        () -> node.putNull("medianSecondsToRead"));
        ObjectNode read = node.putObject("read");
        SPANS.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(span -> read.put(span.getKey(), within(span.getValue())));
        return node;
    }

    private static boolean isAbandoned(Told one, Instant now) {
        return one.opened == null && one.tried != null && one.tried.plus(GIVEN_UP).isBefore(now);
    }

    private long within(Duration span) {
        return count(it -> it.opened != null && !it.opened.isAfter(it.notified.plus(span)));
    }

    private long count(Predicate<Told> which) {
        return told.values().stream().filter(which).count();
    }

    private OptionalLong median() {
        long[] seconds =
                told.values().stream()
                        .filter(it -> it.opened != null)
                        .mapToLong(it -> seconds(it.notified, it.opened))
                        .sorted()
                        .toArray();
        return seconds.length == 0
                ? OptionalLong.empty()
                : OptionalLong.of(
                        (seconds[(seconds.length - 1) / 2] + seconds[seconds.length / 2]) / 2);
    }

    private static long seconds(Instant notified, @Nullable Instant opened) {
        return opened == null ? 0 : Math.max(0, Duration.between(notified, opened).toSeconds());
    }
}
