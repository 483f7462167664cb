package org.postern.search;

import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Filed;
import org.postern.cabinet.Folder;
import org.postern.grammar.SearchKey;
import org.postern.mail.Content;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MailDate;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.mime.Text;
import org.postern.outline.Outline;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One SEARCH: RFC 3501 §6.4.4, the newest messages first. Flags, dates and header fields are
/// answered without opening a body; what must be opened is bounded in octets, and all of it in
/// time.
public final class SearchRun {
    private static final Logger LOG = LoggerFactory.getLogger(SearchRun.class);

    private static final int CHUNK = 100;

    private final Scene scene;
    private final SearchKey key;
    private final Snapshot now;
    private final Needs needs;
    private final IdentityHashMap<SearchKey, BitSet> sets = new IdentityHashMap<>();
    private long deadline;
    private long octets;

    /// What the keys look at, each with all before it.
    private enum Needs {
        FLAGS,
        ROW,
        OUTLINE,
        BODY
    }

    /// Where it is looked: the folder as one session has been told of it.
    ///
    /// @param uids by sequence number, from place 0
    /// @param recent whether a UID is recent to the session
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Scene(Folder folder, Snapshot now, int[] uids, IntPredicate recent) {
        int place(int uid) {
            return Arrays.binarySearch(uids, uid);
        }
    }

    /// More than one search may look through.
    public static final class LimitException extends Exception {
        private static final long serialVersionUID = 1;
    }

    public SearchRun(Scene scene, SearchKey key) {
        this.scene = scene;
        this.key = cheapestFirst(key);
        this.now = scene.now();
        this.needs = needs(key);
    }

    /// The same, with what costs least asked first, so that what costs most is asked of few
    /// messages.
    private static SearchKey cheapestFirst(SearchKey key) {
        return switch (key) {
            case SearchKey.And(var keys) ->
                    new SearchKey.And(
                            keys.stream()
                                    .map(SearchRun::cheapestFirst)
                                    .sorted(Comparator.comparing(SearchRun::needs))
                                    .toList());
            case SearchKey.Or(var one, var other) ->
                    needs(one).compareTo(needs(other)) > 0
                            ? new SearchKey.Or(cheapestFirst(other), cheapestFirst(one))
                            : new SearchKey.Or(cheapestFirst(one), cheapestFirst(other));
            case SearchKey.Not(var inner) -> new SearchKey.Not(cheapestFirst(inner));
            case SearchKey.Flag _,
                    SearchKey.Recent _,
                    SearchKey.Modseq _,
                    SearchKey.Numbers _,
                    SearchKey.Size _,
                    SearchKey.Day _,
                    SearchKey.Header _,
                    SearchKey.Text _ ->
                    key;
        };
    }

    /// Whether bodies are looked through, for which there are turns.
    public boolean opensBodies() {
        return needs == Needs.BODY;
    }

    private static Needs needs(SearchKey key) {
        return switch (key) {
            case SearchKey.And(var keys) ->
                    keys.stream().map(SearchRun::needs).max(Needs::compareTo).orElse(Needs.FLAGS);
            case SearchKey.Or(var one, var other) ->
                    needs(one).compareTo(needs(other)) > 0 ? needs(one) : needs(other);
            case SearchKey.Not(var inner) -> needs(inner);
            case SearchKey.Flag _, SearchKey.Recent _, SearchKey.Modseq _, SearchKey.Numbers _ ->
                    Needs.FLAGS;
            case SearchKey.Size _ -> Needs.ROW;
            case SearchKey.Day(var clock, _, _) ->
                    clock == SearchKey.Clock.ARRIVED ? Needs.ROW : Needs.OUTLINE;
            case SearchKey.Header _ -> Needs.OUTLINE;
            case SearchKey.Text _ -> Needs.BODY;
        };
    }

