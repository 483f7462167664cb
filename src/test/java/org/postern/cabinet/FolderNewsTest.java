package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.snapshot.Snapshot;

/// A folder hears of what comes and goes, and is never compared with the whole mailbox again; so a
/// random history is compared with it here after each step.
class FolderNewsTest {
    private static final List<Address> CLINICIANS =
            List.of(Address.of("anna@clinic.example"), Address.of("ben@clinic.example"));
    private static final List<String> FOLDERS = List.of("INBOX", "Sent");
    private static final int STEPS = 400;

    @TempDir Path home;

    private final SplittableRandom random = new SplittableRandom(11);
    private final List<StoredMessage> kept = new ArrayList<>();

    /// What was expunged does not come back.
    private final Set<MessageKey> expunged = new HashSet<>();

    private CabinetWorld world;
    private int number;

    @BeforeEach
    void open() throws IOException {
        world = new CabinetWorld(home);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    @Test
    void aFolderIsWhatTheMailboxSays() throws IOException {
        for (int step = 0; step < STEPS; step++) {
            world.clock.advance(Duration.ofSeconds(1));
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> store();
                case 4 -> recall();
                case 5 -> forget();
                case 6, 7 -> expunge();
                case 8 -> world.turn(folder());
                case 9 -> world.restart();
                default -> compare(folder());
            }
        }
        for (Address clinician : CLINICIANS) {
            for (String name : FOLDERS) {
                compare(world.folder(clinician, name));
            }
        }
        assertTrue(kept.size() > 20, kept.size() + " messages left");
    }

    private void store() throws IOException {
        Direction direction = random.nextBoolean() ? Direction.FROM_PATIENT : Direction.TO_PATIENT;
        NewMessage message =
                new NewMessage(
                        new QueueId("%016d".formatted(++number)),
                        direction,
                        CLINICIANS.get(random.nextInt(CLINICIANS.size())),
                        Address.of("maria@home.example"),
                        "",
                        List.of(),
                        world.clock.instant());
        byte[] octets =
                "Subject: %d\r\n\r\nHello\r\n"
                        .formatted(number)
                        .getBytes(StandardCharsets.US_ASCII);
        kept.add(world.store().store(message, Content.of(octets)));
    }

    private void recall() throws IOException {
        if (!kept.isEmpty()) {
            StoredMessage one = kept.remove(random.nextInt(kept.size()));
            world.store().recall(one.key(), world.clock.instant());
        }
    }

    /// Retention takes the oldest.
    private void forget() throws IOException {
        Instant end = world.clock.instant().minusSeconds(100);
        world.store().forget(new MailboxStore.Over(end, Instant.EPOCH));
        kept.removeIf(it -> it.message().arrived().isBefore(end));
    }

    private void expunge() throws IOException {
        Folder folder = folder();
        int[] uids = folder.look().uids();
        if (uids.length == 0) {
            return;
        }
        int[] one = {uids[random.nextInt(uids.length)]};
        for (Filed each : folder.filed(one, Detail.ROW)) {
            expunged.add(each.key());
        }
        folder.store(one, Folder.Change.ADD, List.of("\\Deleted"));
        folder.expunge(one);
    }

    private Folder folder() throws IOException {
        return world.folder(
                CLINICIANS.get(random.nextInt(CLINICIANS.size())),
                FOLDERS.get(random.nextInt(FOLDERS.size())));
    }

    private void compare(Folder folder) throws IOException {
        Snapshot now = folder.look();
        Direction direction =
                folder.shelf() == Shelf.SENT ? Direction.TO_PATIENT : Direction.FROM_PATIENT;
        Set<MessageKey> expected =
                kept.stream()
                        .filter(it -> it.message().clinician().key().equals(folder.owner()))
                        .filter(it -> it.message().direction() == direction)
                        .map(StoredMessage::key)
                        .filter(key -> !expunged.contains(key))
                        .collect(Collectors.toSet());
        List<Filed> filed = folder.filed(now.uids(), Detail.OUTLINE);
        assertEquals(expected, filed.stream().map(Filed::key).collect(Collectors.toSet()));
        assertEquals(expected.size(), now.count());
        for (Filed each : filed) {
            StoredMessage message =
                    kept.stream()
                            .filter(it -> it.key().equals(each.key()))
                            .findFirst()
                            .orElseThrow();
            assertEquals(message.thread(), each.thread());
            assertEquals(message.size(), each.octets());
            assertEquals(message.message().arrived(), each.arrived());
            assertTrue(each.outline() != null, "an outline is missing");
        }
        world.requireAsRead(folder, now);
    }
}
