package org.postern.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.check.AskLimits.Limit;
import org.postern.mail.Address;

/// M4, M5: what strangers may ask for, and that nobody washes a limit out.
class AskLimitsTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final AskLimits limits = new AskLimits("link");

    private Optional<Limit> ask(String peer, Instant now) {
        return limits.ask(peer, now, () -> true);
    }

    @Test
    void oneNetworkAsksSoOftenAndOthersGoOn() {
        for (int i = 0; i < 30; i++) {
            assertEquals(Optional.empty(), ask("192.0.2." + i, NOON));
        }
        assertEquals(Optional.of(Limit.NETWORK), ask("192.0.2.99", NOON));
        assertEquals(Optional.empty(), ask("192.0.3.1", NOON));
        assertEquals(Optional.empty(), ask("192.0.2.99", NOON.plus(Duration.ofMinutes(61))));
    }

    @Test
    void oneSiteHasManyNetworksAndOneLimit() {
        for (int i = 0; i < 60; i++) {
            assertEquals(Optional.empty(), ask("2001:db8:7:" + i + "::1", NOON));
        }
        assertEquals(Optional.of(Limit.NETWORK), ask("2001:db8:7:ffff::1", NOON));
        assertEquals(Optional.empty(), ask("2001:db8:8::1", NOON));
    }

    @Test
    void allTogetherAskSoOften() {
        for (int i = 0; i < 300; i++) {
            assertEquals(Optional.empty(), ask("10.1." + i % 256 + "." + i % 100, NOON));
        }
        assertEquals(Optional.of(Limit.ALL), ask("192.0.2.1", NOON));
    }

    /// Behind the clinic's web server everybody has one address, which says nothing.
    @Test
    void aProxyIsNoNetwork() {
        for (int i = 0; i < 60; i++) {
            assertEquals(Optional.empty(), ask("127.0.0.1", NOON));
        }
    }

    @Test
    void whatSendsNothingIsNotCounted() {
        for (int i = 0; i < 1_000; i++) {
            assertEquals(Optional.empty(), limits.ask("192.0.2.1", NOON, () -> false));
        }
        assertEquals(Optional.empty(), ask("192.0.2.1", NOON));
    }

    @Test
    void tenThousandOthersWashNoLimitOut() {
        Pace pace = new Pace(Duration.ZERO, 1, Duration.ofHours(1));
        assertTrue(pace.take("victim", NOON));
        for (int i = 1; i < 10_000; i++) {
            assertTrue(pace.take("other" + i, NOON.plusSeconds(1)));
        }
        assertFalse(pace.take("one more", NOON.plusSeconds(2)));
        assertFalse(pace.take("victim", NOON.plusSeconds(2)));
        Instant later = NOON.plus(Duration.ofHours(1));
        assertTrue(pace.take("one more", later), "the victim's is over, and makes room");
        assertFalse(pace.take("victim", later), "and there is room for one");
        assertTrue(pace.take("victim", later.plusSeconds(1)));
    }

    @Test
    void aPlusSignMakesNoOtherMailbox() {
        String plain = Pace.mailboxOf(Address.of("maria@patients.example"));
        assertEquals(plain, Pace.mailboxOf(Address.of("Maria+a@patients.example")));
        assertEquals(plain, Pace.mailboxOf(Address.of("maria+a+b@patients.example")));
        assertFalse(plain.equals(Pace.mailboxOf(Address.of("maria+a@b.example"))));
        assertEquals("+a@b.example", Pace.mailboxOf(Address.of("+a@b.example")));
    }
}
