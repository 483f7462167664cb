package org.postern.phi;

/// What stands between a word and the one before it.
enum Gap {
    /// One blank, or a dash within a name.
    BLANK,
    /// A comma and a blank: "Gomez, Maria".
    COMMA,
    /// The point of an initial and a blank.
    POINT,
    /// The end of a line.
    LINE,
    /// Anything else, such as the end of a sentence.
    OTHER;

    /// @param from behind the word before
    /// @param to where the next word begins
    /// @param initial whether the word before was one letter
    static Gap between(char[] text, int from, int to, boolean initial) {
        if (from == 0) {
            return LINE;
        }
        if (to - from == 1) {
            // Between most words.
            return one(text[from]);
        }
        boolean line = false;
        for (int i = to - 1; i >= from; i--) {
            char c = text[i];
            if (c == '\n' || c == '\r') {
                line = true;
                break;
            }
            if (Character.isLetterOrDigit(c)) {
                return OTHER;
            }
        }
        if (line) {
            return LINE;
        }
        int length = to - from;
        char first = text[from];
        if (length == 2 && text[from + 1] == ' ') {
            return first == ',' ? COMMA : first == '.' && initial ? POINT : OTHER;
        }
        return OTHER;
    }

    private static Gap one(char c) {
        return switch (c) {
            case '\n', '\r' -> LINE;
            case ' ', '-', '\'', '’' -> BLANK;
            default -> OTHER;
        };
    }

    boolean isClose() {
        return this == BLANK || this == COMMA || this == POINT;
    }

    boolean isComma() {
        return this == COMMA;
    }

    boolean isLine() {
        return this == LINE;
    }
}
