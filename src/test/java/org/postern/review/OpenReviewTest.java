package org.postern.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.config.PolicyText;
import org.postern.review.PolicyReview.Remark;

class OpenReviewTest {
    private static final String CHOSE =
            "  - { name: chose, when: { recipient-chose: ordinary-mail },"
                    + " then: { deliver: unprotected } }\n";
    private static final String REST = "  - { name: rest, then: { protect: tls } }\n";

    private static List<Remark> of(String rules) {
        return PolicyReview.of(PolicyText.policy(rules));
    }

    private static String marked(String when, String then) {
        return "  - { name: marked, when: { %s }, then: { %s } }\n".formatted(when, then);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subject: { tag: secure }",
                "subject: { contains: private }",
                "header: { name: X-Level, is: private }",
                "any: [ { subject: { tag: secure } }, { size: '> 1 MiB' } ]",
            })
    void aRuleAboveTheMarksIsRemarked(String when) {
        for (String then : List.of("protect: pickup", "hold: look", "refuse: no")) {
            List<Remark> remarks = of("rules:\n" + CHOSE + marked(when, then) + REST);
            assertEquals(1, remarks.size(), remarks.toString());
            assertEquals(0, remarks.getFirst().rule());
            assertTrue(
                    remarks.getFirst().text().contains("stands above \"marked\""),
                    remarks.toString());
            assertEquals(List.of(), of("rules:\n" + marked(when, then) + CHOSE + REST));
        }
    }

    /// What the rule itself leaves out is not open, and neither is what no mark decides.
    @Test
    void whatCannotMeetIsNotRemarked() {
        String tag = marked("subject: { tag: secure }", "protect: pickup");
        String without =
                CHOSE.replace(
                        "ordinary-mail }",
                        "ordinary-mail, not: { any: [ { subject: { tag: private } },"
                                + " { subject: { tag: secure } } ] } }");
        assertEquals(List.of(), of("rules:\n" + without + tag + REST));
        assertEquals(
                List.of(),
                of("rules:\n" + CHOSE + tag.replace("marked,", "m, observe: true,") + REST));
        assertEquals(
                List.of(), of("rules:\n" + CHOSE + marked("size: '> 1 MiB'", "hold: look") + REST));
        assertEquals(
                List.of(),
                of(
                        "rules:\n"
                                + CHOSE
                                + marked("not: { subject: { tag: a } }", "hold: look")
                                + REST));
        String leaflets =
                "  - { name: leaflets, when: { recipient: { domain: a.test }, subject: { tag:"
                        + " leaflet } }, then: { deliver: unprotected } }\n";
        assertEquals(1, of("rules:\n" + leaflets + tag + REST).size());
    }

    @Test
    void aSettingThatDemandsMoreThanTheChoiceIsRemarked() {
        String settings = "settings:\n  - { for: { domain: a.test }, level: sensitive }\n";
        List<Remark> remarks = of(settings + "rules:\n" + CHOSE + REST);
        assertEquals(1, remarks.size(), remarks.toString());
        assertTrue(remarks.getFirst().text().contains("such mail is held"), remarks.toString());
        assertEquals(
                List.of(), of(settings.replace("sensitive", "normal") + "rules:\n" + CHOSE + REST));
        assertEquals(List.of(), of(settings + "rules:\n" + REST));
        // A choice may lead past a rule above as well.
        String past =
                "  - { name: past, when: { not: { recipient-chose: ordinary-mail } },"
                        + " then: { protect: pickup } }\n";
        String open = "  - { name: open, then: { deliver: unprotected } }\n";
        List<Remark> led = of(settings + "rules:\n" + past + open);
        assertTrue(led.toString().contains("such mail is held"), led.toString());
        List<Remark> notLed =
                of(settings + "rules:\n" + CHOSE.replace("unprotected", "internal") + open);
        assertFalse(notLed.toString().contains("such mail is held"), notLed.toString());
    }
}
