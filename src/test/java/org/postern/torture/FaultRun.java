package org.postern.torture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postern.Gateway;
import org.postern.World;
import org.postern.auditor.Rows;
import org.postern.auditor.RunFolder;
import org.postern.auditor.Stores;
import org.postern.config.Configuration;
import org.postern.net.HostLookup;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.testkit.FailingDisk;
import org.postern.testkit.FailingDisk.Operation;
import org.postern.yaml.Checked;

/// Lives of a gateway in this process, each on a disk under spool, bodies and audit that fails at
/// one operation. In each life clients send a message of every way that mail can take; the disk is
/// mended before it ends, and the next life takes up what is left.
final class FaultRun implements Closeable {
    /// Picked up, relayed, encrypted.
    private static final List<Kind> KINDS = List.of(Kind.PATIENT, Kind.COLLEAGUE, Kind.PARTNER);

    private static final Duration LOOKUP_MAX = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofMillis(120);
    private static final Duration REST_MAX = Duration.ofSeconds(20);
    private static final Duration DRAIN_MAX = Duration.ofMinutes(4);
    private static final Duration LOOK = Duration.ofMillis(10);

    private final Surroundings around;
    private final SplittableRandom random;
    private final Rows lives;

    /// How often an operation fails.
    enum Lasting {
        ONCE,
        FOR_EVER
    }

    /// What came of a life.
    ///
    /// @param failed whether an operation was told to fail
    /// @param started whether mail was let in
    /// @param synced whether no sync of spool or audit has failed
    /// @param goesOn whether mail is taken after the disk was mended
    record Life(boolean failed, boolean started, boolean synced, boolean goesOn) {}

    /// @param folder empty so far
    FaultRun(RunFolder folder, long seed) throws IOException {
        random = new SplittableRandom(seed);
        around = new Surroundings(folder, random.split());
        lives = Rows.append(folder.lives());
        Files.writeString(folder.log(), "the log of this process is elsewhere\n");
    }

    /// Lives once; the n-th changing operation of its disk fails, counted from the first one of the
    /// start.
    Life live(int n, Lasting lasting) {
        FailingDisk disk = new FailingDisk(new FileDisk());
        switch (lasting) {
            case ONCE -> disk.failOnce(n, Operation.ANY);
            case FOR_EVER -> disk.failFrom(n, Operation.ANY);
        }
        begin(lasting + " " + n);
        boolean goesOn = false;
        boolean started = false;
        boolean failed;
        try (Gateway gateway = started(disk)) {
            started = !gateway.ports().smtp().isEmpty();
            for (Kind kind : KINDS) {
                around.traffic().send(kind, random.split());
            }
            awaitRest(disk);
            failed = disk.hasFailed();
            disk.heal();
            int before = around.ledger().acknowledged();
            around.traffic().send(Kind.COLLEAGUE, random.split());
            goesOn = around.ledger().acknowledged() > before;
            awaitRest(disk);
        } catch (IOException e) {
            // It did not start, and said so.
            failed = disk.hasFailed();
        }
        boolean synced = disk.failedSyncs().stream().noneMatch(FaultRun::isSticky);
        note("killed", "with its disk");
        return new Life(failed, started, synced, goesOn);
    }

    private static boolean isSticky(Path path) {
        String below = path.toString();
        return below.contains("/data/spool") || below.contains("/data/audit");
    }

    /// A last life on a good disk.
    ///
    /// @return whether nothing is left waiting
    boolean drain() throws IOException {
        begin("last");
        Stores stores = new Stores(around.folder());
        try (Gateway gateway = started(new FileDisk())) {
            long limit = System.nanoTime() + DRAIN_MAX.toNanos();
            boolean drained = Torture.isDrained(stores.queue());
            while (!drained && System.nanoTime() < limit) {
                LockSupport.parkNanos(LOOK.toNanos());
                drained = Torture.isDrained(stores.queue());
            }
            note("stopped", gateway.ports().toString().isEmpty() ? "1" : "0");
            return drained;
        }
    }

    private void begin(String how) {
        int number = around.life().incrementAndGet();
        lives.add(Integer.toString(number), "start", how);
    }

    private void note(String event, String detail) {
        lives.add(Integer.toString(around.life().get()), event, detail);
    }

    private Gateway started(Disk disk) throws IOException {
        long begin = System.nanoTime();
        Path config = around.clinic().config();
        World world =
                new World(
                        Clock.systemUTC(), new SecureRandom(), disk, HostLookup.system(LOOKUP_MAX));
        if (!(Configuration.load(config)
                instanceof Checked.Valid<Configuration>(Configuration configuration))) {
            throw new AssertionError("the configuration has mistakes");
        }
        Gateway gateway = Gateway.build(config, configuration, world);
        try {
            gateway.start();
        } catch (IOException | RuntimeException e) {
            gateway.close();
            throw e;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        note("ready", Long.toString(millis));
        return gateway;
    }

    /// Waits until the gateway leaves its disk alone: what is under way then is waited for when it
    /// stops, and what is not begun is for the next life.
    private static void awaitRest(FailingDisk disk) {
        long limit = System.nanoTime() + REST_MAX.toNanos();
        long since = System.nanoTime();
        int before = disk.operations();
        while (System.nanoTime() - since < QUIET.toNanos() && System.nanoTime() < limit) {
            LockSupport.parkNanos(LOOK.toNanos());
            int now = disk.operations();
            if (now != before) {
                before = now;
                since = System.nanoTime();
            }
        }
    }

    @Override
    public void close() throws IOException {
        lives.close();
        around.close();
    }
}
