package org.postern.smime;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import javax.crypto.CipherInputStream;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.postern.cms.CmsBody;
import org.postern.cms.CmsContent;
import org.postern.cms.CmsException;
import org.postern.cms.CmsSource;
import org.postern.cms.EnvelopedObject;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.pki.Identity;
import org.postern.smime.ContentCipher.Checked;

/// Opens messages that are encrypted to us, by RSA or ECDH: AuthEnvelopedData with AES-GCM (RFC
/// 8551, RFC 5084) or ChaCha20-Poly1305 (RFC 8103), and EnvelopedData with AES-CBC or Triple DES,
/// which older programs write. Only the root entity is looked at.
///
/// The whole ciphertext is checked in a first pass that keeps nothing. What is handed out then
/// decrypts in a second pass, so a message of any size is authentic before its first octet is seen
/// and still needs no memory of its size.
public final class SmimeDecryptor {
    private final List<ContentKey> keys;

    /// @param identities whose messages are opened
    public SmimeDecryptor(List<Identity> identities) {
        this.keys = identities.stream().map(ContentKey::new).toList();
    }

    /// Opens the root entity of a message.
    ///
    /// @param message stays readable, and the same, as long as the result is used
    /// @throws IOException if the message itself cannot be read
    public Opened open(Content message) throws IOException {
        try {
            HeaderSection header = HeaderSection.read(message);
            return switch (SmimeType.of(header)) {
                case SmimeType.Plain _, SmimeType.ClearSigned _ -> new Opened.NotEnveloped();
                case SmimeType.Enveloped _,
                        SmimeType.Unnamed _,
                        SmimeType.OpaqueSigned _,
                        SmimeType.CertificatesOnly _,
                        SmimeType.Compressed _ ->
                        open(message, header);
            };
        } catch (MimeException | CmsException e) {
            return new Opened.Damaged();
        }
    }

    /// The object decides, and not the label on it.
    private Opened open(Content message, HeaderSection header)
            throws IOException, MimeException, CmsException {
        return switch (CmsBody.kind(message, header)) {
            case AUTH_ENVELOPED, ENVELOPED -> openEnveloped(message, header);
            case DATA, SIGNED, DIGESTED, ENCRYPTED, COMPRESSED, OTHER -> new Opened.NotEnveloped();
        };
    }

    private Opened openEnveloped(Content message, HeaderSection header)
            throws IOException, MimeException, CmsException {
        Found found = read(message, header, this::find);
        if (!found.supported) {
            return new Opened.Unsupported("It is encrypted in a way that is not supported.");
        }
        if (found.cipher.isEmpty()) {
            return new Opened.NoKey();
        }
        ContentCipher cipher = found.cipher.get();
        Checked checked = read(message, header, object -> cipher.check(object, new byte[0]));
        if (checked.attributes.length > 0) {
            // They stand behind the ciphertext and are authenticated before it: one more pass.
            byte[] attributes = checked.attributes;
            checked = read(message, header, object -> cipher.check(object, attributes));
        }
        if (!checked.sound) {
            return new Opened.Damaged();
        }
        Content entity =
                new CmsContent(message, header, checked.octets, in -> decrypted(in, cipher));
        return switch (cipher) {
            case ContentCipher.Authenticated _ -> new Opened.Plain(entity);
            case ContentCipher.Cbc _ -> new Opened.Unauthenticated(entity);
        };
    }

    /// Something that is done in one pass over the object.
    @FunctionalInterface
    private interface Pass<T> {
        T read(EnvelopedObject object) throws IOException;
    }

    private static <T> T read(Content message, HeaderSection header, Pass<T> pass)
            throws IOException, MimeException, CmsException {
        try (InputStream body = CmsBody.open(message, header)) {
            return CmsSource.with(body, message.size(), in -> pass.read(EnvelopedObject.in(in)));
        }
    }

    private record Found(boolean supported, Optional<ContentCipher> cipher) {}

    private Found find(EnvelopedObject object) throws IOException {
        if (!ContentKey.isFor(object)) {
            return new Found(false, Optional.empty());
        }
        for (ContentKey contentKey : keys) {
            for (RecipientInfo recipient : object.recipients()) {
                Optional<SecretKeySpec> key = contentKey.unwrap(recipient, object.algorithm());
                if (key.isPresent()) {
                    SecretKeySpec own = object.contentKey(key.get());
                    return new Found(true, Optional.of(ContentCipher.of(object, own)));
                }
            }
        }
        return new Found(true, Optional.empty());
    }

    private static InputStream decrypted(CmsSource in, ContentCipher cipher) throws IOException {
        try {
            return new CipherInputStream(EnvelopedObject.in(in).ciphertext(), cipher.stream());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the provider cannot decrypt any more", e);
        }
    }
}
