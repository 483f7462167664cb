package org.postern.bearer;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postern.fetch.Fetched;
import org.postern.fetch.Fetcher;
import org.postern.fetch.Question;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys of an issuer that a web server publishes, kept for a while. It is asked once at a time, and
/// whatever comes in, no more than once within `AGAIN`.
final class WebKeys implements KeySource {
    private static final Logger LOG = LoggerFactory.getLogger(WebKeys.class);

    /// Between two questions, also if the first one failed, or a token named an unknown key.
    static final Duration AGAIN = Duration.ofMinutes(1);

    /// After so long it is asked anew: a key that the issuer took out is not believed for longer.
    static final Duration FRESH = Duration.ofMinutes(15);

    /// So long keys count whose server cannot be asked; then nobody is let in by a token.
    static final Duration LIFE = Duration.ofHours(12);

    /// Keys that were fetched so lately are those that the issuer has.
    static final Duration JUST = Duration.ofSeconds(5);

    private static final Duration QUESTION_MAX = Duration.ofSeconds(10);

    private final URI uri;
    private final Fetcher fetcher;
    private final InstantSource clock;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Known known;

    /// Belongs to the one who asks.
    private Instant tried = Instant.MIN;

    private record Known(JsonWebKeys keys, Instant at) {}

    WebKeys(URI uri, Fetcher fetcher, InstantSource clock) {
        this.uri = uri;
        this.fetcher = fetcher;
        this.clock = clock;
    }

    @Override
    public JsonWebKeys current() throws IOException {
        Known now = known;
        if (now != null && isYounger(now, FRESH)) {
            return now.keys();
        }
        // While somebody else asks, nobody waits who has keys that still count.
        ask(now != null && isYounger(now, LIFE) ? Duration.ZERO : QUESTION_MAX);
        Known then = known;
        if (then == null || !isYounger(then, LIFE)) {
            throw new IOException(
                    "the keys of the token issuer cannot be had from " + uri.getHost());
        }
        return then.keys();
    }

    @Override
    public JsonWebKeys afresh() throws IOException {
        Known before = known;
        if (before != null && isYounger(before, JUST)) {
            return before.keys();
        }
        ask(QUESTION_MAX);
        Known now = known;
        if (now == null || now.equals(before)) {
            throw new IOException(
                    "a token names a key that is not known yet, and "
                            + uri.getHost()
                            + " cannot be asked for it now");
        }
        return now.keys();
    }

    private void ask(Duration wait) throws IOException {
        try {
            if (asking.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    askOnce();
                } finally {
                    asking.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before a token was checked", e);
        }
    }

    /// A clock that was set back makes nothing young for ever.
    private boolean isYounger(Known it, Duration age) {
        Duration since = Duration.between(it.at(), clock.instant());
        return since.compareTo(age) < 0 && since.compareTo(age.negated()) > 0;
    }

    private void askOnce() {
        Instant now = clock.instant();
        if (now.isBefore(tried) || now.isAfter(tried.plus(AGAIN)) || tried.equals(Instant.MIN)) {
            tried = now;
            Question question =
                    Question.get(
                            uri,
                            "application/json",
                            new Question.Limits(JsonWebKeys.OCTETS_MAX, QUESTION_MAX));
            switch (fetcher.ask(question)) {
                case Fetched.Body(_, byte[] octets) -> take(octets, now);
                case Fetched.Failed(String reason) ->
                        LOG.warn("the keys of the token issuer: {}", reason);
            }
        }
    }

    private void take(byte[] octets, Instant now) {
        try {
            known = new Known(JsonWebKeys.parse(octets), now);
        } catch (IOException e) {
            LOG.warn("the keys of the token issuer, from {}: {}", uri.getHost(), e.getMessage());
        }
    }
}
