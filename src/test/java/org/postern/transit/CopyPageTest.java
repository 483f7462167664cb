package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.outgoing.ArchiveReport;
import org.postern.policy.Decision;
import org.postern.policy.Protection;
import org.postern.policy.Ruling;
import org.postern.reach.Possibilities;
import org.postern.spool.QueuedMessage;
import org.postern.testkit.SampleMail;

/// A copy waits on nobody's page, whatever was decided about it.
class CopyPageTest {
    private static final Address KEPT = Address.of("kept@archive.example");

    /// What an earlier release, or a defect, has sent there waits for a person.
    @Test
    @SuppressWarnings("NullAway") // a page needs no way by mail, and none may be tried
    void aCopyIsKeptFromAPageAtTheLast() throws Exception {
        Delivery delivery =
                new Delivery(
                        null,
                        new Delivery.Ways(null, null, null),
                        null,
                        Optional.empty(),
                        Optional.empty(),
                        new ArchiveReport(new Domain("gw.clinic.example")),
                        Clock.systemUTC());
        Decision page =
                new Decision.Protect(List.of(new Protection.Pickup()), Decision.LastResort.HOLD);
        QueuedMessage message =
                new QueuedMessage(
                        new QueueId("0123456789ABCDEF"),
                        Instant.EPOCH,
                        SampleMail.envelope(SampleMail.PATIENT, KEPT),
                        new Ruling(
                                List.of(new Ruling.ForRecipient(SampleMail.PATIENT, page, "one")),
                                List.of(new Ruling.ForRecipient(KEPT, page, "one")),
                                ""),
                        10,
                        Map.of());
        assertEquals(
                new Step.Attempted.Impossible(Possibilities.NO_PAGE),
                delivery.pickup(message, KEPT, Protection.Level.NORMAL));
        assertEquals(
                new Step.Attempted.Impossible(Possibilities.NO_PICKUP),
                delivery.pickup(message, SampleMail.PATIENT, Protection.Level.NORMAL),
                "hers is kept from it by nothing but a page that is not there");
    }
}
