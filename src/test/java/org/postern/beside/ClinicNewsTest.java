package org.postern.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postern.entrance.UpstreamException;
import org.postern.mailfolder.MailFolder.LostException;
import org.postern.snapshot.Snapshot;

/// What is told to whoever listens while the clinic's server comes and goes.
class ClinicNewsTest {
    private final Semaphore told = new Semaphore(0);

    private static Snapshot snapshot(int messages) {
        int[] uids = new int[messages];
        for (int i = 0; i < messages; i++) {
            uids[i] = i + 1;
        }
        return new Snapshot(
                new Snapshot.Counters(7, messages + 1, 1, messages + 1),
                List.of(),
                uids,
                new long[messages],
                new long[messages]);
    }

    /// Looks that were told before, and the last of them for ever; then it is known that all were
    /// taken.
    private static final class Script implements News.Look {
        private final Queue<News.Look> looks;
        private final CountDownLatch taken = new CountDownLatch(1);

        Script(News.Look... looks) {
            this.looks = new ArrayDeque<>(List.of(looks));
        }

        @Override
        public Snapshot now() throws IOException {
            if (looks.size() > 1) {
                return looks.remove().now();
            }
            try {
                return looks.element().now();
            } finally {
                taken.countDown();
            }
        }
    }

    private void listening(Script script, int times) throws InterruptedException {
        News news = new News(script, Duration.ofMillis(1));
        news.listen(told::release);
        assertTrue(script.taken.await(10, TimeUnit.SECONDS));
        assertTrue(told.tryAcquire(times, 10, TimeUnit.SECONDS));
        news.end();
    }

    @Test
    void aServerThatComesBackIsHeard() throws InterruptedException {
        Snapshot one = snapshot(1);
        Snapshot two = snapshot(2);
        News.Look gone =
                () -> {
                    throw new UpstreamException("the clinic's server is not reached");
                };
        News.Look broken =
                () -> {
                    throw new IllegalStateException("a fault of ours");
                };
        listening(new Script(() -> one, () -> one, gone, broken, gone, () -> two), 2);
        assertEquals(0, told.availablePermits());
    }

    /// What came before the first look was told to nobody.
    @Test
    void theFirstLookIsNews() throws InterruptedException {
        Snapshot one = snapshot(1);
        listening(new Script(() -> one), 1);
    }

    /// It is told by whoever listens and looks.
    @Test
    void aFolderThatIsAnotherOneIsNews() throws InterruptedException {
        Snapshot one = snapshot(1);
        listening(
                new Script(
                        () -> one,
                        () -> {
                            throw new LostException();
                        }),
                2);
    }

    @Test
    void whoComesAgainIsTold() throws InterruptedException {
        Snapshot one = snapshot(1);
        News news = new News(() -> one, Duration.ofMinutes(1));
        for (int i = 0; i < 3; i++) {
            Runnable listener = told::release;
            news.listen(listener);
            assertTrue(told.tryAcquire(10, TimeUnit.SECONDS), "turn " + i);
            news.unlisten(listener);
        }
    }
}
