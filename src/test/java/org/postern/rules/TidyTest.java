package org.postern.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Reads the source tree and fails on what a reviewer should not have to look for. `Tidiness` holds
/// the rules; this class holds their own tests, and runs them over the tree.
class TidyTest {
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TESTS = Path.of("src/test/java");

    @Test
    void theProductIsTidy() throws IOException {
        assertEquals(List.of(), findings(MAIN, Tidiness.forProduct()));
    }

    @Test
    void theTestsAreTidy() throws IOException {
        assertEquals(List.of(), findings(TESTS, Tidiness.forTests()));
    }

    @Test
    void packagesStaySmall() throws IOException {
        try (Stream<Path> folders = Files.walk(MAIN).filter(Files::isDirectory)) {
            List<String> crowded =
                    folders.filter(folder -> javaFiles(folder) > Tidiness.PACKAGE_FILES_MAX)
                            .map(Path::toString)
                            .toList();
            assertEquals(List.of(), crowded, "packages with too many files");
        }
    }

    @Test
    void aLongFileIsFound() {
        String source = "class A {}\n".repeat(Tidiness.FILE_LINES_MAX + 1);
        found("A.java: 401 lines", source);
    }

    @Test
    void aLongLineIsFound() {
        found("A.java:1: line of 101 characters", "x".repeat(101) + "\n");
    }

    @Test
    void aLongMethodIsFound() {
        String body = "        step();\n".repeat(Tidiness.METHOD_LINES_MAX);
        found(
                "A.java:2: method of 62 lines",
                "class A {\n    void run() {\n" + body + "    }\n}\n");
        notFound("class A {\n    void run() {\n        step();\n    }\n}\n");
    }

    @Test
    void tooManyParametersAreFound() {
        found(
                "A.java:2: 5 parameters",
                "class A {\n    void run(int a, int b, int c, int d, int e) {\n    }\n}\n");
        found(
                "A.java:2: 5 parameters",
                """
                class A {
                    void run(
                            int a, Map<A, B> b, int c,
                            int d, int e) {
                    }
                }
                """);
        notFound("class A {\n    void run(int a, Map<A, B> b, Map<C, D> c, int d) {\n    }\n}\n");
        notFound("class A {\n    A(int a, int b, int c, int d, int e) {\n    }\n}\n");
        found(
                "A.java:2: 9 parameters",
                "class A {\n    A(int a, int b, int c, int d, int e, int f, int g, int h, int i)"
                        + " {\n    }\n}\n");
    }

    @Test
    void bannedWordsAreFound() {
        String dot = ".";
        found("A.java:1: System.out", "System" + dot + "out.println();\n");
        found("A.java:1: Thread.sleep", "Thread" + dot + "sleep(1);\n");
        found("A.java:1: Instant.now()", "Instant" + dot + "now();\n");
        found("A.java:1: new Random(", "new " + "Random();\n");
        found("A.java:1: printStackTrace", "e.print" + "StackTrace();\n");
        found("A.java:1: catch (Exception", "} catch " + "(Exception e) {\n");
        found("A.java:1: FIXME", "// FIX" + "ME\n");
        found("A.java:1: TODO", "// TO" + "DO later\n");
        notFound("// TO" + "DO(#7): once the queue is paged\n");
    }

    @Test
    void namesThatSayNothingAreFound() {
        found("A.java:1: a name ending in Util", "final class Mail" + "Util {\n");
        found("A.java:1: a name ending in Manager", "record Queue" + "Manager() {\n");
        found("A.java:1: a name beginning with Abstract", "class Abstract" + "Store {\n");
        notFound("final class Utility {}\n");
    }

    private static void found(String finding, String source) {
        List<String> findings = Tidiness.forProduct().findings("A.java", source);
        assertEquals(List.of(finding), findings.stream().filter(finding::equals).toList());
    }

    private static void notFound(String source) {
        assertEquals(List.of(), Tidiness.forProduct().findings("A.java", source));
    }

    private static List<String> findings(Path tree, Tidiness tidiness) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    // The rules themselves name what they ban.
                    .filter(file -> !file.startsWith(TESTS.resolve("org/postern/rules")))
                    .sorted()
                    .flatMap(file -> tidiness.findings(file.toString(), read(file)).stream())
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long javaFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
