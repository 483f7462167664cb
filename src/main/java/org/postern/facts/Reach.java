package org.postern.facts;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.mail.Address;

/// By which means protected mail can reach recipients, as was found when it was asked.
///
/// @param answers by the means, and by [Address#key()]
/// @param otherwise what holds of anybody of whom nothing is said there
/// @param trouble a sentence for people that says why some answers are not known now; empty if all
///   are, or nobody was asked
public record Reach(
        Map<Means, Map<String, Answer>> answers, Answer otherwise, Optional<String> trouble) {
    /// Nobody was asked.
    public static final Reach NOT_ASKED = new Reach(Map.of(), Answer.NOT_ASKED, Optional.empty());

    public Reach {
        answers =
                answers.entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey, it -> Map.copyOf(it.getValue())));
    }

    /// What can be asked about. Whether somebody can pick a message up is no question: everybody
    /// can.
    public enum Means {
        /// A valid and trusted certificate is known (RFC 8551).
        SMIME,
        /// A next hop that has to prove itself is named by IT or by the domain's own policies.
        TLS;

        /// As a policy file says it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Whether it can.
    public enum Answer {
        CAN,
        CANNOT,
        /// Nothing shows that it can, and something that might could not be had: a no that nothing
        /// may leave unprotected by.
        SEEMS_NOT,
        /// It could not be said at that moment, which is not a no.
        UNKNOWN,
        NOT_ASKED
    }

    public record Question(Means means, Address recipient) {
        /// Addresses are patients' data too.
        @Override
        public String toString() {
            return "Question[" + means + "]";
        }
    }

    /// All that is known: nothing reaches whoever is not named.
    public static Reach told(Map<Means, ? extends Collection<Address>> can) {
        Map<Means, Map<String, Answer>> answers = new EnumMap<>(Means.class);
        can.forEach((means, people) -> {
            Map<String, Answer> said = new HashMap<>();
            people.forEach(person -> said.put(person.key(), Answer.CAN));
            answers.put(means, said);
        });
        return new Reach(answers, Answer.CANNOT, Optional.empty());
    }

    /// Whether it reaches this person.
    public Answer of(Means means, Address recipient) {
        return answers.getOrDefault(means, Map.of()).getOrDefault(recipient.key(), otherwise);
    }

    /// The answer to a question.
    public Answer of(Question question) {
        return of(question.means(), question.recipient());
    }

    /// The same with what was asked besides.
    public Reach and(Reach more) {
        Map<Means, Map<String, Answer>> all = new EnumMap<>(Means.class);
        Arrays.stream(Means.values())
                .forEach(means -> {
                    Map<String, Answer> people =
                            new HashMap<>(answers.getOrDefault(means, Map.of()));
                    people.putAll(more.answers.getOrDefault(means, Map.of()));
                    all.put(means, people);
                });
        return new Reach(all, otherwise, more.trouble.or(() -> trouble));
    }

    /// The same as if nobody had been asked for what is not known.
    public Reach known() {
        Map<Means, Map<String, Answer>> all = new EnumMap<>(Means.class);
        answers.forEach((means, people) -> {
            Map<String, Answer> said = new HashMap<>(people);
            said.values().removeIf(it -> it == Answer.UNKNOWN);
            all.put(means, said);
        });
        return new Reach(all, Answer.NOT_ASKED, Optional.empty());
    }

    /// Nobody's address.
    @Override
    public String toString() {
        return "Reach[" + answers.keySet() + "]";
    }
}
