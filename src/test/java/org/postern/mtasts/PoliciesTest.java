package org.postern.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.dns.CachedResolver;
import org.postern.mail.Domain;
import org.postern.mtasts.Policies.Demand;
import org.postern.mtasts.PolicyFetch.Fetched;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;
import org.postern.testkit.FakeZone.Trouble;
import org.postern.testkit.ManualClock;

/// A policy that was fetched once holds for its time, whatever happens meanwhile: RFC 8461 §5.1.
class PoliciesTest {
    private static final Domain DOMAIN = new Domain("partner.example");
    private static final String NAME = "_mta-sts.partner.example";

    /// What a name without a usable record may have.
    private static final List<Consumer<FakeZone>> SPOILT =
            List.of(
                    _ -> {},
                    zone -> zone.exists(NAME),
                    zone -> zone.txt(NAME, "nonsense"),
                    zone -> zone.txt(NAME, "v=STSv1; id=8;").txt(NAME, "v=STSv1; id=9;"));

    @TempDir Path home;

    private final ManualClock clock = ManualClock.atNoon();
    private final FakeZone zone = new FakeZone().txt(NAME, "v=STSv1; id=1;");
    private Fetched published = policy("enforce", 86_400);
    private int fetched;
    private Policies policies;

    @BeforeEach
    void restart() throws IOException {
        policies =
                new Policies(
                        new CachedResolver(new FakeResolver(zone), clock),
                        domain -> {
                            assertEquals(DOMAIN, domain);
                            fetched++;
                            return published;
                        },
                        PolicyFolder.open(new FileDisk(), home.resolve("mta-sts")),
                        clock);
    }

    @Test
    void itIsFetchedOnceAndFetchedAgainUnderANewId() {
        enforced();
        enforced();
        assertEquals(1, fetched);
        zone.forget(NAME).txt(NAME, "v=STSv1; id=2;");
        clock.advance(Duration.ofHours(2));
        published = policy("none", 86_400);
        nothing();
        assertEquals(2, fetched);
    }

    @Test
    void aPolicyThatMayNotBeKeptAtAllSaysSo() {
        published = policy("enforce", 0);
        doubtful("the MTA-STS policy of partner.example is not to be had: it may be kept");
    }

    @Test
    void itSurvivesARestartAndAPolicyHostThatIsGone() throws IOException {
        enforced();
        published = new Fetched.Failed("gone");
        restart();
        enforced();
        assertEquals(1, fetched);
        zone.forget(NAME).txt(NAME, "v=STSv1; id=2;");
        restart();
        enforced();
        assertEquals(2, fetched);
    }

    @Test
    void itSurvivesARecordThatVanishesOrIsSpoilt() throws IOException {
        enforced();
        for (Consumer<FakeZone> spoiling : SPOILT) {
            spoiling.accept(zone.forget(NAME));
            restart();
            enforced();
        }
        zone.trouble(NAME, Trouble.FAILS);
        restart();
        enforced();
        assertEquals(1, fetched);
        zone.mended(NAME);
        clock.advance(Duration.ofDays(2));
        nothing();
    }

    /// RFC 8461 §3.1: there is no policy, and that is certain.
    @Test
    void aRecordThatIsMissingOrSpoiltIsAnAnswer() throws IOException {
        for (Consumer<FakeZone> spoiling : SPOILT) {
            spoiling.accept(zone.forget(NAME));
            restart();
            nothing();
        }
        assertEquals(0, fetched);
    }

    @Test
    void aDoubtAboutTheRecordOfADomainWithoutAKeptPolicyIsNotReadAsNone() throws IOException {
        for (Trouble trouble : Trouble.values()) {
            zone.forget(NAME).trouble(NAME, trouble);
            restart();
            unknown("nobody knows now whether partner.example has an MTA-STS policy");
            clock.advance(Policies.DOUBT_MAX.minusMinutes(1));
            unknown("nobody knows now");
            // Mail that needs no proof does not wait for ever.
            clock.advance(Duration.ofMinutes(2));
            doubtful("nobody knows whether partner.example has an MTA-STS policy");
            zone.mended(NAME).txt(NAME, "v=STSv1; id=1;");
            clock.advance(Duration.ofMinutes(1));
            enforced();
            clock.advance(Duration.ofDays(2));
            zone.forget(NAME).trouble(NAME, trouble);
            unknown("nobody knows now");
            Files.delete(home.resolve("mta-sts/partner.example"));
        }
    }

    @Test
    void aClockThatWasSetBackMakesNoDoubtLonger() throws IOException {
        zone.forget(NAME).trouble(NAME, Trouble.FAILS);
        unknown("nobody knows now");
        clock.advance(Duration.ofDays(-400));
        unknown("nobody knows now");
        clock.advance(Policies.DOUBT_MAX);
        doubtful("nobody knows whether");
    }

    @Test
    void aFetchThatFailedIsNotTriedAgainAtOnce() {
        published = new Fetched.Failed("a redirect");
        doubtful("the MTA-STS policy of partner.example is not to be had: a redirect");
        doubtful("a redirect");
        assertEquals(1, fetched);
        clock.advance(Duration.ofMinutes(6));
        published = new Fetched.Body("no policy");
        doubtful("is not to be had");
        assertEquals(2, fetched);
        clock.advance(Duration.ofMinutes(6));
        published = policy("enforce", 86_400);
        enforced();
        assertEquals(3, fetched);
    }

    @Test
    void anAgeThatIsOverIsRenewedWhileTheRecordStands() {
        enforced();
        clock.advance(Duration.ofDays(2));
        enforced();
        assertEquals(2, fetched);
    }

    @Test
    void testingDemandsNothing() {
        published = policy("testing", 86_400);
        nothing();
        assertEquals(1, fetched);
    }

    @Test
    void aFileThatIsNoPolicyCountsAsNone() throws IOException {
        enforced();
        for (String text : new String[] {"", "1\nno time\nx", "1\n2026-01-01T00:00:00Z\nx"}) {
            Files.writeString(home.resolve("mta-sts/partner.example"), text);
            restart();
            enforced();
        }
        assertEquals(4, fetched);
    }

    @Test
    void aDiskThatDoesNotGiveItOutLeavesADoubt() throws IOException {
        enforced();
        Files.delete(home.resolve("mta-sts/partner.example"));
        Files.createDirectory(home.resolve("mta-sts/partner.example"));
        restart();
        assertInstanceOf(Demand.Unknown.class, policies.demand(DOMAIN));
        assertEquals(1, fetched);
    }

    private static Fetched policy(String mode, long age) {
        return new Fetched.Body(
                "version: STSv1\nmode: "
                        + mode
                        + "\nmx: *.partner.example\nmax_age: "
                        + age
                        + "\n");
    }

    private void enforced() {
        assertInstanceOf(Demand.Enforced.class, policies.demand(DOMAIN));
    }

    private void doubtful(String reason) {
        String said = assertInstanceOf(Demand.Doubtful.class, policies.demand(DOMAIN)).reason();
        assertTrue(said.contains(reason), said);
    }

    private void unknown(String reason) {
        String said = assertInstanceOf(Demand.Unknown.class, policies.demand(DOMAIN)).reason();
        assertTrue(said.contains(reason), said);
    }

    private void nothing() {
        assertInstanceOf(Demand.Nothing.class, policies.demand(DOMAIN));
    }
}
