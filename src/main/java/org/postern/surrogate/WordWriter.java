package org.postern.surrogate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.StringJoiner;

/// Writes text as encoded words: RFC 2047 §2, §5.
final class WordWriter {
    /// Of one word, before base64: so that with the name of a field it fits into 76 characters.
    private static final int WORD_OCTETS_MAX = 36;

    private WordWriter() {}

    /// @param text line ends and NUL in it are left out
    /// @param gap between two words: a line end and white space
    /// @param most octets that are wanted; once there are more it does not go on
    /// @return empty for no text
    static String write(String text, String gap, int most) {
        StringJoiner words = new StringJoiner(gap);
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length() && words.length() <= most) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            byte[] octets = Character.toString(c).getBytes(UTF_8);
            if (c == '\r' || c == '\n' || c == 0) {
                continue;
            }
            // RFC 2047 §5: no character is split between two words.
            if (word.size() + octets.length > WORD_OCTETS_MAX) {
                words.add(word(word));
            }
            word.writeBytes(octets);
        }
        if (word.size() > 0) {
            words.add(word(word));
        }
        return words.toString();
    }

    private static String word(ByteArrayOutputStream octets) {
        String encoded = Base64.getEncoder().encodeToString(octets.toByteArray());
        octets.reset();
        return "=?utf-8?B?" + encoded + "?=";
    }
}