    /// One message that is looked at. Its body is read when the first key asks for it, and once.
    private final class Looked {
        private final int place;
        private final int uid;
        private final @Nullable Filed filed;
        private @Nullable Words words;

        /// @param place in the view
        /// @param filed null if the keys need no row
        Looked(int place, int uid, @Nullable Filed filed) {
            this.place = place;
            this.uid = uid;
            this.filed = filed;
        }

        Filed row() {
            if (filed == null) {
                throw new IllegalStateException("the keys need a row");
            }
            return filed;
        }

        Words words() throws IOException, LimitException {
            Words read = words == null ? read(row()) : words;
            words = read;
            return read;
        }
    }

    /// What a message says, in lower case.
    private record Words(String header, String body) {}

    /// The places in the view of the messages that are looked for.
    ///
    /// @throws LimitException if there is more to look through than one search may
    public BitSet places() throws IOException, LimitException {
        deadline = System.nanoTime() + SearchLimits.SEARCH_MAX.toNanos();
        BitSet found = new BitSet();
        int[] uids = scene.uids();
        for (int end = uids.length; end > 0; end -= CHUNK) {
            int begin = Math.max(0, end - CHUNK);
            int[] chunk = Arrays.copyOfRange(uids, begin, end);
            if (needs == Needs.FLAGS) {
                for (int place = begin; place < end; place++) {
                    look(new Looked(place, uids[place], null), found);
                }
            } else {
                look(chunk, found);
            }
        }
        return found;
    }

    /// The highest mod-sequence of messages that were found; 0 if there are none.
    public long lastChange(BitSet found) {
        return found.stream()
                .map(place -> now.place(scene.uids()[place]))
                .mapToLong(now::modseq)
                .max()
                .orElse(0);
    }

    /// Looks at some messages; as many outlines as are read at once are in memory.
    private void look(int[] uids, BitSet found) throws IOException, LimitException {
        boolean outlined = needs != Needs.ROW;
        int[] left = uids;
        while (left.length > 0) {
            List<Filed> filed = scene.folder().filed(left, outlined);
            for (Filed each : filed.reversed()) {
                look(new Looked(scene.place(each.uid()), each.uid(), each), found);
            }
            int last = filed.isEmpty() ? Integer.MAX_VALUE : filed.getLast().uid();
            left = Arrays.stream(left).filter(uid -> uid > last).toArray();
        }
    }

    private void look(Looked at, BitSet found) throws LimitException {
        requireTime();
        try {
            if (now.place(at.uid) >= 0 && matches(key, at)) {
                found.set(at.place);
            }
        } catch (IOException e) {
            // One that cannot be read is not found; the others are.
            String which = String.valueOf(at.row().key());
            LOG.warn("message {} is not searched: {}", which, e.getClass().getName());
        }
    }

    private void requireTime() throws LimitException {
        if (System.nanoTime() - deadline > 0) {
            throw new LimitException();
        }
    }

    /// Keys lie at most fifty in one another (`grammar`), and so do these calls.
    private boolean matches(SearchKey wanted, Looked at) throws IOException, LimitException {
        switch (wanted) {
            case SearchKey.And(var keys) -> {
                for (SearchKey each : keys) {
                    if (!matches(each, at)) {
                        return false;
                    }
                }
                return true;
            }
            case SearchKey.Or(var one, var other) -> {
                return matches(one, at) || matches(other, at);
            }
            case SearchKey.Not(var inner) -> {
                return !matches(inner, at);
            }
            case SearchKey.Flag(var flag) -> {
                long bit = Flags.bit(flag, now.keywords());
                return (now.flags(now.place(at.uid)) & bit) != 0;
            }
            case SearchKey.Recent() -> {
                return scene.recent().test(at.uid);
            }
            case SearchKey.Modseq(var first) -> {
                return now.modseq(now.place(at.uid)) >= first;
            }
            case SearchKey.Numbers numbers -> {
                return sets.computeIfAbsent(numbers, _ -> places(numbers)).get(at.place);
            }
            case SearchKey.Size(var larger, var limit) -> {
                return larger ? at.row().octets() > limit : at.row().octets() < limit;
            }
            case SearchKey.Day day -> {
                return day(day, at.row());
            }
            case SearchKey.Header(var field, var text) -> {
                return header(field, lower(text), at.row());
            }
            case SearchKey.Text(var header, var text) -> {
                requireTime();
                Words words = at.words();
                String lower = lower(text);
                return words.body().contains(lower) || (header && words.header().contains(lower));
            }
        }
    }

