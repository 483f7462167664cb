package org.postern.door;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/// What is done behind a door.
public interface Trade {
    /// The whole session with one client; the wire is closed afterwards. Called by a thread of its
    /// own.
    ///
    /// @param id the session's name in the log
    /// @param stopping at zero once the server stops
    void serve(Wire wire, String id, CountDownLatch stopping) throws IOException;

    /// The line, without its end, for whoever finds no place; empty where TLS begins with the first
    /// octet, because nobody could read it.
    String full();

    /// The last line, without its end, for whoever waits when the server stops.
    String stopping();
}
