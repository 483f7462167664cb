package org.postern.signature;

import org.postern.mail.DeliveryOutcome.NotYetException;

/// A signature could not be made: the message stays here.
public final class UnsignedException extends NotYetException {
    private static final long serialVersionUID = 1L;

    UnsignedException(Throwable cause) {
        super(
                "the message could not be signed (S/MIME)",
                "the message could not be signed (S/MIME)");
        initCause(cause);
    }
}
