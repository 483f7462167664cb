package org.postern.surrogate;

import java.util.ArrayList;
import java.util.List;

/// The fields of a header section with all their octets, as characters of ISO 8859-1; what is no
/// field stands among them. One behind the other they are the section again.
final class RawFields {
    private RawFields() {}

    static List<String> of(String section) {
        List<String> fields = new ArrayList<>();
        int begin = 0;
        int at = 0;
        while (at < section.length()) {
            int feed = section.indexOf('\n', at);
            at = feed < 0 ? section.length() : feed + 1;
            // RFC 5322 §2.2.3: a line that begins with white space belongs to the one before it.
            if (at == section.length() || !isWhite(section.charAt(at))) {
                fields.add(section.substring(begin, at));
                begin = at;
            }
        }
        return fields;
    }

    /// The name as written, in front of the colon; empty if there is none.
    static String name(String field) {
        return field.substring(0, Math.max(0, field.indexOf(':'))).stripTrailing();
    }

    /// What stands behind the colon, without the last line end.
    static String body(String field) {
        return field.substring(field.indexOf(':') + 1, field.length() - end(field).length());
    }

    /// The last line end; empty if the section ends without one.
    static String end(String field) {
        return field.endsWith("\r\n") ? "\r\n" : field.endsWith("\n") ? "\n" : "";
    }

    private static boolean isWhite(char c) {
        return c == ' ' || c == '\t';
    }
}
