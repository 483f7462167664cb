package org.postern.signature;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.Envelope;
import org.postern.mime.HeaderSection;
import org.postern.smime.Payload;
import org.postern.smime.Recipient;
import org.postern.smime.SmimeEncryptor;
import org.postern.smime.SmimeException;
import org.postern.smime.SmimeType;

/// Puts S/MIME around what leaves: a signature where one is asked for, and inside the encryption
/// where both are (RFC 8551 §1.2). What the author's own program signed or encrypted keeps the
/// layers that it has, octet for octet.
public final class SmimeLayers {
    private final SmimeEncryptor encryptor;
    private final Optional<Signing> signing;
    private final Relayed relayed;

    /// What becomes of mail that is not encrypted here.
    public enum Relayed {
        SIGNED,
        AS_IT_IS
    }

    /// @param signing empty if nothing is signed
    public SmimeLayers(SmimeEncryptor encryptor, Optional<Signing> signing, Relayed relayed) {
        this.encryptor = encryptor;
        this.signing = signing;
        this.relayed = relayed;
    }

    /// Whether the author's program encrypted the message, so that nothing is left to do.
    public boolean isEncrypted(Content message) throws IOException {
        return SmimeType.proven(message) instanceof SmimeType.Enveloped;
    }

    /// Prepares the message for one recipient: signed, if it is to be, and encrypted.
    ///
    /// @throws SmimeException if that cannot be done without a doubt, or somebody has to make a key
    public ContentWriter encrypted(Envelope envelope, Content message, List<Recipient> recipients)
            throws IOException, SmimeException {
        Payload payload = Payload.of(message, Payload.Layers.CIPHER);
        ContentWriter entity = payload.entity();
        if (signing.isPresent() && isUnsigned(message)) {
            entity = signing.get().sign(envelope, Signing.header(message), payload);
        }
        return payload.around(encryptor.envelop(entity, recipients));
    }

    /// Prepares a message that leaves in clear, or through a tunnel.
    ///
    /// @return the message itself, if nobody is to sign it
    /// @throws SmimeException if somebody is to sign it and cannot
    public ContentWriter relayed(Envelope envelope, Content message)
            throws IOException, SmimeException {
        if (signing.isEmpty() || relayed == Relayed.AS_IT_IS || !isUnsigned(message)) {
            return message;
        }
        HeaderSection header = Signing.header(message);
        if (!signing.get().concerns(envelope, header)) {
            return message;
        }
        Payload payload = Payload.of(message, Payload.Layers.CLEAR);
        return payload.around(signing.get().sign(envelope, header, payload));
    }

    private static boolean isUnsigned(Content message) throws IOException {
        return switch (SmimeType.proven(message)) {
            case SmimeType.Plain(), SmimeType.Compressed(), SmimeType.CertificatesOnly() -> true;
            case SmimeType.OpaqueSigned(), SmimeType.ClearSigned(), SmimeType.Enveloped _ -> false;
            // pkcs7-mime of no known kind: it is the author's, and stays.
            case SmimeType.Unnamed() -> false;
        };
    }
}
