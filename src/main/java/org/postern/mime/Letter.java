package org.postern.mime;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Content;

/// A message as a person reads it: one text, perhaps in two forms, and attachments. It selects and
/// decodes; what HTML may do on a page is for the page.
///
/// Each part is in exactly one place: the text, the images inside it, the attachments, or one of
/// the few that say nothing to a person (other forms of the text, signatures).
public final class Letter {
    /// Octets of a text that is shown, as written.
    public static final int TEXT_OCTETS_MAX = 8 * 1_024 * 1_024;

    private final Content content;
    private final List<MimePart> attachments = new ArrayList<>();
    private final List<MimePart> images = new ArrayList<>();
    private @Nullable MimePart html;
    private @Nullable MimePart plain;

    private Letter(Content content) {
        this.content = content;
    }

    /// Whether a part may be the text.
    private enum Place {
        /// It may.
        TEXT,
        /// It may, if no part before it was.
        FIRST_TEXT,
        /// It belongs to the HTML beside it (RFC 2387).
        RELATED,
        ASIDE
    }

    private record Open(MimePart part, Place place) {}

    /// Selects the parts of a message.
    public static Letter of(MimeIndex index, Content content) {
        Letter letter = new Letter(content);
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open(index.root(), Place.TEXT));
        while (!open.isEmpty()) {
            List<Open> inside = letter.take(open.pop());
            inside.reversed().forEach(open::push);
        }
        return letter;
    }

    /// The text as HTML.
    public Optional<MimePart> html() {
        return Optional.ofNullable(html);
    }

    /// The text as plain text.
    public Optional<MimePart> plain() {
        return Optional.ofNullable(plain);
    }

    /// What is attached, in its order. An image that belongs to the HTML is not among them.
    public List<MimePart> attachments() {
        return Collections.unmodifiableList(attachments);
    }

    /// The images that belong to the HTML, whether it shows them or not.
    public List<MimePart> images() {
        return Collections.unmodifiableList(images);
    }

    /// The image that a `cid:` link of the HTML names (RFC 2392); nothing but an image is given.
    public Optional<MimePart> inline(String cid) {
        return Stream.concat(images.stream(), attachments.stream())
                .filter(part -> part.isA("image"))
                .filter(part -> part.contentId().filter(cid::equals).isPresent())
                .findFirst();
    }

    /// The decoded text of a part.
    ///
    /// @throws MimeException if it is longer than [#TEXT_OCTETS_MAX]; offer it as a file then
    public String text(MimePart part) throws IOException, MimeException {
        if (part.bodyOctets() > TEXT_OCTETS_MAX) {
            throw new MimeException("a text is longer than %d octets".formatted(TEXT_OCTETS_MAX));
        }
        try (InputStream in = decoded(part)) {
            return Text.decode(in.readAllBytes(), part.parameter("charset"));
        }
    }

    /// The decoded octets of a part; the caller closes the stream.
    public InputStream decoded(MimePart part) throws IOException {
        InputStream in = content.open();
        try {
            in.skipNBytes(part.span().bodyBegin());
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return part.encoding().decode(new Section(in, part.bodyOctets()));
    }

    /// Puts a part in its place.
    ///
    /// @return the parts inside that are to be placed next
    private List<Open> take(Open open) {
        MimePart part = open.part;
        boolean none = html == null && plain == null;
        boolean text = open.place == Place.TEXT || (open.place == Place.FIRST_TEXT && none);
        if (part.isA("multipart") && !part.children().isEmpty()) {
            return inside(part, text);
        }
        boolean attached = part.disposition().equals("attachment");
        if (text && !attached && html == null && part.type().equals("text/html")) {
            html = part;
        } else if (text && !attached && plain == null && part.type().equals("text/plain")) {
            plain = part;
        } else if (open.place == Place.RELATED && isInlineImage(part)) {
            images.add(part);
        } else {
            attachments.add(part);
        }
        return List.of();
    }

    private static boolean isInlineImage(MimePart part) {
        return part.isA("image")
                && part.contentId().isPresent()
                && !part.disposition().equals("attachment");
    }

    private static List<Open> inside(MimePart multipart, boolean text) {
        List<MimePart> children = multipart.children();
        List<Open> inside = new ArrayList<>();
        switch (multipart.type()) {
            case "multipart/alternative" -> {
                // All are one text in several forms.
                for (MimePart child : children) {
                    inside.add(new Open(child, text ? Place.TEXT : Place.ASIDE));
                }
            }
            case "multipart/related" -> {
                MimePart start = start(multipart);
                inside.add(new Open(start, text ? Place.TEXT : Place.ASIDE));
                for (MimePart child : children) {
                    if (child != start) {
                        inside.add(new Open(child, text ? Place.RELATED : Place.ASIDE));
                    }
                }
            }
            case "multipart/signed" -> {
                for (MimePart child : children) {
                    if (!isSignature(child)) {
                        inside.add(new Open(child, text ? Place.FIRST_TEXT : Place.ASIDE));
                    }
                }
            }
            default -> {
                for (MimePart child : children) {
                    inside.add(new Open(child, text ? Place.FIRST_TEXT : Place.ASIDE));
                }
            }
        }
        return inside;
    }

    /// RFC 2387 §3.2: the part that `start` names, else the first.
    private static MimePart start(MimePart related) {
        String id = related.parameter("start").replaceAll("[<>]", "");
        return related.children().stream()
                .filter(child -> child.contentId().filter(id::equals).isPresent())
                .findFirst()
                .orElse(related.children().getFirst());
    }

    private static boolean isSignature(MimePart part) {
        return switch (part.type()) {
            case "application/pkcs7-signature",
                    "application/x-pkcs7-signature",
                    "application/pgp-signature" ->
                    true;
            default -> false;
        };
    }

    /// The first octets of a stream.
    private static final class Section extends FilterInputStream {
        private long left;

        Section(InputStream in, long octets) {
            super(in);
            this.left = octets;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            int octet = super.read();
            left -= octet < 0 ? 0 : 1;
            return octet;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = super.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(Math.min(count, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(super.available(), left);
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
