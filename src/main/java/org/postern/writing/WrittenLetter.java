package org.postern.writing;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.internet.ParameterList;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.postern.mail.Address;

/// Writes what a patient wrote on a page as mail: RFC 5322, RFC 2045. The parts go out as they come
/// in, so that a photo never lies anywhere as a whole in the clear.
public final class WrittenLetter {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final byte[] CRLF = {'\r', '\n'};
    private static final int LINE_CHARS = 76;

    private final OutputStream out;
    private final String boundary;

    /// @param out takes the message; it is not closed
    /// @param boundary that stands in no part
    public WrittenLetter(OutputStream out, String boundary) {
        this.out = out;
        this.boundary = boundary;
    }

    /// @param subject decoded
    /// @param messageId without angle brackets
    /// @param references of the conversation, the answered message last, without angle brackets
    /// @param arrival for the field `X-Postern-Arrival`: what is to be known of how it came; empty
    ///   where there is nothing to say
    public record Head(
            Address patient,
            Address clinician,
            String subject,
            String messageId,
            List<String> references,
            String arrival,
            Instant date) {
        public Head {
            references = List.copyOf(references);
        }
    }

    void head(Head head) throws IOException {
        field("From", head.patient().toString());
        field("To", head.clinician().toString());
        String subject = head.subject().replaceAll("\\p{Cntrl}+", " ").strip();
        field("Subject", MimeUtility.fold(9, MimeUtility.encodeText(subject, "UTF-8", null)));
        field("Date", DATE.format(head.date()));
        field("Message-ID", "<" + head.messageId() + ">");
        if (!head.references().isEmpty()) {
            field("In-Reply-To", "<" + head.references().getLast() + ">");
            field("References", "<" + String.join(">\r\n <", head.references()) + ">");
        }
        if (!head.arrival().isEmpty()) {
            field("X-Postern-Arrival", head.arrival());
        }
        field("MIME-Version", "1.0");
        field("Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
    }

    void text(String text) throws IOException {
        delimiter();
        field("Content-Type", "text/plain; charset=utf-8");
        field("Content-Transfer-Encoding", "quoted-printable");
        out.write(CRLF);
        String lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n");
        try {
            OutputStream quoted = MimeUtility.encode(new Open(out), "quoted-printable");
            quoted.write(lines.getBytes(StandardCharsets.UTF_8));
            quoted.flush();
        } catch (MessagingException e) {
            throw new IllegalStateException("quoted-printable is known", e);
        }
        out.write(CRLF);
    }

    /// Begins a file; its octets go into the stream, which is to be closed.
    ///
    /// @param name harmless
    OutputStream file(String type, String name) throws IOException {
        delimiter();
        field("Content-Type", type);
        ParameterList parameters = new ParameterList();
        parameters.set("filename", name, "UTF-8");
        String fields = parameters.toString("Content-Disposition: attachment".length());
        field("Content-Disposition", "attachment" + fields);
        field("Content-Transfer-Encoding", "base64");
        out.write(CRLF);
        return Base64.getMimeEncoder(LINE_CHARS, CRLF).wrap(new Open(out));
    }

    void end() throws IOException {
        out.write(CRLF);
        out.write(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void delimiter() throws IOException {
        out.write(CRLF);
        out.write(("--" + boundary + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /// @throws IllegalArgumentException if the value would end the field: nothing that a patient or
    ///   a letter says can begin a field of its own
    private void field(String name, String value) throws IOException {
        String unfolded = value.replaceAll("\r\n(?=[ \t]+[^ \t\r\n])", "");
        if (unfolded.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c > 0x7E)) {
            throw new IllegalArgumentException("not a field value: " + name);
        }
        out.write((name + ": " + value + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /// The subject of an answer: RFC 5322 §3.6.5.
    public static String answering(String subject) {
        String plain = subject.replaceAll("\\p{Cntrl}+", " ").strip();
        return plain.regionMatches(true, 0, "Re:", 0, 3) ? plain : "Re: " + plain;
    }

    /// An encoder ends with its part; the message goes on.
    private static final class Open extends FilterOutputStream {
        Open(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            out.write(octets, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
