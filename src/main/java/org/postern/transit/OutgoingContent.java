package org.postern.transit;

import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.postern.frame.DamagedException;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.policy.SubjectPin;

/// A message as it leaves: without the fields and the PIN that were meant for this gateway alone.
/// Everything else goes out octet for octet.
final class OutgoingContent {
    /// Bcc would tell one recipient of another (RFC 5322 §3.6.3); Return-Path is added at the final
    /// delivery and nowhere else (RFC 5321 §4.4).
    private static final List<String> DROPPED = List.of("bcc", "resent-bcc", "return-path");

    private OutgoingContent() {}

    static Content of(Content content) throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        boolean drops = DROPPED.stream().anyMatch(name -> !header.all(name).isEmpty());
        return drops || pin(header).isPresent() ? with(content, header, DROPPED) : content;
    }

    /// The message without the PIN in its subject, and else as it is.
    static Content withoutPin(Content content) throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        return pin(header).isPresent() ? with(content, header, List.of()) : content;
    }

    /// The PIN that the author wrote into the subject, for whoever reads it on the pickup page.
    static Optional<SubjectPin> pin(HeaderSection header) {
        return header.all("Subject").stream()
                .flatMap(field -> SubjectPin.in(EncodedWords.decode(field.body())).stream())
                .findFirst();
    }

    private static Content with(Content content, HeaderSection header, List<String> dropped) {
        byte[] kept = kept(header, dropped);
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

    /// What is sent while somebody else takes care of its faults: a relay tells of a content that
    /// broke off, and not whether the disk gave back what was written there.
    static final class Watched implements ContentWriter {
        private final ContentWriter content;
        private @Nullable DamagedException damage;

        Watched(ContentWriter content) {
            this.content = content;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try {
                content.writeTo(out);
            } catch (DamagedException e) {
                damage = e;
                throw e;
            }
        }

        @Override
        public OptionalLong octets() {
            return content.octets();
        }

        /// @throws DamagedException if the content turned out to be damaged
        void requireUndamaged() throws DamagedException {
            if (damage != null) {
                throw damage;
            }
        }
    }

    private static byte[] kept(HeaderSection header, List<String> dropped) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(header.octets());
        for (HeaderField field : header.fields()) {
            if (dropped.stream().noneMatch(field.name()::equalsIgnoreCase)) {
                kept.writeBytes(field.is("Subject") ? subject(field) : field.octets());
            }
        }
        kept.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return kept.toByteArray();
    }

    private static byte[] subject(HeaderField field) {
        Optional<SubjectPin> pin = SubjectPin.in(EncodedWords.decode(field.body()));
        if (pin.isEmpty()) {
            return field.octets();
        }
        try {
            String encoded = MimeUtility.encodeText(pin.get().rest(), "UTF-8", null);
            String folded = MimeUtility.fold("Subject: ".length(), encoded);
            return ("Subject: " + folded + "\r\n").getBytes(StandardCharsets.US_ASCII);
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every Java has UTF-8", e);
        }
    }
}
