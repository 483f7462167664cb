package org.postern.vault;

/// A data key was wrapped by a key-encryption key that this keystore does not hold: what it seals
/// is most likely whole, and the keystore is the wrong one.
public final class UnknownKeyException extends SealBrokenException {
    private static final long serialVersionUID = 1;

    UnknownKeyException(String message) {
        super(message);
    }
}
