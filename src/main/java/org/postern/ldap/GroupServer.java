package org.postern.ldap;

import com.unboundid.ldap.sdk.DN;
import java.util.Map;
import java.util.Optional;

/// The directory that knows the groups of the clinic's people, as IT names it.
///
/// @param names distinguished names of groups by the names that rules have for them
public record GroupServer(LdapServer server, Kept kept, Map<String, String> names) {
    public GroupServer {
        names = Map.copyOf(names);
    }

    /// Where it is written who belongs to a group.
    ///
    /// @param nested whether members of a group within the group belong to it as well, by the rule
    ///   that only an Active Directory knows
    public record Kept(Place place, boolean nested) {}

    /// An attribute of the person's entry or of the group's.
    public enum Place {
        MEMBER_OF("memberOf"),
        MEMBER("member"),
        UNIQUE_MEMBER("uniqueMember");

        private final String attribute;

        Place(String attribute) {
            this.attribute = attribute;
        }

        /// Its name, which is also the word for it in `gateway.yaml`.
        public String attribute() {
            return attribute;
        }

        /// Whether the person's entry has it.
        boolean isOfPerson() {
            return this == MEMBER_OF;
        }
    }

    /// The distinguished name of a group as a rule names it: by one of the names, or by itself.
    public Optional<String> group(String word) {
        return Optional.ofNullable(names.get(word))
                .or(() -> Optional.of(word).filter(it -> isName(it)));
    }

    /// Whether it is a distinguished name (RFC 4514) of more than nothing.
    public static boolean isName(String text) {
        return !text.isBlank() && DN.isValidDN(text);
    }
}
