package org.postern.door;

import java.util.concurrent.Semaphore;
import org.postern.net.PerSource;

/// How many there are who have not logged in, so that they cannot take the places of those who
/// have.
public final class Strangers {
    private final Semaphore all;
    private final PerSource sources;

    /// @param total of all listeners together
    /// @param perSource of one IPv4 address or one IPv6 /64
    public Strangers(int total, int perSource) {
        this.all = new Semaphore(total);
        this.sources = new PerSource(perSource);
    }

    /// Takes a place; it is to be given back.
    ///
    /// @return false if there is none
    public boolean take(String source) {
        if (!sources.take(source)) {
            return false;
        }
        boolean taken = all.tryAcquire();
        if (!taken) {
            sources.giveBack(source);
        }
        return taken;
    }

    public void giveBack(String source) {
        all.release();
        sources.giveBack(source);
    }
}
