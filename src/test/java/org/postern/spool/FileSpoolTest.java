package org.postern.spool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.SampleMail.DOCTOR;
import static org.postern.testkit.SampleMail.envelope;
import static org.postern.testkit.SampleMail.octets;
import static org.postern.testkit.SampleMail.ruling;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.contract.SpoolContract;
import org.postern.frame.Frames;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.NoRoomException;
import org.postern.mail.QueueId;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.Recovery;
import org.postern.testkit.TestVault;
import org.postern.vault.Vault;

class FileSpoolTest implements SpoolContract {
    private static final String CANARY = "canary-5f0d9c";

    @TempDir Path home;
    private final ManualClock clock = ManualClock.atNoon();

    @Override
    public Spool spool() throws IOException {
        return spool(TestVault.one(), 0);
    }

    @Override
    public ManualClock clock() {
        return clock;
    }

    @Test
    void twoGatewaysDoNotWorkInOneFolder() throws IOException {
        Spool first = spool();
        IOException refused = assertThrows(IOException.class, this::spool);
        assertTrue(refused.toString().contains("another gateway"), refused.toString());
        first.close();
        assertThrows(IOException.class, first::open);
        spool().close();
    }

    @Test
    void noMailIsTakenBelowTheReserveButWhatIsHereGoesOn() throws IOException {
        QueueId id;
        try (Spool spool = spool()) {
            id = commit(spool, octets(10, 1));
        }
        try (Spool spool = spool(TestVault.one(), Long.MAX_VALUE)) {
            Recovery.of(spool);
            assertThrows(NoRoomException.class, spool::open);
            spool.record(id, Map.of(DOCTOR, DELIVERED));
            spool.retire(id);
        }
    }

    /// It was settled and not retired yet when its segment became too old.
    @Test
    void aMessageThatIsMovedTakesItsResultsWithIt() throws Exception {
        FileSpool.Settings small = new FileSpool.Settings(home.resolve("spool"), 0, 2_048, 1 << 20);
        QueueId id;
        try (Spool spool =
                new FileSpool(small, new FileDisk(), TestVault.one(), clock, new SecureRandom())) {
            id = commit(spool, octets(10, 1));
            spool.record(id, Map.of(DOCTOR, DELIVERED));
            Path file = home.resolve("spool").resolve(id.value());
            // It is moved by a thread of its own, which may be late.
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            for (int i = 0; !Files.exists(file); i++) {
                assertTrue(System.nanoTime() < end, "it was not moved");
                QueueId other = commit(spool, octets(1_500, i));
                spool.record(other, Map.of(DOCTOR, DELIVERED));
                spool.retire(other);
            }
        }
        try (Spool spool = spool()) {
            Recovery.of(spool);
            assertTrue(spool.find(id).orElseThrow().isSettled(), "it comes back with its result");
            spool.retire(id);
        }
    }

    /// What is written on web pages stops while there is room for mail from others.
    @Test
    void pagesLeaveRoomForMail() throws IOException {
        FileDisk disk = new FileDisk();
        try (Spool spool = spool(TestVault.one(), disk.freeBytes(home) / 3 * 2)) {
            Recovery.of(spool);
            NoRoomException full = assertThrows(NoRoomException.class, spool::openForPages);
            assertTrue(full.toString().contains("in reserve"), full.toString());
            commit(spool, octets(10, 1));
        }
        try (Spool spool = spool(TestVault.one(), disk.freeBytes(home) / 3)) {
            Recovery.of(spool);
            spool.openForPages().close();
        }
    }

    /// All of them would look damaged under the wrong keystore, and none of them is.
    @Test
    void aWrongKeystoreStopsTheStartAndTouchesNothing() throws IOException {
        QueueId id;
        try (Spool spool = spool()) {
            id = commit(spool, octets(10, 1));
        }
        try (Spool spool = spool(TestVault.newVault(), 0)) {
            IOException refused = assertThrows(IOException.class, () -> Recovery.of(spool));
            assertTrue(refused.toString().contains("keystore"), refused.toString());
        }
        try (Spool spool = spool()) {
            assertEquals(id, Recovery.of(spool).messages().getFirst().id());
        }
    }

