package org.postern.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Content-Disposition with a file name that may hold anything: RFC 6266, RFC 8187.
public final class Disposition {
    private static final int NAME_CHARS_MAX = 120;
    private static final String FALLBACK = "file";

    /// RFC 8187 §3.2.1, `attr-char`.
    private static final String ATTRIBUTE_CHARS =
            "!#$&+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private Disposition() {}

    /// The file is to be saved.
    public static String attachment(String name) {
        return "attachment" + names(name);
    }

    /// The file may be shown.
    public static String inline(String name) {
        return "inline" + names(name);
    }

    private static String names(String given) {
        String name = clean(given);
        StringBuilder ascii = new StringBuilder();
        name.codePoints()
                .forEach(c -> ascii.append(c < 0x7F && "\"\\%".indexOf(c) < 0 ? (char) c : '_'));
        return "; filename=\"" + ascii + "\"; filename*=UTF-8''" + encoded(name);
    }

    /// A name without a path and without anything that a system or a reader takes for something
    /// else: control and direction characters, trailing dots, names of devices.
    public static String clean(String given) {
        StringBuilder name = new StringBuilder();
        given.codePoints().filter(Disposition::isPlain).forEach(name::appendCodePoint);
        String last = name.substring(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
        String cut = shorten(last.strip().replaceAll("[. ]+$", "").replaceAll("^[. ]+", ""));
        if (cut.isEmpty()) {
            return FALLBACK;
        }
        String stem = cut.split("\\.", 2)[0].strip().toUpperCase(Locale.ROOT);
        return stem.matches("CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9]") ? "_" + cut : cut;
    }

    private static boolean isPlain(int c) {
        int type = Character.getType(c);
        return !Character.isISOControl(c)
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.PRIVATE_USE
                && type != Character.UNASSIGNED
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && "<>:\"|?*".indexOf(c) < 0;
    }

    /// Keeps the ending, which says what the file is.
    private static String shorten(String name) {
        if (name.length() <= NAME_CHARS_MAX) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String ending = dot >= 0 && name.length() - dot <= 12 ? name.substring(dot) : "";
        int end = NAME_CHARS_MAX - ending.length();
        end -= Character.isHighSurrogate(name.charAt(end - 1)) ? 1 : 0;
        return name.substring(0, end) + ending;
    }

    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && ATTRIBUTE_CHARS.indexOf(octet) >= 0) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(String.format(Locale.ROOT, "%02X", octet & 0xFF));
            }
        }
        return encoded.toString();
    }
}
