package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.condition.Match;
import org.postern.config.PolicyText;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// What a setting demands to be shut, no choice of the recipient opens.
class ChosenTest {
    private static final Address LEE = Address.of("lee@home.example");

    private static final String RULES =
            """
            rules:
              - name: leaflets
                when: { subject: { tag: leaflet } }
                then: { deliver: unprotected }
              - name: chose
                when: { recipient-chose: ordinary-mail }
                then: { deliver: unprotected }
              - { name: rest, then: { protect: pickup } }
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                         | Hours     | open",
                "{ for: { address: lee@home.example }, level: sensitive }   | Hours     | held",
                "{ for: { domain: home.example }, level: sensitive }        | Hours     | held",
                "{ level: sensitive }                                       | Hours     | held",
                "{ level: normal }                                          | Hours     | open",
                "{ for: { domain: other.example }, level: sensitive }       | Hours     | open",
                "{ level: sensitive }                                       | [leaflet] | open",
            })
    void sensitiveMailDoesNotLeaveByAChoice(String setting, String subject, String becomes) {
        Policy policy =
                PolicyText.policy(
                        (setting.isEmpty() ? "" : "settings: [ " + setting + " ]\n") + RULES);
        Facts facts =
                SampleFacts.of(
                                SampleFacts.entry(Listener.SUBMISSION, null),
                                List.of(LEE),
                                Subject.of(subject),
                                Facts.Fields.of(List.of()))
                        .with(
                                new Choices(
                                        Map.of(LEE.key(), Choices.Choice.ORDINARY_MAIL),
                                        Choices.Choice.NOT_ASKED));
        Ruling.ForRecipient ruling = policy.rule(facts, LEE);
        assertEquals(becomes.equals("held"), ruling.decision() instanceof Decision.Hold);
        assertEquals(becomes.equals("open"), ruling.decision() instanceof Decision.Deliver);
        if (becomes.equals("held")) {
            assertTrue(ruling.decision().words().contains("level: sensitive"));
            assertEquals("chose", ruling.rule());
            // The same where the answers are known from the audit.
            assertEquals(
                    ruling.decision(),
                    policy.rule(facts, LEE, List.of(Match.NO, Match.YES)).decision());
        }
    }
}
