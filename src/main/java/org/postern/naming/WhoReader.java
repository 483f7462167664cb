package org.postern.naming;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.condition.Who;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.roster.Entry;
import org.postern.roster.Roster;
import org.postern.roster.Rosters;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Reads whom a rule means.
public final class WhoReader {
    private static final List<String> KEYS = List.of("domain", "address", "list", "group");

    private final ConfigErrors errors;
    private final Rosters rosters;
    private final GroupNames groups;

    /// @param rosters the lists that rules name
    /// @param groups those of the directory that rules may name
    public WhoReader(ConfigErrors errors, Rosters rosters, GroupNames groups) {
        this.errors = errors;
        this.rosters = rosters;
        this.groups = groups;
    }

    /// The keys may stand together: the address is one of these, or its domain is one of those, or
    /// a list names it, or it belongs to a group.
    ///
    /// @return empty with errors noted
    public Optional<Who> read(Section section) {
        List<Optional<Entry>> words = section.list("domain", WhoReader::domainWord);
        List<Address> addresses = section.list("address", Values::address);
        List<Who.Listed> lists =
                section.list("list", Rosters::name).stream()
                        .flatMap(name ->
                                rosters.of(name, errors).map(it -> listed(name, it)).stream())
                        .toList();
        Set<String> members = Set.copyOf(section.list("group", groups::read));
        if (KEYS.stream().noneMatch(section::has)) {
            errors.add(section.place(), "nobody is named here", "write domain: … or address: …");
        }
        List<Entry> entries = new ArrayList<>();
        words.forEach(word -> word.ifPresent(entries::add));
        addresses.forEach(address -> entries.add(new Entry.One(address)));
        boolean internal = words.stream().anyMatch(Optional::isEmpty);
        return section.build(() -> who(internal, entries).with(lists, members));
    }

    private static Who.Listed listed(String name, Roster roster) {
        return new Who.Listed(name, who(false, roster.entries()));
    }

    private static Who who(boolean internal, List<Entry> entries) {
        Set<Domain> exact = new HashSet<>();
        Set<Domain> below = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (Entry entry : entries) {
            switch (entry) {
                case Entry.One(Address address) -> keys.add(address.key());
                case Entry.Exactly(Domain domain) -> exact.add(domain);
                case Entry.Below(Domain domain) -> below.add(domain);
            }
        }
        return new Who(internal, exact, below, keys);
    }

    /// Empty for the clinic's own domains.
    private static Parsed<Optional<Entry>> domainWord(YamlNode.Text text) {
        return switch (text.value()) {
            case "internal" -> Parsed.good(Optional.empty());
            case "external" ->
                    Parsed.bad(
                            "unknown word \"external\"",
                            "write not: { recipient: { domain: internal } }");
            default -> Entry.domain(text.value()).then(it -> Parsed.good(Optional.of(it)));
        };
    }
}
