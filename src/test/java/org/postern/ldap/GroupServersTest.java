package org.postern.ldap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postern.ldap.GroupAsking.Answers;
import org.postern.ldap.GroupAsking.Pair;
import org.postern.ldap.GroupServer.Kept;
import org.postern.ldap.GroupServer.Place;
import org.postern.ldap.LdapServer.Security;
import org.postern.mail.Address;
import org.postern.net.TlsTrust;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SlapdPeer;
import org.postern.testkit.TestAuthority;

/// Who belongs to a group, by OpenLDAP and, where that has nothing like it, by a directory in
/// memory. What a directory does not say is never a no.
class GroupServersTest {
    private static final String NAME = "ldap.partner.example";
    private static final String BASE = SlapdPeer.BASE;
    private static final Address ANN = Address.of("ann@partner.example");
    private static final Address BOB = Address.of("bob@partner.example");
    private static final Address NOBODY = Address.of("nobody@partner.example");
    private static final Address TWICE = Address.of("twice@partner.example");
    private static final String NURSES = "cn=Nurses, " + BASE;
    private static final String UNIQUE = "cn=unique," + BASE;

    private final TestAuthority authority = TestAuthority.create();
    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-07T12:00:00Z"));

    @Test
    void openLdapSaysItAtTheGroup() throws Exception {
        try (SlapdPeer slapd = SlapdPeer.start(authority.server(NAME))) {
            fill(slapd);
            assertSays(slapd, Place.MEMBER, NURSES);
            assertSays(slapd, Place.UNIQUE_MEMBER, UNIQUE);
            try (GroupServers groups = groups(slapd, new Kept(Place.MEMBER, false))) {
                Answers two = groups.ask(Set.of(new Pair(TWICE, NURSES), new Pair(ANN, NURSES)));
                assertEquals(Map.of(new Pair(ANN, NURSES), true), two.known());
                assertUnknown(two, false, "several entries have one mail address");
                Pair missing = new Pair(ANN, "cn=none," + BASE);
                assertUnknown(groups.ask(Set.of(missing)), false, "is not there");
            }
            assertFindsSomebody(slapd);
            // This server has no such attribute and no such rule: it says neither yes nor no.
            Pair pair = new Pair(ANN, NURSES);
            try (GroupServers groups = groups(slapd, new Kept(Place.MEMBER_OF, false))) {
                assertUnknown(groups.ask(Set.of(pair)), false, "it does not say memberOf");
            }
            try (GroupServers groups = groups(slapd, new Kept(Place.MEMBER, true))) {
                assertUnknown(groups.ask(Set.of(pair)), false, "groups within groups");
            }
        }
    }

    /// Somebody may be where it refers to.
    @Test
    void aReferenceIsNoNo() throws Exception {
        try (SlapdPeer slapd = SlapdPeer.start(authority.server(NAME))) {
            fill(slapd);
            slapd.add(
                    new Entry(
                            "ou=far," + BASE,
                            new Attribute("objectClass", "referral", "extensibleObject"),
                            new Attribute("ou", "far"),
                            new Attribute("ref", "ldap://127.0.0.1:9/ou=far," + BASE)));
            try (GroupServers groups = groups(slapd, new Kept(Place.MEMBER, false))) {
                Pair ann = new Pair(ANN, NURSES);
                Answers answers = groups.ask(Set.of(ann, new Pair(NOBODY, NURSES)));
                assertEquals(Map.of(ann, true), answers.known());
                assertUnknown(answers, false, "refers to others");
            }
        }
    }

    @Test
    void openLdapSaysItAtThePerson() throws Exception {
        try (SlapdPeer slapd = SlapdPeer.withMemberOf(authority.server(NAME))) {
            fill(slapd);
            assertSays(slapd, Place.MEMBER_OF, NURSES);
        }
    }

    private void assertSays(SlapdPeer slapd, Place place, String group) throws Exception {
        try (GroupServers groups = groups(slapd, new Kept(place, false))) {
            Pair ann = new Pair(ANN, group);
            Pair bob = new Pair(BOB, group);
            Pair nobody = new Pair(NOBODY, group);
            for (int i = 0; i < 2; i++) {
                Answers answers = groups.ask(Set.of(ann, bob, nobody));
                assertTrue(answers.trouble().isEmpty(), answers.toString());
                assertEquals(Map.of(ann, true, bob, false, nobody, false), answers.known());
            }
            clock.advance(GroupServers.IDLE_MAX.plusSeconds(1));
            assertEquals(Map.of(ann, true), groups.ask(Set.of(ann)).known());
        }
    }

