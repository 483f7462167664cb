package org.postern.torture;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postern.auditor.Rows;
import org.postern.testkit.GatewayProcess;

/// The lives of the gateway: starts a process for each, ends it as it is told, and writes both
/// down. Every process but the last ends by SIGKILL, or by its own halt at a kill point.
final class Lives implements Closeable {
    private static final Duration MOMENT_MAX = Duration.ofSeconds(4);
    private static final Duration HALT_MAX = Duration.ofSeconds(30);

    private final Surroundings around;
    private final Launcher launcher;
    private final Rows rows;
    private long lastReadyNanos = TimeUnit.SECONDS.toNanos(2);
    private long slowestReadyMillis;

    Lives(Surroundings around, Launcher launcher) throws IOException {
        this.around = around;
        this.launcher = launcher;
        this.rows = Rows.append(around.folder().lives());
    }

    /// The slowest start so far.
    long slowestReadyMillis() {
        return slowestReadyMillis;
    }

    private List<String> serve() {
        return launcher.command("org.postern.Gateway", "serve", "--config", config());
    }

    private String config() {
        return around.clinic().config().toString();
    }

    private GatewayProcess begin(List<String> command, String how) throws IOException {
        int number = around.life().incrementAndGet();
        rows.add(Integer.toString(number), "start", how);
        return GatewayProcess.launch(command, around.folder().log());
    }

    private GatewayProcess ready(List<String> command, String how)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        GatewayProcess gateway = begin(command, how);
        if (!gateway.awaitReady()) {
            gateway.kill();
            throw new IOException("life " + around.life() + " did not come up; see gateway.log");
        }
        lastReadyNanos = System.nanoTime() - begin;
        long millis = TimeUnit.NANOSECONDS.toMillis(lastReadyNanos);
        slowestReadyMillis = Math.max(slowestReadyMillis, millis);
        note("ready", Long.toString(millis));
        return gateway;
    }

    private void note(String event, String detail) {
        rows.add(Integer.toString(around.life().get()), event, detail);
    }

    /// A first life, from which the launcher's cache is made. It ends well.
    void train(Duration length) throws IOException, InterruptedException {
        List<String> command =
                launcher.training("org.postern.Gateway", "serve", "--config", config());
        try (GatewayProcess gateway = ready(command, "training")) {
            LockSupport.parkNanos(length.toNanos());
            note("stopped", Integer.toString(gateway.stop()));
        }
        launcher.makeCache();
    }

    /// Killed after so long.
    void killAfter(Duration length) throws IOException, InterruptedException {
        try (GatewayProcess gateway = ready(serve(), "random")) {
            LockSupport.parkNanos(length.toNanos());
            gateway.kill();
            note("killed", "random");
        }
    }

    /// Killed while it starts, at a part of the time that the last start took.
    void killStarting(double part) throws IOException {
        try (GatewayProcess gateway = begin(serve(), "starting")) {
            LockSupport.parkNanos((long) (lastReadyNanos * part));
            gateway.kill();
            note("killed", "starting");
        }
    }

    /// Told to stop, and killed while it does.
    void killStopping(Duration before, Duration stopping) throws IOException, InterruptedException {
        try (GatewayProcess gateway = ready(serve(), "stopping")) {
            LockSupport.parkNanos(before.toNanos());
            gateway.terminate();
            LockSupport.parkNanos(stopping.toNanos());
            gateway.kill();
            note("killed", "stopping");
        }
    }

    /// Killed when a peer sees a moment for the n-th time.
    ///
    /// @return whether the moment came
    boolean killAt(Moment moment, int occurrence) throws IOException, InterruptedException {
        try (GatewayProcess gateway = ready(serve(), moment.name())) {
            around.trap().set(moment, occurrence, gateway::kill);
            boolean came = around.trap().await(MOMENT_MAX.toMillis());
            around.trap().clear();
            gateway.kill();
            note("killed", came ? moment.name() : "random");
            return came;
        }
    }

    /// What happens in a life until it ends.
    @FunctionalInterface
    interface Course {
        /// @param arm sets what ends it
        /// @return whether it ended
        boolean isKilledIn(GatewayProcess gateway, Arming arm)
                throws IOException, InterruptedException;
    }

    @FunctionalInterface
    interface Arming {
        void arm() throws IOException;
    }

    /// Killed when a peer sees a moment for the n-th time, on a course of its own.
    ///
    /// @return whether the moment came
    boolean killAt(Moment moment, int occurrence, Course course)
            throws IOException, InterruptedException {
        try (GatewayProcess gateway = ready(serve(), moment.name())) {
            boolean came =
                    course.isKilledIn(
                            gateway, () -> around.trap().set(moment, occurrence, gateway::kill));
            around.trap().clear();
            gateway.kill();
            note("killed", came ? moment.name() : "at the end of the course");
            return came;
        }
    }

    /// Ends itself at an operation of its disk.
    ///
    /// @return whether it did
    boolean haltAt(HaltRule rule, Course course) throws IOException, InterruptedException {
        try (GatewayProcess gateway = ready(halting(rule), rule.toString())) {
            course.isKilledIn(gateway, rule::arm);
            return halted(gateway, rule, Duration.ZERO);
        }
    }

    /// Ends itself at an operation of its disk while it starts.
    ///
    /// @return whether it did
    boolean haltStarting(HaltRule rule) throws IOException, InterruptedException {
        rule.arm();
        try (GatewayProcess gateway = begin(halting(rule), rule.toString())) {
            return halted(gateway, rule, HALT_MAX);
        }
    }

    private boolean halted(GatewayProcess gateway, HaltRule rule, Duration max)
            throws InterruptedException {
        boolean halted = gateway.awaitEnd(max) && gateway.exitValue() == HaltRule.EXIT_CODE;
        gateway.kill();
        note("killed", halted ? rule.toString() : "at the end of the course");
        return halted;
    }

    private List<String> halting(HaltRule rule) {
        return launcher.command(
                rule.property(), HaltingDisk.class.getName(), "serve", "--config", config());
    }

    /// The last life.
    GatewayProcess last() throws IOException, InterruptedException {
        return ready(serve(), "last");
    }

    /// Notes how the last life ended.
    void ended(int exitCode) {
        note("stopped", Integer.toString(exitCode));
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
