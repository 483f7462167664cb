package org.postern.fuzz;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Supplier;

/// The processor time that an input takes on this thread, which a busy machine does not change. For
/// what waits or never ends, the fuzzer itself has a time limit.
final class Effort {
    private static final long NANOS_MAX = 1_000_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Effort() {}

    /// The same for work without a result.
    static void bounded(Runnable work) {
        bounded(() -> {
            work.run();
            return true;
        });
    }

    /// Does the work, and does it a second time if it took more than a second: the first time may
    /// have loaded and instrumented the classes.
    ///
    /// @throws AssertionError if it took more than a second again
    static <T> T bounded(Supplier<T> work) {
        long begin = THREADS.getCurrentThreadCpuTime();
        T result = work.get();
        if (THREADS.getCurrentThreadCpuTime() - begin <= NANOS_MAX) {
            return result;
        }
        long again = THREADS.getCurrentThreadCpuTime();
        result = work.get();
        long nanos = THREADS.getCurrentThreadCpuTime() - again;
        Promise.hold(nanos <= NANOS_MAX, "took " + nanos / 1_000_000 + " ms");
        return result;
    }
}
