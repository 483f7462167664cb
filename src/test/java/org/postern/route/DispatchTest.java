package org.postern.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.FakeNextHop.Act.say;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.dns.CachedResolver;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Failed;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.mail.Domain;
import org.postern.mail.Options;
import org.postern.mtasts.Policies;
import org.postern.mtasts.PolicyFetch;
import org.postern.mtasts.PolicyFolder;
import org.postern.net.HostLookup;
import org.postern.net.KeyPin;
import org.postern.net.Networks;
import org.postern.net.TlsTrust;
import org.postern.pki.Identity;
import org.postern.relay.Relay;
import org.postern.relay.RelayResult;
import org.postern.relay.RelaySettings;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// From the MX records to the hop that took the message: two servers, of which one or both are
/// named, and what each must prove.
class DispatchTest {
    private static final Address FROM = Address.of("nurse@clinic.example");
    private static final Address TO = Address.of("a@partner.example");
    private static final Content CANARY =
            Content.of("Subject: x\r\n\r\ncanary\r\n".getBytes(StandardCharsets.US_ASCII));
    private static final Options REQUIRE_TLS =
            new Options(false, false, true, Options.Reports.USUAL);
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity FIRST = AUTHORITY.server("first.example");

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final FakeZone zone = new FakeZone();
    private FakeNextHop first;
    private Relay relay;
    private Dispatch dispatch;
    private String policy = "";

    @BeforeEach
    void start() throws IOException {
        first = FakeNextHop.startTls(FIRST);
        zone.mx("partner.example", 10, "first.example").address("first.example", "127.0.0.1");
        CachedResolver resolver = new CachedResolver(new FakeResolver(zone), clock);
        Networks here = ((Networks.Parsed.Good) Networks.parse(List.of("127.0.0.0/8"))).networks();
        AddressGuard guard = new AddressGuard(resolver, here, Set.of());
        TlsTrust trust = TlsTrust.of(List.of(AUTHORITY.authority().certificate()), clock);
        Policies policies =
                new Policies(
                        resolver,
                        _ -> new PolicyFetch.Fetched.Body(policy),
                        PolicyFolder.open(new FileDisk(), home),
                        clock);
        MxRoutes routes =
                new MxRoutes(
                        new MxSettings(new Domain("gw.clinic.example"), Set.of(), first.port()),
                        resolver,
                        guard,
                        policies,
                        trust,
                        RandomGenerator.of("L64X128MixRandom"),
                        clock);
        relay = new Relay(RelaySettings.of(new Domain("gw.clinic.example")), guard, clock);
        dispatch = new Dispatch(relay, new Prospects(Optional.of(routes)));
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        first.close();
    }

    @Test
    void withoutPoliciesTheMessageGoesAndNothingIsProved() {
        assertEquals(Proof.NONE, proof(send(Need.ANY, Options.NONE)));
        String certain =
                assertInstanceOf(RelayResult.Unprovable.class, send(Need.PROOF, Options.NONE))
                        .reason();
        assertTrue(certain.contains("proves itself neither by MTA-STS nor by DANE"), certain);
        failed("5.7.30", send(Need.ANY, REQUIRE_TLS));
        assertEquals(1, first.messages().size());
    }

    /// The second host proves nothing for certain; of the first, nobody knows.
    @Test
    void aHostOfWhichNobodyKnowsWhetherItProvesItselfIsNotReadAsOneThatDoesNot() {
        zone.mx("partner.example", 20, "second.example").address("second.example", "127.0.0.1");
        zone.secure("partner.example", "first.example")
                .trouble("_" + first.port() + "._tcp.first.example", FakeZone.Trouble.FAILS);
        assertEquals(Proof.NONE, proof(send(Need.ANY, Options.NONE)));
        unproved(send(Need.PROOF, Options.NONE), "nobody knows now whether partner.example");
        demanded(send(Need.ANY, REQUIRE_TLS), "the TLSA records of first.example");
        assertEquals(1, first.messages().size());
    }

    /// Of two hosts one proves itself and lacks REQUIRETLS; of the other nobody knows, so it is not
    /// certain that none has both.
    @Test
    void aHostInDoubtBesideOneThatLacksWhatIsDemandedIsWaitedFor() throws IOException {
        zone.mx("partner.example", 20, "second.example").address("second.example", "127.0.0.1");
        tlsa("3 1 1 " + KeyPin.of(FIRST.certificate()).sha256());
        String name = "_" + first.port() + "._tcp.second.example";
        zone.secure("second.example").trouble(name, FakeZone.Trouble.FAILS);
        demanded(send(Need.ANY, REQUIRE_TLS), "the TLSA records of second.example");
        zone.mended(name);
        clock.advance(Duration.ofMinutes(2));
        failed("5.7.30", send(Need.ANY, REQUIRE_TLS));
        assertEquals(List.of(), first.messages());
    }

