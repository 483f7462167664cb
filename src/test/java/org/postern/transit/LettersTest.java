package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.mailbox.Fate;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.StoredMessage;
import org.postern.policy.Decision;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// What the pages say of a letter is what the spool says last, whoever changed it and whoever comes
/// late to note it.
class LettersTest {
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final RecipientState HELD = new RecipientState.Held("held by ann");
    private static final RecipientState DELIVERED =
            new RecipientState.Done(
                    new DeliveryOutcome.Relayed(
                            new Reply(250, "2.0.0", "Ok"),
                            "mail.clinic:25",
                            null,
                            DeliveryOutcome.Duty.OURS));

    private final ManualClock clock = ManualClock.atNoon();
    private final QueueId id = QueueId.next(clock.instant(), new SecureRandom());

    @TempDir Path data;
    private Database database;
    private FileMailboxStore mailbox;
    private StoredMessage stored;
    private Optional<QueuedMessage> newest = Optional.empty();
    private QueueDesk.Letters letters;

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock);
        mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                new FileDisk(),
                                data.resolve("bodies"),
                                TestVault.one(),
                                database,
                                new SecureRandom(),
                                clock));
        stored =
                mailbox.store(
                        new NewMessage(
                                id,
                                NewMessage.Direction.FROM_PATIENT,
                                ANNA,
                                MARIA,
                                "one@clinic.example",
                                List.of(),
                                clock.instant()),
                        Content.of("Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII)));
        letters = new QueueDesk.Letters(mailbox, clock, _ -> newest);
    }

    @AfterEach
    void close() throws IOException {
        mailbox.close();
        database.close();
    }

    private QueuedMessage as(RecipientState state) {
        Instant now = clock.instant();
        Arrival arrival = new Arrival(Listener.PICKUP, "127.0.0.1", MARIA, null);
        Ruling ruling =
                new Ruling(
                        List.of(
                                new Ruling.ForRecipient(
                                        ANNA,
                                        new Decision.Deliver(Decision.Route.INTERNAL),
                                        "all")));
        return new QueuedMessage(
                id,
                now,
                new Envelope(arrival, MARIA, List.of(ANNA)),
                ruling,
                10,
                Map.of(ANNA, state));
    }

    private Map<QueueId, Fate> fates() throws IOException {
        return mailbox.fates(stored.thread());
    }

    @Test
    void whoComesLateNotesWhatIsTrueByThen() throws IOException {
        // A person holds it while an attempt is under way, which delivers it in spite of that.
        newest = Optional.of(as(DELIVERED));
        letters.noteNewest(as(DELIVERED));
        letters.noteNewest(as(HELD));
        assertEquals(Map.of(id, Fate.DELIVERED), fates());
        // The same where it has left before the hold is noted.
        newest = Optional.empty();
        letters.noteNewest(as(HELD));
        assertEquals(Map.of(id, Fate.DELIVERED), fates());
    }

    @Test
    void whatIsLetGoIsHeldNoMore() throws IOException {
        newest = Optional.of(as(HELD));
        letters.noteNewest(as(HELD));
        assertEquals(Map.of(id, Fate.HELD), fates());
        newest = Optional.of(as(new RecipientState.Waiting(0, clock.instant(), "")));
        letters.noteNewest(as(HELD));
        assertEquals(Map.of(), fates());
    }
}
