package org.postern.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditVerifier.Verdict;
import org.postern.contract.AuditLogContract;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestVault;
import org.postern.vault.Vault;

/// Everything somebody without the keystore can do to a log, and that it shows.
class AuditVerifierTest {
    private static final int ENTRIES = 9;
    private static final int TRIES = 1_000;

    @TempDir Path data;
    private AuditFolder folder = new AuditFolder(new FileDisk(), Path.of("unset"));

    @BeforeEach
    void write() throws IOException {
        folder = new AuditFolder(new FileDisk(), data.resolve("audit"), 500);
        append(TestVault.one(), 1, ENTRIES);
        assertEquals(new Verdict.Intact(ENTRIES, end()), verify());
    }

    private void append(Vault vault, int from, int to) throws IOException {
        try (AuditFile log = AuditFile.open(folder, vault, ManualClock.atNoon())) {
            for (int i = from; i <= to; i++) {
                log.append(AuditLogContract.event("number " + i));
            }
        }
    }

    private Verdict verify() throws IOException {
        return new AuditVerifier(folder, TestVault.one()).verify();
    }

    private Anchor end() throws IOException {
        return assertInstanceOf(Verdict.Intact.class, verify()).head();
    }

    private void assertBroken(String how) throws IOException {
        assertInstanceOf(Verdict.Broken.class, verify(), how);
    }

    @Test
    void everyChangedOctetShows() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (Path segment : folder.segments()) {
            byte[] whole = Files.readAllBytes(segment);
            for (int i = 0; i < whole.length; i++) {
                byte[] changed = whole.clone();
                changed[i] ^= (byte) (1 << random.nextInt(8));
                Files.write(segment, changed);
                assertBroken(segment + " octet " + i);
            }
            Files.write(segment, whole);
        }
        end();
    }

    @Test
    void everyDeletedDoubledOrExchangedLineShows() throws IOException {
        for (Path segment : folder.segments()) {
            List<String> lines = Files.readAllLines(segment);
            for (int i = 0; i < lines.size(); i++) {
                List<String> deleted = new ArrayList<>(lines);
                deleted.remove(i);
                Files.write(segment, deleted);
                assertBroken(segment + " without line " + i);
                List<String> doubled = new ArrayList<>(lines);
                doubled.add(i, lines.get(i));
                Files.write(segment, doubled);
                assertBroken(segment + " with line " + i + " twice");
                if (i > 0) {
                    List<String> exchanged = new ArrayList<>(lines);
                    exchanged.set(i, exchanged.set(i - 1, exchanged.get(i)));
                    Files.write(segment, exchanged);
                    assertBroken(segment + " with line " + i + " and the one before exchanged");
                }
            }
            Files.write(segment, lines);
        }
        end();
    }

    @Test
    void everyTruncationShows() throws IOException {
        for (Path segment : folder.segments()) {
            byte[] whole = Files.readAllBytes(segment);
            for (int length = 0; length < whole.length; length++) {
                Files.write(segment, Arrays.copyOf(whole, length));
                assertBroken(segment + " cut to " + length);
            }
            Files.write(segment, whole);
        }
        end();
    }

    @Test
    void everyMissingOrExchangedSegmentShows() throws IOException {
        List<Path> segments = folder.segments();
        for (int i = 0; i < segments.size(); i++) {
            Path aside = data.resolve("aside");
            Files.move(segments.get(i), aside);
            assertBroken("without " + segments.get(i));
            if (i > 0) {
                Files.move(segments.get(i - 1), segments.get(i));
                assertBroken("shifted " + segments.get(i));
                Files.move(segments.get(i), segments.get(i - 1));
            }
            Files.move(aside, segments.get(i));
        }
        end();
    }

    @Test
    void anOldCopyOfTheEndShows() throws IOException {
        Path last = folder.segments().getLast();
        byte[] old = Files.readAllBytes(last);
        append(TestVault.one(), ENTRIES + 1, ENTRIES + 1);
        Path now = folder.segments().getLast();
        Files.write(now.equals(last) ? last : now, now.equals(last) ? old : new byte[0]);
        assertBroken("old end");
    }

    /// The limit: with the old `head` put back as well, only an anchor from elsewhere shows it.
    @Test
    void anOldCopyOfAllShowsByAnAnchorFromElsewhere() throws IOException {
        Path last = folder.segments().getLast();
        byte[] old = Files.readAllBytes(last);
        byte[] oldHead = Files.readAllBytes(folder.head());
        Anchor before = end();
        append(TestVault.one(), ENTRIES + 1, ENTRIES + 1);
        Anchor known = end();
        if (!folder.segments().getLast().equals(last)) {
            Files.delete(folder.segments().getLast());
        }
        Files.write(last, old);
        Files.write(folder.head(), oldHead);
        AuditVerifier verifier = new AuditVerifier(folder, TestVault.one());
        assertEquals(new Verdict.Intact(ENTRIES, before), verifier.verify());
        assertInstanceOf(Verdict.Broken.class, verifier.verify(Anchor.of(known.toString())));
        assertEquals(new Verdict.Intact(ENTRIES, before), verifier.verify(before));
        Anchor forged = new Anchor(before.seq(), known.mac());
        assertInstanceOf(Verdict.Broken.class, verifier.verify(forged));
    }

    @Test
    void aMissingOrForeignHeadShows() throws IOException {
        byte[] head = Files.readAllBytes(folder.head());
        Files.delete(folder.head());
        assertBroken("no head");
        Files.writeString(folder.head(), end("0".repeat(64)));
        assertBroken("forged head");
        Files.write(folder.head(), head);
        end();
    }

    private static String end(String proof) {
        return new Anchor(1, "0".repeat(64)) + " " + proof + "\n";
    }

    @Test
    void aLogWrittenUnderOtherKeysShows() throws IOException {
        for (Path segment : folder.segments()) {
            Files.delete(segment);
        }
        Files.delete(folder.head());
        append(TestVault.newVault(), 1, ENTRIES);
        assertBroken("other keys");
    }

    @Test
    void aThousandRandomChangesShow() throws IOException {
        SplittableRandom random = new SplittableRandom(42);
        List<Path> segments = folder.segments();
        for (int i = 0; i < TRIES; i++) {
            Path segment = segments.get(random.nextInt(segments.size()));
            byte[] whole = Files.readAllBytes(segment);
            Files.write(segment, changed(whole, random));
            assertBroken("change " + i);
            Files.write(segment, whole);
        }
        end();
    }

    private static byte[] changed(byte[] whole, SplittableRandom random) {
        int at = random.nextInt(whole.length - 8);
        byte[] changed = whole.clone();
        switch (random.nextInt(3)) {
            case 0 -> Arrays.fill(changed, at, at + 8, (byte) 0);
            case 1 -> changed = Arrays.copyOf(whole, at);
            default -> System.arraycopy(whole, at + 1, changed, at, whole.length - at - 1);
        }
        return changed;
    }

    @Test
    void theFaultIsNamed() throws IOException {
        Path segment = folder.segments().get(1);
        List<String> lines = Files.readAllLines(segment);
        lines.set(2, lines.get(2).replace("number", "umber"));
        Files.write(segment, lines);
        Verdict.Broken broken = assertInstanceOf(Verdict.Broken.class, verify());
        assertEquals("00000002.jsonl", broken.file());
        assertEquals(3, broken.line());
    }
}
