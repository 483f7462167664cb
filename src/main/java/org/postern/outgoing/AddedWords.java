package org.postern.outgoing;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.mail.Content;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.Letter;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.mime.Text;
import org.postern.mime.TransferEncoding;
import org.postern.outgoing.Spliced.Cut;
import org.postern.policy.Extras.Added;

/// Puts the clinic's words above and below the text of a message, in each form of it; all other
/// parts stay octet for octet. Where the text cannot be written anew without loss, the words come
/// as a part of their own beside the whole message.
///
/// What the author's own program signed or encrypted is not touched: a broken signature would say
/// that somebody forged the letter.
public final class AddedWords {
    /// A longer text is not written anew: the words stand beside it.
    static final int TEXT_OCTETS_MAX = 2 * 1_024 * 1_024;

    private static final Set<String> PROTECTED =
            Set.of(
                    "multipart/signed",
                    "multipart/encrypted",
                    "application/pkcs7-mime",
                    "application/x-pkcs7-mime");

    private static final String LINE_END = "\r\n";

    /// Of what a text cannot be read by the charset that it names (Unicode §3.9).
    private static final char UNREADABLE = '\uFFFD';

    private final Content content;
    private final Added added;
    private final MimeIndex index;
    private final Letter letter;

    private AddedWords(Content content, Added added) throws IOException, MimeException {
        this.content = content;
        this.added = added;
        this.index = MimeIndex.of(content);
        this.letter = Letter.of(index, content);
    }

    /// The message with the words; the same where there are none, or its author protected it.
    public static Content to(Content content, Added added) throws IOException, MimeException {
        return added.isNothing() ? content : new AddedWords(content, added).written();
    }

    private Content written() throws IOException, MimeException {
        if (isProtected(index.root())) {
            return content;
        }
        List<MimePart> texts =
                Stream.of(letter.plain(), letter.html()).flatMap(Optional::stream).toList();
        if (texts.isEmpty() || index.ambiguous() || texts.stream().anyMatch(this::isInside)) {
            return beside();
        }
        List<Cut> cuts = new ArrayList<>();
        for (MimePart part : texts) {
            Optional<String> text = text(part);
            if (text.isEmpty()) {
                return beside();
            }
            boolean html = part.type().equals("text/html");
            cuts.add(anew(part, html ? HtmlWords.with(text.get(), added) : plain(text.get())));
        }
        cuts.sort(Comparator.comparingLong(Cut::begin));
        return new Spliced(content, cuts);
    }

    private static boolean isProtected(MimePart part) {
        return PROTECTED.contains(part.type())
                || part.fileName()
                        .filter(name -> name.toLowerCase(Locale.ROOT).endsWith(".p7m"))
                        .isPresent();
    }

    /// Whether a part lies in one that is signed or encrypted.
    private boolean isInside(MimePart text) {
        return index.parts().stream()
                .filter(AddedWords::isProtected)
                .anyMatch(part ->
                        part.span().begin() <= text.span().begin()
                                && text.span().end() <= part.span().end());
    }

    /// Empty where it cannot be read to the last character, and so not be written anew.
    private Optional<String> text(MimePart part) throws IOException, MimeException {
        String charset = part.parameter("charset");
        boolean known = charset.isEmpty() || Text.charset(charset).isPresent();
        if (!known || part.bodyOctets() > TEXT_OCTETS_MAX) {
            return Optional.empty();
        }
        String text = letter.text(part);
        return text.indexOf(UNREADABLE) < 0 ? Optional.of(text) : Optional.empty();
    }

    private String plain(String text) {
        String above = added.banner().isEmpty() ? "" : lines(added.banner()) + LINE_END;
        String end = text.isEmpty() || text.endsWith("\n") ? "" : LINE_END;
        String below = added.note().isEmpty() ? "" : end + LINE_END + lines(added.note());
        return above + text + below;
    }

    private static String lines(String words) {
        return words.replace("\n", LINE_END) + LINE_END;
    }

    /// A text part in UTF-8, with the fields that say so; its other fields stay.
    private Cut anew(MimePart part, String text) throws IOException, MimeException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        HeaderSection header = header(part);
        for (HeaderField field : header.fields()) {
            if (!isAboutText(field)) {
                octets.writeBytes(field.octets());
            }
        }
        if (part == index.root() && header.first("MIME-Version").isEmpty()) {
            write(octets, "MIME-Version: 1.0");
        }
        String flowed =
                Stream.of("format", "delsp")
                        .filter(name -> part.parameter(name).matches("[A-Za-z]{1,20}"))
                        .map(name -> "; " + name + "=" + part.parameter(name))
                        .reduce("", String::concat);
        write(octets, "Content-Type: " + part.type() + "; charset=utf-8" + flowed);
        write(octets, "Content-Transfer-Encoding: quoted-printable");
        write(octets, "");
        octets.writeBytes(quotedPrintable(text));
        return new Cut(part.span().begin(), part.span().end(), octets.toByteArray());
    }

    private HeaderSection header(MimePart part) throws IOException, MimeException {
        if (part == index.root()) {
            return index.header();
        }
        try (InputStream in = content.open()) {
            in.skipNBytes(part.span().begin());
            long octets = part.span().bodyBegin() - part.span().begin();
            return HeaderSection.read(Content.of(in.readNBytes(Math.toIntExact(octets))));
        }
    }

    private static boolean isAboutText(HeaderField field) {
        return Stream.of("Content-Type", "Content-Transfer-Encoding", "Content-MD5")
                .anyMatch(field::is);
    }

    /// The words in a part of their own, and the whole message, all that is said of its form
    /// included, in another (RFC 2046 §5.1.3).
    private Content beside() {
        ByteArrayOutputStream outer = new ByteArrayOutputStream();
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        MessageDigest digest = sha256();
        for (HeaderField field : index.header().fields()) {
            digest.update(field.octets());
            boolean form = field.name().toLowerCase(Locale.ROOT).startsWith("content-");
            (form ? inner : outer).writeBytes(field.octets());
        }
        String boundary = "=_added_" + HexFormat.of().formatHex(digest.digest(), 0, 16);
        if (index.header().first("MIME-Version").isEmpty()) {
            write(outer, "MIME-Version: 1.0");
        }
        write(outer, "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"");
        TransferEncoding encoding = index.root().encoding();
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
        long body = index.root().span().bodyBegin();
        return new Spliced(
                content,
                List.of(
                        new Cut(0, body, outer.toByteArray()),
                        new Cut(content.size(), content.size(), end.toByteArray())));
    }

    private static void part(ByteArrayOutputStream out, String boundary, String words) {
        write(out, "--" + boundary);
        write(out, "Content-Type: text/plain; charset=utf-8");
        write(out, "Content-Transfer-Encoding: quoted-printable");
        write(out, "");
        out.writeBytes(quotedPrintable(lines(words)));
    }

    private static void write(ByteArrayOutputStream out, String line) {
        out.writeBytes((line + LINE_END).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] quotedPrintable(String text) {
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
}
