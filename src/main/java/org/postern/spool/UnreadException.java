package org.postern.spool;

import java.io.IOException;

/// The disk could not read a message's file. What a visitor throws is another matter.
final class UnreadException extends IOException {
    private static final long serialVersionUID = 1;

    UnreadException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
