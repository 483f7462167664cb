package org.postern.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A gateway in a process of its own, started as `./gateway serve` starts it, so that it can be
/// killed.
public final class GatewayProcess implements AutoCloseable {
    private static final Duration READY_MAX = Duration.ofMinutes(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(90);

    private final Process process;
    private final Path log;
    private final CountDownLatch spoken = new CountDownLatch(1);
    private volatile boolean ready;

    private GatewayProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Starts `serve` and waits until it says that it is ready.
    ///
    /// @param log takes what it prints, behind what is there already
    public static GatewayProcess start(Path config, Path log)
            throws IOException, InterruptedException {
        GatewayProcess gateway =
                launch(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.postern.Gateway",
                                "serve",
                                "--config",
                                config.toString()),
                        log);
        if (!gateway.awaitReady()) {
            gateway.kill();
            throw new IOException(
                    "the gateway did not come up; it said:\n" + Files.readString(log));
        }
        return gateway;
    }

    /// Starts a command that serves, and waits for nothing.
    public static GatewayProcess launch(List<String> command, Path log) throws IOException {
        GatewayProcess gateway =
                new GatewayProcess(
                        new ProcessBuilder(command).redirectErrorStream(true).start(), log);
        Thread.ofVirtual().start(gateway::follow);
        return gateway;
    }

    /// Waits until it says that it is ready.
    ///
    /// @return false if it ended before, or took too long
    public boolean awaitReady() throws InterruptedException {
        return spoken.await(READY_MAX.toSeconds(), TimeUnit.SECONDS) && ready;
    }

    /// Waits for the end of a process that ends by itself.
    ///
    /// @return whether it did
    public boolean awaitEnd(Duration max) throws InterruptedException {
        return process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS);
    }

    public int exitValue() {
        return process.exitValue();
    }

    private void follow() {
        try (BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        process.getInputStream(), StandardCharsets.UTF_8));
                var out =
                        Files.newOutputStream(
                                log,
                                java.nio.file.StandardOpenOption.CREATE,
                                java.nio.file.StandardOpenOption.APPEND)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                if (line.startsWith("Postern is ready")) {
                    ready = true;
                    spoken.countDown();
                }
            }
        } catch (IOException e) {
            // The process was killed while it wrote.
            return;
        } finally {
            spoken.countDown();
        }
    }

    /// SIGKILL: no goodbye, nothing flushed.
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /// SIGTERM, and waits for nothing.
    public void terminate() {
        process.destroy();
    }

    /// SIGTERM, as an operator stops it.
    ///
    /// @return the exit code
    public int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the gateway did not stop within " + STOP_MAX);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
    }
}
