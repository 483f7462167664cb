package org.postern.phi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.phi.LabelledTexts.Agreement;
import org.postern.phi.LabelledTexts.Part;

/// The second opinion: from where its weights come, what it adds, and what it leaves alone.
class LearningTest {
    private static final String NOTE =
            """
            Hi, quick update from the night shift. Lorcan was up twice, breathing fast again and \
            his sats kept dropping to 86, so we put him back on oxygen and called his daughter.
            He is eating a bit better, but the wound on his heel is red and warm.
            Please have somebody look at it this morning. Thanks, Ines
            """;

    /// The parts by those who knew no detectors, and the one that was measured before learning.
    private static final Set<Part> OTHERS =
            EnumSet.of(
                    Part.FOURTH,
                    Part.FIFTH_A,
                    Part.FIFTH_B,
                    Part.SIXTH_D,
                    Part.SIXTH_E,
                    Part.SIXTH_F,
                    Part.SIXTH_H);

    /// The same weights from the same messages, on each machine. What they are worth is told by
    /// those that were learned without an author's messages, on his.
    @Test
    void theFileIsWhatTheMessagesTeach() throws IOException {
        Learning learning = new Learning();
        assertEquals(
                Files.readString(Path.of("src/main/resources/phi/weights.txt")),
                learning.file(),
                "learn them anew: scripts/learn --write");
        Agreement found = learning.unseen(OTHERS);
        assertTrue(found.precision() >= 0.91, found.toString());
        assertTrue(found.recall() >= 0.86, found.toString());
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
        String offer =
                """
                Dear customers, our newsletter and price list for office supplies: toner, paper, \
                parking permits, invoices and orders. Register for the webinar and the volunteers' \
                lunch on Monday. The agenda of the board meeting, the budget and the minutes are \
                in the folder. Please confirm the purchase order with accounting.
                """;
        int score = of(offer + "SSN 123-45-6789, Dx: E11.9\n").score();
        assertEquals(PhiKind.SSN.weight() + PhiKind.ICD.weight(), score);
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

    private static Phi of(String text) {
        Scan scan = new Scan(LabelledTexts.YEAR);
        scan.subject("update");
        scan.read(text);
        return scan.result(true);
    }
}
