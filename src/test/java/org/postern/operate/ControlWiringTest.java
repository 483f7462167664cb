package org.postern.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.control.HeldRequests;
import org.postern.control.QueueFilter;
import org.postern.held.Ask;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.testkit.SampleHolds;
import org.postern.testkit.SampleMail;

class ControlWiringTest {
    private static final QueueId ID = SampleHolds.id(1);

    /// Where the decision is made, it is still known by what the message was found.
    @Test
    void aDecisionCarriesWhatItIsAbout() {
        Domain domain = SampleMail.PATIENT.domain();
        QueueFilter filter = new QueueFilter(domain, null, "held", null, null, "lab", null);
        Ask ask =
                ControlWiring.ask(new HeldRequests.Part(ID, filter), new Ask.Way.Release(), "root");
        assertEquals(Optional.of(domain), ask.domain());
        assertEquals(Optional.empty(), ask.filter().leftOut(SampleHolds.by("Lab", ID)));
        String other = ask.filter().leftOut(SampleHolds.by("other", ID)).orElseThrow();
        assertTrue(other.contains("\"other\""), other);
    }
}
