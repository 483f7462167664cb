package org.postern.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Content;
import org.postern.mime.MimePart.Description;
import org.postern.mime.MimePart.Span;

/// The parts of a message by byte offset, found in one pass with bounded memory and without
/// recursion: RFC 2045, RFC 2046. Everything that looks into a message uses this index, so all see
/// the same parts.
public final class MimeIndex {
    /// Parts inside one another, the message itself counted. Libraries overflow at 2,500.
    public static final int DEPTH_MAX = 100;

    /// Parts in one message.
    public static final int PARTS_MAX = 10_000;

    /// Octets of all header sections together.
    public static final int HEADERS_OCTETS_MAX = 4 * 1_024 * 1_024;

    /// Octets of a boundary that is used. RFC 2046 §5.1.1 allows [#BOUNDARY_OCTETS_USUAL]; some
    /// programs write more.
    public static final int BOUNDARY_OCTETS_MAX = 2_048;

    /// Octets of a boundary that is not remarked.
    public static final int BOUNDARY_OCTETS_USUAL = 70;

    private static final Set<Oddity> DOUBTS =
            EnumSet.of(Oddity.PARTIAL, Oddity.DUPLICATE_FIELD, Oddity.DUPLICATE_PARAMETER);

    private final HeaderSection header;
    private final MimePart root;

    private MimeIndex(HeaderSection header, MimePart root) {
        this.header = header;
        this.root = root;
    }

    /// Reads a message.
    ///
    /// @throws MimeException if a limit is broken
    public static MimeIndex of(Content content) throws IOException, MimeException {
        try (InputStream in = content.open()) {
            PartScanner scanner = new PartScanner(in, content.size());
            MimePart root = scanner.scan();
            return new MimeIndex(scanner.header(), root);
        }
    }

    /// The header section of the message.
    public HeaderSection header() {
        return header;
    }

    /// The message itself.
    public MimePart root() {
        return root;
    }

