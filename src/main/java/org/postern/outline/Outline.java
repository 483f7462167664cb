package org.postern.outline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.grammar.FetchItem.Kind;
import org.postern.grammar.FetchItem.Section;
import org.postern.mail.Content;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;

/// What is kept of a message so that lists of messages open no body: its header section, its
/// structure in IMAP's words, and where its parts lie. It holds names and subjects, so it is a
/// secret like the message.
///
/// @param header octets as characters of ISO 8859-1, the empty line included
/// @param envelope ENVELOPE: RFC 3501 §7.4.2
/// @param body BODY, without the extensions of BODYSTRUCTURE
/// @param structure BODYSTRUCTURE
public record Outline(String header, String envelope, String body, String structure, Node root) {
    /// Some octets of a message.
    public sealed interface Range {
        /// They lie there.
        record In(long begin, long end) implements Range {}

        /// They are these.
        ///
        /// @param octets as characters of ISO 8859-1
        record Here(String octets) implements Range {}

        /// There is no such section.
        record None() implements Range {}
    }

    /// The same for a header section that was written anew. One that is beyond the limits of a
    /// header section has an envelope that says nothing.
    public static Outline rewritten(String header, String body, String structure, Node root) {
        String envelope;
        try {
            envelope = Envelope.of(HeaderSection.read(Content.of(header.getBytes(ISO_8859_1))));
        } catch (IOException | MimeException _) {
            envelope = Envelope.NOTHING;
        }
        return new Outline(header, envelope, body, structure, root);
    }

    /// The fields of the message, within the limits of its acceptance.
    public HeaderSection fields() throws IOException, MimeException {
        return HeaderSection.read(Content.of(header.getBytes(ISO_8859_1)));
    }

    /// Where a section lies. What the header section of the message itself can answer is answered
    /// from here.
    ///
    /// @param parts reads the header section of a part
    public Range range(Section section, HeaderOfPart parts) throws IOException, MimeException {
        Optional<Node> found = root.part(section.part());
        if (found.isEmpty()) {
            return new Range.None();
        }
        Node node = found.get();
        boolean top = section.part().isEmpty();
        if (section.kind() == Kind.ALL) {
            return new Range.In(top ? node.begin() : node.body(), node.end());
        }
        if (section.kind() == Kind.MIME) {
            return new Range.In(node.begin(), node.body());
        }
        if (!top && node.kind() != Node.Kind.MESSAGE) {
            // RFC 3501 §6.4.5: HEADER and TEXT are of messages only.
            return new Range.None();
        }
        Node message = top ? node : node.children().getFirst();
        return switch (section.kind()) {
            case HEADER ->
                    top ? new Range.Here(header) : new Range.In(message.begin(), message.body());
            case TEXT -> new Range.In(message.body(), message.end());
            case HEADER_FIELDS, HEADER_FIELDS_NOT -> {
                HeaderSection fields = top ? fields() : parts.read(message.begin(), message.body());
                yield new Range.Here(chosen(fields, section));
            }
            case ALL, MIME -> throw new IllegalStateException("answered above");
        };
    }

    /// Reads octets of the message as a header section.
    @FunctionalInterface
    public interface HeaderOfPart {
        HeaderSection read(long begin, long end) throws IOException, MimeException;
    }

    /// RFC 3501 §6.4.5: an empty line ends it, whatever was chosen.
    private static String chosen(HeaderSection fields, Section section) {
        Set<String> names =
                section.fields().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet());
        boolean wanted = section.kind() == Kind.HEADER_FIELDS;
        List<HeaderField> all = fields.fields();
        return all.stream()
                        .filter(f -> names.contains(f.name().toLowerCase(Locale.ROOT)) == wanted)
                        .map(Outline::whole)
                        .collect(Collectors.joining())
                + "\r\n";
    }

    /// The last field of a message that ends with it may lack its line end.
    private static String whole(HeaderField field) {
        return field.raw().endsWith("\n") ? field.raw() : field.raw() + "\r\n";
    }
}
