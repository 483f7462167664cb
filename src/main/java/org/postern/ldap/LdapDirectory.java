package org.postern.ldap;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.postern.mail.Address;

/// A directory that knows people by their mail addresses: their certificates, the groups to which
/// they belong, or whatever attributes are asked for. It blocks, within a limit of its own.
///
/// Safe for use by many threads. For example `ask(ann, Set.of("memberOf"))` gives
/// `Known([Entry("cn=Ann,…", {"memberof": […]})])`.
public interface LdapDirectory {
    /// Looks an address up.
    ///
    /// @param attributes names of those that are wanted, with or without options (RFC 4512 §2.5)
    Answer ask(Address address, Set<String> attributes);

    /// What came of it.
    sealed interface Answer {
        /// @param entries none if the directory says that there is none
        record Known(List<Entry> entries) implements Answer {
            public Known {
                entries = List.copyOf(entries);
            }
        }

        /// Nobody knows, and nothing may be concluded from it.
        ///
        /// @param reason a sentence for people
        /// @param isSilent whether the directory tells nobody anything now, so that who asks for
        ///   somebody else would only wait as well
        record Unknown(String reason, boolean isSilent) implements Answer {}
    }

    /// What the directory tells of a person.
    ///
    /// @param name the distinguished name
    /// @param values by the name of the attribute in small letters, without its options
    record Entry(String name, Map<String, List<byte[]>> values) {
        public Entry {
            values = Map.copyOf(values);
        }

        /// All values of an attribute; none if it is not there.
        public List<byte[]> octets(String attribute) {
            return values.getOrDefault(attribute.toLowerCase(Locale.ROOT), List.of());
        }

        /// The same as text.
        public List<String> texts(String attribute) {
            return octets(attribute).stream().map(each -> new String(each, UTF_8)).toList();
        }
    }
}
