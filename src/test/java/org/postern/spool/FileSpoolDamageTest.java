package org.postern.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.SampleMail.DOCTOR;
import static org.postern.testkit.SampleMail.envelope;
import static org.postern.testkit.SampleMail.octets;
import static org.postern.testkit.SampleMail.read;
import static org.postern.testkit.SampleMail.ruling;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postern.frame.DamagedException;
import org.postern.frame.Frames;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.testkit.ManualClock;
import org.postern.testkit.Recovery;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.TestVault;

/// R7 of the reliability goals: every damage of a spool file is found, and harms no other.
class FileSpoolDamageTest {
    private static final Path FOLDER = Path.of("/data/spool");

    private final ManualClock clock = ManualClock.atNoon();
    private final SplittableRandom random = new SplittableRandom(7);
    private final SimulatedDisk disk = new SimulatedDisk();

    /// The content is read only when it is sent, so some damage shows then and not before.
    @Test
    void everyDamageIsFoundAndTheOthersAreStillRead() throws IOException {
        byte[] content = octets(70_000, 7);
        QueueId good;
        QueueId victim;
        try (Spool spool = spool(disk)) {
            good = commit(spool, content);
            victim = commit(spool, content);
        }
        intoFiles();
        int beforeContent = 0;
        for (int i = 0; i < 1_000; i++) {
            int kind = i % 3;
            SimulatedDisk damaged = disk.afterKill();
            damaged.damage(FOLDER.resolve(victim.value()), octets -> damage(octets, kind));
            try (Spool spool = spool(damaged)) {
                Recovery recovered = Recovery.of(spool);
                if (recovered.corrupt().isEmpty()) {
                    assertThrows(DamagedException.class, () -> read(spool.content(victim)));
                    spool.setAside(victim);
                } else {
                    assertEquals(List.of(victim), recovered.corrupt());
                    beforeContent++;
                }
                assertArrayEquals(content, read(spool.content(good)));
                assertTrue(spool.find(victim).isEmpty());
            }
            assertEquals(
                    List.of(FOLDER.resolve("corrupt").resolve(victim.value())),
                    damaged.list(FOLDER.resolve("corrupt")));
            damaged.octets(FOLDER.resolve("corrupt").resolve(victim.value()));
        }
        assertTrue(beforeContent > 300, "found at recovery: " + beforeContent);
    }

    /// In the journal nothing goes unseen either, a cut between two batches included.
    @Test
    void noDamageOfTheJournalLosesAMessageUnseen() throws IOException {
        byte[] content = octets(4_000, 7);
        Path segment = FOLDER.resolve("journal").resolve("00000001");
        List<QueueId> ids;
        int border;
        try (Spool spool = spool(disk)) {
            QueueId first = commit(spool, content);
            border = disk.octets(segment).length;
            ids = List.of(first, commit(spool, content));
        }
        int missing = 0;
        for (int i = 0; i < 1_000; i++) {
            int kind = i % 4;
            SimulatedDisk damaged = disk.afterKill();
            damaged.damage(
                    segment,
                    octets -> kind == 3 ? Arrays.copyOf(octets, border) : damage(octets, kind));
            try (Spool spool = spool(damaged)) {
                Recovery recovered = Recovery.of(spool);
                assertTrue(recovered.missing().size() == 1 || kind < 2, "it is cut");
                missing += recovered.missing().size();
                if (recovered.missing().isEmpty() && recovered.corrupt().isEmpty()) {
                    for (QueueId id : ids) {
                        assertTrue(isDamagedOr(content, spool, id));
                    }
                }
            }
        }
        assertEquals(500, missing);
    }

    private static boolean isDamagedOr(byte[] content, Spool spool, QueueId id) throws IOException {
        try {
            return Arrays.equals(content, read(spool.content(id)));
        } catch (DamagedException _) {
            return true;
        }
    }

    /// 0: one bit; 1: eight octets zeroed; 2: cut.
    private byte[] damage(byte[] octets, int kind) {
        int at = random.nextInt(octets.length - 8);
        switch (kind) {
            case 0 -> octets[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                byte[] before = octets.clone();
                Arrays.fill(octets, at, at + 8, (byte) 0);
                if (Arrays.equals(before, octets)) {
                    octets[at] = 1;
                }
            }
            default -> {
                return Arrays.copyOf(octets, at);
            }
        }
        return octets;
    }

