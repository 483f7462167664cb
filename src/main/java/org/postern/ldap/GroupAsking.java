package org.postern.ldap;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Address;

/// Whoever can be asked who belongs to groups. It blocks, within a limit of its own.
///
/// Safe for use by many threads.
@FunctionalInterface
public interface GroupAsking {
    /// @return an answer for each question, or why some have none
    Answers ask(Set<Pair> questions);

    /// @param group its distinguished name
    record Pair(Address person, String group) {}

    /// @param known whether each person belongs to the group
    /// @param trouble why some are not among them; empty if all are
    /// @param lasts whether anybody else who asks now would hear of the same trouble, and nothing
    ///   more
    record Answers(
            Map<Pair, Boolean> known,
            Optional<LdapDirectory.Answer.Unknown> trouble,
            boolean lasts) {
        public Answers {
            known = Map.copyOf(known);
        }

        /// A silence lasts that began with the first question; who has answered some may go on.
        public Answers(Map<Pair, Boolean> known, Optional<LdapDirectory.Answer.Unknown> trouble) {
            this(
                    known,
                    trouble,
                    known.isEmpty() && trouble.filter(it -> it.isSilent()).isPresent());
        }
    }
}
