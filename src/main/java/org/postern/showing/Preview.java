package org.postern.showing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Content;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.mime.Text;
import org.postern.texts.HtmlText;

/// The first words of a letter: RFC 8970. The beginning of the message alone is looked at, so that
/// it costs the same for a large one.
final class Preview {
    /// RFC 8970 §3.3: it should have no more, and must not have more than 256.
    private static final int CHARS_MAX = 200;

    /// Of the message; text that begins behind them is not found.
    private static final int OCTETS_MAX = 64 * 1_024;

    private Preview() {}

    /// @return characters are octets of UTF-8; empty where nothing can be shown
    static String of(Content message) throws IOException {
        byte[] first;
        try (InputStream in = message.open()) {
            first = in.readNBytes(OCTETS_MAX);
        }
        String words = words(first);
        return new String(words.getBytes(UTF_8), ISO_8859_1);
    }

    private static String words(byte[] message) throws IOException {
        MimeIndex index;
        try {
            index = MimeIndex.of(Content.of(message));
        } catch (MimeException e) {
            return "";
        }
        Optional<MimePart> plain = first(index.parts(), "text/plain");
        Optional<MimePart> shown = plain.or(() -> first(index.parts(), "text/html"));
        if (shown.isEmpty()) {
            return "";
        }
        String text = text(shown.get(), message);
        return plain.isPresent() ? brief(unquoted(text)) : brief(HtmlText.of(text));
    }

    private static Optional<MimePart> first(List<MimePart> parts, String type) {
        return parts.stream()
                .filter(it -> it.type().equals(type) && !it.disposition().equals("attachment"))
                .findFirst();
    }

    private static String text(MimePart part, byte[] message) throws IOException {
        int begin = Math.toIntExact(part.span().bodyBegin());
        int length = Math.toIntExact(part.bodyOctets());
        InputStream raw = new ByteArrayInputStream(message, begin, length);
        try (InputStream in = part.encoding().decode(raw)) {
            return Text.decode(in.readAllBytes(), part.parameter("charset"));
        }
    }

    /// What the author wrote now, without what he answers to.
    private static String unquoted(String text) {
        List<String> lines = new ArrayList<>();
        text.lines().filter(line -> !line.startsWith(">")).forEach(lines::add);
        return String.join("\n", lines);
    }

    /// One line, without what turns or hides text.
    private static String brief(String text) {
        StringBuilder brief = new StringBuilder();
        boolean gap = false;
        int chars = 0;
        for (int c : Text.printable(text).codePoints().toArray()) {
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                gap = !brief.isEmpty();
                continue;
            }
            chars += gap ? 2 : 1;
            if (chars > CHARS_MAX) {
                break;
            }
            brief.append(gap ? " " : "").appendCodePoint(c);
            gap = false;
        }
        return brief.toString();
    }
}
