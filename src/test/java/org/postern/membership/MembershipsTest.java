package org.postern.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
import org.postern.facts.Groups.Membership;
import org.postern.facts.Subject;
import org.postern.ldap.GroupAsking;
import org.postern.ldap.LdapDirectory.Answer.Unknown;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.policy.Policy;
import org.postern.testkit.ManualClock;
import org.postern.testkit.NursesDirectory;
import org.postern.testkit.SampleFacts;

/// What is asked, and for how long an answer counts.
class MembershipsTest {
    private static final Address ANN = Address.of("ann@clinic.example");
    private static final Address BOB = Address.of("bob@clinic.example");
    private static final Address LEE = Address.of("lee@partner.example");

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
    private final NursesDirectory directory = new NursesDirectory();
    private final Memberships memberships = directory.memberships(clock);

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
        assertEquals(List.of(), directory.asked());
        assertEquals("nurses", rule(ANN, LEE));
        assertEquals(
                List.of(Set.of(new GroupAsking.Pair(ANN, NursesDirectory.NURSES))),
                directory.asked());
    }

    @Test
    void nobodyOutsideIsToldToTheDirectory() {
        assertEquals("rest", rule(LEE, ANN));
        assertEquals(List.of(), directory.asked());
    }

    @Test
    void yesAndNoAreRememberedForAWhile() {
        assertEquals("nurses", rule(ANN, LEE));
        directory.says(false);
        clock.advance(Memberships.MEMBER_KEPT.minusSeconds(1));
        assertEquals("nurses", rule(ANN, LEE));
        clock.advance(Duration.ofSeconds(1));
        assertEquals("rest", rule(ANN, LEE));
        assertEquals(2, directory.asked().size());
        directory.says(true);
        clock.advance(Memberships.NO_MEMBER_KEPT.minusSeconds(1));
        assertEquals("rest", rule(ANN, LEE));
        clock.advance(Duration.ofSeconds(1));
        assertEquals("nurses", rule(ANN, LEE));
        assertEquals(3, directory.asked().size());
    }

    @Test
    void silenceIsRememberedShortlyForAll() {
        directory.saysNothing();
        Facts silent = look(POLICY, ANN, LEE);
        assertEquals(Membership.UNKNOWN, silent.groups().of("nurses", ANN));
        assertTrue(POLICY.hangsOnOthers(silent));
        assertTrue(silent.groups().trouble().orElseThrow().isSilent());
        directory.says(true);
        assertTrue(POLICY.hangsOnOthers(look(POLICY, BOB, LEE)));
        assertEquals(1, directory.asked().size());
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
        GroupAsking.Pair ann = new GroupAsking.Pair(ANN, NursesDirectory.NURSES);
        GroupAsking.Pair bob = new GroupAsking.Pair(BOB, NursesDirectory.NURSES);
        Optional<Unknown> late = Optional.of(new Unknown("Late.", true));
        directory.answersOnce(new GroupAsking.Answers(Map.of(ann, false), late));
        Facts first = look(to, LEE, ANN, BOB);
        assertTrue(to.hangsOnOthers(first));
        assertTrue(first.groups().trouble().orElseThrow().isSilent());
        directory.answersOnce(new GroupAsking.Answers(Map.of(), late, false));
        assertTrue(to.hangsOnOthers(look(to, LEE, ANN, BOB)), "others were before it");
        Facts last = look(to, LEE, ANN, BOB);
        assertEquals(List.of(Set.of(ann, bob), Set.of(bob), Set.of(bob)), directory.asked());
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
