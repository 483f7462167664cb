package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares what people are shown with `src/test/resources/golden`. `-Dgolden=write` writes the
/// files anew, to be reviewed as a diff.
public final class Golden {
    private static final Path FOLDER = Path.of("src/test/resources/golden");

    private Golden() {}

    /// @param file below the folder
    /// @throws AssertionError if the text differs
    public static void assertSame(String file, String actual) throws IOException {
        Path golden = FOLDER.resolve(file);
        if ("write".equals(System.getProperty("golden"))) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, actual);
        }
        assertEquals(Files.readString(golden), actual, golden.toString());
    }
}
