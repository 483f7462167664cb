package org.postern.revocation;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.fetch.Fetched;
import org.postern.fetch.Fetcher;
import org.postern.revocation.Place.Word;

/// What is known from one place, and when it is asked again. A word that cannot be used, or is
/// older than the one that is kept, changes nothing: an old answer that is played again does no
/// harm.
///
/// Safe for use by many threads.
final class Source {
    /// Of a list.
    static final int OCTETS_MAX = 20 << 20;

    private static final Duration EVERY_MAX = Duration.ofHours(12);
    private static final Duration EVERY_MIN = Duration.ofMinutes(5);
    private static final Duration AFTER_FAILURE_MIN = Duration.ofMinutes(1);
    private static final Duration AFTER_FAILURE_MAX = Duration.ofHours(1);

    /// Failures after which the wait does not grow any more.
    private static final int DOUBLINGS_MAX = 6;

    private final Place place;
    private final X509Certificate anchor;
    private @Nullable Word word;
    private Instant fetched = Instant.EPOCH;
    private Instant failed = Instant.EPOCH;
    private int failures;
    private String failure = "";
    private boolean underWay;

    /// [Instant#MIN] as long as nobody needed it, so that it is not asked ahead.
    private Instant used = Instant.MIN;

    /// @param anchor above it
    /// @param kept what was kept of this place
    Source(Place place, X509Certificate anchor, Optional<EvidenceFolder.Kept> kept) {
        this.place = place;
        this.anchor = anchor;
        if (kept.isPresent()) {
            try {
                // As it was judged when it came: who signed it may have ended since.
                fetched = kept.get().fetched();
                word = counting(place.read(kept.get().octets(), new byte[0], fetched), fetched);
            } catch (SpoiltException e) {
                failure = "what was kept " + e.reason();
            }
        }
    }

    Place place() {
        return place;
    }

    X509Certificate anchor() {
        return anchor;
    }

    /// What its word takes in memory.
    synchronized int octets() {
        return word == null ? 0 : word.octets();
    }

    synchronized boolean isUnderWay() {
        return underWay;
    }

    synchronized Optional<Evidence> about(X509Certificate certificate) {
        return word == null ? Optional.empty() : word.about().apply(certificate);
    }

    /// Somebody wants to know.
    synchronized void use(Instant now) {
        used = now;
    }

    synchronized Instant used() {
        return used;
    }

    /// Whether its first answer is awaited. One that has failed is not waited for.
    synchronized boolean isAwaited() {
        return underWay && failures == 0;
    }

    /// Why there is nothing newer; empty if the last time was a good one.
    synchronized String failure() {
        return failure;
    }

    /// When the next word is due by what was said last; empty if nothing was.
    synchronized Optional<Instant> until() {
        return Optional.ofNullable(word).map(Word::until);
    }

    /// Takes on the task of asking, if it is time.
    synchronized boolean begin(Instant now) {
        // A clock that was ahead is not waited for.
        boolean wentBack = now.isBefore(failures > 0 ? failed : fetched);
        if (underWay || (now.isBefore(due()) && !wentBack)) {
            return false;
        }
        underWay = true;
        return true;
    }

    /// Half of the time before the word ends is left for trying again.
    private Instant due() {
        if (failures > 0) {
            Duration wait =
                    AFTER_FAILURE_MIN.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
            return failed.plus(shorter(wait, AFTER_FAILURE_MAX));
        }
        if (word == null) {
            return Instant.MIN;
        }
        Duration half = Duration.between(fetched, word.until()).dividedBy(2);
        Duration wait = shorter(half, EVERY_MAX);
        return fetched.plus(wait.compareTo(EVERY_MIN) < 0 ? EVERY_MIN : wait);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /// Asks and judges; after [#begin]. It blocks, within the limits of the question.
    ///
    /// @return what is to be kept; empty if it was of no use
    Optional<EvidenceFolder.Kept> ask(Fetcher fetcher, byte[] nonce, Instant now) {
        Optional<EvidenceFolder.Kept> kept = Optional.empty();
        try {
            byte[] octets =
                    switch (fetcher.ask(place.question(nonce))) {
                        case Fetched.Body(_, byte[] body) -> body;
                        case Fetched.Failed(String reason) -> throw new IOException(reason);
                    };
            Word said = place.read(octets, nonce, now);
            take(said, now);
            kept = Optional.of(new EvidenceFolder.Kept(now, octets));
            requireInTime(said, now);
            done(now);
        } catch (SpoiltException e) {
            fail("what " + place.uri().getHost() + " says " + e.reason(), now);
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage()), now);
        } catch (RuntimeException e) {
            // Whatever a server says must not end the thread with the task still taken on.
            fail("a fault of the gateway: " + e.getClass().getName(), now);
        } finally {
            // Nor must what no program can bear: it would be awaited for ever.
            end(now);
        }
        return kept;
    }

    /// Gives the task back undone: too many others are asked.
    void giveUp(Instant now) {
        fail("too much is being asked, so " + place.uri().getHost() + " was not", now);
    }

    private synchronized void take(Word said, Instant now) throws SpoiltException {
        if (said.from().isAfter(now.plus(Evidence.SKEW_MAX))) {
            throw new SpoiltException("is of a time to come");
        }
        if (word != null && said.from().isBefore(word.from())) {
            throw new SpoiltException("is older than what it said before");
        }
        word = counting(said, now);
    }

    /// Of a word that is out of date when it comes only what is revoked counts.
    private static Word counting(Word said, Instant now) {
        return said.until().isBefore(now)
                ? new Word(
                        said.from(),
                        said.until(),
                        said.octets(),
                        certificate -> said.about().apply(certificate).filter(Evidence::revoked))
                : said;
    }

    private static void requireInTime(Word said, Instant now) throws SpoiltException {
        if (said.until().isBefore(now)) {
            throw new SpoiltException("is out of date");
        }
    }

    private synchronized void done(Instant now) {
        fetched = now;
        failures = 0;
        failure = "";
        underWay = false;
    }

    private synchronized void fail(String reason, Instant now) {
        failures++;
        failed = now;
        failure = reason;
        underWay = false;
    }

    private synchronized void end(Instant now) {
        if (underWay) {
            fail("a fault of the gateway", now);
        }
    }
}
