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
import static org.postern.testkit.SampleMail.read;
import static org.postern.testkit.SampleMail.ruling;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.contract.SpoolContract;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
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
            spool.recover();
            assertThrows(NoRoomException.class, spool::open);
            spool.record(id, Map.of(DOCTOR, DELIVERED));
            spool.retire(id);
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
            IOException refused = assertThrows(IOException.class, spool::recover);
            assertTrue(refused.toString().contains("keystore"), refused.toString());
        }
        try (Spool spool = spool()) {
            assertEquals(id, spool.recover().messages().getFirst().id());
        }
    }

    @Test
    void aFileOfANewerReleaseStopsTheStartAndIsNotTouched() throws IOException {
        QueueId id = QueueId.next(clock.instant(), new SecureRandom());
        Path file = home.resolve("spool").resolve(id.value());
        try (Spool spool = spool()) {
            byte[] newer = headOfRelease((short) 2);
            Files.write(file, newer);
            IOException refused = assertThrows(IOException.class, spool::recover);
            assertTrue(refused.toString().contains("release"), refused.toString());
            assertArrayEquals(newer, Files.readAllBytes(file));
        }
    }

    @Test
    void nothingOfAMessageIsReadableOnTheDisk() throws IOException {
        byte[] small = CANARY.repeat(50).getBytes(ISO_8859_1);
        byte[] large = CANARY.repeat(30_000).getBytes(ISO_8859_1);
        try (Spool spool = spool()) {
            commit(spool, small);
            QueueId id = commit(spool, large);
            spool.record(id, Map.of(DOCTOR, new RecipientState.Held(CANARY)));
            try (Draft draft = spool.open()) {
                draft.out().write(large);
                List<Path> files = files();
                assertEquals(4, files.size(), files.toString());
                for (Path file : files) {
                    String text = Files.readString(file, ISO_8859_1);
                    assertFalse(text.contains(CANARY), file.toString());
                    assertFalse(text.contains("patient.example"), file.toString());
                    assertFalse(text.contains("clinic.example"), file.toString());
                }
            }
        }
    }

    /// The content is read only when it is sent, so some damage shows then and not before.
    @Test
    void everyDamageIsFoundAndTheOthersAreStillRead() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        int beforeContent = 0;
        byte[] whole = octets(70_000, 7);
        QueueId good;
        try (Spool spool = spool()) {
            good = commit(spool, whole);
        }
        for (int i = 0; i < 120; i++) {
            QueueId victim;
            try (Spool spool = spool()) {
                victim = commit(spool, whole);
            }
            Path file = home.resolve("spool").resolve(victim.value());
            byte[] octets = Files.readAllBytes(file);
            Files.write(file, damaged(octets, i % 3, random));
            try (Spool spool = spool()) {
                Spool.Recovered recovered = spool.recover();
                if (recovered.corrupt().isEmpty()) {
                    assertThrows(DamagedException.class, () -> read(spool.content(victim)));
                    spool.setAside(victim);
                } else {
                    assertEquals(List.of(victim), recovered.corrupt());
                    beforeContent++;
                }
                assertFalse(Files.exists(file));
                assertTrue(Files.exists(home.resolve("spool/corrupt").resolve(victim.value())));
                assertArrayEquals(whole, read(spool.content(good)));
                assertTrue(spool.find(victim).isEmpty());
            }
        }
        assertTrue(beforeContent > 30, "found at recovery: " + beforeContent);
    }

    /// 0: one bit; 1: eight zeroed octets; 2: cut.
    private static byte[] damaged(byte[] octets, int kind, SplittableRandom random) {
        byte[] damaged = octets.clone();
        switch (kind) {
            case 0 -> damaged[random.nextInt(octets.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                int at = random.nextInt(octets.length - 8);
                damaged[at] ^= 1;
                for (int i = 1; i < 8; i++) {
                    damaged[at + i] = 0;
                }
            }
            default -> damaged = Arrays.copyOf(octets, random.nextInt(octets.length));
        }
        return damaged;
    }

    /// Each octet of the records before the content and behind it.
    @Test
    void everyBitBesidesTheContentIsCheckedAtRecovery() throws IOException {
        QueueId id;
        Path file;
        byte[] octets;
        try (Spool spool = spool()) {
            id = commit(spool, new byte[0]);
            file = home.resolve("spool").resolve(id.value());
            octets = Files.readAllBytes(file);
        }
        // The payload of the LAST record and its checksum are read with the content alone.
        int head = Frames.OVERHEAD + ByteBuffer.wrap(octets).getInt(1);
        int unread = head + Frames.PAYLOAD_AT;
        int meta = head + Frames.OVERHEAD + ByteBuffer.wrap(octets).getInt(head + 1);
        for (int at = 0; at < octets.length; at++) {
            if (at == unread) {
                at = meta;
            }
            byte[] damaged = octets.clone();
            damaged[at] ^= (byte) (1 << (at % 8));
            Files.write(file, damaged);
            try (Spool spool = spool()) {
                assertEquals(List.of(id), spool.recover().corrupt(), "octet " + at);
            }
            Files.delete(home.resolve("spool/corrupt").resolve(id.value()));
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
