package org.postern.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.postern.store.Disk;

/// Walks one segment along its chain. What a fault means it leaves to who asked.
final class SegmentCheck {
    private final Disk disk;
    private final AuditChain chain;

    SegmentCheck(Disk disk, AuditChain chain) {
        this.disk = disk;
        this.chain = chain;
    }

    sealed interface Walk {
        /// Every line follows the one before.
        ///
        /// @param end the last entry, or where the walk began if there is none
        record Whole(Anchor end) implements Walk {}

        /// The same, but behind the last line end there are octets of a line that has none.
        ///
        /// @param octets the length of the good part
        record Torn(Anchor end, long octets, long line) implements Walk {}

        /// @param end the last entry before it
        /// @param octets the length of the good part
        /// @param line counted from 1
        record Wrong(Anchor end, long octets, long line, String why) implements Walk {}
    }

    /// Is told of every good entry.
    @FunctionalInterface
    interface Seen {
        /// @param octet of the segment at which the line begins
        void entry(Anchor anchor, String line, long octet);
    }

    /// @param seen told of every good entry
    Walk walk(Path segment, Anchor from, Seen seen) throws IOException {
        Anchor at = from;
        long octets = 0;
        long number = 1;
        try (LineReader lines = new LineReader(disk, segment)) {
            for (Optional<LineReader.Line> next = lines.next();
                    next.isPresent();
                    next = lines.next()) {
                LineReader.Line line = next.get();
                if (!line.ended()) {
                    return line.text().length() < LineReader.LINE_OCTETS_MAX
                            ? new Walk.Torn(at, octets, number)
                            : new Walk.Wrong(at, octets, number, "this line does not end");
                }
                Optional<Anchor> claim = AuditChain.claimed(line.text());
                if (claim.isEmpty() || !chain.follows(at, line.text(), claim.get())) {
                    return new Walk.Wrong(at, octets, number, why(at, claim));
                }
                at = claim.get();
                seen.entry(at, line.text(), octets);
                octets += line.text().length() + 1L;
                number++;
            }
        }
        return new Walk.Whole(at);
    }

    /// The last entry that a segment claims to have, unchecked; `from` if it is empty.
    Anchor claimedEnd(Path segment, Anchor from) throws IOException {
        try (LineReader lines = new LineReader(disk, segment)) {
            // The last line as a whole, and what is before it in as many octets.
            lines.seek(Math.max(0, lines.size() - 2L * LineReader.LINE_OCTETS_MAX));
            Anchor near = lastClaim(lines, from);
            if (!near.equals(from)) {
                return near;
            }
            lines.seek(0);
            return lastClaim(lines, from);
        }
    }

    private static Anchor lastClaim(LineReader lines, Anchor from) throws IOException {
        Anchor at = from;
        for (Optional<LineReader.Line> next = lines.next(); next.isPresent(); next = lines.next()) {
            at = AuditChain.claimed(next.get().text()).orElse(at);
        }
        return at;
    }

    private static String why(Anchor at, Optional<Anchor> claim) {
        long expected = at.seq() + 1;
        if (claim.isEmpty()) {
            return "this is no entry; entry " + expected + " was expected";
        }
        long seq = claim.get().seq();
        return seq == expected
                ? "entry %d was changed, or the one before it was".formatted(seq)
                : "entry %d stands where entry %d was expected".formatted(seq, expected);
    }
}
