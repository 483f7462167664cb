package org.postern.search;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postern.grammar.SearchKey;
import org.postern.mail.Content;
import org.postern.mailfolder.Filed;
import org.postern.mailfolder.MailFolder;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One SEARCH: RFC 3501 §6.4.4, the newest messages first. Flags, dates and header fields are
/// answered without opening a body; what must be opened is bounded in octets, and all of it in
/// time.
public final class SearchRun {
    private static final Logger LOG = LoggerFactory.getLogger(SearchRun.class);

    private final Scene scene;
    private final SearchKey key;
    private final Snapshot now;
    private final Needs needs;
    private final Pages pages;
    private final IdentityHashMap<SearchKey, BitSet> sets = new IdentityHashMap<>();
    private long octets;

    /// The body of the message that is looked at, once it was read.
    private @Nullable BodyText body;

    /// Where it is looked: the folder as one session has been told of it.
    ///
    /// @param held whether it is the folder of held mail
    /// @param uids by sequence number, from place 0
    /// @param recent whether a UID is recent to the session
    /// @param saved UIDs that were found last: RFC 5182
    /// @param reader is told before anything depends on what messages say
    /// @param watch hears how far it is
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Scene(
            MailFolder folder,
            boolean held,
            Snapshot now,
            int[] uids,
            IntPredicate recent,
            int[] saved,
            Time time,
            Reader reader,
            Watch watch) {
        int place(int uid) {
            return Arrays.binarySearch(uids, uid);
        }

        /// The newest ones come first.
        void comesTo(int place) {
            watch.passed(uids.length - 1 - place);
        }

        /// The UIDs of messages that were found, for one that puts them in order.
        int[] found(BitSet places) throws LimitException {
            if (places.cardinality() > SearchLimits.SORTED_MESSAGES_MAX) {
                throw new LimitException();
            }
            return places.stream().map(place -> uids[place]).toArray();
        }
    }

    /// When it is looked.
    ///
    /// @param moment from which ages count
    /// @param stopwatch in nanoseconds, by which the time of the search ends
    public record Time(Instant moment, LongSupplier stopwatch) {}

    /// Who hears that messages are read.
    @FunctionalInterface
    public interface Reader {
        /// @return those of them that may be looked into
        List<Filed> reads(List<Filed> messages) throws IOException;
    }

    /// Who hears how far a search is.
    @FunctionalInterface
    public interface Watch {
        /// Called before each message that is looked at.
        ///
        /// @param messages that are looked at, or passed over, already
        void passed(int messages);
    }

    public SearchRun(Scene scene, SearchKey key) {
        this.scene = scene;
        this.key = Needs.cheapestFirst(key);
        this.now = scene.now();
        this.needs = Needs.of(key);
        this.pages = new Pages(scene, needs, Needs.fields(key));
    }

    public Needs needs() {
        return needs;
    }

    /// The places in the view of the messages that are looked for.
    ///
    /// @throws LimitException if there is more to look through than one search may
    public BitSet places() throws IOException, LimitException {
        BitSet found = new BitSet();
        int[] uids = scene.uids();
        if (needs == Needs.FLAGS) {
            for (int place = uids.length - 1; place >= 0; place--) {
                pages.requireTime();
                scene.comesTo(place);
                look(key, new Looked(place, uids[place], null), found);
            }
        } else {
            pages.each(
                    candidates(),
                    each ->
                            look(
                                    key,
                                    new Looked(scene.place(each.uid()), each.uid(), each),
                                    found));
        }
        return found;
    }

    /// Those that flags and numbers do not exclude already: the others are neither opened nor said
    /// to be read.
    private int[] candidates() throws IOException, LimitException {
        SearchKey flags =
                new SearchKey.And(
                        key instanceof SearchKey.And(var keys)
                                ? keys.stream().filter(it -> Needs.of(it) == Needs.FLAGS).toList()
                                : List.of());
        int[] uids = scene.uids();
        BitSet left = new BitSet();
        for (int place = 0; place < uids.length; place++) {
            pages.requireTime();
            look(flags, new Looked(place, uids[place], null), left);
        }
        return left.stream().map(place -> uids[place]).toArray();
    }

