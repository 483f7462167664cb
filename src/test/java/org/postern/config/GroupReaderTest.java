package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.PolicySource.Reload;
import org.postern.ldap.GroupServer;
import org.postern.ldap.GroupServer.Kept;
import org.postern.ldap.GroupServer.Place;
import org.postern.mail.Domain;
import org.postern.specimen.ExampleLook;
import org.postern.testkit.Accepted;

/// The clinic's directory in `gateway.yaml`, and groups in rules.
class GroupReaderTest {
    private static final String LEAST = "hosts: [ldap.a.example], base: \"dc=a,dc=example\"";

    @TempDir Path temporary;

    private FolderCopy folder;
    private String gateway = "";

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        gateway = folder.text("gateway.yaml");
    }

    private void directory(String keys) {
        folder.with("gateway.yaml", gateway + "\ndirectory: { " + keys + " }\n");
    }

    private void rule(String when) {
        folder.with(
                "policy.yaml",
                "rules:\n  - name: one\n    when: { %s }\n    then: { hold: x }\n".formatted(when));
    }

    private GroupServer read() {
        return Objects.requireNonNull(
                Accepted.value(Configuration.load(folder.path())).gateway().site().groups());
    }

    private void bad(String complaint) {
        assertTrue(folder.complaints().contains(complaint), folder.complaints());
    }

    @Test
    void aDirectoryIsReadWithItsGroups() {
        directory(LEAST);
        assertEquals(new Kept(Place.MEMBER_OF, false), read().kept());
        assertEquals(Set.of(new Domain("mapleclinic.example")), read().server().domains());
        assertEquals(Duration.ofSeconds(5), read().server().deadline());
        directory(
                LEAST
                        + ", domains: [b.example], membership: member, nested: true,"
                        + " groups: [ { name: nurses, dn: \"cn=nurses,dc=a,dc=example\" } ]");
        assertEquals(new Kept(Place.MEMBER, true), read().kept());
        assertEquals(Set.of(new Domain("b.example")), read().server().domains());
        assertEquals(Map.of("nurses", "cn=nurses,dc=a,dc=example"), read().names());
    }

    @Test
    void wrongDirectoriesAreRefused() {
        directory(LEAST + ", membership: memberof");
        bad("did you mean \"memberOf\"?");
        directory(LEAST + ", membership: uniqueMember, nested: true");
        bad("has no uniqueMember");
        directory(LEAST + ", groups: [ { name: a, dn: nurses } ]");
        bad("\"nurses\" is not the distinguished name of a group");
        directory(LEAST + ", groups: [ { name: a, dn: \"cn=a\" }, { name: a, dn: \"cn=b\" } ]");
        bad("a group of this name stands above already");
        directory(LEAST + ", tls: none");
        bad("would choose what it says");
        directory("hosts: [ldap.a.example]");
        bad("base");
    }

    @Test
    void aGroupWithoutADirectoryIsAnErrorAtItsPlace() {
        rule("originator: { group: nurses }");
        bad("policy.yaml:3:34: group: no directory is named that could know the group \"nurses\"");
        directory(LEAST + ", groups: [ { name: nurses, dn: \"cn=nurses,dc=a,dc=example\" } ]");
        assertEquals("", folder.complaints());
        rule("recipient: { group: [nurses, nurse] }");
        bad("policy.yaml:3:42: group: there is no group \"nurse\"; did you mean \"nurses\"?");
        rule("recipient: { group: \"cn=temps,dc=a,dc=example\" }");
        assertEquals("", folder.complaints());
    }

    @Test
    void aReloadKnowsTheSameGroups() {
        directory(LEAST + ", groups: [ { name: nurses, dn: \"cn=nurses,dc=a,dc=example\" } ]");
        Configuration read = Accepted.value(Configuration.load(folder.path()));
        PolicySource source =
                new PolicySource(
                        folder.path(), read.policy(), Optional.of(read()), System::nanoTime);
        rule("originator: { group: nurses }");
        assertEquals(new Reload.Replaced(1), source.reload());
        rule("originator: { group: nobody }");
        assertTrue(source.reload() instanceof Reload.Kept);
        assertTrue(source.current().asksForGroups());
    }

    @Test
    void settingsAreNotForGroups() {
        directory(LEAST + ", groups: [ { name: nurses, dn: \"cn=nurses,dc=a,dc=example\" } ]");
        folder.with(
                "policy.yaml",
                """
                settings:
                  - for: { group: nurses }
                    expiry: 2 days
                rules:
                  - name: one
                    then: { hold: x }
                """);
        bad("policy.yaml:2:10: settings are not for groups");
    }

    @Test
    void testsSayWhoBelongsToAGroup() throws IOException {
        directory(LEAST + ", groups: [ { name: nurses, dn: \"cn=nurses,dc=a,dc=example\" } ]");
        rule("originator: { group: nurses }");
        folder.with(
                "tests/groups.yaml",
                """
                tests:
                  - name: a nurse
                    from: ann@mapleclinic.example
                    to: lee@partner.example
                    groups: { nurses: [ann@mapleclinic.example] }
                    expect: { rule: one }
                  - name: another
                    from: bob@mapleclinic.example
                    to: lee@partner.example
                    groups: { nurses: [ann@mapleclinic.example] }
                    expect: { rule: (no rule) }
                """);
        var policy = Accepted.value(Configuration.load(folder.path())).policy();
        var look = ExampleLook.ofNobody();
        var tests =
                Accepted.value(
                        PolicyTests.load(
                                folder.path(),
                                new PolicyTests.Around(
                                        Set.of(new Domain("mapleclinic.example")),
                                        look,
                                        Optional.of(policy))));
        assertEquals(
                2,
                tests.stream()
                        .filter(test -> test.place().contains("groups.yaml"))
                        .filter(test -> test.run(policy).passed())
                        .count());
        folder.with(
                "tests/groups.yaml",
                """
                tests:
                  - name: misspelt, so that nobody would belong to it
                    from: ann@mapleclinic.example
                    to: lee@partner.example
                    groups: { nurse: [ann@mapleclinic.example] }
                    expect: { rule: (no rule) }
                """);
        var misspelt =
                PolicyTests.load(
                        folder.path(), new PolicyTests.Around(Set.of(), look, Optional.of(policy)));
        assertTrue(
                misspelt.problems().toString().contains("no rule asks for the group \"nurse\""),
                misspelt.problems().toString());
    }
}
