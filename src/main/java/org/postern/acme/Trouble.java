package org.postern.acme;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// That no certificate came, how often in a row, and when the next try is due. It is kept in a
/// file, so that a restart neither forgets it nor asks the authority too often.
///
/// @param tries in a row that failed, at least one
/// @param last when the last one failed
/// @param next when the next one is due
/// @param why a line for people
public record Trouble(int tries, Instant last, Instant next, String why) {
    /// Authorities count what fails: the best known one takes five failed proofs an hour.
    private static final List<Duration> WAITS =
            List.of(
                    Duration.ofMinutes(15),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2),
                    Duration.ofHours(4),
                    Duration.ofHours(8),
                    Duration.ofHours(12));

    /// After what failed, waits longer each time; an authority may want more.
    static Trouble after(Optional<Trouble> before, Instant now, AuthorityException failure) {
        Trouble usual = after(before, now, String.valueOf(failure.getMessage()));
        return failure.notBefore()
                .filter(usual.next()::isBefore)
                .map(later -> new Trouble(usual.tries(), now, later, usual.why()))
                .orElse(usual);
    }

    /// The same for a failure of our own.
    static Trouble after(Optional<Trouble> before, Instant now, String why) {
        int tries = before.map(Trouble::tries).orElse(0) + 1;
        Instant next = now.plus(WAITS.get(Math.min(tries, WAITS.size()) - 1));
        return new Trouble(tries, now, next, why.replaceAll("\\p{C}", " "));
    }

    /// One of which nobody knows how often it failed before.
    static Trouble longest(Instant now, String why) {
        return new Trouble(WAITS.size(), now, now.plus(WAITS.getLast()), why);
    }

    /// Whether a gateway that was just started may try at once, because IT may have mended what was
    /// wrong.
    boolean mayTryAfterStart(Instant now) {
        return !now.isBefore(last.plus(WAITS.getFirst()));
    }

    byte[] octets() {
        return "%d\n%s\n%s\n%s\n".formatted(tries, last, next, why).getBytes(UTF_8);
    }

    /// @return empty for anything that [#octets] did not write
    static Optional<Trouble> parse(byte[] octets) {
        List<String> lines = new String(octets, UTF_8).lines().toList();
        try {
            return lines.size() == 4
                    ? Optional.of(
                            new Trouble(
                                    Integer.parseInt(lines.get(0)),
                                    Instant.parse(lines.get(1)),
                                    Instant.parse(lines.get(2)),
                                    lines.get(3)))
                    : Optional.empty();
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
