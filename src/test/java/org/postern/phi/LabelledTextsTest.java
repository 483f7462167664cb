package org.postern.phi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.phi.LabelledTexts.Agreement;
import org.postern.phi.LabelledTexts.Labelled;
import org.postern.phi.LabelledTexts.Part;

/// How well the detectors agree with people: no worse than when this was written (src/docs/phi.md
/// says how far that is from the aim).
class LabelledTextsTest {
    private static final int TEXTS_MIN = 378;

    @Test
    void agreementDoesNotFall() throws IOException {
        List<Labelled> tuned = LabelledTexts.read(Part.TUNED);
        List<Labelled> heldOut = LabelledTexts.read(Part.HELD_OUT);
        assertTrue(tuned.size() + heldOut.size() >= TEXTS_MIN, "the texts were not found");
        atLeast(0.98, 0.98, LabelledTexts.at(8, tuned));
        atLeast(0.89, 0.83, LabelledTexts.at(8, heldOut));
        atLeast(0.95, 0.98, LabelledTexts.at(8, LabelledTexts.read(Part.SECOND)));
        atLeast(0.97, 0.96, LabelledTexts.at(8, LabelledTexts.read(Part.TUNED_THIRD)));
        atLeast(0.85, 0.83, LabelledTexts.at(8, LabelledTexts.read(Part.THIRD)));
    }

    /// Numbers count through a file, so that a message can be named by its own.
    @Test
    void eachMessageHasItsNumberAndSubject() throws IOException {
        for (Part part : Part.values()) {
            List<Labelled> all = LabelledTexts.read(part);
            assertEquals(all.size(), all.stream().map(Labelled::name).distinct().count());
            for (Labelled each : all) {
                assertTrue(each.name().matches("\\S+ \\d{1,3} \\S+"), each.name());
                assertTrue(each.text().startsWith("Subject: "), each.name());
            }
        }
    }

    private static void atLeast(double precision, double recall, Agreement found) {
        assertTrue(found.precision() >= precision, found.toString());
        assertTrue(found.recall() >= recall, found.toString());
    }
}
