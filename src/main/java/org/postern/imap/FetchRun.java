package org.postern.imap;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.NoSuchFileException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Filed;
import org.postern.cabinet.Folder;
import org.postern.cabinet.Shelf;
import org.postern.grammar.FetchItem;
import org.postern.grammar.FetchItem.Kind;
import org.postern.grammar.FetchItem.Octets;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.outline.Outline;
import org.postern.outline.Outline.Range;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.talk.Conversation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One FETCH: RFC 3501 §6.4.5. What the outline knows is answered from it; a body is opened only
/// for its own octets, and streams.
final class FetchRun {
    /// Messages whose outlines are in memory at a time.
    private static final int CHUNK = 100;

    /// The same with outlines, each of which may be long.
    private static final int OUTLINED_CHUNK = 20;

    /// Characters of one message's answer that are held until it is written; what is more is made
    /// again then.
    private static final int HELD_CHARS_MAX = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(FetchRun.class);

    /// RFC 3501 §9, `date-time`.
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final Conversation out;
    private final View view;
    private final Folder folder;
    private final List<FetchItem> items;
    private final boolean outlined;
    private final boolean reading;
    private final Reader reader;
    private final boolean marking;
    private int missing;
    private boolean unreadable;

    /// One thing of an answer.
    private sealed interface Piece {
        record Words(String words) implements Piece {}

        /// Words that are made when they are written.
        record Later(FetchItem item) implements Piece {}

        /// Octets of the body.
        record Stream(String label, Content content, long begin, long count) implements Piece {}
    }

    /// Told before anything of them is.
    @FunctionalInterface
    interface Reader {
        /// @return those that may be told
        List<Filed> reads(List<Filed> messages) throws IOException;
    }

    FetchRun(Conversation out, View view, List<FetchItem> items, Reader reader) {
        this.out = out;
        this.view = view;
        this.folder = view.folder();
        this.reader = reader;
        this.items = items.stream().distinct().toList();
        this.outlined = items.stream().anyMatch(FetchRun::needsOutline);
        // Of held mail lists show nothing that is not read.
        this.reading =
                folder.shelf() == Shelf.HELD
                        ? !items.stream().allMatch(FetchItem.Fact.class::isInstance)
                        : items.stream().anyMatch(FetchRun::opensBody);
        this.marking =
                !view.readOnly()
                        && items.stream().anyMatch(it -> it instanceof Octets o && !o.peek());
    }

    private static boolean needsOutline(FetchItem item) {
        return switch (item) {
            case FetchItem.Fact _ -> false;
            case FetchItem.Shape _ -> true;
            case Octets octets ->
                    octets.section().kind() != Kind.ALL || !octets.section().part().isEmpty();
        };
    }

    /// Header sections are what lists show; the rest is the letter.
    private static boolean opensBody(FetchItem item) {
        return item instanceof Octets octets
                && switch (octets.section().kind()) {
                    case ALL, TEXT -> true;
                    case HEADER, HEADER_FIELDS, HEADER_FIELDS_NOT ->
                            !octets.section().part().isEmpty();
                    case MIME -> false;
                };
    }

    private boolean needsRow() {
        return outlined
                || items.stream()
                        .anyMatch(it ->
                                it instanceof Octets
                                        || (it instanceof FetchItem.Fact fact && isOfRow(fact)));
    }

    private static boolean isOfRow(FetchItem.Fact fact) {
        return switch (fact) {
            case FLAGS, UID, MODSEQ -> false;
            case INTERNALDATE, SIZE, EMAILID, THREADID, SAVEDATE -> true;
        };
    }

    /// Whether one of them is there and could not be read.
    boolean foundUnreadable() {
        return unreadable;
    }

