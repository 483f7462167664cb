package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.ImapPeer;

/// A program that hears only of changes (RFC 7162) ends with the same folder as one that fetches
/// everything, whatever happens to the folder, and wherever the connection or the server stops.
///
/// `-Dimap.operations=100000` makes it long, `-Dimap.seed=N` another one.
class ImapSyncTest {
    private static final int OPERATIONS = Integer.getInteger("imap.operations", 600);
    private static final long SEED = Long.getLong("imap.seed", 7_162L);
    private static final String OWNER = "anna@clinic.example";
    private static final int MESSAGES_MAX = 20;
    private static final int RESTARTS_EVERY = 150;
    private static final List<String> FLAGS =
            List.of("\\Seen", "\\Flagged", "\\Deleted", "\\Answered", "Blue");
    private static final Pattern FETCH =
            Pattern.compile("\\* (\\d+) FETCH \\(UID (\\d+)(?: FLAGS \\(([^)]*)\\))?(.*)\\)\r\n");
    private static final Pattern MODSEQ = Pattern.compile(" MODSEQ \\((\\d+)\\)");
    private static final Pattern HIGHEST = Pattern.compile("(?s).*\\[HIGHESTMODSEQ (\\d+)].*");

    @TempDir Path home;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<MessageKey> keys = new ArrayList<>();

    private static ImapPeer login(ImapWorld world) throws IOException {
        ImapPeer fresh = world.peer();
        fresh.ask("LOGIN " + OWNER + " \"" + ImapWorld.SECRET + "\"");
        return fresh;
    }

    /// What a program knows of the folder, kept between its connections.
    private static final class Cache {
        private final NavigableMap<Integer, Set<String>> messages = new TreeMap<>();
        private final List<Integer> numbers = new ArrayList<>();
        private String validity = "";
        private long modseq;
        private int exists;
        private @Nullable ImapPeer peer;

        /// Opens the folder, with all that is known of it.
        void open(ImapWorld world, boolean byUids) throws IOException {
            ImapPeer fresh = login(world);
            fresh.ask("ENABLE QRESYNC");
            String among = byUids && !messages.isEmpty() ? " 1:" + messages.lastKey() : "";
            String known =
                    validity.isEmpty() ? "" : "(QRESYNC (" + validity + " " + modseq + among + "))";
            peer = fresh;
            List<String> said = new ArrayList<>();
            said.add(fresh.any(("SELECT INBOX " + known).strip(), said));
            // What is gone comes before what has changed, so that the numbers are right.
            exists = 0;
            said.stream().filter(it -> it.startsWith("* VANISHED")).forEach(this::learn);
            numbers.clear();
            numbers.addAll(messages.keySet());
            said.stream().filter(it -> !it.startsWith("* VANISHED")).forEach(this::learn);
            fetchNew();
        }

        /// Asks, and learns from whatever is said.
        void ask(String command) throws IOException {
            List<String> said = new ArrayList<>();
            if (peer == null) {
                throw new IllegalStateException("not connected");
            }
            String answer = peer.any(command, said);
            assertTrue(answer.startsWith("OK") || answer.startsWith("NO"), answer);
            said.add(answer);
            for (String line : said) {
                learn(line);
            }
        }

        private void learn(String line) {
            Matcher fetch = FETCH.matcher(line);
            Matcher highest = HIGHEST.matcher(line);
            if (fetch.matches()) {
                Matcher changed = MODSEQ.matcher(fetch.group(4));
                assertTrue(changed.find(), line);
                modseq = Math.max(modseq, Long.parseLong(changed.group(1)));
                int uid = Integer.parseInt(fetch.group(2));
                if (fetch.group(3) != null) {
                    messages.put(uid, flags(fetch.group(3)));
                }
                if (Integer.parseInt(fetch.group(1)) == numbers.size() + 1) {
                    numbers.add(uid);
                }
                assertEquals(uid, numbers.get(Integer.parseInt(fetch.group(1)) - 1), line);
            } else if (highest.matches()) {
                modseq = Long.parseLong(highest.group(1));
            } else if (line.contains("[UIDVALIDITY ")) {
                validity = line.replaceAll("(?s).*\\[UIDVALIDITY (\\d+)].*", "$1");
            } else if (line.startsWith("* VANISHED ")) {
                vanish(line.replace("(EARLIER) ", "").substring(11).strip());
            } else if (line.endsWith(" EXISTS\r\n")) {
                exists = Integer.parseInt(line.replaceAll("\\D", ""));
            }
        }

        private void vanish(String set) {
            for (String range : set.split(",", -1)) {
                String[] ends = range.split(":", -1);
                int last = Integer.parseInt(ends[ends.length - 1]);
                messages.subMap(Integer.parseInt(ends[0]), true, last, true).clear();
                numbers.removeIf(uid -> uid >= Integer.parseInt(ends[0]) && uid <= last);
            }
        }

