package org.postern.acme;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.net.KeyPin;

/// That no certificate came, how often in a row, and when the next try is due. It is kept in a
/// file, so that a restart neither forgets it nor asks the authority too often.
///
/// @param tries in a row that failed, at least one
/// @param last when the last one failed
/// @param next when the next one is due
/// @param why a line for people
/// @param stage what is known of the order
/// @param ordered the key for which a certificate was ordered; null if none was
public record Trouble(
        int tries, Instant last, Instant next, String why, Stage stage, @Nullable KeyPin ordered) {
    /// How far it came.
    public enum Stage {
        /// No certificate came of it.
        FAILED,
        /// The order was placed. If this is the last that was noted, a certificate may have come,
        /// and is not kept.
        PLACED
    }

    private static final String PLACED = "placed";

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
                .map(later ->
                        new Trouble(usual.tries(), now, later, usual.why(), usual.stage(), null))
                .orElse(usual);
    }

    /// The same for a failure of our own.
    static Trouble after(Optional<Trouble> before, Instant now, String why) {
        int tries = before.map(Trouble::tries).orElse(0) + 1;
        Instant next = now.plus(WAITS.get(Math.min(tries, WAITS.size()) - 1));
        return new Trouble(tries, now, next, why.replaceAll("\\p{C}", " "), Stage.FAILED, null);
    }

    /// An order that is about to be placed: noted before, because authorities count what they
    /// issue, and a gateway that stops in the middle must not order at each start.
    static Trouble placed(Optional<Trouble> before, Instant now, String why, KeyPin key) {
        Trouble failed = after(before, now, why);
        return new Trouble(failed.tries(), now, failed.next(), failed.why(), Stage.PLACED, key);
    }

    /// The same, with other words for people.
    Trouble because(String words) {
        return new Trouble(tries, last, next, words.replaceAll("\\p{C}", " "), stage, ordered);
    }

    /// One of which nobody knows how often it failed before.
    static Trouble longest(Instant now, String why) {
        return new Trouble(WAITS.size(), now, now.plus(WAITS.getLast()), why, Stage.FAILED, null);
    }

    /// Whether this is the certificate that was ordered, so that nothing is open about the order.
    boolean isSettledBy(X509Certificate certificate) {
        return stage == Stage.PLACED && KeyPin.of(certificate).equals(ordered);
    }

    /// Whether a gateway that was just started may try at once, because IT may have mended what was
    /// wrong. An order that was placed is waited for whatever was mended.
    boolean mayTryAfterStart(Instant now) {
        return stage == Stage.FAILED && !now.isBefore(last.plus(WAITS.getFirst()));
    }

    byte[] octets() {
        String known = "%d\n%s\n%s\n%s\n".formatted(tries, last, next, why);
        return switch (stage) {
            case FAILED -> known.getBytes(UTF_8);
            case PLACED ->
                    (known + PLACED + (ordered == null ? "" : " " + ordered.sha256()) + "\n")
                            .getBytes(UTF_8);
        };
    }

    /// @return empty for anything that [#octets] did not write
    static Optional<Trouble> parse(byte[] octets) {
        List<String> lines = new String(octets, UTF_8).lines().toList();
        boolean isPlaced = lines.size() == 5 && lines.get(4).matches(PLACED + "( .{1,100})?");
        try {
            return lines.size() == 4 || isPlaced
                    ? Optional.of(
                            new Trouble(
                                    Integer.parseInt(lines.get(0)),
                                    Instant.parse(lines.get(1)),
                                    Instant.parse(lines.get(2)),
                                    lines.get(3),
                                    isPlaced ? Stage.PLACED : Stage.FAILED,
                                    isPlaced ? key(lines.get(4)) : null))
                    : Optional.empty();
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static @Nullable KeyPin key(String placed) {
        return KeyPin.parse(placed.substring(PLACED.length())).orElse(null);
    }
}
