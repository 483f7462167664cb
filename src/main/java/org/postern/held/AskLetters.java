package org.postern.held;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.held.AskBook.Batch;
import org.postern.held.AskBook.Kind;
import org.postern.held.AskBook.Row;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.notice.ClinicianMail;
import org.postern.policy.Policy;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;
import org.postern.transit.OwnMail;
import org.postern.wording.NoticeKind;

/// Words what those who are asked about held mail get: one message by itself, or numbers of many.
/// Nothing of a subject or a content is in it.
public final class AskLetters {
    /// Reasons that a mail names with their numbers; of more the rest is one number.
    private static final int REASONS_MAX = 20;

    /// What ends a line for some reader.
    private static final Pattern BREAK = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

    private final ClinicianMail words;
    private final @Nullable URI pages;

    /// @param pages where people decide; null where there are no pages
    public AskLetters(ClinicianMail words, @Nullable URI pages) {
        this.words = words;
        this.pages = pages;
    }

    /// What one person is to hear of one message.
    ///
    /// @param to as the list has her
    /// @param author of the message, as the envelope has it
    /// @param recipients whom the author named
    /// @param holds what of it she is asked about, with the reasons
    record Waiting(Row row, Address to, String author, int recipients, Map<Review, String> holds) {
        Waiting {
            holds = Map.copyOf(holds);
        }

        /// Empty if it is decided, or if she is not asked about it now: who is not on the list, and
        /// who has said already what she wants, unless another one wants something else.
        static Optional<Waiting> of(Row row, Optional<QueuedMessage> found, Policy policy) {
            Map<Review, String> holds = new LinkedHashMap<>();
            Optional<Address> to = Optional.empty();
            for (Map.Entry<Address, RecipientState> each :
                    found.map(QueuedMessage::states).orElse(Map.of()).entrySet()) {
                Optional<Review> review =
                        found.flatMap(message -> message.review(each.getKey()))
                                .filter(it -> isSame(it.since(), row.since()))
                                .filter(it -> isStillTrue(row, it));
                Optional<Address> person = review.flatMap(it -> person(row, it, policy));
                if (person.isPresent() && each.getValue() instanceof RecipientState.Held held) {
                    to = person;
                    holds.put(review.orElseThrow().whoeverAgreed(), held.reason());
                }
            }
            return to.map(address -> {
                QueuedMessage message = found.orElseThrow();
                Address author = message.envelope().reversePath();
                return new Waiting(
                        row,
                        address,
                        author == null ? "<>" : author.toString(),
                        HeldMail.hers(message, message.envelope().recipients()).size(),
                        holds);
            });
        }

        /// Whether the hold is there, whoever is asked about it.
        static boolean isHeld(Row row, Optional<QueuedMessage> found) {
            return found.stream()
                    .flatMap(message ->
                            message.envelope().recipients().stream()
                                    .flatMap(recipient -> message.review(recipient).stream()))
                    .anyMatch(it -> isSame(it.since(), row.since()) && isStillTrue(row, it));
        }

        /// A hold whose end was taken away needs no reminder of it.
        private static boolean isStillTrue(Row row, Review review) {
            return row.kind() == Kind.ASK || review.end().isPresent();
        }

        private static boolean isSame(Instant since, Instant noted) {
            return since.toEpochMilli() == noted.toEpochMilli();
        }

        private static Optional<Address> person(Row row, Review review, Policy policy) {
            return HeldMail.asked(review.hearing(), policy).stream()
                    .filter(it -> it.key().equals(row.person()))
                    .filter(it -> !waitsForAnother(review, it.key()))
                    .findFirst();
        }

        /// Whoever has agreed, on the page or by command. Two who want different things wait for
        /// each other.
        private static boolean waitsForAnother(Review review, String person) {
            return review.agreed().keySet().stream()
                            .anyMatch(voter -> Decider.isWordOf(person, voter))
                    && Set.copyOf(review.agreed().values()).size() == 1;
        }

        private Optional<Instant> firstEnd() {
            return holds.keySet().stream()
                    .flatMap(it -> it.end().stream())
                    .min(Comparator.naturalOrder());
        }
    }

    /// @param cause the first message of it, also if that is decided meanwhile: the name of a mail
    ///   stays the same over a stop
    record Post(Batch batch, QueueId cause) {}

