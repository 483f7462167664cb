package org.postern.transit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;

/// A message as it leaves: without the fields that were meant for this gateway alone. Everything
/// else goes out octet for octet.
final class OutgoingContent {
    /// Bcc would tell one recipient of another (RFC 5322 §3.6.3); Return-Path is added at the final
    /// delivery and nowhere else (RFC 5321 §4.4).
    private static final List<String> DROPPED = List.of("bcc", "resent-bcc", "return-path");

    private OutgoingContent() {}

    static ContentWriter of(Content content) throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        if (DROPPED.stream().allMatch(name -> header.all(name).isEmpty())) {
            return content;
        }
        return out -> write(header, content, out);
    }

    private static void write(HeaderSection header, Content content, OutputStream out)
            throws IOException {
        for (HeaderField field : header.fields()) {
            if (DROPPED.stream().noneMatch(field.name()::equalsIgnoreCase)) {
                out.write(field.octets());
            }
        }
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        try (InputStream in = content.open()) {
            in.skipNBytes(header.octets());
            in.transferTo(out);
        }
    }
}
