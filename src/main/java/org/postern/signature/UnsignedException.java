package org.postern.signature;

import java.io.IOException;

/// A signature could not be made: the message stays here.
public final class UnsignedException extends IOException {
    private static final long serialVersionUID = 1L;

    UnsignedException(Throwable cause) {
        super("the message could not be signed (S/MIME)", cause);
    }
}