    /// All parts, the root first, each before those inside it.
    public List<MimePart> parts() {
        List<MimePart> all = new ArrayList<>();
        Deque<MimePart> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            MimePart part = open.pop();
            all.add(part);
            part.children().reversed().forEach(open::push);
        }
        return all;
    }

    /// What is unusual about any part.
    public Set<Oddity> oddities() {
        Set<Oddity> all = EnumSet.noneOf(Oddity.class);
        parts().forEach(part -> all.addAll(part.oddities()));
        return all;
    }

    /// Whether other programs may see other parts in this message.
    public boolean ambiguous() {
        return oddities().stream().anyMatch(Oddity::isAmbiguous);
    }

    /// Why its reader may see another message than whoever looks through it: fragments are put
    /// together behind every scanner, and of two fields or parameters each program takes the one it
    /// likes. Empty if nothing is against it; else a clause for people.
    public Optional<String> doubt() {
        return oddities().stream()
                .filter(DOUBTS::contains)
                .findFirst()
                .map(oddity -> "a part of the message " + oddity.sentence());
    }

    /// The one pass over a message that finds its parts. Each line is looked at once; what is open
    /// is a chain of nodes, not a stack of calls.
    private static final class PartScanner {
        /// A small message needs less.
        private static final int BUFFER_OCTETS = 64 * 1_024;

        /// A longer line is no delimiter, whatever white space fills it.
        private static final int DELIMITER_OCTETS_MAX = 2 * BOUNDARY_OCTETS_MAX;

        private final Lines lines;
        private final List<Node> nodes = new ArrayList<>();
        private final Map<String, Node> openByBoundary = new HashMap<>();
        private Node current;
        private HeaderSection.@Nullable Collector collector;
        private @Nullable HeaderSection header;
        private int headerOctets;
        private int terminatorBefore;

        /// One part while it is read.
        private static final class Node {
            final @Nullable Node parent;

            /// The multipart that it lies in, through messages in between.
            final @Nullable Node enclosing;

            final int depth;
            final long begin;
            final List<Node> children = new ArrayList<>();
            final Set<Oddity> oddities = EnumSet.noneOf(Oddity.class);
            Description description = Description.NONE;
            String boundary = "";
            @Nullable Node shadowed;
            boolean closed;
            long bodyBegin;
            long end;

            Node(@Nullable Node parent, long begin) {
                this.parent = parent;
                this.enclosing =
                        parent == null || !parent.boundary.isEmpty() ? parent : parent.enclosing;
                this.depth = parent == null ? 1 : parent.depth + 1;
                this.begin = begin;
                this.bodyBegin = begin;
                this.end = begin;
            }

            boolean isOpenMultipart() {
                return !boundary.isEmpty() && !closed;
            }
        }

        PartScanner(InputStream in, long octets) {
            this.lines = new Lines(in, (int) Math.min(BUFFER_OCTETS, octets + Lines.SPARE_OCTETS));
            this.current = new Node(null, 0);
            nodes.add(current);
            this.collector = new HeaderSection.Collector();
        }

        /// The message's own header section, once `scan` is done.
        HeaderSection header() {
            if (header == null) {
                throw new IllegalStateException("not scanned yet");
            }
            return header;
        }

        MimePart scan() throws IOException, MimeException {
            long end = 0;
            while (lines.next()) {
                if (!isDelimiter() && (collector == null || !acceptHeader(collector))) {
                    checkBodyLine();
                }
                terminatorBefore = lines.terminator();
                end = lines.offset() + lines.length();
            }
            while (collector != null) {
                finishHeader(collector, end);
            }
            closeUpTo(null, end);
            return build();
        }

        /// @return false if the line is part of a body
        private boolean acceptHeader(HeaderSection.Collector section) throws MimeException {
            return switch (section.accept(lines)) {
                case HEADER -> true;
                case END -> {
                    finishHeader(section, lines.offset() + lines.length());
                    yield true;
                }
                case BODY -> {
                    // A message inside may begin here, with this line as its first.
                    finishHeader(section, lines.offset());
                    yield collector != null && acceptHeader(collector);
                }
            };
        }

        /// The section of the current part is complete; its body begins at `bodyBegin`.
        private void finishHeader(HeaderSection.Collector section, long bodyBegin)
                throws MimeException {
            HeaderSection read = section.finish();
            collector = null;
            headerOctets += read.octets();
            if (headerOctets > HEADERS_OCTETS_MAX) {
                throw new MimeException(
                        "the header sections of the parts are longer than %d octets together"
                                .formatted(HEADERS_OCTETS_MAX));
            }
            if (header == null) {
                header = read;
            }
            current.bodyBegin = bodyBegin;
            current.oddities.addAll(read.oddities());
            boolean inDigest =
                    current.parent != null
                            && current.parent.description.type().equals("multipart/digest");
            current.description =
                    Description.read(
                            read, inDigest ? "message/rfc822" : "text/plain", current.oddities);
            String type = current.description.type();
            if (type.startsWith("multipart/")) {
                openMultipart(current);
            } else if (isMessage(type) && current.description.encoding().isIdentity()) {
                enter(current, bodyBegin);
            }
        }

        private static boolean isMessage(String type) {
            return type.equals("message/rfc822") || type.equals("message/global");
        }

        private void openMultipart(Node node) {
            // RFC 2046 §5.1.1: a boundary does not end in white space; RFC 2045: ASCII only.
            String boundary =
                    node.description.parameters().getOrDefault("boundary", "").stripTrailing();
            boolean ascii = boundary.chars().allMatch(c -> c >= ' ' && c < 0x7F);
            if (boundary.isEmpty() || boundary.length() > BOUNDARY_OCTETS_MAX || !ascii) {
                node.oddities.add(Oddity.NO_BOUNDARY);
                return;
            }
            if (boundary.length() > BOUNDARY_OCTETS_USUAL) {
                node.oddities.add(Oddity.LONG_BOUNDARY);
            }
            node.boundary = boundary;
            node.shadowed = openByBoundary.put(boundary, node);
            if (node.shadowed != null) {
                node.oddities.add(Oddity.SAME_BOUNDARY);
            }
        }

        private void enter(Node parent, long begin) throws MimeException {
            Node node = new Node(parent, begin);
            if (node.depth > DEPTH_MAX) {
                throw new MimeException("parts lie more than %d deep".formatted(DEPTH_MAX));
            }
            if (nodes.size() == PARTS_MAX) {
                throw new MimeException("there are more than %d parts".formatted(PARTS_MAX));
            }
            parent.children.add(node);
            nodes.add(node);
            current = node;
            collector = new HeaderSection.Collector();
        }

        /// Takes the line if it is the delimiter of any open multipart: RFC 2046 §5.1.1, §5.1.2.
        private boolean isDelimiter() throws MimeException {
            if (!lines.startsLine()
                    || lines.length() < 3
                    || lines.at(0) != '-'
                    || lines.at(1) != '-'
                    || openByBoundary.isEmpty()
                    || lines.length() > DELIMITER_OCTETS_MAX) {
                return false;
            }
            String line = lines.text(2, lines.length()).stripTrailing();
            Node opened = openByBoundary.get(line);
            if (opened != null) {
                endHeaderHere();
                closeUpTo(opened, lines.offset() - terminatorBefore);
                enter(opened, lines.offset() + lines.length());
                return true;
            }
            if (!line.endsWith("--")) {
                return false;
            }
            Node ended = openByBoundary.get(line.substring(0, line.length() - 2));
            if (ended == null) {
                return false;
            }
            endHeaderHere();
            closeUpTo(ended, lines.offset() - terminatorBefore);
            close(ended);
            ended.closed = true;
            current = ended;
            return true;
        }

        /// A delimiter cuts a header section short: the part has no body.
        private void endHeaderHere() throws MimeException {
            while (collector != null) {
                finishHeader(collector, lines.offset());
            }
        }

        /// Ends all parts from the current one up, but not `stop`.
        private void closeUpTo(@Nullable Node stop, long end) {
            for (Node node = current; node != null && node != stop; node = node.parent) {
                node.end = Math.max(node.bodyBegin, end);
                if (node.isOpenMultipart()) {
                    node.oddities.add(
                            node.children.isEmpty() ? Oddity.NO_PARTS : Oddity.NOT_CLOSED);
                    close(node);
                }
            }
        }

        private void close(Node node) {
            if (node.shadowed == null) {
                openByBoundary.remove(node.boundary);
            } else {
                openByBoundary.put(node.boundary, node.shadowed);
            }
        }

        /// Remarks what looks like a delimiter and is none.
        private void checkBodyLine() {
            if (lines.startsLine()
                    && lines.length() > 2
                    && lines.at(0) == '-'
                    && lines.at(1) == '-') {
                Node multipart = current.boundary.isEmpty() ? current.enclosing : current;
                if (multipart != null && startsWith(multipart.boundary)) {
                    multipart.oddities.add(
                            multipart.closed
                                    ? Oddity.DELIMITER_AFTER_CLOSE
                                    : Oddity.BOUNDARY_PREFIX);
                }
            }
        }

        private boolean startsWith(String boundary) {
            if (lines.length() < 2 + boundary.length()) {
                return false;
            }
            for (int i = 0; i < boundary.length(); i++) {
                if (lines.at(2 + i) != boundary.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        /// Children come after their parents in `nodes`, so going backwards finds them made.
        private MimePart build() {
            Map<Node, MimePart> made = new HashMap<>();
            for (Node node : nodes.reversed()) {
                List<MimePart> children = node.children.stream().map(made::get).toList();
                Span span = new Span(node.begin, node.bodyBegin, node.end);
                made.put(node, new MimePart(node.description, span, children, node.oddities));
            }
            return Optional.ofNullable(made.get(nodes.getFirst())).orElseThrow();
        }
    }
}
