package org.postern.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLayoutTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void anEventIsOneLine() {
        assertEquals(
                "2026-11-26T08:05:09.007Z INFO  Relay: taken\n".replace("\n", newline()),
                line("taken", null));
    }

    @Test
    void nothingInAMessageForgesALineOrTurnsTheText() {
        String line = line("a\r\n2026 b\tc\u001b[2Jd\u0085e\u2028f\u202Eg\u2066h é", null);
        assertTrue(line.endsWith(": a??2026 b?c?[2Jd?e?f?g?h é" + newline()), line);
    }

    @Test
    void aMessageIsCut() {
        String line = line("x".repeat(5_000), null);
        assertTrue(line.endsWith(" Relay: " + "x".repeat(1_000) + newline()), line);
    }

    @Test
    void aStackTraceBeginsOnTheSameLine() {
        Exception failure = new IllegalStateException("one\ntwo", new RuntimeException("why"));
        String line = line("it failed", failure);
        assertTrue(line.contains(" | java.lang.IllegalStateException: one | two | at "), line);
        assertTrue(line.contains(" | Caused by: java.lang.RuntimeException: why"), line);
        assertEquals(line.length() - newline().length(), line.indexOf(newline()));
        assertTrue(line.split(" \\| at ").length <= 26, line);
    }

    private String line(String message, @Nullable Throwable failure) {
        LogLayout layout = new LogLayout();
        layout.setContext(context);
        layout.start();
        LoggingEvent event =
                new LoggingEvent(
                        "",
                        context.getLogger("org.postern.relay.Relay"),
                        Level.INFO,
                        message,
                        failure,
                        null);
        event.setInstant(Instant.parse("2026-11-26T08:05:09.007Z"));
        return layout.doLayout(event);
    }

    private static String newline() {
        return System.lineSeparator();
    }
}
