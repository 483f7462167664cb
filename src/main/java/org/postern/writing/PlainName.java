package org.postern.writing;

/// A name as a person may have it: letters, digits and few signs. No bracket, because words in
/// brackets are wishes to the policy; nothing that could end a line.
public final class PlainName {
    /// Longer ones are cut.
    private static final int CHARS_MAX = 80;

    private PlainName() {}

    /// @return empty if nothing of it is left
    public static String of(String typed) {
        String plain =
                typed.replaceAll("[^\\p{L}\\p{M}\\p{N} .,'’-]", " ").replaceAll(" +", " ").strip();
        return plain.codePointCount(0, plain.length()) <= CHARS_MAX
                ? plain
                : plain.substring(0, plain.offsetByCodePoints(0, CHARS_MAX)).strip();
    }
}
