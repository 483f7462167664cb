package org.postern.torture;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.postern.auditor.Auditor;
import org.postern.auditor.Invariant;
import org.postern.auditor.RunFolder;
import org.postern.auditor.Verdicts;
import org.postern.cli.Console;
import org.postern.torture.PointRun.Cell;

/// The gateway ends at named points, in a process of its own, and is started again; the auditor
/// then finds every message where it belongs. `-Dkillpoints=all` goes through the whole table,
/// `-Dkillpoints=K03,K19` through some of it; otherwise a few points stand for the rest.
class KillPointTest {
    private static final Set<String> FEW = Set.of("K07", "K23", "K33");

    /// A cache of loaded classes takes a while to make, and saves a second in each life.
    private static final int TRAINED_FROM = 20;

    private static final Pattern TEST_NAME =
            Pattern.compile("\\b([A-Z]\\w*(Test|Story)|Torture)\\b");

    @TempDir Path home;

    @Test
    void everyPointHasAWayOrAReason() {
        for (KillPoint point : KillPoint.values()) {
            assertTrue(!point.reaches().isEmpty() && !point.meaning().isEmpty(), point.name());
        }
        assertEquals(34, KillPoint.values().length);
    }

    /// What is said to be tested elsewhere is tested there.
    @Test
    void anotherTestThatReachesAPointIsThere() throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests =
                    files.map(file -> file.getFileName().toString().replace(".java", ""))
                            .collect(Collectors.toSet());
        }
        int named = 0;
        for (KillPoint point : KillPoint.values()) {
            for (Reach reach : point.reaches()) {
                if (reach instanceof Reach.Elsewhere(String where)) {
                    List<String> names =
                            TEST_NAME.matcher(where).results().map(MatchResult::group).toList();
                    assertFalse(names.isEmpty(), point + " names no test: " + where);
                    assertTrue(tests.containsAll(names), point + " names no test: " + where);
                    named++;
                } else if (reach instanceof Reach.Absent(String why)) {
                    assertFalse(TEST_NAME.matcher(why).find(), point + " exists: " + why);
                }
            }
        }
        assertEquals(5, named);
    }

    @Test
    void theGatewayMayEndAtEveryPoint() throws IOException, InterruptedException {
        List<Cell> cells = chosen(System.getProperty("killpoints", "few"));
        List<Cell> missed = new ArrayList<>();
        RunFolder folder = new RunFolder(home.resolve("run"));
        boolean drained;
        try (PointRun run = new PointRun(folder, 3)) {
            if (cells.size() > TRAINED_FROM) {
                run.train();
            }
            for (Cell cell : cells) {
                if (!run.reach(cell)) {
                    missed.add(cell);
                }
            }
            drained = run.drain();
        }
        Verdicts verdicts = Auditor.audit(folder);
        report(cells, missed);
        verdicts.lines().forEach(Console.system()::line);
        List<Executable> all = new ArrayList<>();
        all.add(() -> assertEquals(List.of(), missed, "points that were not reached"));
        all.add(() -> assertTrue(drained, "mail was left waiting"));
        for (Invariant each : Invariant.values()) {
            all.add(() -> assertEquals(List.of(), verdicts.against(each), each.name()));
        }
        assertAll(all);
    }

    private static List<Cell> chosen(String words) {
        Set<String> names = words.equals("few") ? FEW : Set.of(words.split(","));
        Predicate<Cell> wanted =
                switch (words) {
                    case "all" -> _ -> true;
                    // Of a recovery the longest chain holds the shorter ones.
                    case "few" ->
                            cell ->
                                    names.contains(cell.point().name())
                                            && cell.occurrence()
                                                    == (cell.reach() instanceof Reach.Recovery r
                                                            ? r.times()
                                                            : 1);
                    default -> cell -> names.contains(cell.point().name());
                };
        return PointRun.cells().stream().filter(wanted).toList();
    }

    /// The coverage table.
    private static void report(List<Cell> cells, List<Cell> missed) {
        Console console = Console.system();
        for (KillPoint point : KillPoint.values()) {
            String how =
                    point.reaches().stream()
                            .map(reach -> word(reach, cells, missed))
                            .collect(Collectors.joining("; "));
            console.line("%s  %s: %s".formatted(point, point.meaning(), how));
        }
        console.line(
                "kill points: %d of %d cells reached"
                        .formatted(cells.size() - missed.size(), cells.size()));
    }

    private static String word(Reach reach, List<Cell> cells, List<Cell> missed) {
        return switch (reach) {
            case Reach.Elsewhere(String where) -> "in " + where;
            case Reach.Absent(String why) -> "does not exist: " + why;
            case Reach.Peer _, Reach.Io _, Reach.Reload _, Reach.Recovery _ -> {
                List<Cell> mine = cells.stream().filter(each -> each.reach() == reach).toList();
                long reached = mine.stream().filter(each -> !missed.contains(each)).count();
                yield mine.isEmpty() ? "not chosen" : reached + " of " + mine.size();
            }
        };
    }
}
