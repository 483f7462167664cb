package org.postern.access;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.postern.testkit.TestVault;

class ChallengesTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final Challenges challenges = new Challenges(TestVault.one(), new SecureRandom());

    @Test
    void eachIsGoodOnceForItsPurposeAndTime() {
        String one = challenges.next("maria", NOON);
        assertNotEquals(one, challenges.next("maria", NOON));
        Instant end = NOON.plus(Challenges.LIFE);
        assertFalse(challenges.spend("pablo", one, NOON));
        assertFalse(challenges.spend("maria", one, end));
        assertTrue(challenges.spend("maria", one, end.minusMillis(1)));
        assertFalse(challenges.spend("maria", one, end.minusMillis(1)), "once");
    }

    @Test
    void whatIsMadeUpIsRefused() {
        String one = challenges.next("maria", NOON);
        char last = one.charAt(20) == 'A' ? 'B' : 'A';
        assertFalse(
                challenges.spend("maria", one.substring(0, 20) + last + one.substring(21), NOON));
        assertFalse(challenges.spend("maria", "", NOON));
        assertFalse(challenges.spend("maria", one + one, NOON));
        assertThrows(IllegalArgumentException.class, () -> challenges.spend("maria", "not!", NOON));
    }
}
