package org.postern.facts;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.mail.Address;

/// Who belongs to which of the groups that rules name, as the directory said when it was asked.
///
/// @param answers by the name of the group as rules have it, and by [Address#key()]
/// @param otherwise what holds of anybody of whom nothing is said there
/// @param trouble why some answers are not known; empty if all are, or nobody was asked
public record Groups(
        Map<String, Map<String, Membership>> answers,
        Membership otherwise,
        Optional<Trouble> trouble) {
    /// Nobody was asked.
    public static final Groups NOT_ASKED =
            new Groups(Map.of(), Membership.NOT_ASKED, Optional.empty());

    public Groups {
        answers =
                answers.entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey, it -> Map.copyOf(it.getValue())));
    }

    /// Whether somebody belongs to a group.
    public enum Membership {
        MEMBER,
        NOT_MEMBER,
        /// The directory was asked and could not say it, which is not a no.
        UNKNOWN,
        NOT_ASKED
    }

    /// Why something is not known.
    ///
    /// @param reason a sentence for people that names nobody
    /// @param isSilent whether the directory tells nobody anything now, and may do so later
    public record Trouble(String reason, boolean isSilent) {}

    /// @param group as rules name it
    public record Question(String group, Address person) {
        /// Addresses are patients' data too.
        @Override
        public String toString() {
            return "Question[" + group + "]";
        }
    }

    /// All that is known: whoever is not named belongs to none of these groups.
    public static Groups told(Map<String, Set<Address>> members) {
        Map<String, Map<String, Membership>> answers = new LinkedHashMap<>();
        members.forEach((group, people) ->
                answers.put(
                        group,
                        people.stream()
                                .collect(
                                        Collectors.toMap(
                                                Address::key,
                                                _ -> Membership.MEMBER,
                                                (one, _) -> one))));
        return new Groups(answers, Membership.NOT_MEMBER, Optional.empty());
    }

    /// Whether this person belongs to this group.
    public Membership of(String group, Address person) {
        return answers.getOrDefault(group, Map.of()).getOrDefault(person.key(), otherwise);
    }

    /// The answer to a question.
    public Membership of(Question question) {
        return of(question.group(), question.person());
    }

    /// The same with what was asked besides.
    public Groups and(Groups more) {
        Map<String, Map<String, Membership>> all = new HashMap<>();
        answers.forEach((group, people) -> all.put(group, new HashMap<>(people)));
        more.answers.forEach(
                (group, people) -> all.computeIfAbsent(group, _ -> new HashMap<>()).putAll(people));
        return new Groups(all, otherwise, more.trouble.or(() -> trouble));
    }

    /// The same as if nobody had been asked for what is not known.
    public Groups known() {
        Map<String, Map<String, Membership>> all = new HashMap<>();
        answers.forEach((group, people) -> {
            Map<String, Membership> said = new HashMap<>(people);
            said.values().removeIf(it -> it == Membership.UNKNOWN);
            all.put(group, said);
        });
        return new Groups(all, Membership.NOT_ASKED, Optional.empty());
    }

    /// Nobody's address.
    @Override
    public String toString() {
        return "Groups[" + answers.size() + " groups]";
    }
}
