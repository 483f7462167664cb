package org.postern.facts;

/// A place in a message: lines of one of its texts.
///
/// @param text its number as they were read, 0 for the subject
/// @param first from 1
/// @param last the last one of them
public record Lines(int text, int first, int last) {
    /// Such as `lines 3 to 5 of text 1`.
    public String words() {
        if (text == 0) {
            return "the subject";
        }
        String lines = first == last ? "line " + first : "lines %d to %d".formatted(first, last);
        return lines + " of text " + text;
    }
}
