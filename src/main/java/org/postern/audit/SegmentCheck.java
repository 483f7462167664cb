package org.postern.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
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

    /// @param seen told of every good entry
    Walk walk(Path segment, Anchor from, Consumer<Anchor> seen) throws IOException {
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
                seen.accept(at);
                octets += line.text().length() + 1L;
                number++;
            }
        }
        return new Walk.Whole(at);
    }

    /// The last entry that a segment claims to have, unchecked; `from` if it is empty.
    Anchor claimedEnd(Path segment, Anchor from) throws IOException {
        Anchor at = from;
        try (LineReader lines = new LineReader(disk, segment)) {
            for (Optional<LineReader.Line> next = lines.next();
                    next.isPresent();
                    next = lines.next()) {
                at = AuditChain.claimed(next.get().text()).orElse(at);
            }
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
