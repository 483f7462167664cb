package org.postern.queue;

import java.time.Duration;
import java.util.function.Consumer;

/// Looks whether somebody has set the wall clock, so that nothing is given up because of it and a
/// person hears of it.
public final class ClockWatch implements Runnable {
    private final SteadyClock clock;
    private final RetrySchedule schedule;
    private final Consumer<Duration> alarm;

    /// @param alarm told how far the clock jumped
    public ClockWatch(SteadyClock clock, RetrySchedule schedule, Consumer<Duration> alarm) {
        this.clock = clock;
        this.schedule = schedule;
        this.alarm = alarm;
    }

    @Override
    public void run() {
        clock.jump()
                .ifPresent(moved -> {
                    schedule.suspend();
                    alarm.accept(moved);
                });
    }
}
