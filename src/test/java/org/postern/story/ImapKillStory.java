package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.testkit.GatewayProcess;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.QuickKeystore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// K26: the serving process is killed with SIGKILL at random moments while a mail program files,
/// flags and destroys letters, and started again. What was acknowledged holds; of the one command
/// under way either all or nothing; and no UID ever stands for two letters. `-Dkills=N` for more.
class ImapKillStory {
    private static final Logger LOG = LoggerFactory.getLogger(ImapKillStory.class);
    private static final int KILLS = Integer.getInteger("kills", 4);
    private static final long LIFE_MAX_NANOS = 1_500_000_000L;

    /// Every other kill is aimed: it comes so soon behind a command that this one is under way.
    private static final long AIMED_MAX_NANOS = 5_000_000L;

    private static final int AIMED_ACTS_MAX = 40;

    /// With so many kills each kind of command was under way at one.
    private static final int KILLS_FOR_EACH = 60;

    private static final Set<String> KINDS =
            Set.of("APPEND", "UID STORE", "UID COPY", "UID MOVE", "EXPUNGE");
    private static final int LETTERS_MAX = 8;
    private static final List<String> FOLDERS = List.of("Archive", "Trash");
    private static final List<String> FLAGS = List.of("\\Seen", "\\Flagged", "Blue");
    private static final Pattern FETCHED =
            Pattern.compile(
                    "(?s)\\* \\d+ FETCH \\(UID (\\d+) FLAGS \\(([^)]*)\\) .*\r\n\r\n(.*)\\)\r\n");
    private static final Pattern VALIDITY = Pattern.compile("(?s).*UIDVALIDITY (\\d+)].*");

    @TempDir Path home;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, String> validities = new HashMap<>();
    private int letters;
    private int acknowledged;

    /// How often a command of each kind was sent, and neither answered nor known to be lost, when
    /// the process was killed.
    private final Map<String, Integer> underWay = new TreeMap<>();

    /// What lies in the folders: text and flags by folder and UID.
    private static final class State {
        final Map<String, NavigableMap<Integer, Lying>> folders = new TreeMap<>();

        private record Lying(String text, Set<String> flags) {}

        State() {
            FOLDERS.forEach(folder -> folders.put(folder, new TreeMap<>()));
        }

        State copy() {
            State copy = new State();
            folders.forEach((folder, lying) ->
                    lying.forEach((uid, each) ->
                            copy.in(folder)
                                    .put(
                                            uid,
                                            new Lying(each.text(), new TreeSet<>(each.flags())))));
            return copy;
        }

        NavigableMap<Integer, Lying> in(String folder) {
            return Objects.requireNonNull(folders.get(folder));
        }

        void add(String folder, String text, Set<String> flags) {
            int next = in(folder).isEmpty() ? 1 : in(folder).lastKey() + 1;
            in(folder).put(next, new Lying(text, new TreeSet<>(flags)));
        }

        /// Without UIDs, which only the server knows.
        List<String> shown() {
            List<String> shown = new ArrayList<>();
            folders.forEach((folder, lying) ->
                    lying.values()
                            .forEach(each ->
                                    shown.add(folder + ": " + each.text() + " " + each.flags())));
            return shown;
        }
    }

    /// A command, and what it makes of the folders.
    private record Act(String folder, String command, Consumer<State> effect) {
        String kind() {
            return KINDS.stream().filter(command::startsWith).findFirst().orElseThrow();
        }
    }

    /// When the process is killed.
    ///
    /// @param acts how many commands are sent before it
    /// @param nanos behind the last of them
    private record Moment(int acts, long nanos) {
        static Moment of(int life, SplittableRandom random) {
            return life % 2 == 0
                    ? new Moment(0, random.nextLong(LIFE_MAX_NANOS))
                    : new Moment(
                            1 + random.nextInt(AIMED_ACTS_MAX), random.nextLong(AIMED_MAX_NANOS));
        }
    }

