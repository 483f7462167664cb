package org.postern.showing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Folder;
import org.postern.cabinet.Shelf;
import org.postern.grammar.FetchItem;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.mailfolder.MailFolder;
import org.postern.mime.MimeException;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.talk.Conversation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One FETCH: RFC 3501 §6.4.5. What the outline knows is answered from it; a body is opened only
/// for its own octets, and streams.
public final class FetchRun {
    /// Messages whose outlines are in memory at a time.
    private static final int CHUNK = 100;

    /// The same with outlines, each of which may be long.
    private static final int OUTLINED_CHUNK = 100;

    /// Characters of one message's answer that are held until it is written; what is more is made
    /// again then.
    private static final int HELD_CHARS_MAX = 64 << 10;

    /// UIDs that are told as downgraded; the list need not be complete: RFC 6858 §3.
    private static final int DOWNGRADED_MAX = 500;

    private static final Logger LOG = LoggerFactory.getLogger(FetchRun.class);

    private final Conversation out;
    private final View view;
    private final MailFolder folder;
    private final List<FetchItem> items;
    private final Pieces pieces;
    private final boolean rows;
    private final Detail detail;
    private final boolean sized;
    private final boolean reading;
    private final Reader reader;
    private final boolean marking;
    private Worded worded = Worded.NOTHING;
    private int missing;
    private boolean unreadable;
    private boolean unknownEncoding;
    private final List<Integer> downgraded = new ArrayList<>();

    /// Told before anything of them is.
    @FunctionalInterface
    public interface Reader {
        /// @return those that may be told
        List<Filed> reads(List<Filed> messages) throws IOException;
    }

    public FetchRun(Conversation out, View view, List<FetchItem> items, Reader reader) {
        this.out = out;
        this.view = view;
        this.folder = view.folder();
        this.reader = reader;
        this.items = items.stream().distinct().toList();
        this.pieces = new Pieces(view);
        this.rows = items.stream().anyMatch(Pieces::needsRow);
        this.detail = items.stream().map(pieces::detail).max(Detail::compareTo).orElse(Detail.ROW);
        this.sized = items.stream().anyMatch(pieces::needsSize);
        // Of held mail lists show nothing that is not read.
        this.reading =
                view.isOf(Shelf.HELD)
                        ? !items.stream().allMatch(FetchItem.Fact.class::isInstance)
                        : items.stream().anyMatch(Pieces::showsLetter);
        this.marking = !view.readOnly() && items.stream().anyMatch(Pieces::marksSeen);
    }

    /// Whether one of them is there and could not be read.
    public boolean foundUnreadable() {
        return unreadable;
    }

    /// Whether a part of one of them is written in a way that nobody here can read.
    public boolean foundUnknownEncoding() {
        return unknownEncoding;
    }

