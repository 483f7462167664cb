package org.postern.outgoing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.mime.DisplayAddress;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.policy.Ruling;

/// What an archive gets by `journal`: the message as it came in, as a part of a report that names
/// its envelope and what was decided for each recipient. Archives know the form from Exchange: a
/// text with one value a line, and the message behind it.
///
/// @param hostname the gateway's own, in whose name it reports
public record ArchiveReport(Domain hostname) {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// RFC 5322 §2.1.1.
    private static final int LINE_OCTETS_MAX = 998;

    /// A message that was taken.
    public record Taken(QueueId id, Instant arrived, Envelope envelope, Ruling ruling) {}

    /// Under which a report leaves: nobody hears what becomes of it (RFC 5321 §4.5.5), and nothing
    /// is done to it that is done to a letter of its author.
    public static Envelope envelope(Envelope of, Address archive) {
        return new Envelope(
                Arrival.own("journal"), null, List.of(archive), of.unanswered().options());
    }

    /// The report, of which the message is read when it is sent, and no more than a block of it is
    /// in memory.
    public Content to(Address archive, Taken taken, Content kept)
            throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(kept);
        // A secret of the author and the reader is nothing for an archive.
        Content message = OutgoingContent.withoutPin(kept);
        // Made after the message was written, so nothing in it can be a boundary of its report.
        String boundary = "=_journal_" + taken.id();
        byte[] before = before(archive, taken, header, boundary);
        byte[] behind = ("\r\n--" + boundary + "--\r\n").getBytes(US_ASCII);
        return new Content() {
            @Override
            public long size() {
                return before.length + message.size() + behind.length;
            }

            @Override
            public InputStream open() throws IOException {
                return new SequenceInputStream(
                        Collections.enumeration(
                                List.of(
                                        new ByteArrayInputStream(before),
                                        message.open(),
                                        new ByteArrayInputStream(behind))));
            }
        };
    }

    private byte[] before(Address archive, Taken taken, HeaderSection header, String boundary) {
        StringBuilder out = new StringBuilder();
        // The trace of the message goes on (RFC 5321 §6.3): a report that somebody sends back in
        // circles comes to its end as any message does.
        for (HeaderField hop : header.all("Received")) {
            out.append(new String(hop.octets(), UTF_8));
        }
        field(out, "From", "Postern <postmaster@" + hostname + ">");
        field(out, "To", "<" + archive + ">");
        field(out, "Date", DATE.format(taken.arrived()));
        // The words of the message's own subject stand inside: this one is not encrypted.
        field(out, "Subject", "Journal report " + taken.id());
        field(out, "Message-ID", "<" + taken.id() + ".journal@" + hostname + ">");
        field(out, "MIME-Version", "1.0");
        // RFC 3834 §5; the last is what archives look for.
        field(out, "Auto-Submitted", "auto-generated");
        field(out, "X-Auto-Response-Suppress", "All");
        field(out, "X-MS-Journal-Report", "");
        field(out, "Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
        out.append("\r\n--").append(boundary).append("\r\n");
        text(out, words(taken, header));
        out.append("\r\n--").append(boundary).append("\r\n");
        boolean utf8 = taken.envelope().options().smtpUtf8();
        field(out, "Content-Type", utf8 ? "message/global" : "message/rfc822");
        boolean eight = utf8 || taken.envelope().options().eightBit();
        field(out, "Content-Transfer-Encoding", eight ? "8bit" : "7bit");
        field(out, "Content-Disposition", "attachment");
        return out.append("\r\n").toString().getBytes(UTF_8);
    }

    private static void field(StringBuilder out, String name, String value) {
        out.append(name).append(": ").append(value).append("\r\n");
    }

    private static void text(StringBuilder out, String text) {
        boolean plain =
                text.chars().allMatch(c -> c < 0x7F)
                        && text.lines().allMatch(line -> line.length() <= LINE_OCTETS_MAX);
        field(out, "Content-Type", "text/plain; charset=utf-8");
        field(out, "Content-Transfer-Encoding", plain ? "7bit" : "base64");
        out.append("\r\n")
                .append(plain ? text : Base64.getMimeEncoder().encodeToString(text.getBytes(UTF_8)))
                .append("\r\n");
    }

    private static String words(Taken taken, HeaderSection header) {
        StringBuilder out = new StringBuilder();
        Address sender = taken.envelope().reversePath();
        field(out, "Sender", sender == null ? "<>" : sender.toString());
        field(out, "Subject", line(decoded(header, "Subject")));
        field(out, "Message-ID", line(decoded(header, "Message-ID")));
        Set<String> to = named(header, "To");
        Set<String> cc = named(header, "Cc");
        List<Ruling.ForRecipient> all = new ArrayList<>(taken.ruling().recipients());
        taken.ruling().copies().stream()
                .filter(each -> !taken.ruling().isArchive(each.recipient()))
                .forEach(all::add);
        for (Ruling.ForRecipient each : all) {
            String key = each.recipient().key();
            field(
                    out,
                    to.contains(key) ? "To" : cc.contains(key) ? "Cc" : "Recipient",
                    each.recipient().toString());
        }
        out.append("\r\n");
        field(out, "Queue-ID", taken.id() + " at " + taken.arrived());
        if (!taken.ruling().doubt().isEmpty()) {
            field(out, "Held", line(taken.ruling().doubt()));
        }
        for (Ruling.ForRecipient each : all) {
            field(
                    out,
                    "Decision",
                    each.recipient()
                            + ": "
                            + line(each.decision().words())
                            + " (rule \""
                            + each.rule()
                            + "\")");
        }
        return out.toString();
    }

    private static String decoded(HeaderSection header, String name) {
        return header.first(name)
                .map(field -> EncodedWords.decode(field.body()).strip())
                .map(OutgoingContent::withoutPin)
                .orElse("");
    }

    /// Nothing of it begins a line of its own.
    private static String line(String text) {
        return text.replaceAll("[\\p{Cntrl}\u0085\u2028\u2029]+", " ");
    }

    private static Set<String> named(HeaderSection header, String name) {
        Set<String> keys = new HashSet<>();
        header.all(name).stream()
                .flatMap(field -> DisplayAddress.list(field.body()).stream())
                .flatMap(shown -> shown.mailbox().stream())
                .forEach(address -> keys.add(address.key()));
        return keys;
    }
}
