package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.policy.Decision;
import org.postern.policy.Extras;
import org.postern.policy.Protection;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;

/// How long a message can be read that waited before it could be.
class StayTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final Address MARIA = Address.of("maria@patients.example");

    /// A message that was held over a weekend is not over before its patient hears of it.
    @Test
    void theTimeBeginsWhenItCanBeRead() {
        Extras extras =
                Extras.NONE.with(
                        new Extras.Fetching(Optional.of(Duration.ofHours(2)), Optional.of("es")));
        Decision decision =
                new Decision.Protect(
                        List.of(new Protection.Pickup()), Decision.LastResort.HOLD, extras);
        QueuedMessage message =
                new QueuedMessage(
                        new QueueId("0123456789ABCDEF"),
                        NOON,
                        new Envelope(
                                new Arrival(
                                        Listener.SUBMISSION,
                                        "127.0.0.1",
                                        ANNA,
                                        new Arrival.Tls("TLSv1.3", "TLS_X")),
                                ANNA,
                                List.of(MARIA)),
                        new Ruling(List.of(new Ruling.ForRecipient(MARIA, decision, "one"))),
                        10,
                        Map.of(MARIA, new RecipientState.Waiting(0, NOON, "")));
        Instant later = NOON.plus(Duration.ofDays(3));
        Stay stay = SecureMailbox.stay(message, MARIA, later);
        assertEquals(NOON, stay.arrived());
        assertEquals(Optional.of(later.plus(Duration.ofHours(2))), stay.ends());
        assertEquals(Optional.of("es"), stay.language());
    }
}
