package org.postern.folder;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A reading knows whether its files stood still, and two readings whether they found the same.
class PrintsTest {
    private static final FileTime THEN = FileTime.fromMillis(1_000_000);

    @TempDir Path folder;

    private Path file;
    private final AtomicLong nanos = new AtomicLong(-5);
    private final Settling settling = new Settling(nanos::get);

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("list.txt");
        Files.writeString(file, "one");
    }

    @Test
    void aChangeWhileItIsReadIsSeen() throws IOException {
        Prints prints = new Prints();
        prints.begin(file);
        prints.took(file, Files.readAllBytes(file));
        assertTrue(prints.stand());
        Files.writeString(file, "one\ntwo");
        assertFalse(prints.stand());
    }

    @Test
    void aFileThatComesOrGoesIsAChange() throws IOException {
        Prints prints = new Prints();
        prints.begin(folder.resolve("other.txt"));
        assertTrue(prints.stand());
        Files.writeString(folder.resolve("other.txt"), "");
        assertFalse(prints.stand());
    }

    @Test
    void twoContentsOfOneFileInOneReadingAreAChange() throws IOException {
        Prints prints = new Prints();
        prints.begin(file);
        prints.took(file, Files.readAllBytes(file));
        Files.setLastModifiedTime(file, THEN);
        prints.begin(file);
        Files.setLastModifiedTime(file, THEN);
        assertFalse(prints.stand());
    }

    /// Some programs set the time of change as they like.
    @Test
    void otherOctetsUnderTheSameSizeAndTimeAreAnotherPrint() throws IOException {
        Files.setLastModifiedTime(file, THEN);
        Prints before = read();
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, THEN);
        assertNotEquals(before.all(), read().all());
    }

    @Test
    void whatStaysTheSameForLongEnoughHasSettled() throws IOException {
        assertFalse(look());
        pass(Settling.STILL.minusNanos(1));
        assertFalse(look());
        pass(Duration.ofNanos(1));
        assertTrue(look());
        assertTrue(look());
    }

    @Test
    void eachChangeBeginsAnew() throws IOException {
        assertFalse(look());
        pass(Settling.STILL);
        Files.writeString(file, "one\ntwo");
        assertFalse(look());
        pass(Settling.STILL.dividedBy(2));
        Files.writeString(file, "one\ntwo\nthree");
        assertFalse(look());
        pass(Settling.STILL.dividedBy(2));
        assertFalse(look());
        pass(Settling.STILL.dividedBy(2));
        assertTrue(look());
    }

    @Test
    void whatMovedWhileItWasReadBeginsAnew() throws IOException {
        assertFalse(look());
        pass(Settling.STILL);
        Prints torn = read();
        Files.writeString(file, "one\ntwo");
        assertFalse(settling.isSettled(torn));
        Files.writeString(file, "one");
        assertFalse(look());
    }

    private boolean look() throws IOException {
        return settling.isSettled(read());
    }

    private Prints read() throws IOException {
        Prints prints = new Prints();
        prints.begin(file);
        prints.took(file, Files.readAllBytes(file));
        return prints;
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
