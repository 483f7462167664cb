package org.postern.relay;

import java.time.Duration;
import org.postern.mail.Domain;

/// How the client behaves towards every next hop.
///
/// @param ownName what EHLO says (RFC 5321 §4.1.1.1)
/// @param connectionsPerHop how many stand at once to one next hop; further attempts wait
/// @param messagesPerConnection after so many a connection is closed
/// @param idle how long a kept connection waits for the next message
/// @param lifetime how long a connection is used at all, so that its proof does not grow old
/// @param probeWait how long others wait for what comes of the attempt at a hop whose outage may be
///   over: without it, mail that falls due together would lose a whole step of its schedule to the
///   first of it. It is short, because a hop that hangs must not hold up the mail to others
public record RelaySettings(
        Domain ownName,
        Deadlines deadlines,
        int connectionsPerHop,
        int messagesPerConnection,
        Duration idle,
        Duration lifetime,
        Duration probeWait) {
    public RelaySettings {
        if (connectionsPerHop < 1 || messagesPerConnection < 1) {
            throw new IllegalArgumentException("a limit below 1 relays nothing");
        }
    }

    /// The usual limits. Servers commonly close after five minutes without a command; the idle
    /// limit stays well below.
    public static RelaySettings of(Domain ownName) {
        return new RelaySettings(
                ownName,
                Deadlines.STANDARD,
                20,
                1_000,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ofSeconds(2));
    }
}
