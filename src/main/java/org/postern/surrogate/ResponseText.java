package org.postern.surrogate;

import java.util.ArrayList;
import java.util.List;
import org.postern.outline.Strings;

/// Words of a response that our own outlines hold, ENVELOPE or BODYSTRUCTURE, taken apart and
/// written again: RFC 3501 §9. Characters are octets.
public final class ResponseText {
    /// As `Strings` has it.
    private static final int QUOTED_OCTETS_MAX = 1_000;

    private final String text;
    private int at;

    /// One word, string or list.
    sealed interface Item {
        /// As it is written: a number, or `NIL`.
        record Word(String word) implements Item {}

        record Text(String octets) implements Item {}

        record Group(List<Entry> entries) implements Item {
            public Group {
                entries = List.copyOf(entries);
            }
        }
    }

    /// @param gap whether a space stands before it
    record Entry(boolean gap, Item item) {}

    static final Item NIL = new Item.Word("NIL");

    private ResponseText(String text) {
        this.text = text;
    }

    /// With UTF-8 in quoted strings where it stood in literals: RFC 9755 §3.
    ///
    /// @param words one string or list
    public static String quoted(String words) {
        return Utf8.isAscii(words) ? words : write(read(words), true);
    }

    static Item read(String words) {
        return new ResponseText(words).item();
    }

    static String write(Item item) {
        return write(item, false);
    }

    /// Lists lie as deep as parts do (`MimeIndex`), and so do these calls.
    private static String write(Item item, boolean utf8) {
        return switch (item) {
            case Item.Word(String word) -> word;
            case Item.Text(String octets) -> string(octets, utf8);
            case Item.Group(List<Entry> entries) -> {
                StringBuilder all = new StringBuilder("(");
                for (Entry entry : entries) {
                    all.append(entry.gap() ? " " : "").append(write(entry.item(), utf8));
                }
                yield all.append(')').toString();
            }
        };
    }

    private static String string(String octets, boolean utf8) {
        boolean quotable =
                utf8
                        && octets.length() <= QUOTED_OCTETS_MAX
                        && Utf8.isMeant(octets)
                        && octets.chars().allMatch(c -> c > 0 && c != '\r' && c != '\n');
        return quotable
                ? '"' + octets.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
                : Strings.string(octets);
    }

    private Item item() {
        return switch (text.charAt(at)) {
            case '(' -> group();
            case '"' -> quoted();
            case '{' -> literal();
            default -> word();
        };
    }

    private Item group() {
        List<Entry> entries = new ArrayList<>();
        at++;
        while (text.charAt(at) != ')') {
            boolean gap = text.charAt(at) == ' ';
            at += gap ? 1 : 0;
            entries.add(new Entry(gap, item()));
        }
        at++;
        return new Item.Group(entries);
    }

    private Item quoted() {
        StringBuilder octets = new StringBuilder();
        at++;
        while (text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 1 : 0;
            octets.append(text.charAt(at));
            at++;
        }
        at++;
        return new Item.Text(octets.toString());
    }

    private Item literal() {
        int close = text.indexOf("}\r\n", at);
        int begin = close + 3;
        int end = begin + Integer.parseInt(text, at + 1, close, 10);
        at = end;
        return new Item.Text(text.substring(begin, end));
    }

    private Item word() {
        int begin = at;
        while (at < text.length() && " ()".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return new Item.Word(text.substring(begin, at));
    }
}
