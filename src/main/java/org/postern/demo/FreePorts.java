package org.postern.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Ports of loopback for servers of this process and of those that it starts. Two processes that
/// look at the same time are given none in common: each keeps a range to itself by listening on its
/// first port until it ends.
final class FreePorts {
    /// The first port that is looked at and the one behind the last. All lie below those that
    /// systems give to whoever asks for any port, so that none of these is taken by another server
    /// or client between being found and being listened on.
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_700;

    /// Ports of one process, the first of which is its mark.
    private static final int RANGE = 254;

    private static final int RANGES = (HIGHEST - LOWEST) / RANGE;

    private static @Nullable ServerSocket mark;
    private static int last;

    private FreePorts() {}

    /// A port on which nobody listens now. It is not given again before all of the range were.
    ///
    /// @throws IOException if there is none
    static synchronized int one() throws IOException {
        ServerSocket mine = mark;
        if (mine == null) {
            mine = range();
            mark = mine;
        }
        int first = mine.getLocalPort();
        for (int tries = 1; tries < RANGE; tries++) {
            last = last % (RANGE - 1) + 1;
            try (ServerSocket probe = listen(first + last)) {
                return probe.getLocalPort();
            } catch (BindException e) {
                // Somebody has it: the next one then.
            }
        }
        throw new IOException("no port from %d on is free".formatted(first));
    }

    private static ServerSocket range() throws IOException {
        int begin = ThreadLocalRandom.current().nextInt(RANGES);
        for (int i = 0; i < RANGES; i++) {
            try {
                return listen(LOWEST + (begin + i) % RANGES * RANGE);
            } catch (BindException e) {
                // Another process has it.
            }
        }
        throw new IOException("every range of ports from %d on is taken".formatted(LOWEST));
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
