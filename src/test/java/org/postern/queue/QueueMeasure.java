package org.postern.queue;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.postern.cli.Console;
import org.postern.mail.Address;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.spool.FileSpool;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Waiting;
import org.postern.spool.Spool;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;
import org.postern.testkit.SampleMail;
import org.postern.testkit.TestVault;
import org.postern.vault.Vault;

/// Measures R10 and R12 of the reliability goals by hand: fills a spool with delayed messages of 4
/// KiB, opens it anew, and tells how long recovery took and what the heap holds after it.
///
/// Arguments: an empty folder, and how many messages. The filling skips the syncs; the recovery is
/// the product's own.
public final class QueueMeasure {
    private static final int CONTENT_OCTETS = 4_096;

    private final Console out = Console.system();

    private QueueMeasure() {}

    public static void main(String... arguments) throws IOException {
        new QueueMeasure().run(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    }

    private void run(Path folder, int messages) throws IOException {
        Vault vault = TestVault.one();
        long filled = System.nanoTime();
        try (Spool spool = spool(folder, unsynced(), vault)) {
            spool.recover(_ -> {});
            byte[] content = "x".repeat(CONTENT_OCTETS).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < messages; i++) {
                commit(spool, content, Address.of("p" + i + "@d" + i % 200 + ".example"));
            }
        }
        out.line("filled in %d s".formatted(seconds(filled)));
        long idle = used();
        long begun = System.nanoTime();
        long before = processor();
        SteadyClock clock = new SteadyClock(Clock.systemUTC(), System::nanoTime);
        QueueRunner queue = new QueueRunner(clock, () -> {});
        try (Spool spool = spool(folder, new FileDisk(), vault)) {
            Spool.Recovered recovered =
                    spool.recover(message -> {
                        Address to = message.envelope().recipients().getFirst();
                        Waiting waiting = (Waiting) requireNonNull(message.states().get(to));
                        queue.add(message.id(), to.domain().name(), waiting.notBefore(), false);
                    });
            double wall = (System.nanoTime() - begun) / 1e9;
            double processor = (processor() - before) / 1e9;
            out.line(
                    "%d messages recovered in %.1f s, %.1f s of the processor"
                            .formatted(recovered.messages(), wall, processor));
            long held = (used() - idle) >> 20;
            out.line("heap: %d MiB above idle for %d in the queue".formatted(held, queue.size()));
        }
    }

    private static void commit(Spool spool, byte[] content, Address to) throws IOException {
        Envelope envelope = SampleMail.envelope(to);
        try (Draft draft = spool.open()) {
            draft.out().write(content);
            QueueId id = spool.commit(draft, envelope, SampleMail.ruling(envelope)).id();
            RecipientState delayed =
                    new Waiting(
                            7,
                            Clock.systemUTC().instant().plus(Duration.ofHours(1)),
                            "mx.example:25 cannot be reached",
                            Duration.ofHours(9),
                            true,
                            Optional.empty());
            spool.record(id, Map.of(to, delayed));
        }
    }

    private static Spool spool(Path folder, Disk disk, Vault vault) throws IOException {
        return new FileSpool(
                new FileSpool.Settings(folder, 0),
                disk,
                vault,
                Clock.systemUTC(),
                new SecureRandom());
    }

    /// The files of this machine, without a sync.
    private static Disk unsynced() {
        return proxy(Disk.class, new FileDisk());
    }

    private static <T> T proxy(Class<T> type, T target) {
        InvocationHandler skipping =
                (_, method, arguments) -> {
                    if (method.getName().equals("sync")) {
                        return null;
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        return result instanceof DiskFile file
                                ? proxy(DiskFile.class, file)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } catch (IllegalAccessException e) {
                        throw new UncheckedIOException(new IOException(e));
                    }
                };
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, skipping));
    }

    private static long seconds(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toSeconds();
    }

    private static long processor() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long used() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
