package org.postern.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;

/// Which messages of the queue are meant. A message is meant if one of its recipients is: in the
/// domain, in the state, and with the reason that are asked for.
///
/// @param domain of a recipient
/// @param sender the reverse-path, or whose domain it has
/// @param state `waiting`, `held` or `done`
/// @param olderThan than this, by the arrival
/// @param reason a part of the reason why it waits or is held, in any case
/// @param rule the whole name of the rule that holds it, in any case
/// @param asked the list of those who decide about it: its name, whole or as the pages show it, in
///   any case
/// @param list the whole name of the one that `asked` means, where that was found out; in no
///   request
public record QueueFilter(
        @Nullable Domain domain,
        @Nullable ReversePath sender,
        @Nullable String state,
        @Nullable Duration olderThan,
        @Nullable String reason,
        @Nullable String rule,
        @Nullable String asked,
        @Nullable String list) {
    private static final String HELD = "held";
    private static final Set<String> MEMBERS =
            Set.of("domain", "sender", "state", "olderThan", "reason", "rule", "asked");

    /// Every message.
    public static final QueueFilter ALL = new QueueFilter(null, null, null, null, null, null, null);

    /// As somebody says it.
    public QueueFilter(
            @Nullable Domain domain,
            @Nullable ReversePath sender,
            @Nullable String state,
            @Nullable Duration olderThan,
            @Nullable String reason,
            @Nullable String rule,
            @Nullable String asked) {
        this(domain, sender, state, olderThan, reason, rule, asked, null);
    }

    /// The same of what is held.
    public QueueFilter held() {
        return new QueueFilter(domain, sender, HELD, olderThan, reason, rule, asked, list);
    }

    /// The same about the people of this list alone.
    ///
    /// @param whole its whole name
    QueueFilter only(String whole) {
        return new QueueFilter(domain, sender, state, olderThan, reason, rule, asked, whole);
    }

    /// Whether a message is meant.
    public boolean matches(QueuedMessage message, Instant now) {
        return (sender == null || sender.matches(message.envelope().reversePath()))
                && (olderThan == null || message.arrived().plus(olderThan).isBefore(now))
                && standings(message).anyMatch(this::matches);
    }

    /// How a message stands for one recipient.
    ///
    /// @param review also of what an earlier release held without one, as it is shown
    private record Standing(Address recipient, RecipientState state, Optional<Review> review) {}

    private static Stream<Standing> standings(QueuedMessage message) {
        return message.states().entrySet().stream()
                .map(each ->
                        new Standing(
                                each.getKey(), each.getValue(), message.review(each.getKey())));
    }

    private boolean matches(Standing standing) {
        return isIn(standing.recipient())
                && (state == null || QueueView.word(standing.state()).equals(state))
                && (reason == null || isBecauseOf(standing.state(), reason))
                && (rule == null || isHeldBy(standing, rule))
                && (asked == null || isAskedAbout(standing, asked));
    }

    /// The whole names of the lists of those who decide about what is meant of a message.
    Set<String> lists(QueuedMessage message) {
        return standings(message)
                .filter(this::matches)
                .flatMap(standing -> standing.review().stream())
                .flatMap(review -> review.hearing().asked().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isIn(Address recipient) {
        return domain == null || recipient.domain().equals(domain);
    }

    private static boolean isBecauseOf(RecipientState state, String reason) {
        return lower(QueueView.reason(state)).contains(lower(reason));
    }

    private static boolean isHeldBy(Standing standing, String rule) {
        return standing.review().filter(it -> lower(it.rule()).equals(lower(rule))).isPresent();
    }

    private boolean isAskedAbout(Standing standing, String name) {
        return standing.review()
                .filter(it ->
                        list == null
                                ? it.hearing().asks(name)
                                : it.hearing().asked().filter(list::equals).isPresent())
                .isPresent();
    }

    /// Why a decision leaves a message out: something else than what is meant holds it as well, and
    /// one decision is about all that is held.
    ///
    /// @return in words; empty if it does not
    public Optional<String> leftOut(QueuedMessage message) {
        return otherHold(message)
                .map(other ->
                        "held by \""
                                + other
                                + "\", which is not meant; to decide about all of it, name it"
                                + " without --rule, --reason and --asked");
    }

    /// What else holds a message than the rule, the reason, or the list that is meant: a decision
    /// would be about that as well. Where a domain is meant, only what holds recipients in it
    /// counts.
    ///
    /// @return the rule, or the reason where no rule does; empty if nothing, or if whatever holds
    ///   it is meant
    Optional<String> otherHold(QueuedMessage message) {
        return standings(message)
                .filter(each -> isIn(each.recipient()))
                .filter(each -> each.state() instanceof RecipientState.Held)
                .filter(each ->
                        (rule != null && !isHeldBy(each, rule))
                                || (asked != null && !isAskedAbout(each, asked))
                                || (reason != null && !isBecauseOf(each.state(), reason)))
                .map(each -> each.review().map(Review::rule).orElse(QueueView.reason(each.state())))
                .findFirst();
    }

    /// Why no decision about held mail can be about this: each of its members counts, or is
    /// refused.
    ///
    /// @param ids of messages that are named beside it
    /// @return in words; empty if one can
    public Optional<String> notDecided(List<QueueId> ids) {
        if (state != null && !state.equals(HELD)) {
            return Optional.of("only what is held is decided about; no other state can be meant");
        }
        return ids.isEmpty() || (sender == null && olderThan == null)
                ? Optional.empty()
                : Optional.of("sender and age say which messages are meant instead of ids");
    }

    /// The same for an act on whole messages.
    public Optional<String> notDone(List<QueueId> ids) {
        return ids.isEmpty() || equals(ALL)
                ? Optional.empty()
                : Optional.of("filters say which messages are meant instead of ids");
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /// As a request carries it.
    public ObjectNode json() {
        ObjectNode node = JsonLines.object();
        Map<String, @Nullable String> all = new TreeMap<>();
        all.put("domain", domain == null ? null : domain.name());
        all.put("sender", sender == null ? null : sender.text());
        all.put("state", state);
        all.put("olderThan", olderThan == null ? null : olderThan.toString());
        all.put("reason", reason);
        all.put("rule", rule);
        all.put("asked", asked);
        all.forEach((name, value) -> {
            if (value != null) {
                node.put(name, value);
            }
        });
        return node;
    }

    /// Whether it says what of a message is meant. A gateway that was started before an update may
    /// not know how, and must not take it for everything.
    boolean isNarrow() {
        return domain != null || reason != null || rule != null || asked != null;
    }

    /// @throws RequestException if a domain, a reverse-path or a duration is none, a text is blank,
    ///   or it says what this gateway does not know: what is not understood must not mean more
    static QueueFilter of(JsonNode node) throws RequestException {
        if (!node.isMissingNode() && !node.isObject()) {
            throw new RequestException("the filter is none");
        }
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (!MEMBERS.contains(each.getKey())) {
                throw new RequestException(
                        "this gateway does not know the filter \"" + each.getKey() + "\"");
            }
            if (!each.getValue().isTextual()) {
                throw new RequestException("the filter \"" + each.getKey() + "\" is no text");
            }
        }
        try {
            String age = text(node, "olderThan");
            return new QueueFilter(
                    domain(node.path("domain")),
                    sender(node.path("sender")),
                    text(node, "state"),
                    age == null ? null : Duration.parse(age),
                    text(node, "reason"),
                    text(node, "rule"),
                    text(node, "asked"));
        } catch (DateTimeException _) {
            throw new RequestException("olderThan is not a duration");
        }
    }

    /// A blank text is a part of every other.
    private static @Nullable String text(JsonNode node, String member) throws RequestException {
        String text = node.path(member).textValue();
        if (text != null && text.isBlank()) {
            throw new RequestException("the filter \"" + member + "\" is blank");
        }
        return text;
    }

    /// In whatever spelling. A name that nothing can have must not mean everything.
    private static @Nullable Domain domain(JsonNode node) throws RequestException {
        if (node.isMissingNode()) {
            return null;
        }
        Optional<Domain> domain = Domain.parse(node.asText());
        if (domain.isEmpty()) {
            throw new RequestException("\"" + node.asText() + "\" is no domain");
        }
        return domain.get();
    }

    private static @Nullable ReversePath sender(JsonNode node) throws RequestException {
        if (node.isMissingNode()) {
            return null;
        }
        Optional<ReversePath> sender = ReversePath.parse(node.asText());
        if (sender.isEmpty()) {
            throw new RequestException("\"" + node.asText() + "\" is not " + ReversePath.WANTED);
        }
        return sender.get();
    }
}
