package org.postern.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;

/// How many codes somebody gets who has the link, and how many are left to the patient.
class AskPaceTest {
    private static final Address MARIA = Address.of("maria@homemail.example");
    private static final String HERS = "198.51.100.7";

    private final AskPace pace = new AskPace();
    private Instant now = Instant.parse("2026-03-02T12:00:00Z");
    private int browsers;

    private boolean ask(String id, String peer) {
        now = now.plusSeconds(31);
        return pace.take(new Ask(id, MARIA, CheckKind.MAILED_CODE), peer, now);
    }

    /// With another browser each time.
    private int taken(String peer, int times) {
        int taken = 0;
        for (int i = 0; i < times; i++) {
            taken += ask("browser " + browsers++, peer) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void whoeverHasTheLinkDoesNotUseUpThePatientsCodes() {
        assertEquals(8, taken("203.0.113.5", 40));
        assertEquals(0, taken("203.0.113.200", 5), "the same network");
        assertTrue(ask("hers", HERS));
        assertTrue(ask("hers", HERS));
    }

    @Test
    void whoHasManyNetworksOfOneSiteHasOnePart() {
        assertEquals(8, taken("2001:db8:1:1::1", 8));
        assertEquals(0, taken("2001:db8:1:2::1", 5));
        assertTrue(ask("hers", HERS));
    }

    @Test
    void herMailboxIsNotFlooded() {
        int taken = 0;
        for (int site = 0; site < 6; site++) {
            taken += taken("203.0." + site + ".1", 8);
        }
        assertEquals(20, taken);
        now = now.plus(Duration.ofHours(1));
        assertTrue(ask("hers", HERS));
    }

    /// Behind a web server of the clinic that names nobody.
    @Test
    void whatAllHaveInCommonIsNoSite() {
        assertEquals(20, taken("127.0.0.1", 30));
    }

    @Test
    void aBrowserHasItsGap() {
        assertTrue(ask("hers", HERS));
        assertFalse(pace.take(new Ask("hers", MARIA, CheckKind.MAILED_CODE), HERS, now));
    }
}
