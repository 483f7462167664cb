package org.postern.smime;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postern.mime.ContentField;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.Oddity;

/// Divides the header section of a message that is to be signed or encrypted: RFC 9788.
///
/// Inside stands every field of the author's. Where the message is encrypted, an HP-Outer field for
/// each field that also stands outside says what the outside shows (§2.2), and outside stands only
/// what a list names: a field that nobody thought of stays inside. That is stricter than the RFC's
/// own default policy (hcp_baseline), which leaves unknown fields outside. Where it is signed only,
/// all fields stand outside as well, so that every client shows them.
///
/// No legacy display element is put into the body, because the body stays as it is, octet by octet.
///
/// Octets stand as characters of ISO 8859-1.
///
/// @param outer fields of the protected message but for its MIME fields, without the empty line
/// @param inner header section of the protected entity, with the empty line
record HeaderProtection(String outer, String inner) {
    /// What stands outside in the place of the subject: RFC 9788 §3.1, `hcp_baseline`.
    private static final String SUBJECT_OUTSIDE = "[...]";

    /// Fields that stand outside as they are. They carry the message, name its parties and thread
    /// it; Auto-Submitted keeps programs from answering one another (RFC 3834).
    private static final Set<String> OUTSIDE =
            Set.of(
                    "from",
                    "sender",
                    "reply-to",
                    "to",
                    "cc",
                    "date",
                    "message-id",
                    "in-reply-to",
                    "references",
                    "auto-submitted");

    /// Fields that go nowhere: blind recipients, traces of the way to us, and claims about the
    /// outside that only we may make.
    private static final Set<String> NOWHERE =
            Set.of("bcc", "resent-bcc", "received", "return-path", "hp-outer");

    /// Divides a header section.
    ///
    /// @throws SmimeException if the section is ambiguous in a way that would let the inside mean
    ///   something else than the message did
    static HeaderProtection of(HeaderSection header, Payload.Layers layers) throws SmimeException {
        refuseDoubt(header);
        return switch (layers) {
            case CLEAR -> shown(header);
            case CIPHER -> hidden(header);
        };
    }

    /// Nothing is hidden: what tells what the body is goes inside, all else stands on both sides.
    private static HeaderProtection shown(HeaderSection header) throws SmimeException {
        StringBuilder outer = new StringBuilder();
        StringBuilder inner = new StringBuilder();
        for (HeaderField field : header.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            boolean trace = name.equals("received") || name.equals("return-path");
            boolean ofBody = name.equals("mime-version") || name.startsWith("content-");
            if (trace || (!NOWHERE.contains(name) && !ofBody)) {
                outer.append(lines(field));
            }
            if (!NOWHERE.contains(name) && !name.equals("content-type")) {
                inner.append(lines(field));
            }
        }
        inner.append(ofBody(header, Payload.Layers.CLEAR));
        return new HeaderProtection(outer.toString(), inner.toString());
    }

    private static HeaderProtection hidden(HeaderSection header) throws SmimeException {
        StringBuilder outer = new StringBuilder();
        StringBuilder inner = new StringBuilder();
        StringBuilder shown = new StringBuilder();
        // The gateway's own trace field is the first of all (RFC 5321 §4.4); older ones tell of the
        // clinic's inside.
        header.fields().stream()
                .limit(1)
                .filter(field -> field.is("Received"))
                .forEach(field -> outer.append(lines(field)));
        boolean subject = false;
        for (HeaderField field : header.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (NOWHERE.contains(name)) {
                continue;
            }
            if (!name.equals("content-type")) {
                inner.append(lines(field));
            }
            if (OUTSIDE.contains(name)) {
                outer.append(lines(field));
                shown.append("HP-Outer: ").append(lines(field));
            } else if (name.equals("subject") && !subject) {
                subject = true;
                String outside = "Subject: " + SUBJECT_OUTSIDE + "\r\n";
                outer.append(outside);
                shown.append("HP-Outer: ").append(outside);
            }
        }
        inner.append(shown).append(ofBody(header, Payload.Layers.CIPHER));
        return new HeaderProtection(outer.toString(), inner.toString());
    }

    /// The end of the inner section: a MIME-Version if the message has none, and the Content-Type.
    private static String ofBody(HeaderSection header, Payload.Layers layers)
            throws SmimeException {
        String version = header.first("MIME-Version").isEmpty() ? "MIME-Version: 1.0\r\n" : "";
        return version + contentType(header, layers) + "\r\n";
    }

    private static void refuseDoubt(HeaderSection header) throws SmimeException {
        for (Oddity oddity : List.of(Oddity.BARE_CR, Oddity.NUL, Oddity.BLANK_CONTINUATION)) {
            if (header.oddities().contains(oddity)) {
                throw new SmimeException("The message " + oddity.sentence() + ".");
            }
        }
        for (String name :
                List.of("Content-Type", "Content-Transfer-Encoding", "Content-Disposition")) {
            if (header.all(name).size() > 1) {
                throw new SmimeException("The message has the field " + name + " twice.");
            }
        }
    }

    /// The Content-Type with its `hp` (RFC 9788 §2.1.1). Without one a message is plain text (RFC
    /// 2045 §5.2), and is called so.
    private static String contentType(HeaderSection header, Payload.Layers layers)
            throws SmimeException {
        String hp = "hp=\"" + layers.word() + "\"\r\n";
        if (header.first("Content-Type").isEmpty()) {
            return "Content-Type: text/plain; " + hp;
        }
        HeaderField field = header.first("Content-Type").get();
        ContentField type;
        try {
            type = ContentField.parse(field.body());
        } catch (MimeException e) {
            throw new SmimeException("The message cannot be read: " + e.reason() + ".");
        }
        if (type.oddities().contains(Oddity.MALFORMED_FIELD)) {
            throw new SmimeException("The message has a Content-Type that cannot be read.");
        }
        if (type.parameters().containsKey("hp")) {
            throw new SmimeException(
                    "The message claims to have a protected header, although it is not protected.");
        }
        String lines = lines(field).stripTrailing();
        String semicolon = lines.endsWith(";") ? "" : ";";
        return lines + semicolon + "\r\n " + hp;
    }

    /// The field as it was written, its lines ended by CRLF.
    private static String lines(HeaderField field) {
        String raw = field.raw().replace("\r\n", "\n");
        return (raw.endsWith("\n") ? raw : raw + "\n").replace("\n", "\r\n");
    }
}