    /// The highest mod-sequence of messages that were found; 0 if there are none.
    public long lastChange(BitSet found) {
        return found.stream()
                .map(place -> now.place(scene.uids()[place]))
                .mapToLong(now::modseq)
                .max()
                .orElse(0);
    }

    private void look(SearchKey wanted, Looked at, BitSet found) throws LimitException {
        body = null;
        try {
            if (now.place(at.uid()) >= 0 && matches(wanted, at)) {
                found.set(at.place());
            }
        } catch (IOException e) {
            // One that cannot be read is not found; the others are.
            String which = String.valueOf(at.row().key());
            LOG.warn("message {} is not searched: {}", which, e.getClass().getName());
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
                return (now.flags(now.place(at.uid())) & bit) != 0;
            }
            case SearchKey.Recent() -> {
                return scene.recent().test(at.uid());
            }
            case SearchKey.Modseq(var first) -> {
                return now.modseq(now.place(at.uid())) >= first;
            }
            case SearchKey.Numbers numbers -> {
                return sets.computeIfAbsent(numbers, _ -> places(numbers)).get(at.place());
            }
            case SearchKey.Size(var larger, var limit) -> {
                long octets = at.row().octets();
                return octets != Filed.OCTETS_UNKNOWN && (larger ? octets > limit : octets < limit);
            }
            case SearchKey.Age(var older, var seconds) -> {
                Instant then = scene.time().moment().minusSeconds(seconds);
                Instant arrived = at.row().arrived();
                return older ? !arrived.isAfter(then) : !arrived.isBefore(then);
            }
            case SearchKey.Day day -> {
                return day(day, at);
            }
            case SearchKey.ObjectId(var thread, var id) -> {
                return id.equals(thread ? at.row().threadId() : at.row().emailId());
            }
            case SearchKey.Header(var field, var text) -> {
                pages.requireTime();
                String lower = BodyText.lower(text);
                return at.decoded(field).stream().anyMatch(it -> it.contains(lower));
            }
            case SearchKey.Text(var header, var text) -> {
                pages.requireTime();
                BodyText read = body == null ? read(at.row()) : body;
                body = read;
                String lower = BodyText.lower(text);
                return read.body().contains(lower) || (header && read.header().contains(lower));
            }
        }
    }

    private BitSet places(SearchKey.Numbers numbers) {
        if (numbers.set().isSaved()) {
            BitSet saved = new BitSet();
            IntStream.of(scene.saved()).map(scene::place).filter(it -> it >= 0).forEach(saved::set);
            return saved;
        }
        return numbers.uids()
                ? numbers.set().places(scene.uids())
                : numbers.set().places(scene.uids().length).orElseGet(BitSet::new);
    }

    private static boolean day(SearchKey.Day key, Looked at) throws IOException {
        Optional<LocalDate> day =
                switch (key.clock()) {
                    case ARRIVED -> Optional.of(utc(at.row().arrived()));
                    case SAVED -> Optional.of(utc(at.row().saved()));
                    // In the zone that the field itself names.
                    case SENT -> at.date().map(OffsetDateTime::toLocalDate);
                };
        return day.filter(it ->
                        switch (key.relation()) {
                            case BEFORE -> it.isBefore(key.day());
                            case ON -> it.equals(key.day());
                            case SINCE -> !it.isBefore(key.day());
                        })
                .isPresent();
    }

    private static LocalDate utc(Instant moment) {
        return moment.atZone(ZoneOffset.UTC).toLocalDate();
    }

    private BodyText read(Filed filed) throws IOException, LimitException {
        requireRoom(filed.octets());
        Content content = scene.folder().content(filed);
        // Another server may have told another size.
        requireRoom(content.size());
        octets += content.size();
        try (InputStream in = content.open()) {
            return BodyText.read(in.readAllBytes());
        }
    }

    private void requireRoom(long more) throws LimitException {
        if (more > SearchLimits.SEARCHED_MESSAGE_OCTETS_MAX
                || octets + more > SearchLimits.SEARCHED_OCTETS_MAX) {
            throw new LimitException();
        }
    }
}
