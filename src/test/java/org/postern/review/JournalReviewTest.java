package org.postern.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.config.PolicyText;
import org.postern.mail.Domain;
import org.postern.review.PolicyReview.Remark;

class JournalReviewTest {
    private static final String TELLING =
            "  - { name: all, then: { protect: tls, journal: journal@keeper.example } }\n";

    private static List<Remark> of(String rules) {
        return JournalReview.of(
                PolicyText.policy("rules:\n" + rules), Set.of(new Domain("clinic.example")));
    }

    private static String keeper(String then) {
        return "  - { name: keeper, when: { recipient: { domain: keeper.example } }, then: { "
                + then
                + " } }\n";
    }

    private static void assertOne(String rules, int place, String words) {
        List<Remark> remarks = of(rules);
        assertEquals(1, remarks.size(), remarks.toString());
        assertEquals(place, remarks.getFirst().rule());
        assertTrue(remarks.getFirst().text().contains(words), remarks.toString());
    }

    @Test
    void anArchiveWithoutARuleIsRemarked() {
        assertOne(TELLING, 0, "tells journal@keeper.example of mail, and no rule names");
        assertEquals(List.of(), of(keeper("protect: smime") + TELLING));
        assertEquals(List.of(), of(keeper("hold: look") + TELLING));
        // Whoever is not meant is not named.
        String others =
                "  - { name: x, when: { not: { recipient: { domain: keeper.example } } },"
                        + " then: { hold: x } }\n";
        assertOne(others + TELLING, 1, "no rule names this address");
        String inside =
                "  - { name: in, when: { recipient: { domain: internal } },"
                        + " then: { deliver: internal } }\n";
        assertEquals(List.of(), of(inside + TELLING.replace("keeper", "clinic")));
    }

    @Test
    void aRuleByWhichEachReportWaitsIsRemarked() {
        assertOne(keeper("deliver: unprotected") + TELLING, 0, "it would leave unprotected");
        assertOne(keeper("protect: pickup") + TELLING, 0, "fetch it from the page");
        assertOne(keeper("refuse: no") + TELLING, 0, "it would be refused");
        assertEquals(List.of(), of(keeper("protect: [smime, pickup]") + TELLING));
        // The first rule decides.
        assertEquals(
                List.of(),
                of(
                        keeper("protect: smime")
                                + keeper("deliver: unprotected").replace("keeper,", "other,")
                                + TELLING));
    }

    @Test
    void aRuleForAJournalOfWhichNobodyTellsIsRemarked() {
        String rule =
                "  - { name: j, when: { recipient: { address: Journal@Keeper.example } },"
                        + " then: { protect: smime } }\n";
        String rest = "  - { name: rest, then: { protect: tls } }\n";
        assertOne(rule + rest, 0, "no rule tells it of any mail");
        assertEquals(List.of(), of(rule + TELLING));
        String copied = "  - { name: b, then: { protect: tls, bcc: journal@keeper.example } }\n";
        assertEquals(List.of(), of(rule + copied));
    }
}
