package org.postern.mime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Makes the file name that a message suggests fit for a download. It is shown and offered to the
/// reader's own machine; nothing here is ever stored under it.
public final class FileName {
    /// Octets of a name in UTF-8.
    public static final int OCTETS_MAX = 255;

    /// Octets of an ending that is kept when a name is shortened.
    private static final int ENDING_OCTETS_MAX = 20;

    private static final String FORBIDDEN = "<>:\"/\\|?*;&$`'%";

    /// What stands in a harmless name for a character that must not.
    public static final char REPLACEMENT = '_';

    /// Names of devices on Windows, with any ending.
    private static final Pattern DEVICE =
            Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    private FileName() {}

    /// The harmless form of a name: its last path component, without characters that a system, a
    /// shell or a page could take for something else.
    ///
    /// @return empty if nothing is left
    public static Optional<String> sanitise(String name) {
        String normal = Normalizer.normalize(name, Normalizer.Form.NFC);
        StringBuilder kept = new StringBuilder();
        lastComponent(normal)
                .codePoints()
                .filter(c -> !isHidden(c))
                .map(c -> isForbidden(c) ? REPLACEMENT : c)
                .forEach(kept::appendCodePoint);
        String trimmed = trim(kept.toString());
        if (trimmed.isEmpty()) {
            return Optional.empty();
        }
        String safe = DEVICE.matcher(trimmed).matches() ? "_" + trimmed : trimmed;
        return Optional.of(shorten(safe));
    }

    /// Whether a harmless name has [#REPLACEMENT] for this character.
    public static boolean isForbidden(int c) {
        return FORBIDDEN.indexOf(c) >= 0;
    }

    /// The ending in lower case, without its dot; empty if there is none.
    public static String ending(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    private static String lastComponent(String name) {
        String path = trim(name);
        int end = path.length();
        while (end > 0 && (path.charAt(end - 1) == '/' || path.charAt(end - 1) == '\\')) {
            end--;
        }
        int slash = Math.max(path.lastIndexOf('/', end - 1), path.lastIndexOf('\\', end - 1));
        return path.substring(slash + 1, end);
    }

    /// Control characters, those that turn the direction of text, and half surrogates.
    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED ->
                    true;
            default -> false;
        };
    }

    /// Windows drops spaces and dots at the end; elsewhere a dot at the beginning hides the file.
    private static String trim(String name) {
        int begin = 0;
        int end = name.length();
        while (begin < end && isPadding(name.charAt(begin))) {
            begin++;
        }
        while (end > begin && isPadding(name.charAt(end - 1))) {
            end--;
        }
        return name.substring(begin, end);
    }

    private static boolean isPadding(char c) {
        return c == '.' || c <= ' ' || Character.isSpaceChar(c);
    }

    private static String shorten(String name) {
        if (octets(name) <= OCTETS_MAX) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String ending = dot > 0 ? name.substring(dot) : "";
        if (octets(ending) > ENDING_OCTETS_MAX) {
            ending = "";
        }
        int room = OCTETS_MAX - octets(ending);
        StringBuilder kept = new StringBuilder();
        String stem = name.substring(0, name.length() - ending.length());
        int used = 0;
        for (int i = 0; i < stem.length(); i += Character.charCount(stem.codePointAt(i))) {
            String character = Character.toString(stem.codePointAt(i));
            used += octets(character);
            if (used > room) {
                break;
            }
            kept.append(character);
        }
        return kept + ending;
    }

    private static int octets(String text) {
        return text.getBytes(UTF_8).length;
    }
}