    /// A server that is away must not keep what another one has shown from the next protection.
    @Test
    void aHostThatIsAwayDoesNotHideOneThatDidNotProveItself() {
        zone.mx("partner.example", 5, "dead.example").address("dead.example", "127.0.0.2");
        String wrong = "3 1 1 " + HexFormat.of().formatHex(new byte[32]);
        String name = "_" + first.port() + "._tcp.dead.example";
        zone.tlsa(name, wrong).secure("dead.example", name);
        tlsa(wrong);
        String reason = "no TLSA record of its domain names its certificate";
        unproved(send(Need.PROOF, Options.NONE), reason);
        demanded(send(Need.ANY, REQUIRE_TLS), reason);
        assertEquals(List.of(), first.messages());
    }

    @Test
    void aDoubtAboutThePolicyDelaysAllMailAndAfterAnHourOnlyWhatNeedsProof() throws IOException {
        zone.trouble("_mta-sts.partner.example", FakeZone.Trouble.FAILS);
        String nobody = "nobody knows now whether partner.example";
        for (Need need : Need.values()) {
            RelayResult result = send(need, Options.NONE);
            String said = assertInstanceOf(RelayResult.Unreachable.class, result).reason();
            assertTrue(said.contains(nobody), said);
        }
        assertEquals(0, first.connections());
        clock.advance(Duration.ofMinutes(61));
        assertEquals(Proof.NONE, proof(send(Need.ANY, Options.NONE)));
        unproved(send(Need.PROOF, Options.NONE), nobody);
        demanded(send(Need.ANY, REQUIRE_TLS), nobody);
        zone.mended("_mta-sts.partner.example");
        enforce("first.example");
        clock.advance(Duration.ofMinutes(1));
        assertEquals(Proof.MTA_STS, proof(send(Need.PROOF, Options.NONE)));
        assertEquals(2, first.messages().size());
    }

    @Test
    void aPolicyThatCannotBeFetchedDelaysOnlyWhatNeedsProof() {
        enforce("first.example");
        policy = "no policy at all";
        assertEquals(Proof.NONE, proof(send(Need.ANY, Options.NONE)));
        unproved(send(Need.PROOF, Options.NONE), "the MTA-STS policy of partner.example is not");
        demanded(send(Need.ANY, REQUIRE_TLS), "nobody knows now whether partner.example");
    }

    @Test
    void anEnforcedPolicyIsAProof() {
        enforce("first.example");
        assertEquals(Proof.MTA_STS, proof(send(Need.ANY, Options.NONE)));
        assertEquals(Proof.MTA_STS, proof(send(Need.PROOF, Options.NONE)));
        first.offers("REQUIRETLS");
        relay.close();
        assertFalse(first.clear().contains("canary"));
    }

    @Test
    void aServerThatBreaksItsPolicyGetsNothing() throws IOException {
        enforce("*.example");
        zone.mx("partner.example", 5, "second.example").address("second.example", "127.0.0.1");
        // It shows the certificate of the first.
        assertEquals(Proof.MTA_STS, proof(send(Need.ANY, Options.NONE)));
        assertEquals(2, first.connections());
        zone.forget("first.example").address("first.example", "127.0.0.1");
        first.on("EHLO", say("250 no TLS here"));
        clock.advance(Duration.ofHours(2));
        relay.close();
        unprovedOrUnreachable(send(Need.ANY, Options.NONE));
        assertFalse(first.clear().contains("canary"));
    }

    @Test
    void keysUnderDnssecAreAProofWhoeverIssuedThem() throws IOException {
        KeyPin key = KeyPin.of(FIRST.certificate());
        tlsa("3 1 1 " + key.sha256());
        assertEquals(Proof.DANE, proof(send(Need.PROOF, Options.NONE)));
    }

    @Test
    void keysThatDoNotMatchAreNoReasonToGoWithout() {
        tlsa("3 1 1 " + HexFormat.of().formatHex(new byte[32]));
        unproved(
                send(Need.ANY, Options.NONE), "no TLSA record of its domain names its certificate");
        assertFalse(first.clear().contains("canary"));
        assertEquals(List.of(), first.messages());
    }

    /// S27: it may prove itself tomorrow; if it never does, that is what the originator hears.
    @Test
    void whatTheOriginatorAloneDemandsProofForWaits() {
        tlsa("3 1 1 " + HexFormat.of().formatHex(new byte[32]));
        String reason = "no TLSA record of its domain names its certificate";
        Delayed delayed = assertInstanceOf(Delayed.class, outcome(send(Need.ANY, REQUIRE_TLS)));
        assertTrue(delayed.reason().contains(reason), delayed.reason());
        assertEquals("5.7.30", delayed.overdue());
        // Where the policy demands it as well, the next protection may be possible.
        unproved(send(Need.PROOF, REQUIRE_TLS), reason);
        assertEquals(List.of(), first.messages());
    }

