package org.postern.torture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.postern.auditor.RunFolder;
import org.postern.auditor.Stores;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Waiting;
import org.postern.testkit.GatewayProcess;

/// A run through kill points: each life of the gateway ends at a chosen one, the next life takes up
/// what it left, and a last one brings all mail to its end, so that an auditor can judge.
final class PointRun implements Closeable {
    /// On a busy machine the names of a message that goes are synced together with those of the
    /// next one that comes, so that more messages are needed for the same count of syncs.
    private static final int MESSAGES_MAX = 8;

    private static final Duration TRAINING = Duration.ofSeconds(2);
    private static final Duration REST_MAX = Duration.ofSeconds(60);
    private static final Duration DRAIN_MAX = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(15);

    private final Surroundings around;
    private final Lives lives;
    private final Stores stores;
    private final SplittableRandom random;
    private int rules;
    private int edits;

    /// One occurrence of a point, reached in one way.
    record Cell(KillPoint point, Reach reach, int occurrence) {
        @Override
        public String toString() {
            return "%s/%d %s".formatted(point, occurrence, reach);
        }
    }

    /// @param folder empty so far
    PointRun(RunFolder folder, long seed) throws IOException {
        random = new SplittableRandom(seed);
        around = new Surroundings(folder, random.split());
        lives = new Lives(around, new Launcher(folder.home().resolve("classes")));
        stores = new Stores(folder);
    }

    /// Makes the lives that follow start faster.
    void train() throws IOException, InterruptedException {
        lives.train(TRAINING);
    }

    /// All cells. Those that leave mail for later come last: its next attempt would disturb the
    /// counting of the others.
    static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (KillPoint point : KillPoint.values()) {
            for (Reach reach : point.reaches()) {
                for (int n = 1; n <= reach.times(); n++) {
                    cells.add(new Cell(point, reach, n));
                }
            }
        }
        cells.sort(Comparator.comparing(PointRun::leavesMail));
        return cells;
    }

    private static boolean leavesMail(Cell cell) {
        return cell.reach() instanceof Reach.Io io && io.kind() == Kind.MIXED_REPLIES;
    }

    /// Lets the gateway end at a point.
    ///
    /// @return whether it did
    boolean reach(Cell cell) throws IOException, InterruptedException {
        int n = cell.occurrence();
        return switch (cell.reach()) {
            case Reach.Peer(Moment moment, Kind kind, _) ->
                    lives.killAt(moment, n, (gateway, arming) -> sends(kind, gateway, arming));
            case Reach.Io io -> halts(io, n);
            case Reach.Reload(HaltRule.When when, String operation) ->
                    lives.haltAt(rule(when, operation, 1), this::edits);
            case Reach.Recovery(Reach.Io cause, List<Reach.Io> again) -> {
                boolean halted = halts(cause, 1);
                for (int i = 0; i < n; i++) {
                    Reach.Io at = again.get(i);
                    HaltRule rule = rule(at.when(), at.operation(), at.occurrence(1));
                    halted &= lives.haltStarting(rule);
                }
                yield halted;
            }
            case Reach.Elsewhere _, Reach.Absent _ -> false;
        };
    }

    private boolean halts(Reach.Io io, int n) throws IOException, InterruptedException {
        return lives.haltAt(
                rule(io.when(), io.operation(), io.occurrence(n)),
                (gateway, arming) -> sends(io.kind(), gateway, arming));
    }

    private HaltRule rule(HaltRule.When when, String operation, int occurrence) {
        Path armed = around.folder().home().resolve("armed-" + ++rules);
        return new HaltRule(when, operation, occurrence, armed);
    }

    /// Messages one after the other, until the gateway ends.
    private boolean sends(Kind kind, GatewayProcess gateway, Lives.Arming arming)
            throws IOException, InterruptedException {
        boolean ended = hasEndedAtRest(gateway);
        arming.arm();
        for (int i = 0; i < MESSAGES_MAX && !ended; i++) {
            around.traffic().send(kind, random.split());
            ended = hasEndedAtRest(gateway);
        }
        return ended;
    }

    private boolean edits(GatewayProcess gateway, Lives.Arming arming)
            throws IOException, InterruptedException {
        boolean ended = hasEndedAtRest(gateway);
        arming.arm();
        Path policy = around.clinic().config().resolve("policy.yaml");
        Path draft = policy.resolveSibling("policy.yaml.new");
        String rule =
                """
                  - name: edit %d
                    when: { recipient: { domain: edit%d.example } }
                    then: { refuse: "Nobody writes there." }
                """
                        .formatted(++edits, edits);
        Files.writeString(
                draft, Files.readString(policy).replace("\nrules:\n", "\nrules:\n" + rule));
        Files.move(draft, policy, StandardCopyOption.ATOMIC_MOVE);
        return ended || gateway.awaitEnd(REST_MAX);
    }

    /// Waits until the gateway ends, or has nothing more to do now.
    ///
    /// @return whether it has ended
    private boolean hasEndedAtRest(GatewayProcess gateway)
            throws IOException, InterruptedException {
        long limit = System.nanoTime() + REST_MAX.toNanos();
        while (!gateway.awaitEnd(LOOK)) {
            if (isAtRest()) {
                return gateway.awaitEnd(LOOK);
            }
            if (System.nanoTime() > limit) {
                throw new IOException("the gateway did not come to rest");
            }
        }
        return true;
    }

    /// What was tried once waits for its next attempt; what is settled has to go.
    private boolean isAtRest() throws IOException {
        return stores.queue().stream()
                .noneMatch(each ->
                        each.message().isSettled()
                                || each.message().states().values().stream()
                                        .anyMatch(PointRun::isUntried));
    }

    private static boolean isUntried(RecipientState state) {
        return state instanceof Waiting waiting && waiting.attempts() == 0;
    }

    /// A last life that may end all that it can end.
    ///
    /// @return whether nothing is left waiting
    boolean drain() throws IOException, InterruptedException {
        try (GatewayProcess gateway = lives.last()) {
            long limit = System.nanoTime() + DRAIN_MAX.toNanos();
            boolean drained = Torture.isDrained(stores.queue());
            while (!drained && System.nanoTime() < limit) {
                LockSupport.parkNanos(LOOK.toNanos());
                drained = Torture.isDrained(stores.queue());
            }
            lives.ended(gateway.stop());
            return drained;
        }
    }

    @Override
    public void close() throws IOException {
        lives.close();
        around.close();
    }
}
