package org.postern.vault;

import java.io.IOException;

/// Something sealed is damaged, cut short, swapped, or was sealed under another key. Nothing of it
/// may be used.
public sealed class SealBrokenException extends IOException permits UnknownKeyException {
    private static final long serialVersionUID = 1;

    /// @param message what is broken; never holds key material or content
    public SealBrokenException(String message) {
        super(message);
    }
}
