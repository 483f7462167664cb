package org.postern.outgoing;

import java.util.Set;
import org.postern.policy.Extras.Added;

/// Puts words into HTML where a browser shows them: at the begin and at the end of its body. The
/// rest of the text stays as it is.
final class HtmlWords {
    private static final String BOX =
            "<div style=\"border:1px solid #767676;padding:8px 12px;margin:12px 0;"
                    + "font-family:sans-serif;font-size:14px;color:#1f1f1f;background:#f5f5f5\">";

    /// What stands in these is no markup (HTML, raw text and escapable raw text elements).
    private static final Set<String> RAW = Set.of("script", "style", "title", "textarea");

    private static final int NAME_CHARACTERS_MAX = 12;

    /// The text in small letters, character by character: ASCII alone counts in names.
    private final String folded;

    private int begin;
    private int end;

    private HtmlWords(String html) {
        this.folded = folded(html);
        this.end = html.length();
    }

    static String with(String html, Added added) {
        HtmlWords places = new HtmlWords(html);
        places.find();
        String above = added.banner().isEmpty() ? "" : box(added.banner());
        String below = added.note().isEmpty() ? "" : box(added.note());
        return html.substring(0, places.begin)
                + above
                + html.substring(places.begin, places.end)
                + below
                + html.substring(places.end);
    }

    private static String folded(String html) {
        StringBuilder folded = new StringBuilder(html.length());
        html.chars().forEach(c -> folded.append((char) (c < 0x80 ? Character.toLowerCase(c) : c)));
        return folded.toString();
    }

    /// The begin stands behind the last of what comes before a body, the end before the first tag
    /// that closes one, or before whatever is never closed: in there nothing is shown. Each
    /// character is looked at once.
    private void find() {
        boolean body = false;
        int at = folded.indexOf('<');
        while (at >= 0) {
            String name = name(at + 1);
            int behind = behind(at, name);
            if (behind < 0 || name.equals("/body") || name.equals("/html")) {
                end = at;
                break;
            }
            if (!body && isBefore(name)) {
                begin = behind;
                body = name.equals("body");
            }
            at = folded.indexOf('<', behind);
        }
        begin = Math.min(begin, end);
    }

    private static boolean isBefore(String name) {
        return switch (name) {
            case "!doctype", "html", "/head", "body" -> true;
            default -> false;
        };
    }

    private String name(int from) {
        int to = from;
        while (to < Math.min(folded.length(), from + NAME_CHARACTERS_MAX)
                && " \t\r\n\f>".indexOf(folded.charAt(to)) < 0) {
            to++;
        }
        return folded.substring(from, to);
    }

    /// Behind the comment, the raw text or the tag that begins there; -1 if it never ends.
    private int behind(int from, String name) {
        if (name.startsWith("!--")) {
            return behind("-->", from);
        }
        if (!name.matches("[!/a-z].*")) {
            return from + 1;
        }
        int tag = behindTag(from);
        return tag >= 0 && RAW.contains(name) ? behind("</" + name, tag) : tag;
    }

    /// A `>` in quotes does not end a tag.
    private int behindTag(int from) {
        char quote = 0;
        for (int i = from + 1; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return i + 1;
            }
        }
        return -1;
    }

    private int behind(String mark, int from) {
        int found = folded.indexOf(mark, from);
        return found < 0 ? -1 : found + mark.length();
    }

    private static String box(String words) {
        String escaped =
                words.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\n", "<br>\r\n");
        return BOX + escaped + "</div>\r\n";
    }
}