        /// Messages of which it heard only that they exist. Before it has them, it must not rest on
        /// the mod-sequences of others.
        void fetchNew() throws IOException {
            while (exists > numbers.size()) {
                int next = numbers.isEmpty() ? 1 : numbers.getLast() + 1;
                exists = 0;
                ask("UID FETCH " + next + ":* (FLAGS MODSEQ)");
            }
        }

        void close() throws IOException {
            if (peer != null) {
                peer.close();
                peer = null;
            }
        }
    }

    private static Set<String> flags(String written) {
        Set<String> flags = new TreeSet<>(List.of(written.split(" ", -1)));
        flags.removeAll(List.of("\\Recent", ""));
        return flags;
    }

    private static Map<Integer, Set<String>> all(ImapPeer peer) throws IOException {
        Map<Integer, Set<String>> all = new TreeMap<>();
        peer.ask("EXAMINE INBOX");
        for (String line : peer.ask("UID FETCH 1:* FLAGS")) {
            Matcher fetch = FETCH.matcher(line);
            if (fetch.matches()) {
                all.put(Integer.valueOf(fetch.group(2)), flags(fetch.group(3)));
            }
        }
        return all;
    }

    @Test
    void whoHearsOnlyOfChangesKnowsEverything() throws IOException {
        List<Cache> caches = List.of(new Cache(), new Cache(), new Cache());
        int done = 0;
        while (done < OPERATIONS) {
            try (ImapWorld world = new ImapWorld(home);
                    ImapPeer other = login(world)) {
                other.ask("SELECT INBOX");
                for (int i = 0; i < RESTARTS_EVERY && done < OPERATIONS; i++, done++) {
                    String what = step(world, other);
                    Cache cache = caches.get(random.nextInt(caches.size()));
                    String how = hear(world, cache);
                    if (how.startsWith("sync")) {
                        assertEquals(
                                all(other).toString(),
                                cache.messages.toString(),
                                "operation %d of seed %d: %s, %s".formatted(done, SEED, what, how));
                        other.ask("SELECT INBOX");
                    }
                }
            }
            for (Cache each : caches) {
                each.close();
            }
        }
    }

    /// What one of the programs does.
    private String hear(ImapWorld world, Cache cache) throws IOException {
        int kind = random.nextInt(8);
        if (cache.peer == null || kind == 0) {
            cache.close();
            cache.open(world, random.nextBoolean());
            return "sync by opening";
        }
        switch (kind) {
            case 1 -> {
                cache.ask("NOOP");
                cache.fetchNew();
                return "sync by NOOP";
            }
            case 2 -> {
                cache.ask("UID FETCH 1:* FLAGS (CHANGEDSINCE " + cache.modseq + " VANISHED)");
                cache.fetchNew();
                return "sync by UID FETCH";
            }
            case 3, 4 -> {
                // It may not be told now of what is gone.
                int number = cache.numbers.isEmpty() ? 0 : 1 + random.nextInt(cache.numbers.size());
                if (number > 0 && number <= cache.messages.size()) {
                    cache.ask("STORE " + number + " +FLAGS (" + one(FLAGS) + ")");
                    cache.fetchNew();
                }
                return "a change by number";
            }
            case 5 -> {
                cache.ask("EXPUNGE");
                cache.fetchNew();
                return "sync by EXPUNGE";
            }
            case 6 -> {
                cache.close();
                return "gone";
            }
            default -> {
                return "silent";
            }
        }
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /// What happens to the folder meanwhile.
    private String step(ImapWorld world, ImapPeer other) throws IOException {
        List<Integer> uids = List.copyOf(all(other).keySet());
        other.ask("SELECT INBOX");
        int kind = uids.isEmpty() ? 0 : random.nextInt(9);
        String some =
                uids.stream()
                        .filter(_ -> random.nextInt(3) == 0)
                        .map(String::valueOf)
                        .collect(Collectors.joining(","));
        if (kind > 2 && some.isEmpty()) {
            return "nothing";
        }
        switch (kind) {
            case 0, 1 -> {
                if (uids.size() < MESSAGES_MAX) {
                    String letter = "Subject: one\r\n\r\nHello\r\n";
                    keys.add(world.store(OWNER, Direction.FROM_PATIENT, letter).key());
                }
                return "a letter comes";
            }
            case 2 -> {
                if (!keys.isEmpty() && random.nextInt(3) == 0) {
                    MessageKey key = keys.remove(random.nextInt(keys.size()));
                    world.mailbox.recall(key, world.clock.instant());
                }
                return "a letter is taken back";
            }
            case 3 -> other.ask("UID MOVE " + some + " Archive");
            case 4 -> other.ask("UID COPY " + some + " INBOX");
            case 5 -> other.ask("EXPUNGE");
            default -> {
                String sign = one(List.of("+", "-", ""));
                other.ask("UID STORE %s %sFLAGS (%s)".formatted(some, sign, one(FLAGS)));
            }
        }
        return "kind " + kind + " of " + some;
    }
}
