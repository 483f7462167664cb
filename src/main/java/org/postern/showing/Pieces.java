package org.postern.showing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Shelf;
import org.postern.grammar.FetchItem;
import org.postern.grammar.FetchItem.Binary;
import org.postern.grammar.FetchItem.Kind;
import org.postern.grammar.FetchItem.Octets;
import org.postern.grammar.FetchItem.Section;
import org.postern.mail.Content;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.mailfolder.MailFolder;
import org.postern.mime.ContentField;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.TransferEncoding;
import org.postern.outline.Outline;
import org.postern.outline.Outline.Range;
import org.postern.outline.Strings;
import org.postern.surrogate.ResponseText;
import org.postern.surrogate.Surrogate;

/// What is told of one message, thing by thing: RFC 3501 §7.4.2, RFC 3516, RFC 8474, RFC 8514, RFC
/// 8970. What the row or the outline knows is answered from there; a body is opened only for its
/// own octets, and streams.
final class Pieces {
    /// RFC 3501 §9, `date-time`.
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final MailFolder folder;

    /// Whether it is that of held mail.
    private final boolean held;

    /// Whether messages are shown with UTF-8 in their header fields, and not their surrogates.
    private final boolean utf8;

    /// Of the message that was asked for last.
    private @Nullable Surrogate surrogate;

    /// A part is written in a way that nobody here can read: RFC 3516 §4.3.
    static final class UnknownEncodingException extends IOException {
        private static final long serialVersionUID = 1;

        UnknownEncodingException() {
            super("an unknown transfer encoding");
        }
    }

    Pieces(View view) {
        this.folder = view.folder();
        this.held = view.isOf(Shelf.HELD);
        this.utf8 = view.showsUtf8();
    }

    /// What must be known of a message before it is told. What lies above the body the header
    /// section alone answers.
    Detail detail(FetchItem item) {
        if (!needsOutline(item)) {
            return Detail.ROW;
        }
        return switch (item) {
            case FetchItem.Fact _, FetchItem.Preview _ -> Detail.ROW;
            case FetchItem.Shape shape ->
                    shape == FetchItem.Shape.ENVELOPE ? Detail.FIELDS : Detail.OUTLINE;
            case Binary _ -> Detail.OUTLINE;
            case Octets octets -> showsLetter(octets) ? Detail.OUTLINE : ofSection(octets);
        };
    }

    private static Detail ofSection(Octets octets) {
        return octets.section().part().isEmpty() ? Detail.FIELDS : Detail.OUTLINE;
    }

    /// How a surrogate differs the outline alone knows.
    private boolean needsOutline(FetchItem item) {
        return switch (item) {
            case FetchItem.Fact _, FetchItem.Preview _ -> false;
            case FetchItem.Shape _ -> true;
            case Binary binary -> !utf8 || !binary.part().isEmpty();
            case Octets octets ->
                    !utf8
                            || octets.section().kind() != Kind.ALL
                            || !octets.section().part().isEmpty();
        };
    }

    /// How long a surrogate is the outline knows, of a message that has one.
    boolean needsSize(FetchItem item) {
        return item == FetchItem.Fact.SIZE && showsSizeOfSurrogates();
    }

    /// Outlines of held mail are not kept, so that a list of sizes would open each message: of it
    /// that of the message itself is told, which RFC 6858 §3 allows.
    private boolean showsSizeOfSurrogates() {
        return !utf8 && !held;
    }

    /// Whether something is shown that a surrogate may show otherwise.
    static boolean showsMessage(FetchItem item) {
        return switch (item) {
            case FetchItem.Fact _, FetchItem.Preview _ -> false;
            case FetchItem.Shape _, Binary _, Octets _ -> true;
        };
    }

    boolean isDowngraded(Filed filed) {
        return surrogate(filed).filter(Surrogate::isDowngraded).isPresent();
    }

    /// Empty if the message is shown as it is, or its outline is not known.
    private Optional<Surrogate> surrogate(Filed filed) {
        Outline outline = filed.outline();
        if (utf8 || outline == null) {
            return Optional.empty();
        }
        Surrogate made = surrogate;
        if (made == null || !made.message().equals(outline)) {
            made = Surrogate.of(outline);
            surrogate = made;
        }
        return Optional.of(made);
    }

    private long size(Filed filed) throws IOException {
        long octets = octets(filed);
        return utf8 || filed.hasOneSize() ? octets : shown(filed).size(octets);
    }

