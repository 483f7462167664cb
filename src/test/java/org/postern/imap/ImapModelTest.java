package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/// I07: two people do at random whatever a mail program can do with folders, while letters come and
/// are taken back, and the server is started anew now and then. A second program of each sees what
/// a simple model in memory says, and nothing of the other one's.
///
/// `-Dimap.operations=100000` makes it long, `-Dimap.seed=N` another one.
class ImapModelTest {
    private static final int OPERATIONS = Integer.getInteger("imap.operations", 1_000);
    private static final long SEED = Long.getLong("imap.seed", 20_260_302L);
    private static final int RESTARTS_EVERY = 1_000;
    private static final int MESSAGES_MAX = 12;

    private static final List<String> NAMES =
            List.of("Work", "Work/a", "Work/b", "Work/b/c", "Play", "Play/x");
    private static final List<String> EVERYBODYS =
            List.of("INBOX", "Sent", "Drafts", "Archive", "Trash");
    private static final List<String> FLAGS =
            List.of("\\Seen", "\\Flagged", "\\Deleted", "Blue", "Green");
    private static final Pattern FETCHED =
            Pattern.compile(
                    "(?s)\\* \\d+ FETCH \\(UID (\\d+) FLAGS \\(([^)]*)\\) .*\r\n\r\n(.*)\\)\r\n");

    @TempDir Path home;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private int letters;

    /// A letter in a folder.
    private record Lying(int uid, String text, TreeSet<String> flags) {
        String shown() {
            return uid + " " + flags + " " + text;
        }
    }

    private static final class ModelFolder {
        final List<Lying> lying = new ArrayList<>();
        int next = 1;

        void add(String text, Set<String> flags) {
            lying.add(new Lying(next++, text, new TreeSet<>(flags)));
        }
    }

    /// One person: what she should see, and the program that she works with.
    private static final class Person {
        final String name;
        final TreeMap<String, ModelFolder> folders = new TreeMap<>();

        /// Names that she subscribed to, whether or not there is a folder of them.
        final TreeSet<String> subscribed = new TreeSet<>(EVERYBODYS);

        final Map<String, MessageKey> keys = new TreeMap<>();
        String selected = "INBOX";
        private @Nullable ImapPeer peer;
        private @Nullable ImapPeer checker;

        Person(String name) {
            this.name = name;
            EVERYBODYS.forEach(each -> folders.put(each, new ModelFolder()));
        }

        String address() {
            return name + "@clinic.example";
        }

        void connect(ImapWorld world) throws IOException {
            peer = login(world);
            checker = login(world);
            peer().ask("SELECT " + selected);
        }

        private ImapPeer login(ImapWorld world) throws IOException {
            ImapPeer fresh = world.peer();
            fresh.ask("LOGIN " + address() + " \"" + ImapWorld.SECRET + "\"");
            return fresh;
        }

        void disconnect() throws IOException {
            peer().close();
            checker().close();
        }

        /// What she works with.
        ImapPeer peer() {
            return Objects.requireNonNull(peer);
        }

        /// What only looks.
        ImapPeer checker() {
            return Objects.requireNonNull(checker);
        }

        ModelFolder folder(String folder) {
            return Objects.requireNonNull(folders.get(folder));
        }

        ModelFolder here() {
            return folder(selected);
        }

        List<String> below(String folder) {
            return folders.keySet().stream().filter(it -> it.startsWith(folder + "/")).toList();
        }
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    @Test
    void everybodySeesHerOwnAndWhatTheModelSays() throws IOException {
        List<Person> people = List.of(new Person("anna"), new Person("sam"));
        int done = 0;
        while (done < OPERATIONS) {
            try (ImapWorld world = new ImapWorld(home)) {
                for (Person each : people) {
                    each.connect(world);
                    checkAll(each);
                }
                for (int i = 0; i < RESTARTS_EVERY && done < OPERATIONS; i++, done++) {
                    Person person = one(people);
                    String what = step(world, person);
                    try {
                        if (random.nextInt(4) == 0) {
                            check(person, person.selected);
                        }
                        if (random.nextInt(100) == 0) {
                            checkAll(person);
                        }
                    } catch (AssertionError e) {
                        throw new AssertionError(
                                "operation %d of seed %d: %s: %s"
                                        .formatted(done, SEED, what, e.getMessage()),
                                e);
                    }
                }
                for (Person each : people) {
                    checkAll(each);
                    each.disconnect();
                }
            }
        }
    }

    private String step(ImapWorld world, Person person) throws IOException {
        return switch (random.nextInt(12)) {
            case 0 -> arrive(world, person);
            case 1 -> takeBack(world, person);
            case 2 -> select(person);
            case 3, 4 -> append(person);
            case 5, 6, 7 -> flag(person);
            case 8 -> copy(person, false);
            case 9 -> copy(person, true);
            case 10 -> expunge(person);
            default -> alter(person);
        };
    }

