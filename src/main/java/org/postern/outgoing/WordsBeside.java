package org.postern.outgoing;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.mail.Content;
import org.postern.mime.ContentField;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.TransferEncoding;
import org.postern.outgoing.Spliced.Cut;
import org.postern.policy.Extras.Added;

/// Puts the clinic's words into parts of their own, around a message that stays as it is. Of the
/// message it reads the header section alone, so that it can do so for every message.
final class WordsBeside {
    private static final String LINE_END = "\r\n";

    private WordsBeside() {}

    /// The words in a part of their own, and the whole message, all that is said of its form
    /// included, in another (RFC 2046 §5.1.3).
    static Content to(Content content, HeaderSection header, Added added) throws MimeException {
        ByteArrayOutputStream outer = new ByteArrayOutputStream();
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        MessageDigest digest = sha256();
        for (HeaderField field : header.fields()) {
            digest.update(field.octets());
            boolean form = field.name().toLowerCase(Locale.ROOT).startsWith("content-");
            (form ? inner : outer).writeBytes(field.octets());
        }
        String boundary = "=_added_" + HexFormat.of().formatHex(digest.digest(), 0, 16);
        if (header.first("MIME-Version").isEmpty()) {
            write(outer, "MIME-Version: 1.0");
        }
        write(outer, "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"");
        TransferEncoding encoding = encoding(header);
        if (encoding == TransferEncoding.EIGHT_BIT || encoding == TransferEncoding.BINARY) {
            boolean binary = encoding == TransferEncoding.BINARY;
            write(outer, "Content-Transfer-Encoding: " + (binary ? "binary" : "8bit"));
        }
        write(outer, "");
        if (!added.banner().isEmpty()) {
            part(outer, boundary, added.banner());
        }
        write(outer, "--" + boundary);
        outer.writeBytes(inner.toByteArray());
        write(outer, "");
        ByteArrayOutputStream end = new ByteArrayOutputStream();
        write(end, "");
        if (!added.note().isEmpty()) {
            part(end, boundary, added.note());
        }
        write(end, "--" + boundary + "--");
        long body = header.octets();
        return new Spliced(
                content,
                List.of(
                        new Cut(0, body, outer.toByteArray()),
                        new Cut(content.size(), content.size(), end.toByteArray())));
    }

    private static TransferEncoding encoding(HeaderSection header) throws MimeException {
        Optional<HeaderField> field = header.first("Content-Transfer-Encoding");
        return field.isEmpty()
                ? TransferEncoding.SEVEN_BIT
                : TransferEncoding.of(ContentField.parse(field.get().body()).value())
                        .orElse(TransferEncoding.UNKNOWN);
    }

    private static void part(ByteArrayOutputStream out, String boundary, String words) {
        write(out, "--" + boundary);
        write(out, "Content-Type: text/plain; charset=utf-8");
        write(out, "Content-Transfer-Encoding: quoted-printable");
        write(out, "");
        out.writeBytes(quotedPrintable(lines(words)));
    }

    static void write(ByteArrayOutputStream out, String line) {
        out.writeBytes((line + LINE_END).getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] quotedPrintable(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream encoder = MimeUtility.encode(out, "quoted-printable")) {
            encoder.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException | MessagingException e) {
            throw new IllegalStateException("memory takes every text", e);
        }
        return out.toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String lines(String words) {
        return words.replace("\n", LINE_END) + LINE_END;
    }
}
