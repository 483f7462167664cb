package org.postern.card;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How wide the letters of Helvetica are, one of the fonts that every PDF reader brings (ISO
/// 32000-1 §9.6.2.2): enough to set a text in the middle and to break its lines. An accented letter
/// is as wide as its letter.
final class Helvetica {
    private static final int FIRST = ' ';
    private static final int USUAL = 556;
    private static final double UNITS = 1000;

    /// From the space to the tilde.
    private static final int[] REGULAR = {
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556,
        556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722,
        722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
        667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
        556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,
        500, 334, 260, 334, 584
    };

    private static final int[] BOLD = {
        278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556,
        556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722,
        722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722,
        667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611,
        611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556,
        500, 389, 280, 389, 584
    };

    private static final Map<Character, Integer> OTHERS =
            Map.of('¿', 611, '¡', 333, '’', 278, '–', 556, '—', 1000, '·', 278, 'í', 278);

    private Helvetica() {}

    static double width(String text, Mark.Type type) {
        int sum = 0;
        for (int i = 0; i < text.length(); i++) {
            sum += units(text.charAt(i), type.bold());
        }
        return sum * type.size() / UNITS;
    }

    private static int units(char letter, boolean bold) {
        Integer other = OTHERS.get(letter);
        if (other != null) {
            return other;
        }
        int[] widths = bold ? BOLD : REGULAR;
        int at =
                Normalizer.normalize(String.valueOf(letter), Normalizer.Form.NFD).charAt(0) - FIRST;
        return at >= 0 && at < widths.length ? widths[at] : USUAL;
    }

    /// Lines of whole words that are not wider than this; a longer word has a line of its own.
    static List<String> lines(String text, Mark.Type type, double width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+", -1)) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && width(longer, type) > width) {
                lines.add(line.toString());
                line = new StringBuilder(word);
            } else {
                line = new StringBuilder(longer);
            }
        }
        lines.add(line.toString());
        return lines;
    }
}
