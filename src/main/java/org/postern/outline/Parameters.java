package org.postern.outline;

import java.util.ArrayList;
import java.util.List;

/// The value of a Content- field and its parameters as they are written, for BODYSTRUCTURE: neither
/// joined nor decoded, because that is the mail program's business (RFC 2231 §3). Lenient, in
/// linear time.
///
/// @param value without comments and white space
/// @param named names and values by turns
record Parameters(String value, List<String> named) {
    Parameters {
        named = List.copyOf(named);
    }

    /// @param body unfolded
    static Parameters parse(String body) {
        Reader reader = new Reader(body);
        String value = reader.until(";");
        List<String> named = new ArrayList<>();
        while (reader.next()) {
            String name = reader.until("=;");
            if (reader.at('=')) {
                reader.next();
                named.add(name);
                named.add(reader.until(";"));
            }
        }
        return new Parameters(value, named);
    }

    /// `("name" "value" ...)`, or `NIL`.
    ///
    /// @param charset whether a missing charset is told as us-ascii
    String list(boolean charset) {
        List<String> all = new ArrayList<>();
        boolean seen = false;
        for (int i = 0; i < named.size(); i += 2) {
            seen |= named.get(i).equalsIgnoreCase("charset");
            all.add(Strings.string(named.get(i)) + " " + Strings.string(named.get(i + 1)));
        }
        if (charset && !seen) {
            all.add("\"charset\" \"us-ascii\"");
        }
        return all.isEmpty() ? "NIL" : "(" + String.join(" ", all) + ")";
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        boolean at(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        /// Goes over the character that ended the last word.
        boolean next() {
            at++;
            return at < text.length();
        }

        /// A word, without white space and comments around it and without quotation marks.
        String until(String stops) {
            StringBuilder word = new StringBuilder();
            while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
                char c = text.charAt(at);
                if (c == '(') {
                    skipComment();
                } else if (c == '"') {
                    quoted(word);
                } else {
                    word.append(c);
                    at++;
                }
            }
            return word.toString().strip();
        }

        private void quoted(StringBuilder word) {
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                word.append(text.charAt(at));
                at++;
            }
            at++;
        }

        private void skipComment() {
            int depth = 0;
            do {
                char c = text.charAt(at);
                if (c == '\\') {
                    at++;
                }
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                at++;
            } while (at < text.length() && depth > 0);
        }
    }
}
