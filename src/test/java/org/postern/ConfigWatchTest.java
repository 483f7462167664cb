package org.postern;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.control.ReloadRequests.Outcome;
import org.postern.pki.PartnerDirectory.Problem;

/// What is said of what was looked at.
class ConfigWatchTest {
    private static final Problem OPEN = new Problem("ann.pem", "It is not used.", true, false);

    @Test
    void aReloadSaysWhatOfThePartnersIsNotUsed() {
        Problem broken = new Problem("bob.pem", "It cannot be read.", false, false);
        Outcome outcome = ConfigWatch.outcome(List.of(broken, OPEN));
        assertFalse(outcome.good());
        assertTrue(
                outcome.words().endsWith("change them: partners/ann.pem: It is not used."),
                outcome::words);
        assertTrue(outcome.words().startsWith("1 files"), outcome::words);
        assertTrue(ConfigWatch.outcome(List.of(broken)).good());
        String many = ConfigWatch.outcome(Collections.nCopies(11, OPEN)).words();
        assertTrue(many.startsWith("11 ") && many.endsWith("and more: ./gateway doctor"), many);
        assertEquals(10, many.split("ann.pem", -1).length - 1);
    }

    /// A fault in one file must keep no other one from being read.
    @Test
    void aFaultOfOneLookEndsThatAlone() {
        assertDoesNotThrow(() -> ConfigWatch.look("policy", ConfigWatchTest::fail));
    }

    private static void fail() {
        throw new IllegalArgumentException("a fault of ours");
    }
}