    @Test
    void aFileOfANewerReleaseStopsTheStartAndIsNotTouched() throws IOException {
        QueueId id = QueueId.next(clock.instant(), new SecureRandom());
        Path file = home.resolve("spool").resolve(id.value());
        try (Spool spool = spool()) {
            byte[] newer = headOfRelease((short) 2);
            Files.write(file, newer);
            IOException refused = assertThrows(IOException.class, () -> Recovery.of(spool));
            assertTrue(refused.toString().contains("release"), refused.toString());
            assertArrayEquals(newer, Files.readAllBytes(file));
        }
    }

    @Test
    void nothingOfAMessageIsReadableOnTheDisk() throws IOException {
        byte[] small = CANARY.repeat(50).getBytes(ISO_8859_1);
        byte[] large = CANARY.repeat(350_000).getBytes(ISO_8859_1);
        try (Spool spool = spool()) {
            commit(spool, small);
            QueueId id = commit(spool, large);
            spool.record(id, Map.of(DOCTOR, new RecipientState.Held(CANARY)));
            try (Draft draft = spool.open()) {
                draft.out().write(large);
                List<Path> files = files();
                assertEquals(5, files.size(), files.toString());
                for (Path file : files) {
                    String text = Files.readString(file, ISO_8859_1);
                    assertFalse(text.contains(CANARY), file.toString());
                    assertFalse(text.contains("patient.example"), file.toString());
                    assertFalse(text.contains("clinic.example"), file.toString());
                }
            }
        }
    }

    /// E2 of the reliability goals, for what lies on this disk.
    @Test
    void aFileUnderTheNameOfAnotherIsDamage() throws IOException {
        Path folder = home.resolve("spool");
        QueueId first;
        QueueId second;
        try (Spool spool = spool()) {
            first = commit(spool, octets(100, 1));
            second = commit(spool, octets(100, 2));
        }
        try (Spool spool = spool()) {
            assertEquals(2, Recovery.of(spool).messages().size(), "each has a file now");
        }
        Files.delete(folder.resolve(first.value()));
        Files.move(folder.resolve(second.value()), folder.resolve(first.value()));
        try (Spool spool = spool()) {
            assertEquals(List.of(first), Recovery.of(spool).corrupt());
        }
    }

    @Test
    void whatIsSetAsideNeverReplacesWhatWasSetAsideBefore() throws IOException {
        Path folder = home.resolve("spool");
        QueueId id = QueueId.next(clock.instant(), new SecureRandom());
        for (int i = 0; i < 3; i++) {
            try (Spool spool = spool()) {
                Files.writeString(folder.resolve(id.value()), "restored once more");
                assertEquals(List.of(id), Recovery.of(spool).corrupt());
            }
        }
        try (Stream<Path> corrupt = Files.list(folder.resolve("corrupt"))) {
            assertEquals(3, corrupt.count());
        }
    }

    private static byte[] headOfRelease(short version) {
        ByteBuffer head = new Frames(100).head(new byte[7], new byte[45]).take();
        head.putShort(Frames.PAYLOAD_AT + Integer.BYTES, version);
        ByteBuffer covered = head.duplicate().limit(head.limit() - Integer.BYTES);
        head.putInt(covered.limit(), Frames.checksum(covered));
        byte[] octets = new byte[head.remaining()];
        head.get(octets);
        return octets;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static QueueId commit(Spool spool, byte[] content) throws IOException {
        Envelope envelope = envelope(DOCTOR);
        try (Draft draft = spool.open()) {
            draft.out().write(content);
            return spool.commit(draft, envelope, ruling(envelope)).id();
        }
    }

    private Spool spool(Vault vault, long reserve) throws IOException {
        return new FileSpool(
                new FileSpool.Settings(home.resolve("spool"), reserve),
                new FileDisk(),
                vault,
                clock,
                new SecureRandom());
    }
}
