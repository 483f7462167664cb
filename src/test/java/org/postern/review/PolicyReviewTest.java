package org.postern.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.config.PolicyText;
import org.postern.likeness.Opinion;
import org.postern.policy.Policy;

class PolicyReviewTest {
    /// Two rules; whether the second can never decide.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "recipient: { domain: a.test } | recipient: { domain: a.test } | true",
                "recipient: { domain: '*.a.test' } | recipient: { domain: x.a.test } | true",
                "recipient: { domain: '*.a.test' } | recipient: { domain: a.test } | false",
                "recipient: { domain: [a.test, b.test] } | recipient: { domain: b.test } | true",
                "recipient: { domain: a.test } | recipient: { domain: [a.test, b.test] } | false",
                "recipient: { domain: a.test } | originator: { domain: a.test } | false",
                "recipient: { domain: a.test } |"
                        + " { recipient: { domain: a.test }, size: '> 1 MiB' } | true",
                "{ recipient: { domain: a.test }, size: '> 1 MiB' } |"
                        + " recipient: { domain: a.test } | false",
                "size: '> 1 MiB' | size: '>= 2 MiB' | true",
                "size: '> 2 MiB' | size: '>= 2 MiB' | false",
                "recipients: { count: '< 5' } | recipients: { count: '= 4' } | true",
                "recipients: { count: '< 5' } | recipients: { count: '<= 5' } | false",
                "listener: [relay, submission] | listener: relay | true",
                "listener: relay | listener: [relay, submission] | false",
                "phi: { score: '>= 8' } | phi: { score: '>= 10', patients: '> 2' } | true",
                "phi: { score: '>= 8' } | phi: { patients: '> 2' } | false",
                "phi: { has: [ssn, mrn] } | phi: { has: ssn } | true",
                "subject: { tag: secure } | subject: { tag: SECURE } | true",
                "subject: { contains: lab } | subject: { contains: laboratory } | false",
                "any: [ { listener: relay }, { size: '> 1 MiB' } ] | size: '> 3 MiB' | true",
                "any: [ { listener: relay }, { size: '> 1 MiB' } ] | size: '> 3 KiB' | false",
                "recipient-chose: ordinary-mail | recipient-chose: ordinary-mail | true",
                "recipient-chose: ordinary-mail |"
                        + " { recipient-chose: ordinary-mail, size: '> 1 MiB' } | true",
                "recipient-chose: ordinary-mail | not: { recipient-chose: ordinary-mail } | false",
                "not: { listener: relay } | not: { listener: [relay, submission] } | true",
                "not: { listener: [relay, submission] } | not: { listener: relay } | false",
            })
    void aHiddenRuleIsFound(String first, String second, boolean hidden) {
        Policy policy = policy(rule("a", first, "refuse: x") + rule("b", second, "hold: y"));
        List<PolicyReview.Remark> remarks = PolicyReview.of(policy);
        assertEquals(hidden ? 1 : 0, remarks.size(), remarks.toString());
        if (hidden) {
            assertEquals(1, remarks.getFirst().rule());
            assertTrue(remarks.getFirst().text().contains("\"a\""), remarks.toString());
        }
    }

    /// What it holds and somebody lets go is decided by the rules below: they are not idle.
    @ParameterizedTest
    @ValueSource(strings = {"hold: x", "{ refuse: x }, observe: true"})
    void aRuleThatEndsNothingHidesNone(String then) {
        String when = "recipient: { domain: a.test }";
        String first =
                then.startsWith("{")
                        ? "  - { name: a, when: { %s }, then: %s }\n".formatted(when, then)
                        : rule("a", when, then);
        assertEquals(List.of(), PolicyReview.of(policy(first + rule("b", when, "refuse: y"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "phi: { score: '>= 30' } | ''",
                "phi: { score: '> 29' } | ''",
                "phi: { score: '> 30' } | message has",
                "phi: { score: '>= 31' } | message has",
                "phi: { score: '= 40' } | message has",
                "phi: { score: '< 40' } | ''",
                "phi: { score: '> 40', patients: '> 20' } | message has",
                "phi: { score: '> 40', has: [term, drug] } | message has",
                "phi: { score: '> 40', has: [ssn, drug] } | ''",
                "all: [ { phi: { score: '> 40' } }, { phi: { has: mrn } } ] | ''",
                "any: [ { listener: relay }, { phi: { score: '> 40' } } ] | message has",
                "not: { phi: { score: '> 40' } } | are hardly any",
                "not: { phi: { score: '= 40' } } | are hardly any",
                "not: { any: [ { phi: { score: '> 40' } } ] } | are hardly any",
                "not: { all: [ { not: { phi: { score: '> 40' } } } ] } | message has",
                "not: { phi: { score: '< 31' } } | message has",
                "not: { phi: { score: '<= 30' } } | message has",
                "not: { phi: { score: '< 30' } } | ''",
                "not: { phi: { score: '<= 29' } } | ''",
                "not: { phi: { score: '>= 8' } } | ''",
                "phi: { patients: '> 40' } | ''",
            })
    void aScoreFarFromThoseOfMessagesIsFound(String when, String words) {
        List<PolicyReview.Remark> remarks = PolicyReview.of(policy(rule("a", when, "hold: x")));
        assertEquals(words.isEmpty() ? 0 : 1, remarks.size(), remarks.toString());
        if (!words.isEmpty()) {
            assertTrue(remarks.getFirst().text().contains(words), remarks.toString());
            assertTrue(remarks.getFirst().suggestion().contains("patients"), remarks.toString());
        }
    }

    /// The page of the word names the score above which this warns.
    @Test
    void theSchemaSaysHowMuchMessagesHave() throws IOException {
        JsonNode schema =
                new ObjectMapper().readTree(Path.of("policy-config/policy.schema.json").toFile());
        String description = schema.at("/$defs/phi/properties/score/description").asText();
        assertTrue(
                description.contains("Hardly any message has more than " + Opinion.most() + ":"),
                description);
    }

    @Test
    void aRuleAgainstItselfIsFound() {
        Policy policy =
                policy(
                        rule(
                                "a",
                                "{ size: '> 3 MiB', not: { any: [ { size: '> 1 MiB' } ] } }",
                                "hold: x"));
        assertTrue(PolicyReview.of(policy).getFirst().text().contains("can never match"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subject: { tag: news } | true",
                "originator: { address: news@a.test } | true",
                "recipient: { domain: list.test } | false",
                "{ recipient: { domain: list.test }, subject: { tag: news } } | false",
                "not: { recipient: { domain: list.test } } | true",
                "any: [ { recipient: { domain: list.test } }, { listener: relay } ] | true",
            })
    void mailToAnybodyInClearIsFound(String when, boolean found) {
        Policy policy = policy(rule("a", when, "deliver: unprotected"));
        assertEquals(found ? 1 : 0, PolicyReview.of(policy).size());
    }

    /// A thousand rules are looked through as well; none of these hides another.
    @Test
    void manyRulesAreCompared() {
        SplittableRandom random = new SplittableRandom(7);
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            rules.append(
                    rule(
                            "r" + i,
                            "{ recipient: { domain: d%d.example }, size: '> %d KiB' }"
                                    .formatted(i, random.nextInt(1, 900)),
                            "refuse: x"));
        }
        assertEquals(List.of(), PolicyReview.of(policy(rules.toString())));
    }

    private static String rule(String name, String when, String then) {
        String condition = when.startsWith("{") ? when : "{ " + when + " }";
        return "  - { name: %s, when: %s, then: { %s } }\n".formatted(name, condition, then);
    }

    private static Policy policy(String rules) {
        return PolicyText.policy("rules:\n" + rules);
    }

    /// Pickup can only do what the rest of the configuration lets it do.
    @Test
    void whatPickupCannotDoIsRemarked() {
        Policy policy =
                PolicyText.policy(
                        """
                        rules:
                          - name: long
                            when: { size: '> 1 MiB' }
                            then: { protect: pickup, expiry: 91 days, language: fr }
                          - name: short
                            then: { protect: pickup, expiry: 90 days, language: es }
                        """);
        PolicyReview.Around around =
                new PolicyReview.Around(Duration.ofDays(90), List.of("en", "es"));
        List<PolicyReview.Remark> remarks = PolicyReview.of(policy, around);
        assertEquals(List.of(0, 0), remarks.stream().map(PolicyReview.Remark::rule).toList());
        assertTrue(remarks.getFirst().text().contains("longer than 90 days"));
        assertEquals("there are en, es", remarks.getLast().suggestion());
    }

    /// Settings give the same words to rules that say nothing.
    @Test
    void settingsAreRemarkedAsRulesAre() {
        Policy policy =
                PolicyText.policy(
                        """
                        settings:
                          - { expiry: 90 days, language: es }
                          - { for: { domain: a.test }, expiry: 91 days, language: fr }
                        rules:
                          - { name: all, then: { protect: pickup } }
                        """);
        PolicyReview.Around around =
                new PolicyReview.Around(Duration.ofDays(90), List.of("en", "es"));
        assertEquals(List.of(), PolicyReview.of(policy, around));
        List<PolicyReview.Remark> remarks = PolicyReview.of(policy.settings(), around);
        assertEquals(List.of(1, 1), remarks.stream().map(PolicyReview.Remark::rule).toList());
        assertTrue(remarks.getFirst().text().contains("the setting for the domain"));
    }
}
