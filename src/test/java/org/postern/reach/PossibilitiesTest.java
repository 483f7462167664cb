package org.postern.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.pki.Finder;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.policy.Decision;
import org.postern.policy.Decision.LastResort;
import org.postern.policy.Decision.Protect;
import org.postern.policy.Policy;
import org.postern.policy.Protection;
import org.postern.policy.Protection.Pickup;
import org.postern.policy.Protection.Smime;
import org.postern.policy.Protection.Tls;
import org.postern.reach.Possibility.Doubtful;
import org.postern.reach.Possibility.Impossible;
import org.postern.reach.Possibility.Possible;
import org.postern.reach.Possibility.Unknown;
import org.postern.relay.NextHop;
import org.postern.route.Prospect;
import org.postern.route.Way;
import org.postern.testkit.FakeWays;
import org.postern.testkit.FakeZone.Trouble;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleFacts;
import org.postern.testkit.TestAuthority;

/// What is possible for whom, and what an explanation says of it.
class PossibilitiesTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Address KIM = Address.of("kim@partner.example");
    private static final Address LEE = Address.of("lee@partner.example");

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final FakeWays ways = new FakeWays(clock);

    /// What others may change is not read, so nobody knows whether it would be of use: no message
    /// goes unprotected because it counts for nothing.
    @Test
    void aCertificateThatIsNotReadIsADoubt() throws IOException {
        Path partners = Files.createDirectories(home.resolve("partners"));
        Path file = partners.resolve("kim.pem");
        Pem.write(file, List.of(AUTHORITY.person(KIM.toString()).certificate()));
        for (Path each : List.of(home, partners)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        Possibilities possible =
                possible(PartnerDirectory.load(partners), Possibilities.Pickup.OFFERED);
        assertInstanceOf(Doubtful.class, possible.smime(KIM));
        assertInstanceOf(Impossible.class, possible.smime(LEE));
        Policy policy =
                PolicyText.policy(
                        """
                        rules:
                          - name: cannot
                            when: { not: { recipient-can: smime } }
                            then: { deliver: unprotected }
                        """);
        Facts facts =
                SampleFacts.of(
                        SampleFacts.entry(Listener.RELAY, null),
                        List.of(KIM, LEE),
                        Subject.of("x"),
                        Facts.Fields.of(List.of()));
        try (ReachAsking asking = new ReachAsking(possible)) {
            Facts asked = asking.in(policy, facts);
            assertInstanceOf(Decision.Hold.class, policy.rule(asked, KIM).decision());
            assertInstanceOf(Decision.Deliver.class, policy.rule(asked, LEE).decision());
        }
    }

    private Possibilities possible(PartnerDirectory partners, Possibilities.Pickup pickup) {
        return possible(partners, pickup, to -> Optional.of(new Way.ByMx(to.domain())));
    }

    private Possibilities possible(
            PartnerDirectory partners,
            Possibilities.Pickup pickup,
            Function<Address, Optional<Way>> provable) {
        return new Possibilities(
                partners, provable, ways.prospects(home.resolve("none")), pickup, clock);
    }

    private PartnerDirectory partners() throws IOException {
        Path folder = Files.createTempDirectory(home, "partners");
        Files.createDirectory(folder.resolve("pinned"));
        Pem.write(
                folder.resolve("pinned/kim.pem"),
                List.of(AUTHORITY.person(KIM.toString()).certificate()));
        Pem.write(
                folder.resolve("old.pem"),
                List.of(AUTHORITY.expiredPerson("old@partner.example").certificate()));
        return PartnerDirectory.load(folder);
    }

    /// Behind the folder a directory that is silent.
    private static PartnerDirectory silent(PartnerDirectory partners, Duration patience) {
        return partners.with(
                List.of(
                        new Finder() {
                            @Override
                            public Looked look(Address address) {
                                return new Looked.Unknown("The directory x does not answer.");
                            }

                            @Override
                            public Duration patience() {
                                return patience;
                            }
                        }));
    }

    @Test
    void aCertificateIsKnownOrNotOrNobodyCanSay() throws IOException {
        Possibilities possible = possible(partners(), Possibilities.Pickup.OFFERED);
        assertInstanceOf(Possible.class, possible.smime(KIM));
        assertEquals(new Impossible<>("no certificate is known"), possible.smime(LEE));
        Possibility<Lookup.Found> old = possible.smime(Address.of("old@partner.example"));
        assertTrue(((Impossible<Lookup.Found>) old).reason().contains("has expired"));
        assertEquals(
                new Unknown<>("The directory x does not answer.", Optional.of(Duration.ofHours(4))),
                possible(silent(partners(), Duration.ofHours(4)), Possibilities.Pickup.OFFERED)
                        .smime(LEE));
        // Where no message waits for an answer, nobody is put off for one.
        assertEquals(
                new Doubtful<>("The directory x does not answer."),
                possible(silent(partners(), Duration.ZERO), Possibilities.Pickup.OFFERED)
                        .smime(LEE));
    }

    @Test
    void aNextHopIsProvedByTheDomainItselfOrByIt() throws IOException {
        ways.enforcing("proved.example").open("open.example").promising("broken.example");
        ways.zone().nullMx("quiet.example");
        ways.zone().trouble("mute.example", Trouble.FAILS);
        ways.open("dark.example").zone().trouble("_mta-sts.dark.example", Trouble.FAILS);
        Possibilities possible = possible(partners(), Possibilities.Pickup.OFFERED);
        Prospect proved = possible(possible.tls(Address.of("a@proved.example")));
        assertInstanceOf(Prospect.Hosts.class, proved);
        assertEquals(
                new Impossible<>(
                        "open.example proves itself neither by MTA-STS nor by DANE nor by a route"),
                possible.tls(Address.of("a@open.example")));
        // Nobody may conclude from either that the domain has no policy.
        assertDoubtful("is not to be had", possible.tls(Address.of("a@broken.example")));
        assertInstanceOf(Unknown.class, possible.tls(Address.of("a@dark.example")));
        assertInstanceOf(
                Prospect.Nowhere.class, possible(possible.tls(Address.of("a@quiet.example"))));
        assertInstanceOf(Unknown.class, possible.tls(Address.of("a@mute.example")));
    }

    private static Prospect possible(Possibility<Prospect> possibility) {
        return ((Possible<Prospect>) possibility).by();
    }

    private static void assertDoubtful(String why, Possibility<Prospect> possibility) {
        String reason = ((Doubtful<Prospect>) possibility).reason();
        assertTrue(reason.contains(why), reason);
    }

    @Test
    void aSmartHostProvesNobodyButItself() throws IOException {
        NextHop plain = NextHop.opportunistic("mail.partner.example", 25);
        Possibilities named =
                possible(
                        partners(),
                        Possibilities.Pickup.NOT_OFFERED,
                        to ->
                                to.domain().equals(KIM.domain())
                                        ? Optional.of(new Way.Fixed(plain))
                                        : Optional.empty());
        assertEquals(
                new Impossible<>("no proved next hop is configured for this domain"),
                named.tls(Address.of("a@other.example")));
        assertInstanceOf(Impossible.class, named.tls(KIM));
        assertEquals(new Impossible<>("no pickup listener is configured"), named.pickup());
    }

    @Test
    void theFirstThatIsPossibleIsChosenAndNoneBehindItIsAsked() throws IOException {
        ways.enforcing("partner.example");
        assertEquals(
                """
                smime: would be chosen, a certificate is known (pinned/kim.pem, pinned)
                tls: not asked, smime comes before it
                pickup: not asked, smime comes before it
                """,
                words(KIM, possible(partners(), Possibilities.Pickup.OFFERED), false));
        assertEquals(
                """
                smime: not possible, no certificate is known
                tls: would be chosen, mx.partner.example:25 (mta-sts) has to prove itself when it\
                 is connected
                pickup: not asked, tls comes before it
                """,
                words(LEE, possible(partners(), Possibilities.Pickup.OFFERED), false));
        assertEquals(
                """
                smime: would be chosen, its author has encrypted it to this recipient
                tls: not asked, smime comes before it
                pickup: not asked, smime comes before it
                """,
                words(LEE, possible(partners(), Possibilities.Pickup.OFFERED), true));
    }

    @Test
    void whatNobodyCanSayNowIsAwaited() throws IOException {
        Possibilities possible =
                possible(silent(partners(), Duration.ofHours(4)), Possibilities.Pickup.OFFERED);
        assertEquals(
                """
                smime: not known now, The directory x does not answer; the message waits for it,\
                 4 h at most
                tls: not asked, smime comes before it
                pickup: not asked, smime comes before it
                """,
                words(LEE, possible, false));
        Choice choice = choice(LEE, possible, false);
        assertEquals(Optional.empty(), choice.chosen());
        assertEquals(Optional.of(new Smime()), choice.awaited());
        assertFalse(choice.isLastResort());
    }

    @Test
    void ifNoneIsPossibleTheLastResortIsLeft() throws IOException {
        ways.open("partner.example");
        Choice choice = choice(LEE, possible(partners(), Possibilities.Pickup.NOT_OFFERED), false);
        assertTrue(choice.isLastResort());
        assertEquals(LastResort.HOLD, choice.otherwise());
    }

    /// Delivery waits there too, and takes a later protection where one is possible (decision 48).
    @Test
    void whatIsInDoubtIsNoLastResort() throws IOException {
        ways.promising("partner.example");
        Choice alone = choice(LEE, possible(partners(), Possibilities.Pickup.NOT_OFFERED), false);
        assertEquals(Choice.Standing.IN_DOUBT, alone.steps().get(1).standing());
        assertFalse(alone.isLastResort());
        assertEquals(Optional.empty(), alone.chosen());
        assertEquals(Optional.of(new Tls()), alone.awaited());
        Choice later = choice(LEE, possible(partners(), Possibilities.Pickup.OFFERED), false);
        assertEquals(Choice.Standing.IN_DOUBT, later.steps().get(1).standing());
        assertEquals(Optional.of(new Pickup()), later.chosen());
        assertEquals(Optional.empty(), later.awaited());
        // Where no message waits for a directory, its silence is a no, and the last resort comes.
        ways.open("open.example");
        Address person = Address.of("a@open.example");
        Choice silent =
                choice(
                        person,
                        possible(
                                silent(partners(), Duration.ZERO),
                                Possibilities.Pickup.NOT_OFFERED),
                        false);
        assertTrue(silent.isLastResort());
    }

    private static Choice choice(Address to, Possibilities possible, boolean encrypted) {
        List<Protection> all = List.of(new Smime(), new Tls(), new Pickup());
        return Choice.of(new Protect(all, LastResort.HOLD), to, possible, _ -> encrypted);
    }

    private static String words(Address to, Possibilities possible, boolean encrypted) {
        StringBuilder words = new StringBuilder();
        for (Choice.Step step : choice(to, possible, encrypted).steps()) {
            words.append(step.protection().word() + ": " + step.standing().words())
                    .append(", " + step.why() + "\n");
        }
        return words.toString();
    }
}
