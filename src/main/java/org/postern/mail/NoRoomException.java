package org.postern.mail;

import java.io.IOException;

/// There is no room for a message now, on the volume or in memory: the client is told 452 and tries
/// again later.
public final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1;

    public NoRoomException(String message) {
        super(message);
    }
}
