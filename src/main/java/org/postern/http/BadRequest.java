package org.postern.http;

import java.io.IOException;

/// The client's request cannot be served as it stands. Carries a status and no text of the client.
public final class BadRequest extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /// @param status 400 to 499
    public BadRequest(int status, String reason) {
        super(reason);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
