package org.postern.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.policy.Protection.Level;

class CheckLadderTest {
    /// Level, what the clinic has, what opens (T3, T4).
    private static final String TABLE =
            """
            normal    |                              | code
            normal    | birth-date                   | birth-date
            normal    | birth-date pin               | pin
            normal    | birth-date pin text          | sms pin
            normal    | birth-date text              | sms
            normal    | text                         | sms
            normal    | birth-date own-pin           | pin
            sensitive |                              |
            sensitive | birth-date                   |
            sensitive | birth-date pin               | pin
            sensitive | text                         | sms
            sensitive | birth-date pin text          | sms pin
            sensitive | text own-pin                 | pin sms
            sensitive | pin own-pin                  | pin
            open      |                              | none
            open      | birth-date pin text          | none
            """;

    @Test
    void theBestCheckIsAsked() {
        for (String line : TABLE.lines().toList()) {
            String[] cells = line.split("\\|", -1);
            List<String> has = words(cells[1]);
            Ladder.Facts facts =
                    new Ladder.Facts(
                            has.contains("own-pin"),
                            has.contains("text"),
                            has.contains("pin"),
                            has.contains("birth-date"));
            List<String> checks =
                    Ladder.of(Level.of(cells[0].strip()), facts).stream()
                            .map(CheckKind::word)
                            .toList();
            assertEquals(words(cells[2]), checks, line);
        }
    }

    @Test
    void nothingWeakOpensWhatIsSensitive() {
        for (int bits = 0; bits < 16; bits++) {
            Ladder.Facts facts =
                    new Ladder.Facts(
                            (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);
            for (CheckKind kind : Ladder.of(Level.SENSITIVE, facts)) {
                assertEquals(true, kind.isStrong(), kind.word());
            }
        }
    }

    private static List<String> words(String cell) {
        return Arrays.stream(cell.strip().split(" +", -1)).filter(word -> !word.isEmpty()).toList();
    }
}
