package org.postern.grammar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;

/// Names of folders in modified UTF-7 (RFC 3501 §5.1.3) and in UTF-8 (RFC 9051 §5.1). A name that
/// is not written as it must be is refused and not guessed at.
public final class FolderName {
    /// Octets of a name that can be one.
    public static final int OCTETS_MAX = 1_000;

    private FolderName() {}

    /// @param written in UTF-8, its octets as characters
    static String plain(String written) throws MalformedException {
        requireBounded(written);
        String name = Words.utf8(written);
        if (name.chars().anyMatch(FolderName::isControl)) {
            throw new MalformedException("the name of a folder has no control characters");
        }
        return name;
    }

    /// RFC 9755 §3: nor what separates lines and paragraphs.
    private static boolean isControl(int c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
    }

    private static void requireBounded(String written) throws MalformedException {
        if (written.length() > OCTETS_MAX) {
            throw new MalformedException("the name of a folder is longer than 1000 octets");
        }
    }

    /// The name that is written so; empty if none is, or one that could not be told again.
    ///
    /// @param written in modified UTF-7
    public static Optional<String> read(String written) {
        try {
            return Optional.of(decode(written))
                    .filter(name -> name.chars().noneMatch(FolderName::isControl));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /// @param written in modified UTF-7
    static String decode(String written) throws MalformedException {
        requireBounded(written);
        StringBuilder name = new StringBuilder();
        int at = 0;
        while (at < written.length()) {
            char c = written.charAt(at);
            if (c < ' ' || c >= 0x7F) {
                throw new MalformedException("a name of a folder in modified UTF-7 is ASCII");
            }
            int end = c == '&' ? written.indexOf('-', at) : at;
            if (end < 0) {
                throw new MalformedException("a name of a folder that is no modified UTF-7");
            }
            if (c != '&') {
                name.append(c);
            } else if (end == at + 1) {
                name.append('&');
            } else {
                name.append(shifted(written.substring(at + 1, end)));
            }
            at = end + 1;
        }
        return name.toString();
    }

    /// What stands there plainly must not be written in base64, so that a name has one form only.
    private static String shifted(String base64) throws MalformedException {
        try {
            byte[] octets =
                    Base64.getDecoder().decode(base64.replace(',', '/').getBytes(ISO_8859_1));
            String text = UTF_16BE.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
            if (text.isEmpty() || text.chars().anyMatch(c -> c < 0x7F)) {
                throw new MalformedException("a name of a folder that is no modified UTF-7");
            }
            return text;
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new MalformedException("a name of a folder that is no modified UTF-7");
        }
    }

    /// The form in which a name is told to clients.
    public static String encode(String name) {
        StringBuilder written = new StringBuilder();
        StringBuilder shifted = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = c >= ' ' && c < 0x7F;
            if (plain) {
                unshift(written, shifted);
                written.append(c == '&' ? "&-" : String.valueOf(c));
            } else {
                shifted.append(c);
            }
        }
        unshift(written, shifted);
        return written.toString();
    }

    private static void unshift(StringBuilder written, StringBuilder shifted) {
        if (!shifted.isEmpty()) {
            byte[] octets = shifted.toString().getBytes(UTF_16BE);
            String base64 = Base64.getEncoder().withoutPadding().encodeToString(octets);
            written.append('&').append(base64.replace('/', ',')).append('-');
            shifted.setLength(0);
        }
    }
}
