package org.postern.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Content;

/// The header section of a message or of a part: RFC 5322 §2.2, its fields in their order, octets
/// as they came.
///
/// Reading takes one pass and bounded memory. A line that is no header field ends the section, as
/// Postfix has it; that is an [Oddity], not an error.
public final class HeaderSection {
    /// Fields in one section.
    public static final int FIELDS_MAX = 1_000;

    /// Octets of one field, with its name, folding and line ends.
    public static final int FIELD_OCTETS_MAX = 100 * 1_024;

    /// Octets of one section, with the empty line.
    public static final int OCTETS_MAX = 256 * 1_024;

    private static final int BUFFER_OCTETS = 16 * 1_024;

    private final List<HeaderField> fields;
    private final int octets;
    private final Set<Oddity> oddities;

    HeaderSection(List<HeaderField> fields, int octets, Set<Oddity> oddities) {
        this.fields = fields;
        this.octets = octets;
        this.oddities = EnumSet.noneOf(Oddity.class);
        this.oddities.addAll(oddities);
    }

    /// Reads the header section at the beginning of a message.
    ///
    /// @throws MimeException if a limit is broken
    public static HeaderSection read(Content content) throws IOException, MimeException {
        try (InputStream in = content.open()) {
            return read(in);
        }
    }

    /// Reads the header section at the beginning of a stream. More than it is taken from the
    /// stream; the stream is not closed.
    ///
    /// @throws MimeException if a limit is broken
    public static HeaderSection read(InputStream in) throws IOException, MimeException {
        Lines lines = new Lines(in, BUFFER_OCTETS);
        HeaderCollector collector = new HeaderCollector();
        while (lines.next()) {
            if (collector.accept(lines) != HeaderCollector.Line.HEADER) {
                break;
            }
        }
        return collector.finish();
    }

    /// All fields, in their order.
    public List<HeaderField> fields() {
        return fields;
    }

    /// The fields of one name, in their order; case does not count.
    public List<HeaderField> all(String name) {
        return fields.stream().filter(f -> f.is(name)).toList();
    }

    /// The first field of that name; case does not count.
    public Optional<HeaderField> first(String name) {
        return fields.stream().filter(f -> f.is(name)).findFirst();
    }

    /// Octets of the section, the empty line included: where the body begins.
    public int octets() {
        return octets;
    }

    /// What is unusual about it.
    public Set<Oddity> oddities() {
        return Collections.unmodifiableSet(oddities);
    }
}
