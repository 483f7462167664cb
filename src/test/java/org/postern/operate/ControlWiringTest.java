package org.postern.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.control.HeldRequests;
import org.postern.control.QueueFilter;
import org.postern.held.Ask;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;
import org.postern.testkit.SampleMail;

class ControlWiringTest {
    private static final QueueId ID = new QueueId("0000000000000001");

    private static QueuedMessage heldBy(String rule) {
        Review review = Review.of(rule, Hearing.OPEN, Instant.EPOCH, Set.of());
        return new QueuedMessage(
                ID,
                Instant.EPOCH,
                SampleMail.envelope(SampleMail.PATIENT),
                new Ruling(
                        List.of(
                                new Ruling.ForRecipient(
                                        SampleMail.PATIENT, new Decision.Hold("why"), rule))),
                10,
                Map.of(SampleMail.PATIENT, new RecipientState.Held("why", review)));
    }

    /// Where the decision is made, it is still known by what the message was found.
    @Test
    void aDecisionCarriesWhatItIsAbout() {
        Domain domain = SampleMail.PATIENT.domain();
        QueueFilter filter = new QueueFilter(domain, null, "held", null, null, "lab", null);
        Ask ask =
                ControlWiring.ask(new HeldRequests.Part(ID, filter), new Ask.Way.Release(), "root");
        assertEquals(Optional.of(domain), ask.domain());
        assertEquals(Optional.empty(), ask.filter().leftOut(heldBy("Lab")));
        assertTrue(ask.filter().leftOut(heldBy("other")).orElseThrow().contains("\"other\""));
    }
}
