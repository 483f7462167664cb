package org.postern.smtp;

import java.util.concurrent.Semaphore;
import org.postern.mail.NoRoomException;

/// The memory for messages on their way in, shared by all listeners: each takes one place from DATA
/// or its first BDAT until its reply. When all are taken the client is told 452 4.3.1, before the
/// gateway itself runs out.
public final class Receiving {
    /// What one message needs at most while it comes: the block it is read into, what the spool
    /// keeps of it, and what it seals at once.
    private static final long MESSAGE_OCTETS = 384 * 1024;

    /// The part of the heap that messages on their way in may have.
    private static final int HEAP_SHARE = 4;

    private static final int MESSAGES_MIN = 16;

    private final Semaphore places;

    /// @param messages at once
    public Receiving(int messages) {
        this.places = new Semaphore(messages);
    }

    /// As many as fit into a quarter of the heap.
    public static Receiving usual() {
        long fit = Runtime.getRuntime().maxMemory() / HEAP_SHARE / MESSAGE_OCTETS;
        return new Receiving(Math.clamp(fit, MESSAGES_MIN, Integer.MAX_VALUE));
    }

    /// @throws NoRoomException if no place is free
    void enter() throws NoRoomException {
        if (!places.tryAcquire()) {
            throw new NoRoomException("as many messages as fit into memory are on their way in");
        }
    }

    /// Gives back a place that `enter` gave.
    void leave() {
        places.release();
    }
}
