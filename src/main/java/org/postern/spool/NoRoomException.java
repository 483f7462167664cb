package org.postern.spool;

import java.io.IOException;

/// The volume has less free space than its reserve: the client is told 452 and tries again later.
public final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1;

    public NoRoomException(String message) {
        super(message);
    }
}
