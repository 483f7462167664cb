package org.postern.talk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/// How far a command is, told while it runs: RFC 9585 §4, at most once in each `INTERVAL`.
///
/// Lines are written beside the command's thread, because a client that does not read must not hold
/// up what others wait for. Whoever runs the command writes nothing until `close` has returned. One
/// thread at a time may call it.
public final class Progress implements AutoCloseable {
    /// From the beginning of the command to the first line, and between two lines; RFC 9585 §4
    /// recommends 10 to 15 seconds.
    public static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Conversation out;
    private final LongSupplier clock;
    private final String tag;
    private final long goal;
    private long told;
    private long before;
    private CompletableFuture<Void> written = CompletableFuture.allOf();

    /// @param clock in nanoseconds, from wherever
    /// @param tag of the command
    /// @param goal messages that are looked at in all
    public Progress(Conversation out, LongSupplier clock, String tag, long goal) {
        this.out = out;
        this.clock = clock;
        // Nothing in a tag must be escaped (RFC 3501 §9); one with a bracket is not told: RFC 9585
        // §4.
        this.tag = tag.indexOf(']') >= 0 ? "NIL" : '"' + tag + '"';
        this.goal = goal;
        this.told = clock.getAsLong();
    }

    /// Tells of it if it is time.
    ///
    /// @param done messages that were looked at; RFC 9585 §4 wants it below the goal
    public void at(long done) {
        long now = clock.getAsLong();
        long all = before + done;
        if (now - told < INTERVAL.toNanos() || all >= goal) {
            return;
        }
        told = now;
        tell("* OK [INPROGRESS (%s %d %d)] still at it".formatted(tag, all, goal));
    }

    /// Tells that the command has not begun yet, because others are at it; how often is up to the
    /// caller. RFC 9585 §4: neither what is done nor the goal has to be known.
    public void waiting() {
        told = clock.getAsLong();
        tell("* OK [INPROGRESS (%s NIL NIL)] waiting for its turn".formatted(tag));
    }

    /// What is counted from here on comes on top of what was counted until now.
    ///
    /// @param done messages that were looked at until now
    public void after(long done) {
        before += done;
    }

    private void tell(String line) {
        written = written.thenRunAsync(() -> write(line), Thread::startVirtualThread);
    }

    private void write(String line) {
        try {
            out.write(line + "\r\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits until everything is written, for which each write has its deadline.
    ///
    /// @throws IOException if the client does not take it
    @Override
    public void close() throws IOException {
        try {
            written.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UncheckedIOException lost) {
                throw lost.getCause();
            }
            throw new IllegalStateException("a line of progress could not be made", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("a command was interrupted");
        }
    }
}
