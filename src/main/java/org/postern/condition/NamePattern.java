package org.postern.condition;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import org.postern.mime.FileName;

/// The name of a file, in which `*` stands for any characters. Case does not count, and names are
/// compared as they are kept: in their composed form (NFC), with `_` for what a file's name must
/// not hold.
///
/// @param written as a policy file says it
/// @param pieces what stands between the stars
public record NamePattern(String written, List<String> pieces) {
    public NamePattern {
        pieces = List.copyOf(pieces);
    }

    public static NamePattern of(String written) {
        StringBuilder kept = new StringBuilder();
        Normalizer.normalize(written, Normalizer.Form.NFC)
                .codePoints()
                .map(c -> c != '*' && FileName.isForbidden(c) ? FileName.REPLACEMENT : c)
                .forEach(kept::appendCodePoint);
        String folded = kept.toString().toLowerCase(Locale.ROOT);
        return new NamePattern(written, List.of(folded.split("\\*", -1)));
    }

    /// Each piece is searched behind the one before: time grows with the length of the name times
    /// that of the pattern at most.
    boolean fits(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        if (pieces.size() == 1) {
            return name.equals(pieces.getFirst());
        }
        if (!name.startsWith(pieces.getFirst())) {
            return false;
        }
        int from = pieces.getFirst().length();
        for (String piece : pieces.subList(1, pieces.size() - 1)) {
            int found = name.indexOf(piece, from);
            if (found < 0) {
                return false;
            }
            from = found + piece.length();
        }
        return name.length() - pieces.getLast().length() >= from && name.endsWith(pieces.getLast());
    }
}
