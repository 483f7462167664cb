package org.postern.mime;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One part of a message, or the whole: what its header section says, and where it lies.
///
/// The children of a multipart are its parts; the one child of a message/rfc822 is that message.
public final class MimePart {
    private final Description description;
    private final Span span;
    private final List<MimePart> children;
    private final Set<Oddity> oddities;

    /// Offsets in the octets of the message.
    ///
    /// @param begin of the header section
    /// @param bodyBegin of the body
    /// @param end behind the last octet; the line end before a delimiter belongs to the delimiter
    ///   (RFC 2046 §5.1.1)
    public record Span(long begin, long bodyBegin, long end) {}

    /// What a header section says about its part. Names and ids are content: they are not shown by
    /// `toString`.
    ///
    /// @param type in lower case; `application/octet-stream` if it cannot be known
    /// @param fileName sanitised
    /// @param contentId without its angle brackets
    record Description(
            String type,
            Map<String, String> parameters,
            TransferEncoding encoding,
            String disposition,
            Optional<String> fileName,
            Optional<String> contentId) {
        private static final String OPAQUE = "application/octet-stream";

        /// Of a part whose header section is not read yet.
        static final Description NONE =
                new Description(
                        OPAQUE,
                        Map.of(),
                        TransferEncoding.BINARY,
                        "",
                        Optional.empty(),
                        Optional.empty());

        /// @param type what the part is without a Content-Type field
        /// @param oddities takes what is unusual
        static Description read(HeaderSection header, String type, Set<Oddity> oddities)
                throws MimeException {
            ContentField typeField = field(header, "Content-Type", type, oddities);
            ContentField disposition = field(header, "Content-Disposition", "", oddities);
            TransferEncoding encoding =
                    encoding(field(header, "Content-Transfer-Encoding", "7bit", oddities));
            String known = typeField.value();
            if (!typeField.isType()) {
                oddities.add(Oddity.MALFORMED_FIELD);
                known = OPAQUE;
            }
            boolean composite = known.startsWith("multipart/") || known.startsWith("message/");
            if (composite && !encoding.isIdentity()) {
                oddities.add(Oddity.ENCODED_COMPOSITE);
            }
            if (encoding == TransferEncoding.UNKNOWN) {
                oddities.add(Oddity.UNKNOWN_TRANSFER_ENCODING);
                known = OPAQUE;
            }
            if (known.equals("message/partial")) {
                oddities.add(Oddity.PARTIAL);
            } else if (known.equals("message/external-body")) {
                oddities.add(Oddity.EXTERNAL_BODY);
            }
            return new Description(
                    known,
                    typeField.parameters(),
                    encoding,
                    disposition.value(),
                    name(disposition.parameter("filename"))
                            .or(() -> name(typeField.parameter("name"))),
                    header.first("Content-ID").map(HeaderField::body).flatMap(Description::id));
        }

        private static ContentField field(
                HeaderSection header, String name, String missing, Set<Oddity> oddities)
                throws MimeException {
            List<HeaderField> fields = header.all(name);
            if (fields.size() > 1) {
                oddities.add(Oddity.DUPLICATE_FIELD);
            }
            ContentField field =
                    ContentField.parse(fields.isEmpty() ? missing : fields.getFirst().body());
            oddities.addAll(field.oddities());
            return field;
        }

        private static TransferEncoding encoding(ContentField field) {
            return TransferEncoding.of(field.value()).orElse(TransferEncoding.UNKNOWN);
        }

        private static Optional<String> name(String parameter) {
            return FileName.sanitise(EncodedWords.decode(parameter));
        }

        private static Optional<String> id(String body) {
            int begin = body.indexOf('<');
            int end = body.indexOf('>', begin + 1);
            String id = begin < 0 || end < 0 ? body : body.substring(begin + 1, end);
            return id.isEmpty() ? Optional.empty() : Optional.of(id);
        }
    }

    MimePart(Description description, Span span, List<MimePart> children, Set<Oddity> oddities) {
        this.description = description;
        this.span = span;
        this.children = List.copyOf(children);
        this.oddities = EnumSet.noneOf(Oddity.class);
        this.oddities.addAll(oddities);
    }

    /// `type/subtype` in lower case. `application/octet-stream` if the field cannot be read or the
    /// transfer encoding is unknown (RFC 2045 §6.4).
    public String type() {
        return description.type;
    }

    /// Whether the type is one of `type/*`.
    public boolean isA(String type) {
        return description.type.startsWith(type + "/");
    }

    /// A parameter of the Content-Type, decoded; empty if there is none.
    public String parameter(String name) {
        return description.parameters.getOrDefault(name, "");
    }

    /// How the body is written.
    public TransferEncoding encoding() {
        return description.encoding;
    }

    /// `inline`, `attachment` or another word in lower case; empty if the field is missing.
    public String disposition() {
        return description.disposition;
    }

    /// The one effective name, made harmless: from Content-Disposition, else from Content-Type.
    public Optional<String> fileName() {
        return description.fileName;
    }

    /// Content-ID without angle brackets: what a `cid:` link names (RFC 2392).
    public Optional<String> contentId() {
        return description.contentId;
    }

    /// Where the part lies.
    public Span span() {
        return span;
    }

    /// Octets of the body, as written.
    public long bodyOctets() {
        return span.end - span.bodyBegin;
    }

    /// The parts inside; empty for a leaf.
    public List<MimePart> children() {
        return children;
    }

    /// What is unusual about this part, not counting those inside.
    public Set<Oddity> oddities() {
        return Collections.unmodifiableSet(oddities);
    }

    /// Whether other programs may read this part differently.
    public boolean ambiguous() {
        return oddities.stream().anyMatch(Oddity::isAmbiguous);
    }

    /// Type and place, no content.
    @Override
    public String toString() {
        return "%s [%d, %d, %d)".formatted(type(), span.begin, span.bodyBegin, span.end);
    }
}
