package org.postern.frame;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A spool file is not what was once written: it is set aside, never guessed at.
public final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    public DamagedException(String message) {
        this(message, null);
    }

    public DamagedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
