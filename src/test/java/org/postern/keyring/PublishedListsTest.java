package org.postern.keyring;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How often lists are looked at that cannot be read.
class PublishedListsTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final int ASKED = 500;

    @TempDir Path folder;

    @Test
    void muchMailDoesNotReadEverythingEachTime() throws Exception {
        Files.createDirectory(folder.resolve("authority-1.crl"));
        AtomicInteger looks = new AtomicInteger();
        PublishedLists lists =
                new PublishedLists(
                        folder,
                        () -> {
                            looks.incrementAndGet();
                            return List.of();
                        });
        long begun = System.nanoTime();
        for (int i = 0; i < ASKED; i++) {
            assertThrows(BookLostException.class, () -> lists.at(NOON));
        }
        long periods = (System.nanoTime() - begun) / PublishedLists.AGAIN.toNanos();
        assertTrue(looks.get() <= periods + 2, looks + " looks in " + periods + " periods");
    }
}
