package org.postern.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.postern.facts.Facts;
import org.postern.mail.Address;

/// What is done besides, while a message goes its way.
///
/// @param stripTags words in square brackets that are taken out of the subject, folded
/// @param signing whether it bears a signature, also where it is not encrypted
/// @param bcc who gets a copy, each under a decision of her own
/// @param journal archives that get the message with its envelope and what was decided
/// @param fetching what is said of pickup besides its level
/// @param added what the clinic writes into the message for its recipient
public record Extras(
        Set<String> stripTags,
        Signing signing,
        List<Address> bcc,
        List<Address> journal,
        Fetching fetching,
        Added added) {
    private static final int HOURS_OF_DAY = 24;

    /// Nothing.
    public static final Extras NONE = new Extras(Set.of(), Signing.AS_CONFIGURED, List.of());

    public Extras {
        stripTags = stripTags.stream().map(Facts::fold).collect(Collectors.toUnmodifiableSet());
        bcc = List.copyOf(bcc);
        journal = List.copyOf(journal);
    }

    /// With nothing said of pickup, and nothing added.
    public Extras(Set<String> stripTags, Signing signing, List<Address> bcc) {
        this(stripTags, signing, bcc, List.of(), Fetching.USUAL, Added.NOTHING);
    }

    /// The same with this said of pickup.
    public Extras with(Fetching said) {
        return new Extras(stripTags, signing, bcc, journal, said, added);
    }

    /// The same with these words added.
    public Extras with(Added words) {
        return new Extras(stripTags, signing, bcc, journal, fetching, words);
    }

    /// Words of the clinic in each form of the message's text. Lines end in `\n`.
    ///
    /// @param banner above it; empty for none
    /// @param note below it; empty for none
    public record Added(String banner, String note) {
        public static final Added NOTHING = new Added("", "");

        /// Whether the text stays as it is.
        public boolean isNothing() {
            return equals(NOTHING);
        }

        private String words() {
            return words("banner", banner) + words("note", note);
        }

        private static String words(String key, String said) {
            return said.isEmpty() ? "" : ", " + key + ": \"" + said.replace("\n", " / ") + '"';
        }
    }

    /// How long a message waits to be fetched, and how its reader hears of it.
    ///
    /// @param expiry how long it can be read; empty for as long as the clinic keeps what it keeps
    /// @param language of the notice, as a tag, where her own is not known; empty for all
    public record Fetching(Optional<Duration> expiry, Optional<String> language) {
        /// As the clinic does it.
        public static final Fetching USUAL = new Fetching(Optional.empty(), Optional.empty());

        private String words() {
            return expiry.map(it -> ", expiry: " + time(it)).orElse("")
                    + language.map(it -> ", language: " + it).orElse("");
        }

        static String time(Duration time) {
            long hours = time.toHours();
            return hours % HOURS_OF_DAY == 0
                    ? counted(hours / HOURS_OF_DAY, "day")
                    : counted(hours, "hour");
        }

        private static String counted(long number, String noun) {
            return number + " " + noun + (number == 1 ? "" : "s");
        }
    }

    /// What is demanded of mail to somebody, whatever else is said: it adds up, and the strictest
    /// counts.
    ///
    /// @param sign what leaves by mail bears a signature, or does not leave
    /// @param bcc who gets a copy as well
    /// @param journal archives that are told of it as well
    /// @param threshold the score from which a message holds health information, for the rules that
    ///   ask for `score: threshold`
    public record Duties(
            boolean sign, List<Address> bcc, List<Address> journal, Optional<Long> threshold) {
        public static final Duties NONE = new Duties(false, List.of(), List.of(), Optional.empty());

        public Duties {
            bcc = List.copyOf(bcc);
            journal = List.copyOf(journal);
        }

        Extras besides(Extras besides) {
            Extras more = besides.copiedTo(bcc, journal);
            return sign ? more.signed() : more;
        }
    }

    /// Who sees to the signature.
    public enum Signing {
        /// The configuration of the gateway says it.
        AS_CONFIGURED,
        /// Without one it does not leave.
        DEMANDED
    }

    /// The same with these archives.
    public Extras journaledTo(List<Address> archives) {
        return copiedTo(bcc, archives);
    }

    /// The same with these copies.
    Extras copiedTo(List<Address> people, List<Address> archives) {
        return new Extras(stripTags, signing, people, archives, fetching, added);
    }

    /// The same, which does not leave without a signature.
    Extras signed() {
        return new Extras(stripTags, Signing.DEMANDED, bcc, journal, fetching, added);
    }

    private static String words(String key, List<Address> people) {
        return people.isEmpty() ? "" : ", " + key + ": " + people(people);
    }

    static String people(List<Address> people) {
        return people.stream().map(Address::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    /// The same without copies: a copy makes no further ones.
    Extras withoutCopies() {
        return new Extras(stripTags, signing, List.of(), List.of(), fetching, added);
    }

    /// As a policy file says it, behind what else is decided.
    String words() {
        StringBuilder words = new StringBuilder();
        if (!stripTags.isEmpty()) {
            words.append(", strip-tags: [")
                    .append(String.join(", ", new TreeSet<>(stripTags)))
                    .append(']');
        }
        if (signing == Signing.DEMANDED) {
            words.append(", sign: true");
        }
        words.append(words("bcc", bcc)).append(words("journal", journal));
        return words.append(fetching.words()).append(added.words()).toString();
    }
}
