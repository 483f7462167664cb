package org.postern.surrogate;

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

    private HeaderSurrogate() {}

    /// @param header octets as characters of ISO 8859-1, here and in the answer
    static String of(String header) {
        if (Utf8.isAscii(header)) {
            return header;
        }
        StringBuilder all = new StringBuilder();
        int room = HeaderSection.OCTETS_MAX - header.length();
        for (String field : RawFields.of(header)) {
            if (!Utf8.isMeant(field)) {
                all.append(field);
                continue;
            }
            String shown = surrogate(field);
            // Encoded words are longer; the surrogate must be readable within the same limits.
            boolean fits =
                    shown.length() <= HeaderSection.FIELD_OCTETS_MAX
                            && shown.length() - field.length() <= room;
            String used = fits ? shown : "";
            room -= used.length() - field.length();
            all.append(used);
        }
        return all.toString();
    }

    /// @return empty if the field is left out: RFC 6858 §2.4
    private static String surrogate(String field) {
        String name = RawFields.name(field);
        String end = RawFields.end(field);
        String body = RawFields.body(field);
        String gap = (end.isEmpty() ? "\r\n" : end) + " ";
        String lower = name.toLowerCase(Locale.ROOT);
        String written;
        if (ADDRESSES.contains(lower)) {
            written = Mailboxes.of(body, gap);
        } else if (lower.equals("return-path")) {
            written = " " + Mailboxes.NOBODY;
        } else if (lower.equals("subject")) {
            String text = EncodedWords.decode(Lexer.unfolded(body).strip());
            written = " " + WordWriter.write(text, gap);
        } else {
            written = Parameters.hasThem(name) ? Parameters.without(body) : "";
        }
        return written.isEmpty() || !Utf8.isAscii(name) ? "" : name + ":" + written + end;
    }
}
