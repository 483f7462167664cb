package org.postern.yaml;

/// Where something stands in a file that a person edits.
///
/// @param file as the person would name it, such as `policy-config/gateway.yaml`
/// @param line from 1; 0 means the file as a whole
/// @param column from 1, in characters
/// @param source the text of that line, cut to [#SOURCE_CHARACTERS_MAX]; empty for a whole file
public record Place(String file, int line, int column, String source) {
    /// Enough to recognise the line.
    public static final int SOURCE_CHARACTERS_MAX = 160;

    /// The file as a whole, such as one that is missing.
    public static Place whole(String file) {
        return new Place(file, 0, 0, "");
    }

    /// A position in a text whose lines are known.
    ///
    /// @param line from 1; beyond the last line the source is empty
    public static Place in(String file, String[] lines, int line, int column) {
        String source = line >= 1 && line <= lines.length ? lines[line - 1] : "";
        String cut = source.substring(0, Math.min(source.length(), SOURCE_CHARACTERS_MAX));
        // It is shown at terminals, which obey control characters.
        return new Place(file, line, column, cut.replaceAll("[\\p{Cntrl}&&[^\t]]", "?"));
    }

    /// As compilers write it, so that editors can jump there: `file:line:column`.
    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
