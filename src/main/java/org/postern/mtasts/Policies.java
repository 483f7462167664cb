package org.postern.mtasts;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postern.dns.Answer;
import org.postern.dns.Resolver;
import org.postern.mail.Domain;
import org.postern.mtasts.Policy.Mode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The policies of all domains. A policy that was fetched once holds for its time, whatever happens
/// to the TXT record, the policy host or this program meanwhile: RFC 8461 §5.1.
public final class Policies {
    /// RFC 8461 §3.3: a fetch that failed is not tried again at once.
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(5);

    /// How long mail waits for DNS to say whether there is a policy, if nobody knows of one. A
    /// passing trouble is over by then; a domain whose servers never answer this question gets its
    /// mail all the same, as far as that needs no proof: RFC 8461 §3.1, §3.3.
    static final Duration DOUBT_MAX = Duration.ofHours(1);

    /// Doubts that lie farther apart are two troubles: mail that waits asks more often than that.
    private static final Duration DOUBTS_APART = Duration.ofHours(3);

    /// Domains remembered at once; the files keep the others.
    private static final int DOMAINS_MAX = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(Policies.class);

    private final Resolver resolver;
    private final PolicyFetch fetch;
    private final PolicyFolder folder;
    private final InstantSource clock;
    private final ConcurrentHashMap<Domain, Entry> entries = new ConcurrentHashMap<>();

    /// @param resolver which keeps answers
    public Policies(
            Resolver resolver, PolicyFetch fetch, PolicyFolder folder, InstantSource clock) {
        this.resolver = resolver;
        this.fetch = fetch;
        this.folder = folder;
        this.clock = clock;
    }

    /// What a domain demands.
    public sealed interface Demand {
        /// Nothing: there is no policy, or one that does not ask for proof.
        record Nothing() implements Demand {}

        record Enforced(Policy policy) implements Demand {}

        /// There may be a policy that demands proof, and it is not to be had. Mail that needs no
        /// proof goes as if there were none (RFC 8461 §3.3); mail that does must not take this for
        /// the answer that nothing can be proved.
        record Doubtful(String reason) implements Demand {}

        /// There may be a policy, and so no mail goes now: our own disk does not give it out, or
        /// DNS has not said for some minutes whether there is one.
        record Unknown(String reason) implements Demand {}
    }

    /// What is known of one domain; used under its lock.
    private static final class Entry {
        final ReentrantLock lock = new ReentrantLock();
        boolean loaded;
        @Nullable KeptPolicy kept;
        @Nullable Instant failed;
        String failure = "";

        /// Since when DNS has not answered. The mail that waits for it asks again and again.
        @Nullable Instant doubted;

        /// When it did not for the last time.
        @Nullable Instant doubtedLast;
    }

    /// What the domain demands now. It blocks while a new policy is fetched.
    public Demand demand(Domain domain) {
        if (entries.size() > DOMAINS_MAX) {
            entries.clear();
        }
        Entry entry = entries.computeIfAbsent(domain, _ -> new Entry());
        entry.lock.lock();
        try {
            Demand otherwise = refresh(domain, entry);
            KeptPolicy kept = entry.kept;
            if (kept == null || !kept.holds(clock.instant())) {
                return otherwise;
            }
            return kept.policy().mode() == Mode.ENFORCE
                    ? new Demand.Enforced(kept.policy())
                    : new Demand.Nothing();
        } catch (IOException e) {
            LOG.error("{}: its kept MTA-STS policy cannot be read: {}", domain, e.getMessage());
            return new Demand.Unknown("the kept MTA-STS policy of " + domain + " cannot be read");
        } finally {
            entry.lock.unlock();
        }
    }

    /// Fetches what is new.
    ///
    /// @return what the domain demands if no policy of it is kept then
    private Demand refresh(Domain domain, Entry entry) throws IOException {
        if (!entry.loaded) {
            entry.kept = folder.load(domain).orElse(null);
            entry.loaded = true;
        }
        // A record that is gone, spoilt or not to be had changes nothing: what is kept holds on.
        Answer<String> answer = resolver.txt("_mta-sts." + domain);
        if (answer instanceof Answer.Doubt<String>(String reason)) {
            return doubtful(entry, "whether " + domain + " has an MTA-STS policy: " + reason);
        }
        entry.doubted = null;
        // RFC 8461 §3.1: a record that is not one is none.
        Optional<PolicyId> published =
                answer instanceof Answer.Found<String> found
                        ? PolicyId.of(found.records())
                        : Optional.empty();
        if (published.isEmpty()) {
            return new Demand.Nothing();
        }
        if (isNews(published.get().value(), entry)) {
            fetch(domain, entry, published.get().value());
        }
        String why =
                entry.failure.isEmpty() ? "it may be kept for no time (max_age)" : entry.failure;
        return new Demand.Doubtful("the MTA-STS policy of " + domain + " is not to be had: " + why);
    }

    private Demand doubtful(Entry entry, String reason) {
        Instant now = clock.instant();
        Instant since = entry.doubted;
        Instant last = entry.doubtedLast;
        if (since == null
                || last == null
                || now.isBefore(last)
                || now.isAfter(last.plus(DOUBTS_APART))) {
            since = now;
            entry.doubted = now;
        }
        entry.doubtedLast = now;
        return now.isBefore(since.plus(DOUBT_MAX))
                ? new Demand.Unknown("nobody knows now " + reason)
                : new Demand.Doubtful("nobody knows " + reason);
    }

    private boolean isNews(String id, Entry entry) {
        Instant now = clock.instant();
        KeptPolicy kept = entry.kept;
        boolean known = kept != null && kept.id().equals(id) && kept.holds(now);
        Instant failed = entry.failed;
        boolean justFailed =
                failed != null && !now.isBefore(failed) && now.isBefore(failed.plus(AFTER_FAILURE));
        return !known && !justFailed;
    }

    private void fetch(Domain domain, Entry entry, String id) {
        switch (fetch.fetch(domain)) {
            case PolicyFetch.Fetched.Failed(String reason) -> failed(domain, entry, reason);
            case PolicyFetch.Fetched.Body(String text) -> {
                switch (Policy.parse(text)) {
                    case Policy.Parsed.Bad(String reason) -> failed(domain, entry, reason);
                    case Policy.Parsed.Good(Policy policy) -> {
                        entry.failed = null;
                        entry.failure = "";
                        entry.kept = new KeptPolicy(id, clock.instant(), text, policy);
                        LOG.info("{}: MTA-STS policy {} fetched, {}", domain, id, policy.mode());
                        save(domain, entry.kept);
                    }
                }
            }
        }
    }

    private void failed(Domain domain, Entry entry, String reason) {
        entry.failed = clock.instant();
        entry.failure = reason;
        LOG.warn("{}: no MTA-STS policy: {}", domain, reason);
    }

    private void save(Domain domain, KeptPolicy kept) {
        try {
            folder.save(domain, kept);
        } catch (IOException e) {
            LOG.error(
                    "{}: its MTA-STS policy holds until the next stop: {}", domain, e.getMessage());
        }
    }
}