    @Test
    void whatWasAcknowledgedHolds() throws Exception {
        long seed = Long.getLong("seed", Clock.systemUTC().millis());
        SplittableRandom random = new SplittableRandom(seed);
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), Clock.systemUTC());
        clinic.write(
                Path.of("policy-config"),
                new SampleClinic.Outside(1, 1, "none"),
                QuickKeystore::create);
        int port = SampleClinic.Ports.one();
        Path file = clinic.config().resolve("gateway.yaml");
        String door = "listeners:\n  imap: { address: 127.0.0.1, port: " + port + " }\n";
        Files.writeString(file, Files.readString(file).replaceFirst("listeners:\n", door));
        Path log = home.resolve("gateway.log");
        State state = new State();
        @Nullable Act pending = null;
        for (int life = 0; life <= KILLS; life++) {
            String where = "seed " + seed + ", life " + life;
            try (GatewayProcess gateway = GatewayProcess.start(clinic.config(), log);
                    ImapPeer peer = ImapPeer.secured(port, RunningClinic.trusting(clinic))) {
                peer.ask("LOGIN " + StagedClinic.ANNA + " \"a long demo password\"");
                state = compare(state, pending, read(peer), where);
                if (life < KILLS) {
                    Moment moment = Moment.of(life, random);
                    CountDownLatch sent = new CountDownLatch(moment.acts());
                    Thread killer = Thread.ofVirtual().start(() -> kill(gateway, sent, moment));
                    pending = work(peer, state, new Course(random.split(), sent));
                    killer.join();
                    if (pending != null) {
                        underWay.merge(pending.kind(), 1, Integer::sum);
                    }
                }
            }
        }
        String course =
                "seed %d: %d kills, %d commands acknowledged, under way %s"
                        .formatted(seed, KILLS, acknowledged, underWay);
        assertTrue(acknowledged > KILLS, "nothing was done: " + course);
        assertFalse(underWay.isEmpty(), "no command was under way at a kill: " + course);
        assertTrue(KILLS < KILLS_FOR_EACH || underWay.keySet().equals(KINDS), course);
        LOG.warn("all hold; {}", course);
    }

    private static void kill(GatewayProcess gateway, CountDownLatch sent, Moment moment) {
        try {
            if (!sent.await(LIFE_MAX_NANOS * 4, TimeUnit.NANOSECONDS)) {
                LOG.warn("a life was too slow for a kill that is aimed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LockSupport.parkNanos(moment.nanos());
        gateway.kill();
    }

    /// What is done in a life.
    ///
    /// @param sent counts the commands
    private record Course(SplittableRandom random, CountDownLatch sent) {}

    /// Does something after another until the connection breaks.
    ///
    /// @param state changed by what was acknowledged
    /// @return what was under way then, and may have happened
    private @Nullable Act work(ImapPeer peer, State state, Course course) {
        SplittableRandom random = course.random();
        @Nullable Act act = null;
        try {
            while (true) {
                act = null;
                String folder = FOLDERS.get(random.nextInt(FOLDERS.size()));
                peer.ask("SELECT " + folder);
                State now = read(peer, state, folder);
                Act next = next(folder, now, random);
                act = next;
                course.sent().countDown();
                peer.ask(next.command());
                next.effect().accept(state);
                acknowledged++;
            }
        } catch (IOException e) {
            return act;
        }
    }

    /// The state with the UIDs of one folder as the server tells them.
    private State read(ImapPeer peer, State state, String folder) throws IOException {
        NavigableMap<Integer, State.Lying> there = fetch(peer);
        assertEquals(
                List.copyOf(state.in(folder).values()),
                List.copyOf(there.values()),
                "in " + folder);
        state.folders.put(folder, there);
        return state;
    }

    private Act next(String folder, State state, SplittableRandom random) {
        List<Integer> uids = List.copyOf(state.in(folder).keySet());
        if (uids.isEmpty() || (uids.size() < LETTERS_MAX && random.nextInt(3) == 0)) {
            String text = "letter " + letters++;
            String octets = "Subject: one\r\n\r\n" + text;
            return new Act(
                    folder,
                    "APPEND " + folder + " (Blue) {" + octets.length() + "+}\r\n" + octets,
                    after -> after.add(folder, text, new TreeSet<>(List.of("Blue"))));
        }
        int uid = uids.get(random.nextInt(uids.size()));
        String other = FOLDERS.get(1 - FOLDERS.indexOf(folder));
        return switch (random.nextInt(5)) {
            case 0 -> {
                String flag = FLAGS.get(random.nextInt(FLAGS.size()));
                yield new Act(
                        folder,
                        "UID STORE " + uid + " +FLAGS (" + flag + ")",
                        after -> at(after, folder, uid).flags().add(flag));
            }
            case 1 ->
                    new Act(
                            folder,
                            "UID COPY " + uid + " " + other,
                            after -> copy(after, folder, uid, other));
            case 2 ->
                    new Act(
                            folder,
                            "UID MOVE " + uid + " " + other,
                            after -> {
                                copy(after, folder, uid, other);
                                after.in(folder).remove(uid);
                            });
            case 3 ->
                    new Act(
                            folder,
                            "UID STORE " + uid + " +FLAGS (\\Deleted)",
                            after -> at(after, folder, uid).flags().add("\\Deleted"));
            default ->
                    new Act(
                            folder,
                            "EXPUNGE",
                            after ->
                                    after.in(folder)
                                            .values()
                                            .removeIf(each -> each.flags().contains("\\Deleted")));
        };
    }

    private static State.Lying at(State state, String folder, int uid) {
        return Objects.requireNonNull(state.in(folder).get(uid));
    }

    private static void copy(State state, String folder, int uid, String other) {
        State.Lying letter = at(state, folder, uid);
        state.add(other, letter.text(), letter.flags());
    }

    /// All folders, as the server tells them.
    private State read(ImapPeer peer) throws IOException {
        State state = new State();
        for (String folder : FOLDERS) {
            Matcher validity = VALIDITY.matcher(String.join("", peer.ask("SELECT " + folder)));
            assertTrue(validity.matches(), folder);
            String before = validities.putIfAbsent(folder, validity.group(1));
            assertTrue(before == null || before.equals(validity.group(1)), "UIDVALIDITY changed");
            NavigableMap<Integer, State.Lying> there = fetch(peer);
            there.forEach((uid, each) -> {
                String known = texts.putIfAbsent(folder + "/" + uid, each.text());
                assertTrue(
                        known == null || known.equals(each.text()),
                        "one UID for two letters: " + folder + "/" + uid);
            });
            state.folders.put(folder, there);
        }
        return state;
    }

    private static NavigableMap<Integer, State.Lying> fetch(ImapPeer peer) throws IOException {
        NavigableMap<Integer, State.Lying> there = new TreeMap<>();
        for (String response : peer.ask("UID FETCH 1:* (UID FLAGS BODY.PEEK[])")) {
            Matcher fetched = FETCHED.matcher(response);
            if (fetched.matches()) {
                Set<String> flags = new TreeSet<>(List.of(fetched.group(2).split(" ", -1)));
                flags.remove("");
                flags.remove("\\Recent");
                there.put(
                        Integer.parseInt(fetched.group(1)),
                        new State.Lying(fetched.group(3), flags));
            }
        }
        return there;
    }

    /// What is there is what was acknowledged, with the command under way or without it.
    private static State compare(State before, @Nullable Act pending, State there, String where) {
        List<String> without = before.shown();
        if (!without.equals(there.shown()) && pending != null) {
            State with = before.copy();
            pending.effect().accept(with);
            assertEquals(with.shown(), there.shown(), where + ", " + pending.command());
        } else {
            String under = pending == null ? "no command under way" : pending.command();
            assertEquals(without, there.shown(), where + ", " + under);
        }
        return there;
    }
}
