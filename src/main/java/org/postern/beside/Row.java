package org.postern.beside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postern.incoming.LyingMail;
import org.postern.mail.Content;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.ThreadId;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.outline.Node;
import org.postern.outline.Outline;
import org.postern.outline.OutlineReader;
import org.postern.upstream.Fetched;
import org.postern.upstream.UpstreamClient;

/// What is known of a message at the clinic's server before its letter is read.
final class Row {
    /// When a letter came of which the server does not say when.
    static final Instant UNDATED = Instant.EPOCH;

    private final int uid;
    private final String name;
    private final Instant arrived;
    private final long octets;

    /// Empty where it is too long, or none.
    private final String header;

    private final boolean cut;
    private final boolean wrapped;

    /// As it is shown, unless it is opened.
    private final long shown;

    /// @param name its own for good
    Row(int uid, String name, Fetched head, LyingMail mail) throws IOException {
        this.uid = uid;
        this.name = name;
        this.arrived = Objects.requireNonNullElse(head.arrived(), UNDATED);
        this.octets = Objects.requireNonNullElse(head.octets(), 0L);
        String told = Objects.requireNonNullElse(head.header(), "");
        Content lying = Content.of(told.getBytes(ISO_8859_1));
        this.cut = told.length() >= UpstreamClient.HEADER_OCTETS_MAX;
        this.wrapped = !cut && (mail.isWrapped(lying) || !isWhole(told));
        Content cleaned = cut ? Content.of(new byte[0]) : mail.cleaned(lying);
        this.header = told(cleaned);
        // All that is cleaned is known. A server that counts fewer octets than it holds is not
        // believed when the letter is read.
        this.shown =
                cut ? octets : Math.max(cleaned.size(), octets - (told.length() - cleaned.size()));
    }

    /// Whether it goes on to the empty line, up to which letters are cleaned. Some servers end it
    /// before a line that is no field: what stands behind that only the whole letter tells.
    private static boolean isWhole(String told) {
        return told.isEmpty()
                || told.equals("\r\n")
                || told.endsWith("\n\r\n")
                || told.endsWith("\n\n");
    }

    private static String told(Content cleaned) throws IOException {
        try {
            return section(cleaned);
        } catch (MimeException e) {
            // Only of a letter that is never read.
            return text(cleaned, cleaned.size());
        }
    }

    /// The header section of a message, in lists and of one that was read: it ends before a line
    /// that is no field.
    ///
    /// @throws MimeException if it breaks a limit
    static String section(Content shown) throws IOException, MimeException {
        return text(shown, HeaderSection.read(shown).octets());
    }

    private static String text(Content content, long octets) throws IOException {
        try (InputStream in = content.open()) {
            return new String(in.readNBytes(Math.toIntExact(octets)), ISO_8859_1);
        }
    }

    String name() {
        return name;
    }

    /// As it lies there.
    long octets() {
        return octets;
    }

    /// Whether its header section is too long, so that nobody can say what stands in it.
    boolean isCut() {
        return cut;
    }

    /// Whether it may be opened, so that nobody knows its size before it is read.
    boolean isWrapped() {
        return wrapped;
    }

    Letters.Which which() {
        return new Letters.Which(uid, name, octets, arrived);
    }

    /// As it lies there, without fields in the gateway's name. One with too long a header section
    /// is never shown, so it has one size, and no field of it is told.
    Filed lying(Detail detail) {
        return filed(shown, cut ? Boolean.TRUE : isAscii(header), outline(detail));
    }

    /// As it is shown.
    Filed shown(Letters.Letter letter) {
        Outline outline = letter.outline();
        return filed(letter.shown().size(), isAscii(outline.header()), outline);
    }

    /// One of which nobody can say anything now, not even how large it is as it is shown.
    Filed unread() {
        return filed(Filed.OCTETS_UNKNOWN, null, null);
    }

    private Filed filed(long size, @Nullable Boolean ascii, @Nullable Outline outline) {
        return new Filed(
                uid,
                new MessageKey(name),
                new ThreadId(name),
                arrived,
                arrived,
                size,
                ascii,
                outline);
    }

    /// @return null for a header section that is not known
    private static @Nullable Boolean isAscii(String header) {
        return header.isEmpty() ? null : header.chars().allMatch(octet -> octet < 0x80);
    }

    private @Nullable Outline outline(Detail detail) {
        return detail == Detail.ROW ? null : coarse(header, shown);
    }

    /// The outline of a message whose structure is not known: the same header fields as if it were.
    ///
    /// @param octets of the whole message
    static Outline coarse(String header, long octets) {
        Outline opaque = OutlineReader.opaque(octets);
        Node root = new Node(Node.Kind.LEAF, 0, header.length(), octets, List.of());
        return Outline.rewritten(header, opaque.body(), opaque.structure(), root);
    }
}
