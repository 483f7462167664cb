package org.postern.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.contract.AuditLogContract.event;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.contract.AuditLogContract;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestVault;

class AuditFileTest implements AuditLogContract {
    private final ManualClock clock = new ManualClock(NOON);
    private @Nullable AuditFile open;

    @TempDir Path data;

    /// Small segments, so that every test with many entries crosses from one to the next.
    private AuditFolder folder() {
        return new AuditFolder(new FileDisk(), data.resolve("audit"), 3_000);
    }

    @Override
    public AuditFile log() throws IOException {
        AuditFile log = open;
        if (log == null) {
            log = AuditFile.open(folder(), TestVault.one(), clock);
            open = log;
        }
        return log;
    }

    @Override
    public List<AuditEntry> entries() throws IOException {
        List<AuditEntry> entries = new ArrayList<>();
        new AuditReader(folder()).read(entries::add);
        return entries;
    }

    @AfterEach
    void stop() throws IOException {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private AuditVerifier.Verdict verify() throws IOException {
        return new AuditVerifier(folder(), TestVault.one()).verify();
    }

    private void assertIntact(long count) throws IOException {
        switch (verify()) {
            case AuditVerifier.Verdict.Intact(long found, Anchor head) -> {
                assertEquals(count, found);
                assertEquals(count, head.seq());
            }
            case AuditVerifier.Verdict.Broken broken -> throw new AssertionError(broken);
        }
    }

    private void append(int from, int to) throws IOException {
        for (int i = from; i <= to; i++) {
            log().append(event("number " + i));
        }
    }

    private Path last() throws IOException {
        return folder().segments().getLast();
    }

    /// An entry with so many recipients that its members are of this length.
    private static AuditEvent refused(int octets) throws IOException {
        String domain = "@x.example";
        int each = EventJson.members(refused(List.of(Address.of("a" + domain)))).length();
        int none = EventJson.members(refused(List.of())).length();
        // With the comma behind it.
        int one = each - none + 1;
        int left = octets - none + 1;
        int usual = left / one - 1;
        List<Address> all = new ArrayList<>(Collections.nCopies(usual, Address.of("a" + domain)));
        int last = left - usual * one - (one - 1);
        all.add(Address.of("a".repeat(last) + domain));
        AuditEvent made = refused(all);
        assertEquals(octets, EventJson.members(made).length());
        return made;
    }

    private static AuditEvent refused(List<Address> recipients) {
        Arrival arrival = new Arrival(Listener.INBOUND, "192.0.2.7", null, null);
        return new AuditEvent.Refused(
                arrival, null, recipients, new Reply(451, "4.3.0", "Not now"));
    }

    /// The longest line can be read again, and what is longer is not begun.
    @Test
    void whatCouldNotBeReadAgainIsNotWritten() throws IOException {
        append(1, 1);
        log().append(refused(AuditFile.MEMBERS_OCTETS_MAX));
        long before = Files.size(folder().segments().getLast());
        AuditEvent longer = refused(AuditFile.MEMBERS_OCTETS_MAX + 1);
        IOException thrown =
                assertThrows(IOException.class, () -> log().append(event("two"), longer));
        assertTrue(thrown.toString().contains("too long"), thrown.toString());
        assertEquals(before, Files.size(folder().segments().getLast()));
        append(3, 3);
        assertIntact(3);
        stop();
        append(4, 4);
        assertIntact(4);
    }

    @Test
    void anEmptyLogIsIntact() throws IOException {
        log();
        assertIntact(0);
        stop();
        assertIntact(0);
        log();
        assertIntact(0);
    }

    @Test
    void theChainGoesOnOverSegmentsAndRestarts() throws IOException {
        append(1, 40);
        assertIntact(40);
        stop();
        append(41, 80);
        assertTrue(folder().segments().size() > 3);
        assertIntact(80);
        stop();
        assertIntact(80);
    }

    @Test
    void aLineIsAsItsReadersKnowIt() throws IOException {
        log().append(AuditLogContract.allEvents().toArray(AuditEvent[]::new));
        List<String> lines = Files.readAllLines(folder().segment(1));
        String first =
                """
                {"seq":1,"at":"2026-03-02T12:00:00Z","event":"accepted","id":"0000000000000001",\
                "arrival":{"listener":"submission","peer":"192.0.2.7",\
                "authenticated":"dr.okafor@clinic.example","tls":"TLSv1.3","suite":"TLS_X"},\
                "reversePath":"dr.okafor@clinic.example","size":4321,"sha256":"%s",\
                "ruling":[{"recipient":"maria@patients.example","rule":"the rule's name",\
                "decision":"deliver","route":"internal"},{"recipient":"maria@patients.example",\
                "rule":"the rule's name","decision":"protect","inOrder":["smime","tls","pickup"],\
                "otherwise":"hold","level":"normal"},{"recipient":"maria@patients.example",\
                "rule":"the rule's name","decision":"hold","reason":"look at it first"},\
                {"recipient":"maria@patients.example","rule":"the rule's name",\
                "decision":"refuse","text":"not from here"}],"mac":\
                """
                        .formatted("ab".repeat(32));
        assertEquals(first, lines.getFirst().substring(0, first.length()));
        String last = lines.getLast();
        String detail = "\\\"quoted\\\"\\r\\n{\\\"seq\\\":1}\\u202E\\uD800";
        assertTrue(last.contains("\"detail\":\"" + detail + "\",\"mac\":"), last);
        assertTrue(last.chars().allMatch(c -> c >= 0x20 && c <= 0x7E));
    }

    @Test
    void aReaderFindsWhatNamesAMessage() throws IOException {
        log().append(AuditLogContract.allEvents().toArray(AuditEvent[]::new));
        List<String> found = new ArrayList<>();
        new AuditReader(folder()).read(ID, entry -> found.add(entry.event()));
        assertEquals(10, found.size());
        assertTrue(found.contains("derived"), "named as the cause");
        assertTrue(!found.contains("housekeeping"));
        found.clear();
        new AuditReader(folder())
                .read(new QueueId("0000000000000009"), entry -> found.add(entry.event()));
        assertEquals(List.of(), found);
    }

    @Test
    void aTornLineIsCutAndTheChainGoesOn() throws IOException {
        append(1, 5);
        stop();
        for (String torn : List.of("{", "{\"seq\":6,\"at\":\"2026", "\0\0\0\0")) {
            Files.writeString(last(), torn, StandardOpenOption.APPEND);
            assertIntact(5);
            log();
            stop();
            assertIntact(5);
        }
        append(6, 6);
        assertIntact(6);
    }

    @Test
    void anAcknowledgedLineIsNeverCut() throws IOException {
        append(1, 5);
        stop();
        byte[] octets = Files.readAllBytes(last());
        for (int cut = 1; cut < 100; cut++) {
            Files.write(last(), Arrays.copyOf(octets, octets.length - cut));
            IOException refused = assertThrows(IOException.class, this::log);
            assertTrue(String.valueOf(refused.getMessage()).contains("entry 5 was in it"));
        }
        Files.write(last(), octets);
        append(6, 6);
        assertIntact(6);
    }

    @Test
    void aTamperedEndIsNotContinued() throws IOException {
        append(1, 5);
        stop();
        String text = Files.readString(last());
        Files.writeString(last(), text.replace("number 4", "number 9"));
        IOException refused = assertThrows(IOException.class, this::log);
        assertTrue(String.valueOf(refused.getMessage()).contains("jsonl:4: entry 4 was changed"));
    }

    @Test
    void aSegmentLeftEmptyByACrashIsFilled() throws IOException {
        append(1, 5);
        int segments = folder().segments().size();
        stop();
        Files.createFile(folder().segment(segments + 1));
        assertIntact(5);
        append(6, 6);
        assertIntact(6);
        assertEquals(6, entries().getLast().seq());
        assertEquals(segments + 1, folder().segments().size());
    }

    /// A loss of power may take what was not synced: the file `head`, or the end of it.
    @Test
    void aHeadThatLagsBehindIsNoFault() throws IOException {
        append(1, 3);
        byte[] before = Files.readAllBytes(folder().head());
        append(4, 5);
        stop();
        Files.write(folder().head(), before);
        assertIntact(5);
        Files.write(folder().head(), Arrays.copyOf(before, before.length - 3));
        assertIntact(5);
        Files.writeString(folder().head(), "12:ab", StandardOpenOption.APPEND);
        assertIntact(5);
        append(6, 6);
        assertIntact(6);
    }

    @Test
    void onlyOneGatewayWrites() throws IOException {
        log();
        assertThrows(IOException.class, () -> AuditFile.open(folder(), TestVault.one(), clock));
        append(1, 1);
        assertIntact(1);
    }

    @Test
    void anInterruptedThreadStillAppends() throws IOException {
        Thread.currentThread().interrupt();
        append(1, 2);
        assertTrue(Thread.interrupted(), "it stays interrupted");
        append(3, 3);
        assertIntact(3);
    }

    @Test
    void longTextsAreCut() throws IOException {
        log().append(event("x".repeat(1_000_000)));
        assertTrue(Files.size(folder().segment(1)) < 2_000);
        assertIntact(1);
    }

    @Test
    void ordinaryWordsAreAscii() throws IOException {
        log().append(event("Señora Muñoz"));
        String line = Files.readString(folder().segment(1), StandardCharsets.US_ASCII);
        assertTrue(line.contains("Se\\u00F1ora"));
        assertEquals("Señora Muñoz", entries().getFirst().text("detail"));
    }
}