    private String text(Person person) {
        return person.name + " writes " + letters++;
    }

    private static String letter(String text) {
        return "Subject: one\r\n\r\n" + text;
    }

    private String arrive(ImapWorld world, Person person) throws IOException {
        boolean sent = random.nextBoolean();
        String text = text(person);
        Direction direction = sent ? Direction.TO_PATIENT : Direction.FROM_PATIENT;
        person.keys.put(text, world.store(person.address(), direction, letter(text)).key());
        String folder = sent ? "Sent" : "INBOX";
        // UIDs are given at the next look.
        person.peer().ask("STATUS " + folder + " (MESSAGES)");
        person.folder(folder).add(text, sent ? flags("\\Seen", WAITING) : flags());
        return "a letter comes to " + folder;
    }

    private static final String WAITING = "$Waiting";

    private static Set<String> flags(String... names) {
        return new TreeSet<>(List.of(names));
    }

    private String takeBack(ImapWorld world, Person person) throws IOException {
        if (person.keys.isEmpty()) {
            return "nothing";
        }
        String text = one(List.copyOf(person.keys.keySet()));
        MessageKey key = Objects.requireNonNull(person.keys.remove(text));
        world.mailbox.recall(key, world.clock.instant());
        person.folders.values().forEach(it -> it.lying.removeIf(each -> each.text().equals(text)));
        for (String folder : person.folders.keySet()) {
            person.peer().ask("STATUS " + folder + " (MESSAGES)");
        }
        return "a letter is taken back";
    }

    private String select(Person person) throws IOException {
        person.selected = one(List.copyOf(person.folders.keySet()));
        person.peer().ask("SELECT " + person.selected);
        return "SELECT " + person.selected;
    }

    private String append(Person person) throws IOException {
        String folder = one(List.copyOf(person.folders.keySet()));
        ModelFolder there = person.folder(folder);
        if (there.lying.size() >= MESSAGES_MAX) {
            return "nothing";
        }
        String text = text(person);
        TreeSet<String> flags = new TreeSet<>(List.of(one(FLAGS)));
        String octets = letter(text);
        String plus = random.nextBoolean() ? "+" : "";
        String begin =
                "APPEND %s (%s) {%d%s}".formatted(folder, flags.first(), octets.length(), plus);
        List<String> said = new ArrayList<>();
        String answer;
        if (plus.isEmpty()) {
            person.peer().send("ap " + begin + "\r\n");
            assertEquals("+ OK\r\n", person.peer().response());
            person.peer().send(octets + "\r\n");
            do {
                answer = person.peer().response();
            } while (!answer.startsWith("ap "));
            answer = answer.substring(3);
        } else {
            answer = person.peer().any(begin + "\r\n" + octets, said);
        }
        assertTrue(answer.matches("(?s)OK \\[APPENDUID \\d+ " + there.next + "\\] .*"), answer);
        there.add(text, flags);
        return begin;
    }

    private List<Lying> some(ModelFolder folder) {
        return folder.lying.stream().filter(_ -> random.nextInt(3) == 0).toList();
    }

    private static String set(List<Lying> some) {
        return some.stream().map(it -> String.valueOf(it.uid())).collect(Collectors.joining(","));
    }

    private String flag(Person person) throws IOException {
        List<Lying> some = some(person.here());
        if (some.isEmpty()) {
            return "nothing";
        }
        String flag = one(FLAGS);
        String sign = one(List.of("+", "-", ""));
        String command = "UID STORE %s %sFLAGS (%s)".formatted(set(some), sign, flag);
        person.peer().ask(command);
        for (Lying each : some) {
            if (sign.isEmpty()) {
                // That one is the server's.
                each.flags().removeIf(it -> !it.equals(WAITING));
            }
            if (sign.equals("-")) {
                each.flags().remove(flag);
            } else {
                each.flags().add(flag);
            }
        }
        return command;
    }

    private String copy(Person person, boolean moving) throws IOException {
        List<Lying> some = some(person.here());
        String folder = one(List.copyOf(person.folders.keySet()));
        ModelFolder there = person.folder(folder);
        if (some.isEmpty() || there.lying.size() + some.size() > MESSAGES_MAX) {
            return "nothing";
        }
        String command = "UID %s %s %s".formatted(moving ? "MOVE" : "COPY", set(some), folder);
        person.peer().ask(command);
        if (moving) {
            person.here().lying.removeAll(some);
        }
        some.forEach(each -> there.add(each.text(), each.flags()));
        return command;
    }

    private String expunge(Person person) throws IOException {
        person.peer().ask("EXPUNGE");
        person.here().lying.removeIf(each -> each.flags().contains("\\Deleted"));
        return "EXPUNGE";
    }

