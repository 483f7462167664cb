package org.postern.transit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postern.mail.Content;
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

    static Content of(Content content) throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        if (DROPPED.stream().allMatch(name -> header.all(name).isEmpty())) {
            return content;
        }
        byte[] kept = kept(header);
        return new Content() {
            @Override
            public long size() {
                return kept.length + content.size() - header.octets();
            }

            @Override
            public InputStream open() throws IOException {
                InputStream body = content.open();
                body.skipNBytes(header.octets());
                return new SequenceInputStream(new ByteArrayInputStream(kept), body);
            }
        };
    }

    private static byte[] kept(HeaderSection header) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(header.octets());
        for (HeaderField field : header.fields()) {
            if (DROPPED.stream().noneMatch(field.name()::equalsIgnoreCase)) {
                kept.writeBytes(field.octets());
            }
        }
        kept.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return kept.toByteArray();
    }
}