    /// Answers for these messages.
    ///
    /// @return how many of them are gone or could not be read
    /// @throws Conversation.CutShortException if one of them broke off in the middle
    int answer(int[] uids) throws IOException {
        int at = 0;
        while (at < uids.length) {
            int most = outlined ? OUTLINED_CHUNK : CHUNK;
            int[] chunk = Arrays.copyOfRange(uids, at, Math.min(uids.length, at + most));
            at += chunk.length;
            Snapshot now = folder.look();
            if (needsRow()) {
                List<Filed> filed = folder.filed(chunk, outlined);
                if (!filed.isEmpty()) {
                    // Those behind the last one are gone, or did not fit: they are asked for again.
                    int done = Arrays.binarySearch(chunk, filed.getLast().uid()) + 1;
                    at += done - chunk.length;
                    missing += done - filed.size();
                } else {
                    missing += chunk.length;
                }
                List<Filed> shown = reading ? reader.reads(filed) : filed;
                missing += filed.size() - shown.size();
                List<Integer> told = new ArrayList<>();
                for (Filed each : shown) {
                    if (answer(now, each)) {
                        told.add(each.uid());
                    }
                }
                if (marking) {
                    markSeen(told);
                }
            } else {
                IntPredicate there = uid -> now.place(uid) >= 0;
                for (int uid : chunk) {
                    missing += there.test(uid) ? 0 : 1;
                }
                int[] left = Arrays.stream(chunk).filter(there).toArray();
                for (int uid : left) {
                    out.write("* " + view.number(uid) + " FETCH (" + facts(now, uid) + ")\r\n");
                }
            }
        }
        return missing;
    }

    /// RFC 3501 §6.4.5: the flag is set once the octets are on their way, because a letter that
    /// nobody got must stay unread; the client is told at the end of the command.
    private void markSeen(List<Integer> uids) throws IOException {
        out.flush();
        Snapshot now = folder.look();
        int[] unseen =
                uids.stream()
                        .mapToInt(Integer::intValue)
                        .filter(uid -> now.place(uid) >= 0)
                        .filter(uid -> (now.flags(now.place(uid)) & Flags.SEEN) == 0)
                        .toArray();
        folder.store(unseen, Folder.Change.ADD, List.of("\\Seen"));
    }

    /// Flags, UID and mod-sequence, which need no row.
    private String facts(Snapshot now, int uid) {
        List<String> words = new ArrayList<>();
        for (FetchItem item : items) {
            words.add(
                    item == FetchItem.Fact.UID
                            ? "UID " + uid
                            : item == FetchItem.Fact.MODSEQ
                                    ? View.modseq(now, uid)
                                    : view.flags(now, uid));
        }
        return String.join(" ", words);
    }

