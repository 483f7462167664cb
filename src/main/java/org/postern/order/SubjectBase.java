package org.postern.order;

/// What is left of a subject without what replies and forwards put around it: RFC 5256 §2.1. The
/// numbers in comments are the steps there.
///
/// @param text in the form in which equal subjects are the same
/// @param reply whether it was one of a reply or a forward
public record SubjectBase(String text, boolean reply) {
    /// Characters of a subject that count.
    static final int CHARS_MAX = 500;

    private static final String FORWARD = "[fwd:";
    private static final String FORWARDED = "(fwd)";

    /// @param subject decoded and unfolded
    public static SubjectBase of(String subject) {
        int length = Math.min(subject.length(), CHARS_MAX);
        String text = subject.substring(0, length).replaceAll("[ \t\r\n]+", " ");
        boolean reply = false;
        while (true) {
            // (2)
            text = text.stripTrailing();
            while (endsWith(text, FORWARDED)) {
                text = text.substring(0, text.length() - FORWARDED.length()).stripTrailing();
                reply = true;
            }
            // (3) to (5)
            String before;
            do {
                before = text;
                text = text.stripLeading();
                int lead = leader(text);
                reply |= lead > 0;
                text = text.substring(lead);
                int blob = lead > 0 ? 0 : blob(text, 0);
                text = blob < text.length() ? text.substring(blob) : text;
            } while (!text.equals(before));
            // (6)
            if (!startsWith(text, 0, FORWARD) || !text.endsWith("]")) {
                return new SubjectBase(Casemap.of(text), reply);
            }
            text = text.substring(FORWARD.length(), text.length() - 1);
            reply = true;
        }
    }

    private static boolean endsWith(String text, String end) {
        return startsWith(text, text.length() - end.length(), end);
    }

    private static boolean startsWith(String text, int at, String word) {
        return text.regionMatches(true, at, word, 0, word.length());
    }

    /// `*subj-blob subj-refwd`
    ///
    /// @return where it ends; 0 if there is none
    private static int leader(String text) {
        int at = 0;
        int next = blob(text, at);
        while (next > at) {
            at = next;
            next = blob(text, at);
        }
        if (startsWith(text, at, "re")) {
            at += 2;
        } else if (startsWith(text, at, "fwd")) {
            at += 3;
        } else if (startsWith(text, at, "fw")) {
            at += 2;
        } else {
            return 0;
        }
        at = blob(text, white(text, at));
        return at < text.length() && text.charAt(at) == ':' ? at + 1 : 0;
    }

    /// @return where a `subj-blob` ends; `from` if there is none
    private static int blob(String text, int from) {
        if (from >= text.length() || text.charAt(from) != '[') {
            return from;
        }
        int end = from + 1;
        while (end < text.length() && text.charAt(end) != ']' && text.charAt(end) != '[') {
            end++;
        }
        boolean closed = end < text.length() && text.charAt(end) == ']';
        return closed ? white(text, end + 1) : from;
    }

    private static int white(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }
}
