package org.postern.texts;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads PDF files in processes of their own, so that one which takes all time or all memory takes
/// neither from the gateway: it ends with its process. A process is started when it is needed,
/// serves one file after the other, and ends by itself when there is nothing to do.
public final class PdfReaders {
    private static final Logger log = LoggerFactory.getLogger(PdfReaders.class);

    /// Processes that read PDF files at the same time, however many messages ask.
    private static final int PROCESSES_MAX = 2;

    private final Semaphore turns;
    private final Deque<PdfReader> idle = new ArrayDeque<>();

    /// @param atOnce messages that are looked through at the same time; of the processes, each with
    ///   some hundred MiB, there are two at most
    public PdfReaders(int atOnce) {
        this.turns = new Semaphore(Math.min(atOnce, PROCESSES_MAX));
    }

    /// Waits for its turn as long as the budget allows.
    FileTexts.Read read(byte[] pdf, Budget budget) {
        try {
            if (!turns.tryAcquire(budget.left().toMillis(), TimeUnit.MILLISECONDS)) {
                return PdfReader.NOTHING;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return PdfReader.NOTHING;
        }
        try {
            return inTurn(pdf, budget);
        } finally {
            turns.release();
        }
    }

    private FileTexts.Read inTurn(byte[] pdf, Budget budget) {
        Optional<PdfReader> waiting = waiting();
        if (waiting.isPresent()) {
            FileTexts.Read read = waiting.get().read(pdf, budget);
            if (waiting.get().isReady()) {
                putBack(waiting.get());
                return read;
            }
            if (waiting.get().wasAsked()) {
                return PdfReader.NOTHING;
            }
            // It had waited too long and was just ending.
        }
        if (budget.left().isZero()) {
            return PdfReader.NOTHING;
        }
        try {
            PdfReader reader = PdfReader.start();
            FileTexts.Read read = reader.read(pdf, budget);
            if (reader.isReady()) {
                putBack(reader);
            }
            return read;
        } catch (IOException e) {
            log.warn("no process for PDF files can be started, so they are not inspected", e);
            return PdfReader.NOTHING;
        }
    }

    /// One that has waited too long has ended.
    private Optional<PdfReader> waiting() {
        synchronized (idle) {
            idle.removeIf(reader -> !reader.isReady());
            return Optional.ofNullable(idle.poll());
        }
    }

    private void putBack(PdfReader reader) {
        synchronized (idle) {
            idle.push(reader);
        }
    }
}
