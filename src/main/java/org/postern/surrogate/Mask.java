package org.postern.surrogate;

/// Header sections inside a message, of its parts and of messages in it, without UTF-8: RFC 6858
/// §2.2, §2.4. What is left out there is masked: octets without meaning stand in its place, as many
/// and with the same line ends, so that each part lies where the outline says, and has the length
/// that it says.
final class Mask {
    private static final char NAME = 'X';
    private static final char BODY = '-';

    private Mask() {}

    static boolean isFolding(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /// @param section octets as characters of ISO 8859-1
    static String of(String section) {
        if (Utf8.isAscii(section)) {
            return section;
        }
        StringBuilder all = new StringBuilder(section.length());
        for (String field : RawFields.of(section)) {
            all.append(Utf8.isMeant(field) ? masked(field) : field);
        }
        return all.toString();
    }

    private static String masked(String field) {
        String name = RawFields.name(field);
        if (Parameters.hasThem(name)) {
            String body = Parameters.masked(RawFields.body(field));
            if (!body.isEmpty()) {
                int colon = field.indexOf(':');
                return field.substring(0, colon + 1) + body + RawFields.end(field);
            }
        }
        return whole(field);
    }

    /// A field with a name that means nothing. What was none becomes one, so that the section goes
    /// on behind it.
    private static String whole(String field) {
        int colon = Math.max(1, field.indexOf(':'));
        StringBuilder masked = new StringBuilder(field.length());
        for (int at = 0; at < field.length(); at++) {
            char c = field.charAt(at);
            masked.append(at < colon ? NAME : at == colon ? ':' : isFolding(c) ? c : BODY);
        }
        return masked.toString();
    }
}
