package org.postern.reach;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Asking whose memory of what was put off has a clock of its own.
public final class Aging {
    private Aging() {}

    public static ReachAsking asking(Possibilities possible, LongSupplier nanos) {
        return new ReachAsking(possible, Duration.ofSeconds(20), new PutOffs(nanos, 10));
    }
}
