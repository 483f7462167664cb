package org.postern.outgoing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.mail.Content;
import org.postern.mime.ContentField;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.Letter;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.mime.Text;
import org.postern.outgoing.Spliced.Cut;
import org.postern.policy.Extras.Added;

/// Puts the clinic's words above and below the text of a message, in each form of it; all other
/// parts stay octet for octet. Where the text cannot be written anew without loss, the words come
/// as a part of their own beside the whole message.
///
/// What the author's own program signed or encrypted is not touched: a broken signature would say
/// that somebody forged the letter.
public final class AddedWords {
    /// A longer text is not written anew: the words stand beside it. It is in memory several times
    /// while it is written, at every attempt that goes on.
    static final int TEXT_OCTETS_MAX = 256 * 1_024;

    /// What a text may grow by besides doubling; one that grows more stays as it is.
    private static final int GROWTH_OCTETS_MAX = 64 * 1_024;

    private static final Set<String> PROTECTED =
            Set.of(
                    "multipart/signed",
                    "multipart/encrypted",
                    "application/pkcs7-mime",
                    "application/x-pkcs7-mime");

    private static final String LINE_END = "\r\n";

    /// Of what a text cannot be read by the charset that it names (Unicode §3.9).
    private static final char UNREADABLE = '\uFFFD';

    /// Signed or encrypted in the text itself (RFC 9580 §6.2): words between would break it.
    private static final String PGP = "-----BEGIN PGP ";

    /// Another charset than the one that is not named (RFC 1468).
    private static final char ESCAPE = '\u001B';

    private final Content content;
    private final Added added;
    private final MimeIndex index;
    private final Letter letter;

    private AddedWords(Content content, Added added, MimeIndex index) {
        this.content = content;
        this.added = added;
        this.index = index;
        this.letter = Letter.of(index, content);
    }

    /// The message with the words; the same where there are none, or its author protected it.
    public static Content to(Content content, Added added) throws IOException, MimeException {
        if (added.isNothing()) {
            return content;
        }
        MimeIndex index;
        try {
            index = MimeIndex.of(content);
        } catch (MimeException e) {
            return unread(content, added);
        }
        return new AddedWords(content, added, index).written();
    }

    /// What has more parts than are looked at can leave all the same, if a person says so.
    private static Content unread(Content content, Added added) throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        Optional<HeaderField> field = header.first("Content-Type");
        if (field.isPresent()) {
            ContentField type = ContentField.parse(field.get().body());
            if (isProtected(type.value(), type.parameter("name")) || isWhole(type.value())) {
                return content;
            }
        }
        return WordsBeside.to(content, header, added);
    }

    private Content written() throws IOException, MimeException {
        if (isProtected(index.root()) || isWhole(index.root().type())) {
            return content;
        }
        List<MimePart> texts =
                Stream.of(letter.plain(), letter.html()).flatMap(Optional::stream).toList();
        if (texts.isEmpty()
                || index.ambiguous()
                || texts.stream().anyMatch(this::isInside)
                || !isInEachForm(texts)) {
            return WordsBeside.to(content, index.header(), added);
        }
        List<Cut> cuts = new ArrayList<>();
        for (MimePart part : texts) {
            Optional<String> text = text(part);
            if (text.isEmpty()) {
                return WordsBeside.to(content, index.header(), added);
            }
            boolean html = part.type().equals("text/html");
            Cut cut = anew(part, html ? HtmlWords.with(text.get(), added) : plain(text.get()));
            if (cut.instead().length > 2 * part.bodyOctets() + GROWTH_OCTETS_MAX) {
                return WordsBeside.to(content, index.header(), added);
            }
            cuts.add(cut);
        }
        cuts.sort(Comparator.comparingLong(Cut::begin));
        return new Spliced(content, cuts);
    }

    /// Programs act on an invitation or a message about a message only where it is the whole.
    private static boolean isWhole(String type) {
        return type.equals("text/calendar") || type.startsWith("message/");
    }

    private static boolean isProtected(MimePart part) {
        return isProtected(part.type(), part.fileName().orElse(""));
    }

    /// The ending tells where a gateway lost the type (RFC 8551 §3.2.1); above any other type it is
    /// a name like all.
    private static boolean isProtected(String type, String name) {
        return PROTECTED.contains(type)
                || (type.equals("application/octet-stream")
                        && name.toLowerCase(Locale.ROOT).endsWith(".p7m"));
    }

    /// Whether a part lies in one that is signed or encrypted.
    private boolean isInside(MimePart text) {
        return index.parts().stream()
                .filter(AddedWords::isProtected)
                .anyMatch(part -> holds(part, text));
    }

    /// Whether each form in which a reader may see the text has exactly one that is written anew:
    /// he sees one form, and which one his program chooses.
    private boolean isInEachForm(List<MimePart> texts) {
        return index.parts().stream()
                .filter(part -> part.type().equals("multipart/alternative"))
                .filter(part -> texts.stream().anyMatch(text -> holds(part, text)))
                .flatMap(part -> part.children().stream())
                .allMatch(form -> texts.stream().filter(text -> holds(form, text)).count() == 1);
    }

    private static boolean holds(MimePart part, MimePart text) {
        return part.span().begin() <= text.span().begin() && text.span().end() <= part.span().end();
    }

    /// Empty where it cannot be read to the last character, and so not be written anew.
    private Optional<String> text(MimePart part) throws IOException, MimeException {
        String charset = part.parameter("charset");
        boolean known = charset.isEmpty() || Text.charset(charset).isPresent();
        if (!known || part.bodyOctets() > TEXT_OCTETS_MAX) {
            return Optional.empty();
        }
        String text = letter.text(part);
        boolean signed = text.startsWith(PGP) || text.contains("\n" + PGP);
        boolean shifted = charset.isEmpty() && text.indexOf(ESCAPE) >= 0;
        return text.indexOf(UNREADABLE) < 0 && !signed && !shifted
                ? Optional.of(text)
                : Optional.empty();
    }

    private String plain(String text) {
        String above = added.banner().isEmpty() ? "" : WordsBeside.lines(added.banner()) + LINE_END;
        String end = text.isEmpty() || text.endsWith("\n") ? "" : LINE_END;
        String below =
                added.note().isEmpty() ? "" : end + LINE_END + WordsBeside.lines(added.note());
        return above + text + below;
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
            WordsBeside.write(octets, "MIME-Version: 1.0");
        }
        String flowed =
                Stream.of("format", "delsp")
                        .filter(name -> part.parameter(name).matches("[A-Za-z]{1,20}"))
                        .map(name -> "; " + name + "=" + part.parameter(name))
                        .reduce("", String::concat);
        WordsBeside.write(octets, "Content-Type: " + part.type() + "; charset=utf-8" + flowed);
        WordsBeside.write(octets, "Content-Transfer-Encoding: quoted-printable");
        WordsBeside.write(octets, "");
        octets.writeBytes(WordsBeside.quotedPrintable(text));
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
}
