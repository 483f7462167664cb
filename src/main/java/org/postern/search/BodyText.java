package org.postern.search;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import org.postern.mail.Content;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.mime.Text;

/// What a message says, in lower case: its fields, and the fields of its parts with its text parts.
record BodyText(String header, String body) {
    static BodyText read(byte[] all) throws IOException {
        StringBuilder header = new StringBuilder();
        StringBuilder body = new StringBuilder();
        try {
            MimeIndex index = MimeIndex.of(Content.of(all));
            for (HeaderField field : index.header().fields()) {
                String decoded = EncodedWords.decode(field.body());
                header.append(field.name()).append(": ").append(decoded).append('\n');
            }
            for (MimePart part : index.parts()) {
                if (part != index.root()) {
                    append(body, slice(all, part.span().begin(), part.span().bodyBegin()));
                }
                if (part.isA("text")) {
                    append(body, part, all);
                }
            }
        } catch (MimeException e) {
            append(body, all);
        }
        return new BodyText(lower(header.toString()), lower(body.toString()));
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static void append(StringBuilder words, byte[] octets) {
        words.append(Text.decode(octets, "utf-8")).append('\n');
    }

    private static void append(StringBuilder words, MimePart part, byte[] all) throws IOException {
        byte[] raw = slice(all, part.span().bodyBegin(), part.span().end());
        try (InputStream in = part.encoding().decode(Content.of(raw).open())) {
            words.append(Text.decode(in.readAllBytes(), part.parameter("charset"))).append('\n');
        }
    }

    private static byte[] slice(byte[] all, long begin, long end) {
        return Arrays.copyOfRange(all, (int) begin, (int) end);
    }
}
