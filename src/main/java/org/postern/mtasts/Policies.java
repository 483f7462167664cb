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
        /// Nothing, or nobody knows of anything.
        record Nothing() implements Demand {}

        record Enforced(Policy policy) implements Demand {}

        /// There may be a policy, and our own disk does not give it out.
        record Unknown(String reason) implements Demand {}
    }

    /// What is known of one domain; used under its lock.
    private static final class Entry {
        final ReentrantLock lock = new ReentrantLock();
        boolean loaded;
        @Nullable KeptPolicy kept;
        @Nullable Instant failed;
    }

    /// What the domain demands now. It blocks while a new policy is fetched.
    public Demand demand(Domain domain) {
        if (entries.size() > DOMAINS_MAX) {
            entries.clear();
        }
        Entry entry = entries.computeIfAbsent(domain, _ -> new Entry());
        entry.lock.lock();
        try {
            refresh(domain, entry);
            KeptPolicy kept = entry.kept;
            return kept != null
                            && kept.holds(clock.instant())
                            && kept.policy().mode() == Mode.ENFORCE
                    ? new Demand.Enforced(kept.policy())
                    : new Demand.Nothing();
        } catch (IOException e) {
            LOG.error("{}: its kept MTA-STS policy cannot be read: {}", domain, e.getMessage());
            return new Demand.Unknown("the kept MTA-STS policy of " + domain + " cannot be read");
        } finally {
            entry.lock.unlock();
        }
    }

    private void refresh(Domain domain, Entry entry) throws IOException {
        if (!entry.loaded) {
            entry.kept = folder.load(domain).orElse(null);
            entry.loaded = true;
        }
        // A record that is gone, spoilt or not to be had changes nothing: what is kept holds on.
        Optional<PolicyId> published =
                resolver.txt("_mta-sts." + domain) instanceof Answer.Found<String> found
                        ? PolicyId.of(found.records())
                        : Optional.empty();
        if (published.isPresent() && isNews(published.get().value(), entry)) {
            fetch(domain, entry, published.get().value());
        }
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
