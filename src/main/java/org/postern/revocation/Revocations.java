package org.postern.revocation;

import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.fetch.Fetcher;
import org.postern.pki.PartnerDirectory.Revocation;
import org.postern.pki.PartnerDirectory.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is known about the revocation of certificates. [#of] answers from memory and never waits
/// for the network; what it cannot answer is asked for on another thread, and what it can is asked
/// for again before it ends.
///
/// Lists come first, because who gets one does not tell the authority with whom the clinic writes;
/// responders are asked about a certificate only where no list tells. Only certificates below an
/// anchor come here, so strangers cannot have us ask anybody.
///
/// Safe for use by many threads.
public final class Revocations implements Revocation {
    /// How often [#look] is to be called.
    public static final Duration EVERY = Duration.ofSeconds(30);

    /// Places that are known at once.
    static final int PLACES_MAX = 5_000;

    /// Of them, lists below one anchor.
    static final int LISTS_OF_ANCHOR_MAX = 200;

    /// What all lists together take in memory.
    static final long OCTETS_MAX = 64L << 20;

    /// Lists that are got at once: each takes up to 60 MiB while it is got and read.
    private static final int LISTS_UNDER_WAY_MAX = 2;

    private static final int ANSWERS_UNDER_WAY_MAX = 8;

    /// Of one host.
    private static final int LISTS_OF_HOST_MAX = 1;

    private static final int ANSWERS_OF_HOST_MAX = 2;

    /// For so long a question waits for its turn: several of ten seconds each. Then it counts as
    /// failed, and its time comes again.
    private static final Duration TURN_MAX = Duration.ofMinutes(2);

    /// A place that nobody needed for so long is not asked ahead any more.
    private static final Duration LIST_NEEDED = Duration.ofDays(8);

    private static final Duration ANSWER_NEEDED = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

    private final Means means;
    private final Terms terms;
    private final InstantSource clock;
    private final Map<String, Source> sources = new ConcurrentHashMap<>();
    private final long octetsMax;
    private final Turns listTurns = new Turns(LISTS_UNDER_WAY_MAX, LISTS_OF_HOST_MAX, TURN_MAX);
    private final Turns answerTurns =
            new Turns(ANSWERS_UNDER_WAY_MAX, ANSWERS_OF_HOST_MAX, TURN_MAX);

    /// Who holds it reads what was kept, one at a time, or makes room.
    private final ReentrantLock loading = new ReentrantLock();

    /// What it works with.
    ///
    /// @param random for nonces
    public record Means(Fetcher fetcher, EvidenceFolder folder, RandomGenerator random) {}

    /// What is demanded.
    ///
    /// @param everybody whether a certificate that names no place is refused
    /// @param grace for how long the last good word counts beyond its end
    /// @param patience for how long a message waits for a word
    public record Terms(boolean everybody, Duration grace, Duration patience) {}

    /// One place, for people.
    ///
    /// @param failure why the last question was of no use; empty if it was
    public record Report(URI place, Optional<Instant> until, String failure) {}

    public Revocations(Means means, Terms terms, InstantSource clock) {
        this(means, terms, clock, OCTETS_MAX);
    }

    /// @param octetsMax that all lists together take in memory
    Revocations(Means means, Terms terms, InstantSource clock, long octetsMax) {
        this.octetsMax = octetsMax;
        this.means = means;
        this.terms = terms;
        this.clock = clock;
    }

    @Override
    public Duration patience() {
        return terms.patience();
    }

    @Override
    public Instant now(Instant at) {
        return clock.instant();
    }

    @Override
    public Standing of(List<X509Certificate> path, Instant now) {
        Standing worst = new Standing.Good();
        for (int i = 0; i + 1 < path.size(); i++) {
            Link link = new Link(path.get(i), path.get(i + 1), path.getLast());
            Standing each = of(link, now);
            worst = badness(each) >= badness(worst) ? each : worst;
            if (worst instanceof Standing.Revoked(boolean keyStands) && !keyStands) {
                return worst;
            }
        }
        return worst;
    }

    private static int badness(Standing standing) {
        return switch (standing) {
            case Standing.Good _ -> 0;
            case Standing.Unknown _, Standing.NoPlace _ -> 1;
            case Standing.Awaited _ -> 2;
            case Standing.Revoked(boolean keyStands) -> keyStands ? 3 : 4;
        };
    }

    /// A certificate, who issued it, and the anchor above both.
    private record Link(
            X509Certificate certificate, X509Certificate issuer, X509Certificate anchor) {}

    private Standing of(Link link, Instant now) {
        X509Certificate certificate = link.certificate();
        Sources named = Sources.of(certificate);
        if (named.isEmpty()) {
            return named.isNone()
                    ? noPlace()
                    : new Standing.Unknown("names no place that is asked");
        }
        List<Source> lists = new ArrayList<>();
        for (URI uri : named.lists()) {
            lists.add(source(new Place.Listed(uri, link.issuer()), link));
        }
        List<Source> responders = new ArrayList<>();
        StatusAnswer.Subject subject = new StatusAnswer.Subject(certificate, link.issuer());
        for (URI uri : named.responders()) {
            responders.add(source(new Place.Responder(uri, subject), link));
        }
        return of(certificate, new Places(lists, responders), now);
    }

    private Standing noPlace() {
        return terms.everybody() ? new Standing.NoPlace() : new Standing.Good();
    }

    /// Where it is told of one certificate.
    private record Places(List<Source> lists, List<Source> responders) {
        /// The last word that counts now. Between several the later one decides: a suspension ends,
        /// and a list may be older than an answer.
        ///
        /// @param grace for how long a good one counts beyond its end
        Optional<Evidence> newest(X509Certificate certificate, Instant now, Duration grace) {
            return Stream.of(lists, responders)
                    .flatMap(some -> told(some, certificate))
                    .filter(it -> it.holds(now, grace))
                    .max(Evidence.LATER_OR_WORSE);
        }

        static Stream<Evidence> told(List<Source> some, X509Certificate certificate) {
            return some.stream().flatMap(source -> source.about(certificate).stream());
        }
    }

    private Standing of(X509Certificate certificate, Places places, Instant now) {
        List<Source> lists = places.lists();
        List<Source> responders = places.responders();
        lists.forEach(list -> use(list, now));
        Optional<Evidence> known = places.newest(certificate, now, Duration.ZERO);
        boolean isAwaited = false;
        if (known.isEmpty()) {
            lists.forEach(list -> ask(list, now));
            isAwaited = lists.stream().anyMatch(Source::isAwaited);
            // One may have come by now.
            known = places.newest(certificate, now, Duration.ZERO);
        }
        if (known.isPresent()) {
            boolean listed =
                    Places.told(lists, certificate).anyMatch(it -> it.holds(now, Duration.ZERO));
            // Also where they say that it is revoked, or they could never take it back.
            if (!listed || Places.told(responders, certificate).anyMatch(Evidence::revoked)) {
                lists.forEach(list -> ask(list, now));
                askResponders(responders, now);
            }
            return standing(known.get());
        }
        if (!isAwaited) {
            askResponders(responders, now);
        }
        isAwaited |= responders.stream().anyMatch(Source::isAwaited);
        // The grace is for when nobody tells; a list that does not come may hide what a responder
        // says.
        Optional<Evidence> last =
                isAwaited && !responders.isEmpty()
                        ? places.newest(certificate, now, Duration.ZERO)
                        : places.newest(certificate, now, terms.grace());
        if (last.isPresent()) {
            return standing(last.get());
        }
        return isAwaited
                ? new Standing.Awaited(false)
                : new Standing.Unknown(why(lists, responders));
    }

    private void askResponders(List<Source> responders, Instant now) {
        for (Source responder : responders) {
            use(responder, now);
            ask(responder, now);
        }
    }

    private static Standing standing(Evidence said) {
        return said.revoked() ? new Standing.Revoked(said.keyStands()) : new Standing.Good();
    }

    private static String why(List<Source> lists, List<Source> responders) {
        StringJoiner why = new StringJoiner("; ");
        lists.stream().map(Source::failure).filter(it -> !it.isEmpty()).forEach(why::add);
        responders.stream().map(Source::failure).filter(it -> !it.isEmpty()).forEach(why::add);
        return why.length() == 0 ? "its authority tells nothing about it" : why.toString();
    }

    private void use(Source source, Instant now) {
        source.use(now);
        means.folder().use(source.place().name(), now);
    }

    private Source source(Place place, Link link) {
        String name = place.name();
        Source known = sources.get(name);
        if (known != null) {
            return known;
        }
        loading.lock();
        try {
            known = sources.get(name);
            if (known == null) {
                known = new Source(place, link.anchor(), kept(name));
                sources.put(name, known);
                makeRoom();
            }
            return known;
        } finally {
            loading.unlock();
        }
    }

    /// Forgets what is too much, below the anchor that has most of it: no partner's authority takes
    /// the room of another's. What is forgotten still lies in the folder.
    private void makeRoom() {
        if (sources.size() > PLACES_MAX) {
            leastUsed(sources.values().stream()).stream()
                    .limit(PLACES_MAX / 4)
                    .forEach(this::forget);
        }
        Map<X509Certificate, List<Source>> byAnchor =
                sources.values().stream()
                        .filter(it -> it.place() instanceof Place.Listed)
                        .collect(Collectors.groupingBy(Source::anchor));
        for (List<Source> lists : byAnchor.values()) {
            int more = lists.size() - LISTS_OF_ANCHOR_MAX;
            leastUsed(lists.stream()).stream().limit(Math.max(0, more)).forEach(this::forget);
        }
        while (octets() > octetsMax) {
            Optional<Source> next =
                    byAnchor.values().stream()
                            .map(lists -> lists.stream().filter(this::takesRoom).toList())
                            .filter(lists -> lists.stream().anyMatch(it -> !it.isUnderWay()))
                            .max(Comparator.comparingLong(Revocations::octets))
                            .flatMap(lists -> leastUsed(lists.stream()).stream().findFirst());
            if (next.isEmpty()) {
                return;
            }
            forget(next.get());
        }
    }

    private static List<Source> leastUsed(Stream<Source> some) {
        return some.filter(it -> !it.isUnderWay())
                .sorted(Comparator.comparing(Source::used))
                .toList();
    }

    private boolean takesRoom(Source source) {
        return source.octets() > 0 && sources.containsKey(source.place().name());
    }

    private void forget(Source source) {
        sources.remove(source.place().name());
    }

    /// What is taken in memory.
    long octets() {
        return octets(sources.values());
    }

    private static long octets(Collection<Source> some) {
        return some.stream().mapToLong(Source::octets).sum();
    }

    private Optional<EvidenceFolder.Kept> kept(String name) {
        try {
            return means.folder().load(name);
        } catch (IOException e) {
            LOG.error("what an authority said cannot be read: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /// Asks ahead of the mail wherever it is time. It returns at once.
    public void look() {
        Instant now = clock.instant();
        for (Source source : sources.values()) {
            Duration needed =
                    switch (source.place()) {
                        case Place.Listed _ -> LIST_NEEDED;
                        case Place.Responder _ -> ANSWER_NEEDED;
                    };
            if (!source.used().plus(needed).isBefore(now)) {
                ask(source, now);
            }
        }
    }

    /// Whether nobody is being asked, and all that was heard is written down.
    boolean isIdle() {
        // In this order: what is not under way any more keeps its place until it is written.
        return sources.values().stream().noneMatch(Source::isUnderWay)
                && listTurns.isIdle()
                && answerTurns.isIdle();
    }

    /// What is known of each place.
    public List<Report> reports() {
        return sources.values().stream()
                .map(it -> new Report(it.place().uri(), it.until(), it.failure()))
                .sorted(Comparator.comparing(it -> it.place().toString()))
                .toList();
    }

    private void ask(Source source, Instant now) {
        if (source.begin(now)) {
            Turns turns =
                    switch (source.place()) {
                        case Place.Listed _ -> listTurns;
                        case Place.Responder _ -> answerTurns;
                    };
            String host = String.valueOf(source.place().uri().getHost());
            Thread.ofVirtual()
                    .name("revocation")
                    .start(() -> {
                        if (!turns.take(host, () -> askNow(source))) {
                            source.giveUp(clock.instant());
                        }
                    });
        }
    }

    private void askNow(Source source) {
        byte[] nonce = new byte[StatusAnswer.NONCE_OCTETS];
        means.random().nextBytes(nonce);
        Optional<EvidenceFolder.Kept> kept = source.ask(means.fetcher(), nonce, clock.instant());
        kept.ifPresent(it -> means.folder().save(source.place().name(), it));
        loading.lock();
        try {
            makeRoom();
        } finally {
            loading.unlock();
        }
        if (!source.failure().isEmpty()) {
            LOG.warn("revocation is not known: {}", source.failure());
        }
    }
}
