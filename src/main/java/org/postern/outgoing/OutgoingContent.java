package org.postern.outgoing;

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
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.postern.facts.SubjectTags;
import org.postern.frame.DamagedException;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.policy.SubjectPin;

/// A message as it leaves: without the fields, the PIN and the tags that were meant for this
/// gateway alone. Everything else goes out octet for octet.
public final class OutgoingContent {
    /// Bcc would tell one recipient of another (RFC 5322 §3.6.3); Return-Path is added at the final
    /// delivery and nowhere else (RFC 5321 §4.4).
    private static final List<String> DROPPED = List.of("bcc", "resent-bcc", "return-path");

    private static final UnaryOperator<String> NO_PIN = OutgoingContent::withoutPin;

    private OutgoingContent() {}

    /// Without all that was for us, tags excepted.
    public static Content of(Content content) throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        boolean drops = DROPPED.stream().anyMatch(name -> !header.all(name).isEmpty());
        return drops || pin(header).isPresent()
                ? with(content, header, new Left(DROPPED, NO_PIN))
                : content;
    }

    /// The message without the PIN in its subject, and else as it is.
    public static Content withoutPin(Content content) throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        return pin(header).isPresent()
                ? with(content, header, new Left(List.of(), NO_PIN))
                : content;
    }

    /// The message without these tags in its subject, and else as it is. A subject that cannot be
    /// decoded stays.
    ///
    /// @param tags without brackets, folded
    public static Content withoutTags(Content content, Set<String> tags)
            throws IOException, MimeException {
        if (tags.isEmpty()) {
            return content;
        }
        HeaderSection header = HeaderSection.read(content);
        UnaryOperator<String> rewritten = subject -> SubjectTags.without(subject, tags);
        boolean tagged =
                header.all("Subject").stream()
                        .map(field -> EncodedWords.decode(field.body()))
                        .anyMatch(subject -> !rewritten.apply(subject).equals(subject));
        return tagged ? with(content, header, new Left(List.of(), rewritten)) : content;
    }

    /// What is left out of a header section.
    ///
    /// @param fields whole fields, in small letters
    /// @param subject gives what stays of a decoded subject
    private record Left(List<String> fields, UnaryOperator<String> subject) {}

    /// A decoded subject without a PIN.
    static String withoutPin(String subject) {
        return SubjectPin.in(subject).map(SubjectPin::rest).orElse(subject);
    }

    /// The PIN that the author wrote into the subject, for whoever reads it on the pickup page.
    public static Optional<SubjectPin> pin(HeaderSection header) {
        return header.all("Subject").stream()
                .flatMap(field -> SubjectPin.in(EncodedWords.decode(field.body())).stream())
                .findFirst();
    }

    private static Content with(Content content, HeaderSection header, Left left) {
        byte[] kept = kept(header, left);
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
    public static final class Watched implements ContentWriter {
        private final ContentWriter content;
        private @Nullable DamagedException damage;

        public Watched(ContentWriter content) {
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
        public void requireUndamaged() throws DamagedException {
            if (damage != null) {
                throw damage;
            }
        }
    }

    private static byte[] kept(HeaderSection header, Left left) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(header.octets());
        for (HeaderField field : header.fields()) {
            if (left.fields().stream().noneMatch(field.name()::equalsIgnoreCase)) {
                kept.writeBytes(
                        field.is("Subject") ? subject(field, left.subject()) : field.octets());
            }
        }
        kept.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return kept.toByteArray();
    }

    private static byte[] subject(HeaderField field, UnaryOperator<String> rewritten) {
        String subject = EncodedWords.decode(field.body());
        String rest = rewritten.apply(subject);
        if (rest.equals(subject)) {
            return field.octets();
        }
        try {
            String encoded = MimeUtility.encodeText(rest, "UTF-8", null);
            String folded = MimeUtility.fold("Subject: ".length(), encoded);
            return ("Subject: " + folded + "\r\n").getBytes(StandardCharsets.US_ASCII);
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every Java has UTF-8", e);
        }
    }
}
