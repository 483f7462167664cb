package org.postern.opening;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.cms.CanonicalLines;
import org.postern.cms.CmsBody;
import org.postern.cms.CmsContent;
import org.postern.cms.CmsException;
import org.postern.cms.CmsSource;
import org.postern.cms.CompressedObject;
import org.postern.cms.PartContent;
import org.postern.cms.SignedObject;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mime.DisplayAddress;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.opening.Layer.Form;
import org.postern.opening.LayerVerdict.Envelope;
import org.postern.opening.LayerVerdict.Signature;
import org.postern.opening.LayerVerdict.Wrapping;
import org.postern.pki.PartnerDirectory;
import org.postern.smime.Opened;
import org.postern.smime.SmimeDecryptor;
import org.postern.smime.SmimeType;

/// Reads a message from the outside to the inside, one layer after the other: RFC 8551 §3. A layer
/// counts only around the whole message; parts below the root stay as they are (C01, C07).
///
/// Work and memory are bounded whatever comes: so many layers, structures of so many octets, and
/// contents as streams that are read again rather than kept. Safe for use by many threads.
public final class SmimeReader {
    /// Layers that are read (C12). A message that was signed, encrypted and signed again has three.
    public static final int LAYERS_MAX = 10;

    /// A smaller content is kept in memory: reading it again costs more.
    private static final int KEPT_OCTETS_MAX = 64 * 1_024;

    private final PartnerDirectory trust;
    private final SmimeDecryptor decryptor;

    /// @param trust whose signatures are believed
    /// @param decryptor with the keys of the one who reads
    public SmimeReader(PartnerDirectory trust, SmimeDecryptor decryptor) {
        this.trust = trust;
        this.decryptor = decryptor;
    }

    /// Reads a message.
    ///
    /// @param message stays readable, and the same, as long as the result is used
    /// @param received at which certificates are judged (C10)
    /// @throws IOException if the message itself cannot be read
    public Reading read(Content message, Instant received) throws IOException {
        return new Walk(message, received).walk();
    }

    /// @param inside what lies inside the layer; empty if that cannot be reached
    private record Step(Layer layer, Optional<Content> inside) {
        static Step unread(LayerVerdict verdict) {
            return new Step(new Layer.Unread(verdict), Optional.empty());
        }
    }

    /// One way into a message.
    private final class Walk {
        private final Content message;
        private final Instant received;
        private SignatureCheck signatures;
        private final List<Layer> layers = new ArrayList<>();
        private long decompressed;
        private Optional<Content> opened = Optional.empty();

        Walk(Content message, Instant received) {
            this.message = message;
            this.received = received;
            this.signatures = new SignatureCheck(trust, received, Optional.empty());
        }

        Reading walk() throws IOException {
            Content entity = message;
            boolean differ = false;
            boolean parts = false;
            Optional<Address> author = Optional.empty();
            try {
                HeaderSection outer = HeaderSection.read(message);
                author = author(outer);
                signatures = new SignatureCheck(trust, received, author);
                HeaderSection header = outer;
                for (Optional<Step> next = step(entity, header);
                        next.isPresent();
                        next = step(entity, header)) {
                    layers.add(next.get().layer());
                    if (next.get().inside().isEmpty()) {
                        break;
                    }
                    entity = kept(next.get().inside().get());
                    header = HeaderSection.read(entity);
                    if (next.get().layer() instanceof Layer.Enveloped) {
                        opened = Optional.of(entity);
                    }
                    differ |=
                            ProtectedHeader.of(header)
                                    .map(it -> it.differsFrom(outer))
                                    .orElse(false);
                }
                parts = layers.isEmpty() && holdsParts(message);
            } catch (MimeException e) {
                // Inside a layer that was opened: whoever wrote it wrote no message.
                layers.add(new Layer.Unread(Wrapping.UNREADABLE));
            }
            MessageVerdict verdict = MessageVerdict.of(layers, parts);
            return new Reading(layers, verdict, author.map(Address::key), differ, opened, entity);
        }

        /// @return empty if the entity is no layer
        private Optional<Step> step(Content entity, HeaderSection header) throws IOException {
            SmimeType type = SmimeType.of(header);
            if (type instanceof SmimeType.Plain) {
                return Optional.empty();
            }
            if (layers.size() == LAYERS_MAX) {
                return Optional.of(Step.unread(Wrapping.TOO_DEEP));
            }
            return Optional.of(
                    type instanceof SmimeType.ClearSigned
                            ? clearSigned(entity)
                            : object(entity, header, type));
        }

        /// The object decides what it is, and not the label on it.
        private Step object(Content entity, HeaderSection header, SmimeType label)
                throws IOException {
            try {
                return switch (CmsBody.kind(entity, header)) {
                    case SIGNED ->
                            opaqueSigned(
                                    entity, header, label instanceof SmimeType.CertificatesOnly);
                    case ENVELOPED, AUTH_ENVELOPED -> enveloped(entity, header);
                    case COMPRESSED -> compressed(entity, header);
                    case DATA, DIGESTED, ENCRYPTED, OTHER -> Step.unread(Wrapping.UNREADABLE);
                };
            } catch (MimeException e) {
                return Step.unread(Wrapping.UNREADABLE);
            }
        }

