package org.postern.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The arithmetic of doubt: a certain answer may not hang on what could not be read.
class MatchTest {
    @Test
    void aCertainNoSettlesAnd() {
        for (Match other : Match.values()) {
            assertEquals(Match.NO, Match.NO.and(other));
            assertEquals(Match.NO, other.and(Match.NO));
            assertEquals(other, Match.YES.and(other));
        }
    }

    @Test
    void aCertainYesSettlesOr() {
        for (Match other : Match.values()) {
            assertEquals(Match.YES, Match.YES.or(other));
            assertEquals(Match.YES, other.or(Match.YES));
            assertEquals(other, Match.NO.or(other));
        }
    }

    @Test
    void doubtStaysWhereNothingSettlesIt() {
        assertEquals(Match.DOUBTFUL_YES, Match.DOUBTFUL_YES.and(Match.YES));
        assertEquals(Match.DOUBTFUL_NO, Match.DOUBTFUL_YES.and(Match.DOUBTFUL_NO));
        assertEquals(Match.DOUBTFUL_YES, Match.DOUBTFUL_YES.or(Match.DOUBTFUL_NO));
        assertEquals(Match.DOUBTFUL_NO, Match.DOUBTFUL_YES.not());
    }

    /// Not even for the opposite of a no.
    @Test
    void whatIsNotKnownStaysSoWhereNothingSettlesIt() {
        assertEquals(Match.UNKNOWN, Match.UNKNOWN.not());
        for (Match other : List.of(Match.DOUBTFUL_YES, Match.DOUBTFUL_NO, Match.UNKNOWN)) {
            assertEquals(Match.UNKNOWN, Match.UNKNOWN.and(other));
            assertEquals(Match.UNKNOWN, other.or(Match.UNKNOWN));
        }
        assertFalse(Match.UNKNOWN.matches());
    }

    @Test
    void valuesAreThoseOfPlainLogic() {
        List<Match> said = Stream.of(Match.values()).filter(each -> each != Match.UNKNOWN).toList();
        for (Match a : said) {
            assertEquals(!a.matches(), a.not().matches());
            assertEquals(a, a.not().not());
            for (Match b : said) {
                assertEquals(a.matches() && b.matches(), a.and(b).matches());
                assertEquals(a.matches() || b.matches(), a.or(b).matches());
            }
        }
    }
}
