package org.postern.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
import org.postern.facts.Groups.Membership;
import org.postern.facts.Subject;
import org.postern.ldap.GroupAsking;
import org.postern.ldap.GroupServer;
import org.postern.ldap.LdapDirectory.Answer.Unknown;
import org.postern.ldap.LdapServer;
import org.postern.ldap.MailFilter;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.policy.Policy;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleFacts;

/// What is asked, and for how long an answer counts.
class MembershipsTest {
    private static final Address ANN = Address.of("ann@clinic.example");
    private static final Address BOB = Address.of("bob@clinic.example");
    private static final Address LEE = Address.of("lee@partner.example");
    private static final String NURSES = "cn=nurses,dc=clinic,dc=example";

    private static final Policy POLICY =
            PolicyText.policy(
                    """
                    rules:
                      - name: inside
                        when: { recipient: { address: bob@clinic.example } }
                        then: { deliver: internal }
                      - name: nurses
                        when: { originator: { group: nurses } }
                        then: { protect: [tls] }
                      - name: rest
                        then: { protect: [pickup] }
                    """);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-07T12:00:00Z"));
    private final List<Set<GroupAsking.Pair>> asked = new ArrayList<>();
    private Optional<Boolean> says = Optional.of(true);

    /// What it answers once instead.
    private GroupAsking.@Nullable Answers next;

    private final Memberships memberships =
            new Memberships(
                    new GroupServer(
                            new LdapServer(
                                    List.of("127.0.0.1"),
                                    389,
                                    LdapServer.Security.PLAIN,
                                    "dc=clinic,dc=example",
                                    MailFilter.USUAL,
                                    null,
                                    null,
                                    Set.of(new Domain("clinic.example")),
                                    Duration.ofSeconds(5)),
                            new GroupServer.Kept(GroupServer.Place.MEMBER_OF, false),
                            Map.of("nurses", NURSES)),
                    this::answer,
                    clock);

    private GroupAsking.Answers answer(Set<GroupAsking.Pair> questions) {
        asked.add(questions);
        if (next != null) {
            GroupAsking.Answers once = next;
            next = null;
            return once;
        }
        Map<GroupAsking.Pair, Boolean> known = new HashMap<>();
        says.ifPresent(yes -> questions.forEach(each -> known.put(each, yes)));
        return new GroupAsking.Answers(
                known,
                says.isPresent() ? Optional.empty() : Optional.of(new Unknown("Silent.", true)));
    }

    private Facts look(Policy policy, Address from, Address... to) {
        Facts facts =
                SampleFacts.of(
                        SampleFacts.entry(Listener.SUBMISSION, from),
                        List.of(to),
                        Subject.of(""),
                        Facts.Fields.of(List.of()));
        return memberships.in(policy, facts);
    }

    private String rule(Address from, Address to) {
        return POLICY.rule(look(POLICY, from, to), to).rule();
    }

    @Test
    void nothingIsAskedThatNothingHangsOn() {
        assertEquals("inside", rule(ANN, BOB));
        assertEquals(List.of(), asked);
        assertEquals("nurses", rule(ANN, LEE));
        assertEquals(List.of(Set.of(new GroupAsking.Pair(ANN, NURSES))), asked);
    }

    @Test
    void nobodyOutsideIsToldToTheDirectory() {
        assertEquals("rest", rule(LEE, ANN));
        assertEquals(List.of(), asked);
    }

    @Test
    void yesAndNoAreRememberedForAWhile() {
        assertEquals("nurses", rule(ANN, LEE));
        says = Optional.of(false);
        clock.advance(Memberships.MEMBER_KEPT.minusSeconds(1));
        assertEquals("nurses", rule(ANN, LEE));
        clock.advance(Duration.ofSeconds(1));
        assertEquals("rest", rule(ANN, LEE));
        assertEquals(2, asked.size());
        says = Optional.of(true);
        clock.advance(Memberships.NO_MEMBER_KEPT.minusSeconds(1));
        assertEquals("rest", rule(ANN, LEE));
        clock.advance(Duration.ofSeconds(1));
        assertEquals("nurses", rule(ANN, LEE));
        assertEquals(3, asked.size());
    }

    @Test
    void silenceIsRememberedShortlyForAll() {
        says = Optional.empty();
        Facts silent = look(POLICY, ANN, LEE);
        assertEquals(Membership.UNKNOWN, silent.groups().of("nurses", ANN));
        assertTrue(POLICY.hangsOnOthers(silent));
        assertTrue(silent.groups().trouble().orElseThrow().isSilent());
        says = Optional.of(true);
        assertTrue(POLICY.hangsOnOthers(look(POLICY, BOB, LEE)));
        assertEquals(1, asked.size());
        clock.advance(Memberships.SILENCE_KEPT);
        assertEquals("nurses", rule(BOB, LEE));
    }

    /// A message to many people makes the directory silent for nobody, and goes on where it was.
    @Test
    void whatWasSaidBeforeItWasTooLateIsKept() {
        Policy to =
                PolicyText.policy(
                        """
                        rules:
                          - name: nurses
                            when: { recipient: { group: nurses } }
                            then: { protect: [tls] }
                          - name: rest
                            then: { protect: [pickup] }
                        """);
        GroupAsking.Pair ann = new GroupAsking.Pair(ANN, NURSES);
        GroupAsking.Pair bob = new GroupAsking.Pair(BOB, NURSES);
        Optional<Unknown> late = Optional.of(new Unknown("Late.", true));
        next = new GroupAsking.Answers(Map.of(ann, false), late);
        Facts first = look(to, LEE, ANN, BOB);
        assertTrue(to.hangsOnOthers(first));
        assertTrue(first.groups().trouble().orElseThrow().isSilent());
        next = new GroupAsking.Answers(Map.of(), late, false);
        assertTrue(to.hangsOnOthers(look(to, LEE, ANN, BOB)), "others were before it");
        Facts last = look(to, LEE, ANN, BOB);
        assertEquals(List.of(Set.of(ann, bob), Set.of(bob), Set.of(bob)), asked);
        assertEquals("rest", to.rule(last, ANN).rule());
        assertEquals("nurses", to.rule(last, BOB).rule());
    }

    @Test
    void whereNoDirectoryIsNothingIsKnown() {
        Facts facts =
                Memberships.none()
                        .in(
                                POLICY,
                                look(
                                        PolicyText.policy(
                                                "rules:\n  - name: all\n    then: { hold: x }\n"),
                                        ANN,
                                        LEE));
        assertEquals(Membership.UNKNOWN, facts.groups().of("nurses", ANN));
        assertEquals("nurses", POLICY.rule(facts, LEE).rule());
        assertTrue(
                POLICY.rule(facts, LEE).decision().words().contains("No directory knows"),
                POLICY.rule(facts, LEE).decision().words());
    }
}
