package org.postern.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.follow.FollowWorld.ANNA;
import static org.postern.follow.FollowWorld.JOHN;
import static org.postern.follow.FollowWorld.MARIA;
import static org.postern.follow.FollowWorld.SAM;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.config.GatewayConfig.Receipts;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.mailbox.StoredMessage;

/// Authors hear of first openings, each once.
class ReceiptsTest {
    @TempDir Path data;
    private FollowWorld world;

    @BeforeEach
    void begin() throws IOException {
        world = new FollowWorld(data);
    }

    private void open(Receipts receipts) throws IOException {
        world.close();
        world = new FollowWorld(data.resolve("other"), receipts, null);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    @Test
    void aFirstOpeningIsToldOnceInItsThread() throws IOException {
        open(Receipts.EACH);
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.after(Duration.ofMinutes(7));
        world.read(stored);
        world.followUp.look();
        world.followUp.look();
        world.opened(stored);
        world.followUp.look();
        assertEquals(List.of("receipt"), world.kinds());
        String receipt = world.letters("receipt").getFirst();
        assertTrue(receipt.contains("Subject: Your message was read\r\n"), receipt);
        assertTrue(receipt.contains("In-Reply-To: <" + stored.message().messageId() + ">"));
        assertTrue(receipt.contains("maria@patients.example read your message of"), receipt);
        assertTrue(receipt.contains("Read: Mar 2, 2026, 10:07 AM"), receipt);
        assertTrue(receipt.contains("Device: iPhone, Safari"), receipt);
        assertTrue(receipt.contains("Checked: the birth date."), receipt);
        assertTrue(receipt.contains("Auto-Submitted: auto-generated"), receipt);
        assertTrue(
                receipt.contains(
                        "Reply-To: " + world.addresses.command(stored.key()).orElseThrow()),
                receipt);
        assertFalse(receipt.contains("Knee"), "no subject");
        assertEquals(
                List.of(List.of(ANNA)),
                world.queued("receipt").stream().map(it -> it.envelope().recipients()).toList());
    }

    /// A browser that fetches ahead is in the audit, and is no reader. Also in no digest, and later
    /// by no other setting.
    @ParameterizedTest
    @EnumSource(Receipts.class)
    void aStrangerGetsNoReceipt(Receipts receipts) throws IOException {
        open(receipts);
        Stay stay = Stay.from(world.clock.instant()).untold();
        world.read(world.notified(ANNA, MARIA, stay));
        world.live(Duration.ofDays(2));
        assertEquals(List.of(), world.kinds());
        assertEquals(
                List.of("sent"),
                world.database()
                        .read(handle ->
                                handle.createQuery("SELECT receipt FROM follow")
                                        .mapTo(String.class)
                                        .list()));
    }

    @Test
    void anOpeningWithoutAReadMarkIsNone() throws IOException {
        open(Receipts.EACH);
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.opened(stored);
        world.after(Duration.ofMinutes(1));
        assertEquals(List.of(), world.kinds());
        world.read(stored);
        world.followUp.look();
        assertEquals(List.of("receipt"), world.kinds());
    }

    @Test
    void aCrashBetweenLetterAndMarkWritesNothingTwice() throws IOException {
        open(Receipts.EACH);
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.read(stored);
        world.trap();
        world.followUp.look();
        assertEquals(List.of("receipt"), world.kinds());
        world.restart();
        world.followUp.look();
        assertEquals(List.of("receipt"), world.kinds());
        world.sendAll();
        world.restart();
        world.followUp.look();
        assertEquals(List.of(), world.kinds());
    }

    @Test
    void aDigestComesInTheMorning() throws IOException {
        open(Receipts.DAILY);
        StoredMessage first = world.notified(ANNA, MARIA);
        StoredMessage second = world.notified(ANNA, JOHN);
        StoredMessage third = world.notified(SAM, MARIA);
        world.read(first);
        world.after(Duration.ofHours(1));
        world.read(second);
        world.read(third);
        world.live(Duration.ofHours(20));
        assertEquals(List.of(), world.kinds(), "not before the morning");
        world.live(Duration.ofHours(1));
        assertEquals(List.of("digest", "digest"), world.kinds());
        for (String digest : world.letters("digest")) {
            assertTrue(digest.contains("maria@patients.example"), digest);
            boolean annas = digest.contains("To: " + ANNA);
            assertEquals(annas, digest.contains("john@patients.example"), "to each her own");
        }
        world.live(Duration.ofDays(3));
        assertEquals(List.of("digest", "digest"), world.kinds());
    }

    @Test
    void aCrashDoesNotRepeatADigest() throws IOException {
        open(Receipts.DAILY);
        StoredMessage first = world.notified(ANNA, MARIA);
        StoredMessage second = world.notified(ANNA, JOHN);
        world.read(first);
        world.read(second);
        world.trap();
        world.live(Duration.ofDays(1));
        assertEquals(List.of("digest"), world.kinds());
        world.restart();
        world.live(Duration.ofDays(2));
        assertEquals(List.of("digest"), world.kinds());
        world.sendAll();
        world.restart();
        world.live(Duration.ofDays(2));
        assertEquals(List.of(), world.kinds());
    }

    @Test
    void aClinicMayWantNone() throws IOException {
        open(Receipts.NONE);
        world.read(world.notified(ANNA, MARIA));
        world.live(Duration.ofDays(3));
        assertEquals(List.of(), world.kinds());
    }
}
