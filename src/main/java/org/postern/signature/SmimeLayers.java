package org.postern.signature;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postern.claim.AuthorsLayer;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.Envelope;
import org.postern.smime.Payload;
import org.postern.smime.Recipient;
import org.postern.smime.SmimeEncryptor;
import org.postern.smime.SmimeException;

/// Puts S/MIME around what leaves: a signature where one is asked for, and inside the encryption
/// where both are (RFC 8551 §1.2). What the author's own program signed or encrypted keeps the
/// layers that it has, octet for octet.
public final class SmimeLayers {
    private final SmimeEncryptor encryptor;
    private final Optional<Signing> signing;
    private final Relayed relayed;
    private final Unsigned unsigned;

    /// What becomes of mail that nobody is to sign.
    private enum Unsigned {
        LEAVES,
        STAYS
    }

    /// What becomes of mail that is not encrypted here.
    public enum Relayed {
        SIGNED,
        AS_IT_IS
    }

    /// @param signing empty if nothing is signed
    public SmimeLayers(SmimeEncryptor encryptor, Optional<Signing> signing, Relayed relayed) {
        this(encryptor, signing, relayed, Unsigned.LEAVES);
    }

    private SmimeLayers(
            SmimeEncryptor encryptor,
            Optional<Signing> signing,
            Relayed relayed,
            Unsigned unsigned) {
        this.encryptor = encryptor;
        this.signing = signing;
        this.relayed = relayed;
        this.unsigned = unsigned;
    }

    /// The same for mail that does not leave without a signature. What its author's own program
    /// encrypted is not ours to sign, and leaves as it is.
    public SmimeLayers demandingSignatures() {
        return new SmimeLayers(encryptor, signing, Relayed.SIGNED, Unsigned.STAYS);
    }

    /// Whether the author's program encrypted the message to that recipient: then nothing is left
    /// to do.
    ///
    /// @param recipients gives the certificates by which she can be named; asked for only if the
    ///   message is encrypted at all
    public boolean isEncrypted(Content message, Supplier<List<X509Certificate>> recipients)
            throws IOException {
        return AuthorsLayer.of(message) instanceof AuthorsLayer.Encrypted encrypted
                && recipients.get().stream().anyMatch(encrypted::isFor);
    }

    /// Prepares the message for one recipient: signed, if it is to be, and encrypted.
    ///
    /// @throws SmimeException if that cannot be done without a doubt, or somebody has to make a key
    public ContentWriter encrypted(Envelope envelope, Content message, List<Recipient> recipients)
            throws IOException, SmimeException {
        Payload payload = Payload.of(message, Payload.Layers.CIPHER);
        ContentWriter entity = payload.entity();
        if (isUnsigned(message) && isSigned(envelope, message)) {
            Signing by = signing.orElseThrow();
            entity = by.sign(envelope, Signing.header(message), payload);
        }
        return payload.around(encryptor.envelop(entity, recipients));
    }

    /// Prepares a message that leaves in clear, or through a tunnel.
    ///
    /// @return the message itself, if nobody is to sign it
    /// @throws SmimeException if somebody is to sign it and cannot
    public ContentWriter relayed(Envelope envelope, Content message)
            throws IOException, SmimeException {
        if (relayed == Relayed.AS_IT_IS || !isUnsigned(message) || !isSigned(envelope, message)) {
            return message;
        }
        Payload payload = Payload.of(message, Payload.Layers.CLEAR);
        Signing by = signing.orElseThrow();
        return payload.around(by.sign(envelope, Signing.header(message), payload));
    }

    /// Whether somebody is to sign it.
    ///
    /// @throws SmimeException if nobody is, and it does not leave so
    private boolean isSigned(Envelope envelope, Content message)
            throws IOException, SmimeException {
        boolean signed =
                signing.isPresent() && signing.get().concerns(envelope, Signing.header(message));
        if (!signed && unsigned == Unsigned.STAYS) {
            throw new SmimeException(
                    "The rule asks for a signature, and nobody signs mail of this author that"
                            + " comes in so.");
        }
        return signed;
    }

    /// A ciphertext gets no signature around it: that would say nothing of the content.
    private static boolean isUnsigned(Content message) throws IOException {
        return switch (AuthorsLayer.of(message)) {
            case AuthorsLayer.None() -> true;
            case AuthorsLayer.Signed(), AuthorsLayer.Encrypted _ -> false;
        };
    }
}
