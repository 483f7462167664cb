package org.postern.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who decides about what a rule holds, how long they have, and what happens if nobody does.
///
/// @param approvers name of the list of those who are asked; null where only the commands decide
/// @param limit after which `then` happens by itself; null where it waits for ever
/// @param then nothing goes out without protection because nobody looked at it
/// @param twoPeople whether two different people have to let it go, neither of them its author
public record Hearing(
        @Nullable String approvers, @Nullable Duration limit, AtEnd then, boolean twoPeople) {
    /// Nobody is asked, and it waits until somebody decides by command.
    public static final Hearing OPEN = new Hearing(null, null, AtEnd.REJECT, false);

    /// Folder and ending of a list, which say nothing to who chooses one.
    private static final Pattern AROUND_LIST = Pattern.compile(".*/|\\.[a-z]{1,4}$");

    /// What happens at the end of the time.
    public enum AtEnd {
        /// It goes out, protected in whatever way is possible for its recipient.
        RELEASE_PROTECTED("release-protected"),
        /// It goes back to its originator.
        REJECT("reject");

        private final String word;

        AtEnd(String word) {
            this.word = word;
        }

        /// The word for it in a policy file.
        public String word() {
            return word;
        }

        /// @throws IllegalArgumentException if it is none
        public static AtEnd of(String word) {
            for (AtEnd each : values()) {
                if (each.word.equals(word)) {
                    return each;
                }
            }
            throw new IllegalArgumentException("an unknown end");
        }
    }

    /// Whether somebody is asked, or something happens by itself.
    public boolean isOpen() {
        return equals(OPEN);
    }

    /// The same without a limit.
    public Hearing withoutEnd() {
        return new Hearing(approvers, null, then, twoPeople);
    }

    /// Who is asked.
    public Optional<String> asked() {
        return Optional.ofNullable(approvers);
    }

    /// The name of a list as people choose it: without folder and ending.
    public static String listWords(String list) {
        return AROUND_LIST.matcher(list).replaceAll("");
    }

    /// Whether those of a list are asked.
    ///
    /// @param name of the list, whole or as people choose it, in any case
    public boolean asks(String name) {
        return !meant(name, asked().stream().toList()).isEmpty();
    }

    /// Which of these lists a name means: the one of this whole name alone; where none has it,
    /// those that have it in another case; and where none does, those that people choose by it.
    public static List<String> meant(String name, Collection<String> lists) {
        List<Predicate<String>> ways =
                List.of(
                        name::equals,
                        name::equalsIgnoreCase,
                        list -> listWords(list).equalsIgnoreCase(name));
        return ways.stream()
                .map(way -> lists.stream().filter(way).distinct().sorted().toList())
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /// When the time of a message ends that waits since then.
    public Optional<Instant> end(Instant since) {
        return Optional.ofNullable(limit).map(since::plus);
    }

    /// As a policy file says it.
    String words() {
        List<String> words = new ArrayList<>();
        asked().ifPresent(it -> words.add("approvers: " + it));
        if (limit != null) {
            words.add("limit: " + limitWords(limit));
            words.add("then: " + then.word());
        }
        if (twoPeople) {
            words.add("two-people: true");
        }
        return String.join(", ", words);
    }

    private static String limitWords(Duration limit) {
        return limit.toMinutes() % 60 == 0 ? limit.toHours() + "h" : limit.toMinutes() + "m";
    }
}
