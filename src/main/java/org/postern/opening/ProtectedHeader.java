package org.postern.opening;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.mime.ContentField;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;

/// The header section that an author put inside the protection: RFC 9788. It counts only where the
/// entity lies directly inside a layer around the whole message; an `hp` anywhere else is a claim
/// that anybody can make (C14).
public final class ProtectedHeader {
    private static final String HP_OUTER = "HP-Outer";

    /// What a reader is shown of a message, and answers to. If one of these stands outside although
    /// the author put it nowhere, somebody else did.
    private static final Set<String> SHOWN =
            Set.of("from", "sender", "reply-to", "to", "cc", "subject", "date", "references");

    private final HeaderSection inner;
    private final boolean hides;

    private ProtectedHeader(HeaderSection inner, boolean hides) {
        this.inner = inner;
        this.hides = hides;
    }

    /// @return empty if the entity has none, or does not say so clearly
    public static Optional<ProtectedHeader> of(HeaderSection entity) {
        List<HeaderField> types = entity.all("Content-Type");
        if (types.size() != 1) {
            return Optional.empty();
        }
        try {
            return switch (ContentField.parse(types.getFirst().body())
                    .parameter("hp")
                    .toLowerCase(Locale.ROOT)) {
                case "clear" -> Optional.of(new ProtectedHeader(entity, false));
                case "cipher" -> Optional.of(new ProtectedHeader(entity, true));
                default -> Optional.empty();
            };
        } catch (MimeException e) {
            return Optional.empty();
        }
    }

    /// Whether the outside is another one than the author left there: RFC 9788 §2.2.
    public boolean differsFrom(HeaderSection outer) {
        for (String name : SHOWN) {
            if (!meant(name).equals(values(outer.all(name)))) {
                return true;
            }
        }
        return false;
    }

    /// What the author meant to stand outside.
    private List<String> meant(String name) {
        if (!hides) {
            return values(inner.all(name));
        }
        String prefix = name + ":";
        return inner.all(HP_OUTER).stream()
                .map(HeaderField::body)
                .filter(body -> body.regionMatches(true, 0, prefix, 0, prefix.length()))
                .map(body -> body.substring(prefix.length()))
                .map(ProtectedHeader::plain)
                .toList();
    }

    private static List<String> values(List<HeaderField> fields) {
        return fields.stream().map(HeaderField::body).map(ProtectedHeader::plain).toList();
    }

    /// Mail servers fold fields anew.
    private static String plain(String body) {
        return body.strip().replaceAll("[ \t\r\n]+", " ");
    }
}