    @Test
    void everyBitBesidesTheContentIsCheckedAtRecovery() throws IOException {
        QueueId id;
        try (Spool spool = spool(disk)) {
            id = commit(spool, new byte[0]);
        }
        intoFiles();
        Path file = FOLDER.resolve(id.value());
        byte[] octets = disk.octets(file);
        // The payload of the LAST record and its checksum are read with the content alone.
        int head = Frames.OVERHEAD + ByteBuffer.wrap(octets).getInt(1);
        int unread = head + Frames.PAYLOAD_AT;
        int meta = head + Frames.OVERHEAD + ByteBuffer.wrap(octets).getInt(head + 1);
        for (int bit = 0; bit < 8 * octets.length; bit++) {
            if (bit == 8 * unread) {
                bit = 8 * meta;
            }
            int chosen = bit;
            SimulatedDisk damaged = disk.afterKill();
            damaged.damage(
                    file,
                    whole -> {
                        whole[chosen / 8] ^= (byte) (1 << (chosen % 8));
                        return whole;
                    });
            try (Spool spool = spool(damaged)) {
                assertEquals(List.of(id), Recovery.of(spool).corrupt(), "bit " + bit);
            }
        }
    }

    /// Damage of the last record cannot be told from a power loss while it was written, so the
    /// states before it count: an attempt may be repeated, nothing is lost. Damage before it can.
    @Test
    void damageOfResultsIsFoundOrTakesTheStatesBefore() throws IOException {
        List<Integer> lengths = new ArrayList<>();
        List<QueuedMessage> states = new ArrayList<>();
        QueueId id;
        Path file;
        try (Spool spool = spool(disk)) {
            id = commit(spool, octets(100, 1));
        }
        intoFiles();
        file = FOLDER.resolve(id.value());
        try (Spool spool = spool(disk)) {
            for (int i = 0; i < 4; i++) {
                lengths.add(disk.octets(file).length);
                states.add(spool.find(id).orElseThrow());
                spool.record(id, Map.of(DOCTOR, new RecipientState.Held("reason " + i)));
            }
        }
        int end = disk.octets(file).length;
        for (int at = lengths.getFirst(); at < end; at++) {
            int chosen = at;
            SimulatedDisk damaged = disk.afterKill();
            damaged.damage(
                    file,
                    whole -> {
                        whole[chosen] ^= 4;
                        return whole;
                    });
            try (Spool spool = spool(damaged)) {
                Recovery recovered = Recovery.of(spool);
                if (at < lengths.getLast()) {
                    assertEquals(List.of(id), recovered.corrupt(), "octet " + at);
                } else {
                    assertEquals(List.of(states.getLast()), recovered.messages(), "octet " + at);
                }
            }
            SimulatedDisk cut = disk.afterKill();
            cut.damage(file, whole -> Arrays.copyOf(whole, chosen));
            goesOnAfterCut(cut, states);
        }
    }

    private void goesOnAfterCut(SimulatedDisk cut, List<QueuedMessage> states) throws IOException {
        RecipientState next = new RecipientState.Held("next");
        try (Spool spool = spool(cut)) {
            QueuedMessage found = Recovery.of(spool).messages().getFirst();
            assertTrue(states.contains(found));
            spool.record(found.id(), Map.of(DOCTOR, next));
        }
        try (Spool spool = spool(cut)) {
            QueuedMessage found = Recovery.of(spool).messages().getFirst();
            assertEquals(next, found.states().get(DOCTOR));
            assertArrayEquals(octets(100, 1), read(spool.content(found.id())));
        }
    }

    /// The files of one folder are not all lost because one cannot be read.
    @Test
    void aFileThatCannotBeReadStaysAndIsNamed() throws IOException {
        QueueId good;
        QueueId bad;
        try (Spool spool = spool(disk)) {
            good = commit(spool, octets(10, 1));
            bad = commit(spool, octets(10, 2));
        }
        intoFiles();
        String unreadable = FOLDER.resolve(bad.value()).toString();
        disk.failWhen(
                operation -> operation.equals("read at 0 " + unreadable),
                SimulatedDisk.Failure.ONCE);
        try (Spool spool = spool(disk)) {
            Recovery recovered = Recovery.of(spool);
            assertEquals(List.of(), recovered.corrupt());
            assertEquals(List.of(bad), recovered.unread());
            assertEquals(1, recovered.messages().size());
            assertArrayEquals(octets(10, 1), read(spool.content(good)));
            assertEquals(2, Recovery.of(spool).messages().size(), "read the next time");
        }
    }

    /// What is in the journal gets a file of its own by a restart.
    private void intoFiles() throws IOException {
        try (Spool spool = spool(disk)) {
            assertEquals(List.of(), Recovery.of(spool).corrupt());
        }
    }

    private static QueueId commit(Spool spool, byte[] content) throws IOException {
        Envelope envelope = envelope(DOCTOR);
        try (Draft draft = spool.open()) {
            draft.out().write(content);
            return spool.commit(draft, envelope, ruling(envelope)).id();
        }
    }

    private Spool spool(SimulatedDisk where) throws IOException {
        return new FileSpool(
                new FileSpool.Settings(FOLDER, 0), where, TestVault.one(), clock, random);
    }
}