    /// One mail to one person.
    ///
    /// @param waiting at least one, all of the same person
    /// @param daily mails of a day, if this is the last one; else 0
    OwnMail.Letter of(Post post, List<Waiting> waiting, int daily) {
        Address to = waiting.getFirst().to();
        return new OwnMail.Letter(
                kind(post.batch()),
                post.cause(),
                List.of(to),
                null,
                to,
                isAlone(waiting)
                        ? words.aboutHeld(one(waiting.getFirst(), daily))
                        : words.aboutHeld(digest(waiting, daily), rows(waiting)));
    }

    /// The kind of the mail of one batch, which names it over a stop.
    static String kind(Batch batch) {
        return "held-ask-" + batch.number();
    }

    /// A text of a rule as one line of a mail, also where it was written down before such
    /// characters were refused.
    static String line(String text) {
        return BREAK.matcher(text).replaceAll(" ");
    }

    private static boolean isAlone(List<Waiting> waiting) {
        Waiting first = waiting.getFirst();
        return waiting.size() == 1 && first.row().kind() == Kind.ASK && first.holds().size() == 1;
    }

    private ClinicianMail.AboutHeld one(Waiting waiting, int daily) {
        Map.Entry<Review, String> hold = waiting.holds().entrySet().iterator().next();
        Review review = hold.getKey();
        Map<String, String> values = new HashMap<>();
        values.put("id", waiting.row().id().value());
        values.put("sender", waiting.author());
        values.put("count", Integer.toString(waiting.recipients()));
        values.put("reason", line(hold.getValue()));
        List<String> marks = new ArrayList<>(HeldMail.ending(review.hearing()));
        if (review.hearing().twoPeople()) {
            marks.add("#two-people");
        }
        link(values, marks, "held/" + waiting.row().id());
        last(values, daily);
        return new ClinicianMail.AboutHeld(
                NoticeKind.HELD_ASK, waiting.to(), values, HeldMail.until(review), marks, "");
    }

    private ClinicianMail.AboutHeld digest(List<Waiting> waiting, int daily) {
        Map<String, String> values = new HashMap<>();
        count(values, "count", waiting, Kind.ASK);
        count(values, "ending", waiting, Kind.REMIND);
        List<String> marks = new ArrayList<>();
        if (reviews(waiting).anyMatch(it -> it.hearing().twoPeople())) {
            marks.add("#two-people");
        }
        link(values, marks, "held");
        last(values, daily);
        Map<String, Instant> times = new HashMap<>();
        waiting.stream()
                .flatMap(it -> it.firstEnd().stream())
                .min(Comparator.naturalOrder())
                .ifPresent(first -> times.put("until", first));
        return new ClinicianMail.AboutHeld(
                NoticeKind.HELD_DIGEST, waiting.getFirst().to(), values, times, marks, "");
    }

    private static Stream<Review> reviews(List<Waiting> waiting) {
        return waiting.stream().flatMap(it -> it.holds().keySet().stream());
    }

    private static void count(
            Map<String, String> values, String name, List<Waiting> waiting, Kind kind) {
        long count = waiting.stream().filter(it -> it.row().kind() == kind).count();
        if (count > 0) {
            values.put(name, Long.toString(count));
        }
    }

    private void link(Map<String, String> values, List<String> marks, String path) {
        if (pages == null) {
            marks.add("#no-page");
        } else {
            String base = pages.toString();
            marks.add("#page");
            values.put("link", (base.endsWith("/") ? base : base + "/") + path);
        }
    }

    private static void last(Map<String, String> values, int daily) {
        if (daily > 0) {
            values.put("limit", Integer.toString(daily));
        }
    }

    /// A reason and the rule that gives it.
    private record Why(String reason, String rule) {}

    private record Hold(QueueId id, Why why) {}

    /// How many messages wait for each reason, most first. A message counts once for each.
    private static List<Map<String, String>> rows(List<Waiting> waiting) {
        Map<Why, Integer> counts = new LinkedHashMap<>();
        Set<Hold> counted = new HashSet<>();
        for (Waiting each : waiting) {
            each.holds()
                    .forEach((review, reason) -> {
                        Why why = new Why(reason, review.rule());
                        if (counted.add(new Hold(each.row().id(), why))) {
                            counts.merge(why, 1, Integer::sum);
                        }
                    });
        }
        List<Map<String, String>> rows = new ArrayList<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<Why, Integer>comparingByValue().reversed())
                .limit(REASONS_MAX)
                .forEach(each ->
                        rows.add(
                                Map.of(
                                        "count", Integer.toString(each.getValue()),
                                        "reason", line(each.getKey().reason()),
                                        "rule", line(each.getKey().rule()))));
        int more = counts.size() - rows.size();
        if (more > 0) {
            rows.add(Map.of("more", Integer.toString(more)));
        }
        return rows;
    }
}
