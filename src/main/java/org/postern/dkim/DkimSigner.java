package org.postern.dkim;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.DeliveryOutcome.NotYetException;
import org.postern.mail.Domain;
import org.postern.mail.Draft;
import org.postern.mime.DisplayAddress;
import org.postern.mime.DisplayAddress.Single;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;

/// Signs what leaves for the outside in the name of the clinic's domains, once with each key: RFC
/// 6376 §5, RFC 8463. The octets that are signed are the octets that are sent.
///
/// Safe for many threads.
public final class DkimSigner {
    /// Fields that are signed where they exist. Trace fields and Bcc never are: the first are added
    /// on the way, the last does not leave.
    private static final List<String> SIGNED =
            List.of(
                    "from",
                    "sender",
                    "reply-to",
                    "to",
                    "cc",
                    "subject",
                    "date",
                    "message-id",
                    "in-reply-to",
                    "references",
                    "mime-version",
                    "content-type",
                    "content-transfer-encoding",
                    "content-disposition",
                    "auto-submitted",
                    "list-id",
                    "list-unsubscribe",
                    "list-unsubscribe-post");

    /// Of these nobody may add another without breaking the signature (§8.15): what the reader is
    /// shown, and what decides how the body is read.
    private static final Set<String> CLOSED =
            Set.of(
                    "from",
                    "reply-to",
                    "to",
                    "cc",
                    "subject",
                    "date",
                    "mime-version",
                    "content-type",
                    "content-transfer-encoding");

    /// RFC 5322 §2.1.1.
    private static final int LINE_OCTETS = 76;

    private static final int BLOCK_OCTETS = 16 * 1_024;

    private final List<SigningKey> keys;
    private final List<Domain> domains;
    private final InstantSource clock;
    private final Draft.Source drafts;

    /// @param keys at least one
    /// @param domains in whose names we sign
    /// @param drafts where a message that writes itself differently each time lies while it is
    ///   signed and sent; sealed there, and never committed
    public DkimSigner(
            List<SigningKey> keys, Set<Domain> domains, InstantSource clock, Draft.Source drafts) {
        this.keys = List.copyOf(keys);
        // The longest first: a domain before the one it lies below.
        this.domains =
                domains.stream()
                        .sorted(
                                Comparator.comparingInt((Domain d) -> d.name().length())
                                        .reversed()
                                        .thenComparing(Domain::name))
                        .toList();
        this.clock = clock;
        this.drafts = drafts;
    }

    /// The signature could not be made, so the message stays here.
    public static final class UnsignedException extends NotYetException {
        private static final long serialVersionUID = 1;

        private UnsignedException(GeneralSecurityException cause) {
            super("the message could not be signed", "the message could not be signed (DKIM)");
            initCause(cause);
        }
    }

    /// A message ready to leave. Close it when it has left.
    public static final class Signed implements Closeable {
        private final ContentWriter content;
        private final Closeable kept;

        private Signed(ContentWriter content, Closeable kept) {
            this.content = content;
            this.kept = kept;
        }

        /// The message, with its signatures. The same octets each time.
        public ContentWriter content() {
            return content;
        }

        @Override
        public void close() throws IOException {
            kept.close();
        }
    }

    /// Signs a message. One whose author is of none of our domains is not ours to sign, and is
    /// handed back as it is.
    ///
    /// @param content if it is a `Content`, it is read twice and kept nowhere
    /// @throws IOException if it cannot be read, kept or signed; it must not leave then
    public Signed sign(ContentWriter content) throws IOException, MimeException {
        if (content instanceof Content readable) {
            return new Signed(signed(readable), () -> {});
        }
        Draft draft = drafts.open();
        try {
            content.writeTo(draft.out());
            return new Signed(signed(draft.finish()), draft);
        } catch (IOException | MimeException | RuntimeException e) {
            draft.close();
            throw e;
        }
    }

    private Content signed(Content content) throws IOException, MimeException {
        HeaderSection header = HeaderSection.read(content);
        Optional<Domain> domain = domain(header);
        if (domain.isEmpty()) {
            return content;
        }
        byte[] body = hash(content, header.octets());
        StringBuilder fields = new StringBuilder();
        for (SigningKey key : keys) {
            fields.append(field(key, domain.get(), header, body));
        }
        return content.below(fields.toString());
    }

    /// The domain of ours that the author is of; the one it lies below serves as well (RFC 7489
    /// §3.1.1).
    private Optional<Domain> domain(HeaderSection header) {
        return switch (DisplayAddress.single(header, "From")) {
            case Single.NotOne _ -> Optional.empty();
            case Single.One(_, Address author) ->
                    domains.stream()
                            .filter(own ->
                                    author.domain().equals(own) || author.domain().isBelow(own))
                            .findFirst();
        };
    }

    private static byte[] hash(Content content, int bodyAt) throws IOException {
        BodyHash hash = new BodyHash(new BodyHash.Manner(Canonical.RELAXED, BodyHash.ALL));
        byte[] block = new byte[BLOCK_OCTETS];
        try (InputStream in = content.open()) {
            in.skipNBytes(bodyAt);
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                hash.write(block, 0, n);
            }
        }
        return hash.finish();
    }

    private String field(SigningKey key, Domain domain, HeaderSection header, byte[] body)
            throws IOException {
        List<String> names = names(header);
        List<String> tags =
                List.of(
                        "v=1; a="
                                + key.algorithm().word()
                                + "; c=relaxed/relaxed; d="
                                + domain
                                + ";",
                        "s=" + key.selector() + "; t=" + clock.instant().getEpochSecond() + ";",
                        "h=" + folded(String.join(":", names), ":") + ";",
                        "bh=" + Base64.getEncoder().encodeToString(body) + ";",
                        "b=");
        String text = String.join("\r\n\t", tags);
        HeaderField unsigned =
                new HeaderField(
                        DkimSignature.NAME,
                        text.replace("\r\n", ""),
                        DkimSignature.NAME + ": " + text + "\r\n");
        try {
            byte[] octets = SignedHeader.octets(header, names, Canonical.RELAXED, unsigned);
            String value = Base64.getEncoder().encodeToString(key.sign(octets));
            return DkimSignature.NAME + ": " + text + folded(value, "") + "\r\n";
        } catch (GeneralSecurityException e) {
            throw new UnsignedException(e);
        }
    }

    private static List<String> names(HeaderSection header) {
        List<String> present =
                header.fields().stream()
                        .map(field -> field.name().toLowerCase(Locale.ROOT))
                        .toList();
        List<String> names = new ArrayList<>();
        for (String name : SIGNED) {
            present.stream().filter(name::equals).forEach(names::add);
            if (CLOSED.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    /// Folds a value of which white space is no part.
    ///
    /// @param behind where it may be cut; empty for anywhere
    private static String folded(String value, String behind) {
        if (behind.isEmpty()) {
            return value.replaceAll("(.{" + (LINE_OCTETS - 4) + "})(?=.)", "$1\r\n\t");
        }
        StringBuilder folded = new StringBuilder();
        int line = 0;
        for (String part : value.split("(?<=" + behind + ")", -1)) {
            if (line + part.length() > LINE_OCTETS - 4) {
                folded.append("\r\n\t");
                line = 0;
            }
            folded.append(part);
            line += part.length();
        }
        return folded.toString();
    }
}
