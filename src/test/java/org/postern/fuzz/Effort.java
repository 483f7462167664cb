package org.postern.fuzz;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/// The processor time that an input takes on this thread, which a busy machine does not change. For
/// what waits or never ends, the fuzzer itself has a time limit.
final class Effort {
    private static final long NANOS_MAX = 1_000_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long begin = THREADS.getCurrentThreadCpuTime();

    private Effort() {}

    static Effort begin() {
        return new Effort();
    }

    /// @throws AssertionError if it was more than a second
    void end() {
        long nanos = THREADS.getCurrentThreadCpuTime() - begin;
        if (nanos > NANOS_MAX) {
            throw new AssertionError("took " + nanos / 1_000_000 + " ms");
        }
    }
}
