package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
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
                                        + each.place().replaceAll("^policy.yaml:(\\d+).*", "$1"))
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