    /// @throws IOException if nobody knows
    private static long octets(Filed filed) throws IOException {
        if (filed.octets() == Filed.OCTETS_UNKNOWN) {
            throw new IOException("the message cannot be read now");
        }
        return filed.octets();
    }

    private Surrogate shown(Filed filed) throws IOException {
        return surrogate(filed)
                .orElseThrow(() -> new IOException("the message cannot be read now"));
    }

    /// Whether octets or words of the letter are shown. Header sections are what lists show; the
    /// rest is the letter. Sizes show nothing of it, and neither does a preview that must cost
    /// nothing, which is none.
    static boolean showsLetter(FetchItem item) {
        return switch (item) {
            case FetchItem.Fact _, FetchItem.Shape _ -> false;
            case Binary binary -> !binary.size();
            case FetchItem.Preview(boolean lazy) -> !lazy;
            case Octets octets ->
                    switch (octets.section().kind()) {
                        case ALL, TEXT -> true;
                        case HEADER, HEADER_FIELDS, HEADER_FIELDS_NOT ->
                                !octets.section().part().isEmpty();
                        case MIME -> false;
                    };
        };
    }

    static boolean marksSeen(FetchItem item) {
        return switch (item) {
            case FetchItem.Fact _, FetchItem.Shape _, FetchItem.Preview _ -> false;
            case Binary binary -> !binary.peek();
            case Octets octets -> !octets.peek();
        };
    }

    static boolean needsRow(FetchItem item) {
        return !(item instanceof FetchItem.Fact fact) || isOfRow(fact);
    }

    static boolean isOfRow(FetchItem.Fact fact) {
        return switch (fact) {
            case FLAGS, UID, MODSEQ -> false;
            case INTERNALDATE, SIZE, EMAILID, THREADID, SAVEDATE -> true;
        };
    }

    /// @param item not one of those facts that need no row
    Piece of(Filed filed, FetchItem item) throws IOException, MimeException {
        return switch (item) {
            case FetchItem.Fact fact ->
                    new Piece.Words(
                            switch (fact) {
                                case FLAGS, UID, MODSEQ ->
                                        throw new IllegalArgumentException("not of a row");
                                case INTERNALDATE -> date("INTERNALDATE", filed.arrived());
                                case SIZE ->
                                        "RFC822.SIZE "
                                                + (showsSizeOfSurrogates()
                                                        ? size(filed)
                                                        : octets(filed));
                                case EMAILID -> "EMAILID (%s)".formatted(filed.emailId());
                                case THREADID -> "THREADID (%s)".formatted(filed.threadId());
                                case SAVEDATE -> date("SAVEDATE", filed.saved());
                            });
            case FetchItem.Shape shape -> {
                Outline outline = outline(filed);
                String words =
                        switch (shape) {
                            case ENVELOPE -> outline.envelope();
                            case BODY -> outline.body();
                            case BODYSTRUCTURE -> outline.structure();
                        };
                yield new Piece.Words(shape.name() + " " + strings(words));
            }
            case Octets octets -> octets(filed, octets);
            case Binary binary -> binary(filed, binary);
            case FetchItem.Preview(boolean lazy) ->
                    // Nothing is prepared: a list that asks for what is there opens no letter.
                    new Piece.Words("PREVIEW " + (lazy ? "NIL" : strings(preview(filed))));
        };
    }

    /// RFC 9755 §3: quoted ones hold UTF-8 for a client that has switched it on.
    private String strings(String words) {
        return utf8 ? ResponseText.quoted(words) : words;
    }

    private String preview(Filed filed) throws IOException {
        return Strings.string(Preview.of(kept(filed)));
    }

    private static String date(String name, Instant moment) {
        return "%s \"%s\"".formatted(name, DATE_TIME.format(moment));
    }

    /// RFC 3516 §4.3: a plain literal, unless a NUL asks for one that may hold any octet.
    private Piece binary(Filed filed, Binary asked) throws IOException, MimeException {
        Decoded.@Nullable Place place = place(filed, asked.part());
        if (place == null) {
            return new Piece.Words(asked.label() + (asked.size() ? " 0" : " NIL"));
        }
        if (asked.size()) {
            return new Piece.Words(asked.label() + " " + Decoded.size(content(filed), place));
        }
        FetchItem.@Nullable Span span = asked.span();
        long most = span == null ? Long.MAX_VALUE : span.begin() + span.count();
        Decoded decoded = Decoded.of(content(filed), place, most);
        long begin = span == null ? 0 : clip(span.begin(), decoded.size());
        String origin = span == null ? "" : "<" + span.begin() + ">";
        String before = asked.label() + origin + (decoded.holdsNul() ? " ~" : " ");
        return new Piece.Stream(before, decoded, begin, decoded.size() - begin);
    }

