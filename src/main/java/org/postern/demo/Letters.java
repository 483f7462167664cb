package org.postern.demo;

import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;

/// The sample messages, as an ordinary mail program would write them.
final class Letters {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);

    private Letters() {}

    /// One letter of the clinician.
    ///
    /// @param id the left side of the Message-ID
    record Letter(Person to, String id, String subject, String text) {
        String messageId() {
            return "<" + id + "@mapleclinic.example>";
        }
    }

    static byte[] plain(Letter letter, ZonedDateTime date) {
        return octets(
                header(letter, date)
                        + """
                        Content-Type: text/plain; charset=utf-8
                        Content-Transfer-Encoding: 8bit

                        %s
                        """
                                .formatted(letter.text()));
    }

    /// With a file beside the text.
    static byte[] withFile(Letter letter, ZonedDateTime date, String name, String file) {
        String encoded =
                Base64.getMimeEncoder().encodeToString(file.getBytes(StandardCharsets.UTF_8));
        return octets(
                header(letter, date)
                        + """
                        Content-Type: multipart/mixed; boundary="demo-boundary"

                        --demo-boundary
                        Content-Type: text/plain; charset=utf-8
                        Content-Transfer-Encoding: 8bit

                        %s
                        --demo-boundary
                        Content-Type: text/plain; charset=utf-8; name="%s"
                        Content-Disposition: attachment; filename="%s"
                        Content-Transfer-Encoding: base64

                        %s
                        --demo-boundary--
                        """
                                .formatted(letter.text(), name, name, encoded));
    }

    private static String header(Letter letter, ZonedDateTime date) {
        return """
        From: "%s" <%s>
        To: "%s" <%s>
        Subject: %s
        Date: %s
        Message-ID: %s
        MIME-Version: 1.0
        """
                .formatted(
                        Person.CLINICIAN.fullName(),
                        Person.CLINICIAN.address(),
                        letter.to().fullName(),
                        letter.to().address(),
                        letter.subject(),
                        DATE.format(date),
                        letter.messageId());
    }

    private static byte[] octets(String text) {
        return text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    }
}
