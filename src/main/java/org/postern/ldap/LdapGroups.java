package org.postern.ldap;

import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.ldap.GroupServer.Kept;
import org.postern.mail.Address;

/// One conversation with a directory about who belongs to its groups. It takes nothing for a no but
/// a no: where the group is not there, the attribute or the rule is unknown, several entries have
/// one address, or it would find nobody at all, the question stays open.
final class LdapGroups {
    /// LDAP_MATCHING_RULE_IN_CHAIN of Active Directory: groups within groups.
    static final String IN_CHAIN = "1.2.840.113556.1.4.1941";

    /// RFC 4511 §4.5.1.8: no attribute is wanted.
    private static final String NOTHING = "1.1";

    private final GroupServer groups;
    private final LDAPConnection connection;
    private final Cutoff cutoff;
    private final Map<Address, Optional<String>> people = new HashMap<>();
    private final Set<String> there = new HashSet<>();
    private boolean findsSomebody;

    /// The directory answered, but not the question. The message is for people.
    static final class UnsaidException extends IOException {
        private static final long serialVersionUID = 1L;

        UnsaidException(String message) {
            super(message);
        }
    }

    LdapGroups(GroupServer groups, LDAPConnection connection, Cutoff cutoff) {
        this.groups = groups;
        this.connection = connection;
        this.cutoff = cutoff;
    }

    /// @param group its distinguished name
    /// @throws UnsaidException if the directory does not say it
    /// @throws LDAPException if the connection cannot be used any more
    boolean isMember(Address person, String group) throws LDAPException, UnsaidException {
        if (!there.contains(group)) {
            if (!fits(group, Filter.createPresenceFilter("objectClass"))) {
                throw new UnsaidException("a group that is asked for is not there");
            }
            there.add(group);
        }
        Optional<String> name = name(person);
        if (name.isEmpty()) {
            // Whom it does not know is in none of its groups, if it would know anybody.
            requireFinding(person);
            return false;
        }
        boolean ofPerson = groups.kept().place().isOfPerson();
        String entry = ofPerson ? name.get() : group;
        Filter membership = membership(ofPerson ? group : name.get());
        if (fits(entry, membership)) {
            return true;
        }
        // RFC 4511 §4.5.1.7: what cannot be evaluated is neither true nor, negated, true.
        if (fits(entry, Filter.createNOTFilter(membership))) {
            return false;
        }
        throw new UnsaidException(
                "it does not say " + groups.kept().place().attribute() + words(groups.kept()));
    }

    private static String words(Kept kept) {
        return kept.nested() ? " for groups within groups" : "";
    }

    private Filter membership(String name) {
        Kept kept = groups.kept();
        String attribute = kept.place().attribute();
        return kept.nested()
                ? Filter.createExtensibleMatchFilter(attribute, IN_CHAIN, false, name)
                : Filter.createEqualityFilter(attribute, name);
    }

    private Optional<String> name(Address person) throws LDAPException, UnsaidException {
        Optional<String> known = people.get(person);
        if (known == null) {
            LdapServer server = groups.server();
            Gathered gathered =
                    ask(
                            new Place(server.base(), SearchScope.SUB),
                            server.filter().of(person),
                            ServerDirectory.ENTRIES_MAX,
                            server.filter().attributes().toArray(String[]::new));
            known = only(person, entries(gathered));
            if (known.isEmpty() && gathered.refers()) {
                throw new UnsaidException(
                        "below its base it refers to others, who are not asked, and it does not"
                                + " know somebody itself");
            }
            people.put(person, known);
        }
        return known;
    }

    /// A filter with a wrong word, or a login that may not search for addresses, finds nobody, and
    /// that is a success as well.
    private void requireFinding(Address person) throws LDAPException, UnsaidException {
        if (!findsSomebody) {
            LdapServer server = groups.server();
            Filter proof = server.filter().proof(person);
            if (entries(ask(new Place(server.base(), SearchScope.SUB), proof, 1)).isEmpty()) {
                throw new UnsaidException(
                        "its filter finds nobody at all, or the login may not search by it");
            }
            findsSomebody = true;
        }
    }

    /// A directory may compare without accents, and would take one person for another.
    private static Optional<String> only(Address person, List<SearchResultEntry> entries)
            throws UnsaidException {
        List<SearchResultEntry> hers =
                entries.stream()
                        .filter(entry ->
                                entry.getAttributes().stream()
                                        .flatMap(it -> Stream.of(it.getValues()))
                                        .anyMatch(it -> MailFilter.isOf(person, it)))
                        .toList();
        if (hers.size() > 1) {
            throw new UnsaidException("several entries have one mail address");
        }
        if (hers.isEmpty() && !entries.isEmpty()) {
            throw new UnsaidException("it shows an entry, and not that this has the mail address");
        }
        return hers.stream().findFirst().map(SearchResultEntry::getDN);
    }

    private boolean fits(String entry, Filter filter) throws LDAPException, UnsaidException {
        return !entries(
                        ask(
                                new Place(entry, SearchScope.BASE),
                                filter,
                                ServerDirectory.ENTRIES_MAX))
                .isEmpty();
    }

    private static List<SearchResultEntry> entries(Gathered gathered) throws UnsaidException {
        try {
            return gathered.entries();
        } catch (IOException e) {
            throw new UnsaidException(Line.words(e));
        }
    }

    private record Place(String base, SearchScope scope) {}

    /// @param most entries that are wanted; where it is one, that there are more is no error
    private Gathered ask(Place place, Filter filter, int most, String... attributes)
            throws LDAPException, UnsaidException {
        Gathered gathered = new Gathered(cutoff);
        int seconds = Math.max(1, Math.toIntExact(groups.server().deadline().toSeconds()));
        SearchRequest request =
                new SearchRequest(
                        gathered,
                        place.base(),
                        place.scope(),
                        DereferencePolicy.NEVER,
                        most,
                        seconds,
                        false,
                        filter,
                        attributes.length == 0 ? new String[] {NOTHING} : attributes);
        request.setFollowReferrals(false);
        try {
            var _ = connection.search(request);
            return gathered;
        } catch (LDAPException e) {
            if (most == 1 && e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
                return gathered;
            }
            if (gathered.excess().isPresent()) {
                throw new UnsaidException(gathered.excess().get());
            }
            if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
                throw new UnsaidException("a group or its base is not there");
            }
            if (!e.getResultCode().isConnectionUsable() || isLater(e.getResultCode())) {
                throw e;
            }
            throw new UnsaidException(Line.words(e));
        }
    }

    /// It says itself that it cannot now.
    private static boolean isLater(ResultCode code) {
        return code.equals(ResultCode.BUSY)
                || code.equals(ResultCode.UNAVAILABLE)
                || code.equals(ResultCode.TIME_LIMIT_EXCEEDED);
    }
}
