package org.postern.texts;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What a person reads of an HTML text, for looking through it only: tags, styles, scripts and
/// comments are left out, blocks begin on lines of their own. It takes what it is given, never
/// fails, and its time grows with the length alone.
public final class HtmlText {
    private static final Set<String> SILENT = Set.of("style", "script", "head", "title");

    /// Inside a word they divide nothing.
    private static final Set<String> INLINE =
            Set.of(
                    "b", "i", "u", "em", "strong", "span", "font", "a", "small", "sub", "sup",
                    "wbr");

    private static final Map<String, String> ENTITIES =
            Map.ofEntries(
                    Map.entry("nbsp", " "),
                    Map.entry("amp", "&"),
                    Map.entry("lt", "<"),
                    Map.entry("gt", ">"),
                    Map.entry("quot", "\""),
                    Map.entry("apos", "'"),
                    Map.entry("aacute", "á"),
                    Map.entry("eacute", "é"),
                    Map.entry("iacute", "í"),
                    Map.entry("oacute", "ó"),
                    Map.entry("uacute", "ú"),
                    Map.entry("ntilde", "ñ"),
                    Map.entry("uuml", "ü"),
                    Map.entry("ndash", "-"),
                    Map.entry("mdash", "-"),
                    Map.entry("rsquo", "'"));

    private static final int NAME_MAX = 10;
    private static final int ENTITY_MAX = 10;

    private final String html;
    private final StringBuilder text;

    /// Names of which no closing tag follows; looked for once, so that the time stays bounded.
    private final Set<String> unclosed = new HashSet<>();

    private int at;

    /// Behind the next end of a comment, and the next one that is one by mistake; they are looked
    /// for once as well.
    private int ended;

    private int mistaken;

    private HtmlText(String html) {
        this.html = html;
        this.text = new StringBuilder(html.length());
    }

    /// The text of it.
    public static String of(String html) {
        HtmlText reading = new HtmlText(html);
        while (reading.at < html.length()) {
            reading.next();
        }
        return reading.text.toString();
    }

    private void next() {
        char c = html.charAt(at);
        if (c == '<') {
            tag();
        } else if (c == '&') {
            entity();
        } else {
            text.append(c);
            at++;
        }
    }

    private void tag() {
        if (html.startsWith("<!--", at)) {
            at = behindComment(at + 4);
            return;
        }
        int begin = at + 1;
        boolean closes = begin < html.length() && html.charAt(begin) == '/';
        int from = closes ? begin + 1 : begin;
        int end = from;
        while (end < html.length()
                && end - from < NAME_MAX
                && Character.isLetterOrDigit(html.charAt(end))) {
            end++;
        }
        if (end == from && !closes && !html.startsWith("!", from)) {
            // A sign for "less than".
            text.append('<');
            at++;
            return;
        }
        String name = html.substring(from, end).toLowerCase(Locale.ROOT);
        at = behind(">", end);
        if (SILENT.contains(name) && !closes) {
            int over = closing(name);
            at = over < 0 ? at : over;
        }
        if (!INLINE.contains(name)) {
            text.append('\n');
        }
    }

    /// Behind the tag that ends what nobody sees; -1 if there is none, and then all is read.
    private int closing(String name) {
        if (unclosed.contains(name)) {
            return -1;
        }
        String wanted = "</" + name;
        for (int i = html.indexOf("</", at); i >= 0; i = html.indexOf("</", i + 2)) {
            if (html.regionMatches(true, i, wanted, 0, wanted.length())) {
                return behind(">", i);
            }
        }
        unclosed.add(name);
        return -1;
    }

    /// Comments end early in some forms that are mistakes (HTML Standard, 13.2.5.43 to 52): what
    /// follows is seen.
    private int behindComment(int from) {
        for (String end : List.of(">", "->")) {
            if (html.startsWith(end, from)) {
                return from + end.length();
            }
        }
        if (ended < from) {
            ended = behind("-->", from);
        }
        if (mistaken < from) {
            mistaken = behind("--!>", from);
        }
        return Math.min(ended, mistaken);
    }

    private int behind(String mark, int from) {
        int found = html.indexOf(mark, from);
        return found < 0 ? html.length() : found + mark.length();
    }

    private void entity() {
        int last = Math.min(html.length() - 1, at + ENTITY_MAX);
        int end = at + 1;
        while (end <= last && html.charAt(end) != ';') {
            end++;
        }
        if (end > last) {
            text.append('&');
            at++;
            return;
        }
        text.append(character(html.substring(at + 1, end)));
        at = end + 1;
    }

    private static String character(String name) {
        if (!name.startsWith("#")) {
            return ENTITIES.getOrDefault(name.toLowerCase(Locale.ROOT), " ");
        }
        boolean hex = name.startsWith("#x") || name.startsWith("#X");
        try {
            int code = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
            return Character.isValidCodePoint(code) ? Character.toString(code) : " ";
        } catch (NumberFormatException e) {
            return " ";
        }
    }
}
