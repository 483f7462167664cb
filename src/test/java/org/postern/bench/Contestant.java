package org.postern.bench;

import java.io.IOException;

/// A mail server that takes mail on a loopback port and relays it to the sink.
interface Contestant extends AutoCloseable {
    /// As the table of figures calls it.
    String name();

    int port();

    /// Seconds of CPU that its processes have used since they were started.
    double cpuSeconds() throws IOException;

    @Override
    void close() throws IOException;
}
