package org.postern.held;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState.Review;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What waits for somebody, oldest first and page by page. Which messages there are it knows from
/// the docket; those of one page it reads.
public final class HeldList {
    private static final Logger LOG = LoggerFactory.getLogger(HeldList.class);

    /// Messages of one page.
    public static final int PAGE = 50;

    /// Reasons, rules, or lists that somebody can choose from.
    private static final int CHOICES_MAX = 100;

    /// How often a page is made anew because something of it was decided meanwhile.
    private static final int TRIES = 3;

    private final Docket docket;
    private final Docket.Finder spool;
    private final BiPredicate<Decider, Review> asked;

    /// @param asked whether a rule asks this person, as its list is now
    HeldList(Docket docket, Docket.Finder spool, BiPredicate<Decider, Review> asked) {
        this.docket = docket;
        this.spool = spool;
        this.asked = asked;
    }

    /// Which messages are meant.
    ///
    /// @param reason the code of a reason; empty for any
    /// @param rule the code of a rule's name; empty for any
    /// @param asked the code of the name of a list of those who are asked; empty for any
    /// @param from a part of the author's address, in any case; empty for any
    public record Wanted(String reason, String rule, String asked, String from) {
        /// All of them.
        public static final Wanted ALL = new Wanted("", "", "", "");

        private boolean isFrom(Glance glance) {
            String author = glance.from() == null ? "<>" : glance.from().toString();
            return author.toLowerCase(Locale.ROOT).contains(from.toLowerCase(Locale.ROOT));
        }

        /// The same hold has to fit in all.
        private boolean isFor(Glance.Hold hold) {
            return isOf(reason, hold.reason())
                    && isOf(rule, hold.review().rule())
                    && isOf(asked, list(hold));
        }

        private static boolean isOf(String code, String words) {
            return code.isEmpty() || code.equals(code(words));
        }
    }

    /// A short name of a reason, or of a rule or a list, which may be long. Two of one name are
    /// shown together.
    public static String code(String words) {
        return Integer.toHexString(words.hashCode());
    }

    private static String list(Glance.Hold hold) {
        return hold.review().hearing().asked().orElse("");
    }

    /// What somebody can choose from: of all that waits for her, in the order of the alphabet.
    ///
    /// @param lists names of the lists of those who are asked
    public record Choices(List<String> reasons, List<String> rules, List<String> lists) {
        public Choices {
            reasons = List.copyOf(reasons);
            rules = List.copyOf(rules);
            lists = List.copyOf(lists);
        }

        /// Whether there is nothing to choose.
        public boolean isEmpty() {
            return reasons.size() <= 1 && rules.size() <= 1 && lists.size() <= 1;
        }
    }

    /// One page. Pages are named by the message before them, not by a number: what is decided
    /// meanwhile must not move others past who turns the page.
    ///
    /// @param messages of it; one that cannot be read is left out
    /// @param first how many messages stand before it
    /// @param count of all messages that are meant
    /// @param waiting of all messages that wait for this person
    /// @param choices what they differ in
    /// @param previous behind what the page before begins; empty where there is none
    /// @param next behind what the next page begins; empty where there is none
    public record Page(
            List<QueuedMessage> messages,
            int first,
            int count,
            int waiting,
            Choices choices,
            Optional<String> previous,
            Optional<String> next) {
        public Page {
            messages = List.copyOf(messages);
        }
    }

    /// A page of what somebody may decide about.
    ///
    /// @param after the number of a message, behind which the page begins, whether it still waits
    ///   or not; empty for the first page. Where nothing waits behind it, it is the last page.
    public Page page(Decider who, Wanted wanted, String after) {
        for (int left = TRIES; ; left--) {
            Choice choice = choose(who, wanted);
            List<QueueId> meant = choice.meant();
            int first = first(meant, after);
            int end = Math.min(meant.size(), first + PAGE);
            List<QueuedMessage> messages = new ArrayList<>();
            boolean changed = false;
            for (QueueId id : meant.subList(first, end)) {
                try {
                    Optional<QueuedMessage> message = docket.current(spool, id);
                    message.ifPresent(messages::add);
                    changed |= message.isEmpty();
                } catch (IOException e) {
                    LOG.error("{} is held, cannot be read and is not shown", id);
                }
            }
            if (!changed || left == 1) {
                return new Page(
                        messages,
                        first,
                        meant.size(),
                        choice.waiting(),
                        choice.choices(),
                        first == 0 ? Optional.empty() : Optional.of(before(meant, first - PAGE)),
                        end == meant.size() ? Optional.empty() : Optional.of(before(meant, end)));
            }
        }
    }

    private static int first(List<QueueId> meant, String after) {
        int first = (int) meant.stream().filter(id -> id.value().compareTo(after) <= 0).count();
        return first < meant.size() ? first : Math.max(0, meant.size() - PAGE);
    }

    private static String before(List<QueueId> meant, int index) {
        return index <= 0 ? "" : meant.get(index - 1).value();
    }

    private record Choice(List<QueueId> meant, int waiting, Choices choices) {}

    private Choice choose(Decider who, Wanted wanted) {
        List<QueueId> meant = new ArrayList<>();
        NavigableSet<String> reasons = new TreeSet<>();
        NavigableSet<String> rules = new TreeSet<>();
        NavigableSet<String> lists = new TreeSet<>();
        int waiting = 0;
        for (Glance glance : docket.glances()) {
            List<Glance.Hold> mine =
                    glance.holds().stream().filter(hold -> asked.test(who, hold.review())).toList();
            waiting += mine.isEmpty() ? 0 : 1;
            for (Glance.Hold hold : mine) {
                add(reasons, hold.reason());
                add(rules, hold.review().rule());
                add(lists, list(hold));
            }
            if (mine.stream().anyMatch(wanted::isFor) && wanted.isFrom(glance)) {
                meant.add(glance.id());
            }
        }
        Choices choices = new Choices(List.copyOf(reasons), List.copyOf(rules), List.copyOf(lists));
        return new Choice(meant, waiting, choices);
    }

    private static void add(NavigableSet<String> choices, String words) {
        if (choices.size() < CHOICES_MAX) {
            choices.add(words);
        }
    }

    /// A message that somebody may see.
    ///
    /// @param since the beginning of what holds it
    public record Seen(QueueId id, Instant since, long octets) {}

    /// What somebody is asked about, and what she wrote herself, whoever decides about it.
    ///
    /// @param most of them
    public List<Seen> seenBy(Decider.Approver person, int most) {
        List<Seen> seen = new ArrayList<>();
        for (Glance glance : docket.glances()) {
            Optional<Review> review = holding(person, glance);
            if (review.isPresent() && seen.size() < most) {
                seen.add(new Seen(glance.id(), review.get().since(), glance.octets()));
            }
        }
        return seen;
    }

    private Optional<Review> holding(Decider.Approver person, Glance glance) {
        return glance.holds().stream()
                .map(Glance.Hold::review)
                .filter(review -> asked.test(person, review))
                .findFirst()
                .or(() ->
                        glance.holds().stream()
                                .filter(hold -> !hold.copy())
                                .filter(_ -> person.isOneOf(glance.authors()))
                                .map(Glance.Hold::review)
                                .findFirst());
    }
}
