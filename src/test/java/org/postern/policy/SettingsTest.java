package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
import org.postern.facts.Phi;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// What settings give to decisions, and what explains it.
class SettingsTest {
    private static final Address LEE = Address.of("lee@a.test");
    private static final Address KIM = Address.of("kim@a.test");
    private static final Address JOE = Address.of("joe@b.test");

    private static final String SETTINGS =
            """
            settings:
              - { level: sensitive, expiry: 60 days, language: en, note: clinic }
              - { for: { domain: a.test }, expiry: 30 days, language: es }
              - { for: { domain: [a.test, b.test] }, expiry: 10 days, banner: both }
              - { for: { address: lee@a.test }, level: open, expiry: 7 days }
            rules:
            """;

    private static Policy policy(String then) {
        return PolicyText.policy(SETTINGS + "  - { name: all, then: { " + then + " } }\n");
    }

    private static Facts facts() {
        return SampleFacts.of(
                SampleFacts.entry(Listener.RELAY, Address.of("anna@clinic.example")),
                List.of(LEE, KIM, JOE),
                Subject.of("x"),
                Facts.Fields.of(List.of()));
    }

    private static String decided(String then, Address to) {
        return policy(then).rule(facts(), to).decision().words();
    }

    @Test
    void theMoreParticularCounts() {
        String pickup = "protect: [pickup], otherwise: hold";
        assertEquals(
                pickup
                        + ", level: sensitive, expiry: 7 days, language: es, banner: \"both\","
                        + " note: \"clinic\"",
                decided("protect: pickup", LEE));
        assertEquals(
                pickup
                        + ", level: sensitive, expiry: 30 days, language: es, banner: \"both\","
                        + " note: \"clinic\"",
                decided("protect: pickup", KIM));
        assertEquals(
                pickup
                        + ", level: sensitive, expiry: 10 days, language: en, banner: \"both\","
                        + " note: \"clinic\"",
                decided("protect: pickup", JOE));
    }

    /// Neither a person nor a domain is let out of what the clinic demands of all; the line that
    /// demands it is named.
    @Test
    void theStrictestLevelOfAllCounts() {
        Policy policy = policy("protect: pickup, level: open");
        assertTrue(policy.rule(facts(), LEE).decision().words().contains("level: sensitive"));
        assertEquals(
                List.of(Settings.Scope.CLINIC),
                policy.explain(facts(), LEE).effects().stream()
                        .filter(each -> each.word().equals("level"))
                        .map(Settings.Effect::scope)
                        .toList());
    }

    /// Her own setting says open, and softens no rule.
    @Test
    void whatTheRuleSaysCountsFirst() {
        assertEquals(
                "protect: [pickup], otherwise: hold, level: sensitive, expiry: 2 days,"
                        + " language: fr, banner: \"both\", note: \"rule\"",
                decided(
                        "protect: pickup, level: sensitive, expiry: 2 days, language: fr,"
                                + " note: rule",
                        LEE));
    }

    private static final String DUTIES =
            """
            settings:
              - { journal: [all@arch.test], threshold: 8 }
              - { for: { domain: a.test }, sign: true, bcc: [copy@arch.test], threshold: 12 }
              - { for: { domain: a.test }, bcc: [second@arch.test] }
              - { for: { address: lee@a.test }, bcc: [lee@arch.test], threshold: 3 }
            rules:
              - { name: arch, when: { recipient: { domain: arch.test } }, then: { protect: tls } }
              - { name: much, when: { phi: { score: threshold } }, then: { hold: much } }
            """;

    private static Policy duties(String then) {
        return PolicyText.policy(DUTIES + "  - { name: all, then: { " + then + " } }\n");
    }

    /// A copy for the person, one for her domain, one for all: nobody is let out of any.
    @Test
    void copiesAddUpWithTheRules() {
        Ruling ruling = duties("protect: tls, bcc: rule@arch.test").rule(facts());
        assertEquals(
                "protect: [tls], otherwise: hold, sign: true,"
                        + " bcc: [rule@arch.test, lee@arch.test, copy@arch.test],"
                        + " journal: [all@arch.test]",
                ruling.recipients().getFirst().decision().words());
        assertEquals(
                "protect: [tls], otherwise: hold, bcc: [rule@arch.test], journal: [all@arch.test]",
                ruling.recipients().getLast().decision().words());
        assertEquals(
                List.of("rule@arch.test", "lee@arch.test", "copy@arch.test", "all@arch.test"),
                ruling.copies().stream().map(each -> each.recipient().toString()).toList());
        assertTrue(ruling.isArchive(Address.of("all@arch.test")));
    }

    private static List<String> copies(Policy policy) {
        return policy.rule(facts()).copies().stream()
                .map(each -> each.recipient() + " " + each.rule())
                .toList();
    }

    /// What no rule lets go a person may, and the release names the copies of the settings: so they
    /// wait with it.
    @Test
    void copiesThatAreDemandedWaitWhereNoRuleDecides() {
        List<String> demanded =
                List.of("lee@arch.test %s", "copy@arch.test %s", "all@arch.test arch");
        assertEquals(
                demanded.stream().map(it -> it.formatted(Policy.NO_RULE)).toList(),
                copies(PolicyText.policy(DUTIES)));
        assertEquals(
                demanded.stream().map(it -> it.formatted("all")).toList(),
                copies(duties("hold: x")));
        String refused = "hold: x } }\n  - { name: no, then: { refuse: x";
        assertEquals(
                demanded.stream().map(it -> it.formatted("all")).toList(),
                copies(duties(refused)),
                "a person may send it protected all the same");
        assertEquals(List.of(), copies(duties("refuse: x")), "nobody may");
    }