    /// By the rule of Active Directory, here played by a server that looks one level deep.
    @Test
    void groupsWithinGroupsAreAskedByTheRuleForChains() throws Exception {
        Set<String> filters = new TreeSet<>();
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig(
                        "ldap", InetAddress.getLoopbackAddress(), 0, null));
        config.addInMemoryOperationInterceptor(
                new InMemoryOperationInterceptor() {
                    @Override
                    public void processSearchRequest(InMemoryInterceptedSearchRequest request)
                            throws LDAPException {
                        SearchRequest asked = request.getRequest().duplicate();
                        String filter = asked.getFilter().toString();
                        filters.add(filter);
                        asked.setFilter(
                                filter.replace(":" + LdapGroups.IN_CHAIN + ":=", "=")
                                        // And compares without accents.
                                        .replace("\\c3\\a1", "a"));
                        request.setRequest(asked);
                    }
                });
        InMemoryDirectoryServer directory = new InMemoryDirectoryServer(config);
        directory.startListening();
        try {
            directory.add(new Entry(BASE, new Attribute("objectClass", "domain")));
            directory.add(new Entry(NURSES, new Attribute("objectClass", "group")));
            directory.add(person("ann", ANN, new Attribute("memberOf", NURSES)));
            directory.add(person("bob", BOB, new Attribute("memberOf", "cn=other," + BASE)));
            int port = directory.getListenPort();
            GroupServer server = server(port, Security.PLAIN, new Kept(Place.MEMBER_OF, true));
            try (GroupServers groups = groups(server)) {
                Pair ann = new Pair(ANN, NURSES);
                Pair bob = new Pair(BOB, NURSES);
                assertEquals(Map.of(ann, true, bob, false), groups.ask(Set.of(ann, bob)).known());
                String chain = "(memberOf:1.2.840.113556.1.4.1941:=" + NURSES + ")";
                assertTrue(filters.contains(chain), filters.toString());
                assertTrue(filters.contains("(!" + chain + ")"), filters.toString());
                assertTrue(MailFilter.isOf(ANN, "SMTP:Ann@Partner.example"));
                Pair other = new Pair(Address.of("ánn@partner.example"), NURSES);
                Answers accents = groups.ask(Set.of(other));
                assertEquals(Map.of(), accents.known());
                assertUnknown(accents, false, "not that this has the mail address");

                directory.shutDown(true);
                Answers silent = groups.ask(Set.of(ann));
                assertEquals(Map.of(), silent.known());
                assertUnknown(silent, true, "does not answer");
                directory.startListening();
            }
        } finally {
            directory.shutDown(true);
        }
    }

    /// The first connection ends in the middle of a question.
    @Test
    void whoAnswersSomeIsAskedForTheRest() throws Exception {
        AtomicInteger searches = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig(
                        "ldap", InetAddress.getLoopbackAddress(), 0, null));
        config.addInMemoryOperationInterceptor(
                new InMemoryOperationInterceptor() {
                    @Override
                    public void processSearchRequest(InMemoryInterceptedSearchRequest request) {
                        // The group, a person, the membership; then one more.
                        if (searches.incrementAndGet() == 4) {
                            try {
                                over.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    }
                });
        InMemoryDirectoryServer directory = new InMemoryDirectoryServer(config);
        directory.startListening();
        try {
            directory.add(new Entry(BASE, new Attribute("objectClass", "domain")));
            directory.add(new Entry(NURSES, new Attribute("objectClass", "group")));
            directory.add(person("ann", ANN, new Attribute("memberOf", NURSES)));
            directory.add(person("bob", BOB, new Attribute("memberOf", NURSES)));
            GroupServer slow =
                    server(
                            directory.getListenPort(),
                            Security.PLAIN,
                            new Kept(Place.MEMBER_OF, false),
                            MailFilter.USUAL,
                            // Three answers come within it, on a busy machine.
                            Duration.ofSeconds(5));
            try (GroupServers groups = groups(slow)) {
                Pair ann = new Pair(ANN, NURSES);
                Pair bob = new Pair(BOB, NURSES);
                Answers answers = groups.ask(Set.of(ann, bob));
                assertEquals(Map.of(ann, true, bob, true), answers.known());
                assertTrue(answers.trouble().isEmpty(), answers.toString());
                Thread.currentThread().interrupt();
                Answers stopped = groups.ask(Set.of(ann));
                assertTrue(Thread.interrupted());
                assertUnknown(stopped, true, "was not asked");
                assertFalse(stopped.lasts());
            }
        } finally {
            over.countDown();
            directory.shutDown(true);
        }
    }

    private static void assertUnknown(Answers answers, boolean isSilent, String words) {
        LdapDirectory.Answer.Unknown unknown = answers.trouble().orElseThrow();
        assertTrue(unknown.reason().contains(words), unknown.reason());
        assertEquals(isSilent, unknown.isSilent());
        assertFalse(unknown.reason().contains("@"), unknown.reason());
    }

    private static void fill(SlapdPeer slapd) throws LDAPException {
        slapd.add(
                new Entry(
                        BASE,
                        new Attribute("objectClass", "dcObject", "organization"),
                        new Attribute("dc", "partner"),
                        new Attribute("o", "Partner")));
        slapd.add(person("ann", ANN, new Attribute("description", "one")));
        slapd.add(person("bob", BOB, new Attribute("description", "two")));
        slapd.add(person("first", TWICE, new Attribute("description", "three")));
        slapd.add(person("second", TWICE, new Attribute("description", "four")));
        slapd.add(
                new Entry(
                        NURSES,
                        new Attribute("objectClass", "groupOfNames"),
                        new Attribute("cn", "Nurses"),
                        new Attribute("member", "cn=ann," + BASE)));
        slapd.add(
                new Entry(
                        UNIQUE,
                        new Attribute("objectClass", "groupOfUniqueNames"),
                        new Attribute("cn", "unique"),
                        new Attribute("uniqueMember", "cn=ann," + BASE)));
    }

    private static Entry person(String name, Address address, Attribute more) {
        return new Entry(
                "cn=" + name + "," + BASE,
                new Attribute("objectClass", "inetOrgPerson"),
                new Attribute("cn", name),
                new Attribute("sn", name),
                new Attribute("mail", address.toString()),
                more);
    }

    /// That nobody has an address is believed only of a filter that finds others.
    private void assertFindsSomebody(SlapdPeer slapd) {
        Pair nobody = new Pair(NOBODY, NURSES);
        Kept kept = new Kept(Place.MEMBER, false);
        for (String wrong :
                List.of(
                        "(maill={mail})",
                        "(street={mail})",
                        "(&(objectClas=person)(mail={mail}))",
                        "(&(objectClass=printer)(mail={mail}))",
                        "(|(mail={mail})(proxyAddresses=smtp:{mail}))")) {
            try (GroupServers groups =
                    groups(
                            server(
                                    slapd.tls(),
                                    Security.LDAPS,
                                    kept,
                                    filter(wrong),
                                    Duration.ofSeconds(10)))) {
                Answers answers = groups.ask(Set.of(nobody));
                assertEquals(Map.of(), answers.known(), wrong);
                assertUnknown(answers, false, "finds nobody at all");
            }
        }
        try (GroupServers groups =
                groups(
                        server(
                                slapd.tls(),
                                Security.LDAPS,
                                kept,
                                filter("(&(objectClass=person)(!(sn=x))(mail={mail}))"),
                                Duration.ofSeconds(10)))) {
            assertEquals(Map.of(nobody, false), groups.ask(Set.of(nobody)).known());
        }
    }

    private static MailFilter filter(String text) {
        return MailFilter.parse(text).orElseThrow();
    }

    private GroupServers groups(SlapdPeer slapd, Kept kept) {
        return groups(server(slapd.tls(), Security.LDAPS, kept));
    }

    private static GroupServer server(int port, Security security, Kept kept) {
        return server(port, security, kept, MailFilter.USUAL, Duration.ofSeconds(10));
    }

    private static GroupServer server(
            int port, Security security, Kept kept, MailFilter filter, Duration deadline) {
        return new GroupServer(
                new LdapServer(
                        List.of(NAME),
                        port,
                        security,
                        BASE,
                        filter,
                        security == Security.PLAIN
                                ? null
                                : new LdapServer.Login(SlapdPeer.LOGIN, Path.of("password")),
                        null,
                        Set.of(ANN.domain()),
                        deadline),
                kept,
                Map.of());
    }

    private GroupServers groups(GroupServer server) {
        return new GroupServers(
                server,
                new ServerDirectory.Means(
                        _ -> List.of(InetAddress.getLoopbackAddress()),
                        TlsTrust.of(
                                List.of(authority.authority().certificate()), Clock.systemUTC()),
                        () -> SlapdPeer.PASSWORD),
                clock);
    }
}
