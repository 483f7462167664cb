package org.postern.mail;

import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/// A mail domain in its one canonical form: lower case, A-labels, no trailing dot (RFC 5321 §4.1.2,
/// RFC 5890 §2.3.2.1), so that two spellings of one domain are equal. An A-label that decodes to
/// nothing right (`xn--0049`) is none.
public record Domain(String name) {
    /// RFC 5321 §4.5.3.1.2.
    public static final int OCTETS_MAX = 255;

    /// RFC 1035 §2.3.4.
    private static final int LABEL_OCTETS_MAX = 63;

    public Domain {
        if (!isCanonical(name)) {
            throw new IllegalArgumentException("not a canonical domain name");
        }
    }

    /// Reads a domain as people and servers write it: any case, perhaps with one trailing dot, its
    /// labels A-labels or U-labels (RFC 5890 §2.3.2.1), both with the same result.
    ///
    /// Only case is folded. A full-width letter or an ideographic dot does not become the ASCII one
    /// that it resembles: the text is no domain then.
    ///
    /// @return empty if the text is not a domain name; an address literal is none
    public static Optional<Domain> parse(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        Optional<String> ascii =
                name.chars().allMatch(c -> c < 0x80)
                        ? Optional.of(name.toLowerCase(Locale.ROOT))
                        : encoded(name);
        return ascii.filter(Domain::isCanonical).map(Domain::new);
    }

    private static Optional<String> encoded(String name) {
        StringJoiner labels = new StringJoiner(".");
        for (String label : name.split("\\.", -1)) {
            Optional<String> encoded =
                    label.chars().allMatch(c -> c < 0x80)
                            ? Optional.of(label.toLowerCase(Locale.ROOT))
                            : Labels.toAscii(label);
            if (encoded.isEmpty()) {
                return encoded;
            }
            labels.add(encoded.get());
        }
        return Optional.of(labels.toString());
    }

    /// Whether this domain lies below `other`, which `*.example.org` means in a policy file.
    public boolean isBelow(Domain other) {
        // Asked by each rule for each recipient, so nothing is put together for it.
        int dot = name.length() - other.name.length() - 1;
        return dot >= 0 && name.charAt(dot) == '.' && name.endsWith(other.name);
    }

    private static boolean isCanonical(String name) {
        if (name.isEmpty() || name.length() > OCTETS_MAX) {
            return false;
        }
        for (String label : name.split("\\.", -1)) {
            if (!isLabel(label)) {
                return false;
            }
        }
        return true;
    }

    /// RFC 5321 §4.1.2, `sub-domain`, and `_` besides, which real hosts carry.
    private static boolean isLabel(String label) {
        if (label.isEmpty() || label.length() > LABEL_OCTETS_MAX) {
            return false;
        }
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            boolean inner = (c == '-' || c == '_') && i > 0 && i < label.length() - 1;
            if (!alphanumeric && !inner) {
                return false;
            }
        }
        return !Labels.looksEncoded(label) || Labels.isValid(label);
    }

    @Override
    public String toString() {
        return name;
    }
}