    /// @return whether all that was asked for was told
    private boolean answer(Snapshot now, Filed filed) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        InputStream begun;
        try {
            int held = 0;
            for (FetchItem item : items) {
                Piece piece = piece(now, filed, item);
                held += piece instanceof Piece.Words(String words) ? words.length() : 0;
                boolean later = piece instanceof Piece.Words && held > HELD_CHARS_MAX;
                pieces.add(later ? new Piece.Later(item) : piece);
            }
            begun = begin(pieces);
        } catch (IOException | MimeException e) {
            // Nothing was said of this message yet; the client hears that some are missing.
            missing++;
            unreadable |= !(e instanceof NoSuchFileException);
            // Not the message of the exception: it may quote what was being read.
            LOG.warn("message {} is not told: {}", filed.key(), e.getClass().getName());
            return false;
        }
        try (begun) {
            write(new Told(now, filed), pieces, begun);
        }
        return true;
    }

    /// The message of an answer, and the folder by which it is told.
    private record Told(Snapshot now, Filed filed) {}

    /// It was made once already; if it cannot be made any more, the answer is cut short.
    private void writeLater(Told told, FetchItem item) throws IOException {
        Piece piece;
        try {
            piece = piece(told.now(), told.filed(), item);
        } catch (IOException | MimeException e) {
            throw new Conversation.CutShortException(e);
        }
        if (piece instanceof Piece.Words(String words)) {
            out.write(words);
        } else {
            throw new IllegalStateException("words became octets");
        }
    }

    /// Opens the first body before anything is told of the message: one that is gone, or damaged in
    /// its first segment, is one that cannot be read, and does not end the session.
    private static InputStream begin(List<Piece> pieces) throws IOException {
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Stream octets && octets.count() > 0) {
                PushbackInputStream in =
                        new PushbackInputStream(octets.content().open(octets.begin()));
                try {
                    int octet = in.read();
                    if (octet < 0) {
                        throw new EOFException("a body is shorter than it was");
                    }
                    in.unread(octet);
                    return in;
                } catch (IOException | RuntimeException e) {
                    in.close();
                    throw e;
                }
            }
        }
        return InputStream.nullInputStream();
    }

    private void write(Told told, List<Piece> pieces, InputStream begun) throws IOException {
        out.write("* " + view.number(told.filed().uid()) + " FETCH (");
        String gap = "";
        boolean used = false;
        for (Piece piece : pieces) {
            out.write(gap);
            gap = " ";
            switch (piece) {
                case Piece.Words(String words) -> out.write(words);
                case Piece.Later(FetchItem item) -> writeLater(told, item);
                case Piece.Stream octets -> {
                    out.write("%s {%d}\r\n".formatted(octets.label(), octets.count()));
                    if (octets.count() > 0) {
                        stream(octets, used ? null : begun);
                        used = true;
                    }
                }
            }
        }
        out.write(")\r\n");
    }

    /// A failure ends the session from here on, because the length was told.
    ///
    /// @param begun what was opened before, for the first body
    private void stream(Piece.Stream octets, @Nullable InputStream begun) throws IOException {
        try (InputStream in = begun == null ? octets.content().open(octets.begin()) : begun) {
            out.write(in, octets.count());
        } catch (IOException | RuntimeException e) {
            throw new Conversation.CutShortException(e);
        }
    }

    private Piece piece(Snapshot now, Filed filed, FetchItem item)
            throws IOException, MimeException {
        return switch (item) {
            case FetchItem.Fact fact ->
                    new Piece.Words(
                            switch (fact) {
                                case FLAGS -> view.flags(now, filed.uid());
                                case UID -> "UID " + filed.uid();
                                case INTERNALDATE ->
                                        "INTERNALDATE \"%s\""
                                                .formatted(DATE_TIME.format(filed.arrived()));
                                case SIZE -> "RFC822.SIZE " + filed.octets();
                                case MODSEQ -> View.modseq(now, filed.uid());
                                case EMAILID -> "EMAILID (%s)".formatted(filed.emailId());
                                case THREADID -> "THREADID (%s)".formatted(filed.threadId());
                                case SAVEDATE ->
                                        "SAVEDATE \"%s\""
                                                .formatted(DATE_TIME.format(filed.saved()));
                            });
            case FetchItem.Shape shape -> {
                Outline outline = outline(filed);
                yield new Piece.Words(
                        switch (shape) {
                            case ENVELOPE -> "ENVELOPE " + outline.envelope();
                            case BODY -> "BODY " + outline.body();
                            case BODYSTRUCTURE -> "BODYSTRUCTURE " + outline.structure();
                        });
            }
            case Octets octets -> octets(filed, octets);
        };
    }

    private static Outline outline(Filed filed) throws IOException {
        Outline outline = filed.outline();
        if (outline == null) {
            throw new IOException("the message cannot be read now");
        }
        return outline;
    }

    private Piece octets(Filed filed, Octets asked) throws IOException, MimeException {
        Range range =
                needsOutline(asked)
                        ? outline(filed).range(asked.section(), (b, e) -> header(filed, b, e))
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
                yield new Piece.Words("%s {%d}\r\n%s".formatted(label, part.length(), part));
            }
            case Range.In(long from, long to) -> {
                long begin = clip(span == null ? 0 : span.begin(), to - from);
                long count = clip(span == null ? to - from : span.count(), to - from - begin);
                yield new Piece.Stream(label, content(filed), from + begin, count);
            }
        };
    }

    /// What the body says of itself counts: by the length of a row that differs the answer would
    /// end in the middle.
    private Content content(Filed filed) throws IOException {
        Content content = folder.content(filed);
        if (content.size() != filed.octets()) {
            throw new IOException("a row and its body differ in length");
        }
        return content;
    }

    private static long clip(long wanted, long most) {
        return Math.min(wanted, most);
    }

    private HeaderSection header(Filed filed, long begin, long end)
            throws IOException, MimeException {
        try (InputStream in = content(filed).open(begin)) {
            byte[] octets = in.readNBytes(Math.toIntExact(end - begin));
            return HeaderSection.read(new ByteArrayInputStream(octets));
        }
    }
}
