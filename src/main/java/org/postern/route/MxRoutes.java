package org.postern.route;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postern.dns.Answer;
import org.postern.dns.MxRecord;
import org.postern.dns.Resolver;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.Domain;
import org.postern.mail.Reply;
import org.postern.mtasts.Policies;
import org.postern.mtasts.Policy;
import org.postern.net.PeerProof;
import org.postern.net.TlsTrust;
import org.postern.net.TlsaRecord;
import org.postern.relay.NextHop;

/// Finds the hosts that take a domain's mail, and what each must prove. What is certain is said at
/// once; every doubt is left to a later attempt and never read as "there is nothing".
///
/// It asks a resolver that keeps answers, so a route that was found a moment ago costs no look-up.
public final class MxRoutes {
    /// Hosts that one attempt tries, and so the look-ups that it may cost.
    static final int HOSTS_MAX = 5;

    private final MxSettings settings;
    private final Resolver resolver;
    private final AddressGuard guard;
    private final Policies policies;
    private final TlsTrust authorities;
    private final RandomGenerator random;
    private final InstantSource clock;

    /// @param resolver which keeps answers
    /// @param authorities who may vouch for the hosts of an MTA-STS policy
    /// @param random shuffles the hosts of equal preference
    public MxRoutes(
            MxSettings settings,
            Resolver resolver,
            AddressGuard guard,
            Policies policies,
            TlsTrust authorities,
            RandomGenerator random,
            InstantSource clock) {
        this.settings = settings;
        this.resolver = resolver;
        this.guard = guard;
        this.policies = policies;
        this.authorities = authorities;
        this.random = random;
        this.clock = clock;
    }

    /// RFC 5321 §5.1.
    public MxRoute find(Domain domain) {
        return switch (resolver.mx(domain.name())) {
            case Answer.Doubt<MxRecord>(String reason) ->
                    new MxRoute.Unknown("the way to " + domain + " is not known: " + reason);
            case Answer.NoDomain<MxRecord> _ ->
                    nowhere(550, "5.1.2", "the domain " + domain + " does not exist");
            // The implicit MX: only where it is certain that there is no other.
            case Answer.NoData<MxRecord>(boolean secure, _) ->
                    choose(domain, List.of(new MxRecord(0, domain.name())), secure);
            case Answer.Found<MxRecord>(List<MxRecord> records, boolean secure, _) ->
                    records.size() == 1 && records.getFirst().isNull()
                            ? nowhere(556, "5.1.10", "the domain " + domain + " takes no mail")
                            : choose(domain, records, secure);
        };
    }

    private static MxRoute.Nowhere nowhere(int code, String enhanced, String text) {
        return new MxRoute.Nowhere(new Reply(code, enhanced, text));
    }

    private MxRoute choose(Domain domain, List<MxRecord> records, boolean secure) {
        return switch (policies.demand(domain)) {
            case Policies.Demand.Unknown(String reason) -> new MxRoute.Unknown(reason);
            case Policies.Demand.Nothing() ->
                    choose(domain, records, new Terms(secure, null, Optional.empty()));
            case Policies.Demand.Doubtful(String reason) ->
                    choose(domain, records, new Terms(secure, null, Optional.of(reason)));
            case Policies.Demand.Enforced(Policy policy) ->
                    choose(domain, records, new Terms(secure, policy, Optional.empty()));
        };
    }

    /// What holds for all hosts of a domain.
    ///
    /// @param secure whether DNSSEC proved the list of hosts
    /// @param policy the MTA-STS policy that is enforced; null for none
    /// @param doubt why nobody knows whether there is one; empty if it is known
    private record Terms(boolean secure, @Nullable Policy policy, Optional<String> doubt) {}

    private MxRoute choose(Domain domain, List<MxRecord> records, Terms terms) {
        Selection selection = new Selection(terms);
        for (List<String> equal : inOrder(records).values()) {
            // RFC 5321 §5.1: whoever finds itself in the list drops itself and all behind it.
            if (selection.isFull() || selection.add(equal)) {
                break;
            }
        }
        return selection.route(domain);
    }

    /// The hosts by their preference, those of an equal one shuffled; what is no host name is left
    /// out.
    private SortedMap<Integer, List<String>> inOrder(List<MxRecord> records) {
        TreeMap<Integer, List<String>> byPreference = new TreeMap<>();
        for (MxRecord record : records) {
            Domain.parse(record.host())
                    .ifPresent(host ->
                            byPreference
                                    .computeIfAbsent(record.preference(), _ -> new ArrayList<>())
                                    .add(host.name()));
        }
        byPreference.values().forEach(equal -> Collections.shuffle(equal, random));
        return byPreference;
    }

