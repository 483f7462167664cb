package org.postern.phi;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.phi.LabelledTexts.Agreement;
import org.postern.phi.LabelledTexts.Labelled;

/// How well the detectors agree with people: no worse than when this was written (src/docs/phi.md
/// says how far that is from the aim).
class LabelledTextsTest {
    private static final int TEXTS_MIN = 300;

    @Test
    void agreementDoesNotFall() throws IOException {
        List<Labelled> tuned = LabelledTexts.read(false);
        List<Labelled> heldOut = LabelledTexts.read(true);
        assertTrue(tuned.size() + heldOut.size() >= TEXTS_MIN, "the texts were not found");
        atLeast(0.73, 0.86, LabelledTexts.at(1, tuned));
        atLeast(0.78, 0.70, LabelledTexts.at(8, heldOut));
    }

    private static void atLeast(double precision, double recall, Agreement found) {
        assertTrue(found.precision() >= precision, found.toString());
        assertTrue(found.recall() >= recall, found.toString());
    }
}
