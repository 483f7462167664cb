package org.postern.outline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;

/// Makes the outline of a message, in two passes over it, with memory for its header sections only.
public final class OutlineReader {
    private static final int BLOCK_OCTETS = 16 * 1_024;

    private final List<MimePart> parts;
    private final byte[][] headers;

    /// Offsets in ascending order, and how many line feeds stand before each.
    private final long[] marks;

    private final long[] lineFeeds;

    private OutlineReader(List<MimePart> parts) {
        this.parts = parts;
        this.headers = new byte[parts.size()][];
        this.marks =
                parts.stream()
                        .flatMapToLong(part -> {
                            MimePart.Span span = part.span();
                            return LongStream.of(span.begin(), span.bodyBegin(), span.end());
                        })
                        .sorted()
                        .distinct()
                        .toArray();
        this.lineFeeds = new long[marks.length];
    }

    /// @throws MimeException if the message breaks a limit of the index
    public static Outline read(Content content) throws IOException, MimeException {
        MimeIndex index = MimeIndex.of(content);
        OutlineReader reader = new OutlineReader(index.parts());
        try (InputStream in = content.open()) {
            reader.pass(in);
        }
        Map<MimePart, Structure.Facts> facts = reader.facts();
        return new Outline(
                new String(reader.headers[0], ISO_8859_1),
                Envelope.of(Objects.requireNonNull(facts.get(index.root())).fields()),
                new Structure(facts, false).of(index.root()),
                new Structure(facts, true).of(index.root()),
                node(index.root()));
    }

    private static Node node(MimePart part) {
        MimePart.Span span = part.span();
        return new Node(
                Structure.kind(part),
                span.begin(),
                span.bodyBegin(),
                span.end(),
                part.children().stream().map(OutlineReader::node).toList());
    }

    /// Counts line feeds up to each mark and copies the header sections, which follow one another
    /// in the order of the parts.
    private void pass(InputStream in) throws IOException {
        byte[] block = new byte[BLOCK_OCTETS];
        long begin = 0;
        long seen = 0;
        int mark = 0;
        int filling = 0;
        for (int i = 0; i < headers.length; i++) {
            MimePart.Span span = parts.get(i).span();
            headers[i] = new byte[Math.toIntExact(span.bodyBegin() - span.begin())];
        }
        int read;
        while ((read = in.read(block)) > 0) {
            for (int i = 0; i < read; i++) {
                while (mark < marks.length && marks[mark] == begin + i) {
                    lineFeeds[mark++] = seen;
                }
                seen += block[i] == '\n' ? 1 : 0;
            }
            filling = copyHeaders(block, begin, begin + read, filling);
            begin += read;
        }
        Arrays.fill(lineFeeds, mark, marks.length, seen);
    }

    /// @return the first part whose header section may go on in the next block
    private int copyHeaders(byte[] block, long begin, long end, int from) {
        int at = from;
        while (at < headers.length && parts.get(at).span().begin() < end) {
            MimePart.Span span = parts.get(at).span();
            long first = Math.max(span.begin(), begin);
            long last = Math.min(span.bodyBegin(), end);
            if (first < last) {
                System.arraycopy(
                        block,
                        (int) (first - begin),
                        headers[at],
                        (int) (first - span.begin()),
                        (int) (last - first));
            }
            if (span.bodyBegin() > end) {
                return at;
            }
            at++;
        }
        return at;
    }

    private Map<MimePart, Structure.Facts> facts() throws IOException, MimeException {
        Map<MimePart, Structure.Facts> facts = new HashMap<>();
        for (int i = 0; i < headers.length; i++) {
            MimePart.Span span = parts.get(i).span();
            HeaderSection fields = HeaderSection.read(Content.of(headers[i]));
            long lines = count(span.end()) - count(span.bodyBegin());
            facts.put(parts.get(i), new Structure.Facts(fields, lines));
        }
        return facts;
    }

    private long count(long offset) {
        return lineFeeds[Arrays.binarySearch(marks, offset)];
    }

    /// What stands for a message that breaks a limit: one part of octets.
    ///
    /// @param octets of the message
    public static Outline opaque(long octets) {
        String body =
                "(\"application\" \"octet-stream\" NIL NIL NIL \"binary\" %d".formatted(octets);
        Node root = new Node(Node.Kind.LEAF, 0, 0, octets, new ArrayList<>());
        return new Outline("", Envelope.NOTHING, body + ")", body + " NIL NIL NIL NIL)", root);
    }
}
