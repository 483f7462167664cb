package org.postern.smtp;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postern.allowance.SmtpLimits;
import org.postern.sasl.PasswordFile;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.SmtpPeer;

/// A program, not a test, for two experiments whose figures depend on the machine. It adds its
/// lines to a file.
///
/// - `login FILE SAMPLES` compares the processor time of a refused log-in of users who exist and of
///   users who do not (S25, G16): the difference of the means, and the AUC, the chance that of a
///   pair the known user's took longer; 0.5 tells nothing.
/// - `slow FILE CONNECTIONS` compares the time of a good client's messages without and with so many
///   connections that say an octet each 30 s (S24).
public final class HostileLoad {
    /// Cheap, so that what is compared is not drowned by it.
    private static final String HASH =
            "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"
                    + "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static final int USERS = 50;
    private static final int WARM_UP = 5_000;
    private static final int MESSAGES = 300;
    private static final int SLOW_SECONDS = 60;
    private static final int DRIP_SECONDS = 30;

    private HostileLoad() {}

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[2]);
        String line = arguments[0].equals("login") ? login(count) : slow(count);
        Files.writeString(
                Path.of(arguments[1]),
                line + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static String login(int samples) throws IOException {
        Path file = Files.createTempFile("users", "");
        try {
            StringBuilder users = new StringBuilder();
            for (int i = 0; i < USERS; i++) {
                users.append("user").append(i).append("@clinic.example:").append(HASH).append('\n');
            }
            Files.writeString(file, users);
            PasswordFile passwords = new PasswordFile(file);
            for (int i = 0; i < WARM_UP; i++) {
                nanos(passwords, (i % 2 == 0 ? "user" : "none") + i % USERS);
            }
            long[] known = new long[samples];
            long[] unknown = new long[samples];
            for (int i = 0; i < samples; i++) {
                known[i] = nanos(passwords, "user" + i % USERS);
                unknown[i] = nanos(passwords, "none" + i % USERS);
            }
            double mean = Arrays.stream(known).average().orElseThrow();
            double other = Arrays.stream(unknown).average().orElseThrow();
            return ("login: %d samples each, known %.1f us, unknown %.1f us,"
                            + " difference %+.2f %%, AUC %.3f")
                    .formatted(
                            samples,
                            mean / 1_000,
                            other / 1_000,
                            100 * (mean - other) / other,
                            auc(known, unknown));
        } finally {
            Files.delete(file);
        }
    }

    private static long nanos(PasswordFile passwords, String name) throws IOException {
        char[] secret = "a wrong secret".toCharArray();
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        boolean in = passwords.authenticate(name + "@clinic.example", secret).isPresent();
        long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
        if (in) {
            throw new IllegalStateException("a wrong secret was right");
        }
        return nanos;
    }

    private static double auc(long[] positives, long[] negatives) {
        double wins = 0;
        for (long positive : positives) {
            for (long negative : negatives) {
                wins += positive > negative ? 1 : positive == negative ? 0.5 : 0;
            }
        }
        return wins / ((double) positives.length * negatives.length);
    }

    private static String slow(int connections) throws Exception {
        try (World world =
                new World(
                        SmtpListener.Kind.INBOUND,
                        limits -> admitting(limits, connections + MESSAGES),
                        MemoryReception.accepting())) {
            p95(world);
            double alone = p95(world);
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                slow.add(new Socket(InetAddress.getLoopbackAddress(), world.server.port()));
            }
            CountDownLatch over = new CountDownLatch(1);
            Thread drip = Thread.ofVirtual().start(() -> drip(slow, over));
            double crowded = p95(world);
            over.countDown();
            drip.join();
            for (Socket socket : slow) {
                socket.close();
            }
            return ("slow: %d connections, p95 of a message alone %.2f ms,"
                            + " among them %.2f ms, ratio %.2f")
                    .formatted(connections, alone, crowded, crowded / alone);
        }
    }

    /// All connections of the experiment come from one source.
    private static SmtpLimits admitting(SmtpLimits limits, int connections) {
        return limits.withPlaces(connections, connections);
    }

    /// An octet for each connection, spread over the time between two.
    private static void drip(List<Socket> slow, CountDownLatch over) {
        long pause = TimeUnit.SECONDS.toNanos(DRIP_SECONDS) / slow.size();
        long rounds = (long) slow.size() * SLOW_SECONDS / DRIP_SECONDS;
        try {
            for (int i = 0; i < rounds && !over.await(pause, TimeUnit.NANOSECONDS); i++) {
                slow.get(i % slow.size()).getOutputStream().write('E');
            }
        } catch (IOException e) {
            throw new IllegalStateException("a slow connection was closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Of whole sessions with one message, in milliseconds.
    private static double p95(World world) throws IOException {
        long[] nanos = new long[MESSAGES];
        for (int i = 0; i < MESSAGES; i++) {
            long begin = System.nanoTime();
            try (SmtpPeer peer = world.connect()) {
                peer.expect("220 *");
                peer.ask("EHLO far.example", "250 *");
                peer.ask("MAIL FROM:<a@far.example>", "250 *");
                peer.ask("RCPT TO:<alice@clinic.example>", "250 *");
                peer.ask("DATA", "354 *");
                peer.ask("Subject: x\r\n\r\nx\r\n.", "250 *");
                peer.ask("QUIT", "221 *");
            }
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        return nanos[MESSAGES * 95 / 100] / 1e6;
    }
}
