package org.postern.testkit;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.postern.dns.CachedResolver;
import org.postern.mail.Domain;
import org.postern.mtasts.Policies;
import org.postern.mtasts.PolicyFetch;
import org.postern.mtasts.PolicyFolder;
import org.postern.net.Networks;
import org.postern.net.TlsTrust;
import org.postern.pki.PartnerDirectory;
import org.postern.reach.Possibilities;
import org.postern.reach.ReachAsking;
import org.postern.route.AddressGuard;
import org.postern.route.MxRoutes;
import org.postern.route.MxSettings;
import org.postern.route.Prospects;
import org.postern.store.FileDisk;

/// The ways to domains of a test: what their names say, and what they demand of those who bring
/// them mail. Nobody can be connected there.
public final class FakeWays {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private final FakeZone zone = new FakeZone();
    private final Map<Domain, String> policies = new ConcurrentHashMap<>();
    private final InstantSource clock;

    public FakeWays(InstantSource clock) {
        this.clock = clock;
    }

    /// Nobody is known, and no mail leaves by the names of domains.
    public static ReachAsking nowhere(InstantSource clock) {
        return new ReachAsking(
                new Possibilities(
                        PartnerDirectory.load(Path.of("target/none")),
                        _ -> Optional.empty(),
                        new Prospects(Optional.empty()),
                        Possibilities.Pickup.NOT_OFFERED,
                        clock));
    }

    /// One mail server, of which nothing is proved.
    public FakeWays open(String domain) {
        zone.mx(domain, 10, "mx." + domain).address("mx." + domain, "127.0.0.1");
        return this;
    }

    /// The same, where the domain demands TLS of its name.
    public FakeWays enforcing(String domain) {
        policies.put(
                new Domain(domain),
                "version: STSv1\nmode: enforce\nmx: mx." + domain + "\nmax_age: 86400\n");
        return promising(domain);
    }

    /// The same, where the policy that the domain announces cannot be had.
    public FakeWays promising(String domain) {
        zone.txt("_mta-sts." + domain, "v=STSv1; id=1;");
        return open(domain);
    }

    public FakeZone zone() {
        return zone;
    }

    /// @param none a folder that is not there
    public Prospects prospects(Path none) {
        CachedResolver resolver = new CachedResolver(new FakeResolver(zone), clock);
        Networks here = ((Networks.Parsed.Good) Networks.parse(List.of("127.0.0.0/8"))).networks();
        return new Prospects(
                Optional.of(
                        new MxRoutes(
                                new MxSettings(new Domain("gw.clinic.example"), Set.of(), 25),
                                resolver,
                                new AddressGuard(resolver, here, Set.of()),
                                new Policies(
                                        resolver,
                                        this::fetched,
                                        PolicyFolder.ofAnother(new FileDisk(), none),
                                        clock),
                                TlsTrust.of(List.of(AUTHORITY.authority().certificate()), clock),
                                RandomGenerator.of("L64X128MixRandom"),
                                clock)));
    }

    private PolicyFetch.Fetched fetched(Domain domain) {
        return Optional.ofNullable(policies.get(domain))
                .<PolicyFetch.Fetched>map(PolicyFetch.Fetched.Body::new)
                .orElseGet(() -> new PolicyFetch.Fetched.Failed("404"));
    }
}