    /// Nobody asked whether she is in the group. Its archive is told, and so is that of the rule
    /// that decides if she is not.
    @Test
    void aRuleInDoubtHidesNoCopiesOfTheRuleThatDecides() {
        Policy policy =
                PolicyText.policy(
                        """
                        rules:
                          - name: arch
                            when: { recipient: { domain: arch.test } }
                            then: { protect: tls }
                          - name: some
                            when: { recipient: { group: some } }
                            then: { protect: tls, bcc: some@arch.test, journal: s@arch.test }
                          - name: all
                            then: { protect: tls, bcc: all@arch.test, journal: a@arch.test }
                        """);
        assertEquals(
                List.of(
                        "some@arch.test some",
                        "all@arch.test some",
                        "s@arch.test arch",
                        "a@arch.test arch"),
                copies(policy));
    }

    @Test
    void whatLeavesAsMailIsSignedAndAPageIsNot() {
        String copies = ", bcc: [copy@arch.test], journal: [all@arch.test]";
        String both = duties("protect: [smime, pickup]").rule(facts(), KIM).decision().words();
        assertEquals("protect: [smime, pickup], otherwise: hold, sign: true" + copies, both);
        assertEquals(
                "protect: [pickup], otherwise: hold" + copies,
                duties("protect: pickup").rule(facts(), KIM).decision().words());
        assertEquals(
                "deliver: unprotected, sign: true" + copies,
                duties("deliver: unprotected").rule(facts(), KIM).decision().words());
        Decision inside = new Decision.Deliver(Decision.Route.INTERNAL);
        assertEquals(
                "deliver: internal" + copies,
                duties("hold: x").settings().on(inside, facts(), KIM).decision().words());
    }

    /// Where nobody can tell for whom it is, what is demanded for anybody is demanded.
    @Test
    void withoutKnowingForWhomItIsSigned() {
        Settings settings = duties("hold: x").settings();
        Decision protect =
                new Decision.Protect(List.of(new Protection.Tls()), Decision.LastResort.HOLD);
        assertTrue(settings.strictest(protect).words().contains("sign: true"));
        Decision inside = new Decision.Deliver(Decision.Route.INTERNAL);
        assertEquals(inside, settings.strictest(inside));
    }

    /// 12 for her domain opens nothing that 8 for all closes; 3 for herself closes more.
    @Test
    void theLowestThresholdCounts() {
        Policy policy = duties("protect: tls");
        Facts some = facts(4);
        assertEquals("much", policy.rule(some, LEE).rule());
        assertEquals("all", policy.rule(some, KIM).rule());
        assertEquals("all", policy.rule(some, JOE).rule());
        Facts more = facts(9);
        assertEquals("much", policy.rule(more, KIM).rule());
        assertEquals("much", policy.rule(more, JOE).rule());
        assertEquals(
                List.of("8", "12", "3"),
                policy.rules().get(1).used().stream().map(each -> each.value()).toList());
        assertTrue(
                policy.rules()
                        .get(1)
                        .used()
                        .getFirst()
                        .words()
                        .startsWith("the threshold for the whole clinic is 8 (policy.yaml:2:5)"));
    }

    @Test
    void eachDutyIsExplained() {
        assertEquals(
                List.of(
                        "sign true DOMAIN", "bcc [lee@arch.test] PERSON",
                        "bcc [copy@arch.test] DOMAIN", "journal [all@arch.test] CLINIC"),
                duties("protect: tls").explain(facts(), LEE).effects().stream()
                        .map(each -> each.word() + " " + each.value() + " " + each.scope())
                        .toList());
    }

    private static Facts facts(int score) {
        Facts facts = facts();
        return new Facts(
                facts.entry(),
                facts.recipients(),
                facts.subject(),
                facts.header(),
                facts.makeup(),
                new Phi(score, 1, Map.of(), true),
                facts.internal());
    }

    @Test
    void settingsDoNotChangeWhetherItGoes() {
        assertEquals("hold: \"x\"", decided("hold: x", LEE));
        assertEquals(
                "protect: [tls], otherwise: hold, banner: \"both\", note: \"clinic\"",
                decided("protect: tls", LEE));
        assertEquals(
                "deliver: unprotected, banner: \"both\", note: \"clinic\"",
                decided("deliver: unprotected", LEE));
    }

    /// Words for patients are of no use to colleagues, wherever they read.
    @ParameterizedTest
    @EnumSource(Decision.Route.class)
    void whatStaysInsideGetsNoWords(Decision.Route route) {
        String words = route.isInside() ? "" : ", banner: \"both\", note: \"clinic\"";
        Decision said = new Decision.Deliver(route);
        assertEquals(
                "deliver: " + route.word() + words,
                policy("hold: x").settings().on(said, facts(), LEE).decision().words());
    }

    @Test
    void theExplanationNamesEachLine() {
        Policy policy = policy("protect: pickup, language: en");
        List<String> effects =
                policy.explain(facts(), KIM).effects().stream()
                        .map(each ->
                                each.word()
                                        + "="
                                        + each.value()
                                        + " "
                                        + each.scope()
                                        + " "
                                        + each.origin()
                                                .words()
                                                .replaceAll("^policy.yaml:(\\d+).*", "$1"))
                        .toList();
        assertEquals(
                List.of(
                        "level=sensitive CLINIC 2",
                        "expiry=30 days DOMAIN 3",
                        "banner=both DOMAIN 4",
                        "note=clinic CLINIC 2"),
                effects);
        assertEquals(List.of(), policy("hold: x").explain(facts(), KIM).effects());
    }
}
