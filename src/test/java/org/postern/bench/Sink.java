package org.postern.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.testkit.Peers;
import org.postern.testkit.PostfixPeer;

/// smtp-sink of Postfix, which counts what it takes. It may write down all of it besides.
final class Sink implements AutoCloseable {
    private static final Pattern COUNT = Pattern.compile("mesg=(\\d+)");

    private final Process process;
    private final int port;
    private long messages;

    private Sink(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Throws away what it takes.
    static Sink counting(int port) throws IOException {
        return start(port, List.of());
    }

    /// Writes each message into a file of its own, whose name begins with this path.
    static Sink writing(int port, Path template) throws IOException {
        return start(port, List.of("-d", template.toString()));
    }

    private static Sink start(int port, List<String> options) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(Peers.program("smtp-sink").toString(), "-u", "nobody", "-c"));
        command.addAll(options);
        command.addAll(List.of("127.0.0.1:" + port, "1000"));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Sink sink = new Sink(process, port);
        Thread.ofPlatform().daemon().start(sink::follow);
        if (!PostfixPeer.waitForPort(port, process)) {
            throw new IOException("smtp-sink did not start");
        }
        return sink;
    }

    private void follow() {
        byte[] block = new byte[64 * 1024];
        try (InputStream in = process.getInputStream()) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                Matcher counts = COUNT.matcher(new String(block, 0, n, StandardCharsets.US_ASCII));
                long last = -1;
                while (counts.find()) {
                    last = Long.parseLong(counts.group(1));
                }
                note(last);
            }
        } catch (IOException e) {
            // The sink was ended.
            return;
        }
    }

    private synchronized void note(long count) {
        // A block may end within a number: counts grow, so a smaller one is a torn one.
        if (count > messages) {
            messages = count;
            notifyAll();
        }
    }

    synchronized long messages() {
        return messages;
    }

    /// Waits until it has taken so many since its start.
    synchronized void await(long count, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (messages < count) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new IllegalStateException(
                        messages + " messages reached the sink, and not " + count);
            }
            wait(left);
        }
    }

    /// Takes nothing more until `resume`; its connections stand. Whoever relays to it waits.
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String which) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", which, Long.toString(process.pid())).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IOException("smtp-sink could not be sent " + which);
        }
    }

    /// The sink as a server of its own, for the cost of taking messages alone.
    Contestant asContestant() {
        return new Contestant() {
            @Override
            public String name() {
                return "smtp-sink";
            }

            @Override
            public int port() {
                return port;
            }

            @Override
            public double cpuSeconds() throws IOException {
                return ProcessTree.cpuSeconds(process.toHandle());
            }

            @Override
            public void close() {
                // Whoever started the sink ends it.
            }
        };
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