        /// RFC 8551 §3.5.3.
        private Step clearSigned(Content entity) throws IOException {
            MimePart root;
            try {
                root = MimeIndex.of(entity).root();
            } catch (MimeException e) {
                return Step.unread(Wrapping.UNREADABLE);
            }
            List<MimePart> parts = root.children();
            if (root.ambiguous() || parts.size() != 2 || !isSignature(parts.getLast())) {
                return signed(Form.CLEAR, List.of(), Signature.AMBIGUOUS, Optional.empty());
            }
            Content content = new PartContent(entity, parts.getFirst());
            Content signature = new PartContent(entity, parts.getLast());
            try {
                SignedObject object = signedObject(signature, HeaderSection.read(signature));
                if (object.contentOctets().isPresent()) {
                    return signed(
                            Form.CLEAR, List.of(), Signature.CONTENT_TWICE, Optional.of(content));
                }
                try (InputStream in = new CanonicalLines(content.open())) {
                    object.hash(in);
                }
                List<Signer> signers = signatures.signers(object.signers());
                LayerVerdict verdict = signatures.of(signers);
                return signed(Form.CLEAR, signers, verdict, Optional.of(content));
            } catch (MimeException | CmsException e) {
                return signed(Form.CLEAR, List.of(), Signature.UNREADABLE, Optional.of(content));
            }
        }

        /// RFC 8551 §3.5.2, and §3.8 for one that brings certificates only.
        private Step opaqueSigned(Content entity, HeaderSection header, boolean certificatesOnly)
                throws IOException, MimeException {
            try {
                SignedObject object = signedObject(entity, header);
                SignedObject.Signers found = object.signers();
                if (certificatesOnly
                        && found.each().isEmpty()
                        && object.contentOctets().isEmpty()) {
                    int certificates = found.certificates().size();
                    return new Step(new Layer.CertificatesOnly(certificates), Optional.empty());
                }
                List<Signer> signers = signatures.signers(found);
                LayerVerdict verdict = signatures.of(signers);
                if (object.contentOctets().isEmpty()) {
                    // Signed, but nobody knows what.
                    LayerVerdict nothing =
                            signers.isEmpty() ? Signature.NO_SIGNER : Signature.ALTERED;
                    return signed(Form.OPAQUE, signers, nothing, Optional.empty());
                }
                Content content =
                        new CmsContent(
                                entity,
                                header,
                                object.contentOctets().getAsLong(),
                                SignedObject::content);
                return signed(Form.OPAQUE, signers, verdict, Optional.of(content));
            } catch (CmsException e) {
                return signed(Form.OPAQUE, List.of(), Signature.UNREADABLE, Optional.empty());
            }
        }

        private Step enveloped(Content entity, HeaderSection header)
                throws IOException, MimeException {
            Opened answer = decryptor.open(entity);
            Optional<Content> content =
                    switch (answer) {
                        case Opened.Plain(Content plain) -> Optional.of(plain);
                        case Opened.Unauthenticated(Content plain) -> Optional.of(plain);
                        case Opened.NotEnveloped _,
                                Opened.NoKey _,
                                Opened.Unsupported _,
                                Opened.Damaged _ ->
                                Optional.empty();
                    };
            LayerVerdict verdict =
                    switch (answer) {
                        case Opened.Plain _ -> Envelope.OPENED;
                        case Opened.Unauthenticated _ -> Envelope.OPENED_UNAUTHENTICATED;
                        case Opened.NoKey() -> Envelope.NO_KEY;
                        case Opened.Unsupported _ -> Envelope.UNSUPPORTED;
                        case Opened.NotEnveloped(), Opened.Damaged() -> Envelope.NOT_OPENED;
                    };
            return new Step(EnvelopeFacts.of(entity, header, verdict), content);
        }

        /// What lies compressed inside one another counts together.
        private Step compressed(Content entity, HeaderSection header)
                throws IOException, MimeException {
            try (InputStream body = CmsBody.open(entity, header)) {
                long octets =
                        CmsSource.with(
                                body,
                                entity.size(),
                                in ->
                                        CompressedObject.count(
                                                CompressedObject.content(in),
                                                CompressedObject.octetsMax(message.size())
                                                        - decompressed));
                decompressed += octets;
                return new Step(
                        new Layer.Compressed(Wrapping.READ),
                        Optional.of(
                                new CmsContent(entity, header, octets, CompressedObject::content)));
            } catch (CmsException e) {
                return Step.unread(Wrapping.UNREADABLE);
            }
        }

        private static SignedObject signedObject(Content entity, HeaderSection header)
                throws IOException, MimeException, CmsException {
            try (InputStream body = CmsBody.open(entity, header)) {
                return CmsSource.with(body, entity.size(), SignedObject::read);
            }
        }

        private static Step signed(
                Form form, List<Signer> signers, LayerVerdict verdict, Optional<Content> inside) {
            return new Step(new Layer.Signed(form, signers, verdict), inside);
        }
    }

    /// C08: exactly one mailbox, or nobody.
    private static Optional<Address> author(HeaderSection header) {
        return DisplayAddress.author(header);
    }

    private static boolean isSignature(MimePart part) {
        return !part.ambiguous()
                && (part.type().equals("application/pkcs7-signature")
                        || part.type().equals("application/x-pkcs7-signature"));
    }

    private static boolean holdsParts(Content message) throws IOException, MimeException {
        return MimeIndex.of(message).parts().stream().anyMatch(SmimeReader::isProtected);
    }

    private static boolean isProtected(MimePart part) {
        return switch (part.type()) {
            case "application/pkcs7-mime", "application/x-pkcs7-mime" -> true;
            case "multipart/signed" ->
                    part.parameter("protocol").toLowerCase(Locale.ROOT).endsWith("pkcs7-signature");
            default -> false;
        };
    }

    private static Content kept(Content content) throws IOException {
        if (content.size() > KEPT_OCTETS_MAX) {
            return content;
        }
        try (InputStream in = content.open()) {
            return Content.of(in.readAllBytes());
        }
    }
}
