package org.postern.outlining;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.mailbox.MessageKey;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;
import org.postern.vault.DataKey;

/// Keys of outlines: how many are in memory, and what becomes of those that are not.
class SealedOutlinesTest {
    private static final String ANNA = "anna@clinic.example";
    private static final MessageKey KEY = new MessageKey("%022d".formatted(1));

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-02T12:00:00Z"));

    /// However many people get mail; and what was sealed with a key that went opens with the one
    /// that is found again.
    @Test
    void onlySomeKeysAreInMemoryAndTheOthersAreFoundAgain() throws IOException {
        try (Database database = TestDatabase.open(new FileDisk(), home.resolve("db"), clock)) {
            SealedOutlines outlines = new SealedOutlines(database, TestVault.one());
            Content letter =
                    Content.of("Subject: one\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII));
            String sealed = outlines.ofNew(ANNA, KEY, letter).orElseThrow().line();
            DataKey before = outlines.key(ANNA);
            assertSame(before, outlines.key(ANNA));
            for (int i = 0; i < SealedOutlines.KEYS_MAX; i++) {
                outlines.key("person-" + i + "@clinic.example");
            }
            assertEquals(SealedOutlines.KEYS_MAX, outlines.kept());
            DataKey after = outlines.key(ANNA);
            assertNotSame(before, after);
            assertTrue(
                    SealedOutlines.open(after, KEY, sealed)
                            .orElseThrow()
                            .envelope()
                            .contains("one"));
            // Whoever still works with the one that went can go on.
            assertTrue(SealedOutlines.open(before, KEY, sealed).isPresent());
            assertEquals(SealedOutlines.KEYS_MAX, outlines.kept());
        }
    }
}
