package org.postern.dkim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A list of `tag=value` pairs: RFC 6376 §3.2, of signatures and key records; RFC 7489 §6.3 uses
/// the same form. Values are without the white space around them, names are compared with their
/// case.
///
/// @param tags in their order
public record TagList(Map<String, String> tags) {
    /// No list in use has a tenth of it.
    private static final int TAGS_MAX = 100;

    /// Reads a list; line ends count as white space.
    ///
    /// @return empty if it is none, or a tag stands there twice
    public static Optional<TagList> parse(String text) {
        Map<String, String> tags = new LinkedHashMap<>();
        String[] specs = text.split(";", TAGS_MAX + 1);
        for (int i = 0; i < specs.length; i++) {
            String spec = specs[i].strip();
            if (spec.isEmpty() && i == specs.length - 1 && i > 0) {
                break;
            }
            int equals = spec.indexOf('=');
            if (equals < 0 || i == TAGS_MAX) {
                return Optional.empty();
            }
            String name = spec.substring(0, equals).strip();
            if (!isName(name) || tags.put(name, spec.substring(equals + 1).strip()) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new TagList(tags));
    }

    /// The value of a tag; empty if it is not there.
    public Optional<String> get(String name) {
        return Optional.ofNullable(tags.get(name));
    }

    /// The name of the first tag.
    public String first() {
        return tags.keySet().iterator().next();
    }

    /// A value in which white space means nothing: base64, and lists with colons.
    static String solid(String value) {
        StringBuilder solid = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                solid.append(c);
            }
        }
        return solid.toString();
    }

    private static boolean isName(String text) {
        if (text.isEmpty() || !isLetter(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && (c < '0' || c > '9') && c != '_') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