    @Test
    void theNextHostIsTriedWhereOneIsNotReached() {
        zone.mx("partner.example", 5, "dead.example").address("dead.example", "127.0.0.2");
        assertEquals(Proof.NONE, proof(send(Need.ANY, Options.NONE)));
        zone.address("other.example", "127.0.0.2");
        zone.forget("partner.example").mx("partner.example", 5, "other.example");
        clock.advance(Duration.ofHours(2));
        assertInstanceOf(RelayResult.Unreachable.class, send(Need.ANY, Options.NONE));
    }

    @Test
    void theNextHostIsTriedWhereOneDoesNotOfferRequireTls() throws IOException {
        zone.mx("partner.example", 5, "second.example").address("second.example", "127.0.0.1");
        String key = "3 1 1 " + KeyPin.of(FIRST.certificate()).sha256();
        tlsa(key);
        String name = "_" + first.port() + "._tcp.second.example";
        zone.tlsa(name, key).secure("second.example", name);
        first.offers("REQUIRETLS");
        first.once("EHLO", say("250-x\r\n250 STARTTLS")).once("EHLO", say("250 x"));
        assertEquals(Proof.DANE, proof(send(Need.ANY, REQUIRE_TLS)));
        assertEquals(2, first.connections());
        assertEquals("REQUIRETLS", first.message().parameters());
    }

    @Test
    void whatIsCertainFailsAndWhatIsNotIsDelayed() {
        zone.forget("partner.example").nullMx("partner.example");
        failed("5.1.10", send(Need.ANY, Options.NONE));
        zone.forget("partner.example");
        clock.advance(Duration.ofHours(2));
        failed("5.1.2", send(Need.PROOF, Options.NONE));
        zone.trouble("partner.example", FakeZone.Trouble.FAILS);
        clock.advance(Duration.ofHours(2));
        assertInstanceOf(RelayResult.Unreachable.class, send(Need.ANY, Options.NONE));
        assertInstanceOf(RelayResult.Unreachable.class, send(Need.PROOF, Options.NONE));
        assertEquals(0, first.connections());
    }

    @Test
    void theLookUpAtTheConnectionIsJudgedAsWell() throws IOException {
        HostLookup guard =
                new AddressGuard(
                        new FakeResolver(new FakeZone().address("rebound.example", "127.0.0.1")),
                        Networks.NONE,
                        Set.of(InetAddress.getLoopbackAddress()));
        IOException refused =
                org.junit.jupiter.api.Assertions.assertThrows(
                        IOException.class, () -> guard.addresses("rebound.example"));
        assertTrue(String.valueOf(refused.getMessage()).contains("is this gateway itself"));
    }

    private void enforce(String host) {
        zone.txt("_mta-sts.partner.example", "v=STSv1; id=1;");
        policy = "version: STSv1\nmode: enforce\nmx: " + host + "\nmax_age: 86400\n";
    }

    private void tlsa(String text) {
        String name = "_" + first.port() + "._tcp.first.example";
        zone.tlsa(name, text).secure("partner.example", "first.example", name);
    }

    private RelayResult send(Need need, Options options) {
        return dispatch.send(
                new Way.ByMx(TO.domain()),
                need,
                new Relay.Mail(FROM, List.of(TO), CANARY, options));
    }

    private static Proof proof(RelayResult result) {
        Relayed relayed = assertInstanceOf(Relayed.class, outcome(result), result.toString());
        return Objects.requireNonNull(relayed.tls()).proof();
    }

    private static void failed(String enhanced, RelayResult result) {
        Failed failed = assertInstanceOf(Failed.class, outcome(result));
        assertEquals(enhanced, failed.reply().enhanced());
    }

    private static DeliveryOutcome outcome(RelayResult result) {
        var outcomes = assertInstanceOf(RelayResult.Sent.class, result, result.toString());
        return Objects.requireNonNull(outcomes.outcomes().get(TO));
    }

    private static void unproved(RelayResult result, String reason) {
        String said = assertInstanceOf(RelayResult.Unproved.class, result).reason();
        assertTrue(said.contains(reason), said);
    }

    /// It waits, and if nothing comes of it the originator hears that it was her own demand.
    private static void demanded(RelayResult result, String reason) {
        Delayed delayed = assertInstanceOf(Delayed.class, outcome(result));
        assertTrue(delayed.reason().contains(reason), delayed.reason());
        assertEquals("5.7.30", delayed.overdue());
    }

    private static void unprovedOrUnreachable(RelayResult result) {
        assertFalse(result instanceof RelayResult.Sent, result.toString());
    }
}
