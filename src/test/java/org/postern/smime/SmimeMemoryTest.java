package org.postern.smime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A message larger than the heap is encrypted and opened.
final class SmimeMemoryTest {
    @TempDir Path folder;

    @Test
    void theHeapIsSmallerThanTheMessage() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process =
                new ProcessBuilder(
                                java,
                                "-Xmx24m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SmimeSpeed.class.getName(),
                                "memory",
                                folder.toString(),
                                Integer.toString(100 * 1_000_000))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
