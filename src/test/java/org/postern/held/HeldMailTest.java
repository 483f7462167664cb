package org.postern.held;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.testkit.SampleMail;

/// Of copies that a rule asks for nobody is told, neither by name nor by number.
class HeldMailTest {
    private static final Address ARCHIVE = Address.of("archive@keeper.example");

    @Test
    void copiesAreNotCounted() {
        Decision.Hold hold = new Decision.Hold("why");
        Ruling ruling =
                new Ruling(
                        List.of(new Ruling.ForRecipient(SampleMail.PATIENT, hold, "first")),
                        List.of(new Ruling.ForRecipient(ARCHIVE, hold, "archive")),
                        "");
        RecipientState.Held held =
                new RecipientState.Held(
                        "why",
                        RecipientState.Review.of("first", hold.hearing(), Instant.EPOCH, Set.of()));
        QueuedMessage message =
                new QueuedMessage(
                        new QueueId("0123456789ABCDEF"),
                        Instant.EPOCH,
                        SampleMail.envelope(SampleMail.PATIENT, ARCHIVE),
                        ruling,
                        10,
                        Map.of(SampleMail.PATIENT, held, ARCHIVE, held));
        assertEquals(
                List.of(SampleMail.PATIENT),
                HeldMail.hers(message, message.envelope().recipients()));
    }
}
