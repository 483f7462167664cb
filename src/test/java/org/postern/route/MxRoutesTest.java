package org.postern.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.dns.CachedResolver;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.Domain;
import org.postern.mtasts.Policies;
import org.postern.mtasts.PolicyFetch;
import org.postern.mtasts.PolicyFolder;
import org.postern.net.Networks;
import org.postern.net.PeerProof;
import org.postern.net.TlsTrust;
import org.postern.net.TlsaRecord;
import org.postern.relay.NextHop;
import org.postern.relay.TlsMode;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;
import org.postern.testkit.FakeZone.Trouble;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// Which hosts are tried, in which order, and what each must prove. Every address is a public one
/// that nobody uses here: nothing is connected.
class MxRoutesTest {
    private static final Domain PARTNER = new Domain("partner.example");
    private static final String KEY = "3 1 1 " + "0a".repeat(32);

    @TempDir Path home;

    private final ManualClock clock = ManualClock.atNoon();
    private final TlsTrust authorities =
            TlsTrust.of(List.of(TestAuthority.create().authority().certificate()), clock);
    private final FakeZone zone = new FakeZone();
    private final FakeResolver behind = new FakeResolver(zone);
    private String policy = "";
    private Networks allowed = Networks.NONE;

    @Test
    void theMostPreferredHostIsTriedFirst() throws IOException {
        zone.mx("partner.example", 30, "c.example").mx("partner.example", 10, "a.example");
        zone.mx("partner.example", 20, "b.example");
        addresses("a.example", "b.example", "c.example");
        assertEquals(List.of("a.example", "b.example", "c.example"), hosts(find()));
    }

