package org.postern.returns;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.postern.mail.Content;
import org.postern.mime.Letter;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;

/// What a delivery status notification says: RFC 3464. Reports of delay or success, absence notes
/// and letters in free words are no failure: only a program's own word for it counts.
final class FailureReport {
    /// A report about one notice is short.
    private static final int OCTETS_MAX = 64 * 1024;

    private FailureReport() {}

    /// The status of a failed recipient, such as `5.1.1`; empty if the report tells of none.
    static Optional<String> status(Content content) throws IOException, MimeException {
        MimeIndex index = MimeIndex.of(content);
        if (!index.root().type().equals("multipart/report")) {
            return Optional.empty();
        }
        Letter letter = Letter.of(index, content);
        for (MimePart part : index.root().children()) {
            if (part.type().equals("message/delivery-status")
                    || part.type().equals("message/global-delivery-status")) {
                try (InputStream in = letter.decoded(part)) {
                    byte[] octets = in.readNBytes(OCTETS_MAX);
                    return status(new String(octets, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> status(String fields) {
        for (String group : fields.replace("\r\n", "\n").split("\n\n", -1)) {
            if (field(group, "action").equals("failed")) {
                String status = field(group, "status").split("[\\s(]", 2)[0];
                return Optional.of(
                        status.matches("[245]\\.\\d{1,3}\\.\\d{1,3}") ? status : "5.0.0");
            }
        }
        return Optional.empty();
    }

    private static String field(String group, String name) {
        for (String line : group.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equalsIgnoreCase(name)) {
                return line.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }
}
