package org.postern.outgoing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.Options;
import org.postern.mail.QueueId;
import org.postern.mime.HeaderSection;
import org.postern.policy.Decision;
import org.postern.policy.Ruling;

/// The report for an archive, as octets.
class ArchiveReportTest {
    private static final Address ANN = Address.of("ann@clinic.example");
    private static final Address LEE = Address.of("lee@partner.example");
    private static final Address KEEPER = Address.of("journal@keeper.example");
    private static final Decision HOLD = new Decision.Hold("Why\r\nRecipient: x@evil.example");

    private static ArchiveReport.Taken taken(Options options) {
        Ruling.ForRecipient lee = new Ruling.ForRecipient(LEE, HOLD, "one");
        Ruling.ForRecipient keeper = new Ruling.ForRecipient(KEEPER, HOLD, "two");
        Arrival arrival = new Arrival(Listener.RELAY, "192.0.2.1", null, null);
        return new ArchiveReport.Taken(
                new QueueId("0000000000000001"),
                Instant.parse("2026-01-07T12:00:00Z"),
                new Envelope(arrival, ANN, List.of(LEE, KEEPER), options),
                new Ruling(List.of(lee), List.of(keeper), Set.of(KEEPER), ""));
    }

    private static Content report(String message, Options options) throws Exception {
        Content kept = Content.of(message.getBytes(StandardCharsets.UTF_8));
        return new ArchiveReport(new Domain("gw.clinic.example")).to(KEEPER, taken(options), kept);
    }

    private static String text(Content content) throws IOException {
        try (InputStream in = content.open()) {
            byte[] octets = in.readAllBytes();
            assertEquals(content.size(), octets.length);
            return new String(octets, StandardCharsets.UTF_8);
        }
    }

    /// What somebody wrote, or a server said, names no recipient of its own.
    @Test
    void nothingOfTheMessageBeginsALine() throws Exception {
        String subject = "Subject: =?utf-8?q?x=0D=0ARecipient:_y@evil.example?=\r\n\r\n";
        String text = text(report(subject, Options.NONE));
        assertFalse(text.contains("\r\nRecipient: y@"), text);
        assertFalse(text.contains("\r\nRecipient: x@"), text);
        assertTrue(text.contains("\r\nRecipient: lee@partner.example\r\n"), text);
        assertFalse(text.contains("Recipient: journal@"), text);
    }

    /// RFC 5321 §6.3: whoever sends it back in circles meets the limit of hops.
    @Test
    void theTraceOfTheMessageGoesOn() throws Exception {
        String once = "Received: from a by b; x\r\nReceived: from c by d; x\r\n\r\nbody\r\n";
        Content report = report(once, Options.NONE);
        assertEquals(2, HeaderSection.read(report).all("Received").size());
        String again = "Received: from e by f; x\r\n" + text(report);
        Content second = report(again, Options.NONE);
        assertEquals(3, HeaderSection.read(second).all("Received").size());
    }

    @Test
    void whatIsNotAsciiIsSaidSo() throws Exception {
        Options utf8 = new Options(true, true, false, Options.Reports.USUAL);
        String text = text(report("Subject: Médico\r\n\r\nbody\r\n", utf8));
        assertTrue(text.contains("Content-Type: message/global\r\n"), text);
        assertTrue(text.contains("Content-Transfer-Encoding: 8bit\r\n"), text);
        assertTrue(text.contains("Content-Transfer-Encoding: base64\r\n"), text);
        String plain = text(report("Subject: x\r\n\r\nbody\r\n", Options.NONE));
        assertTrue(plain.contains("Content-Type: message/rfc822\r\n"), plain);
        assertFalse(plain.contains("8bit") || plain.contains("base64"), plain);
    }

    @Test
    void nobodyHearsOfIt() {
        Envelope envelope = ArchiveReport.envelope(taken(Options.NONE).envelope(), KEEPER);
        assertNull(envelope.reversePath());
        assertEquals(List.of(KEEPER), envelope.recipients());
        assertEquals(Listener.GATEWAY, envelope.arrival().listener());
    }

    /// A message of 2 GiB, more than the heap of this test has.
    @Test
    void theMessageIsNeverInMemory() throws Exception {
        byte[] head = "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        long octets = 2L << 30;
        Content large =
                new Content() {
                    @Override
                    public long size() {
                        return octets;
                    }

                    @Override
                    public InputStream open() {
                        return new SequenceInputStream(
                                new ByteArrayInputStream(head), zeros(octets - head.length));
                    }
                };
        Content report =
                new ArchiveReport(new Domain("gw.clinic.example"))
                        .to(KEEPER, taken(Options.NONE), large);
        long[] written = new long[1];
        report.writeTo(
                new OutputStream() {
                    @Override
                    public void write(int octet) {
                        written[0]++;
                    }

                    @Override
                    public void write(byte[] block, int from, int length) {
                        written[0] += length;
                    }
                });
        assertEquals(report.size(), written[0]);
    }

    private static InputStream zeros(long octets) {
        return new InputStream() {
            private long left = octets;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] block, int from, int length) {
                if (left <= 0) {
                    return -1;
                }
                int now = (int) Math.min(left, length);
                left -= now;
                return now;
            }
        };
    }
}
