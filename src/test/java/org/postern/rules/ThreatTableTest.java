package org.postern.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The threat table of `src/docs/pickup.md` names a test for each threat, and each of them exists.
class ThreatTableTest {
    private static final Path DOCUMENT = Path.of("src/docs/pickup.md");
    private static final Path TESTS = Path.of("src/test/java");
    private static final int THREATS = 36;

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (T\\d+) \\|[^|]*\\|(.*)\\|$");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)\\.(\\w+)`");

    @Test
    void everyThreatHasATestThatExists() throws IOException {
        Map<String, String> sources = sources();
        Map<String, Integer> named = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(DOCUMENT));
        while (row.find()) {
            Matcher test = NAMED.matcher(row.group(2));
            int count = 0;
            while (test.find()) {
                count++;
                String source = sources.getOrDefault(test.group(1) + ".java", "");
                if (!Pattern.compile("\\bvoid " + test.group(2) + "\\(").matcher(source).find()) {
                    missing.add(row.group(1) + ": " + test.group());
                }
            }
            boolean open = row.group(2).contains("**open**");
            assertTrue(count > 0 || open, row.group(1) + " names no test and is not called open");
            named.merge(row.group(1), 1, Integer::sum);
        }
        assertEquals(List.of(), missing);
        Map<String, Integer> all =
                IntStream.rangeClosed(1, THREATS)
                        .boxed()
                        .collect(Collectors.toMap(n -> "T" + n, _ -> 1));
        assertEquals(new TreeMap<>(all), named, "each threat has one row");
    }

    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            Map<String, String> sources = new TreeMap<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                sources.put(file.getFileName().toString(), Files.readString(file));
            }
            return sources;
        }
    }
}
