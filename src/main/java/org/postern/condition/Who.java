package org.postern.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.mail.Address;
import org.postern.mail.Domain;

/// Whom an address condition means: anyone who is in one of these sets.
///
/// @param internal whether the clinic's own domains are among them
/// @param domains exactly these
/// @param below all domains below these, themselves not included: `*.partner.example`
/// @param addresses single addresses, by [Address#key()]
/// @param lists what stands in files of their own
/// @param groups of the directory, as rules name them
public record Who(
        boolean internal,
        Set<Domain> domains,
        Set<Domain> below,
        Set<String> addresses,
        List<Listed> lists,
        Set<String> groups) {
    public Who {
        domains = Set.copyOf(domains);
        below = Set.copyOf(below);
        addresses = Set.copyOf(addresses);
        lists = List.copyOf(lists);
        groups = Set.copyOf(groups);
    }

    /// Whom a condition names without a list.
    public Who(boolean internal, Set<Domain> domains, Set<Domain> below, Set<String> addresses) {
        this(internal, domains, below, addresses, List.of(), Set.of());
    }

    /// A list file: explanations name it, and not the thousands that may stand in it.
    public record Listed(String name, Who who) {}

    /// Those of the lists and of the groups as well.
    public Who with(List<Listed> more, Set<String> members) {
        return new Who(internal, domains, below, addresses, more, members);
    }

    /// The clinic's own people.
    public static final Who INTERNAL = new Who(true, Set.of(), Set.of(), Set.of());

    /// A name that is written down settles it; a group is as certain as the directory's answer.
    Match includes(Address address, Facts facts) {
        if (names(address, facts.internal())) {
            return Match.YES;
        }
        Match match = Match.NO;
        for (String group : groups) {
            match = match.or(member(facts.groups().of(group, address)));
        }
        return match;
    }

    private static Match member(Groups.Membership membership) {
        return switch (membership) {
            case MEMBER -> Match.YES;
            case NOT_MEMBER -> Match.NO;
            case UNKNOWN, NOT_ASKED -> Match.UNKNOWN;
        };
    }

    /// Whether an address is among them without a question to the directory.
    ///
    /// @param internalDomains the clinic's own
    public boolean names(Address address, Set<Domain> internalDomains) {
        Domain domain = address.domain();
        if (domains.contains(domain) || (internal && internalDomains.contains(domain))) {
            return true;
        }
        for (Domain parent : below) {
            if (domain.isBelow(parent)) {
                return true;
            }
        }
        if (!addresses.isEmpty() && addresses.contains(address.key())) {
            return true;
        }
        for (Listed list : lists) {
            if (list.who().names(address, internalDomains)) {
                return true;
            }
        }
        return false;
    }

    /// As a policy file would say it, such as `stmary.example or *.partner.example`.
    String words() {
        List<String> words = new ArrayList<>();
        domains.stream().map(Domain::name).sorted().forEach(words::add);
        below.stream().map(d -> "*." + d.name()).sorted().forEach(words::add);
        addresses.stream().map(a -> a.toLowerCase(Locale.ROOT)).sorted().forEach(words::add);
        lists.stream().map(list -> "list " + list.name()).forEach(words::add);
        groups.stream().sorted().map(group -> "group " + group).forEach(words::add);
        if (internal) {
            words.addFirst("internal");
        }
        return String.join(" or ", words);
    }
}
