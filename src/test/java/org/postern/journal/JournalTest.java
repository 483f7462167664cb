package org.postern.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.postern.journal.JournalRecord.Kind;
import org.postern.mail.QueueId;
import org.postern.store.DiskFile;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.SimulatedDisk.Failure;

/// The journal on a disk that loses, tears and fails: what was acknowledged is found, what was
/// taken back is not, and no segment stays for ever.
class JournalTest {
    private static final Path FOLDER = Path.of("/data/spool/journal");
    private static final Path END = FOLDER.resolve("00000001.end");
    private static final int SEGMENT = 2_000;

    private final SplittableRandom random = new SplittableRandom(3);

    @Test
    void whatWasAppendedIsFoundInItsOrder() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        QueueId first = id();
        QueueId second = id();
        List<Place> places = new ArrayList<>();
        try (Journal journal = journal(disk, new ConcurrentLinkedQueue<>())) {
            places.add(journal.append(message(first, 700)));
            places.add(journal.append(new JournalRecord(Kind.RESULT, first, octets(first, 20))));
            places.add(journal.append(message(second, 0)));
            journal.append(JournalRecord.gone(first));
            assertArrayEquals(octets(first, 700).array(), read(journal, places.getFirst()));
        }
        Found found = read(disk);
        assertEquals(Set.of(second), found.live());
        assertEquals(List.of("MESSAGE", "RESULT", "MESSAGE", "GONE"), found.kinds);
        assertEquals(0, found.doubtful + found.lost);
    }

    @Test
    void manyThreadsShareBatchesAndNothingIsMixedUp() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        Map<QueueId, Integer> sizes = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            sizes.put(id(), random.nextInt(600));
        }
        try (Journal journal = journal(disk, new ConcurrentLinkedQueue<>())) {
            List<Thread> threads = new ArrayList<>();
            sizes.forEach((id, size) ->
                    threads.add(Thread.ofVirtual().start(() -> append(journal, id, size))));
            for (Thread thread : threads) {
                thread.join();
            }
        }
        Found found = read(disk);
        assertEquals(sizes.keySet(), found.live());
        sizes.forEach((id, size) -> assertEquals(size, found.lengths.get(id)));
    }

    private static void append(Journal journal, QueueId id, int size) {
        try {
            Place place = journal.append(message(id, size));
            assertArrayEquals(octets(id, size).array(), read(journal, place));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSegmentGoesWhenNothingIsLeftInIt() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        ConcurrentLinkedQueue<QueueId> stale = new ConcurrentLinkedQueue<>();
        QueueId stays = id();
        try (Journal journal = journal(disk, stale)) {
            journal.append(message(stays, 10));
            for (int i = 0; i < 80; i++) {
                QueueId id = id();
                journal.append(message(id, 300));
                journal.append(JournalRecord.gone(id));
            }
            assertTrue(stale.contains(stays), "the owner is told what keeps the oldest segment");
            assertTrue(disk.list(FOLDER).size() > 16, "no younger one goes before it");
            journal.append(JournalRecord.gone(stays));
            for (int i = 0; i < 8; i++) {
                journal.append(message(id(), 300));
            }
            // Each with a file that tells its end.
            assertTrue(disk.list(FOLDER).size() <= 6, disk.list(FOLDER).toString());
        }
    }

    /// Random lives with a loss of power at a random operation, again and again on one disk.
    @Test
    void powerLossAtAnyMoment() throws IOException {
        int found = 0;
        for (int seed = 0; seed < 1_500; seed++) {
            SplittableRandom dice = new SplittableRandom(seed);
            SimulatedDisk disk = new SimulatedDisk();
            disk.failAt(1 + dice.nextInt(60), Failure.POWER);
            Set<QueueId> sure = new HashSet<>();
            Set<QueueId> possible = new HashSet<>();
            try (Journal journal = journal(disk, new ConcurrentLinkedQueue<>())) {
                live(journal, dice, sure, possible);
            } catch (IOException _) {
                // The power went.
            }
            Found after = read(disk.afterPowerLoss(dice));
            assertEquals(0, after.missing, "seed " + seed);
            assertTrue(after.live().containsAll(sure), "seed " + seed);
            for (QueueId id : after.live()) {
                assertTrue(sure.contains(id) || possible.contains(id), "seed " + seed);
            }
            found += after.live().size();
        }
        assertTrue(found > 1_500, "found " + found);
    }

    private void live(
            Journal journal, SplittableRandom dice, Set<QueueId> sure, Set<QueueId> possible)
            throws IOException {
        for (int i = 0; i < 25; i++) {
            if (dice.nextBoolean() && !sure.isEmpty()) {
                QueueId id = sure.iterator().next();
                sure.remove(id);
                possible.add(id);
                journal.append(JournalRecord.gone(id));
                possible.remove(id);
            } else {
                QueueId id = id();
                possible.add(id);
                journal.append(message(id, dice.nextInt(900)));
                possible.remove(id);
                sure.add(id);
            }
        }
    }

    /// R7: any bit of what is not the last batch's tail shows, and costs no other message.
    @Test
    void everyDamageIsFound() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        List<QueueId> ids = List.of(id(), id(), id());
        try (Journal journal = journal(disk, new ConcurrentLinkedQueue<>())) {
            for (QueueId id : ids) {
                journal.append(message(id, 100));
            }
        }
        Path file = FOLDER.resolve("00000001");
        int length = disk.octets(file).length;
        for (int at = 0; at < length; at++) {
            int chosen = at;
            SimulatedDisk damaged = disk.afterKill();
            damaged.damage(
                    file,
                    octets -> {
                        octets[chosen] ^= 8;
                        return octets;
                    });
            Found found = read(damaged);
            assertTrue(found.doubtful + found.lost > 0, "octet " + at);
            Set<QueueId> told = new HashSet<>(found.live());
            assertTrue(told.size() >= 2, "the others are read, octet " + at);
        }
    }

    @Test
    void aBatchThatWasCutShortIsPassedOver() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        QueueId kept = id();
        try (Journal journal = journal(disk, new ConcurrentLinkedQueue<>())) {
            journal.append(message(kept, 100));
            journal.append(message(id(), 100));
        }
        Path file = FOLDER.resolve("00000001");
        // The second batch was never acknowledged.
        disk.damage(END, octets -> Arrays.copyOf(octets, octets.length / 2));
        int length = disk.octets(file).length;
        for (int cut = length / 2; cut < length; cut++) {
            int chosen = cut;
            SimulatedDisk torn = disk.afterKill();
            torn.damage(file, octets -> Arrays.copyOf(octets, chosen));
            assertEquals(Set.of(kept), read(torn).live());
            assertEquals(0, read(torn).doubtful + read(torn).lost, "cut at " + cut);
            torn.damage(file, octets -> Arrays.copyOf(octets, chosen + 30));
            assertTrue(read(torn).live().contains(kept), "cut and zeros at " + cut);
        }
    }

    /// Wherever it is cut, between two batches as well: what was acknowledged and is gone is told.
    @Test
    void anAcknowledgedEndThatIsGoneIsTold() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        QueueId first = id();
        QueueId second = id();
        int border;
        Path file = FOLDER.resolve("00000001");
        try (Journal journal = journal(disk, new ConcurrentLinkedQueue<>())) {
            journal.append(message(first, 100));
            border = disk.octets(file).length;
            journal.append(message(second, 100));
        }
        int length = disk.octets(file).length;
        for (int cut = 0; cut <= length; cut++) {
            int chosen = cut;
            SimulatedDisk shorter = disk.afterKill();
            shorter.damage(file, octets -> Arrays.copyOf(octets, chosen));
            Found found = read(shorter);
            assertEquals(cut < length, found.missing > 0, "cut at " + cut);
            assertEquals(cut >= border, found.live().contains(first), "cut at " + cut);
            SimulatedDisk blank = disk.afterKill();
            blank.damage(file, octets -> Arrays.copyOf(Arrays.copyOf(octets, chosen), length));
            boolean told = read(blank).missing + read(blank).lost + read(blank).doubtful > 0;
            assertEquals(cut < length, told, "zeros from " + cut);
        }
        SimulatedDisk without = disk.afterKill();
        without.delete(file);
        assertEquals(1, read(without).missing, "the whole segment");
        try (Journal next = journal(without, new ConcurrentLinkedQueue<>())) {
            next.append(message(id(), 1));
            next.removeBefore();
        }
        assertEquals(0, read(without).missing, "it is told once");
    }

    /// A note that is damaged or could not be written costs no more than itself.
    @Test
    void theEndIsNotedAsWellAsTheDiskAllows() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Path file = FOLDER.resolve("00000001");
        try (Journal journal = journal(disk, new ConcurrentLinkedQueue<>())) {
            journal.append(message(id(), 100));
            disk.failWhen(operation -> operation.equals("write " + END), Failure.ONCE);
            journal.append(message(id(), 100));
            journal.append(message(id(), 100));
        }
        assertEquals(2 * 12, disk.octets(END).length, "half a note was taken back");
        int length = disk.octets(file).length;
        for (int at = 0; at < 2 * 12; at++) {
            int chosen = at;
            SimulatedDisk damaged = disk.afterKill();
            damaged.damage(
                    END,
                    octets -> {
                        octets[chosen] ^= 1;
                        return octets;
                    });
            Found whole = read(damaged);
            assertEquals(3, whole.live().size());
            assertEquals(0, whole.missing + whole.lost + whole.doubtful);
            damaged.damage(file, octets -> Arrays.copyOf(octets, length / 3));
            assertEquals(at < 12, read(damaged).missing > 0, "octet " + at);
        }
    }

    @Test
    void afterAFailedSyncNothingIsAppended() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        QueueId kept = id();
        try (Journal journal = journal(disk, new ConcurrentLinkedQueue<>())) {
            journal.append(message(kept, 10));
            disk.failWhen(operation -> operation.startsWith("sync"), Failure.ONCE);
            for (int i = 0; i < 3; i++) {
                assertThrows(IOException.class, () -> journal.append(message(id(), 10)));
            }
        }
        assertEquals(Set.of(kept), read(disk.afterKill()).live(), "nothing that was refused");
    }

    @Test
    void aFullDiskIsTakenBackAndTriedAgain() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        QueueId before = id();
        QueueId after = id();
        try (Journal journal = journal(disk, new ConcurrentLinkedQueue<>())) {
            journal.append(message(before, 10));
            disk.room(300);
            assertThrows(IOException.class, () -> journal.append(message(id(), 900)));
            disk.room(Long.MAX_VALUE);
            journal.append(message(after, 900));
        }
        assertEquals(Set.of(before, after), read(disk).live());
        assertEquals(0, read(disk).lost);
    }

    /// What a reading found.
    private static final class Found implements JournalReader.Visitor {
        final Map<QueueId, Integer> lengths = new HashMap<>();
        final List<String> kinds = new ArrayList<>();
        int doubtful;
        int lost;
        int missing;

        @Override
        public void record(Kind kind, QueueId id, Place place) {
            kinds.add(kind.name());
            switch (kind) {
                case MESSAGE -> lengths.put(id, place.length());
                case RESULT -> assertTrue(lengths.containsKey(id));
                case GONE -> lengths.remove(id);
            }
        }

        @Override
        public void doubtful(Kind kind, QueueId id, Place place) {
            doubtful++;
            if (kind == Kind.MESSAGE) {
                lengths.putIfAbsent(id, place.length());
            }
        }

        @Override
        public void lost(Place place) {
            assertFalse(place.length() == 0);
            lost++;
        }

        @Override
        public void missing(long segment, long from, long end) {
            assertTrue(from < end);
            missing++;
        }

        Set<QueueId> live() {
            return lengths.keySet();
        }
    }

    private static Found read(SimulatedDisk disk) throws IOException {
        disk.createDirectories(FOLDER);
        Found found = new Found();
        JournalFolder folder = new JournalFolder(disk, FOLDER);
        JournalReader reader = new JournalReader(folder, found);
        reader.readMissing();
        reader.read(folder.segments());
        return found;
    }

    private static byte[] read(Journal journal, Place place) throws IOException {
        try (DiskFile file = journal.open(place)) {
            ByteBuffer octets = ByteBuffer.allocate((int) file.size());
            file.read(octets, 0);
            return octets.array();
        }
    }

    private static JournalRecord message(QueueId id, int size) {
        return new JournalRecord(Kind.MESSAGE, id, octets(id, size));
    }

    private static ByteBuffer octets(QueueId id, int size) {
        String text = id.value().repeat(1 + size / id.value().length()).substring(0, size);
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private QueueId id() {
        return QueueId.next(Instant.EPOCH, random);
    }

    private static Journal journal(SimulatedDisk disk, ConcurrentLinkedQueue<QueueId> stale)
            throws IOException {
        return new Journal(new JournalFolder(disk, FOLDER), SEGMENT, stale::addAll);
    }
}