    private BitSet places(SearchKey.Numbers numbers) {
        return numbers.uids()
                ? numbers.set().places(scene.uids())
                : numbers.set().places(scene.uids().length).orElseGet(BitSet::new);
    }

    private static boolean day(SearchKey.Day key, Filed filed) throws IOException {
        Optional<LocalDate> day =
                switch (key.clock()) {
                    case ARRIVED ->
                            Optional.of(filed.arrived().atZone(ZoneOffset.UTC).toLocalDate());
                    // In the zone that the field itself names.
                    case SENT ->
                            fields(filed)
                                    .flatMap(it -> it.first("Date"))
                                    .flatMap(it -> MailDate.parse(it.body()))
                                    .map(it -> it.toLocalDate());
                };
        return day.filter(it ->
                        switch (key.relation()) {
                            case BEFORE -> it.isBefore(key.day());
                            case ON -> it.equals(key.day());
                            case SINCE -> !it.isBefore(key.day());
                        })
                .isPresent();
    }

    private static Optional<HeaderSection> fields(Filed filed) throws IOException {
        Outline outline = filed.outline();
        if (outline == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(outline.fields());
        } catch (MimeException e) {
            return Optional.empty();
        }
    }

    private static boolean header(String name, String text, Filed filed) throws IOException {
        return fields(filed).stream()
                .flatMap(fields -> fields.all(name).stream())
                .anyMatch(field -> decoded(field).contains(text));
    }

    private static String decoded(HeaderField field) {
        return lower(EncodedWords.decode(field.body()));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /// The words of a message: its fields, those of its parts, and its text parts.
    private Words read(Filed filed) throws IOException, LimitException {
        octets += filed.octets();
        if (filed.octets() > SearchLimits.SEARCHED_MESSAGE_OCTETS_MAX
                || octets > SearchLimits.SEARCHED_OCTETS_MAX) {
            throw new LimitException();
        }
        byte[] all;
        try (InputStream in = scene.folder().content(filed).open()) {
            all = in.readAllBytes();
        }
        StringBuilder header = new StringBuilder();
        StringBuilder body = new StringBuilder();
        try {
            MimeIndex index = MimeIndex.of(Content.of(all));
            for (HeaderField field : index.header().fields()) {
                header.append(field.name()).append(": ").append(decoded(field)).append('\n');
            }
            for (MimePart part : index.parts()) {
                if (part != index.root()) {
                    append(body, slice(all, part.span().begin(), part.span().bodyBegin()));
                }
                if (part.isA("text")) {
                    append(body, part, all);
                }
            }
        } catch (MimeException e) {
            append(body, all);
        }
        return new Words(lower(header.toString()), lower(body.toString()));
    }

    private static void append(StringBuilder words, byte[] octets) {
        words.append(Text.decode(octets, "utf-8")).append('\n');
    }

    private static void append(StringBuilder words, MimePart part, byte[] all) throws IOException {
        byte[] raw = slice(all, part.span().bodyBegin(), part.span().end());
        try (InputStream in = part.encoding().decode(Content.of(raw).open())) {
            words.append(Text.decode(in.readAllBytes(), part.parameter("charset"))).append('\n');
        }
    }

    private static byte[] slice(byte[] all, long begin, long end) {
        return Arrays.copyOfRange(all, (int) begin, (int) end);
    }
}