    private String alter(Person person) throws IOException {
        String name = one(NAMES);
        return switch (random.nextInt(5)) {
            case 0 -> create(person, name);
            case 1 -> delete(person, name);
            case 2 -> subscribe(person, name);
            case 3 -> unsubscribe(person, name);
            default -> rename(person, name, one(NAMES));
        };
    }

    private static String subscribe(Person person, String name) throws IOException {
        boolean good = person.folders.containsKey(name) || person.subscribed.contains(name);
        said(person, "SUBSCRIBE " + name, good);
        if (good) {
            person.subscribed.add(name);
        }
        return "SUBSCRIBE " + name;
    }

    private static String unsubscribe(Person person, String name) throws IOException {
        boolean good = person.subscribed.remove(name) || person.folders.containsKey(name);
        said(person, "UNSUBSCRIBE " + name, good);
        return "UNSUBSCRIBE " + name;
    }

    private static void said(Person person, String command, boolean good) throws IOException {
        String answer = person.peer().any(command, new ArrayList<>());
        assertTrue(answer.startsWith(good ? "OK " : "NO ["), command + ": " + answer);
    }

    private static void makeAbove(Person person, String name) {
        for (int at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
            person.folders.computeIfAbsent(name.substring(0, at), _ -> new ModelFolder());
        }
    }

    private static String create(Person person, String name) throws IOException {
        boolean good = !person.folders.containsKey(name);
        said(person, "CREATE " + name, good);
        if (good) {
            makeAbove(person, name);
            person.folders.put(name, new ModelFolder());
        }
        return "CREATE " + name;
    }

    private static String delete(Person person, String name) throws IOException {
        boolean good = person.folders.containsKey(name) && person.below(name).isEmpty();
        said(person, "DELETE " + name, good);
        if (good) {
            person.folders.remove(name);
            if (person.selected.equals(name)) {
                person.selected = "INBOX";
                person.peer().ask("SELECT INBOX");
            }
        }
        return "DELETE " + name;
    }

    private static String rename(Person person, String from, String to) throws IOException {
        boolean good =
                person.folders.containsKey(from)
                        && !person.folders.containsKey(to)
                        && !to.startsWith(from + "/");
        said(person, "RENAME " + from + " " + to, good);
        if (good) {
            List<String> moved = new ArrayList<>(person.below(from));
            moved.add(from);
            TreeMap<String, ModelFolder> after = new TreeMap<>();
            for (String each : moved) {
                after.put(to + each.substring(from.length()), person.folder(each));
                person.folders.remove(each);
            }
            makeAbove(person, to);
            person.folders.putAll(after);
            if (moved.contains(person.selected)) {
                person.selected = to + person.selected.substring(from.length());
            }
        }
        return "RENAME " + from + " " + to;
    }

    private static List<String> listed(Person person, String command) throws IOException {
        List<String> names = new ArrayList<>();
        for (String line : person.checker().ask(command)) {
            // Beside it, what has changed in the folder that was looked at last.
            if (line.matches("(?s)\\* L(IST|SUB) .*")) {
                String absent =
                        line.contains("\\NonExistent") || line.contains("\\Noselect") ? "-" : "";
                names.add(line.strip().replaceFirst(".* ", "") + absent);
            }
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    private static void checkAll(Person person) throws IOException {
        List<String> names = listed(person, "LIST \"\" *");
        assertEquals(List.copyOf(person.folders.keySet()), names);
        List<String> subscribed =
                person.subscribed.stream()
                        .map(it -> it + (person.folders.containsKey(it) ? "" : "-"))
                        .sorted()
                        .toList();
        assertEquals(subscribed, listed(person, "LIST (SUBSCRIBED) \"\" *"));
        assertEquals(subscribed, listed(person, "LSUB \"\" *"));
        for (String folder : names) {
            check(person, folder);
        }
    }

    private static void check(Person person, String folder) throws IOException {
        person.checker().ask("EXAMINE " + folder);
        List<String> seen = new ArrayList<>();
        for (String line : person.checker().ask("UID FETCH 1:* (FLAGS BODY.PEEK[])")) {
            Matcher fetched = FETCHED.matcher(line);
            assertTrue(fetched.matches(), line);
            TreeSet<String> flags = new TreeSet<>(List.of(fetched.group(2).split(" ")));
            flags.removeAll(List.of("\\Recent", ""));
            boolean hers = fetched.group(3).startsWith(person.name + " writes ");
            assertTrue(hers, "a letter of somebody else");
            seen.add(fetched.group(1) + " " + flags + " " + fetched.group(3));
        }
        ModelFolder model = person.folder(folder);
        assertEquals(
                String.join("\n", model.lying.stream().map(Lying::shown).toList()),
                String.join("\n", seen),
                folder);
        List<String> status = person.checker().ask("STATUS " + folder + " (UIDNEXT)");
        String wanted = "* STATUS %s (UIDNEXT %d)\r\n".formatted(folder, model.next);
        assertTrue(status.contains(wanted), status.toString());
    }
}
