package org.postern.surrogate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import org.postern.mail.Content;
import org.postern.outline.Node;
import org.postern.outline.Outline;
import org.postern.surrogate.MaskedStream.Section;

/// A message as a mail program that knows no UTF-8 is shown it: RFC 6858. It follows from the
/// message alone, so that each such session sees the same octets under one UID; what is kept of the
/// message stays as it came.
///
/// Addresses, subject and parameters of the message itself are as RFC 6858 §2 has them, and its
/// other fields with UTF-8 are left out. In the header sections inside it, whose octets the outline
/// does not know, each parameter and field with UTF-8 is masked in its place (`Mask`), so that
/// sizes and places are known without opening the body. A message/global part is looked into like a
/// message/rfc822 one (RFC 9051 §7.5.2). Each field with octets that are no UTF-8 stays as it is.
/// What says how a part is to be read is never left out, so that the surrogate has the parts of the
/// message (`Parameters`).
///
/// @param message the outline of the message as it is kept
/// @param outline of the surrogate; the same one if they do not differ
public record Surrogate(Outline message, Outline outline) {
    /// @param message its outline
    public static Surrogate of(Outline message) {
        String header = HeaderSurrogate.of(message.header());
        String body = StructureSurrogate.of(message.body());
        String structure = StructureSurrogate.of(message.structure());
        boolean same =
                header.equals(message.header())
                        && body.equals(message.body())
                        && structure.equals(message.structure());
        if (same) {
            return new Surrogate(message, message);
        }
        long shift = (long) header.length() - message.header().length();
        Node root = shifted(message.root(), 0, shift);
        return new Surrogate(message, Outline.rewritten(header, body, structure, root));
    }

    /// Whether the outline says that something is left out or written otherwise.
    public boolean isDowngraded() {
        return !outline.equals(message);
    }

    private List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        message.root().children().forEach(child -> gather(child, sections));
        return List.copyOf(sections);
    }

    private static void gather(Node node, List<Section> sections) {
        if (node.begin() < node.body()) {
            sections.add(new Section(node.begin(), node.body()));
        }
        node.children().forEach(child -> gather(child, sections));
    }

    /// @param first by how much the beginning is shifted
    private static Node shifted(Node node, long first, long shift) {
        return new Node(
                node.kind(),
                node.begin() + first,
                node.body() + shift,
                node.end() + shift,
                node.children().stream().map(child -> shifted(child, shift, shift)).toList());
    }

    /// RFC822.SIZE.
    ///
    /// @param octets of the message
    public long size(long octets) {
        return octets + outline.header().length() - message.header().length();
    }

    /// Its octets.
    ///
    /// @param kept the message as it is kept
    public Content content(Content kept) {
        List<Section> sections = sections();
        return sections.isEmpty() && !isDowngraded() ? kept : new Shown(kept, sections);
    }

    private final class Shown implements Content {
        private final Content kept;
        private final List<Section> sections;

        Shown(Content kept, List<Section> sections) {
            this.kept = kept;
            this.sections = sections;
        }

        @Override
        public long size() {
            return Surrogate.this.size(kept.size());
        }

        @Override
        public InputStream open() throws IOException {
            return open(0);
        }

        @Override
        public InputStream open(long from) throws IOException {
            byte[] header = outline.header().getBytes(ISO_8859_1);
            int before = message.header().length();
            if (from >= header.length) {
                return behind(from - header.length + before);
            }
            int begin = (int) from;
            InputStream first = new ByteArrayInputStream(header, begin, header.length - begin);
            return new SequenceInputStream(first, behind(before));
        }

        /// @param from in the message as it is kept, behind its header section
        private InputStream behind(long from) throws IOException {
            long begin =
                    sections.stream()
                            .filter(it -> it.begin() < from && from < it.end())
                            .mapToLong(Section::begin)
                            .findFirst()
                            .orElse(from);
            InputStream in = new MaskedStream(kept.open(begin), begin, sections);
            try {
                in.skipNBytes(from - begin);
                return in;
            } catch (IOException | RuntimeException e) {
                in.close();
                throw e;
            }
        }
    }
}
