package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Turns octets into characters. The names of charsets come from strangers, so there is a list of
/// those that are read; UTF-7 is not on it, because it hides markup, nor anything that is loaded by
/// name.
///
/// Decoding never fails: what cannot be read becomes U+FFFD.
public final class Text {
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    private static final Map<String, String> ALIASES =
            Map.ofEntries(
                    Map.entry("utf8", "utf-8"),
                    Map.entry("unicode-1-1-utf-8", "utf-8"),
                    // As browsers do: what is called Latin-1 or ASCII is often Windows.
                    Map.entry("us-ascii", "windows-1252"),
                    Map.entry("ascii", "windows-1252"),
                    Map.entry("iso-8859-1", "windows-1252"),
                    Map.entry("latin1", "windows-1252"),
                    Map.entry("cp1252", "windows-1252"),
                    Map.entry("cp1251", "windows-1251"),
                    Map.entry("cp1250", "windows-1250"),
                    Map.entry("gb2312", "gb18030"),
                    Map.entry("gbk", "gb18030"),
                    Map.entry("x-sjis", "shift_jis"),
                    Map.entry("sjis", "shift_jis"),
                    Map.entry("ks_c_5601-1987", "euc-kr"));

    private static final Map<String, Charset> ALLOWED = allowed();

    private Text() {}

    /// The charset of that label, if it is one that is read.
    public static Optional<Charset> charset(String label) {
        String name = label.strip().toLowerCase(Locale.ROOT);
        return Optional.ofNullable(ALLOWED.get(ALIASES.getOrDefault(name, name)));
    }

    /// Decodes by a label. An unknown or empty one is guessed: UTF-8 if the octets are that, else
    /// Windows-1252.
    public static String decode(byte[] octets, String label) {
        Optional<Charset> charset = charset(label);
        if (charset.isEmpty() || isAscii(label)) {
            return guess(octets);
        }
        return new String(octets, charset.get());
    }

    /// Reads octets beyond ASCII in a header field, given as characters of ISO 8859-1: RFC 6532
    /// makes them UTF-8, old messages have whatever they have.
    public static String ofHeader(String octets) {
        boolean ascii = true;
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            if (c > 0xFF) {
                return octets;
            }
            ascii &= c < 0x80;
        }
        return ascii ? octets : guess(octets.getBytes(ISO_8859_1));
    }

    /// Replaces control characters by spaces and drops those that turn or hide text (U+202E and its
    /// kin), so that what a person sees is what is there.
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints()
                .filter(c -> Character.getType(c) != Character.FORMAT)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }

    private static boolean isAscii(String label) {
        String name = label.strip().toLowerCase(Locale.ROOT);
        return name.equals("us-ascii") || name.equals("ascii");
    }

    private static String guess(byte[] octets) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException e) {
            return new String(octets, WINDOWS_1252);
        }
    }

    private static Map<String, Charset> allowed() {
        Map<String, Charset> charsets = new HashMap<>();
        for (int i = 2; i <= 16; i++) {
            add(charsets, "iso-8859-" + i);
        }
        for (int i = 1_250; i <= 1_258; i++) {
            add(charsets, "windows-" + i);
        }
        add(charsets, "windows-874");
        add(charsets, "utf-8");
        add(charsets, "utf-16");
        add(charsets, "utf-16le");
        add(charsets, "utf-16be");
        add(charsets, "koi8-r");
        add(charsets, "koi8-u");
        add(charsets, "gb18030");
        add(charsets, "big5");
        add(charsets, "shift_jis");
        add(charsets, "euc-jp");
        add(charsets, "euc-kr");
        add(charsets, "iso-2022-jp");
        add(charsets, "iso-2022-kr");
        return Map.copyOf(charsets);
    }

    /// A small JDK may lack some.
    private static void add(Map<String, Charset> charsets, String name) {
        if (Charset.isSupported(name)) {
            charsets.put(name, Charset.forName(name));
        }
    }
}
