package org.postern;

import java.io.IOException;

/// The gateway cannot be built as it is configured. The message says what is wrong, where, and what
/// to do; it is meant for the operator.
public final class StartException extends IOException {
    private static final long serialVersionUID = 1;

    public StartException(String message) {
        super(message);
    }
}
