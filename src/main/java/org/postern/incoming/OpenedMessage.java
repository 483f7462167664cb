package org.postern.incoming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.postern.cms.CanonicalLines;
import org.postern.mail.Content;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.opening.ProtectedHeader;
import org.postern.origin.OwnFieldFilter;
import org.postern.origin.OwnFields;

/// A message that was opened, as mail again: the fields that carried it from outside, what its
/// author protected from inside (RFC 9788), and the body of the entity that was encrypted.
///
/// Whoever encrypts may write anything inside. From and Sender are taken from outside, where origin
/// and signature were judged by them; traces and our own fields of the inside go nowhere.
final class OpenedMessage implements Content {
    /// Fields of the inside that go nowhere.
    private static final Set<String> NOT_FROM_INSIDE =
            Set.of(
                    "from",
                    "sender",
                    "bcc",
                    "hp-outer",
                    "received",
                    "return-path",
                    "delivered-to",
                    "authentication-results",
                    "dkim-signature");

    /// A signature of a domain that covers the ciphertext; it was verified when that came.
    private static final Set<String> NOT_FROM_OUTSIDE = Set.of("dkim-signature", "mime-version");

    private static final int PIECE_OCTETS = 32 * 1_024;

    private static final Pattern HP =
            Pattern.compile(";\\s*hp\\s*=\\s*\"?(clear|cipher)\"?", Pattern.CASE_INSENSITIVE);

    private final byte[] head;
    private final Content entity;
    private final int bodyBegin;
    private final long bodyOctets;

    private OpenedMessage(byte[] head, Content entity, int bodyBegin, long bodyOctets) {
        this.head = head;
        this.entity = entity;
        this.bodyBegin = bodyBegin;
        this.bodyOctets = bodyOctets;
    }

    /// @param outer header section of the message as it came
    /// @return empty if the entity cannot travel as mail, because it holds a CR that ends no line
    static Optional<Content> of(HeaderSection outer, Content entity, OwnFields own)
            throws IOException, MimeException {
        HeaderSection inner = HeaderSection.read(entity);
        List<HeaderField> inside = inside(inner);
        if (inside.stream().anyMatch(field -> hasLoneCr(field.raw()))) {
            return Optional.empty();
        }
        Set<String> replaced = new TreeSet<>(NOT_FROM_OUTSIDE);
        inside.forEach(field -> replaced.add(name(field)));
        StringBuilder head = new StringBuilder();
        for (HeaderField field : outer.fields()) {
            if (!replaced.contains(name(field)) && !isContent(field)) {
                head.append(lines(field));
            }
        }
        inside.forEach(field -> head.append(lines(field)));
        head.append("MIME-Version: 1.0\r\n\r\n");
        Optional<Long> octets = countBody(entity, inner.octets());
        byte[] kept = filtered(head.toString(), own);
        return octets.map(it -> new OpenedMessage(kept, entity, inner.octets(), it));
    }

    private static boolean hasLoneCr(String raw) {
        return raw.replace("\r\n", "").indexOf('\r') >= 0;
    }

    private static Optional<Long> countBody(Content entity, int begin) throws IOException {
        try (InputStream body = body(entity, begin)) {
            byte[] piece = new byte[PIECE_OCTETS];
            long octets = 0;
            boolean afterCr = false;
            for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
                for (int i = 0; i < count; i++) {
                    if (afterCr && piece[i] != '\n') {
                        return Optional.empty();
                    }
                    afterCr = piece[i] == '\r';
                }
                octets += count;
            }
            return afterCr ? Optional.empty() : Optional.of(octets);
        }
    }

    /// Not every program that encrypts writes CRLF, and nothing else travels as mail.
    private static InputStream body(Content entity, int begin) throws IOException {
        InputStream body = entity.open();
        try {
            body.skipNBytes(begin);
        } catch (IOException e) {
            body.close();
            throw e;
        }
        return new CanonicalLines(body);
    }

    private static List<HeaderField> inside(HeaderSection inner) {
        boolean isProtected = ProtectedHeader.of(inner).isPresent();
        List<HeaderField> inside = new ArrayList<>();
        for (HeaderField field : inner.fields()) {
            String name = name(field);
            boolean taken =
                    isContent(field)
                            || (isProtected
                                    && !NOT_FROM_INSIDE.contains(name)
                                    && !name.startsWith("resent-")
                                    && !name.startsWith("arc-"));
            if (taken && !name.equals("mime-version")) {
                inside.add(field);
            }
        }
        return inside;
    }

    private static boolean isContent(HeaderField field) {
        return name(field).startsWith("content-");
    }

    private static String name(HeaderField field) {
        return field.name().toLowerCase(Locale.ROOT);
    }

    /// The field as it was written, its lines ended by CRLF alone. Outside its protection, `hp`
    /// would be a false claim.
    private static String lines(HeaderField field) {
        String raw = field.raw().replace("\r\n", "\n").replace('\r', ' ');
        if (field.is("Content-Type")) {
            raw = HP.matcher(raw).replaceAll("");
        }
        return (raw.endsWith("\n") ? raw : raw + "\n").replace("\n", "\r\n");
    }

    private static byte[] filtered(String head, OwnFields own) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(head.length());
        OwnFieldFilter filter = new OwnFieldFilter(kept, own);
        filter.write(head.getBytes(ISO_8859_1));
        filter.finish();
        return kept.toByteArray();
    }

    @Override
    public long size() {
        return head.length + bodyOctets;
    }

    @Override
    public InputStream open() throws IOException {
        return new SequenceInputStream(new ByteArrayInputStream(head), body(entity, bodyBegin));
    }

    /// No content is shown.
    @Override
    public String toString() {
        return "an opened message of " + size() + " octets";
    }
}
