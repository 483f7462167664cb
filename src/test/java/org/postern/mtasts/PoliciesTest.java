package org.postern.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        for (FakeZone spoilt :
                new FakeZone[] {
                    zone.forget(NAME),
                    zone.exists(NAME),
                    zone.txt(NAME, "nonsense"),
                    zone.txt(NAME, "v=STSv1; id=8;").txt(NAME, "v=STSv1; id=9;"),
                    zone.trouble(NAME, Trouble.FAILS)
                }) {
            assertEquals(zone, spoilt);
            restart();
            enforced();
        }
        assertEquals(1, fetched);
        clock.advance(Duration.ofDays(2));
        nothing();
    }

    @Test
    void aFetchThatFailedIsNotTriedAgainAtOnce() {
        published = new Fetched.Failed("a redirect");
        nothing();
        nothing();
        assertEquals(1, fetched);
        clock.advance(Duration.ofMinutes(6));
        published = new Fetched.Body("no policy");
        nothing();
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

    private void nothing() {
        assertInstanceOf(Demand.Nothing.class, policies.demand(DOMAIN));
    }
}
