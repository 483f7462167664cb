package org.postern.phi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.phi.LabelledTexts.Agreement;

/// The second opinion: from where its weights come, what it adds, and what it leaves alone.
class LearningTest {
    private static final String NOTE =
            """
            Hi, quick update from the night shift. Lorcan was up twice, breathing fast again and \
            his sats kept dropping to 86, so we put him back on oxygen and called his daughter.
            He is eating a bit better, but the wound on his heel is red and warm.
            Please have somebody look at it this morning. Thanks, Ines
            """;

    private static final String OFFER =
            """
            Dear customers, our newsletter and price list for office supplies: toner, paper, \
            parking permits, invoices and orders. Register for the webinar and the volunteers' \
            lunch on Monday. The agenda of the board meeting, the budget and the minutes are \
            in the folder. Please confirm the purchase order with accounting.
            """;

    private static final String FOOTER =
            """
            This message is only for the person to whom it is sent.
            """;

    /// The same weights from the same messages, on each machine. What they are worth is told by
    /// those that were learned without an author's messages, on his.
    @Test
    void theFileIsWhatTheMessagesTeach() throws IOException {
        Learning learning = new Learning();
        assertEquals(
                Files.readString(Path.of("src/main/resources/phi/weights.txt")),
                learning.file(),
                "learn them anew: scripts/learn --write");
        LearningReport report = new LearningReport(learning);
        Agreement found = report.at(Learning.USUAL, Learning.OTHERS);
        assertTrue(found.precision() >= 0.86, found.toString());
        assertTrue(found.recall() >= 0.90, found.toString());
        // Their recall says nothing: 8 is set where it is 0.97.
        Agreement usual = report.at(Learning.USUAL, Learning.USUAL_PARTS);
        assertTrue(usual.precision() >= 0.88, usual.toString());
        isBoughtByAThreshold(report);
    }

    /// A higher threshold asks for more certainty, and so fewer of those that are found are wrong.
    private static void isBoughtByAThreshold(LearningReport report) {
        double before = 0;
        for (int score : new int[] {1, 8, 12, 16, 24}) {
            double precision = report.at(score, Learning.OTHERS).precision();
            assertTrue(precision > before, score + ": " + precision + ", before: " + before);
            before = precision;
        }
        assertTrue(before >= 0.96, "of the highest: " + before);
    }

    @Test
    void aLikenessIsAFindingOfItsOwnWithItsPlace() {
        Phi phi = of("Office news\n\n" + NOTE);
        assertTrue(phi.has(PhiKind.LIKENESS), phi.toString());
        assertTrue(phi.score() >= PhiKind.LIKENESS.weight(), phi.toString());
        assertEquals(1, phi.likeness().orElseThrow().text(), "the subject is text 0");
    }

    /// A number of a patient beside a clear fact says enough, whatever stands around it.
    @Test
    void nothingIsTakenFromANumberBesideAFact() {
        int score = of(OFFER + "SSN 123-45-6789, Dx: E11.9\n").score();
        assertEquals(PhiKind.SSN.weight() + PhiKind.ICD.weight(), score);
    }

    /// A rule that asks for more than nothing sees what the detectors found, whatever stands around
    /// it.
    @Test
    void whatIsDoubtedStaysMoreThanNothing() {
        int score = of(OFFER + "MRN 00482913: vertigo\n").score();
        assertTrue(score >= 1 && score < PhiKind.LIKENESS.weight(), "score " + score);
    }

    /// Of a few words only more is told, and nothing taken.
    @Test
    void aFewWordsAreNotDoubted() {
        String few = "Agenda of the board meeting: Maria Gomez has meningitis";
        assertTrue(of(few).score() >= PhiKind.LIKENESS.weight(), of(few).toString());
    }

    /// Only what was read to its end is doubted.
    @Test
    void aLongTextIsReadInWindowsUpToALimit() {
        String words =
                "The budget of the board meeting is on the agenda of Monday.\n".repeat(2_000);
        Phi behind = of(words + "Mr. Ortega: A1c 9.1, metformin 500 mg twice daily\n");
        assertTrue(behind.score() >= PhiKind.LIKENESS.weight(), behind.toString());
        assertEquals(0, of(words).score());
    }

    /// A footer is too short to be the window that is most alike by chance.
    @Test
    void aFooterTakesNothingFromTheTextAboveIt() {
        // The first line of the last note ends a window.
        String text = NOTE.repeat(6).substring(0, 5 * NOTE.length() + NOTE.indexOf('\n') + 1);
        Phi above = of(text);
        assertTrue(above.has(PhiKind.LIKENESS), above.toString());
        assertEquals(above.score(), of(text + FOOTER).score());
    }

    private static Phi of(String text) {
        Scan scan = new Scan(LabelledTexts.YEAR);
        scan.subject("update");
        scan.read(text);
        return scan.result(true);
    }
}
