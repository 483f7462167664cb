package org.postern.dns;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.postern.net.TlsaRecord;

/// Keeps answers as long as they may be used, so that a thousand messages for a domain ask once.
/// While one thread asks, the others wait for its answer.
public final class CachedResolver implements Resolver {
    /// An answer with a TTL of 0 is kept for this long all the same: a domain that asks for no
    /// caching must not make a look-up of each message.
    private static final Duration KEEP_MIN = Duration.ofSeconds(5);

    private static final Duration KEEP_MAX = Duration.ofHours(1);

    /// How long a doubt is an answer, so that a dead name server is not waited for by each message.
    private static final Duration DOUBT = Duration.ofSeconds(30);

    /// Answers kept at once; beyond it all that is old goes, and then all.
    private static final int ENTRIES_MAX = 20_000;

    private final Resolver behind;
    private final InstantSource clock;
    private final ConcurrentHashMap<Question, Kept> kept = new ConcurrentHashMap<>();

    public CachedResolver(Resolver behind, InstantSource clock) {
        this.behind = behind;
        this.clock = clock;
    }

    private enum Kind {
        MX,
        ADDRESSES,
        TXT,
        TLSA,
        SMIMEA
    }

    private record Question(Kind kind, String name) {}

    /// @param asked when the question was put
    private record Kept(Instant asked, CompletableFuture<Answer<?>> answer) {
        /// Also of no use if the clock has gone back behind the question.
        boolean isUsable(Instant now) {
            if (!answer.isDone()) {
                return true;
            }
            return !now.isBefore(asked) && now.isBefore(asked.plus(life(answer.join())));
        }
    }

    private static Duration life(Answer<?> answer) {
        return switch (answer) {
            case Answer.Found<?> found -> bounded(found.ttl());
            case Answer.NoData<?> none -> bounded(none.ttl());
            case Answer.NoDomain<?> none -> bounded(none.ttl());
            case Answer.Doubt<?> _ -> DOUBT;
        };
    }

    private static Duration bounded(Duration ttl) {
        if (ttl.compareTo(KEEP_MIN) < 0) {
            return KEEP_MIN;
        }
        return ttl.compareTo(KEEP_MAX) > 0 ? KEEP_MAX : ttl;
    }

    @Override
    public Answer<MxRecord> mx(String domain) {
        return answer(Kind.MX, domain, () -> behind.mx(domain));
    }

    @Override
    public Answer<InetAddress> addresses(String host) {
        return answer(Kind.ADDRESSES, host, () -> behind.addresses(host));
    }

    @Override
    public Answer<String> txt(String name) {
        return answer(Kind.TXT, name, () -> behind.txt(name));
    }

    @Override
    public Answer<TlsaRecord> tlsa(String name) {
        return answer(Kind.TLSA, name, () -> behind.tlsa(name));
    }

    @Override
    public Answer<TlsaRecord> smimea(String name) {
        return answer(Kind.SMIMEA, name, () -> behind.smimea(name));
    }

    // A kind has answers of one type, and each is put in by the method of that kind alone.
    @SuppressWarnings("unchecked")
    private <T> Answer<T> answer(Kind kind, String name, Supplier<Answer<T>> asking) {
        Instant now = clock.instant();
        Question question = new Question(kind, name);
        Kept mine = new Kept(now, new CompletableFuture<>());
        Kept there =
                kept.compute(
                        question,
                        (_, known) -> known != null && known.isUsable(now) ? known : mine);
        if (there.answer() == mine.answer()) {
            makeRoom(now);
            try {
                mine.answer().complete(asking.get());
            } finally {
                // Nobody waits for a thread that has died.
                mine.answer().complete(new Answer.Doubt<>("the look-up broke off"));
            }
        }
        return (Answer<T>) there.answer().join();
    }

    private void makeRoom(Instant now) {
        if (kept.size() > ENTRIES_MAX) {
            kept.values().removeIf(it -> !it.isUsable(now));
            if (kept.size() > ENTRIES_MAX) {
                kept.values().removeIf(it -> it.answer().isDone());
            }
        }
    }
}
