package org.postern;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.PowerLossWorld.DatabaseIs;
import org.postern.PowerLossWorld.State;
import org.postern.cli.Console;

/// R3: the power goes while mail is in a gateway, with spool, bodies and audit on one disk that
/// loses, tears and reorders what was not synced. Every state that this disk may be in during a run
/// of one message, and random states of runs of several messages at once.
///
/// `mvn verify` judges a part of them, `scripts/torture --power N` all of the first kind and N of
/// the second.
class PowerLossTest {
    private static final int STATES = Integer.getInteger("powerlosses", 200);

    /// Of the states of one message one in so many, unless the random ones are asked for in number.
    private static final int STEP = System.getProperty("powerlosses") == null ? 40 : 1;

    private static final int WORKERS = 2;
    private static final int MESSAGES_MAX = 4;

    @TempDir Path home;

    @Test
    void everyStateOfOneMessage() throws Exception {
        Set<String> known = new HashSet<>();
        List<State> states;
        try (PowerLossWorld world = new PowerLossWorld(home.resolve("first"))) {
            // First without looking: what is loaded then does not disturb the order of the threads.
            world.run(1, _ -> List.of());
            states =
                    world.run(
                            1,
                            disk ->
                                    disk.afterPowerLoss().stream()
                                            .filter(state -> known.add(state.fingerprint()))
                                            .toList());
            assertTrue(states.size() > 500, "states: " + states.size());
            int judged = 0;
            for (int i = 0; i < states.size(); i += STEP) {
                DatabaseIs database = i / STEP % 2 == 0 ? DatabaseIs.AS_COMMITTED : DatabaseIs.LOST;
                world.judge(states.get(i), database, "state " + i);
                judged++;
            }
            report("one message: %d of %d states".formatted(judged, states.size()));
        }
    }

    @Test
    void randomStatesOfSeveralMessages() throws Exception {
        long seed = Long.getLong("seed", Clock.systemUTC().millis());
        SplittableRandom random = new SplittableRandom(seed);
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<Integer>> parts = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                Path folder = home.resolve("worker" + i);
                SplittableRandom own = random.split();
                parts.add(workers.submit(() -> judge(folder, own, seed)));
            }
            int judged = 0;
            for (Future<Integer> part : parts) {
                judged += result(part);
            }
            report("several messages: %d random states, seed %d".formatted(judged, seed));
            assertTrue(judged >= STATES, "judged " + judged);
        }
    }

    private static int judge(Path folder, SplittableRandom random, long seed) throws IOException {
        int judged = 0;
        try (PowerLossWorld world = new PowerLossWorld(folder)) {
            while (judged * WORKERS < STATES) {
                int messages = 1 + random.nextInt(MESSAGES_MAX);
                List<State> states =
                        world.run(
                                messages,
                                disk ->
                                        random.nextInt(messages + 1) == 0
                                                ? List.of(disk.afterPowerLoss(random))
                                                : List.of());
                for (State state : states) {
                    DatabaseIs database =
                            random.nextInt(4) == 0 ? DatabaseIs.LOST : DatabaseIs.AS_COMMITTED;
                    world.judge(state, database, "seed " + seed + ", random state " + judged);
                    judged++;
                }
            }
        }
        return judged;
    }

    private static int result(Future<Integer> part) throws Exception {
        try {
            return part.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError error) {
                throw error;
            }
            throw e;
        }
    }

    private static void report(String line) {
        Console.system().line("power loss, " + line + ", 0 lost");
    }
}
