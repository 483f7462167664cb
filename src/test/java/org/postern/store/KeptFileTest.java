package org.postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The lists of people that IT writes are followed while mail flows.
final class KeptFileTest {
    @TempDir Path home;
    private final AtomicInteger readings = new AtomicInteger();

    @Test
    void itIsReadAgainWhenItHasChangedAndNotElse() throws IOException {
        Path file = Files.writeString(home.resolve("list"), "one");
        KeptFile<String> kept = new KeptFile<>(file, this::read);

        assertEquals("one", kept.current());
        assertEquals("one", kept.current());
        assertEquals(1, readings.get());

        Files.writeString(file, "another");
        assertEquals("another", kept.current());
        assertEquals(2, readings.get());
    }

    @Test
    void aBadChangeIsTriedOnceAndWhatWasSaidBeforeStays() throws IOException {
        Path file = Files.writeString(home.resolve("list"), "one");
        KeptFile<String> kept = new KeptFile<>(file, this::read);

        Files.writeString(file, "bad edit");
        assertEquals("one", kept.current());
        assertEquals("one", kept.current());
        assertEquals(2, readings.get());

        Files.writeString(file, "mended");
        assertEquals("mended", kept.current());
    }

    @Test
    void aFileThatIsGoneKeepsWhatItSaidAndIsReadWhenItComesBack() throws IOException {
        Path file = Files.writeString(home.resolve("list"), "one");
        KeptFile<String> kept = new KeptFile<>(file, this::read);

        Files.delete(file);
        assertEquals("one", kept.current());
        Files.writeString(file, "back again");
        assertEquals("back again", kept.current());
    }

    @Test
    void aFileThatCannotBeOpenedIsTriedAgainWithoutAChange() throws IOException {
        Path file = Files.writeString(home.resolve("list"), "one");
        boolean[] closed = {false};
        KeptFile<String> kept =
                new KeptFile<>(
                        file,
                        path -> {
                            if (closed[0]) {
                                throw new AccessDeniedException(path.toString());
                            }
                            return read(path);
                        },
                        Duration.ZERO);

        closed[0] = true;
        Files.writeString(file, "for others");
        assertEquals("one", kept.current());
        closed[0] = false;
        assertEquals("for others", kept.current());
    }

    @Test
    void whatIsReadWhileSomebodyWritesDoesNotCount() throws IOException {
        Path file = Files.writeString(home.resolve("list"), "one");
        boolean[] gone = {false};
        KeptFile<String> kept =
                new KeptFile<>(
                        file,
                        path -> {
                            if (gone[0]) {
                                gone[0] = false;
                                Files.delete(path);
                                return "nobody";
                            }
                            return read(path);
                        });

        gone[0] = true;
        Files.writeString(file, "edited");
        assertEquals("one", kept.current());
        assertEquals("one", kept.current());
        Files.writeString(file, "back again");
        assertEquals("back again", kept.current());
    }

    @Test
    void whatTheFirstReaderCannotReadIsNotOpened() {
        assertThrows(IOException.class, () -> new KeptFile<>(home.resolve("list"), this::read));
    }

    @Test
    void nobodyWaitsForTheOneWhoReads() throws Exception {
        Path file = Files.writeString(home.resolve("list"), "one");
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch enough = new CountDownLatch(1);
        KeptFile<String> kept =
                new KeptFile<>(
                        file,
                        path -> {
                            String said = read(path);
                            if (said.equals("slow disk")) {
                                reading.countDown();
                                await(enough);
                            }
                            return said;
                        });
        Files.writeString(file, "slow disk");

        try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> reader = others.submit(kept::current);
            assertTrue(reading.await(20, TimeUnit.SECONDS));
            assertEquals("one", others.submit(kept::current).get(20, TimeUnit.SECONDS));
            enough.countDown();
            assertEquals("slow disk", reader.get(20, TimeUnit.SECONDS));
        }
    }

    private String read(Path file) throws IOException {
        readings.incrementAndGet();
        String said = Files.readString(file);
        if (said.equals("bad edit")) {
            throw new IOException(file + ":1: this is no list");
        }
        return said;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("nobody let the reader go on");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
