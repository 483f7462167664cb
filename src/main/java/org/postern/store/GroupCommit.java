package org.postern.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Group commit: many threads hand items in and wait, one thread writes all that wait in one go and
/// syncs once. What an item is, and how it is written, it leaves to the writer.
///
/// The threads that wait do not take turns at writing, because an interrupt closes the file under
/// the thread that writes, and theirs may be interrupted.
///
/// @param <T> an item
public final class GroupCommit<T> implements AutoCloseable {
    /// Writes a batch, in order, and syncs it. It is called by one thread alone.
    @FunctionalInterface
    public interface Writer<T> {
        /// @throws IOException if not all of the batch is durable; nobody of it is told that it is
        void write(List<T> batch) throws IOException;
    }

    private final String name;
    private final Writer<T> writer;
    private final Thread thread;
    private final Object queue = new Object();
    private List<Waiting<T>> waiting = new ArrayList<>();
    private boolean closed;

    private record Waiting<T>(T item, CompletableFuture<Boolean> done) {}

    /// @param name of the thread, and of what is closed in messages for people
    public GroupCommit(String name, Writer<T> writer) {
        this.name = name;
        this.writer = writer;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::writeAll);
    }

    /// Hands an item in and does not wait for it. What was handed in before is written before it.
    ///
    /// @return completes when the item is written and synced, or with the reason why not; what
    ///   hangs on it runs on the writer's thread and must not wait
    public CompletableFuture<Boolean> begin(T item) {
        Waiting<T> mine = new Waiting<>(item, new CompletableFuture<>());
        synchronized (queue) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new IOException("the " + name + " is closed"));
            }
            waiting.add(mine);
            queue.notifyAll();
        }
        return mine.done();
    }

    /// Returns when the item is written and synced.
    ///
    /// @throws IOException if that failed, or this is closed
    public void commit(T item) throws IOException {
        try {
            begin(item).join();
        } catch (CompletionException e) {
            String reason =
                    Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse("bug");
            throw e.getCause() instanceof IOException cause
                    ? cause
                    : new IOException("the " + name + " failed: " + reason, e);
        }
    }

    /// Writes what waits, and ends.
    @Override
    public void close() {
        synchronized (queue) {
            closed = true;
            queue.notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeAll() {
        try {
            for (List<Waiting<T>> batch = take(); !batch.isEmpty(); batch = take()) {
                writeOrFail(batch);
            }
        } finally {
            // Whatever ended this thread: nobody may wait for it for ever.
            synchronized (queue) {
                closed = true;
                IOException ended = new IOException("the writer of the " + name + " has ended");
                waiting.forEach(each -> each.done().completeExceptionally(ended));
            }
        }
    }

    private void writeOrFail(List<Waiting<T>> batch) {
        try {
            List<T> items = new ArrayList<>(batch.size());
            batch.forEach(each -> items.add(each.item()));
            writer.write(items);
            batch.forEach(each -> each.done().complete(true));
        } catch (IOException | RuntimeException | Error e) {
            batch.forEach(each -> each.done().completeExceptionally(e));
            if (e instanceof Error error) {
                throw error;
            }
        }
    }

    /// What waits; empty when this is closed and nothing waits any more.
    private List<Waiting<T>> take() {
        synchronized (queue) {
            while (waiting.isEmpty() && !closed) {
                try {
                    queue.wait();
                } catch (InterruptedException e) {
                    // Nobody but this class has the thread, and this class ends it by `closed`.
                    throw new IllegalStateException("the " + name + " was interrupted", e);
                }
            }
            List<Waiting<T>> batch = waiting;
            waiting = new ArrayList<>();
            return batch;
        }
    }
}
