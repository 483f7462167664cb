package org.postern.facts;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.postern.mail.Address;

/// Who chose how the clinic may write to her, as it was recorded when somebody looked.
///
/// @param answers by [Address#key()]
/// @param otherwise what holds of anybody of whom nothing is said there
public record Choices(Map<String, Choice> answers, Choice otherwise) {
    /// Nobody looked.
    public static final Choices NOT_ASKED = new Choices(Map.of(), Choice.NOT_ASKED);

    public Choices {
        answers = Map.copyOf(answers);
    }

    /// A way of mail that somebody may choose for herself.
    public enum Channel {
        /// Mail as everybody sends it, after she was warned that others may read it.
        ORDINARY_MAIL("ordinary-mail");

        private final String word;

        Channel(String word) {
            this.word = word;
        }

        /// The word for it in a policy file.
        public String word() {
            return word;
        }
    }

    /// What was recorded of one person.
    public enum Choice {
        ORDINARY_MAIL("ordinary-mail"),
        /// She never chose, or took it back.
        NONE("none"),
        /// The record could not be read, which is neither.
        UNKNOWN("unknown"),
        NOT_ASKED("not-asked");

        private final String word;

        Choice(String word) {
            this.word = word;
        }

        /// The word for it in the audit.
        public String word() {
            return word;
        }

        /// @throws IllegalArgumentException if it is none, as what another release wrote
        public static Choice of(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("an unknown choice"));
        }
    }

    /// All that is known: whoever is not named did not choose.
    public static Choices told(Collection<Address> ordinaryMail) {
        return new Choices(
                ordinaryMail.stream()
                        .collect(
                                Collectors.toMap(
                                        Address::key, _ -> Choice.ORDINARY_MAIL, (one, _) -> one)),
                Choice.NONE);
    }

    /// What this person chose.
    public Choice of(Address person) {
        return answers.getOrDefault(person.key(), otherwise);
    }

    /// The same with what was looked up besides.
    public Choices and(Choices more) {
        Map<String, Choice> all = new HashMap<>(answers);
        all.putAll(more.answers);
        return new Choices(all, otherwise);
    }

    /// Nobody's address.
    @Override
    public String toString() {
        return "Choices[" + answers.size() + "]";
    }
}