    /// UIDs of messages of which a surrogate was shown, the first of them: RFC 6858 §3.
    public int[] downgraded() {
        return downgraded.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Answers for these messages.
    ///
    /// @return how many of them are gone or could not be read
    /// @throws Conversation.CutShortException if one of them broke off in the middle
    public int answer(int[] uids) throws IOException {
        int at = 0;
        @Nullable Snapshot begun = null;
        while (at < uids.length) {
            int most = detail == Detail.ROW ? CHUNK : OUTLINED_CHUNK;
            int[] chunk = Arrays.copyOfRange(uids, at, Math.min(uids.length, at + most));
            at += chunk.length;
            // Where flags alone are told they are as they were at the beginning: each look at a
            // folder that lies elsewhere is a question to another server.
            Snapshot now = begun == null || rows ? folder.look() : begun;
            begun = now;
            if (rows) {
                boolean unsure = sized && detail == Detail.ROW;
                List<Filed> filed = unsure ? sized(chunk) : folder.filed(chunk, detail);
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
                for (int uid : chunk) {
                    if (now.place(uid) < 0) {
                        missing++;
                    } else {
                        out.write(facts(now, uid));
                    }
                }
            }
        }
        return missing;
    }

    /// The first of some messages, with outlines where their size may depend on whom they are shown
    /// to. Of most it does not, and that is known from the row.
    private List<Filed> sized(int[] uids) throws IOException {
        List<Filed> told = List.of();
        int[] left = uids;
        // An empty answer would say that all of them are gone, also those behind the rows.
        while (told.isEmpty() && left.length > 0) {
            List<Filed> rows = folder.filed(left, Detail.ROW);
            told = sized(rows);
            int last = rows.isEmpty() ? Integer.MAX_VALUE : rows.getLast().uid();
            left = Arrays.stream(left).filter(uid -> uid > last).toArray();
        }
        return told;
    }

    private List<Filed> sized(List<Filed> rows) throws IOException {
        int[] unsure = rows.stream().filter(it -> !it.hasOneSize()).mapToInt(Filed::uid).toArray();
        if (unsure.length == 0) {
            return rows;
        }
        List<Filed> found = folder.filed(unsure, Detail.FIELDS);
        Map<Integer, Filed> outlined = new HashMap<>();
        found.forEach(it -> outlined.put(it.uid(), it));
        // None at all: they have gone meanwhile. Otherwise those behind the last one did not fit.
        int last = found.isEmpty() ? Integer.MAX_VALUE : found.getLast().uid();
        int next = Arrays.stream(unsure).filter(uid -> uid > last).min().orElse(Integer.MAX_VALUE);
        return rows.stream()
                .filter(it -> it.uid() < next)
                .filter(it -> it.hasOneSize() || outlined.containsKey(it.uid()))
                .map(it -> outlined.getOrDefault(it.uid(), it))
                .toList();
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
        view.own().store(unseen, Folder.Change.ADD, List.of("\\Seen"));
    }

    /// Flags, UID and mod-sequence, which need no row.
    private String facts(Snapshot now, int uid) {
        StringBuilder answer = new StringBuilder("* ").append(view.number(uid)).append(" FETCH ");
        char gap = '(';
        for (FetchItem item : items) {
            answer.append(gap).append(fact(now, uid, item));
            gap = ' ';
        }
        return answer.append(")\r\n").toString();
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
        } catch (Pieces.UnknownEncodingException e) {
            missing++;
            unknownEncoding = true;
            return false;
        } catch (IOException | MimeException e) {
            // Nothing was said of this message yet; the client hears that some are missing.
            missing++;
            unreadable |= !(e instanceof NoSuchFileException);
            // Not the message of the exception: it may quote what was being read.
            LOG.warn("message {} is not told: {}", filed.key(), e.getClass().getName());
            return false;
        }
        out.separate();
        try (begun) {
            write(new Told(now, filed), pieces, begun);
        }
        out.separate();
        if (downgraded.size() < DOWNGRADED_MAX
                && items.stream().anyMatch(Pieces::showsMessage)
                && this.pieces.isDowngraded(filed)) {
            downgraded.add(filed.uid());
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
                    out.write(octets.before() + "{" + octets.count() + "}\r\n");
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
        return item instanceof FetchItem.Fact fact && !Pieces.isOfRow(fact)
                ? new Piece.Words(fact(now, filed.uid(), fact))
                : pieces.of(filed, item);
    }

    /// What needs no row.
    private String fact(Snapshot now, int uid, FetchItem fact) {
        return fact == FetchItem.Fact.UID
                ? "UID " + uid
                : fact == FetchItem.Fact.MODSEQ ? View.modseq(now, uid) : flags(now, uid);
    }

    private String flags(Snapshot now, int uid) {
        int place = now.place(uid);
        if (place < 0) {
            return view.flags(now, uid);
        }
        Worded before = worded;
        boolean recent = view.isRecent(uid);
        if (before.at != now || before.bits != now.flags(place) || before.recent != recent) {
            worded = new Worded(now, now.flags(place), recent, view.flags(now, uid));
        }
        return worded.text;
    }

    /// What was said last of the flags of a message: most messages of a folder have the same.
    private record Worded(@Nullable Snapshot at, long bits, boolean recent, String text) {
        static final Worded NOTHING = new Worded(null, 0, false, "");
    }
}
