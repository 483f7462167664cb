package org.postern.texts;

import java.io.IOException;
import java.time.Duration;

/// What may be spent on the files of one message, and what is left of it. For one thread.
public final class Budget {
    private static final long MIB = 1 << 20;

    private final Limits limits;
    private final long end;
    private int entries;
    private long inflated;
    private long characters;

    /// @param octets of one file; a longer one is not read
    /// @param inflated octets that may come out of compressed ones, of all files together
    /// @param characters of text, of all files together
    /// @param entries of archives, of all files together
    /// @param pages of one PDF
    /// @param depth of elements inside each other
    /// @param time for all files together
    public record Limits(
            int octets,
            long inflated,
            int characters,
            int entries,
            int pages,
            int depth,
            Duration time) {
        /// Enough for a record of some hundred pages, and some seconds of one core at most.
        public static final Limits USUAL =
                new Limits(16 << 20, 64 * MIB, 4 << 20, 2_000, 500, 500, Duration.ofSeconds(20));
    }

    /// A limit was reached: the rest is not read.
    static final class Spent extends IOException {
        private static final long serialVersionUID = 1L;

        Spent(String what) {
            super(what);
        }
    }

    public Budget(Limits limits) {
        this.limits = limits;
        this.end = System.nanoTime() + limits.time().toNanos();
    }

    Limits limits() {
        return limits;
    }

    /// What is left of the time.
    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    void entry() throws Spent {
        if (++entries > limits.entries()) {
            throw new Spent("more than " + limits.entries() + " entries");
        }
        onTime();
    }

    void inflate(int octets) throws Spent {
        inflated += octets;
        if (inflated > limits.inflated()) {
            throw new Spent("more than " + limits.inflated() + " octets inflated");
        }
        onTime();
    }

    void write(int count) throws Spent {
        characters += count;
        if (characters > limits.characters()) {
            throw new Spent("more than " + limits.characters() + " characters");
        }
    }

    /// Characters that may still be written.
    int room() {
        return (int) Math.max(0, limits.characters() - characters);
    }

    private void onTime() throws Spent {
        if (System.nanoTime() - end > 0) {
            throw new Spent("more than " + limits.time().toSeconds() + " s");
        }
    }
}
