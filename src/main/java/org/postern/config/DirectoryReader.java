package org.postern.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.ldap.GroupServer;
import org.postern.ldap.GroupServer.Kept;
import org.postern.ldap.LdapServer;
import org.postern.ldap.MailFilter;
import org.postern.mail.Domain;
import org.postern.naming.GroupNames;
import org.postern.naming.Values;
import org.postern.net.IpLiteral;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.Suggestion;
import org.postern.yaml.YamlNode;

/// Reads the directories of `gateway.yaml`: those with certificates of others, and the clinic's
/// own, which knows its groups.
final class DirectoryReader {
    private static final Map<String, LdapServer.Security> SECURITY =
            Map.of(
                    "ldaps", LdapServer.Security.LDAPS,
                    "starttls", LdapServer.Security.STARTTLS,
                    "none", LdapServer.Security.PLAIN);

    private static final Map<String, GroupServer.Place> PLACES =
            Map.of(
                    GroupServer.Place.MEMBER_OF.attribute(), GroupServer.Place.MEMBER_OF,
                    GroupServer.Place.MEMBER.attribute(), GroupServer.Place.MEMBER,
                    GroupServer.Place.UNIQUE_MEMBER.attribute(), GroupServer.Place.UNIQUE_MEMBER);

    private static final int NAMES_MAX = 500;

    private final Path data;
    private final Parsed.Parser<Path> trust;

    /// @param data the folder in which password files lie
    /// @param trust reads the name of a PEM file that is there
    DirectoryReader(Path data, Parsed.Parser<Path> trust) {
        this.data = data;
        this.trust = trust;
    }

    /// A directory of others.
    ///
    /// @return empty with errors noted
    Optional<LdapServer> server(Section section) {
        List<Domain> domains = section.requiredList("domains", Values::domain);
        return server(section, domains);
    }

    private Optional<LdapServer> server(Section section, List<Domain> domains) {
        List<String> hosts = section.requiredList("hosts", Values::host);
        LdapServer.Security security =
                section.or("tls", Values.word(SECURITY), LdapServer.Security.LDAPS);
        int port = section.or("port", Values::port, security.port());
        Optional<String> base = section.required("base", Values.line(400));
        MailFilter filter = section.or("filter", DirectoryReader::mailFilter, MailFilter.USUAL);
        Optional<String> user = section.optional("user", Values.line(400));
        Optional<Path> password = section.optional("password-file", Values.path(data));
        Optional<Path> anchors = section.optional("trust", trust);
        int seconds = section.or("deadline-seconds", Values.number(1, 30), 5);
        OutgoingReader.together(section, "user", "password-file");
        if (security == LdapServer.Security.PLAIN
                && !hosts.stream().allMatch(DirectoryReader::isHere)) {
            section.wrong(
                    "tls",
                    "whoever listens or answers in between would choose what it says",
                    "write tls: ldaps or tls: starttls; none is for hosts like 127.0.0.1");
        }
        return section.build(() ->
                new LdapServer(
                        hosts,
                        port,
                        security,
                        base.orElseThrow(),
                        filter,
                        user.flatMap(name -> password.map(it -> new LdapServer.Login(name, it)))
                                .orElse(null),
                        anchors.orElse(null),
                        Set.copyOf(domains),
                        Duration.ofSeconds(seconds)));
    }

    /// The clinic's own directory.
    ///
    /// @param own the clinic's domains, whose people are looked up if no others are named
    /// @return empty with errors noted
    Optional<GroupServer> groups(Section section, List<Domain> own) {
        List<Domain> named = section.list("domains", Values::domain);
        GroupServer.Place place =
                section.or("membership", Values.word(PLACES), GroupServer.Place.MEMBER_OF);
        boolean nested = section.or("nested", Values.word(OutgoingReader.YES_OR_NO), false);
        if (nested && place == GroupServer.Place.UNIQUE_MEMBER) {
            section.wrong(
                    "nested",
                    "an Active Directory, which alone knows it, has no uniqueMember",
                    "write membership: memberOf, or remove it");
        }
        Map<String, String> names = names(section);
        return server(section, named.isEmpty() ? own : named)
                .map(server -> new GroupServer(server, new Kept(place, nested), names));
    }

    private static Map<String, String> names(Section directory) {
        List<Section> sections = directory.sections("groups");
        if (sections.size() > NAMES_MAX) {
            directory.wrong("groups", "there are more than " + NAMES_MAX + " groups", null);
        }
        Map<String, String> names = new HashMap<>();
        for (Section section : sections) {
            Optional<String> name = section.required("name", Values.line(80));
            Optional<String> group = section.required("dn", DirectoryReader::distinguished);
            if (name.filter(names::containsKey).isPresent()) {
                section.wrong("name", "a group of this name stands above already", "keep one");
            }
            section.build(() -> Map.entry(name.orElseThrow(), group.orElseThrow()))
                    .ifPresent(each -> names.put(each.getKey(), each.getValue()));
        }
        return names;
    }

    private static Parsed<String> distinguished(YamlNode.Text text) {
        return GroupServer.isName(text.value())
                ? Values.line(GroupNames.CHARACTERS_MAX).apply(text)
                : Parsed.bad(
                        Values.quoted(text) + " is not the distinguished name of a group",
                        "write it like cn=nurses,ou=groups,dc=clinic,dc=example");
    }

    /// What rules may name.
    static GroupNames known(Optional<GroupServer> directory) {
        return word -> {
            if (directory.isEmpty()) {
                return Optional.of(
                        new GroupNames.Unknown(
                                "no directory is named that could know the group \"" + word + "\"",
                                "name it in gateway.yaml: directory: { hosts: …, base: … }"));
            }
            Map<String, String> names = directory.get().names();
            return directory.get().group(word).isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            new GroupNames.Unknown(
                                    "there is no group \"" + word + "\"",
                                    Suggestion.didYouMean(word, names.keySet().stream().toList())
                                            .orElse(
                                                    "name it in gateway.yaml under directory:"
                                                            + " groups, or write its"
                                                            + " distinguished name")));
        };
    }

    private static boolean isHere(String host) {
        return IpLiteral.parse(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    private static Parsed<MailFilter> mailFilter(YamlNode.Text text) {
        return MailFilter.parse(text.value())
                .map(Parsed::good)
                .orElseGet(() ->
                        Parsed.bad(
                                Values.quoted(text) + " is no filter for a mail address",
                                "write it like (&(objectClass=person)(mail={mail}))"));
    }
}
