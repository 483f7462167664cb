package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.follow.FollowWorld;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mailbox.StoredMessage;
import org.postern.policy.Decision;
import org.postern.policy.Protection;
import org.postern.policy.Protection.Level;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;

/// Who is written to about what becomes of a message in the secure mailbox: not who is only named
/// in what the clinic's own server passed on from the world.
class ToldAuthorsTest {
    @TempDir Path data;

    @ParameterizedTest
    @CsvSource({
        "SUBMISSION, anna.reyes@clinic.example, anna.reyes@clinic.example, true",
        "SUBMISSION, anna.reyes@other.example, anna.reyes@other.example, true",
        "RELAY, anna.reyes@clinic.example, anna.reyes@clinic.example, true",
        "RELAY, stranger@world.example, stranger@world.example, false",
        // A list, or a mailbox that is forwarded: the server names itself in the path.
        "RELAY, srs0=x@clinic.example, stranger@world.example, false",
        "RELAY, stranger@world.example, anna.reyes@clinic.example, false",
        "INBOUND, stranger@world.example, stranger@world.example, false"
    })
    void whoIsToldOfAMessage(Listener listener, String path, String from, boolean told)
            throws Exception {
        try (FollowWorld world = new FollowWorld(data)) {
            StoredMessage stored =
                    world.secure()
                            .keep(
                                    message(world.clock().instant(), listener, path),
                                    FollowWorld.MARIA,
                                    Level.NORMAL,
                                    content(from));
            assertEquals(told, stored.message().stay().told());
            StoredMessage kept = world.mailbox().message(stored.key()).orElseThrow();
            assertEquals(told, kept.message().stay().told());
            assertEquals(Address.of(from), kept.message().clinician());
        }
    }

    private static QueuedMessage message(Instant now, Listener listener, String path) {
        Decision decision =
                new Decision.Protect(List.of(new Protection.Pickup()), Decision.LastResort.HOLD);
        return new QueuedMessage(
                new QueueId("0123456789ABCDEF"),
                now,
                new Envelope(
                        new Arrival(listener, "127.0.0.1", null, null),
                        Address.of(path),
                        List.of(FollowWorld.MARIA)),
                new Ruling(List.of(new Ruling.ForRecipient(FollowWorld.MARIA, decision, "one"))),
                10,
                Map.of(FollowWorld.MARIA, new RecipientState.Waiting(0, now, "")));
    }

    private static Content content(String from) {
        String text = "From: %s\r\nSubject: x\r\n\r\nx\r\n".formatted(from);
        return Content.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
