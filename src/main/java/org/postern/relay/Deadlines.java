package org.postern.relay;

import java.time.Duration;

/// How long the client waits for each step: RFC 5321 §4.5.3.2, plus what that section leaves open.
/// A limit holds for the step as a whole, so an octet now and then does not prolong it.
///
/// @param connect finding the addresses; then the TCP handshake with each; then a free connection
/// @param command greeting, EHLO, STARTTLS, TLS handshake, AUTH and RSET, each; all that comes
///   before the first MAIL takes at most twice as long
/// @param dataBlock each block of at most 64 KiB
/// @param dataEnd from the final dot to its reply; long, because a retry would be a duplicate
/// @param transaction everything from MAIL on, whatever the single limits allow
public record Deadlines(
        Duration connect,
        Duration command,
        Duration mail,
        Duration rcpt,
        Duration dataStart,
        Duration dataBlock,
        Duration dataEnd,
        Duration transaction) {
    /// The standard's own minima.
    public static final Deadlines STANDARD =
            new Deadlines(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(3),
                    Duration.ofMinutes(10),
                    Duration.ofHours(1));
}
