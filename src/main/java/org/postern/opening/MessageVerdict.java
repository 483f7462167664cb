package org.postern.opening;

import java.util.List;
import java.util.Locale;
import org.postern.opening.Layer.Enveloped;
import org.postern.opening.Layer.Signed;
import org.postern.opening.LayerVerdict.Envelope;
import org.postern.opening.LayerVerdict.Signature;

/// The one verdict about a message that a person is shown, with a code that never changes its
/// meaning and a sentence that holds none of the message.
public enum MessageVerdict {
    SIGNED_ENCRYPTED("It came encrypted, and its author's signature is good."),
    SIGNED("Its author's signature is good. It did not come encrypted."),
    ENCRYPTED("It came encrypted. It is not signed, so nothing proves who wrote it."),
    ENCRYPTED_UNAUTHENTICATED(
            "It came encrypted in an old way that does not show changes, and it is not signed.",
            false),
    PLAIN("It came neither signed nor encrypted."),
    /// C07, C01.
    PARTS_ONLY("Parts of it are signed or encrypted. That says nothing about the whole message."),
    NOT_AUTHOR("It is signed, but not by the person whom it names as its author.", false),
    WEAK("It is signed in a way that can be forged today.", false),
    UNTRUSTED("It is signed, but nobody whom we trust vouches for the signer.", false),
    CERTIFICATE("It is signed, but the signer's certificate cannot be accepted.", false),
    UNPROVED("It is signed, but the signature cannot be checked.", false),
    ALTERED("Its signature is wrong: the message was changed, or never was signed.", false),
    NOT_OPENED("It came encrypted, and could not be opened.", false),
    UNREADABLE("Its protection cannot be read.", false);

    private final String sentence;
    private final boolean good;

    MessageVerdict(String sentence) {
        this(sentence, true);
    }

    MessageVerdict(String sentence, boolean good) {
        this.sentence = sentence;
        this.good = good;
    }

    /// Such as `signed-encrypted`.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String sentence() {
        return sentence;
    }

    /// Whether nothing that the message claims turned out to be untrue.
    public boolean isGood() {
        return good;
    }

    /// Whether the author's signature is proved.
    public boolean isSigned() {
        return this == SIGNED || this == SIGNED_ENCRYPTED;
    }

    /// Of layers that lie inside one another around the whole message.
    ///
    /// @param layers the outermost first
    /// @param parts whether S/MIME parts lie below the innermost entity
    static MessageVerdict of(List<Layer> layers, boolean parts) {
        boolean encrypted = false;
        boolean authenticated = true;
        boolean signed = false;
        MessageVerdict signature = SIGNED;
        for (Layer layer : layers) {
            switch (layer) {
                case Enveloped enveloped -> {
                    if (!enveloped.isOpened()) {
                        return NOT_OPENED;
                    }
                    // C13: who signed a ciphertext need not know what is in it, and anybody can
                    // take such a signature off and put on his own.
                    signed = false;
                    signature = SIGNED;
                    encrypted = true;
                    authenticated &= enveloped.verdict() == Envelope.OPENED;
                }
                case Signed each -> {
                    signed = true;
                    signature = signature == SIGNED ? of(each.verdict()) : signature;
                }
                case Layer.Unread _ -> {
                    return UNREADABLE;
                }
                case Layer.Compressed _, Layer.CertificatesOnly _ -> {
                    // Says nothing about who wrote it.
                }
            }
        }
        if (!signed) {
            return encrypted ? unsigned(authenticated) : parts ? PARTS_ONLY : PLAIN;
        }
        return signature == SIGNED && encrypted ? SIGNED_ENCRYPTED : signature;
    }

    private static MessageVerdict unsigned(boolean authenticated) {
        return authenticated ? ENCRYPTED : ENCRYPTED_UNAUTHENTICATED;
    }

    /// Of one signature.
    static MessageVerdict of(LayerVerdict signature) {
        return switch (signature) {
            case Signature each ->
                    switch (each) {
                        case VALID -> SIGNED;
                        case NOT_AUTHOR -> NOT_AUTHOR;
                        case WEAK -> WEAK;
                        case NO_CERTIFICATE, UNSUPPORTED -> UNPROVED;
                        case ALTERED, NO_SIGNER, CONTENT_TWICE, AMBIGUOUS -> ALTERED;
                        case UNREADABLE -> UNREADABLE;
                    };
            case LayerVerdict.Certificate certificate ->
                    switch (certificate.fault()) {
                        case NO_PATH -> UNTRUSTED;
                        case REVOCATION_UNKNOWN, REVOCATION_AWAITED, DIRECTORY_UNKNOWN -> UNPROVED;
                        case EXPIRED,
                                NOT_YET_VALID,
                                WRONG_PERSON,
                                WRONG_KEY_USAGE,
                                WRONG_PURPOSE,
                                WEAK_KEY,
                                UNKNOWN_KEY,
                                WEAK_SIGNATURE,
                                UNKNOWN_EXTENSION,
                                UNREADABLE,
                                MALFORMED,
                                OPEN_TO_OTHERS,
                                NOT_READ,
                                REVOKED,
                                NO_REVOCATION_PLACE ->
                                CERTIFICATE;
                    };
            case Envelope _, LayerVerdict.Wrapping _ -> UNREADABLE;
        };
    }
}