    @Test
    void equalHostsShareTheLoad() throws IOException {
        zone.mx("partner.example", 10, "a.example").mx("partner.example", 10, "b.example");
        zone.mx("partner.example", 20, "c.example");
        addresses("a.example", "b.example", "c.example");
        MxRoutes routes = routes();
        Set<List<String>> orders = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            orders.add(hosts(routes.find(PARTNER)));
        }
        assertEquals(
                Set.of(
                        List.of("a.example", "b.example", "c.example"),
                        List.of("b.example", "a.example", "c.example")),
                orders);
        assertEquals(1, behind.asked().stream().filter("MX partner.example"::equals).count());
    }

    @Test
    void whatIsCertainIsSaidAtOnce() throws IOException {
        nowhere("5.1.2", "does not exist");
        zone.nullMx("partner.example");
        nowhere("5.1.10", "takes no mail");
        zone.forget("partner.example").exists("partner.example");
        nowhere("5.4.4", "has no address");
        zone.mx("partner.example", 10, "gone.example");
        nowhere("5.4.4", "gone.example does not exist");
        zone.forget("partner.example")
                .mx("partner.example", 10, "not_a-")
                .nullMx("partner.example");
        nowhere("5.4.4", "it names no host");
    }

    @Test
    void theDomainItselfIsTheHostOnlyWhereItIsProvedThatThereIsNoOther() throws IOException {
        addresses("partner.example");
        assertEquals(List.of("partner.example"), hosts(find()));
        for (Trouble trouble : Trouble.values()) {
            zone.trouble("partner.example", trouble);
            unknown("the way to partner.example is not known");
        }
    }

    @Test
    void aDoubtAboutAHostIsNoReasonToGiveUp() throws IOException {
        zone.mx("partner.example", 10, "a.example").mx("partner.example", 20, "gone.example");
        zone.trouble("a.example", Trouble.FAILS);
        unknown("no host of partner.example can be used: a.example FAILS");
        addresses("gone.example");
        assertEquals(List.of("gone.example"), hosts(find()));
    }

    @Test
    void loopsAndFloodsAreBoundedAndDelayed() throws IOException {
        zone.alias("partner.example", "other.example").alias("other.example", "partner.example");
        unknown("go round");
        zone.forget("partner.example");
        for (int i = 0; i < 10_000; i++) {
            zone.mx("partner.example", i, "mx" + i + ".partner.example");
        }
        unknown("too many");
        zone.forget("partner.example");
        for (int i = 0; i < 100; i++) {
            zone.mx("partner.example", i, "mx" + i + ".partner.example");
            addresses("mx" + i + ".partner.example");
        }
        int before = behind.asked().size();
        assertEquals(MxRoutes.HOSTS_MAX, hosts(find()).size());
        int asked = behind.asked().size() - before;
        assertTrue(asked <= 2 + 2 * MxRoutes.HOSTS_MAX, asked + " questions");
    }

    @Test
    void mailThatLeadsBackHereIsALoop() throws IOException {
        zone.mx("partner.example", 10, "gateway.clinic.example");
        nowhere("5.4.6", "leads back to this gateway");
        zone.mx("partner.example", 20, "later.example").mx("partner.example", 5, "first.example");
        addresses("first.example", "later.example");
        // RFC 5321 §5.1: all behind ourselves would hand it back to us.
        assertEquals(List.of("first.example"), hosts(find()));
        zone.forget("partner.example").mx("partner.example", 10, "renamed.example");
        zone.address("renamed.example", "9.9.9.9");
        nowhere("5.4.6", "leads back to this gateway");
        zone.forget("partner.example").mx("partner.example", 10, "inside.clinic.example");
        nowhere("5.4.6", "leads back to this gateway");
    }

    @Test
    void nobodyLeadsMailIntoANetworkThatIsNotPublic() throws IOException {
        zone.mx("partner.example", 10, "mx.example");
        for (String address :
                List.of(
                        "127.0.0.1",
                        "10.20.0.1",
                        "172.16.3.4",
                        "192.168.1.1",
                        "169.254.169.254",
                        "100.64.0.1",
                        "0.0.0.0",
                        "224.0.0.1",
                        "255.255.255.255",
                        "::1",
                        "::",
                        "::ffff:10.20.0.1",
                        "fe80::1",
                        "fd00::1",
                        "ff02::1",
                        "64:ff9b::a14:1",
                        "2002:a14:1::1")) {
            zone.forget("mx.example").address("mx.example", address);
            nowhere("5.4.4", "mx.example has no public address");
        }
        zone.forget("mx.example").address("mx.example", "10.20.0.1");
        allowed = ((Networks.Parsed.Good) Networks.parse(List.of("10.20.0.0/16"))).networks();
        assertEquals(List.of("mx.example"), hosts(find()));
    }

    @Test
    void ofSeveralAddressesThePublicOnesAreUsed() throws IOException {
        zone.mx("partner.example", 10, "mx.example");
        zone.address("mx.example", "127.0.0.1").address("mx.example", "8.8.8.8");
        assertEquals(List.of("mx.example"), hosts(find()));
        AddressGuard guard = guard();
        assertEquals(List.of(InetAddress.ofLiteral("8.8.8.8")), guard.addresses("mx.example"));
    }

    @Test
    void withoutPoliciesAnybodyMayAnswerAndNobodyIsProved() throws IOException {
        partner();
        assertEquals(NextHop.opportunistic("mx.example", 25), only(find()));
    }

    @Test
    void anEnforcedPolicyDemandsTheHostsThatItNamesAndTheirProof() throws IOException {
        partner();
        zone.txt("_mta-sts.partner.example", "v=STSv1; id=1;");
        policy = "version: STSv1\nmode: enforce\nmx: *.example\nmax_age: 86400\n";
        assertEquals(
                NextHop.proved("mx.example", 25, new PeerProof.Path(authorities, Proof.MTA_STS)),
                only(find()));
        zone.mx("partner.example", 5, "stranger.elsewhere.example");
        addresses("stranger.elsewhere.example");
        assertEquals(List.of("mx.example"), hosts(find()));
        policy = policy.replace("*.example", "other.example");
        zone.forget("_mta-sts.partner.example").txt("_mta-sts.partner.example", "v=STSv1; id=2;");
        unknown("the MTA-STS policy does not name mx.example");
        // The record vanishes, the policy holds on.
        zone.forget("_mta-sts.partner.example");
        unknown("the MTA-STS policy does not name mx.example");
        policy = policy.replace("enforce", "testing");
        zone.txt("_mta-sts.partner.example", "v=STSv1; id=3;");
        MxRoute.Hops hops = assertInstanceOf(MxRoute.Hops.class, find());
        assertTrue(hops.hops().stream().allMatch(hop -> hop.tls() == TlsMode.OPPORTUNISTIC));
    }

    @Test
    void keysThatDnssecProvesAreDemanded() throws IOException {
        partner();
        zone.tlsa("_25._tcp.mx.example", KEY).tlsa("_25._tcp.mx.example", "0 0 1 00");
        assertEquals(TlsMode.OPPORTUNISTIC, only(find()).tls(), "nothing proves the keys");
        zone.secure("partner.example", "mx.example");
        assertEquals(TlsMode.OPPORTUNISTIC, only(find()).tls(), "nothing proves the keys");
        zone.secure("_25._tcp.mx.example");
        PeerProof.Dane dane =
                new PeerProof.Dane(List.of(new TlsaRecord(3, 1, 1, "0a".repeat(32))), clock);
        assertEquals(NextHop.proved("mx.example", 25, dane), only(find()));
    }

    @Test
    void keysThatAreBogusOrOfNoUseKeepTheHostFromBeingUsed() throws IOException {
        partner();
        zone.secure("partner.example", "mx.example", "_25._tcp.mx.example");
        zone.tlsa("_25._tcp.mx.example", "1 1 1 " + "0a".repeat(32));
        unknown("no TLSA record of mx.example is usable");
        zone.trouble("_25._tcp.mx.example", Trouble.FAILS);
        unknown("the TLSA records of mx.example");
        zone.mx("partner.example", 20, "second.example").secure("second.example");
        addresses("second.example");
        assertEquals(List.of("second.example"), hosts(find()));
    }

    @Test
    void tlsaIsNotAskedForWhereNothingProvesTheWayThere() throws IOException {
        partner();
        zone.secure("partner.example").trouble("_25._tcp.mx.example", Trouble.FAILS);
        assertEquals(TlsMode.OPPORTUNISTIC, only(find()).tls());
        assertTrue(behind.asked().stream().noneMatch(it -> it.startsWith("TLSA")));
    }

    @Test
    void keysAndPolicyTogetherDemandBoth() throws IOException {
        partner();
        zone.tlsa("_25._tcp.mx.example", KEY);
        zone.secure("partner.example", "mx.example", "_25._tcp.mx.example");
        zone.txt("_mta-sts.partner.example", "v=STSv1; id=1;");
        policy = "version: STSv1\nmode: enforce\nmx: mx.example\nmax_age: 86400\n";
        assertEquals(Proof.DANE, Objects.requireNonNull(only(find()).proof()).word());
        policy = policy.replace("mx.example", "other.example");
        zone.forget("_mta-sts.partner.example").txt("_mta-sts.partner.example", "v=STSv1; id=2;");
        unknown("the MTA-STS policy does not name mx.example");
    }

    private void partner() {
        zone.mx("partner.example", 10, "mx.example");
        addresses("mx.example");
    }

    private void addresses(String... hosts) {
        for (String host : hosts) {
            zone.address(host, "8.8.8.8");
        }
    }

    private AddressGuard guard() {
        return new AddressGuard(behind, allowed, Set.of(InetAddress.ofLiteral("9.9.9.9")));
    }

    private MxRoutes routes() throws IOException {
        CachedResolver resolver = new CachedResolver(behind, clock);
        PolicyFetch fetch = _ -> new PolicyFetch.Fetched.Body(policy);
        Policies policies =
                new Policies(
                        resolver,
                        fetch,
                        PolicyFolder.open(new FileDisk(), home.resolve("mta-sts")),
                        clock);
        AddressGuard guard =
                new AddressGuard(resolver, allowed, Set.of(InetAddress.ofLiteral("9.9.9.9")));
        return new MxRoutes(
                new MxSettings(
                        new Domain("gateway.clinic.example"), Set.of("inside.clinic.example"), 25),
                resolver,
                guard,
                policies,
                authorities,
                RandomGenerator.of("L64X128MixRandom"),
                clock);
    }

    /// With an empty memory, as after a restart.
    private MxRoute find() throws IOException {
        return routes().find(PARTNER);
    }

    private void nowhere(String enhanced, String text) throws IOException {
        MxRoute.Nowhere nowhere = assertInstanceOf(MxRoute.Nowhere.class, find());
        assertEquals(enhanced, nowhere.reply().enhanced());
        assertTrue(nowhere.reply().isPermanent());
        assertTrue(nowhere.reply().text().contains(text), nowhere.reply().text());
    }

    private void unknown(String reason) throws IOException {
        MxRoute.Unknown unknown = assertInstanceOf(MxRoute.Unknown.class, find());
        assertTrue(unknown.reason().contains(reason), unknown.reason());
    }

    private static NextHop only(MxRoute route) {
        List<NextHop> hops = assertInstanceOf(MxRoute.Hops.class, route).hops();
        assertEquals(1, hops.size());
        return hops.getFirst();
    }

    private static List<String> hosts(MxRoute route) {
        return assertInstanceOf(MxRoute.Hops.class, route).hops().stream()
                .map(NextHop::host)
                .toList();
    }
}
