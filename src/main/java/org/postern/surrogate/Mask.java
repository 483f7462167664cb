package org.postern.surrogate;

/// Header sections inside a message, of its parts and of messages in it, without UTF-8: RFC 6858
/// §2.2, §2.4. What is left out there is masked: octets without meaning stand in its place, as many
/// and with the same line ends, so that each part lies where the outline says, and has the length
/// that it says.
final class Mask {
    private static final char NAME = 'X';
    private static final char BODY = '-';
    private static final String MBOX = "From ";

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
            all.append(masked(field));
        }
        return all.toString();
    }

    private static String masked(String field) {
        String name = RawFields.name(field);
        if (Parameters.hasThem(name)) {
            int colon = field.indexOf(':');
            String body = Parameters.masked(RawFields.body(field));
            return field.substring(0, colon + 1) + body + RawFields.end(field);
        }
        if (!Utf8.isMeant(field)) {
            return field;
        }
        // The line of an mbox file stays one, and no field.
        boolean mbox = field.startsWith(MBOX) && !name.equals("From");
        return mbox ? MBOX + said(field.substring(MBOX.length())) : whole(field);
    }

    private static String said(String text) {
        return text.replaceAll("[^ \\t\\r\\n]", String.valueOf(BODY));
    }

    /// A field with a name that means nothing. What was none becomes one, so that the section goes
    /// on behind it.
    private static String whole(String field) {
        int colon = Math.max(1, field.indexOf(':'));
        String name = String.valueOf(NAME).repeat(colon);
        return name + ":" + said(field.substring(colon + 1));
    }
}
