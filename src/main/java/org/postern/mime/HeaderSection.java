package org.postern.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
            return read(in, (int) Math.min(BUFFER_OCTETS, content.size() + Lines.SPARE_OCTETS));
        }
    }

    /// Reads the header section at the beginning of a stream. More than it is taken from the
    /// stream; the stream is not closed.
    ///
    /// @throws MimeException if a limit is broken
    public static HeaderSection read(InputStream in) throws IOException, MimeException {
        return read(in, BUFFER_OCTETS);
    }

    private static HeaderSection read(InputStream in, int buffer)
            throws IOException, MimeException {
        Lines lines = new Lines(in, buffer);
        Collector collector = new Collector();
        while (lines.next()) {
            if (collector.accept(lines) != Collector.Line.HEADER) {
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

    /// Gathers one header section from its lines, within limits.
    static final class Collector {
        /// What a line is.
        enum Line {
            /// Part of the header section.
            HEADER,
            /// The empty line behind it.
            END,
            /// No header field and no empty line: the body begins with it.
            BODY
        }

        private final List<HeaderField> fields = new ArrayList<>();
        private final Set<Oddity> oddities = EnumSet.noneOf(Oddity.class);
        private final StringBuilder raw = new StringBuilder();
        private @Nullable String name;
        private int nameOctets;
        private int octets;
        private boolean inMboxLine;

        Line accept(Lines line) throws MimeException {
            if (!line.startsLine()) {
                append(line);
                return Line.HEADER;
            }
            if (line.length() == line.terminator()) {
                finishField();
                octets += line.length();
                return Line.END;
            }
            inMboxLine = false;
            if (isContinuation(line)) {
                if (isBlank(line)) {
                    oddities.add(Oddity.BLANK_CONTINUATION);
                }
                append(line);
                return Line.HEADER;
            }
            return beginField(line);
        }

        /// Ends the section.
        HeaderSection finish() throws MimeException {
            finishField();
            return new HeaderSection(List.copyOf(fields), octets, oddities);
        }

        private Line beginField(Lines line) throws MimeException {
            finishField();
            int colon = colon(line);
            if (colon > 0) {
                name = line.text(0, colon).stripTrailing();
                nameOctets = colon + 1;
                append(line);
                return Line.HEADER;
            }
            if (octets == 0 && line.length() > 5 && line.text(0, 5).equals("From ")) {
                oddities.add(Oddity.MBOX_LINE);
                inMboxLine = true;
                append(line);
                return Line.HEADER;
            }
            oddities.add(Oddity.NO_EMPTY_LINE);
            return Line.BODY;
        }

        private void append(Lines line) throws MimeException {
            octets += line.length();
            if (octets > OCTETS_MAX) {
                throw new MimeException(
                        "a header section is longer than %d octets".formatted(OCTETS_MAX));
            }
            if (inMboxLine) {
                return;
            }
            if (raw.length() + line.length() > FIELD_OCTETS_MAX) {
                throw new MimeException(
                        "a header field is longer than %d octets".formatted(FIELD_OCTETS_MAX));
            }
            raw.append(line.text(0, line.length()));
        }

        private void finishField() throws MimeException {
            if (name == null) {
                return;
            }
            if (fields.size() == FIELDS_MAX) {
                throw new MimeException(
                        "a header section has more than %d fields".formatted(FIELDS_MAX));
            }
            fields.add(new HeaderField(name, unfold(nameOctets), raw.toString()));
            raw.setLength(0);
            name = null;
        }

        /// RFC 5322 §2.2.3: unfolding removes each CRLF that white space follows, and nothing else.
        private String unfold(int from) {
            StringBuilder body = new StringBuilder(raw.length());
            for (int i = from; i < raw.length(); i++) {
                char c = raw.charAt(i);
                if (c == '\n' || (c == '\r' && i + 1 < raw.length() && raw.charAt(i + 1) == '\n')) {
                    continue;
                }
                if (c == 0) {
                    oddities.add(Oddity.NUL);
                } else if (c == '\r') {
                    oddities.add(Oddity.BARE_CR);
                }
                body.append(c);
            }
            return strip(body);
        }

        private static String strip(StringBuilder body) {
            int begin = 0;
            int end = body.length();
            while (begin < end && isWhite(body.charAt(begin))) {
                begin++;
            }
            while (end > begin && isWhite(body.charAt(end - 1))) {
                end--;
            }
            return body.substring(begin, end);
        }

        private boolean isContinuation(Lines line) {
            return name != null && isWhite((char) line.at(0));
        }

        private static boolean isBlank(Lines line) {
            for (int i = 0; i < line.length() - line.terminator(); i++) {
                if (!isWhite((char) line.at(i))) {
                    return false;
                }
            }
            return true;
        }

        /// Position of the colon behind a field name, or -1. RFC 5322 §4.5: old messages may have
        /// white space between them.
        private static int colon(Lines line) {
            boolean nameEnded = false;
            for (int i = 0; i < line.length(); i++) {
                byte c = line.at(i);
                if (c == ':') {
                    return i;
                }
                boolean white = isWhite((char) c);
                if (white && i > 0) {
                    nameEnded = true;
                } else if (nameEnded || c <= 0x20 || c == 0x7F) {
                    return -1;
                }
            }
            return -1;
        }

        private static boolean isWhite(char c) {
            return c == ' ' || c == '\t';
        }
    }
}
