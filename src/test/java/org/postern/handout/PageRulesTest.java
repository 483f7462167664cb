package org.postern.handout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.config.PolicyText;
import org.postern.facts.Choices.Choice;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Means;
import org.postern.mail.Address;
import org.postern.testkit.SampleFacts;

/// The clinic itself writes to nobody's page whom its policy lets have none.
class PageRulesTest {
    private static final Address IT = Address.of("it@clinic.example");
    private static final Address MARIA = Address.of("maria@homemail.example");

    private static final String HERS = "when: { recipient: { domain: homemail.example } }\n";
    private static final String REST = "  - name: rest\n    then: { protect: [smime, pickup] }\n";

    @Test
    void theRuleThatIsHersDecides() {
        allows(true, "");
        allows(true, rule(HERS, "{ protect: [smime, pickup] }"));
        allows(false, rule(HERS, "{ protect: [smime, tls], otherwise: hold }"));
        allows(false, rule(HERS, "{ hold: \"ask first\" }"));
        allows(false, rule(HERS, "{ refuse: \"no mail goes there\" }"));
        allows(false, rule(HERS, "{ deliver: unprotected }"));
    }

    /// What only some of her mail is, the clinic's letter may be too.
    @Test
    void wordsOfMailSettleNothing() {
        String only = rule(HERS, "{ protect: [tls] }");
        allows(true, rule("when: { subject: { tag: secure } }\n", "{ protect: [pickup] }") + only);
        allows(true, rule("when: { subject: { tag: secure } }\n", "{ protect: [tls] }"));
        allows(true, rule("when: { phi: { score: \">= 3\" } }\n", "{ protect: [pickup] }") + only);
        allows(
                true,
                rule("when: { not: { subject: { tag: private } } }\n", "{ protect: [pickup] }")
                        + only);
    }

    @Test
    void whatOthersMayWriteToHerIsNotTheClinics() {
        String hers = rule(HERS, "{ protect: [tls] }");
        String ann = "when: { originator: { address: ann@clinic.example } }\n";
        String it = "when: { originator: { address: it@clinic.example } }\n";
        allows(false, rule(ann, "{ protect: [pickup] }") + hers);
        allows(true, rule(it, "{ protect: [pickup] }") + hers);
    }

    /// Nobody asks the directory for this.
    @Test
    void aGroupThatMayCloseHerPageClosesIt() {
        String hers = "when: { recipient: { group: nopage } }\n";
        allows(false, rule(hers, "{ protect: [smime] }"));
        allows(false, rule(hers, "{ hold: \"ask first\" }"));
        allows(true, rule(hers, "{ protect: [smime, pickup] }"));
        allows(false, rule(hers, "{ protect: [pickup] }") + rule(HERS, "{ protect: [smime] }"));
        String others =
                "when: { all: [{ recipient: { group: nopage } }, "
                        + "{ recipient: { domain: other.example } }] }\n";
        allows(true, rule(others, "{ protect: [smime] }"));
    }

    /// By which means she can be reached is asked, or no rule that asks for it would leave her
    /// page.
    @Test
    void whoCanBeReachedOtherwiseHasNoPage() {
        String rules = rule("when: { recipient-can: smime }\n", "{ protect: [smime] }") + REST;
        for (boolean certificate : new boolean[] {true, false}) {
            Set<Address> known = certificate ? Set.of(MARIA) : Set.of();
            PageRules pages =
                    new PageRules(
                            () -> PolicyText.policy("rules:\n" + rules),
                            (_, facts) -> facts.with(Reach.told(Map.of(Means.SMIME, known))),
                            SampleFacts.INTERNAL,
                            () -> SampleFacts.NOON,
                            _ -> Choice.NONE);
            assertEquals(!certificate, pages.allow(IT, MARIA));
        }
        allows(false, rule("when: { recipient-can: smime }\n", "{ protect: [smime] }"));
    }

    private static String rule(String when, String then) {
        return "  - name: %s\n    %s    then: %s\n"
                .formatted("r" + Math.floorMod((when + then).hashCode(), 10_000), when, then);
    }

    private static void allows(boolean expected, String rules) {
        PageRules pages =
                new PageRules(
                        () -> PolicyText.policy("rules:\n" + rules + REST),
                        (_, facts) -> facts,
                        SampleFacts.INTERNAL,
                        () -> SampleFacts.NOON,
                        _ -> Choice.NONE);
        assertEquals(expected, pages.allow(IT, MARIA), rules);
    }
}
