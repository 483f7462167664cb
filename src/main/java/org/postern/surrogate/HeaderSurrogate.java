package org.postern.surrogate;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderSection;

/// The header section of a message without UTF-8: RFC 6858 §2. Each field is looked at by itself;
/// one that holds none, or octets that are no UTF-8, stays as it is.
final class HeaderSurrogate {
    /// RFC 6858 §2.1.
    private static final Set<String> ADDRESSES =
            Set.of(
                    "bcc",
                    "cc",
                    "from",
                    "reply-to",
                    "resent-bcc",
                    "resent-cc",
                    "resent-from",
                    "resent-sender",
                    "resent-to",
                    "sender",
                    "to");

    /// Kept back for From, so that however long the other fields become, somebody sent it.
    private static final int FROM_OCTETS = 64;

    private HeaderSurrogate() {}

    /// @param header octets as characters of ISO 8859-1, here and in the answer
    static String of(String header) {
        if (Utf8.isAscii(header)) {
            return header;
        }
        StringBuilder all = new StringBuilder();
        int room = HeaderSection.OCTETS_MAX - header.length() - FROM_OCTETS;
        for (String field : RawFields.of(header)) {
            // Encoded words are longer; the surrogate must be readable within the same limits.
            boolean from = RawFields.name(field).equalsIgnoreCase("from");
            int growth = Math.max(0, room + (from ? FROM_OCTETS : 0));
            int most = Math.min(HeaderSection.FIELD_OCTETS_MAX, field.length() + growth);
            String used = surrogate(field, most);
            room -= used.length() - field.length();
            all.append(used);
        }
        // Without any field in front of it the body might begin with some.
        return all.isEmpty() ? Mask.of(header) : all.toString();
    }

    /// @param most octets that there may be
    /// @return empty if the field is left out: RFC 6858 §2.4
    private static String surrogate(String field, int most) {
        String name = RawFields.name(field);
        String end = RawFields.end(field);
        String body = RawFields.body(field);
        if (Parameters.hasThem(name)) {
            return name + ":" + Parameters.without(body) + end;
        }
        if (!Utf8.isMeant(field)) {
            return field;
        }
        String gap = (end.isEmpty() ? "\r\n" : end) + " ";
        int left = most - name.length() - 1 - end.length();
        List<String> forms = Utf8.isAscii(name) ? forms(name, body, gap, left) : List.of();
        return forms.stream()
                .filter(it -> it.length() <= left)
                .findFirst()
                .map(it -> name + ":" + it + end)
                .orElse("");
    }

    /// How the body may be written, the best one first.
    private static List<String> forms(String name, String body, String gap, int most) {
        String lower = name.toLowerCase(Locale.ROOT);
        String nobody = " " + Mailboxes.NOBODY;
        if (ADDRESSES.contains(lower)) {
            return Mailboxes.of(body, gap, most)
                    .map(it -> List.of(it, nobody))
                    .orElse(List.of(nobody));
        }
        if (lower.equals("subject")) {
            String text = EncodedWords.text(Lexer.unfolded(body).strip());
            return List.of(" " + WordWriter.write(text, gap, most));
        }
        return lower.equals("return-path") ? List.of(nobody) : List.of();
    }
}
