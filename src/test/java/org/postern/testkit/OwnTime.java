package org.postern.testkit;

import java.lang.management.ManagementFactory;

/// The time of the processor that this thread has used. What else a machine does is not in it, so
/// that a limit for hostile input says something of the code and nothing of the machine.
public final class OwnTime {
    private OwnTime() {}

    public static long nanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