    /// The hosts that were found to be of use, and why others were not.
    private final class Selection {
        private final Terms terms;
        private final List<NextHop> hops = new ArrayList<>();
        private int looked;
        private boolean ourselves;
        private @Nullable String doubt;
        private @Nullable String useless;

        Selection(Terms terms) {
            this.terms = terms;
        }

        boolean isFull() {
            return looked >= HOSTS_MAX;
        }

        /// @return whether one of them is this gateway
        boolean add(List<String> equal) {
            List<NextHop> found = new ArrayList<>();
            for (String host : equal) {
                if (settings.isOwn(host)) {
                    ourselves = true;
                } else if (!isFull()) {
                    looked++;
                    switch (guard.find(host)) {
                        case AddressGuard.Found.Ourselves() -> ourselves = true;
                        case AddressGuard.Found.Useless(String reason) -> useless = reason;
                        case AddressGuard.Found.Unknown(String reason) -> doubt = reason;
                        case AddressGuard.Found.Usable(_, boolean secureHost) ->
                                hop(host, terms.secure() && secureHost).ifPresent(found::add);
                    }
                }
            }
            if (!ourselves) {
                hops.addAll(found);
            }
            return ourselves;
        }

        /// The host with what it must prove; empty if the domain's own word says that it must not
        /// be used, or leaves a doubt.
        private Optional<NextHop> hop(String host, boolean secure) {
            Policy policy = terms.policy();
            if (policy != null && !policy.names(host)) {
                doubt = "the MTA-STS policy does not name " + host;
                return Optional.empty();
            }
            return switch (secure ? published(host) : new Published.Nothing()) {
                case Published.Doubtful(String reason) -> {
                    doubt = reason;
                    yield Optional.empty();
                }
                case Published.Keys(List<TlsaRecord> records) ->
                        Optional.of(proved(host, new PeerProof.Dane(records, clock)));
                case Published.Nothing() ->
                        Optional.of(
                                policy != null
                                        ? proved(
                                                host,
                                                new PeerProof.Path(authorities, Proof.MTA_STS))
                                        : NextHop.opportunistic(host, settings.port()));
            };
        }

        private NextHop proved(String host, PeerProof proof) {
            return NextHop.proved(host, settings.port(), proof);
        }

        MxRoute route(Domain domain) {
            if (!hops.isEmpty()) {
                return new MxRoute.Hops(hops, Optional.ofNullable(doubt).or(terms::doubt));
            }
            if (doubt != null) {
                return new MxRoute.Unknown("no host of " + domain + " can be used: " + doubt);
            }
            if (ourselves) {
                return nowhere(554, "5.4.6", "mail for " + domain + " leads back to this gateway");
            }
            String why = useless == null ? "it names no host" : useless;
            return nowhere(550, "5.4.4", "no host takes mail for " + domain + ": " + why);
        }
    }

    /// What a domain publishes about the keys of a host.
    private sealed interface Published {
        record Nothing() implements Published {}

        record Keys(List<TlsaRecord> usable) implements Published {}

        record Doubtful(String reason) implements Published {}
    }

    /// RFC 7672 §2.2: asked only where MX and addresses are proved. An answer that is bogus, or
    /// proved and of no use, is a reason not to use the host; an unproved one is none at all.
    private Published published(String host) {
        return switch (resolver.tlsa("_" + settings.port() + "._tcp." + host)) {
            case Answer.Doubt<TlsaRecord>(String reason) ->
                    new Published.Doubtful("the TLSA records of " + host + ": " + reason);
            case Answer.NoData<TlsaRecord> _, Answer.NoDomain<TlsaRecord> _ ->
                    new Published.Nothing();
            case Answer.Found<TlsaRecord>(List<TlsaRecord> records, boolean secure, _) -> {
                if (!secure) {
                    yield new Published.Nothing();
                }
                List<TlsaRecord> usable = records.stream().filter(TlsaRecord::isUsable).toList();
                yield usable.isEmpty()
                        ? new Published.Doubtful("no TLSA record of " + host + " is usable")
                        : new Published.Keys(usable);
            }
        };
    }
}
