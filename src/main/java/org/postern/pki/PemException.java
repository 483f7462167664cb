package org.postern.pki;

import java.io.IOException;

/// A PEM file that does not hold what it should. The message names the file and what is wrong, and
/// never shows key material.
public final class PemException extends IOException {
    private static final long serialVersionUID = 1L;

    PemException(String message) {
        super(message);
    }
}