    /// Where a part lies, and how it is written.
    ///
    /// @return null if there is none
    /// @throws UnknownEncodingException if nobody here can read it
    private Decoded.@Nullable Place place(Filed filed, List<Integer> part)
            throws IOException, MimeException {
        if (part.isEmpty()) {
            return new Decoded.Place(0, size(filed), TransferEncoding.BINARY);
        }
        Range body = range(filed, new Section(part, Kind.ALL, List.of()));
        // As it came, it says how the part is to be decoded, to whomever it is shown.
        Section mime = new Section(part, Kind.MIME, List.of());
        Range header = keptOutline(filed).range(mime, (b, e) -> header(kept(filed), b, e));
        if (!(body instanceof Range.In(long begin, long end))
                || !(header instanceof Range.In(long first, long last))) {
            return null;
        }
        HeaderSection fields = header(kept(filed), first, last);
        TransferEncoding encoding =
                TransferEncoding.of(value(fields, "Content-Transfer-Encoding", "7bit"))
                        .orElse(TransferEncoding.UNKNOWN);
        String type = value(fields, "Content-Type", "text/plain");
        boolean composite = type.startsWith("multipart/") || type.startsWith("message/");
        // RFC 2045 §6.4: parts with others in them are never encoded.
        if (encoding == TransferEncoding.UNKNOWN || (composite && !encoding.isIdentity())) {
            throw new UnknownEncodingException();
        }
        return new Decoded.Place(begin, end, encoding);
    }

    private static String value(HeaderSection fields, String name, String missing)
            throws MimeException {
        return ContentField.parse(fields.first(name).map(HeaderField::body).orElse(missing))
                .value();
    }

    private Range range(Filed filed, Section section) throws IOException, MimeException {
        return outline(filed).range(section, (b, e) -> header(content(filed), b, e));
    }

    private Outline outline(Filed filed) throws IOException {
        return utf8 ? keptOutline(filed) : shown(filed).outline();
    }

    private static Outline keptOutline(Filed filed) throws IOException {
        Outline outline = filed.outline();
        if (outline == null) {
            throw new IOException("the message cannot be read now");
        }
        return outline;
    }

    private Piece octets(Filed filed, Octets asked) throws IOException, MimeException {
        Range range =
                needsOutline(asked)
                        ? range(filed, asked.section())
                        : new Range.In(0, filed.octets());
        FetchItem.@Nullable Span span = asked.span();
        String label = asked.label() + (span == null ? "" : "<" + span.begin() + ">");
        return switch (range) {
            case Range.None() -> new Piece.Words(label + " NIL");
            case Range.Here(String octets) -> {
                int begin = (int) clip(span == null ? 0 : span.begin(), octets.length());
                long count = span == null ? octets.length() : span.count();
                int end = begin + (int) clip(count, octets.length() - begin);
                String part = octets.substring(begin, end);
                yield new Piece.Words(label + " {" + part.length() + "}\r\n" + part);
            }
            case Range.In(long from, long to) -> {
                long begin = clip(span == null ? 0 : span.begin(), to - from);
                long count = clip(span == null ? to - from : span.count(), to - from - begin);
                yield new Piece.Stream(label + " ", content(filed), from + begin, count);
            }
        };
    }

    /// As it is shown.
    private Content content(Filed filed) throws IOException {
        Content kept = kept(filed);
        if (utf8) {
            return kept;
        }
        return shown(filed).content(kept);
    }

    /// What the body says of itself counts: by the length of a row that differs the answer would
    /// end in the middle.
    private Content kept(Filed filed) throws IOException {
        Content content = folder.content(filed);
        if (content.size() != filed.octets()) {
            throw new IOException("a row and its body differ in length");
        }
        return content;
    }

    private static long clip(long wanted, long most) {
        return Math.min(wanted, most);
    }

    private static HeaderSection header(Content content, long begin, long end)
            throws IOException, MimeException {
        try (InputStream in = content.open(begin)) {
            byte[] octets = in.readNBytes(Math.toIntExact(end - begin));
            return HeaderSection.read(new ByteArrayInputStream(octets));
        }
    }
}
