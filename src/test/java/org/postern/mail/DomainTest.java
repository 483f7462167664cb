package org.postern.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DomainTest {
    @Test
    void spellingsOfOneDomainAreEqual() {
        assertEquals(Domain.parse("clinic.example"), Domain.parse("Clinic.Example."));
    }

    @Test
    void belowMeansALabelMore() {
        Domain clinic = Domain.parse("clinic.example").orElseThrow();
        assertTrue(Domain.parse("mail.clinic.example").orElseThrow().isBelow(clinic));
        assertFalse(clinic.isBelow(clinic));
        assertFalse(Domain.parse("myclinic.example").orElseThrow().isBelow(clinic));
    }

    @Test
    void theseAreNone() {
        for (String text : new String[] {"", ".", "..", "a..b", "-a", "a-", "a b", "[1.2.3.4]"}) {
            assertEquals(Optional.empty(), Domain.parse(text), text);
        }
    }
}
