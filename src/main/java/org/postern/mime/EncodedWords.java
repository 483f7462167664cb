package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;

/// Text in header fields beyond ASCII: RFC 2047. For display only; nothing is decided on decoded
/// text, and addresses are never decoded.
public final class EncodedWords {
    /// Octets of one encoded word. RFC 2047 §2 allows 75; longer ones are common.
    private static final int WORD_OCTETS_MAX = 4_096;

    private EncodedWords() {}

    /// Decodes all encoded words of a field body; what is none stays as it is. Takes linear time.
    /// What controls or hides text is left out ([Text#printable]).
    ///
    /// @param body as [HeaderField#body] gives it
    public static String decode(String body) {
        return Text.printable(text(body));
    }

    /// The same with every character, for those who write it as encoded words again.
    public static String text(String body) {
        String text = Text.ofHeader(body);
        if (!text.contains("=?")) {
            return text;
        }
        StringBuilder decoded = new StringBuilder();
        Run run = new Run(decoded);
        int at = 0;
        while (at < text.length()) {
            Optional<Word> word = text.startsWith("=?", at) ? word(text, at) : Optional.empty();
            if (word.isPresent()) {
                run.add(word.get());
                at = word.get().end();
                // RFC 2047 §6.2: white space between two encoded words is not shown.
                int next = skipWhite(text, at);
                if (next < text.length() && text.startsWith("=?", next)) {
                    run.gap(text.substring(at, next));
                    at = next;
                }
            } else {
                run.end();
                decoded.append(text.charAt(at));
                at++;
            }
        }
        run.end();
        return decoded.toString();
    }

    private static int skipWhite(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /// The encoded word that begins at `=?`.
    private static Optional<Word> word(String text, int begin) {
        int limit = Math.min(text.length(), begin + WORD_OCTETS_MAX);
        int charsetEnd = questionMark(text, begin + 2, limit);
        int encodingEnd = charsetEnd < 0 ? -1 : questionMark(text, charsetEnd + 1, limit);
        int end = encodingEnd < 0 ? -1 : questionMark(text, encodingEnd + 1, limit);
        if (end < 0 || end + 1 >= text.length() || text.charAt(end + 1) != '=') {
            return Optional.empty();
        }
        String encoding = text.substring(charsetEnd + 1, encodingEnd).toLowerCase(Locale.ROOT);
        if (!encoding.equals("b") && !encoding.equals("q")) {
            return Optional.empty();
        }
        // RFC 2231 §5: a language may follow the charset.
        String charset = text.substring(begin + 2, charsetEnd).split("\\*", 2)[0];
        String octets = text.substring(encodingEnd + 1, end);
        return Optional.of(new Word(charset, encoding.equals("b"), octets, end + 2));
    }

    /// Position of the next `?`; white space may not stand before it.
    private static int questionMark(String text, int from, int limit) {
        for (int i = from; i < limit; i++) {
            char c = text.charAt(i);
            if (c == '?') {
                return i;
            }
            if (c > 0x7E || c < 0x20) {
                return -1;
            }
        }
        return -1;
    }

    private record Word(String charset, boolean base64, String encoded, int end) {
        byte[] octets() {
            String text = base64 ? encoded : encoded.replace('_', ' ');
            InputStream raw = new ByteArrayInputStream(text.getBytes(ISO_8859_1));
            TransferEncoding encoding =
                    base64 ? TransferEncoding.BASE64 : TransferEncoding.QUOTED_PRINTABLE;
            try (InputStream in = encoding.decode(raw)) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException("memory cannot fail to be read", e);
            }
        }
    }

    /// Words of one charset that follow one another. Their octets are joined before they are
    /// decoded, because many programs split a character between two words.
    private static final class Run {
        private final StringBuilder out;
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private String charset = "";
        private String gap = "";

        Run(StringBuilder out) {
            this.out = out;
        }

        void add(Word word) {
            gap = "";
            if (!word.charset().equalsIgnoreCase(charset)) {
                end();
                charset = word.charset();
            }
            octets.writeBytes(word.octets());
        }

        /// White space that is shown unless another word follows.
        void gap(String white) {
            gap = white;
        }

        void end() {
            if (octets.size() > 0) {
                out.append(Text.decode(octets.toByteArray(), charset));
                octets.reset();
            }
            out.append(gap);
            gap = "";
            charset = "";
        }
    }
}
